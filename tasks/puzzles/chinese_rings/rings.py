"""Rings on a bar, where one bars another: the rules, the way between any two states, and how moves are told."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Protocol

from tasks.contract.move_puzzle import MovePuzzle, listed
from tasks.contract.parameters import P
from tasks.contract.puzzle import ANY, Advance, Form, Instance, Row, Steps
from tasks.puzzles.chinese_rings.text import FORMS


class Rings(MovePuzzle[P, int], Protocol[P]):
    """A step is `(on or off, ring)`: 1 on, 0 off. Bit r - 1 of the state is set if ring r is on.

    The states form one path, in the order of the reflected Gray code, at one end of which all rings are off.
    The distance between two states is the difference of their positions on it.
    """

    @abstractmethod
    def places(self, instance: Instance[P]) -> tuple[int, int]:
        """Return the positions of start and goal in the Gray code."""

    @abstractmethod
    def labels(self, instance: Instance[P]) -> tuple[int | str, ...]:
        """Return the rings' names, from the free end."""

    def start(self, instance: Instance[P]) -> int:
        """Return the state before the first move."""
        return gray(self.places(instance)[0])

    def is_goal(self, instance: Instance[P], state: int) -> bool:
        """Return whether every ring is on or off as the goal demands."""
        return state == gray(self.places(instance)[1])

    def fault(self, instance: Instance[P], state: int, row: Row) -> str | None:
        """Return why a move is illegal: a ring needs the one before it on, and all before that one off.

        The ring's new state may be `ANY`.
        """
        to, ring = row
        if not 1 <= ring <= instance.parameters.size or to not in (0, 1, ANY):
            return "there is no such ring"
        labels = self.labels(instance)
        name, bit = labels[ring - 1], 1 << (ring - 1)
        if to == bool(state & bit):
            return f"ring {name} is {'on' if to else 'off'} already"
        if ring > 1 and not state & (bit >> 1):
            return f"ring {name} needs ring {labels[ring - 2]} on, which is off"
        if ring > 2 and state & ((bit >> 1) - 1):
            return f"ring {name} needs all rings before ring {labels[ring - 2]} off"
        return None

    def moved(self, instance: Instance[P], state: int, row: Row) -> int:
        """Return the state with the ring put on or taken off."""
        return state ^ (1 << (row[1] - 1))

    def distance(self, instance: Instance[P], state: int) -> int:
        """Return how far apart the state and the goal are in the reflected Gray code."""
        return abs(place_of(state) - self.places(instance)[1])

    def options(self, instance: Instance[P], state: int) -> Iterator[Row]:
        """Yield every legal move: two, or one at either end of the path."""
        for ring in range(1, instance.parameters.size + 1):
            row = (1 - (state >> (ring - 1) & 1), ring)
            if self.fault(instance, state, row) is None:
                yield row

    def solution(self, instance: Instance[P], first: int = 0) -> Iterator[Row]:
        """Walk the Gray code from any position; the trailing zeros of the higher position give the ring."""
        begin, end = self.places(instance)
        way = 1 if end > begin else -1
        for place in range(begin + way * first, end, way):
            higher = max(place, place + way)
            bit = higher & -higher
            yield 0 if gray(place) & bit else 1, bit.bit_length()

    def state_after(self, instance: Instance[P], count: int) -> int:
        """Return the state in closed form."""
        begin, end = self.places(instance)
        return gray(begin + count if end > begin else begin - count)

    def describe(self, instance: Instance[P], state: int) -> str:
        """List the rings that are on and those that are off."""
        labels = self.labels(instance)
        lines = []
        for word, wanted in (("on", 1), ("off", 0)):
            rings = [str(label) for at, label in enumerate(labels) if state >> at & 1 == wanted]
            lines.append(f"Rings that are {word}: {', '.join(rings) or 'none'}")
        return "\n".join(lines)

    def format(self, instance: Instance[P], rows: Iterable[Row]) -> Iterator[str]:
        """Yield `moves = [["off", 1], …]` on one line."""
        labels = {ring: _quoted(label) for ring, label in enumerate(self.labels(instance), start=1)}
        return listed(f'["{"on" if to else "off"}", {labels.get(ring, ring)}]' for to, ring in rows)

    def forms(self, instance: Instance[P]) -> tuple[Form, ...]:
        """Return pairs, sentences, lines, and rings alone."""
        return FORMS

    def advance(self, instance: Instance[P], state: int, steps: Steps, first: int = 0) -> Advance[int]:
        """Apply the rules of `step` in one loop."""
        size = instance.parameters.size
        goal = gray(self.places(instance)[1])
        goal_at = 0 if state == goal else None
        taken = 0
        numbers = iter(steps.values[first * 2 :])
        for to, ring in zip(numbers, numbers, strict=True):
            if not 1 <= ring <= size:
                break
            bit = 1 << (ring - 1)
            if (ring > 1 and state & (bit - 1) != bit >> 1) or (to != ANY and to != (not state & bit)):
                break
            state ^= bit
            taken += 1
            if state == goal and goal_at is None:
                goal_at = taken
        return Advance(state, taken, goal_at)


def gray(place: int) -> int:
    """Return the state at a position in the Gray code."""
    return place ^ (place >> 1)


def place_of(state: int) -> int:
    """Return the position of a state in the Gray code."""
    place = 0
    while state:
        place ^= state
        state >>= 1
    return place


def _quoted(label: int | str) -> str:
    return f'"{label}"' if isinstance(label, str) else str(label)
