"""Base classes of the puzzles whose answer is a list of single items, one per line."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import ClassVar, Protocol, TypeVar

from tasks.contract.parameters import P
from tasks.contract.puzzle import Instance, Puzzle, Row

S = TypeVar("S")

Written = tuple[int, int]
"""The number of items written so far, and the last of them."""


class ItemPuzzle(Puzzle[P, S], Protocol[P, S]):
    """A puzzle whose step is `(item,)`; an answer has one item per line."""

    @abstractmethod
    def shown(self, instance: Instance[P], item: int) -> str:
        """Return the item as it is written in an answer."""

    def format(self, instance: Instance[P], rows: Iterable[Row]) -> Iterator[str]:
        """Yield one item per line."""
        joint = ""
        for (item,) in rows:
            yield joint + self.shown(instance, item)
            joint = "\n"


class ChainPuzzle(ItemPuzzle[P, Written], Protocol[P]):
    """A puzzle in which each item follows from the one before it, even if that one is wrong."""

    @abstractmethod
    def following(self, instance: Instance[P], state: Written) -> int | None:
        """Return the next item; `None` when all are written."""

    def known(self, instance: Instance[P], item: int) -> bool:
        """Return whether this item exists and has a successor."""
        return True

    def step(self, instance: Instance[P], state: Written, row: Row) -> Written | None:
        """Accept only the item that follows from the last one written."""
        return (state[0] + 1, row[0]) if self.following(instance, state) == row[0] else None

    def recover(self, instance: Instance[P], state: Written, row: Row) -> Written | None:
        """Continue from the item that was written."""
        more = self.following(instance, state) is not None
        return (state[0] + 1, row[0]) if more and self.known(instance, row[0]) else None

    def distance(self, instance: Instance[P], state: Written) -> int | None:
        """Return the number of items still to write."""
        return (self.fewest_steps(instance) or 0) - state[0]

    def options(self, instance: Instance[P], state: Written) -> Iterator[Row]:
        """Yield the next item."""
        following = self.following(instance, state)
        if following is not None:
            yield (following,)


class FixedListPuzzle(ItemPuzzle[P, int], Protocol[P]):
    """A list of `size` independent items; the state is how many have been written."""

    noun: ClassVar[str]
    """What messages call an item."""

    @abstractmethod
    def item(self, instance: Instance[P], index: int) -> int:
        """Return the item at this index, counted from 0."""

    def fewest_steps(self, instance: Instance[P]) -> int:
        """Return the size: one step per item."""
        return instance.parameters.size

    def start(self, instance: Instance[P]) -> int:
        """Return 0: no item is written yet."""
        return 0

    def is_goal(self, instance: Instance[P], state: int) -> bool:
        """Return whether all items are written."""
        return state == instance.parameters.size

    def step(self, instance: Instance[P], state: int, row: Row) -> int | None:
        """Yield the next item."""
        inside = state < instance.parameters.size
        return state + 1 if inside and self.item(instance, state) == row[0] else None

    def why_not(self, instance: Instance[P], state: int, row: Row) -> str:
        """Say which item belongs there."""
        written = self.shown(instance, row[0])
        if self.is_goal(instance, state):
            return f"{written} is one {self.noun} too many: all {state} are written"
        right = self.shown(instance, self.item(instance, state))
        return f"{self.noun} {state + 1} is {written} where {right} belongs"

    def recover(self, instance: Instance[P], state: int, row: Row) -> int | None:
        """Continue with the item after it."""
        return None if self.is_goal(instance, state) else state + 1

    def distance(self, instance: Instance[P], state: int) -> int:
        """Return the number of items still to write."""
        return instance.parameters.size - state

    def options(self, instance: Instance[P], state: int) -> Iterator[Row]:
        """Yield the next item."""
        if not self.is_goal(instance, state):
            yield (self.item(instance, state),)

    def solution(self, instance: Instance[P], first: int = 0) -> Iterator[Row]:
        """Yield the items from index `first` on, without computing those before."""
        return ((self.item(instance, index),) for index in range(first, instance.parameters.size))

    def state_after(self, instance: Instance[P], count: int) -> int:
        """Return the state in closed form."""
        return count
