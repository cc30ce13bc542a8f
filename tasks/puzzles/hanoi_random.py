"""Hanoi between two random states on three pegs: models have memorised the classic start, but not these."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import ClassVar

from tasks.contract.draws import below
from tasks.contract.parameters import choice, integer
from tasks.contract.puzzle import Advance, Instance, Kind, Prompt, Row, Steps
from tasks.puzzles._pegs import text as words
from tasks.puzzles._pegs import towers
from tasks.puzzles._pegs.puzzle import PegPuzzle
from tasks.puzzles._pegs.towers import Board, Pegs


@dataclass(frozen=True, slots=True)
class RandomParameters:
    """Start and goal are drawn until the route between them has at least half of 2^N - 1 moves."""

    size: int = integer("disks", minimum=2, maximum=30)
    base: int = choice("the number of the first peg in the prompt", 0, 1, default=0)
    names: str = choice("plain or drawn names of pegs and disks", "plain", "renamed", default="plain")


RandomInstance = Instance[RandomParameters]


class HanoiRandom(PegPuzzle[RandomParameters]):
    """A step is `(disk, from peg, to peg)`, pegs counted from 0."""

    name: ClassVar[str] = "hanoi_random"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Hanoi from a random state to another"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 3

    @property
    def parameters(self) -> type[RandomParameters]:
        """See `RandomParameters`."""
        return RandomParameters

    def varies(self, instance: RandomInstance) -> bool:
        """Return True: start and goal are drawn."""
        return True

    def board(self, instance: RandomInstance) -> Board:
        """Return a board whose pegs have numbers or letters, and whose disks have ranks or drawn numbers."""
        return _board(instance)

    def fewest_steps(self, instance: RandomInstance) -> int:
        """Return the length of the shorter of two routes, both known in closed form."""
        return _drawn(instance).length

    def start(self, instance: RandomInstance) -> Pegs:
        """Return the drawn start."""
        return _board(instance).standing(_drawn(instance).start)

    def is_goal(self, instance: RandomInstance, state: Pegs) -> bool:
        """Return whether every disk is where the goal has it."""
        return state == _goal(instance)

    def distance(self, instance: RandomInstance, state: Pegs) -> int:
        """Return the distance from any state in closed form."""
        return _length(_route(towers.pegs_of(state), _drawn(instance).goal))

    def solution(self, instance: RandomInstance, first: int = 0) -> Iterator[Row]:
        """Yield the moves of the route part by part, without listing those before `first`."""
        return _board(instance).called(_moves(_drawn(instance).route, first))

    def state_after(self, instance: RandomInstance, count: int) -> Pegs:
        """Return the state in closed form: whole parts of the route are applied at once."""
        pegs = list(_drawn(instance).start)
        for part in _drawn(instance).route:
            taken = min(count, part.length)
            pegs[part.first - 1 : part.last] = part.pegs_after(taken)
            count -= taken
            if count == 0:
                break
        return _board(instance).standing(pegs)

    def prompt(self, instance: RandomInstance) -> Prompt:
        """Ask for `[disk, from, to]` triples."""
        board = _board(instance)
        return Prompt(
            rules=f"{words.cast(board, instance.parameters.size)}\n{words.RULES}",
            start=self.describe(instance, self.start(instance)),
            goal=self.describe(instance, _goal(instance)),
            format=words.answer_format(board),
            example=self._example(instance),
            method=_METHOD,
            code=words.code_format(board),
        )

    def smaller(self, instance: RandomInstance) -> RandomInstance:
        """Return the worked example's problem: two or three disks, of this instance's parity."""
        size = 2 + instance.parameters.size % 2
        small = replace(instance, parameters=replace(instance.parameters, size=size))
        while _drawn(small).start == _drawn(instance).start or _drawn(small).goal == _drawn(instance).goal:
            small = replace(small, seed=small.seed + 1)
        return small

    def _example(self, instance: RandomInstance) -> str:
        small = self.smaller(instance)
        moves = "".join(self.format(small, self.solution(small)))
        board = _board(small)
        return (
            f"{words.cast(board, small.parameters.size)} From this state:\n"
            f"{self.describe(small, self.start(small))}\nto this one:\n{self.describe(small, _goal(small))}\n"
            f"an answer is:\n{moves}"
        )

    def advance(self, instance: RandomInstance, state: Pegs, steps: Steps, first: int = 0) -> Advance[Pegs]:
        """Apply the rules of `step` in one loop over stacks."""
        return towers.advance(state, _goal(instance), steps, first)


# --- routes


@dataclass(frozen=True, slots=True)
class _Part:
    """A move of a single disk (`first` == `last`) or of a whole tower of disks 1 to `last`."""

    first: int
    last: int
    source: int
    target: int

    @property
    def length(self) -> int:
        return (1 << (self.last - self.first + 1)) - 1

    def moves(self, skip: int) -> Iterator[Row]:
        above = self.first - 1
        rows = towers.tower_moves(self.last - above, self.source, self.target, skip)
        return ((rank + above, source, target) for rank, source, target in rows)

    def pegs_after(self, count: int) -> list[int]:
        """Return the pegs of its disks after `count` of its moves."""
        return towers.tower_after(self.last - self.first + 1, self.source, self.target, count)


_Route = tuple[_Part, ...]


def _length(route: _Route) -> int:
    return sum(part.length for part in route)


def _moves(route: _Route, skip: int) -> Iterator[Row]:
    wanted: list[Iterator[Row]] = []
    for part in route:
        wanted.append(part.moves(min(skip, part.length)))
        skip -= min(skip, part.length)
    return chain.from_iterable(wanted)


def _route(start: list[int], goal: list[int]) -> _Route:
    """Return a shortest route between two states, given as the peg of each disk.

    Disks larger than the largest one that differs stay. That one moves once, or twice via the third peg;
    which is shorter depends on the states (Hinz, Klavzar, Petr: The Tower of Hanoi - Myths and Maths, ch. 2).
    """
    largest = max((at for at in range(len(start)) if start[at] != goal[at]), default=-1)
    if largest < 0:
        return ()
    source, target = start[largest], goal[largest]
    third = 3 - source - target
    smaller, wanted = start[:largest], goal[:largest]

    def disk(begin: int, end: int) -> _Part:
        return _Part(largest + 1, largest + 1, begin, end)

    once = (*_gather(smaller, third), disk(source, target), *_scatter(third, wanted))
    twice = (
        *_gather(smaller, target),
        disk(source, third),
        *_tower(largest, target, source),
        disk(third, target),
        *_scatter(source, wanted),
    )
    return min(once, twice, key=_length)


def _tower(size: int, source: int, target: int) -> _Route:
    return (_Part(1, size, source, target),) if size else ()


def _gather(pegs: list[int], peg: int) -> _Route:
    """Return the only shortest route to a tower on one peg: the largest misplaced disk moves just once."""
    while pegs and pegs[-1] == peg:
        pegs = pegs[:-1]
    if not pegs:
        return ()
    size, source = len(pegs), pegs[-1]
    third = 3 - source - peg
    return (*_gather(pegs[:-1], third), _Part(size, size, source, peg), *_tower(size - 1, third, peg))


def _scatter(peg: int, pegs: list[int]) -> _Route:
    """Return the route from a tower on one peg to a state: `_gather` run backwards."""
    back = reversed(_gather(pegs, peg))
    return tuple(_Part(part.first, part.last, part.target, part.source) for part in back)


# --- instances


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the seed gives: the peg of each disk, from the smallest on, and the route between the states."""

    start: list[int]
    goal: list[int]
    route: _Route
    length: int


