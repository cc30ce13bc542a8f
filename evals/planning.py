"""What a run is about to ask: its trials counted and reckoned up before anything is sent."""

from collections.abc import Iterator
from math import ceil
from pathlib import Path

from evals.arms import Talk, arm, talk_of
from evals.estimate import Asking, answer_characters
from evals.prompts import ChunkOptions, NudgeOptions, window_of
from evals.recording import Index, Run
from evals.spec import Spec
from evals.trials import Trial
from tasks import AnyInstance, AnyPuzzle

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


def asking(spec: Spec, index: Index) -> Iterator[Asking]:
    """The requests of all trials that are not recorded yet."""
    models = spec.models_at()
    for trial in spec.trials(models):
        if not is_over(trial, index):
            yield _asking(trial)


def _asking(trial: Trial) -> Asking:
    puzzle, instance = trial.instance.restore()
    way = arm(trial.arm)
    prompt = sum(len(message.content) for message in way.open(puzzle, instance, trial.options))
    answer = answer_characters(puzzle, instance)
    requests = _requests(trial, puzzle, instance)
    if way.talk is Talk.CHUNKS:
        # Each turn sends all that was written before, on average half of the list.
        prompt, answer = prompt + answer // 2, ceil(answer / requests)
    elif way.talk is Talk.PROGRAM:
        answer = _PROGRAM
    elif way.name == "window":
        steps = puzzle.fewest_steps(instance) or 1
        answer = ceil(answer * window_of(puzzle, instance, trial.options).count / steps)
    return Asking(trial.who, requests, prompt, answer, trial.sampling.max_tokens)


def _requests(trial: Trial, puzzle: AnyPuzzle, instance: AnyInstance) -> int:
    """Of a conversation: as many as a full list needs; nudges at most."""
    match talk_of(trial.arm):
        case Talk.NUDGES:
            return 1 + NudgeOptions.model_validate(trial.options).k
        case Talk.CHUNKS:
            return ceil((puzzle.fewest_steps(instance) or 1) / ChunkOptions.model_validate(trial.options).p)
        case Talk.ONCE | Talk.PROGRAM:
            return 1
