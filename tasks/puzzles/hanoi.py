"""Tower of Hanoi from one peg to another, on three pegs (2^N - 1 moves) or four (Frame-Stewart)."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import ClassVar

from tasks.contract.parameters import choice, integer
from tasks.contract.puzzle import ANY, Advance, Instance, Kind, Prompt, Row, Steps
from tasks.errors import BadParameter
from tasks.puzzles._pegs import four_pegs, towers
from tasks.puzzles._pegs import text as words
from tasks.puzzles._pegs.given import GivenPegs
from tasks.puzzles._pegs.puzzle import PegPuzzle
from tasks.puzzles._pegs.towers import Board, Pegs


@dataclass(frozen=True, slots=True)
class HanoiParameters:
    """Pegs are counted from 0 here; `base` is the number of the first peg in the prompt."""

    size: int = integer("disks", minimum=1, maximum=30)
    pegs: int = choice("pegs", 3, 4, default=3)
    start: int = integer("the peg the tower stands on, counted from 0", minimum=0, maximum=3, default=0)
    target: int = integer("the peg it must go to, counted from 0", minimum=0, maximum=3, default=2)
    base: int = choice("the number of the first peg in the prompt", 0, 1, default=0)
    names: str = choice("plain or drawn names of pegs and disks", "plain", "renamed", default="plain")

    def __post_init__(self) -> None:
        for name, peg in (("start", self.start), ("target", self.target)):
            if peg >= self.pegs:
                raise BadParameter(f"parameter {name!r} must be below the {self.pegs} pegs, not {peg!r}")
        if self.start == self.target:
            raise BadParameter(f"parameter 'target' must differ from 'start', not {self.target!r}")


HanoiInstance = Instance[HanoiParameters]


class Hanoi(PegPuzzle[HanoiParameters]):
    """The classic tower; a step is `(disk, from peg, to peg)`, pegs counted from 0."""

    name: ClassVar[str] = "hanoi"
    version: ClassVar[int] = 2
    summary: ClassVar[str] = "Tower of Hanoi: move a tower of disks to another peg"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 3

    @property
    def parameters(self) -> type[HanoiParameters]:
        """See `HanoiParameters`."""
        return HanoiParameters

    @property
    def whole(self) -> "GivenHanoi":
        """See `GivenHanoi`."""
        return _WHOLE

    def varies(self, instance: HanoiInstance) -> bool:
        """Return True if names are drawn."""
        return instance.parameters.names == "renamed"

    def board(self, instance: HanoiInstance) -> Board:
        """Return a board whose pegs have numbers or letters, and whose disks have ranks or drawn numbers."""
        return _board(instance)

    def fewest_steps(self, instance: HanoiInstance) -> int:
        """Return 2^N - 1 on three pegs, and the Frame-Stewart number on four."""
        size = instance.parameters.size
        return (1 << size) - 1 if instance.parameters.pegs == 3 else four_pegs.fewest(size)

    def start(self, instance: HanoiInstance) -> Pegs:
        """Return the state with the whole tower on the start peg."""
        return _board(instance).standing([instance.parameters.start] * instance.parameters.size)

    def is_goal(self, instance: HanoiInstance, state: Pegs) -> bool:
        """Return whether the whole tower is on the target peg."""
        return len(state[instance.parameters.target]) == instance.parameters.size

    def distance(self, instance: HanoiInstance, state: Pegs) -> int | None:
        """Return the distance: on three pegs from the largest disk down (Hinz et al., ch. 2).

        On four pegs it is found by search, and only for few disks.
        """
        parameters, pegs = instance.parameters, towers.pegs_of(state)
        if parameters.pegs == 4:
            return four_pegs.distance(pegs, parameters.target)
        goal, moves = parameters.target, 0
        for rank, peg in reversed(list(enumerate(pegs))):
            if peg != goal:
                moves += 1 << rank
                goal = 3 - goal - peg
        return moves

    def solution(self, instance: HanoiInstance, first: int = 0) -> Iterator[Row]:
        """Yield the moves from `first` on, without listing those before."""
        parameters = instance.parameters
        size, start, target = parameters.size, parameters.start, parameters.target
        if parameters.pegs == 3:
            moves = towers.tower_moves(size, start, target, first)
        else:
            moves = four_pegs.moves(size, four_pegs.Route.between(start, target), first)
        return _board(instance).called(moves)

    def state_after(self, instance: HanoiInstance, count: int) -> Pegs:
        """Return the state: on three pegs in closed form; on four by replay, a few thousand moves at most."""
        parameters = instance.parameters
        if parameters.pegs == 4:
            return super().state_after(instance, count)
        pegs = towers.tower_after(parameters.size, parameters.start, parameters.target, count)
        return _board(instance).standing(pegs)

    def prompt(self, instance: HanoiInstance) -> Prompt:
        """Ask for `[disk, from, to]` triples."""
        parameters, board = instance.parameters, _board(instance)
        return Prompt(
            rules=f"{words.cast(board, parameters.size)}\n{words.RULES}",
            start=self.describe(instance, self.start(instance)),
            goal=f"All disks stand on peg {board.name(parameters.target)}.",
            format=words.answer_format(board),
            example=self._example(instance),
            method=_method(instance),
            code=words.code_format(board),
        )

    def smaller(self, instance: HanoiInstance) -> HanoiInstance:
        """Return a small tower of the same parity, reversed, so that copying its solution does not help."""
        parameters = instance.parameters
        small = replace(
            parameters,
            size=2 if parameters.size % 2 == 0 else 3,
            start=parameters.target,
            target=parameters.start,
        )
        return replace(instance, parameters=small)

    def _example(self, instance: HanoiInstance) -> str:
        small = self.smaller(instance)
        board, parameters = _board(small), small.parameters
        drawn = ", ".join(map(str, board.disks))
        some = f"no disks but {drawn}" if drawn else f"{parameters.size} disks"
        moves = "".join(self.format(small, self.solution(small)))
        return (
            f"With {some} on peg {board.name(parameters.start)} that must go to peg "
            f"{board.name(parameters.target)}, an answer is:\n{moves}"
        )

    def advance(self, instance: HanoiInstance, state: Pegs, steps: Steps, first: int = 0) -> Advance[Pegs]:
        """Apply the rules of `step` in one loop over stacks."""
        parameters, board = instance.parameters, _board(instance)
        smallest, floor, whole = board.disk(1), board.disk(parameters.size) + 1, parameters.size + 1
        # A sentinel larger than any disk is under each stack, so that no stack is ever empty.
        pegs = [[floor, *disks] for disks in state]
        goal = pegs[parameters.target]
        goal_at = 0 if len(goal) == whole else None
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
            if top == smallest and goal_at is None and onto is goal and len(goal) == whole:
                goal_at = taken
        return Advance(tuple(tuple(disks[1:]) for disks in pegs), taken, goal_at)


def _on_the_board(values: "array[int]", pegs: int) -> int:
    """Count the moves before the first one that names a peg that does not exist."""
    board = range(pegs)
    if set(values[1::3]) <= set(board) and set(values[2::3]) <= set(board):
        return len(values) // 3
    pairs = zip(values[1::3], values[2::3], strict=True)
    return next(at for at, (source, target) in enumerate(pairs) if source not in board or target not in board)


@lru_cache(maxsize=256)
def _board(instance: HanoiInstance) -> Board:
    parameters = instance.parameters
    board = Board(parameters.pegs, parameters.base)
    if parameters.names == "renamed":
        board = towers.drawn_board(instance.puzzle, instance.seed, parameters.size, parameters.pegs)
    return replace(board, source=parameters.start, target=parameters.target)


def _method(instance: HanoiInstance) -> str:
    parameters, board = instance.parameters, _board(instance)
    begin = f"X = {board.name(parameters.start)}, Y = {board.name(parameters.target)}"
    if parameters.pegs == 4:
        return _method_on_four_pegs(parameters.size, begin)
    last = "the k-th smallest disk" if board.disks else "disk k"
    return (
        "A tower of 1 to k disks goes from peg X to peg Y in three parts: first the tower of k - 1 disks "
        f"goes from X to the peg that is neither X nor Y, then {last} goes from X to Y, then the tower of k "
        f"- 1 disks goes from that other peg to Y. Begin with k = {parameters.size}, {begin}."
    )


def _method_on_four_pegs(size: int, begin: str) -> str:
    splits = ", ".join(f"{four_pegs.set_aside(k)} for k = {k}" for k in range(1, size + 1))
    return (
        "The smallest k disks go from peg X to peg Y like this. Let Z be one of the two other pegs, and let "
        "j be the number given for k below. First the smallest j disks go from X to Z, in this same way. "
        "Then the other k - j disks go from X to Y, without peg Z: if it is one disk, it just moves; if "
        "there are more, all of them but the largest go to the one peg that is neither X, Y nor Z, the "
        "largest goes to Y, and the others go from that peg to Y; towers that go without peg Z are always "
        "taken apart like this. Last, the smallest j disks go from Z to Y, in the way described first. For "
        f"k = 0 there is nothing to do. The number j is {splits}. Begin with k = {size}, {begin}."
    )


class GivenHanoi(GivenPegs):
    """The tower given whole: any start, goal, pegs, disks and names."""

    name: ClassVar[str] = Hanoi.name
    version: ClassVar[int] = Hanoi.version
    summary: ClassVar[str] = Hanoi.summary
    kind: ClassVar[Kind] = Hanoi.kind
    width: ClassVar[int] = Hanoi.width
    in_a_row: ClassVar[bool] = False


_WHOLE = GivenHanoi()
PUZZLE = Hanoi()
