"""The contract of a puzzle: what its module provides, and everything that other code may ask of it.

A puzzle is stateless; everything about one problem follows from an `Instance`. Steps are fixed-width rows of
integers, so that a list of a million steps is one array. States are hashable values of the puzzle's own
type.
"""

import re
from abc import abstractmethod
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import chain, islice
from random import Random
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from tasks.contract.parameters import P, Value, given_values, validate
from tasks.errors import BadInstance

Row = tuple[int, ...]
"""One step: `width` integers, as the puzzle defines."""

ANY = -1
"""In a row read from an answer: a number that the written form omits and the rules imply."""

NEVER = 1 << 62
"""The distance of a dead end, from which the goal cannot be reached: larger than any number of steps."""

S = TypeVar("S")


class Kind(StrEnum):
    """What a puzzle's steps are, which decides how a wrong step is treated."""

    MOVES = "moves"
    """Each step changes a state; steps after an illegal one are meaningless."""
    TRACE = "trace"
    """Each step is an item to write; items after a wrong one can still be right."""


@dataclass(frozen=True, slots=True)
class Instance(Generic[P]):
    """One problem. Its canonical string is both its identity and the seed of its draws."""

    puzzle: str
    parameters: P
    seed: int
    data: str = ""
    """Of an instance given whole in place of a drawn one: all of it, as canonical JSON."""

    @property
    def canonical(self) -> str:
        """The identity, e.g. `hanoi/size=10,target=1/seed=3`; parameters at their defaults are omitted.

        Of an instance given whole: `hanoi/given=` and the first 20 digits of its data's SHA-256.
        """
        if self.data:
            return f"{self.puzzle}/given={sha256(self.data.encode()).hexdigest()[:20]}"
        given = ",".join(f"{name}={value}" for name, value in given_values(self.parameters).items())
        return f"{self.puzzle}/{given}/seed={self.seed}"

    def random(self) -> Random:
        """Return a fresh generator seeded with the identity.

        Draw with `.random()` only: the other methods may change between Python versions.
        """
        return Random(self.canonical)


@dataclass(frozen=True, slots=True)
class Steps:
    """A flat list of steps: `values[i * width : (i + 1) * width]` is step `i`."""

    values: "array[int]"
    width: int

    def __len__(self) -> int:
        return len(self.values) // self.width

    def row(self, index: int) -> Row:
        """Return step `index`, counted from 0."""
        return tuple(self.values[index * self.width : (index + 1) * self.width])

    def rows(self, first: int = 0) -> Iterator[Row]:
        """Iterate over all steps from `first` on."""
        numbers = iter(self.values[first * self.width :] if first else self.values)
        return zip(*[numbers] * self.width, strict=True)

    @classmethod
    def of(cls, rows: Iterable[Row], width: int) -> "Steps":
        """Pack rows into one array."""
        return cls(array("q", chain.from_iterable(rows)), width)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The parts from which each arm composes its prompt: plain text without a trailing newline."""

    rules: str
    """What the task is, and what a legal step is."""
    start: str
    """The initial state, in words."""
    goal: str
    """What the final state, or the last item, must be."""
    format: str
    """The exact answer format, stated once."""
    example: str
    """A smaller problem of the same shape and parity with its answer; reveals nothing about this one."""
    method: str
    """An algorithm that solves any instance, worded precisely enough to be executed by hand."""
    code: str
    """The name, arguments and return value of a Python function that answers: a list with one item per step.

    The items look as `format` writes the steps: each is a number, a string or a list of these. The return
    value is turned into text by `json.dumps` and read like any other answer.
    """


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a step can be written in a text.

    `step` matches one step; `columns` converts its groups, in order, into the columns of the row. `joint`
    matches the meaningless text that may separate two steps of one list, from the end of the first to the
    beginning of the second, newlines included. Both must match in linear time: repeats are bounded and
    not nested.
    """

    name: str
    step: str
    joint: str
    columns: tuple[Callable[[str], int] | None, ...]
    """One converter per group, text to number; `None` for a group that is not a column (see `number`)."""
    number: int | None = None
    """The index of the group, if any, that holds the step's running number.

    Such a step is a whole line: its pattern begins with `^`.
    """
    ends: str = "\n"
    """The character that ends a step, such as `]`; a newline if steps are on lines of their own."""
    flags: re.RegexFlag = re.NOFLAG
    implied: int = 0
    """How many leading columns this form omits; they are read as `ANY`."""
    needs: tuple[str, ...] = ()
    """Strings of which every text with a step of this form contains at least one; saves a search."""
    item: str = ""
    """For lists of single items: one of them, to be found where it shares its line with words."""
    digits: bool = False
    """Whether a line of 1 to 18 digits alone is always a step of this form, its row that number."""

    @property
    def width(self) -> int:
        """How many numbers a row has."""
        return self.implied + sum(convert is not None for convert in self.columns)


@dataclass(frozen=True, slots=True)
class Advance(Generic[S]):
    """The result of replaying a list of steps."""

    state: S
    """The state after the last legal step."""
    taken: int
    """The number of legal steps before the first error or the end."""
    goal_at: int | None
    """The number of steps after which the goal was first reached; `None` if it was not."""


