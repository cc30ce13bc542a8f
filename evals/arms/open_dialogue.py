"""Conversations: what an arm asks next, and what the trial comes to; the same code live and in replay."""

from collections.abc import Mapping
from typing import Any

from evals.arms.arms import Talk, talk_of
from evals.arms.code_answer import program_ending, restored
from evals.arms.dialogue import Dialogue, Turn
from evals.arms.ending import Ending
from evals.arms.multi_turn import Chunks, Nudges
from evals.arms.prompts import window_of
from evals.labelling.answer import Answer
from evals.labelling.rules import label
from evals.record.outcome import Label
from evals.record.trial import Trial
from evals.sandbox.sandbox import SandboxResult
from tasks import AnyInstance, AnyPuzzle, window

WINDOW = "window"

__all__ = ["Dialogue", "Turn", "dialogue"]


def dialogue(trial: Trial, puzzle: AnyPuzzle, instance: AnyInstance) -> Dialogue:
    """The conversation that a trial's arm holds."""
    match talk_of(trial.arm):
        case Talk.NUDGES:
            return Nudges(trial, puzzle, instance)
        case Talk.CHUNKS:
            return Chunks(trial, puzzle, instance)
        case Talk.PROGRAM:
            return _Program(trial, puzzle, instance)
        case Talk.ONCE:
            return _Once(trial, puzzle, instance)


class _Once(Dialogue):
    """One question, one answer."""

    _ending: Ending

    def _take(self, answer: Answer, reason: str) -> None:
        del reason
        self._ending = Ending.of(label(self._asked, self.instance, answer), answer, self.taken)

    @property
    def _asked(self) -> AnyPuzzle:
        """What the answer is to solve."""
        if self.trial.arm != WINDOW:
            return self.puzzle
        chosen = window_of(self.puzzle, self.instance, self.trial.options)
        return window(self.puzzle, self.instance, chosen.first, chosen.count)

    def following(self) -> Turn | None:
        return None

    def ending(self) -> Ending:
        return self._ending


class _Program(Dialogue):
    """One question; the program in the answer is run."""

    _answer: Answer

    def __init__(self, trial: Trial, puzzle: AnyPuzzle, instance: AnyInstance) -> None:
        super().__init__(trial, puzzle, instance)
        self._result: SandboxResult | None = None
        self._was_run = False

    def _take(self, answer: Answer, reason: str) -> None:
        del reason
        self._answer = answer

    def take_result(self, result: Mapping[str, Any] | None) -> None:
        self._result, self._was_run = restored(result), True

    def following(self) -> Turn | None:
        return None

    def ending(self) -> Ending:
        if not self._was_run:
            return Ending(Label.ERROR, "its program was not run yet")
        return program_ending(self.puzzle, self.instance, self._answer, self._result)
