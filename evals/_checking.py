"""Runs replayed together, and whether that passes as a check."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from evals.recording import Run
from evals.replaying import Replayed, replay

if TYPE_CHECKING:
    from evals._unrecorded import Unrecorded  # all that a spec needs takes its time to load

_WORTH = 1 << 20
"""So many bytes of a record are worth a process."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of replaying some runs."""

    runs: tuple[Replayed, ...]
    unrecorded: "Unrecorded | None" = None
    """What a spec asks beyond the one run; `None`: no spec was given."""

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Self:
        """Replay the runs."""
        return cls(tuple(_replayed(run) for run in runs))

    def failed(self, *, strict: bool = False) -> bool:
        """Whether the check fails; if it is strict, on notes, too."""
        complete = self.unrecorded is None or not self.unrecorded.gaps
        same = all(run.same and not (strict and run.notes) for run in self.runs)
        return not (same and complete)

    def in_words(self) -> Iterator[str]:
        """Everything, in lines."""
        for replayed in self.runs:
            if len(self.runs) > 1:
                yield f"{replayed.run.path}:"
            yield from replayed.in_words()
        if self.unrecorded is not None:
            yield from self.unrecorded.in_words()


def _replayed(run: Run) -> Replayed:
    """Replayed with as many processes as are worth it; forking is safe on Linux alone."""
    size = run.exchanges_path.stat().st_size if run.exchanges_path.exists() else 0
    free = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    return replay(run, processes=max(1, min(free, size // _WORTH)))
