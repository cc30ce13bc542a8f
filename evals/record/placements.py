"""The decisions of a run whose sizes are found while asking: `placements.jsonl`, appended line by line.

A line says which trials are asked next, before the first of them is, and what was known when it was decided.
It is no evidence: outcomes follow from the exchanges alone.
"""

import os
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from pydantic import ConfigDict, Field

from evals.errors import RunError
from evals.record import jsonl
from evals.record.files import open_unlinked, sync_directory, write_all
from evals.record.model import Closed, Count, Scalar
from evals.record.run import RunDirectory

PLACEMENTS = "placements.jsonl"


class SeenSize(Closed):
    """What had come of the trials of one size."""

    size: int
    right: Count = 0
    wrong: Count = 0
    stopped: Count = 0
    cut: Count = 0
    pending: Count = 0
    """Asked, and not yet ended."""


class Placement(Closed):
    """One decision: the size of the next trials, or why no more are asked."""

    schema_version: Literal[3] = Field(default=3, alias="schema")
    line: str
    """A hash of what is decided about: model, puzzle with its parameters, arm with its options, sampling."""
    model: str
    """As `endpoint/model`; this and the next three are for readers."""
    puzzle: str
    arm: str
    options: dict[str, Scalar] = Field(default_factory=dict)
    size: int | None = None
    """Of the trials that are asked next."""
    count: Count = 0
    """Their number; they are the next ones of this line at this size."""
    why: str | None = None
    """Why no more are asked: a value of `evals.plan.adaptive.placing.Why`."""
    width: float
    max_trials: Count
    sizes: tuple[int, ...]
    """Those that could be chosen."""
    seen: tuple[SeenSize, ...] = ()
    """Of the sizes asked before."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def placements(run: RunDirectory) -> list[Placement]:
    """Return the decisions of a run, oldest first; none if its sizes were given.

    Raises:
        CorruptRecord: A line cannot be read; what a crash left at the end is skipped.
        NewerSchema: A later version of cantwont wrote it.
        RunError: The file cannot be read.
    """
    return _read(run.path / PLACEMENTS)[0]


def _read(path: Path) -> tuple[list[Placement], int]:
    """Return the decisions, and where the last whole line ends."""
    if not path.exists():
        return [], 0
    lines = list(jsonl.lines(path))
    while lines and not (lines[-1].ended and lines[-1].is_whole()):
        lines.pop()
    end = lines[-1].start + len(lines[-1].data) if lines else 0
    return [line.read(Placement) for line in lines], end


class PlacementLog:
    """Appends to the decisions of a run, locked by whoever writes its record; use it as a context manager."""

    def __init__(self, run: RunDirectory) -> None:
        """Read what is there; raises as `placements` does."""
        self._path = run.path / PLACEMENTS
        self._end = _read(self._path)[1]
        self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def append(self, placement: Placement) -> None:
        """Write a decision, and see that it is on the disk; raises `RunError`."""
        data = jsonl.encode({"schema": placement.schema_version} | jsonl.record(placement))
        try:
            if self._descriptor < 0:
                fresh = not self._path.exists()
                self._descriptor = open_unlinked(self._path, os.O_RDWR | os.O_APPEND)
                if fresh:
                    sync_directory(self._path.parent)
            # Takes away what a crash, or a disk that was full, has left of a line.
            os.ftruncate(self._descriptor, self._end)
            write_all(self._descriptor, data)
            os.fsync(self._descriptor)
        except OSError as error:
            raise RunError(
                f"cannot write {str(self._path)!r}: {error.strerror or error}; "
                "everything recorded before is kept, and the next run goes on from there"
            ) from None
        self._end += len(data)
