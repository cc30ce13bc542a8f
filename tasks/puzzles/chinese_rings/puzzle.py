"""Chinese rings: take all rings off a bar, where one blocks another, or put all on. About 2/3 * 2^n moves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import ClassVar

from tasks.contract.draws import shuffled
from tasks.contract.move_puzzle import MovePuzzle, listed
from tasks.contract.parameters import choice, integer
from tasks.contract.puzzle import ANY, Advance, Form, Instance, Kind, Prompt, Row, Steps
from tasks.puzzles.chinese_rings.text import FORMS


@dataclass(frozen=True, slots=True)
class RingsParameters:
    """All rings are on the bar at the start and off it at the end, or the other way round."""

    size: int = integer("rings", minimum=1, maximum=30)
    goal: str = choice("whether all rings must come off the bar, or on it", "off", "on", default="off")
    names: str = choice("rings numbered in order, or by drawn numbers", "plain", "renamed", default="plain")


RingsInstance = Instance[RingsParameters]


class ChineseRings(MovePuzzle[RingsParameters, int]):
    """A step is `(on or off, ring)`: 1 on, 0 off. Bit r - 1 of the state is set if ring r is on.

    The states form one path, in the order of the reflected Gray code, at one end of which all rings are off.
    The distance between two states is the difference of their positions on it.
    """

    name: ClassVar[str] = "chinese_rings"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Chinese rings: take all rings off a bar where one ring bars another"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 2

    @property
    def parameters(self) -> type[RingsParameters]:
        """See `RingsParameters`."""
        return RingsParameters

    def varies(self, instance: RingsInstance) -> bool:
        """Return True if names are drawn."""
        return instance.parameters.names == "renamed"

    def fewest_steps(self, instance: RingsInstance) -> int:
        """Return (2^(n+1) - 2) / 3 for even n, (2^(n+1) - 1) / 3 for odd n."""
        return (1 << (instance.parameters.size + 1)) // 3

    def start(self, instance: RingsInstance) -> int:
        """Return the state with all rings on, or with all off."""
        return _gray(_places(instance)[0])

    def is_goal(self, instance: RingsInstance, state: int) -> bool:
        """Return whether all rings are off, or all on, as the goal demands."""
        return state == _gray(_places(instance)[1])

    def fault(self, instance: RingsInstance, state: int, row: Row) -> str | None:
        """Return why a move is illegal: a ring needs the one before it on, and all before that one off.

        The ring's new state may be `ANY`.
        """
        to, ring = row
        if not 1 <= ring <= instance.parameters.size or to not in (0, 1, ANY):
            return "there is no such ring"
        labels = _labels(instance)
        name, bit = labels[ring - 1], 1 << (ring - 1)
        if to == bool(state & bit):
            return f"ring {name} is {'on' if to else 'off'} already"
        if ring > 1 and not state & (bit >> 1):
            return f"ring {name} needs ring {labels[ring - 2]} on, which is off"
        if ring > 2 and state & ((bit >> 1) - 1):
            return f"ring {name} needs all rings before ring {labels[ring - 2]} off"
        return None

    def moved(self, instance: RingsInstance, state: int, row: Row) -> int:
        """Return the state with the ring put on or taken off."""
        return state ^ (1 << (row[1] - 1))

    def distance(self, instance: RingsInstance, state: int) -> int:
        """Return how far apart the state and the goal are in the reflected Gray code."""
        place = 0
        while state:
            place ^= state
            state >>= 1
        return abs(place - _places(instance)[1])

    def options(self, instance: RingsInstance, state: int) -> Iterator[Row]:
        """Yield every legal move: two, or one at either end of the path."""
        for ring in range(1, instance.parameters.size + 1):
            row = (1 - (state >> (ring - 1) & 1), ring)
            if self.fault(instance, state, row) is None:
                yield row

    def solution(self, instance: RingsInstance, first: int = 0) -> Iterator[Row]:
        """Walk the Gray code from any position; the trailing zeros of the higher position give the ring."""
        begin, end = _places(instance)
        way = 1 if end > begin else -1
        for place in range(begin + way * first, end, way):
            higher = max(place, place + way)
            bit = higher & -higher
            yield 0 if _gray(place) & bit else 1, bit.bit_length()

    def state_after(self, instance: RingsInstance, count: int) -> int:
        """Return the state in closed form."""
        begin, end = _places(instance)
        return _gray(begin + count if end > begin else begin - count)

    def prompt(self, instance: RingsInstance) -> Prompt:
        """Ask for `["off", ring]` pairs."""
        return Prompt(
            rules=_rules(instance),
            start=self.describe(instance, self.start(instance)),
            goal=f"All rings are {instance.parameters.goal}.",
            format=(
                'Write the moves in order as one list of pairs: "off" for taking a ring off or "on" for '
                "putting it on, then the number of the ring:\n"
                'moves = [["off" or "on", ring], ["off" or "on", ring], ...]'
            ),
            example=self._example(instance),
            method=_method(instance),
            code=(
                "Write a Python function `solve()` without arguments that returns the moves as a list of "
                '["off" or "on", ring] lists.'
            ),
        )

    def smaller(self, instance: RingsInstance) -> RingsInstance:
        """Return the worked example's problem: in the other direction, with rings of the same parity."""
        size = instance.parameters.size
        small = size - 2 if size in (3, 4) else 4 - size % 2
        goal = "on" if instance.parameters.goal == "off" else "off"
        return replace(instance, parameters=replace(instance.parameters, size=small, goal=goal))

    def _example(self, instance: RingsInstance) -> str:
        small = self.smaller(instance)
        moves = "".join(self.format(small, self.solution(small)))
        rings = ", ".join(map(str, _labels(small)))
        now, then = ("off", "on") if small.parameters.goal == "on" else ("on", "off")
        return (
            f"With these rings alone, in order from the free end: {rings}; when all are {now} and all must "
            f"be {then}, an answer is:\n{moves}"
        )

    def describe(self, instance: RingsInstance, state: int) -> str:
        """List the rings that are on and those that are off."""
        labels = _labels(instance)
        lines = []
        for word, wanted in (("on", 1), ("off", 0)):
            rings = [str(label) for at, label in enumerate(labels) if state >> at & 1 == wanted]
            lines.append(f"Rings that are {word}: {', '.join(rings) or 'none'}")
        return "\n".join(lines)

    def format(self, instance: RingsInstance, rows: Iterable[Row]) -> Iterator[str]:
        """Yield `moves = [["off", 1], …]` on one line."""
        labels = dict(enumerate(_labels(instance), start=1))
        return listed(f'["{"on" if to else "off"}", {labels.get(ring, ring)}]' for to, ring in rows)

    def forms(self, instance: RingsInstance) -> tuple[Form, ...]:
        """Return pairs, sentences, lines, and rings alone."""
        return FORMS

    def settle(self, instance: RingsInstance, steps: Steps) -> Steps:
        """Convert the names of rings to their positions on the bar."""
        if instance.parameters.names == "plain":
            return steps
        ring_of = {label: ring for ring, label in enumerate(_labels(instance), start=1)}
        values = steps.values[:]
        for at in range(1, len(values), 2):
            values[at] = ring_of.get(values[at], -values[at] - 1)
        return Steps(values, 2)

    def advance(self, instance: RingsInstance, state: int, steps: Steps, first: int = 0) -> Advance[int]:
        """Apply the rules of `step` in one loop."""
        size = instance.parameters.size
        goal = _gray(_places(instance)[1])
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


