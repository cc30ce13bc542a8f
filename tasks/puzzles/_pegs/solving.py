"""Shortest ways between states of disks on pegs: in closed form where there is one, by search where it is small.

A state is the peg of each disk, from the smallest on; in a goal it is `ANY` for a disk that may be anywhere.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Protocol

from tasks.contract.puzzle import ANY, NEVER, Row
from tasks.puzzles._pegs import four_pegs, routes

Ways = frozenset[tuple[int, int]]
"""The (from, to) pairs of pegs between which a disk may move."""

_MOST_SEARCHED = 500_000
"""States times pairs of pegs: about 0.2 seconds."""


class Solver(Protocol):
    """Knows the shortest ways to one goal."""

    @abstractmethod
    def distance(self, pegs: Sequence[int]) -> int | None:
        """Return the fewest moves from a state; `NEVER` if none lead to the goal, `None` if not known."""

    @abstractmethod
    def moves(self, start: Sequence[int], first: int = 0) -> Iterator[Row]:
        """Yield the moves of a shortest solution from move `first` on; disks are told by rank."""

    def fewest(self, start: Sequence[int]) -> int | None:
        """Return the length of the shortest solution, as `distance` does; known even where that is not."""
        return self.distance(start)


@lru_cache(maxsize=8)
def solver(pegs: int, goal: tuple[int, ...], ways: Ways | None, moving: int) -> Solver | None:
    """Return what knows the way to a goal; `None` if there is no formula, and too many states for a search.

    Args:
        pegs: How many pegs there are.
        goal: Where each disk must be, or `ANY`.
        ways: Between which pegs a disk may move; `None` for all.
        moving: How many of the smallest disks take part (see `moving_disks`).
    """
    if pegs == 3 and ways is None:
        return _OnThreePegs(goal)
    row = _row(pegs, ways)
    if pegs == 3 and row is not None and ANY not in goal:
        return _InARow(goal, row)
    if pegs**moving * pegs * (pegs - 1) // 2 <= _MOST_SEARCHED:
        return _Searched(pegs, goal, ways, moving)
    if pegs == 4 and ways is None and len({*goal[:moving]}) == 1 and goal[0] != ANY:
        return _TowerOnFour(goal[0], moving)
    return None


def moving_disks(start: Sequence[int], goal: Sequence[int]) -> int:
    """Return the rank of the largest disk that must move; larger ones need not, as they bar nobody's way."""
    pairs = enumerate(zip(start, goal, strict=True), start=1)
    return max((rank for rank, (there, wanted) in pairs if wanted not in (ANY, there)), default=0)


class _OnThreePegs(Solver):
    """Closed forms for every two states."""

    def __init__(self, goal: tuple[int, ...]) -> None:
        self._goal = list(goal)

    def _route(self, pegs: Sequence[int]) -> routes.Route:
        start = list(pegs)
        return routes.shortest(start, routes.completed(start, self._goal))

    def distance(self, pegs: Sequence[int]) -> int:
        return routes.length(self._route(pegs))

    def moves(self, start: Sequence[int], first: int = 0) -> Iterator[Row]:
        return routes.moves(self._route(start), first)


def _row(pegs: int, ways: Ways | None) -> tuple[int, ...] | None:
    """Return the pegs in the order in which they stand if a disk may go to its peg's neighbours alone."""
    if ways is None or pegs != 3 or len(ways) != 4:
        return None
    return next((row for row in ((1, 0, 2), (0, 1, 2), (0, 2, 1)) if ways == neighbours(row)), None)


def neighbours(row: Sequence[int]) -> Ways:
    """Return the pairs of neighbours in a row of pegs, both ways."""
    return frozenset(way for one, other in pairwise(row) for way in ((one, other), (other, one)))


