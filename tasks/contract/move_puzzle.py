"""The base class of puzzles whose moves are legal unless they break a rule."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from tasks.contract.parameters import P
from tasks.contract.puzzle import Instance, Puzzle, Row

S = TypeVar("S")


class MovePuzzle(Puzzle[P, S], Protocol[P, S]):
    """A puzzle whose `step` and `why_not` are derived from `fault`, the rule a move breaks, and `moved`."""

    @abstractmethod
    def fault(self, instance: Instance[P], state: S, row: Row) -> str | None:
        """Return the rule that a move breaks, in a few words; `None` if the move is legal."""

    @abstractmethod
    def moved(self, instance: Instance[P], state: S, row: Row) -> S:
        """Return the state after a legal move."""

    def step(self, instance: Instance[P], state: S, row: Row) -> S | None:
        """Return the state after a move; `None` if the move is illegal."""
        return self.moved(instance, state, row) if self.fault(instance, state, row) is None else None

    def why_not(self, instance: Instance[P], state: S, row: Row) -> str:
        """Return the rule that a move breaks."""
        return self.fault(instance, state, row) or "the move is legal"


def listed(moves: Iterable[str]) -> Iterator[str]:
    """Yield `moves = [..., ...]` on one line, one piece per move."""
    yield "moves = ["
    joint = ""
    for move in moves:
        yield joint + move
        joint = ", "
    yield "]"
