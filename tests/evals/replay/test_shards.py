"""Several processes replay one record side by side, and tell what one of them would."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evals.arms import arm
from evals.errors import CorruptRecord
from evals.record.exchange import RowKind
from evals.record.exchange_log import Recorder, exchanges
from evals.record.run import RunDirectory, Shard
from evals.replay import check
from evals.replay.check import CheckResult
from evals.replay.replay import Replayed, replay
from tests.program import done, inside
from tests.samples.committed_runs import TRIALS, edit_outcomes


def told(replayed: Replayed) -> tuple[Any, ...]:
    return list(replayed.outcomes.items()), replayed.changes, replayed.notes, list(replayed.describe())


def test_the_same_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outcomes, changes and notes are those of one process, in the same order."""
    monkeypatch.setattr(type(arm("insist")), "prompt", lambda *_: ("Other words.",))

    def edit(rows: list[dict[str, Any]]) -> None:
        rows[3]["label"] = "malformed"
        rows[7]["trial"] = "0"

    edit_outcomes(path, edit)
    alone = told(replay(RunDirectory.open(path)))
    assert len(alone[0]) == TRIALS
    assert len(alone[1]) == 3
    assert len(alone[2]) == 2
    for processes in (2, 3):
        assert told(replay(RunDirectory.open(path), processes=processes)) == alone


def test_every_row_is_in_one_share(path: Path) -> None:
    """All rows of a trial in the same, whoever wrote them and whatever the ids are."""
    odd = ["plain", "caf\u00e9", "\ud800", 'a "quote"', "back\\slash", "\x00", ""]
    first, *_ = exchanges(RunDirectory.open(path))
    with Recorder(RunDirectory.open(path)) as recorder:
        for name in odd:
            row = first.model_copy(update={"trial": name, "kind": RowKind.ATTEMPT, "reply": None})
            recorder.append(row)
            recorder.append(row)
    record = path / "exchanges.jsonl"
    foreign = [json.loads(line) for line in record.read_text().splitlines()]
    with record.open("a") as file:
        for row in foreign:
            given = {name: row[name] for name in sorted(row)} | {"kind": "attempt", "reply": None}
            file.write(json.dumps(given) + "\n")
    whole = Counter(row.trial for row in exchanges(RunDirectory.open(path)))
    parts = [RunDirectory.open(path).part(Shard(number, 3)) for number in range(3)]
    shares = [Counter(row.trial for row in exchanges(part)) for part in parts]
    assert whole == sum(shares, Counter())
    assert sum(map(len, shares)) == len(whole)
    assert all(shares)


def test_an_error_is_that_of_one_process(path: Path) -> None:
    """A faulty line is named, whichever process came upon it."""
    record = path / "exchanges.jsonl"
    lines = record.read_bytes().splitlines(keepends=True)
    record.write_bytes(b"".join([*lines[:9], b"{}\n", *lines[9:]]))
    with pytest.raises(CorruptRecord, match="line 10, field"):
        replay(RunDirectory.open(path), processes=2)


def test_the_command_takes_as_many_as_are_worth_it(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small record is read by one process, a large one by what the machine has; both say the same."""
    asked: list[int] = []

    def watched(run: RunDirectory, *, processes: int) -> Replayed:
        asked.append(processes)
        return replay(run, processes=processes)

    monkeypatch.setattr(check, "replay", watched)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    small = done(inside("replay", "run", "--check", cwd=tmp_path))
    monkeypatch.setattr(check, "_WORTH", 1000)
    assert done(inside("replay", "run", "--check", cwd=tmp_path)) == small
    monkeypatch.setattr("sys.platform", "darwin")
    assert not CheckResult.of([RunDirectory.open(path)]).failed()
    (path / "exchanges.jsonl").write_bytes(b"")
    CheckResult.of([RunDirectory.open(path)])
    assert asked == [1, 3, 1, 1]
