"""Steps in any layout: where no form is found, what is written alike is read as the simulator accepts it.

Whoever writes a list of steps writes each like the one before. What is alike (`tasks.reader.layouts`) has slots,
whose meaning is open: which of them is the thing, which the place it leaves and which the one it goes to, and
whether one of these is left out because a reader knows. The reading that is legal for longest is the one meant.
"""

import re
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, permutations
from typing import TypeAlias

from tasks.contract.puzzle import ANY, Row, Steps
from tasks.contract.simulator import Simulator, State
from tasks.forms.similar_lines import Alike, Slot
from tasks.reader.elision import elides, lowered
from tasks.reader.found import Found, StepRun
from tasks.reader.layouts import Candidate, Layout, candidates

_LEAST = 3
"""The least number of legal steps for a reading to count."""
_UNNAMED = 7
"""The same where the text does not name the thing moved, so that any two places may be a move."""
_PROOF = 36
"""The number of steps by which readings are first compared."""
_STRETCHES, _FEW = 24, 4
"""How many restarts of a list are followed, in the whole text and in its first steps."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One reading of a candidate."""

    candidate: Candidate
    steps: Steps
    worth: tuple[bool, int, bool, bool, int]
    """Rank: solves, legal steps, nothing implied, identical wording, number of steps."""
    numbers: "array[int] | None"
    order: "_Order"


_WINDOW, _WINDOWS = 16_000, 4
"""In a long text, the beginning of a list is sought in this many overlapping windows of this size."""
_MOST_TEXT = 200_000
"""In characters: how far a list in an unknown layout is read."""

_Order: TypeAlias = tuple[int | None, ...]
"""The column of each slot; `None` if the slot is implied by the rules."""
_Way: TypeAlias = tuple[Layout, _Order]
"""A layout, and the columns of its slots."""


def find_alike(form: Alike, problem: Simulator, text: str, span: tuple[int, int]) -> Found | None:
    """Return the steps found by similarity in a span of a text; `None` if no reading makes sense."""
    start, end = span
    ways = None
    if end - start > 2 * _WINDOW:
        begins = range(start, end, _WINDOW // 2)[:_WINDOWS]
        parts = (_best(form, problem, text, (begin, min(end, begin + _WINDOW))) for begin in begins)
        ways = {part[1] for part in parts if part is not None}
        if not ways:
            return None
        end = min(end, start + _MOST_TEXT)
    found = _best(form, problem, text, (start, end), ways)
    if found is None:
        return None
    told, _, ambiguous = found
    runs = tuple(_runs(lowered(text), told.candidate))
    places = array("q", told.candidate.starts), array("q", told.candidate.ends)
    return Found(form, None, text, told.steps, runs, told.numbers, places, ambiguous=ambiguous)


def _best(
    form: Alike, problem: Simulator, text: str, span: tuple[int, int], ways: Collection[_Way] | None = None
) -> tuple[_Told, _Way, bool] | None:
    """Return the best reading, its way, and whether it is tied; only among `ways`, if given."""
    best: _Told | None = None
    way: _Way = ("", 0), ()
    ambiguous = False
    layouts = None if ways is None else {layout for layout, _ in ways}
    for layout, candidate in candidates(form, text, *span, only=layouts):
        orders = None if ways is None else {order for known, order in ways if known == layout}
        for told in _readings(form, problem, candidate, orders):
            if best is None or told.worth > best.worth:
                best, way, ambiguous = told, (layout, told.order), False
            elif told.worth == best.worth and told.steps.values != best.steps.values:
                ambiguous = True
        if best is not None and best.worth[0]:
            break
    return None if best is None else (best, way, ambiguous)


def _readings(
    form: Alike, problem: Simulator, candidate: Candidate, orders: "Collection[_Order] | None"
) -> Iterator[_Told]:
    """Yield the possible readings of a candidate; only in `orders`, if given."""
    columns = candidate.columns
    numbers = _running(columns[0])
    offsets: tuple[int, ...] = (1, 0) if numbers is not None else (0,)
    if numbers is not None and len(form.slots) == 1:
        # What counts the items is no item.
        offsets = (1,) if len(columns) > 1 else (0,) if _is_bare(candidate) else ()
    for offset in offsets:
        for order in _orders(form, candidate, offset):
            if orders is not None and order not in orders:
                continue
            told = _reading(form, problem, candidate, (columns, order, numbers if offset else None))
            if told is not None:
                yield told


def _is_bare(candidate: Candidate) -> bool:
    """Whether the names are close together."""
    return not candidate.lined and candidate.starts[1] - candidate.ends[0] <= _LITTLE


_LITTLE = 24


def _orders(form: Alike, candidate: Candidate, offset: int) -> Iterator[_Order]:
    """Yield the possible assignments of slots to columns."""
    columns, roles = candidate.columns, candidate.roles
    open_ = range(offset, len(columns))
    tells = {at for at in open_ if len(set(columns[at])) > 1}
    can = [{at for at in open_ if _may_be(slot, columns[at], roles[at])} for slot in form.slots]
    # Nobody moves the same thing all the time.
    can = [may & tells if slot.role == "thing" else may for slot, may in zip(form.slots, can, strict=True)]
    # In rows there can be more columns; in what goes on and on only numbers that count.
    counts = {at for at in tells if _running(columns[at]) is not None}
    more = tells if candidate.lined else counts
    alike = {at: {used for used in tells - {at} if _same(columns[at], columns[used])} for at in tells - more}
    for order in {*permutations((*open_, None), len(form.slots))}:
        left = tells.difference(order)
        if candidate.cut and None in order:
            continue
        told = {roles[at] for at in open_ if at not in order}
        if not all(
            at in can[number]
            if at is not None
            else not (left - counts) & can[number] and slot.role not in told
            for number, (slot, at) in enumerate(zip(form.slots, order, strict=True))
        ):
            continue
        if all(at in more or alike[at] & (tells - left) for at in left):
            yield order


def _same(one: Sequence[str | None], other: Sequence[str | None]) -> bool:
    """Whether two columns map to each other one to one."""
    if len(one) > _PROOF and not _same(one[:_PROOF], other[:_PROOF]):
        return False
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))


