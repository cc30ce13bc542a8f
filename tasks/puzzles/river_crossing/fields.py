"""The fields of a river crossing that is given whole: read, checked, and written in one way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from tasks.contract.given import Given, shown
from tasks.contract.given_names import name as checked
from tasks.contract.given_names import told_apart
from tasks.contract.names import plain_name
from tasks.puzzles.river_crossing.company import MOST_PEOPLE, MOST_TOLD_BY_BITS, Company, Goal
from tasks.puzzles.river_crossing.crossing import Banks
from tasks.puzzles.river_crossing.text import MOST_SEATS

FIELDS = frozenset(
    ("people", "pairs", "missionaries", "cannibals", "boat", "rowers", "guards", "conflicts", "keepers")
) | {"outnumbered", "in_boat", "banks", "start", "goal"}
_BOAT = "boat"


@dataclass(frozen=True, slots=True)
class Voyage:
    """Who crosses, by which rules, from where to where."""

    company: Company
    start: Banks
    goal: Goal


class Fields:
    """Reads the people first, then what is said of them."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._kinds: list[tuple[str, int]] = []
        self._groups: dict[str, list[int]] = {}
        """The kinds in each group, by the group's name."""

    def read(self) -> Voyage:
        """Return everything; raises `BadInstance`."""
        self._read_people()
        company = self._company()
        start = self._start(company)
        left = start.left
        for there in (left, company.everyone & ~left):
            if told := company.clash(there):
                self._given.fail("start", f"is against the rules: {told}")
        return Voyage(company, start, self._goal(company))

    # --- people

    def _read_people(self) -> None:
        given = self._given
        ways = [name for name in ("people", "pairs", "missionaries") if name in given]
        if len(ways) != 1:
            given.fail("people", "is missing" if not ways else f"stands beside {ways[1]!r}: give one of them")
        if "pairs" in given:
            for number in range(1, given.integer("pairs", 1, 100) + 1):
                self._add("agents", f"A_{number}", 1)
                self._add("actors", f"a_{number}", 1)
        elif "missionaries" in given:
            for name in ("missionaries", "cannibals"):
                self._add(name, name, given.integer(name, 1, 100))
        elif isinstance(given.raw("people"), Mapping):
            for name, members in sorted(given.table("people", 1, MOST_PEOPLE).items()):
                self._add_group(name, members)
        else:
            for item in given.items("people", 1, MOST_PEOPLE):
                if isinstance(item, list | tuple) and len(item) == 2:
                    self._add_group(item[0], item[1])
                else:
                    self._add(None, item, 1)
        self._check_names()

    def _add_group(self, name: object, members: object) -> None:
        if isinstance(members, list | tuple):
            for member in members:
                self._add(name, member, 1)
        else:
            self._add(name, name, members)

    def _add(self, group: object, name: object, count: object) -> None:
        called = checked(self._given, "people", name)
        if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= MOST_PEOPLE:
            told = (
                f"must have a list or a number from 1 to {MOST_PEOPLE} for {shown(name)}, not {shown(count)}"
            )
            self._given.fail("people", told)
        if group is not None and not isinstance(group, str):
            self._given.fail("people", f"must have texts for groups, not {shown(group)}")
        if group is not None:
            self._groups.setdefault(plain_name(group), []).append(len(self._kinds))
        self._kinds.append((called, count))

    def _check_names(self) -> None:
        given, names = self._given, [name for name, _ in self._kinds]
        if not names:
            given.fail("people", "is empty")
        told_apart(given, "people", names)
        if sum(count for _, count in self._kinds) > MOST_PEOPLE:
            given.fail("people", f"must be {MOST_PEOPLE} at most")
        for kind, name in enumerate(names):
            if self._groups.get(plain_name(name), [kind]) != [kind]:
                given.fail("people", f"has {shown(name)} as a group and as one of another")
            self._groups[plain_name(name)] = [kind]

    def _kinds_of(self, field: str, value: object) -> list[int]:
        """Return the kinds that a name, a group or a list of these means."""
        if isinstance(value, list | tuple):
            return sorted({kind for item in value for kind in self._kinds_of_one(field, item)})
        return sorted(self._kinds_of_one(field, value))

    def _kinds_of_one(self, field: str, value: object) -> list[int]:
        kinds = self._groups.get(plain_name(checked(self._given, field, value)))
        if kinds is None:
            known = [name for name, _ in self._kinds]
            self._given.fail(field, f"names {shown(value)}, which is nobody; they are {shown(known)}")
        return kinds

    def _set(self, kinds: Sequence[int]) -> int:
        firsts = self._firsts()
        return sum((1 << self._kinds[kind][1]) - 1 << firsts[kind] for kind in set(kinds))

    def _firsts(self) -> list[int]:
        firsts, first = [], 0
        for _, count in self._kinds:
            firsts.append(first)
            first += count
        return firsts

    # --- rules

    def _company(self) -> Company:
        given = self._given
        seats = given.integer(_BOAT, 1, MOST_PEOPLE)
        if seats > MOST_SEATS and sum(count.bit_length() for _, count in self._kinds) > MOST_TOLD_BY_BITS:
            told = f"must be {MOST_SEATS} at most for so many people of different names, not {seats}"
            given.fail(_BOAT, told)
        everyone = self._set(range(len(self._kinds)))
        rowers = self._set(self._kinds_of("rowers", given.raw("rowers"))) if "rowers" in given else everyone
        if not rowers:
            given.fail("rowers", "is empty: somebody must row, and if all can, leave it out")
        keepers = 0 if rowers == everyone else rowers
        if "keepers" in given:
            keepers = self._set(self._kinds_of("keepers", given.raw("keepers")))
        in_boat = True if given.raw("in_boat") is None else given.raw("in_boat")
        if not isinstance(in_boat, bool):
            given.fail("in_boat", f"must be true or false, not {shown(in_boat)}")
        banks = given.texts("banks", (2, 2), default=("left", "right"))
        if banks[0] == banks[1] or _BOAT in banks:
            given.fail("banks", f"must be two different names, not {shown(banks)}")
        conflicts = [(one, other) if one < other else (other, one) for one, other in self._pairs("conflicts")]
        if not conflicts:
            keepers = 0
        outnumbered = self._pairs("outnumbered")
        if "missionaries" in given and "outnumbered" not in given:
            outnumbered = [(self._set([0]), self._set([1]))]
        return Company(
            tuple(self._kinds),
            seats,
            rowers,
            tuple(sorted(self._guards())),
            tuple(sorted(set(conflicts))),
            keepers,
            tuple(sorted(set(outnumbered))),
            in_boat,
            (banks[0], banks[1]),
        )

    def _pairs(self, field: str) -> list[tuple[int, int]]:
        """Read pairs of people, of groups or of lists of them, as sets; a group against itself is no pair."""
        found = []
        for pair in self._given.items(field, 0, 1_000, default=()):
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                self._given.fail(field, f"must hold pairs, not {shown(pair)}")
            one, other = (self._set(self._kinds_of(field, side)) for side in pair)
            if one & other or not one or not other:
                self._given.fail(field, f"must hold pairs of different people, not {shown(list(pair))}")
            found.append((one, other))
        return found

    def _guards(self) -> list[tuple[int, int]]:
        given, firsts = self._given, self._firsts()
        if "pairs" in given and "guards" not in given:
            return [(2 * at + 1, 2 * at) for at in range(len(self._kinds) // 2)]
        value = given.raw("guards")
        pairs: list[object] = []
        if isinstance(value, Mapping):
            pairs = [list(item) for item in given.table("guards", 0, MOST_PEOPLE).items()]
        elif value is not None:
            pairs = given.items("guards", 0, MOST_PEOPLE)
        found: dict[int, int] = {}
        for pair in pairs:
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                given.fail("guards", f"must hold pairs of a person and its guard, not {shown(pair)}")
            ward, guard = (self._one("guards", side) for side in pair)
            if ward == guard or firsts[ward] in found:
                given.fail("guards", f"must give each person one other as its guard, not {shown(list(pair))}")
            found[firsts[ward]] = firsts[guard]
        return list(found.items())

    def _one(self, field: str, value: object) -> int:
        kinds = self._kinds_of(field, value)
        if len(kinds) != 1 or self._kinds[kinds[0]][1] > 1:
            self._given.fail(field, f"must name single people, not {shown(value)}")
        return kinds[0]

    # --- start and goal

    def _start(self, company: Company) -> Banks:
        if "start" not in self._given:
            return Banks(company.everyone, boat_left=True)
        counts, boat = self._banks("start", company)
        left = 0
        for (first, count), there, (name, _) in zip(company.spans, counts, self._kinds, strict=True):
            if there is None:
                self._given.fail("start", f"does not say where {shown(name)} is")
            left |= (1 << min(there, count)) - 1 << first
        return Banks(left, boat_left=boat is not False)

    def _goal(self, company: Company) -> Goal:
        if "goal" not in self._given:
            return Goal(0)
        counts, boat = self._banks("goal", company)
        left = anywhere = 0
        for (first, count), there in zip(company.spans, counts, strict=True):
            if there is None:
                anywhere |= (1 << count) - 1 << first
            else:
                left |= (1 << there) - 1 << first
        if anywhere == company.everyone and boat is None:
            self._given.fail("goal", "says nothing: name who must be on which bank")
        return Goal(left, anywhere, boat)

    def _banks(self, field: str, company: Company) -> tuple[list[int | None], bool | None]:
        """Return how many of each kind are on the left bank, `None` if nothing is said; and where the boat is."""
        given, value = self._given, self._given.raw(field)
        if isinstance(value, str):
            # All are on one bank, and the boat is there if that is the start.
            left = self._side(field, value, company)
            return [count * left for _, count in self._kinds], left if field == "start" else None
        table = given.table(field, 1, 3)
        nobody: list[int | None] = [None] * len(self._kinds)
        told = [self._counts(field, table[bank]) if bank in table else nobody for bank in company.banks]
        for name in table:
            if name not in (*company.banks, _BOAT):
                given.fail(
                    field, f"names {shown(name)}, which is no bank; they are {', '.join(company.banks)}"
                )
        boat = table.get(_BOAT)
        counts = [
            self._together(field, kind, told[0][kind], told[1][kind]) for kind in range(len(self._kinds))
        ]
        for kind, (left, right) in enumerate(zip(*told, strict=True)):
            listed = any(isinstance(table.get(bank), list | tuple) for bank in company.banks)
            if listed and (left is None) != (right is None) and (left or right) != self._kinds[kind][1]:
                name, count = self._kinds[kind]
                given.fail(
                    field,
                    f"lists {left or right} of {shown(name)}, who are {count}: give numbers, or list all",
                )
        return counts, None if boat is None else self._side(field, boat, company)

    def _together(self, field: str, kind: int, left: int | None, right: int | None) -> int | None:
        name, count = self._kinds[kind]
        if left is None and right is None:
            return None
        if left is not None and right is not None and left + right != count:
            self._given.fail(field, f"has {left + right} of {shown(name)}, who are {count}")
        there = left if left is not None else count - cast("int", right)
        if not 0 <= there <= count:
            self._given.fail(field, f"has more of {shown(name)} than the {count} there are")
        return there

    def _counts(self, field: str, value: object) -> list[int | None]:
        """Return how many of each kind a bank's list or table has; `None` for those it does not name."""
        counts: list[int | None] = [None] * len(self._kinds)
        if isinstance(value, Mapping):
            for name, number in value.items():
                for kind in self._kinds_of(field, name):
                    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
                        self._given.fail(field, f"must have whole numbers of people, not {shown(number)}")
                    counts[kind] = number
            return counts
        if not isinstance(value, list | tuple):
            self._given.fail(field, f"must have a list of people for each bank, not {shown(value)}")
        for item in value:
            kinds = self._kinds_of(field, item)
            for kind in kinds:
                counts[kind] = (counts[kind] or 0) + 1
                if cast("int", counts[kind]) > self._kinds[kind][1]:
                    self._given.fail(field, f"has {self._kinds[kind][0]!r} twice")
        return counts

    def _side(self, field: str, value: object, company: Company) -> bool:
        if value not in company.banks:
            self._given.fail(
                field, f"names {shown(value)}, which is no bank; they are {', '.join(company.banks)}"
            )
        return value == company.banks[0]


def data(voyage: Voyage) -> dict[str, object]:
    """Return all fields, in plain JSON: equal ones for equal voyages."""
    company, goal = voyage.company, voyage.goal

    def names(group: int) -> list[str]:
        return [company.name(kind) for kind, there in enumerate(company.counted(group)) if there]

    people = [name if count == 1 else [name, count] for name, count in company.kinds]
    fields: dict[str, object] = {
        "people": people,
        "boat": company.seats,
        "banks": list(company.banks),
        "start": _standing(company, voyage.start.left, 0, voyage.start.boat_left),
        "goal": _standing(company, goal.left, goal.open, goal.boat_left),
        "in_boat": company.in_boat,
        "rowers": names(company.rowers),
    }
    for name, pairs in (("conflicts", company.conflicts), ("outnumbered", company.outnumbered)):
        if pairs:
            fields[name] = [[names(one), names(other)] for one, other in pairs]
    if company.conflicts:
        fields["keepers"] = names(company.keepers)
    if company.guards:
        fields["guards"] = [[*names(1 << ward), *names(1 << guard)] for ward, guard in company.guards]
    return fields


def _standing(company: Company, left: int, anywhere: int, boat: bool | None) -> dict[str, object]:
    """Return how many of each kind are on which bank, and where the boat is."""
    here, open_ = company.counted(left), company.counted(anywhere)
    told = [kind for kind in range(len(company.kinds)) if not open_[kind]]
    found: dict[str, object] = {
        company.banks[0]: {company.name(kind): here[kind] for kind in told},
        company.banks[1]: {company.name(kind): company.kinds[kind][1] - here[kind] for kind in told},
    }
    if boat is not None:
        found[_BOAT] = company.banks[0 if boat else 1]
    return found
