"""Shortest ways across for any company, by a search over states up to names.

People who differ in nothing but their names are interchangeable, and so are people with those they guard. So
a state is looked up with such people in one order, and few boatloads have to be tried from each.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.contract.puzzle import NEVER
from tasks.puzzles.river_crossing.company import Company, Goal
from tasks.puzzles.river_crossing.crossing import Banks, together

_MOST_TRIED = 200_000
"""How much is tried at most, in boatloads times people and some: about 0.2 seconds."""
_MOST_OPTIONS = 30
"""How many people or units, different from each other, may be where the boat is."""

_Unit = tuple[int, ...]
"""A person, or a guard and those it guards: people who belong together."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The shortest ways from one state to a goal."""

    fewest: int | None
    """How many crossings; `NEVER` if there is no way, `None` if the search was given up."""
    _left: dict[Banks, int]
    _world: "_World"
    _whole: bool
    """Whether all states that can be reached are known."""

    def distance(self, state: Banks) -> int | None:
        """Return the fewest crossings from a state; `None` if it is on no shortest way, or none is known."""
        if self.fewest in (None, NEVER):
            return None
        return self._left.get(self._world.ordered(state), NEVER if self._whole else None)

    def crossings(self, start: Banks) -> Iterator[int]:
        """Yield who cross on a shortest way from this state."""
        state, left = start, self.distance(start)
        self._world.left_to_try = _MOST_TRIED
        while left:
            going, state = next(
                (going, after)
                for going, after in self._world.crossings(state)
                if self._left.get(self._world.ordered(after)) == left - 1
            )
            yield going
            left -= 1


class _TooMany(Exception):
    """The search is given up."""


class _World:
    """A company's states up to names."""

    def __init__(self, company: Company, goal: Goal) -> None:
        self._company = company
        self.left_to_try = _MOST_TRIED
        classes: dict[tuple[object, ...], list[_Unit]] = defaultdict(list)
        for unit in _units(company):
            classes[tuple(_traits(company, goal, person) for person in unit)].append(unit)
        self._classes = [_Class(units) for units in classes.values()]
        self._cost = 8 + sum(alike.cost for alike in self._classes)

    def ordered(self, state: Banks) -> Banks:
        """Return the state with interchangeable people in one order."""
        left = state.left
        for alike in self._classes:
            left = alike.ordered(left)
        return Banks(left, state.boat_left)

    def crossings(self, state: Banks) -> Iterator[tuple[int, Banks]]:
        """Yield who may cross, up to names, and the state after that."""
        company = self._company
        near, seats = company.near(state), company.seats
        options = [option for alike in self._classes for option in alike.options(near, seats)]
        if len(options) > _MOST_OPTIONS:
            raise _TooMany
        rowing: list[list[_Unit]] = []
        others: list[list[_Unit]] = []
        for option in options:
            (rowing if together(option[0]) & company.rowers else others).append(option)
        for crew in _picked(rowing, 0, seats):
            for guests in _picked(others, 0, seats - crew.bit_count()) if crew else ():
                self.left_to_try -= self._cost
                if self.left_to_try < 0:
                    raise _TooMany
                going = crew | guests
                if company.may_cross(state, going):
                    yield going, company.crossed(state, going)


class _Class:
    """Units that are interchangeable."""

    def __init__(self, units: list[_Unit]) -> None:
        self._units = units
        self._single = len(units[0]) == 1
        self.cost = 1 if self._single else len(units)
        self._group = together(person for unit in units for person in unit)
        self._first_ones = [together(unit[0] for unit in units[:count]) for count in range(len(units) + 1)]

    def ordered(self, left: int) -> int:
        """Return a bank's people with those of this class in one order: the first ones are on that bank."""
        if self._single:
            return left & ~self._group | self._first_ones[(left & self._group).bit_count()]
        if len(self._units) > 1:
            masks = sorted((_mask(unit, left) for unit in self._units), reverse=True)
            left &= ~self._group
            for unit, mask in zip(self._units, masks, strict=True):
                for at, person in enumerate(unit):
                    left |= (mask >> at & 1) << person
        return left

    def options(self, near: int, seats: int) -> Iterator[list[_Unit]]:
        """Yield units that are alike in who of them is near, each as those who are; no more than have seats."""
        alike: dict[int, list[_Unit]] = defaultdict(list)
        if near & self._group:
            for unit in self._units:
                mask = _mask(unit, near)
                if mask and len(alike[mask]) < seats:
                    alike[mask].append(tuple(person for person in unit if near >> person & 1))
        yield from alike.values()


