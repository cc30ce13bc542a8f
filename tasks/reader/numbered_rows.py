"""Rows with running numbers: since none comes twice, to remember what a line holds is of no use here."""

import re
from array import array
from collections.abc import Iterator
from functools import lru_cache

from tasks.contract.puzzle import ANY, Form, Steps
from tasks.reader.found import Found, StepRun
from tasks.reader.pieces import REMEMBERED, step_of

Cells = list[tuple[str, ...]]


def find_rows(forms: tuple[Form, ...], text: str, spans: list[tuple[int, int]]) -> Iterator[Found]:
    """The steps of forms with running numbers, in some spans of a text."""
    for form in forms:
        found = _rows_in(form, text, spans)
        if found is not None:
            yield found


def _rows_in(form: Form, text: str, spans: list[tuple[int, int]]) -> Found | None:
    assert form.number is not None
    runs: list[StepRun] = []
    cells: Cells = []
    for start, end in spans:
        begin = _first_row(form, text, start, end)
        if begin == end:
            continue
        found = step_of(form).findall(text, begin, end)
        stop = _only_run(form, text, begin, end, len(found))
        if stop is not None:
            runs.append(StepRun(begin, stop, len(cells), len(found)))
            cells += found
            continue
        for match in _rows(form).finditer(text, begin, end):
            found = step_of(form).findall(text, *match.span())
            runs.append(StepRun(*match.span(), len(cells), len(found)))
            cells += found
    if not runs:
        return None
    columns = list(zip(*cells, strict=True))
    numbers = array("q", map(int, columns[form.number]))
    return Found(form, None, text, _packed(form, columns), tuple(runs), numbers)


def _only_run(form: Form, text: str, start: int, end: int, count: int) -> int | None:
    """Where so many rows end, if they are so many lines one behind the other, as they nearly always are."""
    if not (form.step.endswith("$") and form.joint == r"\r?\n"):
        return None
    parts = text[start:end].split("\n", count)
    stop = end if len(parts) == count else end - len(parts[-1]) - 1
    # No row behind so many lines: then each of these is one.
    return stop if len(parts) >= count and _row_after_line(form).search(text, stop, end) is None else None


@lru_cache(maxsize=REMEMBERED)
def _rows(form: Form) -> re.Pattern[str]:
    """A run of rows."""
    return re.compile(f"(?:{form.step})(?>(?:(?:{form.joint})(?:{form.step}))*)", form.flags)


def _first_row(form: Form, text: str, start: int, end: int) -> int:
    """Where to begin to look for rows: a search for a line's end can skip ahead, for its beginning not."""
    if step_of(form).match(text, start, end):
        return start
    found = _row_after_line(form).search(text, start, end)
    return found.start() + 1 if found is not None else end


@lru_cache(maxsize=REMEMBERED)
def _row_after_line(form: Form) -> re.Pattern[str]:
    return re.compile("\n" + form.step.removeprefix("^"), form.flags)


def _packed(form: Form, columns: list[tuple[str, ...]]) -> Steps:
    """Steps from the columns of their cells."""
    width = form.width
    values = array("q", [ANY]) * (width * len(columns[0]))
    kept = [(convert, column) for convert, column in zip(form.columns, columns, strict=True) if convert]
    for at, (convert, column) in enumerate(kept, start=form.implied):
        known = {cell: convert(cell) for cell in set(column)}
        values[at::width] = array("q", map(known.__getitem__, column))
    return Steps(values, width)
