"""States in place of steps: an answer that draws the board after each step, and does not say the step.

What a state looks like is known from the puzzle's own description: a line for each place with what is on it, or one
line of cells. A step is then what leads from one drawing to the next; where none does, an illegal one.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from tasks.contract.puzzle import Form, Kind, Row, Steps
from tasks.contract.simulator import Simulator, State
from tasks.reader.found import Found, StepRun

_Key = tuple[tuple[str, ...], ...]
"""What stands on each place; or one tuple of cells."""

_LEAST = 3
_ITEM = re.compile(r"(?<![^\W_])(?:\d{1,9}|[A-Z]{1,3})(?![^\W_])")
_CELL = re.compile(r"[A-Za-z]|[^\w\s]|_")
_EMPTY = "_.-·○□⬜⚪"
_FORM = Form("states", r"(?!)", r"\s", ())
_MOST_PLACES, _MOST_CELLS = 6, 99


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A state drawn in a text."""

    start: int
    end: int
    key: _Key


def find_states(problem: Simulator, text: str, span: tuple[int, int]) -> Found | None:
    """Return the steps between the states that are drawn in one span of a text, if they make sense."""
    if problem.kind is not Kind.MOVES or problem.width != 3:
        return None
    shown = problem.describe(problem.start)
    if next(_drawn(shown, text, span, upside_down=False), None) is None:
        return None
    for upside_down in (False, True):
        rows, places = _steps(problem, _drawn(shown, text, span, upside_down=upside_down))
        steps = Steps.of(rows, problem.width)
        if len(rows) >= _LEAST and problem.advance(problem.start, steps).taken >= _LEAST:
            starts, ends = (array("q", column) for column in zip(*places, strict=True))
            runs = (StepRun(starts[0], ends[-1], 0, len(rows)),)
            return Found(_FORM, None, text, steps, runs, places=(starts, ends))
    return None


def _steps(problem: Simulator, drawings: Iterable[_Drawing]) -> tuple[list[Row], list[tuple[int, int]]]:
    """The steps that lead from drawing to drawing, up to the first that no step leads to."""
    rows: list[Row] = []
    places: list[tuple[int, int]] = []
    state: State = problem.start
    key = _key(problem.describe(state))
    for drawing in drawings:
        if drawing.key == key:
            continue
        stepped = {row: problem.step(state, row) for row in set(problem.options(state))}
        # Of an excerpt, not every legal step is right.
        after = {row: there for row, there in stepped.items() if there is not None}
        leads = [row for row, there in after.items() if _key(problem.describe(there)) == drawing.key]
        places.append((drawing.start, drawing.end))
        if len(leads) != 1:
            rows.append(_nowhere(problem, state))
            break
        rows.append(leads[0])
        state, key = after[leads[0]], drawing.key
    return rows, places


def _nowhere(problem: Simulator, state: State) -> Row:
    """A step that nobody can take: from a place to itself."""
    thing, source, _ = min(problem.options(state), default=(0, 0, 0))
    return (thing, source, source)


def _key(shown: str) -> _Key:
    """What a description says of each place."""
    lines = shown.split("\n")
    if len(lines) == 1:
        return (tuple(_CELL.findall(shown.replace(" ", ""))),)
    return tuple(_items(line.partition(":")[2]) for line in lines)


def _items(text: str) -> tuple[str, ...]:
    return tuple(_ITEM.findall(text))


def _drawn(shown: str, text: str, span: tuple[int, int], *, upside_down: bool) -> Iterator[_Drawing]:
    """The drawings in a text of states such as this one."""
    lines = shown.split("\n")
    if len(lines) > _MOST_PLACES or len(shown) > 9 * _MOST_CELLS:
        return
    if len(lines) == 1:
        cells = _key(shown)[0]
        letters = "".join(sorted(set(cells) - {"_"}))
        for found in _rows_of(letters, len(cells)).finditer(text, *span):
            signs = _CELL.findall(re.sub(r"[\s,\"'|\[\]]", "", found[0]))
            yield _Drawing(*found.span(), (tuple("_" if sign in _EMPTY else sign for sign in signs),))
        return
    for found in _stacks_of(len(lines)).finditer(text, *span):
        groups = [group for group in found.groups() if group is not None]
        items = [_items(group) for group in groups]
        yield _Drawing(*found.span(), tuple(one[::-1] if upside_down else one for one in items))


@cache
def _rows_of(letters: str, count: int) -> re.Pattern[str]:
    """`R R _ B B`, `RR.BB`, `['R', 'R', '_', 'B', 'B']`."""
    sign = rf"[{re.escape(letters + _EMPTY)}]"
    return re.compile(rf"(?<![^\W_]){sign}(?:[ \t,\"'|\[\]]{{0,4}}{sign}){{{count - 1}}}(?![^\W_])")


@cache
def _stacks_of(count: int) -> re.Pattern[str]:
    """`A: 3, 2 | B: 1 | C: -`, on one line or more, and `[[3, 2], [1], []]`."""
    inside = r"([^\[\](){}\n:=|;]{0,120}?)"
    label = r"(?:(?:[Pp]eg|[Rr]od|[Tt]ower|[Pp]ole|[Ss]tack|[Pp]ile|[Pp]ost)[ \t]{0,2})?[A-Za-z0-9][*_ \t]{0,3}[:=][*_ \t]{0,3}"
    # A line that ends in a colon is a heading, and no empty place.
    between = r"(?:[ \t]{0,4}[|;,]|(?<![:= \t])[ \t]{0,4}\n)[ \t|>*•-]{0,6}"
    listed = rf"[\[(]?{inside}[\])]?"
    # Each place ends where the next one's label begins, and nowhere else: what is tried stays linear.
    places = rf"(?>{label}{listed}{between}(?={label}))" * (count - 1) + label + listed
    labelled = places + r"(?=[ \t]{0,4}(?:[\n|;)]|$))"
    nested = (
        r"[\[(][ \t]{0,3}"
        + r"[ \t]{0,3},[ \t]{0,3}".join([r"[\[(]([^\[\]()\n]{0,120})[\])]"] * count)
        + r"[ \t]{0,3}[\])]"
    )
    return re.compile(rf"(?<![^\W_]){labelled}|{nested}", re.MULTILINE)
