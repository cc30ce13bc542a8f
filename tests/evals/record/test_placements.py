"""Decisions are appended line by line, and read again whatever a crash has left of the last one."""

from pathlib import Path

import pytest

from evals.errors import CorruptRecord, NewerSchema
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


@pytest.mark.parametrize("torn", [b'{"schema":3,"line":"l"', b"\0\0\0", b"{}"])
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
