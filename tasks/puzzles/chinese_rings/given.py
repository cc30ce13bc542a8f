"""Rings on a bar that are given whole: from any state to any other, numbered from either end, or named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from tasks.contract.given import Given, shown
from tasks.contract.given_names import name as checked
from tasks.contract.given_names import told_apart
from tasks.contract.length import Length
from tasks.contract.names import plain_name
from tasks.contract.parameters import integer
from tasks.contract.puzzle import ANY, Form, Instance, Kind, Prompt, Steps
from tasks.forms.labels import Labels
from tasks.puzzles.chinese_rings.rings import Rings, gray, place_of
from tasks.puzzles.chinese_rings.text import ANSWER_FORMAT, CODE_FORMAT, FORMS, named_forms, rules

_Label = int | str
_MOST_RINGS = 52
_FREE, _FIXED = "free", "fixed"
_STATES: dict[object, int] = {0: 0, 1: 1, "0": 0, "1": 1, "off": 0, "on": 1}


@dataclass(frozen=True, slots=True)
class GivenRingsParameters:
    """What an instance given whole says."""

    size: int = integer("rings", minimum=1, maximum=_MOST_RINGS)
    labels: tuple[_Label, ...] = field(compare=False, kw_only=True)
    """The rings' names, from the free end."""
    places: tuple[int, int] = field(compare=False, kw_only=True)
    """Start and goal in the Gray code."""


GivenInstance = Instance[GivenRingsParameters]


class GivenRings(Rings[GivenRingsParameters]):
    """See `Rings`."""

    name: ClassVar[str] = "chinese_rings"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Chinese rings: from any state to any other"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 2

    @property
    def parameters(self) -> type[GivenRingsParameters]:
        """See `GivenRingsParameters`."""
        return GivenRingsParameters

    @property
    def whole(self) -> "GivenRings":
        """Return this one itself."""
        return self

    def take(self, data: Mapping[str, object]) -> GivenInstance:
        """Return the instance.

        Its fields: `rings` (how many, or their names), `start` and `goal` (the state of each ring, or of all),
        and `numbering`: `free` if rings are numbered and listed from the free end, `fixed` if from the other.
        """
        given = Given(self.name, data, {"rings", "start", "goal", "numbering"})
        labels, start, goal = _Fields(given).read()
        places = place_of(start), place_of(goal)
        Length.of(given, abs(places[0] - places[1]))
        parameters = GivenRingsParameters(len(labels), labels=labels, places=places)
        states = {
            name: [state >> at & 1 for at in range(len(labels))]
            for name, state in (("start", start), ("goal", goal))
        }
        return given.instance(parameters, {"rings": list(labels), **states})

    def places(self, instance: GivenInstance) -> tuple[int, int]:
        """Return the positions of the states that were given."""
        return instance.parameters.places

    def labels(self, instance: GivenInstance) -> tuple[_Label, ...]:
        """Return the names that were given."""
        return instance.parameters.labels

    def fewest_steps(self, instance: GivenInstance) -> int:
        """Return how far apart the two states are in the Gray code."""
        start, goal = instance.parameters.places
        return abs(start - goal)

    def smaller(self, instance: GivenInstance) -> GivenInstance:
        """Return the worked example's problem: the first few rings, all off at first, or all on."""
        labels = instance.parameters.labels
        few = [*labels[: 3 + len(labels) % 2]]
        whole = (1 << len(few)) - 1, 0
        now, then = (0, 1) if tuple(map(gray, instance.parameters.places)) == whole else (1, 0)
        if len(few) < len(labels) and gray(instance.parameters.places[1]) == 0:
            now, then = 0, 1
        return self.take({"rings": few, "start": [now] * len(few), "goal": [then] * len(few)})

    def prompt(self, instance: GivenInstance) -> Prompt:
        """Ask for `["off", ring]` pairs."""
        return Prompt(
            rules=_rules(instance.parameters.labels),
            start=self.describe(instance, self.start(instance)),
            goal=self.describe(instance, gray(instance.parameters.places[1])),
            format=ANSWER_FORMAT,
            example=self._example(instance),
            method=_METHOD,
            code=CODE_FORMAT,
        )

    def _example(self, instance: GivenInstance) -> str:
        small = self.smaller(instance)
        moves = "".join(self.format(small, self.solution(small)))
        rings = ", ".join(map(str, small.parameters.labels))
        now, then = ("on", "off") if small.parameters.places[1] == 0 else ("off", "on")
        return (
            f"With these rings alone, in order from the free end: {rings}; when all are {now} and all must be "
            f"{then}, an answer is:\n{moves}"
        )

    def forms(self, instance: GivenInstance) -> tuple[Form, ...]:
        """Return pairs, sentences, lines, and rings alone, with the names that were given."""
        labels = instance.parameters.labels
        if all(isinstance(label, int) for label in labels):
            return FORMS
        return named_forms(Labels(tuple(map(str, labels)), first=1))

    def settle(self, instance: GivenInstance, steps: Steps) -> Steps:
        """Convert the numbers that rings are called by to their positions on the bar."""
        labels = instance.parameters.labels
        if labels == tuple(range(1, len(labels) + 1)) or any(isinstance(label, str) for label in labels):
            return steps
        ring_of = {label: ring for ring, label in enumerate(labels, start=1)}
        values = steps.values[:]
        for at in range(1, len(values), 2):
            values[at] = ring_of.get(values[at], ANY - 1 - values[at])
        return Steps(values, 2)


