"""Pointer chase: follow a random ring of labels and write the label reached by each hop."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

from tasks.contract.draws import pick, shuffled
from tasks.contract.given import Given
from tasks.contract.given_names import all_names, known_length, name, named_table
from tasks.contract.item_puzzle import ChainPuzzle, Written
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt, Row
from tasks.forms.items import Item, item_forms, labels
from tasks.forms.named_items import NamedItems, named_items
from tasks.forms.noise import chain_heads, naming, programs, restated, summaries


@dataclass(frozen=True, slots=True)
class PointerChaseParameters:
    """The ring and the start label are drawn."""

    size: int = integer("hops; beyond the labels the ring goes round again", minimum=1, maximum=1_000_000)
    labels: int = integer("labels; the prompt lists them all, hence the limit", 3, 10_000, default=50)


PointerChaseInstance = Instance[PointerChaseParameters]
_MOST_LABELS, _MOST_HOPS = 10_000, 1_000_000
"""Of an instance given whole."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Labels have codes, which are counted from 1 where they are drawn."""

    path: tuple[int, ...]
    """The labels in the order in which each points at the next, the start first, each once."""
    back: int
    """The place in the path of the label that its last one points at."""
    after: dict[int, int]
    """The label that each label points at, in the order in which they are told."""
    named: NamedItems | None = None
    """The names of the labels of an instance given whole."""

    def reached(self, hop: int) -> int:
        """Return the label that a hop reaches, counted from 1; the start for 0."""
        beyond = hop - len(self.path)
        return self.path[hop if beyond < 0 else self.back + beyond % (len(self.path) - self.back)]

    def label(self, code: int) -> str:
        """Return a label as it is written."""
        return f"n{code}" if self.named is None else self.named.name(code)

    @property
    def item(self) -> Item:
        return _ITEM if self.named is None else self.named.item

    @property
    def first_two(self) -> tuple[str, str]:
        """How a list of all labels begins."""
        one, other = ("n1", "n2") if self.named is None else (*self.named.names, *self.named.names)[:2]
        return one, other

    @property
    def initials(self) -> set[str]:
        """What labels begin with."""
        return {"n"} if self.named is None else {label[0].casefold() for label in self.named.names}

    @property
    def labels(self) -> str:
        """All labels, in words."""
        return f"n1 to n{len(self.after)}" if self.named is None else _joined(self.named.names)


@dataclass(frozen=True, slots=True)
class GivenPointerChaseParameters(PointerChaseParameters):
    """Those of an instance given whole."""

    drawn: _Drawn = field(compare=False, kw_only=True)


