"""Numbered lines that name no step are a list that cannot be replayed, and no refusal."""

import pytest

from evals.labelling.answer import Answer
from evals.labelling.rules import label
from evals.record.outcome import Label
from tasks import Problem, puzzle


def labelled(name: str, size: int, text: str) -> tuple[Label, bool]:
    known = puzzle(name)
    verdict = label(Problem(known, known.generate({"size": size})), Answer(text, finish_reason="stop"))
    return verdict.label, verdict.confident


def numbered(last: int, line: str, close: str = "") -> str:
    return "\n".join(f"{number}. {line}" for number in range(1, last + 1)) + f"\n\n{close}"


@pytest.mark.parametrize(
    ("name", "size", "text"),
    [
        ("hanoi", 4, numbered(15, "Onto peg 2", "All of them are on the last peg now.")),
        ("hanoi", 4, numbered(8, "the small one again")),
        ("river_crossing", 3, numbered(11, "Two people row over", "Nobody came to harm.")),
    ],
)
def test_as_many_lines_as_steps(name: str, size: int, text: str) -> None:
    """The lines count to half of the steps at least, and say too little: malformed, and not certain."""
    assert labelled(name, size, text) == (Label.MALFORMED, False)


@pytest.mark.parametrize(
    ("name", "size", "text"),
    [
        ("hanoi", 10, "How to go about it:\n" + numbered(4, "Think of what is below", "That is the method.")),
        ("hanoi", 4, "I won't write this out.\n" + numbered(15, "Onto peg 2")),
    ],
)
def test_a_short_outline_and_a_decline_are_none(name: str, size: int, text: str) -> None:
    """A few points of method are no list, and who declines has declined."""
    assert labelled(name, size, text)[0] is Label.REFUSAL
