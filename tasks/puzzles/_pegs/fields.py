"""The fields of disks on pegs that are given whole: read, checked, and written in one way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeGuard

from tasks.contract.given import Given, shown
from tasks.contract.given_names import MOST_NAME, told_apart
from tasks.contract.given_names import name as checked
from tasks.contract.names import plain_name
from tasks.contract.puzzle import ANY
from tasks.puzzles._pegs.solving import Ways, neighbours
from tasks.puzzles._pegs.towers import MOST_PEGS, Board

Label = int | str
MOST_DISKS = 53
FIELDS = frozenset(
    ("disks", "disk_labels", "pegs", "peg_labels", "start", "start_peg", "goal", "target_peg", "ways")
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Start, goal and rules; a state is the peg of each disk, from the smallest on."""

    board: Board
    pegs: tuple[Label, ...]
    disks: tuple[Label, ...]
    """Their names, from the smallest on."""
    start: tuple[int, ...]
    goal: tuple[int, ...]
    """`ANY` for a disk that may be anywhere."""
    ways: Ways | None = None
    """The (from, to) pairs of pegs between which a disk may move; `None` for all."""
    order: tuple[int, ...] = ()
    """The pegs as they stand in a row, where that counts."""

    @property
    def data(self) -> dict[str, object]:
        """All fields, in plain JSON: equal ones for equal settings."""
        fields: dict[str, object] = {
            "pegs": list(self.pegs),
            "disks": list(self.disks),
            "start": self._stacks(self.start),
            "goal": self._stacks(self.goal),
        }
        if self.order:
            fields["order"] = [self.pegs[peg] for peg in self.order]
            if self.ways == neighbours(self.order):
                return fields
        if self.ways is not None:
            fields["ways"] = [[self.pegs[source], self.pegs[target]] for source, target in sorted(self.ways)]
        return fields

    def _stacks(self, peg_of: Sequence[int]) -> list[list[Label]]:
        ranks = range(len(peg_of) - 1, -1, -1)
        return [[self.disks[rank] for rank in ranks if peg_of[rank] == peg] for peg in range(len(self.pegs))]


def setting(given: Given, *, in_a_row: bool) -> Setting:
    """Read the fields.

    Args:
        given: The fields.
        in_a_row: Whether disks move only between neighbours in a row of pegs, whose order is a field.

    Raises:
        BadInstance: One is missing or makes no sense.
    """
    fields = _Fields(given)
    start = fields.state("start", "start_peg")
    for rank, peg in enumerate(start):
        if peg == ANY:
            given.fail("start", f"lacks disk {fields.disks[rank]!r}")
    goal = fields.state("goal", "target_peg")
    if set(goal) == {ANY}:
        given.fail("goal", "names no disk: give the disks of each peg, or the peg that all must go to")
    board = _board(fields.pegs, fields.disks)
    towers = set(start), set(goal)
    if all(len(tower) == 1 for tower in towers) and start != goal:
        board = replace(board, source=start[0], target=goal[0])
    order = fields.order() if in_a_row else ()
    ways = fields.ways(order)
    return Setting(board, tuple(fields.pegs), tuple(fields.disks), start, goal, ways, order)


def _board(pegs: Sequence[Label], disks: Sequence[Label]) -> Board:
    board = Board(len(pegs))
    names = tuple(map(str, pegs))
    if list(pegs) in (list(range(len(pegs))), list(range(1, len(pegs) + 1))):
        board = replace(board, base=int(pegs[0]))
    elif _are_letters(names):
        board = replace(board, letters=names)
    else:
        board = replace(board, peg_names=names)
    if list(disks) != list(range(1, len(disks) + 1)):
        board = replace(board, disk_names=tuple(map(str, disks)))
    return board


def _are_letters(names: Sequence[str]) -> bool:
    letters = {name.lower() for name in names if len(name) == 1 and name.isascii() and name.isalpha()}
    return len(letters) == len(names)


