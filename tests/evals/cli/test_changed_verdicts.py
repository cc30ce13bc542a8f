"""`replay` tells which verdicts follow otherwise from today's outcomes than from those stored."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from evals.cli.reading import changed_verdicts_of
from evals.record.outcome import Label
from evals.replay.check import CheckResult
from evals.replay.replay import Change, Replayed
from tests.samples.many_outcomes import on_each


def test_labels_that_change_a_verdict() -> None:
    """Six instances solved by today's rules and stored as malformed, one new and one gone: in one block."""
    today = {one.trial: one for one in on_each("solved", range(7))}
    first, *others = today.values()
    stored = [one.model_copy(update={"label": Label.MALFORMED}) for one in others]
    [gone] = on_each("malformed", [7])
    changes = (Change(None, first), *map(Change, stored, others), Change(gone, None))
    run: Any = SimpleNamespace(path=Path("runs/ci"), manifest=SimpleNamespace(spec={}))
    replayed = Replayed(run=run, outcomes=today, stored=7, changes=changes, notes=())
    head, line = changed_verdicts_of(CheckResult((replayed,)))
    assert head == "Verdicts changed: 1 of 1"
    assert line.strip() == "tired, hanoi, size 3: unclear: not pushed -> solves"
    same = Replayed(run=run, outcomes=today, stored=7, changes=(), notes=())
    assert not list(changed_verdicts_of(CheckResult((same,))))
