"""People on two banks who are given whole: who may row, and who may not be where with whom.

A person is a number, and a set of people an integer with one bit for each. People of one kind have one name and
are not told apart; of these, the first ones are always on the left bank.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from tasks.puzzles.river_crossing.crossing import Banks, members, together
from tasks.puzzles.river_crossing.text import MOST_SEATS, UNREADABLE, load_of, people_in

MOST_PEOPLE = 1_000
MOST_TOLD_BY_BITS = 58


@dataclass(frozen=True)
class Company:
    """The travellers, their boat, and the rules."""

    kinds: tuple[tuple[str, int], ...]
    """The name of each kind of people, and how many there are."""
    seats: int
    rowers: int
    guards: tuple[tuple[int, int], ...] = ()
    """A person, and the one who guards it: it may not be with another's guard, unless its own is there."""
    conflicts: tuple[tuple[int, int], ...] = ()
    """Sets of people who may not be in one place without a keeper."""
    keepers: int = 0
    outnumbered: tuple[tuple[int, int], ...] = ()
    """Sets of people: where there are any of the first, there may not be more of the second."""
    in_boat: bool = True
    """Whether the rules hold in the boat as on the banks."""
    banks: tuple[str, str] = ("left", "right")

    @cached_property
    def total(self) -> int:
        """How many people there are."""
        return sum(count for _, count in self.kinds)

    @cached_property
    def everyone(self) -> int:
        """The set of all people."""
        return (1 << self.total) - 1

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The first person of each kind, and how many there are."""
        counts = [count for _, count in self.kinds]
        return tuple(zip(accumulate(counts, initial=0), counts, strict=False))

    @cached_property
    def _crowds(self) -> tuple[tuple[int, int], ...]:
        """The same of the kinds of several people."""
        return tuple((first, count) for first, count in self.spans if count > 1)

    @cached_property
    def _guarding(self) -> int:
        return together(guard for _, guard in self.guards)

    @cached_property
    def _guarded(self) -> tuple[tuple[int, int], ...]:
        return tuple((1 << ward, 1 << guard) for ward, guard in self.guards)

    def near(self, state: Banks) -> int:
        """Return the people on the bank where the boat is."""
        return state.left if state.boat_left else self.everyone & ~state.left

    def counted(self, group: int) -> list[int]:
        """Return how many people of each kind are in a set."""
        return [(group >> first & (1 << count) - 1).bit_count() for first, count in self.spans]

    def name(self, kind: int) -> str:
        """Return the name of a kind."""
        return self.kinds[kind][0] if 0 <= kind < len(self.kinds) else "such person"

    # --- boatloads: how many of each kind

    def load(self, kinds: Iterable[int]) -> int:
        """Encode a boatload, given as the kind of each who is in it, as one number; order is of no matter."""
        aboard = sorted(kinds)
        if self.seats <= MOST_SEATS:
            return load_of(aboard)
        # A larger boat needs more than a few bits a seat: a few bits a kind.
        code, shift = 0, 0
        for kind, (_, count) in enumerate(self.kinds):
            there = aboard.count(kind)
            if there > count:
                return UNREADABLE
            code |= there << shift
            shift += count.bit_length()
        return code if all(0 <= kind < len(self.kinds) for kind in aboard) else UNREADABLE

    def aboard(self, load: int) -> list[int]:
        """Return the kind of each who is in a boatload."""
        if self.seats <= MOST_SEATS:
            return list(people_in(load))
        kinds: list[int] = []
        for kind, (_, count) in enumerate(self.kinds):
            width = count.bit_length()
            kinds += [kind] * (load & (1 << width) - 1)
            load >>= width
        return kinds

    def moving(self, state: Banks, kinds: Iterable[int]) -> int:
        """Return the people who go, all of whom are where the boat is."""
        aboard, going = list(kinds), 0
        for kind, (first, count) in enumerate(self.spans):
            there = aboard.count(kind)
            if there:
                here = list(members(self.near(state) & (1 << count) - 1 << first))
                # The first ones of a kind stay on the left bank.
                going |= together(here[-there:] if state.boat_left else here[:there])
        return going

    # --- rules

    def fault(self, state: Banks, load: int) -> str | None:
        """Say in words why a boatload cannot cross; `None` if it can."""
        if not 0 <= load < UNREADABLE:
            return f"those who are in the boat are not among the travellers, or more than {self.seats}"
        kinds = self.aboard(load)
        return self._cannot_board(state, kinds) or self.bad_company(state, self.moving(state, kinds))

    def _cannot_board(self, state: Banks, kinds: list[int]) -> str | None:
        if not kinds:
            return "the boat cannot cross empty"
        if len(kinds) > self.seats:
            return f"{len(kinds)} are too many for {self.seats} seats"
        here = self.counted(self.near(state))
        for kind in kinds:
            if kind >= len(self.kinds):
                return "somebody in the boat is not among the travellers"
            if kinds.count(kind) > here[kind]:
                name, count = self.kinds[kind]
                if count == 1 and here[kind]:
                    return f"{name} is named twice"
                return (
                    f"there are not so many {name} where the boat is" if count > 1 else f"{name} is not there"
                )
        return None

    def bad_company(self, state: Banks, going: int) -> str | None:
        """Say in words what is against the rules if these people cross; `None` if nothing is."""
        if not going & self.rowers:
            return "nobody in the boat can row"
        left = state.left ^ going
        if self.in_boat and (told := self.clash(going)):
            return f"in the boat {told}"
        for bank, there in zip(self.banks, (left, self.everyone & ~left), strict=True):
            if told := self.clash(there):
                return f"on the {bank} bank {told}"
        return None

    def may_cross(self, state: Banks, going: int) -> bool:
        """Return whether nothing is against the rules if these people cross, as `bad_company` tells in words."""
        left = state.left ^ going
        return bool(
            going & self.rowers
            and self._broken(left) is None
            and self._broken(self.everyone & ~left) is None
            and not (self.in_boat and self._broken(going))
        )

    def clash(self, group: int) -> str | None:
        """Say in words which rule it breaks that these people are in one place; `None` if none."""
        broken = self._broken(group)
        return None if broken is None else broken[0].format(self._first(broken[1]), self._first(broken[2]))

    def _broken(self, group: int) -> tuple[str, int, int] | None:
        """Return which rule is broken, and by whom."""
        for one, other in self.conflicts:
            if group & one and group & other and not group & self.keepers:
                return "{} is alone with {}", group & one, group & other
        for few, many in self.outnumbered:
            if 0 < (group & few).bit_count() < (group & many).bit_count():
                return "there are more {1} than {0}", group & few, group & many
        if group & self._guarding:
            for ward, guard in self._guarded:
                if group & ward and not group & guard:
                    return "{} is with the guard of another", ward, guard
        return None

    def _first(self, group: int) -> str:
        person = (group & -group).bit_length() - 1
        return next(self.name(kind) for kind, there in enumerate(self.counted(1 << person)) if there)

    def crossed(self, state: Banks, going: int) -> Banks:
        """Return the state after these people have crossed."""
        left = state.left ^ going
        for first, count in self._crowds:
            there = (left >> first & (1 << count) - 1).bit_count()
            left = left & ~((1 << count) - 1 << first) | (1 << there) - 1 << first
        return Banks(left, not state.boat_left)


@dataclass(frozen=True, slots=True)
class Goal:
    """Who must be where."""

    left: int
    """People who must be on the left bank; of a kind, so many."""
    open: int = 0
    """People who may be anywhere."""
    boat_left: bool | None = None
    """Where the boat must be; `None` if that does not matter."""

    def reached(self, state: Banks) -> bool:
        """Return whether a state is as demanded."""
        return (state.left ^ self.left) & ~self.open == 0 and self.boat_left in (None, state.boat_left)