class _InARow(Solver):
    """All states of disks on three pegs in a row form one path: the reflected ternary Gray code."""

    def __init__(self, goal: tuple[int, ...], row: tuple[int, ...]) -> None:
        self._row = row
        self._end = self._place(goal)

    def _place(self, pegs: Sequence[int]) -> int:
        place = 0
        for peg in reversed(pegs):
            at = self._row.index(peg)
            place = 3 * place + (at if place % 2 == 0 else 2 - at)
        return place

    def _peg(self, place: int, rank: int) -> int:
        smaller: int = 3 ** (rank - 1)
        rest, digit = divmod(place // smaller, 3)
        return self._row[digit if rest % 2 == 0 else 2 - digit]

    def distance(self, pegs: Sequence[int]) -> int:
        return abs(self._place(pegs) - self._end)

    def moves(self, start: Sequence[int], first: int = 0) -> Iterator[Row]:
        begin = self._place(start)
        way = 1 if self._end > begin else -1
        for place in range(begin + way * first, self._end, way):
            rank, rest = 1, max(place, place + way)
            while rest % 3 == 0:
                rank, rest = rank + 1, rest // 3
            yield rank, self._peg(place, rank), self._peg(place + way, rank)


class _TowerOnFour(Solver):
    """A whole tower on four pegs: a proven formula, but none for what is between."""

    def __init__(self, target: int, size: int) -> None:
        self._target, self._size = target, size

    def distance(self, pegs: Sequence[int]) -> None:
        del pegs

    def fewest(self, start: Sequence[int]) -> int | None:
        return four_pegs.fewest(self._size) if len({*start[: self._size]}) == 1 else None

    def moves(self, start: Sequence[int], first: int = 0) -> Iterator[Row]:
        return four_pegs.moves(self._size, four_pegs.Route.between(start[0], self._target), first)


class _Searched(Solver):
    """A search backwards from all goals, over states of a few bits a disk."""

    def __init__(self, pegs: int, goal: tuple[int, ...], ways: Ways | None, moving: int) -> None:
        self._pegs, self._goal, self._ways, self._moving = pegs, goal, ways, moving
        self._bits = (pegs - 1).bit_length()

    @cached_property
    def _found(self) -> dict[int, int]:
        edge = self._goals()
        found, made = dict.fromkeys(edge, 0), 0
        back = [[source for source in range(self._pegs) if self._may(source, to)] for to in range(self._pegs)]
        while edge:
            made += 1
            edge = [after for state in edge for after in self._unseen(state, found, (made, back))]
        return found

    def _may(self, source: int, target: int) -> bool:
        return source != target and (self._ways is None or (source, target) in self._ways)

    def _goals(self) -> list[int]:
        states = [0]
        for at, peg in enumerate(self._goal[: self._moving]):
            there = range(self._pegs) if peg == ANY else (peg,)
            states = [state | one << self._bits * at for state in states for one in there]
        return states

    def _unseen(self, state: int, found: dict[int, int], way: tuple[int, list[list[int]]]) -> list[int]:
        """Return the states a move away that were not found before, and note them as found."""
        made, steps = way
        new: list[int] = []
        smaller, bits, mask = 0, self._bits, (1 << self._bits) - 1
        for shift in range(0, bits * self._moving, bits):
            peg = state >> shift & mask
            if not smaller >> peg & 1:
                for other in steps[peg]:
                    after = state + (other - peg << shift)
                    if not smaller >> other & 1 and after not in found:
                        found[after] = made
                        new.append(after)
                smaller |= 1 << peg
        return new

    def distance(self, pegs: Sequence[int]) -> int | None:
        rest = zip(pegs[self._moving :], self._goal[self._moving :], strict=True)
        if any(wanted not in (ANY, peg) for peg, wanted in rest):
            # A larger disk was moved without need: this state is on no shortest path.
            return None
        return self._found.get(self._code(pegs), NEVER)

    def _code(self, pegs: Sequence[int]) -> int:
        return sum(peg << self._bits * at for at, peg in enumerate(pegs[: self._moving]))

    def moves(self, start: Sequence[int], first: int = 0) -> Iterator[Row]:
        pegs, left = list(start), self._found[self._code(start)]
        for number in range(left):
            row = next(
                row for row in self._legal(pegs) if self._found.get(self._after(pegs, row)) == left - 1
            )
            rank, _, target = row
            pegs[rank - 1] = target
            left -= 1
            if number >= first:
                yield row

    def _legal(self, pegs: Sequence[int]) -> Iterator[Row]:
        smaller: set[int] = set()
        for rank, peg in enumerate(pegs[: self._moving], start=1):
            if peg not in smaller:
                free = (other for other in range(self._pegs) if other not in smaller)
                yield from ((rank, peg, other) for other in free if self._may(peg, other))
            smaller.add(peg)

    def _after(self, pegs: Sequence[int], row: Row) -> int:
        rank, source, target = row
        return self._code(pegs) + (target - source << self._bits * (rank - 1))
