"""Shortest routes between any two states of disks on three pegs, in closed form."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tasks.contract.puzzle import ANY, Row
from tasks.puzzles._pegs import towers


@dataclass(frozen=True, slots=True)
class Part:
    """A move of a single disk (`first` == `last`) or of a whole tower of disks 1 to `last`."""

    first: int
    last: int
    source: int
    target: int

    @property
    def length(self) -> int:
        """How many moves it has."""
        return (1 << (self.last - self.first + 1)) - 1

    def moves(self, skip: int) -> Iterator[Row]:
        """Yield its moves, without listing the first `skip` of them."""
        above = self.first - 1
        rows = towers.tower_moves(self.last - above, self.source, self.target, skip)
        return ((rank + above, source, target) for rank, source, target in rows)

    def pegs_after(self, count: int) -> list[int]:
        """Return the pegs of its disks after `count` of its moves."""
        return towers.tower_after(self.last - self.first + 1, self.source, self.target, count)


Route = tuple[Part, ...]
"""Parts one after the other."""


def length(route: Route) -> int:
    """Return how many moves a route has."""
    return sum(part.length for part in route)


def moves(route: Route, skip: int) -> Iterator[Row]:
    """Yield the moves of a route part by part, without listing the first `skip` of them."""
    wanted: list[Iterator[Row]] = []
    for part in route:
        wanted.append(part.moves(min(skip, part.length)))
        skip -= min(skip, part.length)
    return chain.from_iterable(wanted)


def pegs_after(start: list[int], route: Route, count: int) -> list[int]:
    """Return the state after `count` moves of a route: whole parts of it are applied at once."""
    pegs = list(start)
    for part in route:
        taken = min(count, part.length)
        pegs[part.first - 1 : part.last] = part.pegs_after(taken)
        count -= taken
        if count == 0:
            break
    return pegs


def shortest(start: list[int], goal: list[int]) -> Route:
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

    def disk(begin: int, end: int) -> Part:
        return Part(largest + 1, largest + 1, begin, end)

    once = (*_gather(smaller, third), disk(source, target), *_scatter(third, wanted))
    twice = (
        *_gather(smaller, target),
        disk(source, third),
        *_tower(largest, target, source),
        disk(third, target),
        *_scatter(source, wanted),
    )
    return min(once, twice, key=length)


def _tower(size: int, source: int, target: int) -> Route:
    return (Part(1, size, source, target),) if size else ()


def _gather(pegs: list[int], peg: int) -> Route:
    """Return the only shortest route to a tower on one peg: the largest misplaced disk moves just once."""
    while pegs and pegs[-1] == peg:
        pegs = pegs[:-1]
    if not pegs:
        return ()
    size, source = len(pegs), pegs[-1]
    third = 3 - source - peg
    return (*_gather(pegs[:-1], third), Part(size, size, source, peg), *_tower(size - 1, third, peg))


def _scatter(peg: int, pegs: list[int]) -> Route:
    """Return the route from a tower on one peg to a state: `_gather` run backwards."""
    back = reversed(_gather(pegs, peg))
    return tuple(Part(part.first, part.last, part.target, part.source) for part in back)


def completed(start: list[int], goal: list[int]) -> list[int]:
    """Return the nearest whole goal, where some disks may be anywhere (`ANY`).

    A disk that may be anywhere moves only out of the way of larger ones: from where those put it, it need not
    move again. So the largest disk that must move leaves two goals to choose from, as in `shortest`.
    """
    largest = max((at for at, peg in enumerate(goal) if peg not in (ANY, start[at])), default=-1)
    whole = [there if peg == ANY else peg for there, peg in zip(start, goal, strict=True)]
    if largest < 0:
        return whole
    source, target = start[largest], goal[largest]
    goals = [[*_settled(tower, goal[:largest]), *whole[largest:]] for tower in (3 - source - target, source)]
    return min(goals, key=lambda end: length(shortest(start, end)))


def _settled(tower: int, goal: list[int]) -> list[int]:
    """Return where disks that stand on one peg end up, if they do no more than the goal asks for."""
    settled = []
    for peg in reversed(goal):
        if peg not in (ANY, tower):
            settled.append(peg)
            tower = 3 - tower - peg
        else:
            settled.append(tower)
    return settled[::-1]


METHOD = (
    "To gather the smallest k disks on peg X: if the k-th disk stands on X already, gather the smallest k - "
    "1 on X; otherwise gather the smallest k - 1 on the peg that the k-th disk neither is on nor goes to, "
    "move the k-th disk to X, and gather the smallest k - 1 on X. To spread a tower on peg X out to the "
    "goal, do the moves that would gather the goal on X in the opposite order, each turned round. Disks "
    "larger than the largest one that must change its peg stay where they are. That one is on peg P and "
    "goes to peg Q; R is the third. Either gather all smaller disks on R, move it from P to Q, and spread "
    "the smaller ones out from R; or gather them on Q, move it from P to R, gather them on P, move it from "
    "R to Q, and spread them out from P. Count the moves of both and take the shorter."
)
"""How a shortest route is found, in words."""
