"""Verdicts that differ between two sets of outcomes, and the block that tells them."""

from evals.record.outcome import Outcome
from reports import frame
from reports.analyses.run_comparison import compare
from reports.analyses.verdicts import changed_verdicts
from reports.words.run_comparison import describe_changed_verdicts, describe_comparison
from tests.samples.many_outcomes import on_each

SIX = range(6)


def of(label: str, **changes: object) -> list[Outcome]:
    return on_each(label, SIX, lost_at=1 if label == "logic_error" else None, **changes)


def test_solves_and_then_not() -> None:
    """One size changed and one did not; the block names both verdicts, and what an unclear one lacks."""
    same = of("solved", size=4, steps=15)
    a, b = frame([*of("solved"), *same], "r"), frame([*of("logic_error"), *same], "r")
    found = changed_verdicts(a, b)
    assert found[["size", "changed"]].to_numpy().tolist() == [[3, True], [4, False]]
    head, line = describe_changed_verdicts(found)
    assert head == "Verdicts changed: 1 of 2"
    assert line.strip() == "tired, hanoi, size 3: solves -> unclear: not pushed"
    assert not list(describe_changed_verdicts(changed_verdicts(a, a)))


def test_two_runs() -> None:
    """`compare` tells it in one block, of the models that are compared."""
    a, b = frame(of("solved", model="old"), "a"), frame(of("logic_error", model="new"), "b")
    told = list(describe_comparison(compare(a, b)))
    at = told.index("Verdicts changed: 1 of 1")
    assert told[at + 1].strip() == "old and new, hanoi, size 3: solves -> unclear: not pushed"
    assert not any("Verdicts" in line for line in describe_comparison(compare(a, a.assign(run="c"))))
