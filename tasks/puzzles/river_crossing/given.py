"""River crossing that is given whole: any people and boat, and who may not be left with whom."""

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice
from typing import ClassVar

from tasks.contract.given import Given
from tasks.contract.length import Length
from tasks.contract.move_puzzle import MovePuzzle, listed
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt, Row, Steps
from tasks.puzzles.river_crossing import fields, names
from tasks.puzzles.river_crossing import text as people
from tasks.puzzles.river_crossing.company import MOST_PEOPLE, Company, Goal
from tasks.puzzles.river_crossing.crossing import Banks, members
from tasks.puzzles.river_crossing.fields import Voyage
from tasks.puzzles.river_crossing.paths import paths


@dataclass(frozen=True, slots=True)
class GivenCrossingParameters:
    """What an instance given whole says."""

    size: int = integer("people", minimum=1, maximum=MOST_PEOPLE)
    voyage: Voyage = field(compare=False, kw_only=True)
    length: Length = field(compare=False, kw_only=True)


GivenInstance = Instance[GivenCrossingParameters]


class GivenCrossing(MovePuzzle[GivenCrossingParameters, Banks]):
    """A step is `(boatload,)`, one number for how many of each kind cross (see `Company.load`)."""

    name: ClassVar[str] = "river_crossing"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "River crossing: any people in a small boat"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 1

    @property
    def parameters(self) -> type[GivenCrossingParameters]:
        """See `GivenCrossingParameters`."""
        return GivenCrossingParameters

    @property
    def whole(self) -> "GivenCrossing":
        """Return this one itself."""
        return self

    def take(self, data: Mapping[str, object]) -> GivenInstance:
        """Return the instance with these people, boat, rules, start and goal; see `fields`."""
        given = Given(self.name, data, fields.FIELDS)
        voyage = fields.Fields(given).read()
        found = paths(voyage.company, voyage.start, voyage.goal).fewest
        parameters = GivenCrossingParameters(
            voyage.company.total, voyage=voyage, length=Length.of(given, found)
        )
        return given.instance(parameters, fields.data(voyage))

    def fewest_steps(self, instance: GivenInstance) -> int | None:
        """Return the minimum by search, or as the record says."""
        return instance.parameters.length.fewest

    def solvable(self, instance: GivenInstance) -> bool | None:
        """Return whether there is a solution; `None` if neither search nor record tells."""
        return instance.parameters.length.solvable

    def start(self, instance: GivenInstance) -> Banks:
        """Return the state that was given."""
        return instance.parameters.voyage.start

    def is_goal(self, instance: GivenInstance, state: Banks) -> bool:
        """Return whether all whom the goal names are where it has them."""
        return instance.parameters.voyage.goal.reached(state)

    def fault(self, instance: GivenInstance, state: Banks, row: Row) -> str | None:
        """Say why a boatload is illegal: too many, somebody from the other bank, no rower, or bad company."""
        return _company(instance).fault(state, row[0])

    def moved(self, instance: GivenInstance, state: Banks, row: Row) -> Banks:
        """Return the state with the people in the boat on the other bank."""
        company = _company(instance)
        return company.crossed(state, company.moving(state, company.aboard(row[0])))

    def distance(self, instance: GivenInstance, state: Banks) -> int | None:
        """Return the distance from any state, if all of them could be searched; else from those on the way."""
        voyage = instance.parameters.voyage
        return paths(voyage.company, voyage.start, voyage.goal).distance(state)

    def options(self, instance: GivenInstance, state: Banks) -> Iterator[Row]:
        """Yield every legal crossing."""
        company = _company(instance)
        here = company.counted(company.near(state))
        loads = (company.load(kinds) for kinds in _picked(here, 0, company.seats))
        return ((load,) for load in loads if company.fault(state, load) is None)

    def solution(self, instance: GivenInstance, first: int = 0) -> Iterator[Row]:
        """Yield the boatloads of a shortest solution; none if its length is known from the record alone."""
        voyage = instance.parameters.voyage
        company, state = voyage.company, voyage.start
        way = paths(company, state, voyage.goal)
        return islice(((_load(company, going),) for going in way.crossings(state)), first, None)

    def prompt(self, instance: GivenInstance) -> Prompt:
        """Ask for lists of the people in the boat."""
        voyage = instance.parameters.voyage
        company = voyage.company
        one = names.singular(*company.kinds[0])
        return Prompt(
            rules=_rules(company),
            start=self.describe(instance, voyage.start),
            goal=_goal_in_words(company, voyage.goal),
            format=(
                "Write the crossings in order, there and back in turn, as one list; each is the list of all "
                f'who are in the boat, by name:\nmoves = [["{one}", ...], ...]'
            ),
            example=_example(company),
            method=_METHOD,
            code=(
                "Write a Python function `solve()` without arguments that returns the crossings as a list "
                "of lists of strings."
            ),
        )

    def describe(self, instance: GivenInstance, state: Banks) -> str:
        """Say who is on which bank, and where the boat is."""
        company = _company(instance)
        lines = []
        for bank, there in zip(company.banks, (state.left, company.everyone & ~state.left), strict=True):
            lines.append(f"{_capital(bank)} bank: {_told(company, there)}")
        boat = company.banks[0 if state.boat_left else 1]
        return "\n".join((*lines, f"The boat is at the {boat} bank."))

    def format(self, instance: GivenInstance, rows: Iterable[Row]) -> Iterator[str]:
        """Yield `moves = [["farmer", "goat"], …]` on one line."""
        return listed(_written(_company(instance), load) for (load,) in rows)

    def forms(self, instance: GivenInstance) -> tuple[Form, ...]:
        """Return lists of names, lines and sentences, with the names that were given."""
        company = _company(instance)
        if _is_plain(company):
            return people.forms(people.PLAIN)
        return names.forms_of(company)

    def settle(self, instance: GivenInstance, steps: Steps) -> Steps:
        """Add the only one who can row where no boatload names it: `take the goat across` goes without saying."""
        company = _company(instance)
        if company.rowers.bit_count() != 1 or not len(steps):
            return steps
        rower = company.counted(company.rowers).index(1)
        loads = {load: company.aboard(load) for load in set(steps.values) if 0 <= load < people.UNREADABLE}
        if any(rower in kinds for kinds in loads.values()):
            return steps
        with_rower = {load: company.load((*kinds, rower)) for load, kinds in loads.items()}
        return Steps(array("q", (with_rower.get(load, load) for load in steps.values)), 1)

    def noise(self, instance: GivenInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find both banks drawn as lists."""
        return people.drawn_banks(text)


def _company(instance: GivenInstance) -> Company:
    return instance.parameters.voyage.company


def _load(company: Company, going: int) -> int:
    kinds = chain.from_iterable([kind] * there for kind, there in enumerate(company.counted(going)))
    return company.load(kinds)


@lru_cache(maxsize=64)
def _is_plain(company: Company) -> bool:
    """Whether the people are called, and numbered, as those of the drawn instances."""
    called = tuple(people.PLAIN.name(person) for person in range(len(company.kinds)))
    return company.seats <= people.MOST_SEATS and tuple(name for name, _ in company.kinds) == called


def _picked(counts: Sequence[int], kind: int, seats: int) -> Iterator[tuple[int, ...]]:
    """Yield the ways to pick people of each kind, from this one on, of whom there are so many."""
    yield ()
    for first in range(kind, len(counts)):
        for there in range(1, min(counts[first], seats) + 1):
            for rest in _picked(counts, first + 1, seats - there):
                yield (first,) * there + rest


# --- words


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _told(company: Company, group: int) -> str:
    """Name the people in a set."""
    counts = company.counted(group)
    told = [
        company.name(kind) if company.kinds[kind][1] == 1 else f"{there} {_called(company, kind, there)}"
        for kind, there in enumerate(counts)
        if there
    ]
    return ", ".join(told) or "nobody"


def _called(company: Company, kind: int, there: int) -> str:
    name, count = company.kinds[kind]
    return names.singular(name, count) if there == 1 else name


def _written(company: Company, load: int) -> str:
    told = [
        names.singular(*company.kinds[kind]) for kind in company.aboard(load) if kind < len(company.kinds)
    ]
    return json.dumps(told, ensure_ascii=False)


def _rules(company: Company) -> str:
    seats = company.seats
    lines = [
        f"These are to cross a river in one boat: {_told(company, company.everyone)}.",
        f"- The boat carries at most {seats} of them, and never crosses empty; all who are in it get out on the "
        "other bank.",
    ]
    if company.rowers != company.everyone:
        lines.append(f"- Somebody who can row must be in the boat: {_told(company, company.rowers)}.")
    where = "in one place, be it a bank or the boat," if company.in_boat else "on one bank"
    lines += [f"- {line}" for line in _bad_company(company, where)]
    return "\n".join(lines)


def _bad_company(company: Company, where: str) -> Iterator[str]:
    """Say who may not be with whom."""
    unless = f", unless {_names(company, company.keepers, 'or')} is there too" if company.keepers else ""
    for one, other in company.conflicts:
        yield f"Never {where} may {_names(company, one, 'or')} be with {_names(company, other, 'or')}{unless}."
    for few, many in company.outnumbered:
        yield (
            f"Those of {_names(company, few)} who are {where} may not be outnumbered by those of "
            f"{_names(company, many)} who are there too. Where there are none of the former, all is well."
        )
    if company.guards:
        guarded = ", ".join(
            f"{_names(company, 1 << ward)} by {_names(company, 1 << guard)}" for ward, guard in company.guards
        )
        yield (
            f"Some are guarded by another: {guarded}. Never {where} may one who is guarded be with the guard of "
            "another, unless its own guard is there too."
        )


def _names(company: Company, group: int, last: str = "and") -> str:
    *others, final = [company.name(kind) for kind, there in enumerate(company.counted(group)) if there]
    return f"{', '.join(others)} {last} {final}" if others else final


def _goal_in_words(company: Company, goal: Goal) -> str:
    boat = "" if goal.boat_left is None else f" The boat is at the {company.banks[not goal.boat_left]} bank."
    if not goal.open and goal.left in (0, company.everyone):
        return f"All are on the {company.banks[0 if goal.left else 1]} bank.{boat}"
    named = company.everyone & ~goal.open
    lines = []
    for bank, there in zip(company.banks, (goal.left & named, named & ~goal.left), strict=True):
        if there:
            lines.append(f"On the {bank} bank: {_told(company, there)}.")
    if goal.open:
        lines.append(f"These may be anywhere: {_names(company, goal.open)}.")
    return "\n".join(lines) + boat


def _example(company: Company) -> str:
    """Show the format on a problem without any rules: it reveals nothing about this one."""
    rower = next(members(company.rowers))
    kind = company.counted(1 << rower).index(1)
    other = next((at for at in range(len(company.kinds)) if at != kind), kind)
    one, two = (names.singular(*company.kinds[at]) for at in (kind, other))
    first, second = (
        f"one {name}" if company.kinds[at][1] > 1 else name for at, name in ((kind, one), (other, two))
    )
    if company.seats == 1 or other == kind:
        return (
            f"If there were only {first}, who had to go to the other bank and come back, an answer would be:\n"
            f"moves = {json.dumps([[one], [one]], ensure_ascii=False)}"
        )
    return (
        f"If there were only {first} and {second}, and the second had to be brought to the other bank and the "
        f"first to be back, an answer would be:\nmoves = {json.dumps([[one, two], [one]], ensure_ascii=False)}"
    )


_METHOD = (
    "Go through the states in the order of their distance from the start: write down the start, then for each "
    "state written down, in turn, all states that one legal crossing leads to and that are not written down "
    "yet, each with the state and the crossing that it came from. Stop when the goal is reached, and follow the "
    "crossings back to the start; or stop when no new state is left."
)
WHOLE = GivenCrossing()
