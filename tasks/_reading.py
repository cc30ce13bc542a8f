"""Reading: where steps stand in an answer's text, in any of the forms that its puzzle knows.

A text is cut into pieces at the character that ends a step of the form (a bracket, a line's end). Long
answers repeat a few pieces over and over, so what a piece holds is worked out once (`tasks._pieces`); reading
is then a look-up a piece, and linear. The result is columnar. A *run* is a stretch of steps with nothing but
separators between them; what stands between runs is left to `tasks._lists` and `tasks._marks`.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, groupby

from tasks._contract import ANY, AnyInstance, AnyPuzzle, Form, Steps
from tasks._pieces import MIXED, NOTHING, OTHER, RUNS, Memory, Part, memory_of, step_of, without_line_end


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of steps with nothing but separators between them."""

    start: int
    """Offset of its first step, in code points."""
    end: int
    """Offset after its last step."""
    first: int
    """Index of its first step among all those of its form."""
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """All steps of one form in an answer, in the order of the text."""

    form: Form
    together: tuple[Form, ...]
    """The forms that were looked up with it."""
    text: str
    steps: Steps
    runs: tuple[Run, ...]
    numbers: "array[int] | None" = None
    """Each step's own running number as written, where the form has one."""

    def span(self, index: int) -> tuple[int, int]:
        """Where step `index` stands in the text."""
        run = self.runs[bisect_right(self.runs, index, key=lambda run: run.first) - 1]
        if self.form.number is None:
            return self._span(run, index - run.first)
        found = step_of(self.form).finditer(self.text, run.start, run.end)
        return next(match.span() for number, match in enumerate(found, run.first) if number == index)

    def _span(self, run: Run, skip: int) -> tuple[int, int]:
        """Of the step after the first `skip` of a run: piece by piece, as it was read."""
        at, ends = self.text.rfind(self.form.ends, 0, run.start) + 1, self.form.ends
        pieces = self.text[at : run.end].split(ends)
        if run.count == len(pieces) - (not pieces[-1]):
            # A step a piece, which is the usual case: no need to look at those before.
            at += sum(map(len, pieces[:skip])) + skip
            pieces, skip = pieces[skip : skip + 1], 0
        memory, own = memory_of(self.together), self.together.index(self.form)
        for piece in pieces:
            known = memory.part(piece, own).steps if at >= run.start else None
            if known is None or skip < known:
                matches = step_of(self.form).finditer(
                    without_line_end(piece) if ends == "\n" else piece + ends
                )
                here = [match.span() for match in matches if at + match.start() >= run.start]
                if skip < len(here):
                    return at + here[skip][0], at + here[skip][1]
                known = len(here)
            skip -= known
            at += len(piece) + 1
        return run.start, run.end


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one text between two offsets."""

    text: str
    """The text, with spaces in place of what looks like steps and is none; offsets are unchanged."""
    start: int
    end: int
    found: tuple[Found, ...]


def read(
    puzzle: AnyPuzzle, instance: AnyInstance, text: str, start: int = 0, end: int | None = None
) -> Reading:
    """Find the steps of an answer; takes time linear in its length."""
    end = len(text) if end is None else end
    clear = _blanked(text, _noise(puzzle, instance, text))
    found: list[Found] = []
    for forms in _together(tuple(form for form in puzzle.forms(instance) if _possible(form, clear))):
        cut = _Cut(clear, _unread(found, start, end))
        found += [
            replace(item, steps=puzzle.settle(instance, item.steps)) for item in list(_find(forms, cut))
        ]
    return Reading(clear, start, end, tuple(found))


def _possible(form: Form, text: str) -> bool:
    return not form.needs or any(part in text for part in form.needs)


@cache
def _together(forms: tuple[Form, ...]) -> tuple[tuple[Form, ...], ...]:
    """Neighbouring forms that are cut at the same character are looked up together."""
    keys = groupby(forms, key=lambda form: (form.ends, form.number is not None))
    return tuple(tuple(group) for _, group in keys)


_LONG = 500


def _unread(found: list[Found], start: int, end: int) -> list[tuple[int, int]]:
    """What is left beside the long runs of the forms already found: no step of another form is in there."""
    taken = sorted((run.start, run.end) for item in found for run in item.runs if run.end - run.start > _LONG)
    edges = [start, *(edge for span in taken for edge in span), end]
    return [(left, right) for left, right in zip(edges[::2], edges[1::2], strict=True) if left < right]


@dataclass(frozen=True, slots=True)
class _Cut:
    """Which parts of a text to look at."""

    text: str
    spans: list[tuple[int, int]]


_CHUNK = 500_000
"""Characters that are cut up at a time; what is remembered of their pieces may be forgotten then."""


class _Column:
    """What the pieces of a text hold in one form."""

    def __init__(self, form: Form, memory: Memory, at: int) -> None:
        self.form = form
        self.values = array("q")
        self.runs: list[Run] = []
        self._memory, self._at = memory, at
        self._kinds_of, self._steps_of = memory.kinds[at], memory.steps[at]
        self._rows_of = memory.rows[at]
        self._kinds = bytearray()
        self._steps = array("I")

    def take(self, codes: list[int], occurring: set[int], before: int) -> None:
        """Look at pieces, behind so many of the same part of the text."""
        if not any(map(self._steps_of.__getitem__, occurring)):
            return
        missing = before - len(self._kinds)
        self._kinds += bytes((OTHER,)) * missing
        self._steps.extend([0] * missing)
        self._kinds += bytes(map(self._kinds_of.__getitem__, codes))
        self._steps.extend(map(self._steps_of.__getitem__, codes))
        self.values.extend(chain.from_iterable(map(self._rows_of.__getitem__, codes)))

    def close(self, place: "_Place") -> None:
        """The part of the text is read: make its runs."""
        piece, at = 0, place.start
        first = self.runs[-1].first + self.runs[-1].count if self.runs else 0
        for stretch in RUNS.finditer(self._kinds):
            begin, end = stretch.span()
            at += sum(place.sizes[piece:begin]) + begin - piece
            after = at + sum(place.sizes[begin:end]) + end - begin
            count = sum(self._steps[begin:end])
            if self._kinds[begin] == MIXED:
                self._add_within(place, at, place.sizes[begin], first)
            else:
                last = after - place.sizes[end - 1] - 1
                start = at + self._part(place, at, place.sizes[begin]).stretches[0].start
                stop = last + self._part(place, last, place.sizes[end - 1]).stretches[-1].end
                self.runs.append(Run(start, stop, first, count))
            piece, at, first = end, after, first + count
        self._kinds.clear()
        del self._steps[:]

    def _add_within(self, place: "_Place", at: int, size: int, first: int) -> None:
        for stretch in self._part(place, at, size).stretches:
            self.runs.append(Run(at + stretch.start, at + stretch.end, first, stretch.steps))
            first += stretch.steps

    def _part(self, place: "_Place", at: int, size: int) -> Part:
        last = at + size >= place.end
        piece = place.text[at : min(at + size, place.end)]
        return self._memory.part(piece + NOTHING if last else piece, self._at)


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of a text that was cut into pieces, and how long each is without the character behind it."""

    text: str
    start: int
    end: int
    sizes: "array[int]"


