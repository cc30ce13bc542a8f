"""The contract of a puzzle: what its one file provides, and all that the rest of the product may ask.

A puzzle is stateless; everything about one problem follows from an `Instance`. Steps are rows of whole
numbers of a fixed width, so that a list of a million steps is one array. States are the puzzle's own,
hashable values.
"""

import re
from abc import abstractmethod
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from random import Random
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from tasks.contract.parameters import P, Value, given_values, validate

Row = tuple[int, ...]
"""One step: as many whole numbers as the puzzle's `width`."""

ANY = -1
"""In a row read from an answer: a number that the written form leaves out and the rules imply."""

NEVER = 1 << 62
"""The distance of a dead end, from which no way leads to the goal: more than any number of steps."""

S = TypeVar("S")


class Kind(StrEnum):
    """What a puzzle's steps are, which decides how a wrong one is taken."""

    MOVES = "moves"
    """Each step changes a state; after an illegal one the rest means nothing."""
    TRACE = "trace"
    """Each step is an item to write; the item after a wrong one can still be right."""


@dataclass(frozen=True, slots=True)
class Instance(Generic[P]):
    """One problem. Its canonical string is its identity and its seed."""

    puzzle: str
    parameters: P
    seed: int

    @property
    def canonical(self) -> str:
        """E.g. `hanoi/size=10,target=1/seed=3`; parameters at their default are left out."""
        given = ",".join(f"{name}={value}" for name, value in given_values(self.parameters).items())
        return f"{self.puzzle}/{given}/seed={self.seed}"

    def random(self) -> Random:
        """A fresh generator seeded with the identity. Draw with `.random()` alone: all else may change."""
        return Random(self.canonical)


@dataclass(frozen=True, slots=True)
class Steps:
    """A list of steps, flat: `values[i * width : (i + 1) * width]` is step `i`."""

    values: "array[int]"
    width: int

    def __len__(self) -> int:
        return len(self.values) // self.width

    def row(self, index: int) -> Row:
        """Step `index`, counted from 0."""
        return tuple(self.values[index * self.width : (index + 1) * self.width])

    def rows(self, first: int = 0) -> Iterator[Row]:
        """All steps from `first` on."""
        numbers = iter(self.values[first * self.width :] if first else self.values)
        return zip(*[numbers] * self.width, strict=True)

    @classmethod
    def of(cls, rows: Iterable[Row], width: int) -> "Steps":
        """Pack rows into one array."""
        return cls(array("q", chain.from_iterable(rows)), width)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The parts from which each way of asking is composed. All plain text, no trailing newline."""

    rules: str
    """What the task is and what a legal step is."""
    start: str
    """The state the instance starts from, in words."""
    goal: str
    """What the last state, or the last item, must be."""
    format: str
    """How the answer is to be written: stated once, exactly."""
    example: str
    """A smaller problem of the same shape and parity with its answer; gives nothing of this one away."""
    method: str
    """An algorithm that solves any instance, in words precise enough to be executed by hand."""
    code: str
    """What a Python function that answers must be called, take and return: one list, with an item a step.

    The items are as `format` writes the steps, each a number, a string or a list of these. What the function
    returns is put into text by `json.dumps`, and read like any answer.
    """


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a step may stand in a text.

    `step` matches one step; its groups, in order, are turned into the row's columns by `columns`.
    `joint` matches what may stand between two steps of one list and means nothing by itself, from the end
    of the first to the beginning of the second, line ends included. Both must match in linear time: bounded
    repeats, no nested ones.
    """

    name: str
    step: str
    joint: str
    columns: tuple[Callable[[str], int] | None, ...]
    """One a group: turns its text into a number; `None` for a group that is no column (see `number`)."""
    number: int | None = None
    """Which group, if any, holds the step's own running number. Such a step is a line: it begins with `^`."""
    ends: str = "\n"
    """The character with which a step ends, such as `]`; or a line's end, when steps stand on lines."""
    flags: re.RegexFlag = re.NOFLAG
    implied: int = 0
    """How many leading columns this form leaves out; they are read as `ANY`."""
    needs: tuple[str, ...] = ()
    """Of these at least one stands in any text that has a step of this form; saves a search."""

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return self.implied + sum(convert is not None for convert in self.columns)


@dataclass(frozen=True, slots=True)
class Advance(Generic[S]):
    """How far a list of steps could be replayed."""

    state: S
    """The state after the last legal step."""
    taken: int
    """How many steps were legal before the first error, or the end."""
    goal_at: int | None
    """After how many steps the goal was first reached; `None` if it was not."""


