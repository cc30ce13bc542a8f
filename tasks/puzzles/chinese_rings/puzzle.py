"""Chinese rings: take all rings off a bar, where one blocks another, or put all on. About 2/3 * 2^n moves."""

from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import ClassVar

from tasks.contract.draws import shuffled
from tasks.contract.parameters import choice, integer
from tasks.contract.puzzle import Instance, Kind, Prompt, Steps
from tasks.puzzles.chinese_rings.given import WHOLE, GivenRings
from tasks.puzzles.chinese_rings.rings import Rings
from tasks.puzzles.chinese_rings.text import ANSWER_FORMAT, CODE_FORMAT, rules


@dataclass(frozen=True, slots=True)
class RingsParameters:
    """All rings are on the bar at the start and off it at the end, or the other way round."""

    size: int = integer("rings", minimum=1, maximum=30)
    goal: str = choice("whether all rings must come off the bar, or on it", "off", "on", default="off")
    names: str = choice("rings numbered in order, or by drawn numbers", "plain", "renamed", default="plain")


RingsInstance = Instance[RingsParameters]


class ChineseRings(Rings[RingsParameters]):
    """All rings come off the bar, or all go on; see `Rings`."""

    name: ClassVar[str] = "chinese_rings"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Chinese rings: take all rings off a bar where one ring bars another"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 2

    @property
    def parameters(self) -> type[RingsParameters]:
        """See `RingsParameters`."""
        return RingsParameters

    @property
    def whole(self) -> GivenRings:
        """See `GivenRings`."""
        return WHOLE

    def varies(self, instance: RingsInstance) -> bool:
        """Return True if names are drawn."""
        return instance.parameters.names == "renamed"

    def fewest_steps(self, instance: RingsInstance) -> int:
        """Return (2^(n+1) - 2) / 3 for even n, (2^(n+1) - 1) / 3 for odd n."""
        return (1 << (instance.parameters.size + 1)) // 3

    def places(self, instance: RingsInstance) -> tuple[int, int]:
        """Return the positions of all rings on and all rings off, or the reverse."""
        all_on = (1 << (instance.parameters.size + 1)) // 3
        return (all_on, 0) if instance.parameters.goal == "off" else (0, all_on)

    def labels(self, instance: RingsInstance) -> tuple[int, ...]:
        """Return numbers in order, or drawn ones."""
        return _labels(instance)

    def prompt(self, instance: RingsInstance) -> Prompt:
        """Ask for `["off", ring]` pairs."""
        return Prompt(
            rules=_rules(instance),
            start=self.describe(instance, self.start(instance)),
            goal=f"All rings are {instance.parameters.goal}.",
            format=ANSWER_FORMAT,
            example=self._example(instance),
            method=_method(instance),
            code=CODE_FORMAT,
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

    def settle(self, instance: RingsInstance, steps: Steps) -> Steps:
        """Convert the names of rings to their positions on the bar."""
        if instance.parameters.names == "plain":
            return steps
        ring_of = {label: ring for ring, label in enumerate(_labels(instance), start=1)}
        values = steps.values[:]
        for at in range(1, len(values), 2):
            values[at] = ring_of.get(values[at], -values[at] - 1)
        return Steps(values, 2)


@lru_cache(maxsize=256)
def _labels(instance: RingsInstance) -> tuple[int, ...]:
    """Return the rings' names, from the free end; a seed gives the same ones at every size."""
    size = instance.parameters.size
    if instance.parameters.names == "plain":
        return tuple(range(1, size + 1))
    return tuple(shuffled(Random(f"chinese_rings/names/seed={instance.seed}"), range(100, 1000))[:size])


def _rules(instance: RingsInstance) -> str:
    size = instance.parameters.size
    if instance.parameters.names == "plain":
        order = f"numbered 1 to {size} from the free end of the bar"
    else:
        order = f"numbered {', '.join(map(str, _labels(instance)))} in order from the free end of the bar"
    return rules(size, order, _labels(instance)[0])


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
