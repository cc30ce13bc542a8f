"""The contract of an arm: how a task is put to a model, what follows its answer, and its workload.

An arm is one file in `evals.arms` with an object `ARM`. Only `name`, `version`, `summary` and `prompt` are
required; everything else has the defaults of an arm that asks once for the whole list.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar

from evals.dialogue.dialogue import START, Dialogue, SingleAnswer, Turn
from evals.record.exchange import Message, RowKind
from evals.record.model import Closed, Scalar
from evals.record.trial import Trial
from tasks import Problem

Given = Mapping[str, Scalar]
"""A trial's options, as recorded."""
_DEFAULTS: Given = MappingProxyType({})


class NoOptions(Closed):
    """Options of an arm without options."""


class Play(StrEnum):
    """The form in which the simulated models answer an arm."""

    WHOLE = "whole"
    """Write the whole list, or stop."""
    REMINDED = "reminded"
    """The same, but they are told to continue whenever they stop."""
    IN_PARTS = "in_parts"
    """Write a few steps per turn; the options are those of `ChunkOptions`."""
    EXCERPT = "excerpt"
    """Write a few steps from the middle; the options are those of `WindowOptions`."""
    PROGRAM = "program"
    """Write a program that returns the list."""
    ACTIONS = "actions"
    """Act, by calls of tools or in lines of text, and see what becomes of it; at most `k` steps at a time."""


class Harness(StrEnum):
    """How a model that is to act writes its actions."""

    TOOLS = "tools"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an arm changes about a task, whatever the form of the answer; some simulated models mind it."""

    pushed: bool = False
    """Stopping is forbidden."""
    way_out: bool = False
    """Giving up is offered as an action."""
    method: bool = False
    """The method is given."""
    restated: bool = False
    """The state is told before every part but the first."""
    other_tokens: int = 0
    """So many tokens of other text stand before the task."""
    harness: Harness | None = None
    """How actions are written, where any are."""


@dataclass(frozen=True, slots=True)
class Workload:
    """The requests of one trial, in a run without failures."""

    requests: int
    prompt_characters: int
    """Per request: the whole conversation that is sent."""
    answer_characters: int
    """Per full answer, without thinking."""


class Arm(ABC):
    """One way of asking."""

    name: ClassVar[str]
    version: ClassVar[int]
    """Raised when the wording changes."""
    summary: ClassVar[str]
    """One line for listings."""
    options: ClassVar[type[Closed]] = NoOptions
    """The options a spec may set, with defaults; all of them are part of a trial's identity."""
    solvable_only: ClassVar[bool] = False
    """Whether the arm makes sense only for instances that have a solution."""
    ends_with: ClassVar[RowKind] = RowKind.REPLY
    """The kind of row after which no more rows of a trial are recorded."""
    play: ClassVar[Play] = Play.WHOLE

    @abstractmethod
    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """Return the paragraphs of the first message."""

    def conditions(self, options: Given) -> Conditions:  # noqa: ARG002 - for arms that change something
        """Return what it changes about a task; missing options have their defaults."""
        return Conditions()

    def open(self, problem: Problem, options: Given = _DEFAULTS) -> tuple[Message, ...]:
        """Return the messages of the first turn; missing options have their defaults."""
        return (Message(role="user", content="\n\n".join(self.prompt(problem, options))),)

    def fields(self, problem: Problem, options: Given) -> dict[str, Any]:  # noqa: ARG002 - for arms with tools
        """Return the fields that its requests have besides the messages and the sampling."""
        return {}

    def suits(self, problem: Problem) -> bool:
        """Return whether the arm can ask this problem."""
        return not self.solvable_only or problem.fewest_steps is not None

    def asked(self, problem: Problem, options: Given) -> Problem:  # noqa: ARG002 - for arms that ask for less
        """Return what the first answer should solve: the whole problem, or an excerpt of it."""
        return problem

    def dialogue(self, trial: Trial, problem: Problem) -> Dialogue:
        """Return the conversation of a trial."""
        return SingleAnswer(trial, self.asked(problem, trial.options))

    def workload(self, problem: Problem, options: Given, whole: Workload) -> Workload:  # noqa: ARG002
        """Return the workload of one trial.

        Args:
            problem: the problem that is asked.
            options: the arm's options.
            whole: one request with this arm's first message, answered with the full list.
        """
        return whole


@dataclass(frozen=True, slots=True)
class ArmChoice:
    """An arm with all its options, as chosen by a spec."""

    arm: Arm
    options: dict[str, Scalar]

    @property
    def pushes(self) -> bool:
        """Whether it pushes a model to write the whole list, at once or when it stops."""
        return self.arm.play is Play.REMINDED or self.arm.conditions(self.options).pushed


__all__ = [
    "START",
    "Arm",
    "ArmChoice",
    "Closed",
    "Conditions",
    "Dialogue",
    "Given",
    "Harness",
    "NoOptions",
    "Play",
    "Turn",
    "Workload",
]
