"""Puzzles whose moves are legal unless a rule speaks against them."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from tasks.contract.parameters import P
from tasks.contract.puzzle import Instance, Puzzle, Row

S = TypeVar("S")


class MovePuzzle(Puzzle[P, S], Protocol[P, S]):
    """Gives `step` and `why_not`, from the rule that a move breaks and from what it does."""

    @abstractmethod
    def fault(self, instance: Instance[P], state: S, row: Row) -> str | None:
        """The rule that a move breaks, in a few words; `None` if it is legal."""

    @abstractmethod
    def moved(self, instance: Instance[P], state: S, row: Row) -> S:
        """The state after a legal move."""

    def step(self, instance: Instance[P], state: S, row: Row) -> S | None:
        """The state after a move; `None` if it is illegal."""
        return self.moved(instance, state, row) if self.fault(instance, state, row) is None else None

    def why_not(self, instance: Instance[P], state: S, row: Row) -> str:
        """The rule that a move breaks."""
        return self.fault(instance, state, row) or "the move is legal"


def listed(moves: Iterable[str]) -> Iterator[str]:
    """`moves = [..., ...]` on one line, a piece a move."""
    yield "moves = ["
    joint = ""
    for move in moves:
        yield joint + move
        joint = ", "
    yield "]"
