"""Tower of Hanoi, from one peg to another, on three pegs (2^N - 1 moves) or four (Frame-Stewart)."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import ClassVar

from tasks import _tower_text as words
from tasks import _towers as towers
from tasks._contract import ANY, Advance, Form, Instance, Kind, Prompt, Puzzle, Row, Steps
from tasks._errors import BadParameter
from tasks._parameters import choice, integer
from tasks._towers import Pegs


@dataclass(frozen=True, slots=True)
class HanoiParameters:
    """Pegs are counted from 0 here; `base` is the number that the prompt gives to the first."""

    size: int = integer("disks", minimum=1, maximum=30)
    pegs: int = choice("pegs", 3, 4, default=3)
    start: int = integer("the peg the tower stands on, counted from 0", minimum=0, maximum=3, default=0)
    target: int = integer("the peg it must go to, counted from 0", minimum=0, maximum=3, default=2)
    base: int = choice("the number of the first peg in the prompt", 0, 1, default=0)

    def __post_init__(self) -> None:
        for name, peg in (("start", self.start), ("target", self.target)):
            if peg >= self.pegs:
                raise BadParameter(f"parameter {name!r} must be below the {self.pegs} pegs, not {peg!r}")
        if self.start == self.target:
            raise BadParameter(f"parameter 'target' must differ from 'start', not {self.target!r}")


HanoiInstance = Instance[HanoiParameters]


class Hanoi(Puzzle[HanoiParameters, Pegs]):
    """The classic tower; a step is `(disk, from peg, to peg)`, pegs counted from 0."""

    name: ClassVar[str] = "hanoi"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Tower of Hanoi: move a tower of disks to another peg"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 3

    @property
    def parameters(self) -> type[HanoiParameters]:
        """See `HanoiParameters`."""
        return HanoiParameters

    def fewest_steps(self, instance: HanoiInstance) -> int:
        """2^N - 1 on three pegs; the Frame-Stewart number on four, proved least by Bousch (2014)."""
        return _fewest(instance.parameters.size, instance.parameters.pegs)

    def start(self, instance: HanoiInstance) -> Pegs:
        """The whole tower on the start peg."""
        return _tower(instance.parameters, instance.parameters.start)

    def is_goal(self, instance: HanoiInstance, state: Pegs) -> bool:
        """Whether the whole tower is on the target peg."""
        return len(state[instance.parameters.target]) == instance.parameters.size

    def step(self, instance: HanoiInstance, state: Pegs, row: Row) -> Pegs | None:
        """Move the top disk of one peg onto another; the disk may be `ANY`."""
        if towers.fault(_board(instance), state, row) is not None:
            return None
        return towers.moved(state, row[1], row[2])

    def why_not(self, instance: HanoiInstance, state: Pegs, row: Row) -> str:
        """The rule that the move breaks."""
        return towers.fault(_board(instance), state, row) or "the move is legal"

    def distance(self, instance: HanoiInstance, state: Pegs) -> int | None:
        """Fewest moves to the goal on three pegs, largest disk first (Hinz et al., ch. 2)."""
        parameters = instance.parameters
        if parameters.pegs != 3:
            return None
        peg_of = {disk: peg for peg, disks in enumerate(state) for disk in disks}
        goal, moves = parameters.target, 0
        for disk in range(parameters.size, 0, -1):
            if peg_of[disk] != goal:
                moves += 1 << (disk - 1)
                goal = 3 - goal - peg_of[disk]
        return moves

    def options(self, instance: HanoiInstance, state: Pegs) -> Iterator[Row]:
        """Every legal move."""
        board = _board(instance)
        for source, disks in enumerate(state):
            for target in range(len(state)):
                if disks and towers.fault(board, state, (disks[-1], source, target)) is None:
                    yield disks[-1], source, target

    def solution(self, instance: HanoiInstance, first: int = 0) -> Iterator[Row]:
        """From any step on, without listing those before."""
        parameters = instance.parameters
        if parameters.pegs == 3:
            return towers.tower_moves(parameters.size, parameters.start, parameters.target, first)
        spare = tuple(set(range(parameters.pegs)) - {parameters.start, parameters.target})
        return _four_pegs(0, parameters.size, parameters.start, parameters.target, spare, first)

    def state_after(self, instance: HanoiInstance, count: int) -> Pegs:
        """On three pegs in closed form."""
        parameters = instance.parameters
        if parameters.pegs != 3:
            return super().state_after(instance, count)
        pegs = towers.tower_after(parameters.size, parameters.start, parameters.target, count)
        return _board(instance).standing(pegs)

    def prompt(self, instance: HanoiInstance) -> Prompt:
        """Asks for `[disk, from, to]` triples."""
        parameters = instance.parameters
        base, size = parameters.base, parameters.size
        first, last = base, parameters.pegs - 1 + base
        return Prompt(
            rules=(
                f"There are {parameters.pegs} pegs, numbered {first} to {last}, and {size} disks of "
                f"different sizes, numbered 1 (the smallest) to {size} (the largest).\n"
                "- Move one disk at a time.\n"
                "- Only the top disk of a peg can be moved, and it goes on top of another peg.\n"
                "- A disk is never put on a smaller disk."
            ),
            start=self.describe(instance, self.start(instance)),
            goal=f"All disks stand on peg {parameters.target + base}.",
            format=(
                "Write the moves in order as one list of [disk, from peg, to peg]:\n"
                "moves = [[disk, from, to], [disk, from, to], ...]"
            ),
            example=self._example(parameters),
            method=(
                f"A tower of 1 to k disks goes from peg X to peg Y in three parts: first the tower of k - 1 "
                f"disks goes from X to the peg that is neither X nor Y, then disk k goes from X to Y, then "
                f"the tower of k - 1 disks goes from that other peg to Y. Begin with k = {size}, "
                f"X = {parameters.start + base}, Y = {parameters.target + base}."
            ),
            code=(
                "Write a Python function `solve()` without arguments that returns the moves as a list of "
                "[disk, from peg, to peg] lists of integers."
            ),
        )

    def _example(self, parameters: HanoiParameters) -> str:
        """The other way round and small, so that copying it is of no use; of the same parity of disks."""
        small = HanoiParameters(
            size=2 if parameters.size % 2 == 0 else 3,
            pegs=parameters.pegs,
            start=parameters.target,
            target=parameters.start,
            base=parameters.base,
        )
        instance = Instance(self.name, small, 0)
        moves = "".join(self.format(instance, self.solution(instance)))
        return (
            f"With {small.size} disks on peg {small.start + small.base} that must go to peg "
            f"{small.target + small.base}, an answer is:\n{moves}"
        )

    def describe(self, instance: HanoiInstance, state: Pegs) -> str:
        """One line a peg, bottom to top; long towers as a range."""
        return words.describe(_board(instance), state)

    def format(self, instance: HanoiInstance, rows: Iterable[Row]) -> Iterator[str]:
        """`moves = [[1, 0, 2], …]` on one line."""
        return words.written(_board(instance), rows)

    def forms(self, instance: HanoiInstance) -> tuple[Form, ...]:  # noqa: ARG002 - the same for all
        """Triples, sentences, arrows and rows; see `_tower_text.FORMS`."""
        return words.FORMS

    def settle(self, instance: HanoiInstance, steps: Steps) -> Steps:
        """Pegs named by letters, by role, or counted from the other base, put into peg indices."""
        return words.settle(_board(instance), steps)

    def noise(self, instance: HanoiInstance, text: str) -> Iterator[tuple[int, int]]:
        """Pegs drawn as a list of lists, every one of them falling: `[[3, 2, 1], [], []]`."""
        return words.drawings(instance.parameters.pegs, text)

    def advance(self, instance: HanoiInstance, state: Pegs, steps: Steps, first: int = 0) -> Advance[Pegs]:
        """The rules of `step`, in one loop over stacks."""
        parameters = instance.parameters
        floor = parameters.size + 1
        # Under each stack lies something larger than any disk, so that no stack is ever empty.
        pegs = [[floor, *disks] for disks in state]
        goal = pegs[parameters.target]
        goal_at = 0 if len(goal) == floor else None
        values = steps.values[first * 3 :] if first else steps.values
        known = _on_the_board(values, parameters.pegs)
        numbers, taken = iter(values), 0
        for disk, source, target in islice(zip(numbers, numbers, numbers, strict=True), known):
            stack, onto = pegs[source], pegs[target]
            top = stack[-1]
            if (top != disk and (disk != ANY or top == floor)) or top >= onto[-1]:
                break
            onto.append(stack.pop())
            taken += 1
            if top == 1 and goal_at is None and onto is goal and len(goal) == floor:
                goal_at = taken
        return Advance(tuple(tuple(disks[1:]) for disks in pegs), taken, goal_at)


def _on_the_board(values: "array[int]", pegs: int) -> int:
    """How many moves there are before the first that names a peg that is not there."""
    board = range(pegs)
    if set(values[1::3]) <= set(board) and set(values[2::3]) <= set(board):
        return len(values) // 3
    pairs = zip(values[1::3], values[2::3], strict=True)
    return next(at for at, (source, target) in enumerate(pairs) if source not in board or target not in board)


def _board(instance: HanoiInstance) -> towers.Board:
    parameters = instance.parameters
    return towers.Board(parameters.pegs, parameters.base, source=parameters.start, target=parameters.target)


def _tower(parameters: HanoiParameters, peg: int) -> Pegs:
    disks = tuple(range(parameters.size, 0, -1))
    return tuple(disks if index == peg else () for index in range(parameters.pegs))


@cache
def _fewest(size: int, pegs: int) -> int:
    if size == 0:
        return 0
    if pegs == 3:
        return (1 << size) - 1
    return min(2 * _fewest(above, 4) + _fewest(size - above, 3) for above in range(size))


def _four_pegs(  # noqa: PLR0913, PLR0917 - a tower, its pegs, and where to begin
    above: int, size: int, source: int, target: int, spare: tuple[int, ...], skip: int
) -> Iterator[Row]:
    """Disks above+1 … above+size from source to target, the first `skip` moves left out."""
    if size == 0:
        return
    if not spare:
        raise AssertionError("a tower needs a spare peg")
    pegs = len(spare) + 2
    if size == 1:
        yield from islice([(above + 1, source, target)], skip, None)
        return
    upper = (
        size - 1 if pegs == 3 else min(range(size), key=lambda k: 2 * _fewest(k, 4) + _fewest(size - k, 3))
    )
    aside, rest = spare[0], spare[1:]
    parts = (
        (upper, above, source, aside, (*rest, target)),
        (size - upper, above + upper, source, target, rest if pegs == 4 else spare),
        (upper, above, aside, target, (*rest, source)),
    )
    for count, over, begin, end, others in parts:
        length = _fewest(count, 4 if len(others) == 2 else 3) if count > 1 else count
        if skip < length:
            yield from _four_pegs(over, count, begin, end, others, skip)
        skip = max(0, skip - length)


PUZZLE = Hanoi()