@lru_cache(maxsize=16)
def _drawn(instance: PointerChaseInstance) -> _Drawn:
    rng, parameters = instance.random(), instance.parameters
    if isinstance(parameters, GivenPointerChaseParameters):
        return parameters.drawn
    ring = shuffled(rng, range(1, parameters.labels + 1))
    start = pick(rng, range(len(ring)))
    turned = (*ring[start:], *ring[:start])
    after = dict(zip(turned, (*turned[1:], turned[0]), strict=True))
    return _Drawn(turned, 0, dict(sorted(after.items())))


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

    @property
    def whole(self) -> "PointerChase":
        """This puzzle itself plays instances given whole."""
        return self

    def take(self, data: Mapping[str, object]) -> PointerChaseInstance:
        """Return an instance with this `table` of what each label points at, this `start` and these `hops`.

        Labels that no hop leaves may point at nothing: they then stand in `labels`, or as what others point at.
        """
        given = Given(self.name, data, {"table", "start", "hops", "labels"})
        hops = given.integer("hops", 1, _MOST_HOPS)
        start = name(given, "start", given.raw("start"))
        table = {
            label: name(given, "table", to)
            for label, to in named_table(given, "table", _MOST_LABELS).items()
            if to is not None
        }
        labels = all_names(given, "labels", [*table, *table.values(), start], 2 * _MOST_LABELS)
        known_length(given, hops)
        named = named_items(tuple(labels), _KEY, _VERB)
        after = {named.codes[label]: named.codes[table[label]] for label in labels if label in table}
        path, back = _path(given, after, named, (named.codes[start], hops))
        drawn = _Drawn(path, back, after, named)
        parameters = GivenPointerChaseParameters(hops, len(labels), drawn=drawn)
        return given.instance(parameters, {"table": table, "start": start, "hops": hops, "labels": labels})

    def varies(self, instance: PointerChaseInstance) -> bool:
        """Return whether it is drawn: another seed draws another ring."""
        return not instance.data

    def fewest_steps(self, instance: PointerChaseInstance) -> int:
        """Return the size: one label per hop."""
        return instance.parameters.size

    def start(self, instance: PointerChaseInstance) -> Written:
        """Return the state at the start label, before the first hop."""
        return 0, _drawn(instance).path[0]

    def is_goal(self, instance: PointerChaseInstance, state: Written) -> bool:
        """Return whether all hops are made and the label reached is right."""
        size = instance.parameters.size
        return state[0] == size and state == self.state_after(instance, size)

    def following(self, instance: PointerChaseInstance, state: Written) -> int | None:
        """Return the label that the last one written points at."""
        return _drawn(instance).after.get(state[1]) if state[0] < instance.parameters.size else None

    def known(self, instance: PointerChaseInstance, item: int) -> bool:
        """Return whether this label exists."""
        return item in _drawn(instance).after

    def shown(self, instance: PointerChaseInstance, item: int) -> str:
        """Return the label as written, e.g. `n3`."""
        return _drawn(instance).label(item)

    def why_not(self, instance: PointerChaseInstance, state: Written, row: Row) -> str:
        """Say which label the last one points at instead."""
        drawn, following = _drawn(instance), self.following(instance, state)
        if state[0] >= instance.parameters.size:
            return f"{drawn.label(row[0])} is one label too many: all {state[0]} hops are made"
        to = "nothing" if following is None else drawn.label(following)
        return f"{drawn.label(state[1])} points at {to}, not at {drawn.label(row[0])}"

    def solution(self, instance: PointerChaseInstance, first: int = 0) -> Iterator[Row]:
        """Yield the labels from hop `first` on, without computing those before."""
        drawn = _drawn(instance)
        return ((drawn.reached(hop),) for hop in range(first + 1, instance.parameters.size + 1))

    def state_after(self, instance: PointerChaseInstance, count: int) -> Written:
        """Return the state in closed form."""
        return count, _drawn(instance).reached(count)

    def prompt(self, instance: PointerChaseInstance) -> Prompt:
        """Ask for one label per line."""
        drawn, parameters = _drawn(instance), instance.parameters
        points = "Each points at another" if drawn.named is None else "This is what they point at"
        other = next((one for one in "mtuvwz" if one not in drawn.initials), "m")
        hops = "1 hop" if parameters.size == 1 else f"{parameters.size} hops"
        return Prompt(
            rules=(
                f"There are {parameters.labels} labels, {drawn.labels}. {points}:\n"
                + "\n".join(
                    f"{drawn.label(label)} points at {drawn.label(to)}" for label, to in drawn.after.items()
                )
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
                f"When {other}1 points at {other}3, {other}2 points at {other}4, {other}3 points at {other}2, "
                f"{other}4 points at {other}1, and there are 3 hops from {other}3, an answer is:\n"
                f"{other}2\n{other}4\n{other}1"
            ),
            method=(
                "Keep the current label in mind. For each hop: find the current label among those listed, "
                "write the label that it points at on a line of its own, and make that the current label. "
                "Count the lines, and stop when there is one for every hop."
            ),
            code=(
                "Write a Python function `solve()` without arguments that returns the label reached by each "
                f'hop as a list of strings such as "{drawn.label(next(iter(drawn.after)))}".'
            ),
        )

    def describe(self, instance: PointerChaseInstance, state: Written) -> str:
        """Describe the label reached."""
        size, label = instance.parameters.size, _drawn(instance).label(state[1])
        if state[0] == 0:
            return f"The first hop goes from label {label}."
        if state[0] == size:
            return f"All hops are made; the last one reached label {label}."
        return f"Hop {state[0]} reached label {label}. Hop {state[0] + 1} of {size} is next."

    def forms(self, instance: PointerChaseInstance) -> tuple[Form, ...]:
        """Return labels on lines of their own, after a number or another label, on one line, or chained."""
        named = _drawn(instance).named
        return _FORMS if named is None else named.forms

    def noise(self, instance: PointerChaseInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the table repeated, the start named or heading a chain, and the last label named again."""
        drawn = _drawn(instance)
        item = drawn.item
        yield from restated(item, text, (label for pair in drawn.after.items() for label in pair))
        yield from summaries(item, text)
        yield from naming(item, text, *drawn.first_two)
        yield from programs(text)
        yield from chain_heads(item, text, drawn.label(drawn.path[0]), instance.parameters.size)


def _path(
    given: Given, after: Mapping[int, int], named: NamedItems, way: tuple[int, int]
) -> tuple[tuple[int, ...], int]:
    """Return the path from a start for so many hops, and the place to which it comes back."""
    at, hops = way
    place = {at: 0}
    for hop in range(1, hops + 1):
        if at not in after:
            given.fail("table", f"has nothing for {named.name(at)!r}, from which hop {hop} goes")
        at = after[at]
        if at in place:
            break
        place[at] = hop
    return tuple(place), place[at]


def _joined(listed: Sequence[str]) -> str:
    return ("; " if any("," in one for one in listed) else ", ").join(listed)


_VERB = "to|at|is|reach|reaches|reached|gives|get|now|on|label"
_KEY = r"(?i:[-=]>|→|[(=]|\b(?:hop|from|point\w{0,2}|to|at)\b)"
_ITEM = labels("n", verb=_VERB)
_FORMS = item_forms(_ITEM)

PUZZLE = PointerChase()
