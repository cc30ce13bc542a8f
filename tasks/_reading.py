"""Reading: where steps stand in an answer's text, in any of the forms that its puzzle knows.

A text is cut into pieces at the character that ends a step of the form (a bracket, a line's end). Long
answers repeat a few pieces over and over, so what a piece holds is worked out once and remembered; reading is
then a look-up a piece, and linear. The result is columnar. A *run* is a stretch of steps with nothing but
separators between them; what stands between runs is left to `tasks._lists` and `tasks._marks`.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, chain, count, groupby
from operator import add, itemgetter
from typing import NamedTuple

from tasks._contract import ANY, AnyInstance, AnyPuzzle, Form, Steps


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
    steps: Steps
    runs: tuple[Run, ...]
    numbers: "array[int] | None"
    """Each step's own running number as written, where the form has one."""
    _pieces: "_Pieces"

    def span(self, index: int) -> tuple[int, int]:
        """Where step `index` stands in the text."""
        return self._pieces.span(self.form, index)


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
    """Which parts of a text to cut into pieces."""

    text: str
    spans: list[tuple[int, int]]

    def pieces(self, ends: str) -> list[list[str]]:
        """The pieces of each part."""
        parts = [self.text[start:end].split(ends) for start, end in self.spans]
        for part in parts:
            # The last piece does not end in the character that the others were cut at.
            part[-1] += _NOTHING
            part.append(_NOTHING)
        return parts

    def starts(self, parts: list[list[str]]) -> "array[int]":
        """Where each piece begins; behind those of a part, where the part ends."""
        starts = array("q")
        for (start, end), pieces in zip(self.spans, parts, strict=True):
            starts.extend(map(add, accumulate(map(len, pieces[:-1]), initial=start), count()))
            starts[-1] = end
        return starts


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Where the pieces of a text begin, and how many steps stand before each."""

    text: str
    starts: "array[int]"
    before: "array[int]"

    def span(self, form: Form, index: int) -> tuple[int, int]:
        at = bisect_right(self.before, index) - 1
        # Pieces without steps share their count with the one that follows: the last of them holds the step.
        skip = index - self.before[at]
        start, end = self.starts[at], self.starts[at + 1]
        piece = _without_line_end(self.text[start:end]) if form.ends == "\n" else self.text[start:end]
        for number, match in enumerate(_step(form).finditer(piece)):
            if number == skip:
                return start + match.start(), start + match.end()
        raise IndexError(index)


def _find(forms: tuple[Form, ...], cut: _Cut) -> Iterator[Found]:
    if forms[0].number is not None:
        yield from (found for form in forms if (found := _find_numbered(form, cut)) is not None)
        return
    pieces = cut.pieces(forms[0].ends)
    memory = _memory(forms)
    codes = memory.codes(pieces)
    occurring = set(codes)
    for form, known in zip(forms, memory.known, strict=True):
        if any(known[code].steps for code in occurring):
            yield _found(form, cut, pieces, list(map(known.__getitem__, codes)))


def _found(form: Form, cut: _Cut, pieces: list[list[str]], parts: "list[_Part]") -> Found:
    starts = cut.starts(pieces)
    before = array("q", accumulate(map(_COUNT, parts), initial=0))
    values = array("q", chain.from_iterable(map(_VALUES, parts)))
    runs = tuple(_runs(parts, starts, before))
    before.pop()
    return Found(form, Steps(values, form.width), runs, None, _Pieces(cut.text, starts, before))


def _find_numbered(form: Form, cut: _Cut) -> Found | None:
    """As `_find`, run by run: numbered rows never come twice, so remembering them is of no use."""
    assert form.number is not None
    runs: list[Run] = []
    cells: list[tuple[str, ...]] = []
    for start, end in cut.spans:
        for match in _rows(form).finditer(cut.text, _first_row(form, cut.text, start, end), end):
            first = len(cells)
            cells += _step(form).findall(cut.text, *match.span())
            runs.append(Run(*match.span(), first, len(cells) - first))
    if not runs:
        return None
    columns = list(zip(*cells, strict=True))
    numbers = array("q", map(int, columns[form.number]))
    starts = array("q", [*(run.start for run in runs), runs[-1].end])
    before = array("q", (run.first for run in runs))
    return Found(form, _packed(form, columns), tuple(runs), numbers, _Pieces(cut.text, starts, before))


@cache
def _rows(form: Form) -> re.Pattern[str]:
    """A run of rows."""
    return re.compile(f"(?:{form.step})(?:(?:{form.joint})(?:{form.step}))*+", form.flags)


def _first_row(form: Form, text: str, start: int, end: int) -> int:
    """Where to begin to look for rows: a search for a line's end can skip ahead, for its beginning not."""
    if _step(form).match(text, start, end):
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


def _runs(parts: "list[_Part]", starts: "array[int]", before: "array[int]") -> Iterator[Run]:
    for stretch in _RUNS.finditer(bytes(map(_KIND, parts))):
        first, last = stretch.start(), stretch.end() - 1
        if parts[first].kind == _MIXED:
            yield from _runs_within(parts[first], starts[first], before[first])
        else:
            yield Run(
                start=starts[first] + parts[first].stretches[0].start,
                end=starts[last] + parts[last].stretches[-1].end,
                first=before[first],
                count=before[last + 1] - before[first],
            )