def _may_be(slot: Slot, names: Sequence[str | None], role: str | None) -> bool:
    if role is not None and role != slot.role:
        return False
    return all(name is None or _pattern(slot.name).fullmatch(name) for name in set(names))


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _reading(
    form: Alike,
    problem: Simulator,
    candidate: Candidate,
    way: "tuple[Sequence[Sequence[str | None]], _Order, array[int] | None]",
) -> _Told | None:
    columns, order, numbers = way
    begin = _steps(form, problem, [column[:_PROOF] for column in columns], order)
    if begin is None or _followed(problem, begin, _FEW)[1] < _LEAST or _is_one_way(begin):
        return None
    steps = begin if len(candidate.starts) <= _PROOF else _steps(form, problem, columns, order)
    if steps is None:
        return None
    solves, legal = _followed(problem, steps)
    used = [at for at in order if at is not None]
    implied = len(used) < len(order) or any(None in columns[at] for at in used)
    sure = all(candidate.roles[at] is not None for at in used)
    whole = solves and legal == len(steps)
    unnamed = order[0] is None or None in columns[order[0]]
    if legal < _UNNAMED and not whole and (unnamed or (implied and not sure)):
        return None
    return _Told(
        candidate, steps, (solves, legal, not implied, not candidate.loose, len(steps)), numbers, order
    )


def _steps(
    form: Alike, problem: Simulator, columns: Sequence[Sequence[str | None]], order: _Order
) -> Steps | None:
    """Return the steps for this assignment; `None` if they are underdetermined."""
    values = array("q", [ANY]) * (len(columns[0]) * len(order))
    for slot, at in enumerate(order):
        if at is not None:
            read = {name: ANY if name is None else form.slots[slot].read(name) for name in set(columns[at])}
            values[slot :: len(order)] = array("q", map(read.__getitem__, columns[at]))
    return _completed(problem, problem.settle(Steps(values, len(order))))


def _is_one_way(steps: Steps) -> bool:
    """Whether each step starts where the previous one ended, as if one thing were moved all the time."""
    if steps.width != 3:
        return False
    return steps.values[2:-3:3] == steps.values[4::3]


def _running(names: Sequence[str | None]) -> "array[int] | None":
    """Return the names as consecutive numbers; `None` if they are not."""
    # Most columns are told apart by their beginning.
    if len(names) > _FEW and _running(names[:_FEW]) is None:
        return None
    if not all(name is not None and name.isdecimal() and len(name) < 10 for name in set(names)):
        return None
    numbers = array("q", (int(name or 0) for name in names))
    return numbers if all(after == before + 1 for before, after in pairwise(numbers)) else None


