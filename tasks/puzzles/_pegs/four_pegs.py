"""Towers of disks on four pegs: Frame-Stewart moves from peg to peg, and distances for few disks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

from tasks.contract.puzzle import Row
from tasks.puzzles._pegs.towers import tower_moves

MOST_SEARCHED = 8
"""With up to this many disks, hence 4^8 states, all distances are found by search."""
_UNSEEN = 255


@dataclass(frozen=True, slots=True)
class Route:
    """The pegs that a tower moves from and to, and the two others."""

    source: int
    target: int
    spare: tuple[int, int]

    @classmethod
    def between(cls, source: int, target: int) -> "Route":
        """Return the route between two pegs, the lower of the two others first."""
        first, second = sorted(set(range(4)) - {source, target})
        return cls(source, target, (first, second))

    def aside(self) -> "Route":
        """Return the route from the source to the first spare peg."""
        return Route(self.source, self.spare[0], (self.spare[1], self.target))

    def back(self) -> "Route":
        """Return the route from the first spare peg to the target."""
        return Route(self.spare[0], self.target, (self.spare[1], self.source))


@cache
def fewest(size: int) -> int:
    """Return the Frame-Stewart number, proved minimal by Bousch (2014).

    Thierry Bousch, "La quatrième tour de Hanoï", Bulletin of the Belgian Mathematical Society 21 (2014).
    """
    return min((_length(size, upper) for upper in range(size)), default=0)


def _length(size: int, upper: int) -> int:
    return 2 * fewest(upper) + (1 << (size - upper)) - 1


def set_aside(size: int) -> int:
    """Return how many of the smallest disks go to a spare peg first, leaving three pegs for the others."""
    return min(range(size), key=lambda upper: _length(size, upper))


def moves(size: int, way: Route, first: int = 0) -> Iterator[Row]:
    """Yield the moves of disks 1 to `size` from move `first` on, skipping whole towers before it."""
    if size == 0:
        return
    upper = set_aside(size)
    skip = first
    if skip < fewest(upper):
        yield from moves(upper, way.aside(), skip)
    skip = max(0, skip - fewest(upper))
    pegs = (way.source, way.spare[1], way.target)
    for disk, source, target in tower_moves(size - upper, 0, 2, skip):
        yield disk + upper, pegs[source], pegs[target]
    skip = max(0, skip - (1 << (size - upper)) + 1)
    if skip < fewest(upper):
        yield from moves(upper, way.back(), skip)


def distance(pegs: list[int], target: int) -> int | None:
    """Return the fewest moves from a state, given as the peg of each disk, to the tower on the target.

    `None` if there are more than `MOST_SEARCHED` disks.
    """
    if len(pegs) > MOST_SEARCHED:
        return None
    # No peg is unlike the others: called by the numbers of each other, the target and peg 0 change places.
    named = {target: 0, 0: target}
    return _distances(len(pegs))[sum(named.get(peg, peg) << 2 * at for at, peg in enumerate(pegs))]


@cache
def _distances(size: int) -> bytes:
    """Return the fewest moves to the tower on peg 0, by state."""
    # Breadth-first search from the goal, over states of two bits per disk; every move can be undone.
    found = bytearray([_UNSEEN]) * 4**size
    found[0] = 0
    edge = [0]
    for moves_made in count(1):
        beyond = [after for state in edge for after in _unseen(size, state, found, moves_made)]
        if not beyond:
            return bytes(found)
        edge = beyond
    raise AssertionError("the search has an end")


def _unseen(size: int, state: int, found: bytearray, moves_made: int) -> list[int]:
    """Return the states one move away that were not found before, and mark them as found.

    A disk can move if no smaller one is on its peg or on the peg it goes to.
    """
    new, smaller = [], 0
    for shift in range(0, 2 * size, 2):
        peg = state >> shift & 3
        for way in _WAYS[smaller][peg]:
            after = state + (way << shift)
            if found[after] == _UNSEEN:
                found[after] = moves_made
                new.append(after)
        smaller |= 1 << peg
        if smaller == _ALL_PEGS:
            break
    return new


_ALL_PEGS = 0b1111
_WAYS = [
    [
        [other - peg for other in range(4) if other != peg and not (smaller >> peg | smaller >> other) & 1]
        for peg in range(4)
    ]
    for smaller in range(_ALL_PEGS)
]
"""How far a disk can go, by the bit mask of pegs with a smaller disk and by its own peg."""
