"""What every conversation is: turns that are asked, and answers that are taken."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from evals.arms.arms import START, arm
from evals.arms.ending import Ending
from evals.labelling.answer import Answer
from evals.record.exchange import Message
from evals.record.model import Scalar
from evals.record.trial import Trial
from tasks import AnyInstance, AnyPuzzle


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be asked."""

    number: int
    reason: str
    messages: tuple[Message, ...]
    """Those that come after the turn before."""


@lru_cache(maxsize=64)
def _opened(
    name: str, puzzle: Hashable, instance: AnyInstance, options: tuple[tuple[str, Scalar], ...]
) -> tuple[Message, ...]:
    """Many trials begin alike."""
    return arm(name).open(cast("AnyPuzzle", puzzle), instance, dict(options))


class Dialogue(ABC):
    """The conversation of one trial, to which its answers are given one by one."""

    def __init__(self, trial: Trial, puzzle: AnyPuzzle, instance: AnyInstance) -> None:
        self.trial, self.puzzle, self.instance = trial, puzzle, instance
        self.taken = 0
        """Turns that were answered."""

    def opening(self) -> Turn:
        """The first turn."""
        options = tuple(self.trial.options.items())
        return Turn(1, START, _opened(self.trial.arm, cast("Hashable", self.puzzle), self.instance, options))

    def take(self, answer: Answer, reason: str) -> None:
        """An answer has come to a turn that was asked for this reason."""
        self.taken += 1
        self._take(answer, reason)

    def take_result(self, result: Mapping[str, Any] | None) -> None:
        """The sandbox has run the program of an answer."""
        raise ValueError(f"arm {self.trial.arm!r} runs no program, and yet there is {result!r}")

    @abstractmethod
    def _take(self, answer: Answer, reason: str) -> None: ...

    @abstractmethod
    def following(self) -> Turn | None:
        """What to ask now; `None` when it is over. Only after an answer."""

    @abstractmethod
    def ending(self) -> Ending:
        """What it has come to so far. Only after an answer."""