def _followed(problem: Simulator, steps: Steps, stretches: int = _STRETCHES) -> tuple[bool, int]:
    """Return whether a stretch of these steps solves the instance, and the most legal steps of one."""
    best = (False, 0)
    first, start = 0, problem.start
    for _ in range(stretches):
        went = problem.advance(start, steps, first)
        taken = went.goal_at or went.taken
        best = max(best, (bool(went.goal_at), taken))
        first += max(1, taken)
        if first >= len(steps):
            break
    return best


def followed(problem: Simulator, steps: Steps) -> int:
    """Return the length of the longest legal stretch of these steps, replayed from the start."""
    return _followed(problem, steps)[1]


def solves(problem: Simulator, steps: Steps) -> bool:
    """Return whether a stretch of these steps solves the instance."""
    return _followed(problem, steps)[0]


# --- what a step does not tell


def _completed(problem: Simulator, steps: Steps) -> Steps | None:
    """Fill in implied things and places from the state; `None` if several steps would fit."""
    if problem.width == 1:
        return steps
    columns = [steps.values[at :: steps.width] for at in range(steps.width)]
    if not columns[0] or (min(columns[0]) >= ANY and all(min(column) >= 0 for column in columns[1:])):
        return steps
    known = _Known(problem)
    rows: list[Row] = []
    for row in steps.rows():
        whole = known.whole(row)
        if whole is None:
            return None
        rows.append(whole)
    return Steps.of(rows, steps.width)


class _Known:
    """The state while steps are read, and the thing that each name stands for."""

    def __init__(self, problem: Simulator) -> None:
        self._problem = problem
        self._first = sorted(set(problem.options(problem.start)))
        self._state: State | None = problem.start
        self._begun = 0
        self._things: dict[int, int] = {}
        self._last: dict[int, int] = {}

    def whole(self, row: Row) -> Row | None:
        """Return the completed step; `None` if several fit."""
        found: list[Row] = []
        if self._state is not None:
            found = self._possible(sorted(set(self._problem.options(self._state))), row)
        if not found:
            found = self._possible(self._first, row) if self._begun < _STRETCHES else []
            if len(found) != 1:
                self._state = None
                return self._filled(row)
            self._state = self._problem.start
            self._begun += 1
        if len(found) > 1:
            return None
        self._take(row, found[0])
        return found[0]

    def _possible(self, options: list[Row], row: Row) -> list[Row]:
        wanted = [self._things.get(value, value) if value < ANY else value for value in row]
        return [
            option
            for option in options
            if all(want < 0 or want == there for want, there in zip(wanted, option, strict=True))
            and not (wanted[0] < ANY and option[0] in self._things.values())
        ]

    def _take(self, row: Row, option: Row) -> None:
        if row[0] < ANY:
            self._things[row[0]] = option[0]
        self._last[option[0]] = option[-1]
        self._state = self._problem.step(self._state, option)

    def _filled(self, row: Row) -> Row:
        """Complete an illegal step with the likeliest values."""
        # A name of no known thing must not be left to the rules, which would find it legal.
        thing = self._things.get(row[0], 0) if row[0] < ANY else row[0]
        where = self._last.get(thing, self._first[0][1] if self._first else 0)
        return (thing, *[value if value >= 0 else where for value in row[1:]])


def _runs(text: str, candidate: Candidate) -> Iterator[StepRun]:
    """Yield the runs of consecutive steps; text between two steps can separate them."""
    first, count = 0, len(candidate.starts)
    for at in range(count):
        end, tail = candidate.ends[at], candidate.tails[at]
        after = candidate.starts[at + 1] if at + 1 < count else None
        if after is None or _apart(text, candidate, (tail, after)) or elides(text, end, tail):
            yield StepRun(candidate.starts[first], end, first, at + 1 - first)
            first = at + 1


def _apart(text: str, candidate: Candidate, gap: tuple[int, int]) -> bool:
    """Whether text that is not part of the layout separates two steps."""
    start, end = gap
    if elides(text, start, end):
        return True
    return _APART.search(text, start, end) is not None and (candidate.lined or "\n\n" in text[start:end])


_APART = re.compile(r"\S|\n[ \t\r]*\n")