def _runs_within(part: "_Part", start: int, before: int) -> Iterator[Run]:
    for stretch in part.stretches:
        yield Run(start + stretch.start, start + stretch.end, before, stretch.steps)
        before += stretch.steps


# --- what a piece holds

_BLANK, _OTHER, _PURE, _HEADED, _TAILED, _MIXED = b"bophtm"
"""A piece is blank or has no step; else nothing is beside its steps, or text before, behind, between."""

_NOTHING = "\0"
"""Stands behind the pieces of each part of a text; no run goes over it, and no step holds it."""

_RUNS = re.compile(b"[ph](?:b*p)*(?:b*t)?|t|m")


class _Stretch(NamedTuple):
    """A run within one piece."""

    start: int
    end: int
    steps: int


class _Part(NamedTuple):
    """What one piece of text holds. A named tuple: there are as many as steps, and they must be cheap."""

    kind: int
    values: tuple[int, ...] = ()
    steps: int = 0
    stretches: tuple[_Stretch, ...] = ()


_KIND, _VALUES, _COUNT = map(itemgetter, range(3))
_BLANK_PART, _OTHER_PART = _Part(_BLANK), _Part(_OTHER)


class _Memory(dict[str, int]):
    """A code for each piece of text; `known` says for each form what the piece of a code holds."""

    _MOST = 100_000
    _LONGEST = 200

    def __init__(self, forms: tuple[Form, ...]) -> None:
        super().__init__()
        self._looks = [_Look(form) for form in forms]
        self.known: list[list[_Part]] = [[] for _ in forms]

    def codes(self, pieces: list[list[str]]) -> list[int]:
        """The codes of all pieces, valid until the next call."""
        if len(self.known[0]) > self._MOST:
            self.clear()
            for known in self.known:
                known.clear()
        return list(map(self.__getitem__, chain.from_iterable(pieces)))

    def __missing__(self, piece: str) -> int:
        code = len(self.known[0])
        for look, known in zip(self._looks, self.known, strict=True):
            known.append(look.at(piece))
        if len(piece) <= self._LONGEST:
            self[piece] = code
        return code


class _Look:
    """Tells what a piece of text holds in one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._step = _step(form)
        self._joint = re.compile(form.joint, form.flags)
        # The character at which the text was cut is the end of a bracketed step, but no part of a line.
        self._lines = form.ends == "\n"
        self._converts = [(at, convert) for at, convert in enumerate(form.columns) if convert is not None]
        self._implied = (ANY,) * form.implied

    def at(self, piece: str) -> _Part:
        """What the piece holds."""
        if self._lines:
            return self._part(_without_line_end(piece.removesuffix(_NOTHING)))
        if piece.endswith(_NOTHING):
            return self._part(piece.removesuffix(_NOTHING))
        return self._part(piece + self._form.ends)

    def _part(self, text: str) -> _Part:
        first = self._step.search(text)
        if first is None:
            return _BLANK_PART if self._lines and not text.strip() else _OTHER_PART
        if first.end() < len(text) and self._step.search(text, first.end()) is not None:
            return self._several(text)
        stretches = (_Stretch(*first.span(), 1),)
        return _Part(self._kind(text, stretches), self._row(first), 1, stretches)

    def _several(self, text: str) -> _Part:
        values: list[int] = []
        stretches: list[_Stretch] = []
        for match in self._step.finditer(text):
            start, end = match.span()
            if stretches and self._joint.fullmatch(text, stretches[-1].end, start):
                last = stretches[-1]
                stretches[-1] = _Stretch(last.start, end, last.steps + 1)
            else:
                stretches.append(_Stretch(start, end, 1))
            values += self._row(match)
        steps = sum(stretch.steps for stretch in stretches)
        return _Part(self._kind(text, stretches), tuple(values), steps, tuple(stretches))

    def _kind(self, text: str, stretches: Sequence[_Stretch]) -> int:
        if len(stretches) > 1:
            return _MIXED
        head, tail = text[: stretches[0].start], text[stretches[0].end :]
        if not (head or tail):
            return _PURE
        if self._lines:
            head, tail = head and f"\n{head}", tail and f"{tail}\n"
        before, behind = (not side or self._joint.fullmatch(side) is not None for side in (head, tail))
        if before and behind:
            return _PURE
        return _TAILED if before else _HEADED if behind else _MIXED

    def _row(self, match: re.Match[str]) -> tuple[int, ...]:
        cells = match.groups()
        return (*self._implied, *[convert(cells[at]) for at, convert in self._converts])


def _without_line_end(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")


@cache
def _memory(forms: tuple[Form, ...]) -> _Memory:
    return _Memory(forms)


@cache
def _step(form: Form) -> re.Pattern[str]:
    return re.compile(form.step, form.flags)


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
