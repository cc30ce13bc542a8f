"""The contract of an arm: how a task is put to a model, what follows its answer, and what it will take.

An arm is one file in `evals.arms` with an object `ARM`. Only `name`, `version`, `summary` and `prompt` are
required; everything else has the default of an arm that asks once for the whole list.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from evals.dialogue.dialogue import START, Dialogue, SingleAnswer, Turn
from evals.record.exchange import Message, RowKind
from evals.record.model import Closed, Scalar
from evals.record.trial import Trial
from tasks import Problem

Given = Mapping[str, Scalar]
"""A trial's options, as recorded."""
_DEFAULTS: Given = MappingProxyType({})


class NoOptions(Closed):
    """The options of an arm that has none."""


class Play(StrEnum):
    """What the simulated models do when they are asked by an arm."""

    WHOLE = "whole"
    """Write the whole list, or stop."""
    PUSHED = "pushed"
    """The same, but being told not to stop has its effect on them."""
    REMINDED = "reminded"
    """The same, and whenever they stopped they are told to go on."""
    IN_PARTS = "in_parts"
    """Write a few steps a turn; the options are those of `ChunkOptions`."""
    EXCERPT = "excerpt"
    """Write a few steps from the middle; the options are those of `WindowOptions`."""
    PROGRAM = "program"
    """Write a program that returns the list."""


@dataclass(frozen=True, slots=True)
class Workload:
    """The requests of one trial, in a run without failures."""

    requests: int
    prompt_characters: int
    """Of each request: the whole conversation that is sent."""
    answer_characters: int
    """Of each full answer; thinking comes on top."""


class Arm(ABC):
    """One way of asking."""

    name: ClassVar[str]
    version: ClassVar[int]
    """Rises when its words change."""
    summary: ClassVar[str]
    """One line for lists."""
    options: ClassVar[type[Closed]] = NoOptions
    """What a spec may set, with defaults; all of it is part of a trial's identity."""
    solvable_only: ClassVar[bool] = False
    """Whether it makes sense only for instances that have a solution."""
    ends_with: ClassVar[RowKind] = RowKind.REPLY
    """The kind of row after which nothing more of a trial is recorded."""
    play: ClassVar[Play] = Play.WHOLE

    @abstractmethod
    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """The paragraphs of the first message."""

    def open(self, problem: Problem, options: Given = _DEFAULTS) -> tuple[Message, ...]:
        """The messages of the first turn; options that are not given are at their default."""
        return (Message(role="user", content="\n\n".join(self.prompt(problem, options))),)

    def suits(self, problem: Problem) -> bool:
        """Whether it can be asked of this problem."""
        return not self.solvable_only or problem.fewest_steps is not None

    def asked(self, problem: Problem, options: Given) -> Problem:  # noqa: ARG002 - for arms that ask for less
        """What the first answer is to solve: the whole problem, or an excerpt of it."""
        return problem

    def dialogue(self, trial: Trial, problem: Problem) -> Dialogue:
        """The conversation of a trial."""
        return SingleAnswer(trial, self.asked(problem, trial.options))

    def workload(self, problem: Problem, options: Given, whole: Workload) -> Workload:  # noqa: ARG002
        """What one trial will take.

        Args:
            problem: what is asked.
            options: of the arm.
            whole: one request with this arm's first message and an answer that is the full list.
        """
        return whole


@dataclass(frozen=True, slots=True)
class ArmChoice:
    """An arm with all its options, as a spec chooses it."""

    arm: Arm
    options: dict[str, Scalar]


__all__ = [
    "START",
    "Arm",
    "ArmChoice",
    "Closed",
    "Dialogue",
    "Given",
    "NoOptions",
    "Play",
    "Turn",
    "Workload",
]
