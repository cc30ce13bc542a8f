"""Decisions are appended line by line, and read again whatever a crash has left of the last one."""

import errno
import os
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from evals.errors import CorruptRecord, NewerSchema, RunError
from evals.record.placements import PLACEMENTS, Placement, PlacementLog, SeenSize, placements
from evals.record.run import Manifest, RunDirectory


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    manifest = Manifest(created="2026-01-01T00:00:00+00:00", cantwont="0", spec={})
    return RunDirectory.create(tmp_path / "run", manifest)


def decision(size: int | None, **more: object) -> Placement:
    plain = {"line": "l", "model": "e/m", "puzzle": "hanoi", "arm": "list", "width": 1.0, "max_trials": 9}
    return Placement.model_validate({**plain, "size": size, "sizes": (3, 4), **more})


MADE = [
    decision(3, count=10),
    decision(4, count=10, seen=(SeenSize(size=3, right=1, pending=9),)),
    decision(None, why="reached"),
]


def written(run: RunDirectory, *made: Placement) -> Path:
    with PlacementLog(run) as log:
        for each in made:
            log.append(each)
    return run.path / PLACEMENTS


def test_read_again(run: RunDirectory) -> None:
    assert placements(run) == []
    written(run, *MADE[:2])
    written(run, *MADE[2:])
    assert placements(run) == MADE


@pytest.mark.parametrize("torn", [b'{"schema":3,"line":"l"', b"\0\0\0", b"{}", b'{"x\n'])
def test_torn(run: RunDirectory, torn: bytes) -> None:
    """What a crash has left of a line is skipped, and taken away before the next is written."""
    path = written(run, *MADE[:2])
    path.write_bytes(path.read_bytes() + torn)
    assert placements(run) == MADE[:2]
    written(run, MADE[2])
    assert placements(run) == MADE


def test_a_later_version(run: RunDirectory) -> None:
    path = written(run, *MADE)
    path.write_bytes(path.read_bytes().replace(b'"schema":3', b'"schema":9', 1))
    with pytest.raises(NewerSchema, match="schema 9"):
        placements(run)


def test_any_other_line_is_named(run: RunDirectory) -> None:
    path = written(run, *MADE)
    path.write_bytes(path.read_bytes().replace(b'"line":"l"', b'"lin":"l"', 1))
    with pytest.raises(CorruptRecord, match=r"placements\.jsonl', line 1, field"):
        placements(run)


def test_what_is_not_said_is_not_there() -> None:
    """Nobody asked yet, no size, no reason."""
    plain = decision(None)
    assert (plain.schema_version, plain.count, plain.seen, plain.options, plain.why) == (3, 0, (), {}, None)
    seen = SeenSize(size=3)
    assert (seen.right, seen.wrong, seen.stopped, seen.cut, seen.pending) == (0,) * 5
    for wrong in ({"count": -1}, {"max_trials": -1}, {"schema_version": 2}, {"mood": "good"}):
        with pytest.raises(ValidationError):
            decision(3, **wrong)
    with pytest.raises(ValidationError, match="right"):
        SeenSize(size=3, right=-1)


def test_a_decision_is_on_the_disk_before_anybody_is_asked(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by itself; the name of the file once, when it is new. Nothing is opened before there is one."""
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda held: synced.append(stat.S_ISDIR(os.fstat(held).st_mode)))
    with PlacementLog(run):
        pass
    assert not (run.path / PLACEMENTS).exists()
    written(run, *MADE[:2])
    assert synced == [True, False, False]
    written(run, MADE[2])
    assert synced == [True, False, False, False]


def test_a_log_that_is_left_has_let_go_of_its_file(run: RunDirectory) -> None:
    """What is opened next under its number is not written to, and is closed by nobody else."""
    with PlacementLog(run) as log:
        log.append(MADE[0])
    other = (run.path / "other").open("w+b")
    log.__exit__(None, None, None)
    log.append(MADE[1])
    log.__exit__(None, None, None)
    other.close()
    assert (run.path / "other").read_bytes() == b""
    assert placements(run) == MADE[:2]


def test_a_disk_that_is_full(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told with the name of the file; half a line is taken away by the next."""
    plain = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) < 20:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return plain(descriptor, data[:-19])

    with PlacementLog(run) as log:
        log.append(MADE[0])
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(
                RunError, match=r"cannot write '.*placements.jsonl': No space left.*; everything"
            ):
                log.append(MADE[1])
        log.append(MADE[2])
    assert placements(run) == [MADE[0], MADE[2]]
    assert len((run.path / PLACEMENTS).read_bytes().splitlines()) == 2