def _gray(place: int) -> int:
    return place ^ (place >> 1)


def _places(instance: RingsInstance) -> tuple[int, int]:
    """Return the positions of start and goal in the Gray code."""
    all_on = (1 << (instance.parameters.size + 1)) // 3
    return (all_on, 0) if instance.parameters.goal == "off" else (0, all_on)


@lru_cache(maxsize=256)
def _labels(instance: RingsInstance) -> tuple[int, ...]:
    """Return the rings' names, from the free end; a seed gives the same ones at every size."""
    size = instance.parameters.size
    if instance.parameters.names == "plain":
        return tuple(range(1, size + 1))
    return tuple(shuffled(Random(f"chinese_rings/names/seed={instance.seed}"), range(100, 1000))[:size])


def _rules(instance: RingsInstance) -> str:
    labels, size = _labels(instance), instance.parameters.size
    if instance.parameters.names == "plain":
        order = f"numbered 1 to {size} from the free end of the bar"
    else:
        order = f"numbered {', '.join(map(str, labels))} in order from the free end of the bar"
    return (
        f"There are {size} rings on a bar, {order}. Each of them is on or off.\n"
        "- One ring at a time is taken off or put on.\n"
        f"- Ring {labels[0]}, the one at the free end, can be taken off or put on at any time.\n"
        "- Any other ring can be taken off or put on only while the ring just before it, towards the free "
        "end, is on, and all the rings before that one are off."
    )


def _method(instance: RingsInstance) -> str:
    begin = "take off" if instance.parameters.goal == "off" else "put on"
    return (
        "Count the rings from the free end. Rings 1 to k, all on, come off like this: take off rings 1 to k "
        "- 2, take off ring k, put rings 1 to k - 2 on again, then take off rings 1 to k - 1. To put rings "
        "1 to k on, do the moves that take them off in the opposite order, each turned round. For k = 1 "
        f"there is one move, and for k = 0 there is none. To begin: {begin} rings 1 to "
        f"{instance.parameters.size}."
    )


PUZZLE = ChineseRings()
