"""Pointer chase: follow a random ring of labels and write the label reached by each hop."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from tasks.contract.draws import pick, shuffled
from tasks.contract.item_puzzle import ChainPuzzle, Written
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt, Row
from tasks.forms.items import item_forms, labels
from tasks.forms.noise import chain_heads, naming, programs, restated, summaries


@dataclass(frozen=True, slots=True)
class PointerChaseParameters:
    """The ring and the start label are drawn."""

    size: int = integer("hops; beyond the labels the ring goes round again", minimum=1, maximum=1_000_000)
    labels: int = integer("labels; the prompt lists them all, hence the limit", 3, 10_000, default=50)


PointerChaseInstance = Instance[PointerChaseParameters]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Labels are counted from 1."""

    ring: tuple[int, ...]
    """The labels in the order in which each points at the next, the start first."""
    after: dict[int, int]
    """The label that each label points at."""


@lru_cache(maxsize=16)
def _drawn(instance: PointerChaseInstance) -> _Drawn:
    rng = instance.random()
    ring = shuffled(rng, range(1, instance.parameters.labels + 1))
    start = pick(rng, range(len(ring)))
    turned = (*ring[start:], *ring[:start])
    return _Drawn(turned, dict(zip(turned, (*turned[1:], turned[0]), strict=True)))


class PointerChase(ChainPuzzle[PointerChaseParameters]):
    """A step is `(label,)`, labels counted from 1."""

    name: ClassVar[str] = "pointer_chase"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Pointer chase: follow a random ring of labels hop by hop"
    kind: ClassVar[Kind] = Kind.TRACE
    width: ClassVar[int] = 1

    @property
    def parameters(self) -> type[PointerChaseParameters]:
        """See `PointerChaseParameters`."""
        return PointerChaseParameters

    def varies(self, instance: PointerChaseInstance) -> bool:
        """Return True: another seed draws another ring."""
        return True

    def fewest_steps(self, instance: PointerChaseInstance) -> int:
        """Return the size: one label per hop."""
        return instance.parameters.size

    def start(self, instance: PointerChaseInstance) -> Written:
        """Return the state at the start label, before the first hop."""
        return 0, _drawn(instance).ring[0]

    def is_goal(self, instance: PointerChaseInstance, state: Written) -> bool:
        """Return whether all hops are made and the label reached is right."""
        size = instance.parameters.size
        return state[0] == size and state == self.state_after(instance, size)

    def following(self, instance: PointerChaseInstance, state: Written) -> int | None:
        """Return the label that the last one written points at."""
        return _drawn(instance).after[state[1]] if state[0] < instance.parameters.size else None

    def known(self, instance: PointerChaseInstance, item: int) -> bool:
        """Return whether this label exists."""
        return item in _drawn(instance).after

    def shown(self, instance: PointerChaseInstance, item: int) -> str:
        """Return the label as written, e.g. `n3`."""
        return f"n{item}"

    def why_not(self, instance: PointerChaseInstance, state: Written, row: Row) -> str:
        """Say which label the last one points at instead."""
        following = self.following(instance, state)
        if following is None:
            return f"n{row[0]} is one label too many: all {state[0]} hops are made"
        return f"n{state[1]} points at n{following}, not at n{row[0]}"

    def solution(self, instance: PointerChaseInstance, first: int = 0) -> Iterator[Row]:
        """Yield the labels from hop `first` on, without computing those before."""
        ring = _drawn(instance).ring
        return ((ring[hop % len(ring)],) for hop in range(first + 1, instance.parameters.size + 1))

    def state_after(self, instance: PointerChaseInstance, count: int) -> Written:
        """Return the state in closed form."""
        ring = _drawn(instance).ring
        return count, ring[count % len(ring)]

    def prompt(self, instance: PointerChaseInstance) -> Prompt:
        """Ask for one label per line."""
        drawn, parameters = _drawn(instance), instance.parameters
        hops = "1 hop" if parameters.size == 1 else f"{parameters.size} hops"
        return Prompt(
            rules=(
                f"There are {parameters.labels} labels, n1 to n{parameters.labels}. Each points at another:\n"
                + "\n".join(_table(drawn.after, "n"))
                + "\n\n"
                "A hop goes from a label to the one that it points at. Make "
                f"{hops}, each from the label reached by the one before, and write down the label reached by "
                "each. Labels can come up more than once."
            ),
            start=self.describe(instance, self.start(instance)),
            goal=f"The label reached by every hop is written: {parameters.size} in all.",
            format=(
                "Write the label reached by each hop on a line of its own, and nothing else on the line. The "
                "label from which the first hop goes is not written."
            ),
            example=(
                f"When {', '.join(_table({1: 3, 2: 4, 3: 2, 4: 1}, 'm'))}, and there are 3 hops from m3, an "
                "answer is:\nm2\nm4\nm1"
            ),
            method=(
                "Keep the current label in mind. For each hop: find the current label among those listed, "
                "write the label that it points at on a line of its own, and make that the current label. "
                "Count the lines, and stop when there is one for every hop."
            ),
            code=(
                "Write a Python function `solve()` without arguments that returns the label reached by each "
                'hop as a list of strings such as "n1".'
            ),
        )

    def describe(self, instance: PointerChaseInstance, state: Written) -> str:
        """Describe the label reached."""
        size = instance.parameters.size
        if state[0] == 0:
            return f"The first hop goes from label n{state[1]}."
        if state[0] == size:
            return f"All hops are made; the last one reached label n{state[1]}."
        return f"Hop {state[0]} reached label n{state[1]}. Hop {state[0] + 1} of {size} is next."

    def forms(self, instance: PointerChaseInstance) -> tuple[Form, ...]:
        """Return labels on lines of their own, after a number or another label, on one line, or chained."""
        return _FORMS

    def noise(self, instance: PointerChaseInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the table repeated, the start named or heading a chain, and the last label named again."""
        drawn = _drawn(instance)
        table = (f"n{label}" for pair in sorted(drawn.after.items()) for label in pair)
        yield from restated(_ITEM, text, table)
        yield from summaries(_ITEM, text)
        yield from naming(_ITEM, text, "n")
        yield from programs(text)
        yield from chain_heads(_ITEM, text, f"n{drawn.ring[0]}", instance.parameters.size)


def _table(after: dict[int, int], letter: str) -> list[str]:
    return [f"{letter}{label} points at {letter}{after[label]}" for label in sorted(after)]


_ITEM = labels("n", verb="to|at|is|reach|reaches|reached|gives|get|now|on|label")
_FORMS = item_forms(_ITEM)

PUZZLE = PointerChase()