def _mask(unit: _Unit, group: int) -> int:
    mask = 0
    for at, person in enumerate(unit):
        mask |= (group >> person & 1) << at
    return mask


def _picked(options: Sequence[list[_Unit]], at: int, seats: int) -> Iterator[int]:
    """Yield the ways to fill the seats: from each option so many units, of each some or all."""
    if at == len(options):
        yield 0
        return
    for group, taken in _of_units(options[at], 0, seats, None):
        for rest in _picked(options, at + 1, seats - taken):
            yield group | rest


def _of_units(units: Sequence[_Unit], at: int, seats: int, least: int | None) -> Iterator[tuple[int, int]]:
    """Yield sets of people from units that are alike, in falling order of who of each goes, and their number."""
    yield 0, 0
    if at == len(units) or seats == 0:
        return
    unit = units[at]
    for mask in range(1, 1 << len(unit)):
        if (least is None or mask <= least) and mask.bit_count() <= seats:
            group = together(person for bit, person in enumerate(unit) if mask >> bit & 1)
            taken = mask.bit_count()
            for rest, more in _of_units(units, at + 1, seats - taken, mask):
                yield group | rest, taken + more


def _units(company: Company) -> list[_Unit]:
    """Return everybody: a guard with all it guards, others alone."""
    guarded: dict[int, list[int]] = defaultdict(list)
    for person, guard in company.guards:
        guarded[guard].append(person)
    wards = {person for person, _ in company.guards}
    if wards & set(guarded):
        # Who guards a guard: nobody is interchangeable.
        return [(person,) for person in range(company.total)]
    return [(person, *guarded[person]) for person in range(company.total) if person not in wards]


def _traits(company: Company, goal: Goal, person: int) -> tuple[object, ...]:
    """Return all that matters of a person but its name."""
    sets = (company.rowers, company.keepers, goal.left, goal.open)
    pairs = (*company.conflicts, *company.outnumbered)
    wards = {ward for ward, _ in company.guards}
    guards = {guard for _, guard in company.guards}
    chained = (person,) if wards & guards else ()
    return (
        *(group >> person & 1 for group in (*sets, *(group for pair in pairs for group in pair))),
        *chained,
    )


@lru_cache(maxsize=16)
def paths(company: Company, start: Banks, goal: Goal) -> Paths:
    """Search from the start, then back from the goal."""
    world = _World(company, goal)
    levels: dict[Banks, int] = {world.ordered(start): 0}
    beside: dict[Banks, list[Banks]] = {}
    try:
        for state in (queue := list(levels)):
            beside[state] = [world.ordered(after) for _, after in world.crossings(state)]
            for after in beside[state]:
                if after not in levels:
                    levels[after] = levels[state] + 1
                    queue.append(after)
        whole = True
    except _TooMany:
        whole = False
    goals = [state for state in levels if goal.reached(state)]
    if not goals:
        return Paths(NEVER if whole else None, {}, world, whole)
    # States are found in the order of their levels, so that the first goal is a nearest one.
    fewest = levels[goals[0]]
    left = _back(beside, goals)
    if not whole:
        left = {state: far for state, far in left.items() if levels[state] + far == fewest}
    return Paths(fewest, left, world, whole)


def _back(beside: dict[Banks, list[Banks]], goals: list[Banks]) -> dict[Banks, int]:
    """Return how far each state is from the nearest goal."""
    before = defaultdict(list)
    for state, after in beside.items():
        for there in after:
            before[there].append(state)
    left = dict.fromkeys(goals, 0)
    edge = goals
    while edge:
        beyond = []
        for state in edge:
            for there in before[state]:
                if there not in left:
                    left[there] = left[state] + 1
                    beyond.append(there)
        edge = beyond
    return left
