"""A conversation: turns that are asked, and answers that are taken. The same code live and in replay."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evals.dialogue.ending import Ending
from evals.labelling.answer import Answer
from evals.labelling.rules import label
from evals.record.exchange import Message
from evals.record.trial import Trial
from tasks import Problem

START = "start"
"""The reason of every first turn."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be asked."""

    number: int
    """Counted from 1."""
    reason: str
    messages: tuple[Message, ...]
    """The messages added since the turn before."""


class Dialogue(ABC):
    """The conversation of one trial, which is given its answers one by one."""

    def __init__(self, trial: Trial, problem: Problem) -> None:
        self.trial, self.problem = trial, problem
        self.taken = 0
        """Turns that were answered."""

    def take(self, answer: Answer, reason: str) -> None:
        """An answer has come to a turn that was asked for this reason."""
        self.taken += 1
        self._take(answer, reason)

    def take_result(self, result: Mapping[str, Any] | None) -> None:
        """The sandbox has run the program of an answer."""
        raise ValueError(f"arm {self.trial.arm!r} runs no program, yet there is {result!r}")

    @abstractmethod
    def _take(self, answer: Answer, reason: str) -> None: ...

    @abstractmethod
    def following(self) -> Turn | None:
        """What to ask now; `None` when it is over. Only after an answer."""

    @abstractmethod
    def ending(self) -> Ending:
        """What it has come to so far. Only after an answer."""


class SingleAnswer(Dialogue):
    """One question, one answer."""

    _ending: Ending

    def _take(self, answer: Answer, reason: str) -> None:
        del reason
        self._ending = Ending.of(label(self.problem, answer), self.taken)

    def following(self) -> Turn | None:
        """Nothing."""
        return None

    def ending(self) -> Ending:
        """That of the one answer."""
        return self._ending
