"""Linear Hanoi: a tower moves between the ends of a row of three pegs, disks to neighbouring pegs only."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

from tasks.contract.parameters import choice, integer
from tasks.contract.puzzle import Advance, Instance, Kind, Prompt, Row, Steps
from tasks.errors import BadParameter
from tasks.puzzles._pegs import text as words
from tasks.puzzles._pegs import towers
from tasks.puzzles._pegs.given import GivenPegs
from tasks.puzzles._pegs.puzzle import PegPuzzle
from tasks.puzzles._pegs.towers import Board, Pegs


@dataclass(frozen=True, slots=True)
class LinearParameters:
    """Pegs are counted from 0 here; `base` is the number of the first peg in the prompt."""

    size: int = integer("disks", minimum=1, maximum=19)
    start: int = choice("the end the tower stands at, counted from 0", 0, 2, default=0)
    base: int = choice("the number of the first peg in the prompt", 0, 1, default=0)
    names: str = choice("plain or drawn names of pegs and disks", "plain", "renamed", default="plain")
    unsolvable: bool = choice("a control: disks may only go forwards", False, True, default=False)

    def __post_init__(self) -> None:
        if self.unsolvable and self.size == 1:
            raise BadParameter(
                "parameter 'unsolvable' needs a 'size' of 2 or more, not 1: that has a solution"
            )


LinearInstance = Instance[LinearParameters]


class HanoiLinear(PegPuzzle[LinearParameters]):
    """A step is `(disk, from peg, to peg)`, pegs counted from 0.

    All 3^N states form one path, in the order of the reflected ternary Gray code: the solution visits every
    state, and a state's position on the path is its distance from the start.
    """

    name: ClassVar[str] = "hanoi_linear"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Linear Hanoi: disks may only go to a neighbouring peg"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 3

    @property
    def parameters(self) -> type[LinearParameters]:
        """See `LinearParameters`."""
        return LinearParameters

    @property
    def whole(self) -> "GivenHanoiLinear":
        """See `GivenHanoiLinear`."""
        return _WHOLE

    def varies(self, instance: LinearInstance) -> bool:
        """Return True if names are drawn."""
        return instance.parameters.names == "renamed"

    def board(self, instance: LinearInstance) -> Board:
        """Return a board whose pegs have numbers or letters, and whose disks have ranks or drawn numbers."""
        return _board(instance)

    def fewest_steps(self, instance: LinearInstance) -> int | None:
        """Return 3^N - 1, since every state is visited; `None` if disks may only move forwards."""
        return None if instance.parameters.unsolvable else 3**instance.parameters.size - 1

    def start(self, instance: LinearInstance) -> Pegs:
        """Return the state with the whole tower at one end."""
        return _whole(instance, instance.parameters.start)

    def is_goal(self, instance: LinearInstance, state: Pegs) -> bool:
        """Return whether the whole tower is at the other end."""
        return len(state[2 - instance.parameters.start]) == instance.parameters.size

    def fault(self, instance: LinearInstance, state: Pegs, row: Row) -> str | None:
        """Return the rule a move breaks: the tower's, or neighbouring pegs only. The disk may be `ANY`."""
        found = towers.fault(_board(instance), state, row)
        if found is not None or (row[1], row[2]) in _ways(instance):
            return found
        source, target = (_board(instance).name(peg) for peg in row[1:])
        return f"a disk cannot go from peg {source} to peg {target}"

    def distance(self, instance: LinearInstance, state: Pegs) -> int | None:
        """Return how many steps this state is from the end of the path."""
        if instance.parameters.unsolvable:
            return None
        place = 0
        # From the largest disk down: while the number read so far is odd, the smaller disks go the other way.
        for peg in reversed(towers.pegs_of(state)):
            place = 3 * place + (peg if place % 2 == 0 else 2 - peg)
        return place if instance.parameters.start == 2 else 3**instance.parameters.size - 1 - place

    def solution(self, instance: LinearInstance, first: int = 0) -> Iterator[Row]:
        """Yield the moves: the disk of step m is one more than the number of times that 3 divides m."""
        parameters = instance.parameters
        if parameters.unsolvable:
            return
        board = _board(instance)
        for step in range(first + 1, 3**parameters.size):
            rank, rest = 0, step
            while rest % 3 == 0:
                rank, rest = rank + 1, rest // 3
            forth = (rest // 3) % 2 == 0
            at = rest % 3 - 1 if forth else 3 - rest % 3
            source, target = at, at + 1 if forth else at - 1
            if parameters.start == 2:
                source, target = 2 - source, 2 - target
            yield board.disk(rank + 1), source, target

    def state_after(self, instance: LinearInstance, count: int) -> Pegs:
        """Return the state in closed form: the digits of the reflected ternary Gray code."""
        pegs = []
        rest = count
        for _ in range(instance.parameters.size):
            rest, digit = divmod(rest, 3)
            peg = digit if rest % 2 == 0 else 2 - digit
            pegs.append(2 - peg if instance.parameters.start == 2 else peg)
        return _board(instance).standing(pegs)

    def prompt(self, instance: LinearInstance) -> Prompt:
        """Ask for `[disk, from, to]` triples."""
        parameters, board = instance.parameters, _board(instance)
        return Prompt(
            rules=f"{words.cast(board, parameters.size)}\n{words.RULES}\n{_row_of_pegs(instance)}",
            start=self.describe(instance, self.start(instance)),
            goal=f"All disks stand on peg {board.name(2 - parameters.start)}.",
            format=words.answer_format(board),
            example=self._example(instance),
            method=_method(instance),
            code=words.code_format(board),
        )

    def smaller(self, instance: LinearInstance) -> LinearInstance:
        """Return the worked example's problem: two disks in the other direction; one disk for a control."""
        parameters = instance.parameters
        if parameters.unsolvable:
            return replace(instance, parameters=replace(parameters, size=1, unsolvable=False))
        return replace(instance, parameters=replace(parameters, size=2, start=2 - parameters.start))

    def _example(self, instance: LinearInstance) -> str:
        small = self.smaller(instance)
        board, start = _board(small), small.parameters.start
        disks = " and ".join(map(str, board.disks or range(1, small.parameters.size + 1)))
        moves = "".join(self.format(small, self.solution(small)))
        return (
            f"With no disks but {disks}, on peg {board.name(start)}, to go to peg {board.name(2 - start)}, "
            f"an answer is:\n{moves}"
        )

    def advance(self, instance: LinearInstance, state: Pegs, steps: Steps, first: int = 0) -> Advance[Pegs]:
        """Apply the rules of `step` in one loop over stacks."""
        goal = _whole(instance, 2 - instance.parameters.start)
        return towers.advance(state, goal, steps, first, _ways(instance))


@lru_cache(maxsize=256)
def _board(instance: LinearInstance) -> Board:
    parameters = instance.parameters
    board = Board(3, parameters.base)
    if parameters.names == "renamed":
        board = towers.drawn_board(instance.puzzle, instance.seed, parameters.size)
    return replace(board, source=parameters.start, target=2 - parameters.start)


def _whole(instance: LinearInstance, peg: int) -> Pegs:
    return _board(instance).standing([peg] * instance.parameters.size)


def _ways(instance: LinearInstance) -> frozenset[tuple[int, int]]:
    """Return the (from, to) pairs of pegs between which disks may move."""
    if not instance.parameters.unsolvable:
        return frozenset({(0, 1), (1, 0), (1, 2), (2, 1)})
    return frozenset({(0, 1), (1, 2)} if instance.parameters.start == 0 else {(2, 1), (1, 0)})


def _row_of_pegs(instance: LinearInstance) -> str:
    names = [_board(instance).name(peg) for peg in range(3)]
    order = f"The pegs stand in a row, in the order {', '.join(names)}"
    if not instance.parameters.unsolvable:
        return f"- {order}: a disk can only go to a peg next to its own."
    if instance.parameters.start == 2:
        names.reverse()
    return (
        f"- {order}: a disk can only go from peg {names[0]} to peg {names[1]} and from peg {names[1]} to "
        f"peg {names[2]}, never the other way."
    )


def _method(instance: LinearInstance) -> str:
    if instance.parameters.unsolvable:
        return (
            "Go through all states that can be reached from the start, each once, until all disks stand on "
            "the goal peg or no new state is left."
        )
    return (
        "To take the smallest k disks across, from one end to the other: take the smallest k - 1 across, "
        "move the k-th disk to the peg in the middle, take the smallest k - 1 back, move the k-th disk on to "
        "the other end, and take the smallest k - 1 across again. For k = 0 there is nothing to do. Begin "
        f"with k = {instance.parameters.size}."
    )


class GivenHanoiLinear(GivenPegs):
    """Linear Hanoi given whole: any start, goal, pegs, disks and names."""

    name: ClassVar[str] = HanoiLinear.name
    version: ClassVar[int] = HanoiLinear.version
    summary: ClassVar[str] = HanoiLinear.summary
    kind: ClassVar[Kind] = HanoiLinear.kind
    width: ClassVar[int] = HanoiLinear.width
    in_a_row: ClassVar[bool] = True


_WHOLE = GivenHanoiLinear()
PUZZLE = HanoiLinear()