class Puzzle(Protocol[P, S]):
    """A family of instances with common rules. Subclass it, and name an object of the subclass `PUZZLE`."""

    name: ClassVar[str]
    version: ClassVar[int]
    """Incremented when an instance, a rule or a prompt of the puzzle changes."""
    summary: ClassVar[str]
    """A one-line description, for lists of puzzles."""
    kind: ClassVar[Kind]
    width: ClassVar[int]
    """How many numbers a row has."""

    @property
    @abstractmethod
    def parameters(self) -> type[P]:
        """The dataclass of the puzzle's parameters."""

    # --- instances

    def generate(self, given: Mapping[str, Value], seed: int = 0) -> Instance[P]:
        """Return the instance with these parameters and this seed; raises `BadParameter`."""
        return Instance(self.name, validate(self.parameters, given), seed)

    @property
    def whole(self) -> "AnyPuzzle | None":
        """The puzzle of the same name that plays instances given whole; `None` if there is none.

        It shares version, kind, width and wording with this one, and may be this one itself.
        """
        return None

    def take(self, data: Mapping[str, object]) -> Instance[P]:
        """Return an instance that is given whole: its start, goal, rules' parameters and names.

        Only what `whole` returns implements it. Every field is checked and missing ones are filled in, so
        that equal instances have equal `data`; see `tasks.contract.given`.

        Raises:
            BadInstance: A field is unknown, missing or makes no sense.
        """
        del data
        raise BadInstance(f"{self.name}: it takes no instance given whole, only parameters and a seed")

    def varies(self, instance: Instance[P]) -> bool:
        """Return whether other seeds give other problems."""
        return False

    def smaller(self, instance: Instance[P]) -> Instance[P] | None:
        """Return the problem that the worked example solves, in the format of this instance.

        Its size has the instance's parity if parity decides how a solution begins, and its direction is
        reversed if possible, so that copying its steps does not help. `None` if the example uses labels
        that cannot occur in an answer to the instance, and is therefore not itself an instance.
        """
        return None

    @abstractmethod
    def fewest_steps(self, instance: Instance[P]) -> int | None:
        """Return L, the fewest steps that solve it (for a trace: its items); `None` if it has no solution.

        If the minimum is not known, L is the length of the best known solution: see `optimal`. Of an
        instance given whole there may be none known, either: `None`, and `solvable` is not False.
        """

    def solvable(self, instance: Instance[P]) -> bool | None:
        """Return whether it has a solution; `None` if that is not known, as may be of one given whole."""
        return self.fewest_steps(instance) is not None

    def at_least(self, instance: Instance[P]) -> int | None:
        """Return a proven lower bound on the steps of any solution; `None` if there is no solution."""
        return self.fewest_steps(instance)

    def optimal(self, instance: Instance[P]) -> bool:
        """Return whether `fewest_steps` is proven to be the minimum, not merely the best known."""
        return self.at_least(instance) == self.fewest_steps(instance)

    @abstractmethod
    def start(self, instance: Instance[P]) -> S:
        """Return the state before the first step."""

    @abstractmethod
    def is_goal(self, instance: Instance[P], state: S) -> bool:
        """Return whether the state solves the instance."""

    @abstractmethod
    def step(self, instance: Instance[P], state: S, row: Row) -> S | None:
        """Return the state after this step; `None` if the step is illegal or wrong."""

    @abstractmethod
    def why_not(self, instance: Instance[P], state: S, row: Row) -> str:
        """Explain in a few words why `step` rejects a step."""

    def recover(self, instance: Instance[P], state: S, row: Row) -> S | None:
        """Return the state of a trace after a wrong item; `None` if later items cannot be judged."""
        return None

    def distance(self, instance: Instance[P], state: S) -> int | None:
        """Return the fewest steps from this state to the goal; for a trace, the items still to write.

        The number is exact; `NEVER` at a dead end of an instance that has a solution; `None` if it is not
        cheap to compute. If it is known at the start, it is known at every state of every shortest path
        from there, so that `None` at another state means that the state is not on a shortest path. If it
        is not known at the start, or the instance has no solution, it is `None` everywhere.
        """
        return None

    def options(self, instance: Instance[P], state: S) -> Iterator[Row]:
        """Yield every legal step from this state, for exhaustive search at small sizes; none for traces."""
        return iter(())

    # --- solutions

    @abstractmethod
    def solution(self, instance: Instance[P], first: int = 0) -> Iterator[Row]:
        """Yield the steps of a shortest solution from step `first` (counted from 0) on; none if not known."""

    def state_after(self, instance: Instance[P], count: int) -> S:
        """Return the state after the first `count` steps of the solution."""
        state = self.start(instance)
        for row in islice(self.solution(instance), count):
            after = self.step(instance, state, row)
            assert after is not None, f"{self.name}: its own solution is illegal at {row!r}"
            state = after
        return state

    # --- words

    @abstractmethod
    def prompt(self, instance: Instance[P]) -> Prompt:
        """Return the parts of the prompt for this instance."""

    @abstractmethod
    def describe(self, instance: Instance[P], state: S) -> str:
        """Describe a state in the wording of the prompt."""

    @abstractmethod
    def format(self, instance: Instance[P], rows: Iterable[Row]) -> Iterator[str]:
        """Yield an answer in the requested format, in pieces whose concatenation is the answer."""

    @abstractmethod
    def forms(self, instance: Instance[P]) -> tuple[Form, ...]:
        """Return the forms in which steps are found in answers, the most distinctive first."""

    def settle(self, instance: Instance[P], steps: Steps) -> Steps:
        """Convert steps as read to the instance's own numbering if the answer used another throughout."""
        return steps

    def noise(self, instance: Instance[P], text: str) -> Iterator[tuple[int, int]]:
        """Yield spans that look like steps but are not, such as a state drawn as a list of lists."""
        return iter(())

    # --- replay

    def advance(self, instance: Instance[P], state: S, steps: Steps, first: int = 0) -> Advance[S]:
        """Replay steps from `first` on until one is illegal; puzzles with long lists have a faster one."""
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
