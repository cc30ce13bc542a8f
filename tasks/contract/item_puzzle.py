"""Puzzles of one item a line: what those that are written down item by item share."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import ClassVar, Protocol, TypeVar

from tasks.contract.parameters import P
from tasks.contract.puzzle import Instance, Puzzle, Row

S = TypeVar("S")

Written = tuple[int, int]
"""How many items have been written, and the last of them."""


class ItemPuzzle(Puzzle[P, S], Protocol[P, S]):
    """A step is `(item,)`, and an answer has one on each line."""

    @abstractmethod
    def shown(self, instance: Instance[P], item: int) -> str:
        """An item as it is to be written."""

    def format(self, instance: Instance[P], rows: Iterable[Row]) -> Iterator[str]:
        """One item a line."""
        joint = ""
        for (item,) in rows:
            yield joint + self.shown(instance, item)
            joint = "\n"


class ChainPuzzle(ItemPuzzle[P, Written], Protocol[P]):
    """Each item follows from the one before: after a wrong one they follow from that."""

    @abstractmethod
    def following(self, instance: Instance[P], state: Written) -> int | None:
        """The item that comes next; `None` when all are written."""

    def known(self, instance: Instance[P], item: int) -> bool:  # noqa: ARG002 - where some cannot be gone on from
        """Whether there is such an item, from which something follows."""
        return True

    def step(self, instance: Instance[P], state: Written, row: Row) -> Written | None:
        """The item that follows from the last one written."""
        return (state[0] + 1, row[0]) if self.following(instance, state) == row[0] else None

    def recover(self, instance: Instance[P], state: Written, row: Row) -> Written | None:
        """Go on from the item that was written."""
        more = self.following(instance, state) is not None
        return (state[0] + 1, row[0]) if more and self.known(instance, row[0]) else None

    def distance(self, instance: Instance[P], state: Written) -> int | None:
        """The items still to write."""
        return (self.fewest_steps(instance) or 0) - state[0]

    def options(self, instance: Instance[P], state: Written) -> Iterator[Row]:
        """The next item."""
        following = self.following(instance, state)
        if following is not None:
            yield (following,)


class FixedListPuzzle(ItemPuzzle[P, int], Protocol[P]):
    """As many items as the size, none depending on another; the state is how many have been written."""

    noun: ClassVar[str]
    """What an item is called."""

    @abstractmethod
    def item(self, instance: Instance[P], index: int) -> int:
        """The item of this index, counted from 0."""

    def fewest_steps(self, instance: Instance[P]) -> int:
        """One step an item."""
        return instance.parameters.size

    def start(self, instance: Instance[P]) -> int:  # noqa: ARG002 - the same for all
        """Nothing is written."""
        return 0

    def is_goal(self, instance: Instance[P], state: int) -> bool:
        """Whether all are written."""
        return state == instance.parameters.size

    def step(self, instance: Instance[P], state: int, row: Row) -> int | None:
        """The next item."""
        inside = state < instance.parameters.size
        return state + 1 if inside and self.item(instance, state) == row[0] else None

    def why_not(self, instance: Instance[P], state: int, row: Row) -> str:
        """What should stand there."""
        written = self.shown(instance, row[0])
        if self.is_goal(instance, state):
            return f"{written} is one {self.noun} too many: all {state} are written"
        right = self.shown(instance, self.item(instance, state))
        return f"{self.noun} {state + 1} is {written} where {right} belongs"

    def recover(self, instance: Instance[P], state: int, row: Row) -> int | None:  # noqa: ARG002
        """Go on with the item after it."""
        return None if self.is_goal(instance, state) else state + 1

    def distance(self, instance: Instance[P], state: int) -> int:
        """The items still to write."""
        return instance.parameters.size - state

    def options(self, instance: Instance[P], state: int) -> Iterator[Row]:
        """The next item."""
        if not self.is_goal(instance, state):
            yield (self.item(instance, state),)

    def solution(self, instance: Instance[P], first: int = 0) -> Iterator[Row]:
        """The items, from any one on without those before."""
        return ((self.item(instance, index),) for index in range(first, instance.parameters.size))

    def state_after(self, instance: Instance[P], count: int) -> int:  # noqa: ARG002 - the same for all
        """In closed form."""
        return count