class _Fields:
    """Reads pegs and disks first, then what is said of them."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self.pegs = self._labels("pegs", "peg_labels", (3, MOST_PEGS)) or self._pegs_of_start()
        self.disks = self._labels("disks", "disk_labels", (1, MOST_DISKS)) or self._disks_of_start()
        for field, labels in (("start", self.pegs), ("start", self.disks)):
            told_apart(given, field, [checked(given, field, label) for label in labels])
        self._peg_at = {_plain(peg): at for at, peg in enumerate(self.pegs)}
        self._rank_of = {_plain(disk): at for at, disk in enumerate(self.disks)}

    def _labels(self, name: str, list_name: str, counts: tuple[int, int]) -> list[Label] | None:
        """Return the labels in either field; a number is a count, of things numbered from 0 or 1."""
        given, first = self._given, 0 if name == "pegs" else 1
        count = None
        if isinstance(given.raw(name), int):
            count = given.integer(name, *counts)
        elif name in given and list_name in given:
            given.fail(name, f"must be a count where there is a field {list_name!r}")
        used = name if name in given and count is None else list_name
        if used not in given:
            return None if count is None else list(range(first, first + count))
        labels: list[Label] = []
        for label in given.items(used, *counts):
            called = checked(given, used, label)
            labels.append(label if _is_number(label) else called)
        told_apart(given, used, list(map(str, labels)))
        if count not in (None, len(labels)):
            given.fail(used, f"has {len(labels)} labels for {count} {name}")
        return labels

    def _pegs_of_start(self) -> list[Label]:
        for name in ("start", "goal"):
            value = self._given.raw(name)
            if isinstance(value, Mapping):
                keys = list(self._given.table(name, 3, MOST_PEGS))
                if all(map(str.isdecimal, keys)):
                    return list(map(int, sorted(keys, key=lambda key: (int(key), key))))
                return sorted(keys)
            if isinstance(value, list | tuple):
                return list(range(len(self._given.items(name, 3, MOST_PEGS))))
        return self._given.fail("pegs", "is missing: give their number, or the list of their labels")

    def _disks_of_start(self) -> list[Label]:
        value = self._given.raw("start")
        stacks = list(value.values()) if isinstance(value, Mapping) else value
        if not isinstance(stacks, list | tuple):
            self._given.fail("disks", "is missing: give their number, or their labels from the smallest on")
        found = [disk for stack in stacks if isinstance(stack, list | tuple) for disk in stack]
        if not 0 < len(found) <= MOST_DISKS:
            self._given.fail("start", f"must hold 1 to {MOST_DISKS} disks, not {len(found)}")
        numbers = [disk for disk in found if isinstance(disk, int) and not isinstance(disk, bool)]
        if len(numbers) == len(found):
            return [*sorted(set(numbers))]
        if len([stack for stack in stacks if stack]) == 1 and all(map(_is_label, found)):
            return [*reversed(found)]
        return self._given.fail("disks", "is missing: list their labels from the smallest to the largest")

    def peg(self, name: str, value: object) -> int:
        """Return the peg with this label."""
        at = self._peg_at.get(_plain(value)) if _is_label(value) else None
        if at is None:
            self._given.fail(name, f"names {shown(value)}, which is no peg; they are {shown(self.pegs)}")
        return at

    def state(self, name: str, peg_name: str) -> tuple[int, ...]:
        """Return the peg of each disk, `ANY` if nothing is said; from stacks by peg, or one peg for all."""
        given = self._given
        if name in given and peg_name in given:
            given.fail(peg_name, f"says the same as {shown(name)}: leave out one of them")
        used = name if name in given else peg_name
        value = given.raw(used)
        if value is None:
            given.fail(name, "is missing: give the disks of each peg, or the peg that all are on")
        if _is_label(value):
            return (self.peg(used, value),) * len(self.disks)
        stacks: list[tuple[int, object]]
        if isinstance(value, Mapping):
            stacks = [(self.peg(used, key), stack) for key, stack in given.table(used, 1, MOST_PEGS).items()]
        else:
            count = len(self.pegs)
            stacks = list(enumerate(given.items(used, count, count)))
        return self._standing(used, stacks)

    def _standing(self, name: str, stacks: list[tuple[int, object]]) -> tuple[int, ...]:
        peg_of = [ANY] * len(self.disks)
        rising = falling = False
        for peg, stack in stacks:
            ranks = [] if stack is None else self._ranks(name, stack)
            for rank in ranks:
                if peg_of[rank] != ANY:
                    self._given.fail(name, f"has disk {shown(self.disks[rank])} twice")
                peg_of[rank] = peg
            pairs = list(pairwise(ranks))
            rising = rising or any(below < above for below, above in pairs)
            falling = falling or any(below > above for below, above in pairs)
        if rising and falling:
            # Stacks may be listed from the bottom or from the top, but all in one way.
            self._given.fail(name, "has a disk on a smaller one: list the disks of each peg from the bottom")
        return tuple(peg_of)

    def _ranks(self, name: str, stack: object) -> list[int]:
        if not isinstance(stack, list | tuple):
            self._given.fail(name, f"must have a list of disks for each peg, not {shown(stack)}")
        ranks = []
        for disk in stack:
            rank = self._rank_of.get(_plain(disk)) if _is_label(disk) else None
            if rank is None:
                told = f"names {shown(disk)}, which is no disk; they are {shown(self.disks)}"
                self._given.fail(name, told)
            ranks.append(rank)
        return ranks

    def order(self) -> tuple[int, ...]:
        """Return the pegs as they stand in a row."""
        count = len(self.pegs)
        listed = self._given.items("order", count, count, default=self.pegs)
        order = tuple(self.peg("order", label) for label in listed)
        if len(set(order)) < count:
            self._given.fail("order", "has a peg twice")
        return order

    def ways(self, order: tuple[int, ...]) -> Ways | None:
        """Return the pairs of pegs between which a disk may move; `None` for all."""
        given = self._given
        count = len(self.pegs)
        most = count * (count - 1)
        every = frozenset((one, other) for one in range(count) for other in range(count) if one != other)
        beside = neighbours(order) if order else every
        if "ways" not in given:
            return beside if order else None
        ways = set()
        for pair in given.items("ways", 1, most):
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                given.fail("ways", f"must hold pairs of pegs [from, to], not {shown(pair)}")
            way = self.peg("ways", pair[0]), self.peg("ways", pair[1])
            if way not in beside:
                what = "pegs that are not neighbours" if way[0] != way[1] else "the same peg twice"
                given.fail("ways", f"has {shown(list(pair))}: {what}")
            ways.add(way)
        return None if ways == every else frozenset(ways)


def _plain(label: Label) -> str:
    return plain_name(str(label))


def _is_label(value: object) -> TypeGuard[Label]:
    return (isinstance(value, str) and 0 < len(value.strip()) <= MOST_NAME) or _is_number(value)


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000
