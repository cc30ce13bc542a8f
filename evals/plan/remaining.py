"""What a run is about to ask: its trials counted and reckoned up before anything is sent."""

from collections.abc import Iterator
from math import ceil
from pathlib import Path

from pydantic import ValidationError

from evals.arms.arms import Talk, talk_of
from evals.arms.prompts import ChunkOptions, NudgeOptions, window_of
from evals.plan.estimate import Asking, answer_characters
from evals.plan.grid import Cell, cells
from evals.plan.spec import Spec
from evals.record.exchange_log import Index
from evals.record.run import Run
from evals.record.trial import Trial
from tasks import CantwontError

LARGE = 1000
"""From so many requests on, a run says beforehand what they come to."""
_PROGRAM = 1500
"""Characters of a program."""


def recorded(path: Path) -> Index:
    """What the run at this path has recorded; nothing where there is none."""
    return Index.of(Run.open(path)) if (path / "run.json").exists() else Index()


def is_over(trial: Trial, index: Index) -> bool:
    """Whether nothing more is to be asked of a trial."""
    if talk_of(trial.arm) is Talk.ONCE:
        return (trial.id, 1) in index
    return trial.id in index.ended


def trials_of(run: Run) -> int | None:
    """How many trials a run's spec asks; `None` where it has none, or today's cantwont cannot tell."""
    asked, endpoints = run.manifest.spec.get("asked"), run.manifest.spec.get("endpoints")
    if not isinstance(asked, dict) or not isinstance(endpoints, dict):
        return None
    known = {name: {"base_url": made.get("base_url")} for name, made in endpoints.items()}
    try:
        spec = Spec.model_validate({**asked, "endpoints": known})
        return sum(cell.repeats for cell in cells(spec, spec.models_at()))
    except (ValidationError, CantwontError):
        return None


def left(cell: Cell, index: Index) -> int:
    """How many trials of a cell are not over."""
    if not len(index):
        return cell.repeats
    return sum(not is_over(trial, index) for trial in cell.trials())


def asking(spec: Spec, index: Index) -> Iterator[Asking]:
    """The requests of all trials that are not recorded yet."""
    for cell in cells(spec, spec.models_at()):
        if trials := left(cell, index):
            yield _asking(cell, trials)


def _asking(cell: Cell, trials: int) -> Asking:
    puzzle, instance, options = cell.puzzle, cell.instance, cell.way.options
    arm = cell.way.arm
    prompt = sum(len(message.content) for message in arm.open(puzzle, instance, options))
    answer = answer_characters(puzzle, instance)
    requests = _requests(cell)
    if arm.talk is Talk.CHUNKS:
        # Each turn sends all that was written before, on average half of the list.
        prompt, answer = prompt + answer // 2, ceil(answer / requests)
    elif arm.talk is Talk.PROGRAM:
        answer = _PROGRAM
    elif arm.name == "window":
        steps = puzzle.fewest_steps(instance) or 1
        answer = ceil(answer * window_of(puzzle, instance, options).count / steps)
    return Asking(cell.who, trials * requests, prompt, answer, cell.sampling.max_tokens)


def _requests(cell: Cell) -> int:
    """Of a conversation: as many as a full list needs; nudges at most."""
    options = cell.way.options
    match cell.way.arm.talk:
        case Talk.NUDGES:
            return 1 + NudgeOptions.model_validate(options).k
        case Talk.CHUNKS:
            steps = cell.puzzle.fewest_steps(cell.instance) or 1
            return ceil(steps / ChunkOptions.model_validate(options).p)
        case Talk.ONCE | Talk.PROGRAM:
            return 1
