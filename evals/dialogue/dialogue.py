"""A conversation: the turns to ask, and the answers to them. The same code runs live and in replay."""

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
    """A turn to ask."""

    number: int
    """Counted from 1."""
    reason: str
    messages: tuple[Message, ...]
    """The messages added since the previous turn."""


class Dialogue(ABC):
    """The conversation of one trial, which receives its answers one by one."""

    def __init__(self, trial: Trial, problem: Problem) -> None:
        self.trial, self.problem = trial, problem
        self.taken = 0
        """Number of answered turns."""

    def take(self, answer: Answer, reason: str) -> None:
        """Take the answer to a turn that was asked for this reason."""
        self.taken += 1
        self._take(answer, reason)

    def take_result(self, result: Mapping[str, Any] | None) -> None:
        """Take the sandbox's result for the program of an answer."""
        raise ValueError(f"arm {self.trial.arm!r} runs no program, yet there is {result!r}")

    @abstractmethod
    def _take(self, answer: Answer, reason: str) -> None: ...

    @abstractmethod
    def following(self) -> Turn | None:
        """Return the next turn, or `None` when the conversation is over. Requires an answer."""

    @abstractmethod
    def ending(self) -> Ending:
        """Return how the conversation ends as it stands. Requires an answer."""


class SingleAnswer(Dialogue):
    """One question, one answer."""

    _ending: Ending

    def _take(self, answer: Answer, reason: str) -> None:
        del reason
        self._ending = Ending.of(label(self.problem, answer), self.taken)

    def following(self) -> Turn | None:
        """Return `None`: there is only one turn."""
        return None

    def ending(self) -> Ending:
        """Return the ending of the one answer."""
        return self._ending
