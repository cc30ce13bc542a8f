"""Puzzles of disks on pegs: the rules and the wording shared by the Hanoi family."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Protocol

from tasks.contract.move_puzzle import MovePuzzle
from tasks.contract.parameters import P
from tasks.contract.puzzle import Form, Instance, Row, Steps
from tasks.puzzles._pegs import text as words
from tasks.puzzles._pegs import towers
from tasks.puzzles._pegs.towers import Board, Pegs


class PegPuzzle(MovePuzzle[P, Pegs], Protocol[P]):
    """A step is `(disk, from peg, to peg)`, pegs counted from 0."""

    @abstractmethod
    def board(self, instance: Instance[P]) -> Board:
        """Return the pegs and disks of an instance, and their names."""

    def fault(self, instance: Instance[P], state: Pegs, row: Row) -> str | None:
        """Return the tower rule that a move breaks; the disk may be `ANY`."""
        return towers.fault(self.board(instance), state, row)

    def moved(self, instance: Instance[P], state: Pegs, row: Row) -> Pegs:
        """Return the state with the top disk of one peg moved to another."""
        return towers.moved(state, row[1], row[2])

    def options(self, instance: Instance[P], state: Pegs) -> Iterator[Row]:
        """Yield every legal move."""
        return (row for row in towers.between_pegs(state) if self.fault(instance, state, row) is None)

    def describe(self, instance: Instance[P], state: Pegs) -> str:
        """Describe one peg per line, bottom to top; long towers as a range."""
        return words.describe(self.board(instance), state)

    def format(self, instance: Instance[P], rows: Iterable[Row]) -> Iterator[str]:
        """Yield `moves = [[1, 0, 2], …]` on one line."""
        return words.written(self.board(instance), rows)

    def forms(self, instance: Instance[P]) -> tuple[Form, ...]:
        """Return triples, sentences, arrows and rows; see `FORMS` in `_pegs.text`."""
        return words.FORMS

    def settle(self, instance: Instance[P], steps: Steps) -> Steps:
        """Convert pegs named by letter or role, or counted from the other base, to peg indices."""
        return words.settle(self.board(instance), instance.parameters.size, steps)

    def noise(self, instance: Instance[P], text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of pegs drawn as a list of descending lists: `[[3, 2, 1], [], []]`."""
        return words.drawings(self.board(instance).pegs, text)
