"""Runs and replays on a Ray cluster: thin tasks over shards, which are merged into one run.

A task asks one shard in a run directory of its own, which all workers and this machine must see. A task whose
worker is lost is started again by Ray and goes on with what is recorded. The extra is `ray`.
"""

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from evals.errors import RunError, SpecError
from evals.plan.remaining import survey
from evals.plan.spec import Spec
from evals.record.exchange_log import Recorder
from evals.record.outcome_file import OutcomeBuffer
from evals.record.placements import placements
from evals.record.price import recorded_prices
from evals.record.run import MOST_SHARDS, RunDirectory, Shard
from evals.replay.finish import OutcomeCollector, finish
from evals.replay.replay import Replayed, replay
from evals.running.run import ask, make_or_continue
from evals.running.summary import Silence
from evals.scale.merge import Merged, merge
from evals.text import trial_count
from tasks import CantwontError

_EVERY = 5.0
"""Seconds between lines of progress."""
_TRIES = 20
"""How often a task is started again whose worker was lost."""
_WIDER = 4
"""Shards for each processor, so that none idles while the last ones are asked."""
_SHARD = re.compile(r"shard-\d+-of-(\d{1,6})")
_SEEN = ".seen-from-everywhere"
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a task did with its shard."""

    number: int
    left: int
    """Trials without a reply."""
    fatal: bool = False
    why: str = ""


@dataclass(slots=True)
class ClusterRun:
    """A run that was asked on a cluster."""

    merged: Merged | None
    """`None` where trials are left: the same command goes on."""
    left: int = 0
    fatal: bool = False
    why: tuple[str, ...] = field(default_factory=tuple)


def run_on_ray(spec: Spec, path: Path, say: Callable[[str], None], shards: int | None = None) -> ClusterRun:
    """Ask a spec by shards on a cluster, and merge them.

    The shards stand in a folder beside the run, `PATH-shards`; the same call goes on with them.

    Args:
        spec: What to ask.
        path: The merged run.
        say: Gets lines of progress.
        shards: How many; by default four for each processor of the cluster.

    Raises:
        SpecError: Sizes are found while asking, or a limit of cost or tokens is set, which holds one process.
        RunError: Ray is not installed, the cluster cannot be reached, or a worker does not see the folder.
    """
    limits = spec.limits
    if limits.max_cost is not None or limits.max_tokens_total is not None:
        raise SpecError("max_cost and max_tokens_total hold one process: leave them out on a cluster")
    if RunDirectory.is_at(path):
        raise RunError(f"there is a run at {str(path)!r} already: name another directory with --out")
    folder = path.with_name(f"{path.name}-shards")
    with _cluster() as ray:
        of = _count(folder, shards, int(ray.cluster_resources().get("CPU", 1)))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _SEEN).touch()
        parts = [Shard(number, of) for number in range(of)]
        paths = [folder.absolute() / f"shard-{part.number + 1:0{len(str(of))}}-of-{of}" for part in parts]
        jobs = [(spec.sharded(part), at) for part, at in zip(parts, paths, strict=True)]
        say(f"{of:,} shards on {len(ray.nodes()):,} nodes")
        done: list[_Asked] = []
        began = told = time.monotonic()
        for asked in _each(ray, _ask_shard, jobs):
            done.append(asked)
            if time.monotonic() - told > _EVERY or len(done) == of:
                told = time.monotonic()
                say(f"{len(done):,} of {of:,} shards done after {told - began:.0f} s")
    left = sum(asked.left for asked in done)
    why = tuple(dict.fromkeys(asked.why for asked in done if asked.why))
    if left or why:
        return ClusterRun(None, left, any(asked.fatal for asked in done), why)
    return ClusterRun(merge([at for at in paths if RunDirectory.is_at(at)], path))


def _count(folder: Path, shards: int | None, processors: int) -> int:
    """Return the number of shards: as before where some are there."""
    before = {int(found[1]) for at in folder.glob("shard-*") if (found := _SHARD.fullmatch(at.name))}
    if len(before) > 1 or (before and shards not in (None, *before)):
        told = ", ".join(map(str, sorted(before)))
        raise RunError(f"the shards in {str(folder)!r} are of {told}: ask as many, or move them away")
    return min(MOST_SHARDS, before.pop() if before else shards or _WIDER * processors)


def _ask_shard(job: tuple[Spec, Path]) -> _Asked:
    """Ask one shard in the process of a worker."""
    spec, path = job
    number = spec.shard.number
    try:
        if not (path.parent / _SEEN).exists():
            raise RunError(
                f"a worker does not see {str(path.parent)!r}: name a folder that all machines share"
            )
        spec = spec.checked("the spec")
        run = make_or_continue(spec, path)
        with OutcomeBuffer(run) as kept:
            gathered = OutcomeCollector(kept)
            with Recorder(run) as recorder:
                surveyed = survey(spec, recorder.index, recorded_prices(run), placements(run))
                summary = ask(spec, surveyed, recorder, Silence(), gathered)
            if summary.broken is not None:
                return _Asked(number, summary.left, why=summary.broken)
            finish(run, gathered)
    except CantwontError as error:
        return _Asked(number, 0, why=str(error))
    why = [*([summary.limit] if summary.limit else []), *summary.errors.values()]
    return _Asked(number, summary.left, summary.fatal, why[0] if summary.left and why else "")


def describe(asked: ClusterRun, path: Path) -> Iterator[str]:
    """Yield what became of a run on a cluster."""
    if asked.merged is not None:
        yield from asked.merged.describe()
    elif asked.left:
        yield f"{trial_count(asked.left)} without a reply; the same command goes on with {path}-shards"


def replay_on_ray(runs: Sequence[RunDirectory]) -> list[Replayed]:
    """Replay runs with the processors of a cluster, whose workers must see them.

    Raises:
        RunError: As `run_on_ray`; or a run has puzzles of a user's own, which this machine alone trusts.
    """
    for run in runs:
        if run.manifest.puzzle_files:
            names = ", ".join(map(repr, run.manifest.puzzle_files))
            raise RunError(
                f"the run at {str(run.path)!r} has puzzles of its own ({names}): replay it without Ray"
            )
    with _cluster() as ray:
        processors = max(1, int(ray.cluster_resources().get("CPU", 1)))

        def mapped(work: Callable[[_Item], _Result], items: Sequence[_Item]) -> list[_Result]:
            return list(_each(ray, work, items, in_order=True))

        absolute = [RunDirectory.open(run.path.absolute()) for run in runs]
        return [replay(run, processes=processors, mapped=mapped) for run in absolute]


@contextmanager
def _cluster() -> Iterator[Any]:
    """Connect to the cluster that the environment names, or start one on this machine; yields Ray."""
    try:
        import ray  # noqa: PLC0415 - an extra
    except ImportError:
        raise RunError("Ray is not installed: install 'cantwont[ray]'") from None
    ours = not ray.is_initialized()
    if ours:
        address = os.environ.get("RAY_ADDRESS")
        local = {} if address else {"include_dashboard": False}
        if not address:
            # Otherwise workers stand behind whatever else this machine does.
            os.environ.setdefault("RAY_worker_niceness", "0")
        try:
            ray.init(address=address, log_to_driver=False, logging_level="warning", **local)
        except Exception as error:  # whatever keeps Ray from starting or answering
            where = f"at {address!r}" if address else "on this machine"
            raise RunError(f"no Ray cluster {where}: {str(error).splitlines()[0][:200]}") from None
    try:
        yield ray
    finally:
        if ours:
            ray.shutdown()


def _each(
    ray: Any, work: Callable[[_Item], _Result], items: Sequence[_Item], *, in_order: bool = False
) -> Iterator[_Result]:
    """Yield the result of each item, as they come or in order; lost workers' items are started again."""
    task = ray.remote(num_cpus=1, max_retries=_TRIES)(work)
    waiting = [task.remote(item) for item in items]
    try:
        if in_order:
            yield from map(ray.get, waiting)
            return
        while waiting:
            [first], waiting = ray.wait(waiting, num_returns=1)
            yield ray.get(first)
    except ray.exceptions.WorkerCrashedError:
        raise RunError(
            f"a worker was lost {_TRIES} times at the same task; the same command goes on"
        ) from None
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, CantwontError):
            raise error.cause from None
        raise
    finally:
        for left in waiting:
            ray.cancel(left, force=False)
