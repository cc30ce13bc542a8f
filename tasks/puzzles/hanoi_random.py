"""Hanoi between two random states on three pegs: models have memorised the classic start, but not these."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

from tasks.contract.draws import below
from tasks.contract.parameters import choice, integer
from tasks.contract.puzzle import Advance, Instance, Kind, Prompt, Row, Steps
from tasks.puzzles._pegs import routes, towers
from tasks.puzzles._pegs import text as words
from tasks.puzzles._pegs.given import GivenPegs
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

    @property
    def whole(self) -> "GivenHanoiRandom":
        """See `GivenHanoiRandom`."""
        return _WHOLE

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
        return routes.length(routes.shortest(towers.pegs_of(state), _drawn(instance).goal))

    def solution(self, instance: RandomInstance, first: int = 0) -> Iterator[Row]:
        """Yield the moves of the route part by part, without listing those before `first`."""
        return _board(instance).called(routes.moves(_drawn(instance).route, first))

    def state_after(self, instance: RandomInstance, count: int) -> Pegs:
        """Return the state in closed form: whole parts of the route are applied at once."""
        drawn = _drawn(instance)
        return _board(instance).standing(routes.pegs_after(drawn.start, drawn.route, count))

    def prompt(self, instance: RandomInstance) -> Prompt:
        """Ask for `[disk, from, to]` triples."""
        board = _board(instance)
        return Prompt(
            rules=f"{words.cast(board, instance.parameters.size)}\n{words.RULES}",
            start=self.describe(instance, self.start(instance)),
            goal=self.describe(instance, _goal(instance)),
            format=words.answer_format(board),
            example=self._example(instance),
            method=routes.METHOD,
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


# --- instances


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the seed gives: the peg of each disk, from the smallest on, and the route between the states."""

    start: list[int]
    goal: list[int]
    route: routes.Route
    length: int


@lru_cache(maxsize=256)
def _drawn(instance: RandomInstance) -> _Drawn:
    rng, size = instance.random(), instance.parameters.size
    while True:
        start, goal = [[below(rng, 3) for _ in range(size)] for _ in range(2)]
        route = routes.shortest(start, goal)
        if 2 * routes.length(route) >= (1 << size) - 1:
            return _Drawn(start, goal, route, routes.length(route))


@lru_cache(maxsize=256)
def _board(instance: RandomInstance) -> Board:
    parameters = instance.parameters
    if parameters.names == "renamed":
        return towers.drawn_board(instance.puzzle, instance.seed, parameters.size)
    return Board(3, parameters.base)


@lru_cache(maxsize=256)
def _goal(instance: RandomInstance) -> Pegs:
    return _board(instance).standing(_drawn(instance).goal)


class GivenHanoiRandom(GivenPegs):
    """Hanoi between two states that are given."""

    name: ClassVar[str] = HanoiRandom.name
    version: ClassVar[int] = HanoiRandom.version
    summary: ClassVar[str] = HanoiRandom.summary
    kind: ClassVar[Kind] = HanoiRandom.kind
    width: ClassVar[int] = HanoiRandom.width
    in_a_row: ClassVar[bool] = False


_WHOLE = GivenHanoiRandom()
PUZZLE = HanoiRandom()