def _pieces(text: str, start: int, end: int, ends: str) -> Iterator[list[str]]:
    """The text cut at a character, a stretch of it at a time."""
    while (stop := text.find(ends, start + _CHUNK, end)) >= 0:
        yield text[start:stop].split(ends)
        start = stop + 1
    pieces = text[start:end].split(ends)
    # The last piece does not end in the character that the others were cut at.
    pieces[-1] += NOTHING
    yield pieces


def _find(forms: tuple[Form, ...], cut: _Cut) -> Iterator[Found]:
    if forms[0].number is not None:
        yield from (found for form in forms if (found := _find_numbered(form, cut)) is not None)
        return
    memory = memory_of(forms)
    columns = [_Column(form, memory, at) for at, form in enumerate(forms)]
    for start, end in cut.spans:
        sizes = array("I")
        for pieces in _pieces(cut.text, start, end, forms[0].ends):
            codes = memory.codes(pieces)
            occurring = set(codes)
            for column in columns:
                column.take(codes, occurring, len(sizes))
            sizes.extend(map(len, pieces))
        for column in columns:
            column.close(_Place(cut.text, start, end, sizes))
    for column in columns:
        if column.runs:
            steps = Steps(column.values, column.form.width)
            yield Found(column.form, forms, cut.text, steps, tuple(column.runs))


def _find_numbered(form: Form, cut: _Cut) -> Found | None:
    """As `_find`, run by run: numbered rows never come twice, so remembering them is of no use."""
    assert form.number is not None
    runs: list[Run] = []
    cells: list[tuple[str, ...]] = []
    for start, end in cut.spans:
        for match in _rows(form).finditer(cut.text, _first_row(form, cut.text, start, end), end):
            first = len(cells)
            cells += step_of(form).findall(cut.text, *match.span())
            runs.append(Run(*match.span(), first, len(cells) - first))
    if not runs:
        return None
    columns = list(zip(*cells, strict=True))
    numbers = array("q", map(int, columns[form.number]))
    return Found(form, (form,), cut.text, _packed(form, columns), tuple(runs), numbers)


@cache
def _rows(form: Form) -> re.Pattern[str]:
    """A run of rows."""
    return re.compile(f"(?:{form.step})(?:(?:{form.joint})(?:{form.step}))*+", form.flags)


def _first_row(form: Form, text: str, start: int, end: int) -> int:
    """Where to begin to look for rows: a search for a line's end can skip ahead, for its beginning not."""
    if step_of(form).match(text, start, end):
        return start
    found = _row_after_line(form).search(text, start, end)
    return found.start() + 1 if found is not None else end


@cache
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


# --- what looks like steps and is none

_COMMENT = re.compile(r"(?:#|//)[^\n]*")


def _noise(puzzle: AnyPuzzle, instance: AnyInstance, text: str) -> Iterator[tuple[int, int]]:
    """The puzzle's own drawings, and comments behind a step."""
    yield from puzzle.noise(instance, text)
    if "#" in text or "//" in text:
        for match in _COMMENT.finditer(text):
            if text[max(0, match.start() - 9) : match.start()].rstrip(" \t").endswith(("]", ")", ",", "}")):
                yield match.span()


def _blanked(text: str, spans: Iterator[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += (text[at:start], " " * (end - start))
            at = end
    return "".join((*pieces, text[at:])) if pieces else text