@lru_cache(maxsize=256)
def _drawn(instance: RandomInstance) -> _Drawn:
    rng, size = instance.random(), instance.parameters.size
    while True:
        start, goal = [[below(rng, 3) for _ in range(size)] for _ in range(2)]
        route = _route(start, goal)
        if 2 * _length(route) >= (1 << size) - 1:
            return _Drawn(start, goal, route, _length(route))


@lru_cache(maxsize=256)
def _board(instance: RandomInstance) -> Board:
    parameters = instance.parameters
    if parameters.names == "renamed":
        return towers.drawn_board(instance.puzzle, instance.seed, parameters.size)
    return Board(3, parameters.base)


@lru_cache(maxsize=256)
def _goal(instance: RandomInstance) -> Pegs:
    return _board(instance).standing(_drawn(instance).goal)


_METHOD = (
    "To gather the smallest k disks on peg X: if the k-th disk stands on X already, gather the smallest k - "
    "1 on X; otherwise gather the smallest k - 1 on the peg that the k-th disk neither is on nor goes to, "
    "move the k-th disk to X, and gather the smallest k - 1 on X. To spread a tower on peg X out to the "
    "goal, do the moves that would gather the goal on X in the opposite order, each turned round. Disks "
    "larger than the largest one that must change its peg stay where they are. That one is on peg P and "
    "goes to peg Q; R is the third. Either gather all smaller disks on R, move it from P to Q, and spread "
    "the smaller ones out from R; or gather them on Q, move it from P to R, gather them on P, move it from "
    "R to Q, and spread them out from P. Count the moves of both and take the shorter."
)

PUZZLE = HanoiRandom()
