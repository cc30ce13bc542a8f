"""Makes a run small enough to commit: a few complete trials of each kind."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.record import jsonl
from evals.record.exchange import Exchange
from evals.record.outcome import Outcome
from evals.record.run import EXCHANGES, Manifest, RunDirectory
from evals.replay import derive
from evals.replay.finish import finish


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What was kept of a run."""

    run: RunDirectory
    kept: int
    """Number of trials kept."""
    of: int
    """Number of trials in the whole run."""
    bytes: int
    """Size of the new record as it is stored."""

    def describe(self) -> str:
        """Summarize in one line."""
        size = f"{self.bytes / 1000:,.0f} kB" if self.bytes >= 1000 else f"{self.bytes} bytes"
        return f"{self.kept:,} of {self.of:,} trials kept, {size} of exchanges: {self.run.path}"


def shrink(run: RunDirectory, path: Path, *, keep: int = 1, zipped: bool = False) -> Shrunk:
    """Make a run of a few trials of each model, puzzle, arm, size and label; the same every time.

    The rows of these trials are copied unchanged, including those of judges who read them.

    Args:
        run: the whole run, which is not changed.
        path: the directory to create.
        keep: how many trials of each kind, at least 1; the choice depends only on their ids.
        zipped: write the exchanges gzipped.

    Raises:
        RunError: the directory cannot be created, or the record cannot be read.
    """
    strata: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for outcome in derive.outcomes(run):
        strata[_stratum(outcome)].append(outcome.trial)
    kept = {name for names in strata.values() for name in sorted(names, key=_drawn)[:keep]}
    total = sum(map(len, strata.values()))
    made = RunDirectory.create(
        path, _manifest(run, path, {"kept": len(kept), "of": total, "of_each_kind": keep})
    )
    file = path / (f"{EXCHANGES}.gz" if zipped else EXCHANGES)
    with made.locked():
        jsonl.replace(file, _rows(run, kept))
        finish(made)
    return Shrunk(made, len(kept), total, file.stat().st_size)


def _stratum(outcome: Outcome) -> tuple[object, ...]:
    options = tuple(sorted(outcome.options.items()))
    who = outcome.endpoint, outcome.model
    return (*who, outcome.puzzle, outcome.arm, options, outcome.size, outcome.label)


def _drawn(trial: str) -> str:
    """Return a sort key that is unrelated to what the trial is about."""
    return hashlib.sha256(trial.encode("utf-8", "surrogatepass")).hexdigest()


def _manifest(run: RunDirectory, path: Path, shrunk: dict[str, int]) -> Manifest:
    before = run.manifest
    spec = dict(before.spec)
    if "puzzle_paths" in spec:
        here, there = run.path.resolve(), path.resolve()
        spec["puzzle_paths"] = {
            name: Path(os.path.relpath(here / file, there)).as_posix()
            for name, file in spec["puzzle_paths"].items()
        }
    return before.model_copy(update={"spec": spec, "extensions": [*before.extensions, {"shrunk": shrunk}]})


def _rows(run: RunDirectory, kept: set[str]) -> Iterator[bytes]:
    for line in jsonl.lines(run.exchanges_path):
        if not line.ended and not line.is_whole():
            return
        row = line.read(Exchange)
        if (row.judge.of if row.judge is not None else row.trial) in kept:
            yield line.data if line.ended else line.data + b"\n"