class Puzzle(Protocol[P, S]):
    """A family of instances with a rule. Subclass it, and name an object of the class `PUZZLE`."""

    name: ClassVar[str]
    version: ClassVar[int]
    """Rises when an instance, a rule or a prompt of the puzzle changes."""
    summary: ClassVar[str]
    """One line for lists."""
    kind: ClassVar[Kind]
    width: ClassVar[int]
    """Numbers in a row."""

    @property
    @abstractmethod
    def parameters(self) -> type[P]:
        """The dataclass of its parameters."""

    # --- instances

    def generate(self, given: Mapping[str, Value], seed: int = 0) -> Instance[P]:
        """The instance of these parameters and this seed; raises `BadParameter`."""
        return Instance(self.name, validate(self.parameters, given), seed)

    def varies(self, instance: Instance[P]) -> bool:  # noqa: ARG002 - for puzzles that draw
        """Whether other seeds give other problems."""
        return False

    def smaller(self, instance: Instance[P]) -> Instance[P] | None:  # noqa: ARG002 - for examples of its own
        """The problem that the worked example solves, in the format of this one.

        It is as even or odd in size as the instance where that decides how a solution begins, and turned
        round where it can be, so that copying its steps is of no use. `None` where the example is in labels
        that no answer to the instance can have, and therefore no instance.
        """
        return None

    @abstractmethod
    def fewest_steps(self, instance: Instance[P]) -> int | None:
        """L, the fewest steps that solve it (for a trace: its items); `None` if it has no solution.

        Where the fewest are not known, the length of the best solution known: see `optimal`.
        """

    def at_least(self, instance: Instance[P]) -> int | None:
        """A proven bound from below on the steps of any solution; `None` if it has none."""
        return self.fewest_steps(instance)

    def optimal(self, instance: Instance[P]) -> bool:
        """Whether `fewest_steps` is proven to be least, and not only the best that is known."""
        return self.at_least(instance) == self.fewest_steps(instance)

    @abstractmethod
    def start(self, instance: Instance[P]) -> S:
        """The state before the first step."""

    @abstractmethod
    def is_goal(self, instance: Instance[P], state: S) -> bool:
        """Whether the state solves the instance."""

    @abstractmethod
    def step(self, instance: Instance[P], state: S, row: Row) -> S | None:
        """The state after this step; `None` when the step is illegal or wrong."""

    @abstractmethod
    def why_not(self, instance: Instance[P], state: S, row: Row) -> str:
        """For a step that `step` refuses: why, in a few words."""

    def recover(self, instance: Instance[P], state: S, row: Row) -> S | None:  # noqa: ARG002 - for traces
        """Where a trace stands after a wrong item, so that later items can be judged; `None`: it cannot."""
        return None

    def distance(self, instance: Instance[P], state: S) -> int | None:  # noqa: ARG002 - where it is cheap
        """Fewest steps from this state to the goal; of a trace the items still to write.

        Exact wherever it is given. `NEVER` from a dead end of an instance that has a solution. `None` where
        it is not cheap to know. If it is known at the start it is known all along every shortest way from
        there, so that `None` at another state says that it is on none; if not, and for an instance without a
        solution, it is `None` everywhere.
        """
        return None

    def options(self, instance: Instance[P], state: S) -> Iterator[Row]:  # noqa: ARG002 - for searches
        """Every legal step from this state, for exhaustive search at small sizes; traces give none."""
        return iter(())

    # --- solutions

    @abstractmethod
    def solution(self, instance: Instance[P], first: int = 0) -> Iterator[Row]:
        """The steps of a shortest solution from step `first` (counted from 0) on, one at a time."""

    def state_after(self, instance: Instance[P], count: int) -> S:
        """The state after the first `count` steps of the solution."""
        state = self.start(instance)
        for row in islice(self.solution(instance), count):
            after = self.step(instance, state, row)
            assert after is not None, f"{self.name}: its own solution is illegal at {row!r}"
            state = after
        return state

    # --- words

    @abstractmethod
    def prompt(self, instance: Instance[P]) -> Prompt:
        """The parts of the prompt for this instance."""

    @abstractmethod
    def describe(self, instance: Instance[P], state: S) -> str:
        """A state in the words of the prompt."""

    @abstractmethod
    def format(self, instance: Instance[P], rows: Iterable[Row]) -> Iterator[str]:
        """An answer in the asked format, piece by piece; the pieces joined are the answer."""

    @abstractmethod
    def forms(self, instance: Instance[P]) -> tuple[Form, ...]:
        """The forms in which its steps are found in answers, the most telling first."""

    def settle(self, instance: Instance[P], steps: Steps) -> Steps:  # noqa: ARG002 - where a dialect is known
        """Steps as read, put into the instance's own numbers where the answer used others throughout."""
        return steps

    def noise(self, instance: Instance[P], text: str) -> Iterator[tuple[int, int]]:  # noqa: ARG002 - where known
        """Spans of the text that look like steps and are none, such as a state drawn as a list of lists."""
        return iter(())

    # --- replay

    def advance(self, instance: Instance[P], state: S, steps: Steps, first: int = 0) -> Advance[S]:
        """Replay steps from `first` on until one is illegal. Puzzles with long lists give a faster one."""
        goal_at = 0 if self.is_goal(instance, state) else None
        for index in range(first, len(steps)):
            after = self.step(instance, state, steps.row(index))
            if after is None:
                return Advance(state, index - first, goal_at)
            state = after
            if goal_at is None and self.is_goal(instance, state):
                goal_at = index - first + 1
        return Advance(state, len(steps) - first, goal_at)


AnyPuzzle = Puzzle[Any, Any]
AnyInstance = Instance[Any]
