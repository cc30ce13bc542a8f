"""What a run is about to ask: its trials counted and estimated before anything is sent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from evals.arms import Arm, known_arm
from evals.dialogue.arm import Workload
from evals.endpoints import ModelAt
from evals.plan.adaptive.lines import LineState, line_states
from evals.plan.estimate import Estimate, Requests, answer_characters, estimates
from evals.plan.grid import Cell, cells, trials
from evals.plan.spec import Spec
from evals.record.exchange import RowKind
from evals.record.exchange_log import Index
from evals.record.placements import Placement, placements
from evals.record.price import Price
from evals.record.run import RunDirectory, Shard
from evals.record.trial import Trial
from tasks import CantwontError

LARGE = 1000
"""Number of requests from which on a run prints an estimate before it starts."""
_COUNTED = 200_000
"""The most cells that are counted of somebody's spec."""


def recorded(path: Path) -> Index:
    """Return what the run at this path has recorded; nothing if there is no run."""
    return Index.of(RunDirectory.open(path)) if RunDirectory.is_at(path) else Index()


def is_over(trial: Trial, index: Index) -> bool:
    """Return whether a trial needs no more requests."""
    return _is_over(trial.id, known_arm(trial.arm, trial.options), index)


def _is_over(trial: str, arm: Arm, index: Index) -> bool:
    return (trial, 1) in index if arm.ends_with is RowKind.REPLY else index.has_ended(trial)


def trials_of(run: RunDirectory) -> int | None:
    """Return how many trials a run's spec asks; where sizes are found while asking, those decided on so far.

    `None` if it has no spec that today's cantwont can read, or one with more cells than anybody asks: it may
    come from a stranger, and counting them takes time.
    """
    asked, endpoints = run.manifest.spec.get("asked"), run.manifest.spec.get("endpoints")
    if not isinstance(asked, dict) or not isinstance(endpoints, dict):
        return None
    known = {name: {"base_url": made.get("base_url")} for name, made in endpoints.items()}
    try:
        spec = Spec.model_validate({**asked, "endpoints": known, "shard": run.manifest.shard or Shard()})
        decided = placements(run)
        instances = sum(len(chosen.sizes) * chosen.instances for chosen in spec.puzzles)
        if instances * len(spec.models) * len(spec.arms) * max(1, len(spec.budgets)) > _COUNTED:
            return None
        found = sum(placement.count for placement in decided)
        return found + sum(cell.count for cell in cells(spec, spec.models_at()))
    except (ValidationError, CantwontError):
        return None


@dataclass(frozen=True, slots=True)
class Survey:
    """What a run still has to ask, counted in one pass over the cells of its spec before anything is sent."""

    totals: dict[str, int]
    """Number of trials by model, as `endpoint/model`, in the order in which they are asked."""
    pending: dict[str, int]
    """Number of these that are not over."""
    found_later: dict[str, int]
    """By model, how many more there are at most whose sizes are found while asking; not counted above."""
    lines: list[LineState]
    """Whose sizes are found while asking, with what was decided about each."""
    estimates: list[Estimate]
    """Estimates for the pending trials, by model."""


def survey(
    spec: Spec,
    index: Index,
    prices: Mapping[str, Price] | None = None,
    decided: Iterable[Placement] = (),
) -> Survey:
    """Count the trials of a spec, and estimate the requests of those that are not over.

    Args:
        spec: What is asked.
        index: What is recorded of it.
        prices: By `endpoint/model`; those of the spec if there are none.
        decided: What was decided so far where sizes are found while asking.
    """
    known: Mapping[str, Price] = spec.prices if prices is None else prices
    totals: dict[str, int] = {}
    pending: dict[str, int] = {}
    requests: list[Requests] = []
    for cell in cells(spec, spec.models_at()):
        who = cell.at.who
        count = cell.count
        trials = _pending(cell, index) if index.trials else count
        totals[who] = totals.get(who, 0) + count
        pending[who] = pending.get(who, 0) + trials
        if trials:
            requests.append(Requests(who, trials, _workload(cell), cell.sampling.max_tokens))
    found_later: dict[str, int] = {}
    lines = line_states(spec, decided, known)
    for state in lines:
        who = state.line.at.who
        over = sum(is_over(trial, index) for _, trial in state.asked)
        found_later[who] = found_later.get(who, 0) + state.most - over
        requests += state.remaining(over)
    return Survey(totals, pending, found_later, lines, estimates(requests, known))


def pending_trials(spec: Spec, at: ModelAt, index: Index) -> Iterator[Trial]:
    """Return the trials of one model that are not over; generated one by one, to save memory."""
    return (trial for trial in trials(spec, [at]) if not is_over(trial, index))


def _pending(cell: Cell, index: Index) -> int:
    return sum(not _is_over(trial, cell.chosen.arm, index) for trial in cell.ids())


def _workload(cell: Cell) -> Workload:
    arm, problem, options = cell.chosen.arm, cell.problem, cell.chosen.options
    prompt = sum(len(message.content) for message in arm.open(problem, options))
    return arm.workload(problem, options, Workload(1, prompt, answer_characters(problem)))