class _Fields:
    """Reads the rings first, then the states."""

    def __init__(self, given: Given) -> None:
        self._given = given

    def read(self) -> tuple[tuple[_Label, ...], int, int]:
        """Return the names, and both states; all from the free end."""
        fixed = self._given.choice("numbering", _FREE, _FIXED, default=_FREE) == _FIXED
        labels = self._labels()
        states = [self._state(name, labels, all_) for name, all_ in (("start", "on"), ("goal", "off"))]
        if fixed:
            labels = labels[::-1]
            states = [state[::-1] for state in states]
        start, goal = (sum(bit << at for at, bit in enumerate(state)) for state in states)
        return tuple(labels), start, goal

    def _labels(self) -> list[_Label]:
        given = self._given
        value = given.raw("rings")
        if value is None:
            for name in ("start", "goal"):
                told = given.raw(name)
                if isinstance(told, list | tuple) or (isinstance(told, str) and told not in ("on", "off")):
                    if not 0 < len(told) <= _MOST_RINGS:
                        given.fail(name, f"must tell of 1 to {_MOST_RINGS} rings, not {len(told)}")
                    return list(range(1, len(told) + 1))
        if not isinstance(value, list | tuple):
            return list(range(1, given.integer("rings", 1, _MOST_RINGS) + 1))
        labels: list[_Label] = []
        for label in given.items("rings", 1, _MOST_RINGS):
            called = checked(given, "rings", label)
            labels.append(label if isinstance(label, int) and label >= 0 else called)
        told_apart(given, "rings", list(map(str, labels)))
        return labels

    def _state(self, name: str, labels: list[_Label], all_: str) -> list[int]:
        given, count = self._given, len(labels)
        value = given.raw(name)
        if value is None:
            value = all_
        if isinstance(value, str) and value in ("on", "off"):
            return [_STATES[value]] * count
        if isinstance(value, Mapping):
            return self._listed(name, labels)
        if isinstance(value, str):
            value = list(value)
        if not isinstance(value, list | tuple):
            given.fail(name, f"must be a list of on and off, one for each ring, not {shown(value)}")
        if len(value) != count:
            given.fail(name, f"must tell of {count} rings, not {len(value)}")
        bits = []
        for told in value:
            key = told.lower() if isinstance(told, str) else told
            if not isinstance(key, int | str) or key not in _STATES:
                given.fail(name, f"must hold 'on' or 'off', or 1 or 0, not {shown(told)}")
            bits.append(_STATES[key])
        return bits

    def _listed(self, name: str, labels: list[_Label]) -> list[int]:
        """Read `{"on": [1, 3]}`: the other rings are off."""
        given = self._given
        ((told, rings),) = given.table(name, 1, 1).items()
        if told not in ("on", "off") or not isinstance(rings, list | tuple):
            given.fail(name, f"must be like {{'on': [ring, …]}}, not {shown(told)} with {shown(rings)}")
        known = {plain_name(str(label)): at for at, label in enumerate(labels)}
        bits = [1 - _STATES[told]] * len(labels)
        for ring in rings:
            called = plain_name(checked(given, name, ring))
            if called not in known:
                given.fail(name, f"names {shown(ring)}, which is no ring; they are {shown(labels)}")
            bits[known[called]] = _STATES[told]
        return bits


def _rules(labels: tuple[_Label, ...]) -> str:
    size, named = len(labels), any(isinstance(label, str) for label in labels)
    if labels == tuple(range(1, size + 1)):
        order = f"numbered 1 to {size} from the free end of the bar"
    elif size > 1 and labels == tuple(range(size, 0, -1)):
        order = f"numbered 1 to {size} from the fixed end of the bar, so that ring {size} is at its free end"
    else:
        called = "called" if named else "numbered"
        order = f"{called} {', '.join(map(str, labels))} in order from the free end of the bar"
    return rules(size, order, labels[0])


_METHOD = (
    "Count the rings from the free end. To turn ring k, which means to put it on or take it off: if k is 1, "
    "just do it. Otherwise, first bring ring k - 1 on, then bring rings k - 2, k - 3, ... 1 off, in this "
    "order, each in this same way, and then turn ring k. Go from the last ring down to the first: whichever "
    "is not as the goal has it, turn it in this way."
)
WHOLE = GivenRings()
