"""Checks replayed runs: that nothing differs, and that nothing a spec asks for is missing."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import current_process
from pathlib import Path
from typing import Self

from evals.errors import SpecError
from evals.plan import grid
from evals.plan.flags import simulated_at
from evals.plan.spec import Spec
from evals.record.exchange_log import exchanges
from evals.record.outcome import Label
from evals.record.run import RunDirectory
from evals.record.trial import Trial
from evals.replay.replay import Replayed, replay
from evals.text import clip, printable

_WORTH = 1 << 20
"""Bytes of the record per process; smaller shares are not worth a process of their own."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of replaying some runs."""

    runs: tuple[Replayed, ...]
    unrecorded: "MissingTrials | None" = None
    """What a spec asks for and the one run lacks; `None` if no spec was given."""

    @classmethod
    def of(cls, runs: Sequence[RunDirectory]) -> Self:
        """Replay the runs."""
        return cls(tuple(_replayed(run) for run in runs))

    def failed(self, *, strict: bool = False) -> bool:
        """Return whether the check fails; a strict check also fails on notes."""
        complete = self.unrecorded is None or not self.unrecorded.gaps
        same = all(run.same and not (strict and run.notes) for run in self.runs)
        return not (same and complete)

    def describe(self) -> Iterator[str]:
        """Yield the whole report, line by line."""
        for replayed in self.runs:
            if len(self.runs) > 1:
                yield f"{replayed.run.path}:"
            yield from replayed.describe()
        if self.unrecorded is not None:
            yield from self.unrecorded.describe()


def _replayed(run: RunDirectory) -> Replayed:
    """Replay with as many processes as the record is worth; forking is safe on Linux only."""
    size = run.exchanges_path.stat().st_size if run.exchanges_path.exists() else 0
    alone = sys.platform != "linux" or current_process().daemon  # which may have no processes of its own
    free = 1 if alone else len(os.sched_getaffinity(0))
    return replay(run, processes=max(1, min(free, size // _WORTH)))


_NOWHERE = simulated_at("http://127.0.0.1:1/v1")
"""A placeholder, as a spec may leave the simulated server's address to the command line; nobody is asked."""
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Differing:
    """A field in which two trials differ; `None` if a trial does not have it."""

    field: str
    recorded: object
    asked: object

    def __str__(self) -> str:
        return f"{self.field} was {_brief(self.recorded)}, is {_brief(self.asked)}"


@dataclass(frozen=True, slots=True)
class Gap:
    """Trials of one model, arm and puzzle that have no recorded reply."""

    missing: tuple[Trial, ...]
    asked: int
    """The number of trials of this model, arm and puzzle that the spec asks for."""
    nearest: Trial | None
    """The recorded trial most similar to the first missing one."""
    differing: tuple[Differing, ...]
    """The fields in which these two differ."""

    def __str__(self) -> str:
        first = self.missing[0]
        which = f"{first.who}, {first.arm}, {first.instance.puzzle}"
        told = printable(f"{which}: {len(self.missing):,} of {self.asked:,}")
        if self.nearest is None:
            return told
        fields = "; ".join(map(str, self.differing)) or "the same, but it has no reply"
        return f"{told}; nearest is trial {printable(self.nearest.id)}: {fields}"


@dataclass(frozen=True, slots=True)
class MissingTrials:
    """The trials that a spec asks for and a run has not recorded."""

    spec: Path
    run: Path
    asked: int
    gaps: tuple[Gap, ...]
    unasked: int
    """The number of recorded trials that the spec does not ask for."""

    @property
    def missing(self) -> int:
        """The number of missing trials."""
        return sum(len(gap.missing) for gap in self.gaps)

    @property
    def command(self) -> str:
        """The command that asks them."""
        return f"cantwont run --spec {self.spec} --out {self.run} --extend"

    def describe(self) -> Iterator[str]:
        """Yield what is missing and the command that asks it; nothing if spec and record agree."""
        if self.unasked:
            yield f"spec {str(self.spec)!r} does not ask {self.unasked:,} of the recorded trials"
        if not self.gaps:
            return
        yield (
            f"spec {str(self.spec)!r} asks {self.asked:,} trials, "
            f"of which {self.missing:,} have no recorded reply:"
        )
        for gap in self.gaps:
            yield f"    {gap}"
        yield f"To ask them: {self.command}"


def with_spec(checked: CheckResult, file: Path) -> CheckResult:
    """Return the result together with the trials that the spec in this file asks for and the one run lacks.

    Raises:
        SpecError: there is not exactly one run, or the spec is malformed.
        EndpointError: the spec names an unknown endpoint.
    """
    if len(checked.runs) != 1:
        several = len(checked.runs)
        raise SpecError(f"--spec goes with one run, and {several} are given: replay them one by one")
    spec = Spec.load(file, {"endpoints": _NOWHERE}, {})
    return replace(checked, unrecorded=_unrecorded(spec, file, checked.runs[0]))


def _unrecorded(spec: Spec, file: Path, replayed: Replayed) -> MissingTrials:
    wanted: dict[tuple[str, str, str], list[Trial]] = {}
    ids: set[str] = set()
    for trial in grid.trials(spec, spec.models_at()):
        wanted.setdefault((trial.who, trial.arm, trial.instance.puzzle), []).append(trial)
        ids.add(trial.id)
    replied = {name for name, outcome in replayed.outcomes.items() if outcome.label is not Label.ERROR}
    trials = {row.trial: row.what for row in exchanges(replayed.run) if row.what is not None}
    known = [(_fields(trial), trial) for trial in trials.values()]
    gaps = []
    for group in wanted.values():
        missing = [trial for trial in group if trial.id not in replied]
        if missing:
            nearest, differing = _nearest(missing[0], known)
            gaps.append(Gap(tuple(missing), len(group), nearest, differing))
    unasked = len(set(trials) - ids)
    return MissingTrials(file, replayed.run.path, len(ids), tuple(gaps), unasked)


def _nearest(
    trial: Trial, known: list[tuple[dict[str, object], Trial]]
) -> tuple[Trial | None, tuple[Differing, ...]]:
    """Return the trial that differs in the fewest fields (if several do, the nearest in size), and how."""
    asked = _fields(trial)

    def distance(candidate: tuple[dict[str, object], Trial]) -> tuple[int, float, str]:
        fields, found = candidate
        count = sum(fields.get(name) != asked.get(name) for name in {**asked, **fields})
        return count, _apart(found, trial), found.id

    if not known:
        return None, ()
    fields, found = min(known, key=distance)
    names = [name for name in {**asked, **fields} if fields.get(name) != asked.get(name)]
    return found, tuple(Differing(name, fields.get(name), asked.get(name)) for name in names)


def _apart(one: Trial, other: Trial) -> float:
    sizes = [trial.instance.parameters.get("size") for trial in (one, other)]
    first, second = (size if isinstance(size, int) else 0 for size in sizes)
    return abs(first - second)


def _fields(trial: Trial) -> dict[str, object]:
    """Return what identifies a trial, as a flat mapping."""
    sampling = trial.sampling.body()
    return {
        "model": trial.model,
        "endpoint": trial.endpoint,
        "puzzle": trial.instance.puzzle,
        **trial.instance.parameters,
        "seed": trial.instance.seed,
        "arm": trial.arm,
        **{f"options.{name}": value for name, value in trial.options.items()},
        **{f"sampling.{name}": value for name, value in sampling.items()},
        "repeat": trial.repeat,
    }


def _brief(value: object) -> str:
    return "not given" if value is None else printable(clip(repr(value), _LONGEST))
