"""Columns: the steps of each form in a text that was cut into pieces, and the runs that they make."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

from tasks.contract.puzzle import Steps
from tasks.reader.found import Found, StepRun
from tasks.reader.pieces import MIXED, NOTHING, OTHER, PURE, RUNS, Memory, PieceRun, picked

_CHUNK = 500_000
"""Characters that are cut up at a time; what is remembered of their pieces may be forgotten then."""

Numbers: TypeAlias = "bytearray | array[int]"
"""A small number for each piece: bytes, as long as all fit."""


def find_in_pieces(memory: Memory, text: str, spans: list[tuple[int, int]]) -> Iterator[Found]:
    """The steps of forms that are all cut at the same character, in some spans of a text."""
    columns: dict[int, _Column] = {}
    ends = memory.forms[0].ends
    digits = next((at for at, form in enumerate(memory.forms) if form.digits), None)
    for start, end in spans:
        count = 0
        sizes: Numbers = bytearray()
        for pieces in _pieces(text, start, end, ends):
            if digits is not None and len(pieces) > _MANY and _are_digits(pieces):
                columns[digits] = columns.get(digits) or _Column(memory, digits)
                columns[digits].take_digits(pieces, count)
                sizes = _longer(sizes, bytes(map(len, pieces)))
                count += len(pieces)
                continue
            codes = memory.codes(pieces)
            distinct = list(set(codes))
            holds = reduce(or_, map(memory.holds.__getitem__, distinct))
            # Blank pieces go on with what an earlier stretch of the span holds.
            takers = [at for at in range(len(memory.forms)) if holds >> at & 1 or (count and at in columns)]
            if takers:
                coded = _Coded(codes, distinct, memory)
                for at in takers:
                    columns[at] = columns.get(at) or _Column(memory, at)
                    columns[at].take(coded, count)
                sizes = _longer(sizes, coded.numbers(coded.sizes))
            elif end - start > _CHUNK:
                sizes = _longer(sizes, array("I", map(len, pieces)))
            count += len(pieces)
        place = _Place(text, start, end, sizes)
        for column in columns.values():
            column.close(place)
    for _, column in sorted(columns.items()):
        steps = Steps(column.values, column.form.width)
        yield Found(column.form, memory, text, steps, tuple(column.runs))


def _pieces(text: str, start: int, end: int, ends: str) -> Iterator[list[str]]:
    """The text cut at a character, a stretch of it at a time."""
    while (stop := text.find(ends, start + _CHUNK, end)) >= 0:
        yield text[start:stop].split(ends)
        start = stop + 1
    pieces = text[start:end].split(ends)
    # The last piece does not end in the character that the others were cut at.
    pieces[-1] += NOTHING
    yield pieces


_MANY = 1_000
"""Of so many pieces it pays to look whether they are nothing but numbers, which need not be looked at one by one."""
_MOST_DIGITS = 18


def _are_digits(pieces: list[str]) -> bool:
    """Whether each piece is a number; the last may end in the sign for the end of a text."""
    whole = "".join(pieces).removesuffix(NOTHING)
    if not (whole.isdecimal() and whole.isascii()):
        return False
    last = pieces[-1].removesuffix(NOTHING)
    return (
        0 < len(last) <= _MOST_DIGITS
        and 0 < min(map(len, pieces)) <= max(map(len, pieces[:-1])) <= _MOST_DIGITS
    )


class _Coded:
    """Pieces, each given by the place of its code among the distinct ones: in a byte, if there are few."""

    def __init__(self, codes: Sequence[int], distinct: list[int], memory: Memory) -> None:
        self.distinct = distinct
        self.sizes = picked(memory.sizes, distinct)
        places = picked(dict(zip(distinct, range(len(distinct)), strict=True)), codes)
        self._places: Sequence[int] = bytes(places) if len(distinct) <= 256 else places

    def each(self, table: Sequence[Any]) -> Sequence[Any]:
        """For each piece what the table has for its code."""
        return picked(table, self._places)

    def numbers(self, table: Sequence[int]) -> "bytes | array[int]":
        """As `each`, of whole numbers."""
        if max(table) > 255:
            return array("I", self.each(table))
        if isinstance(self._places, bytes):
            return self._places.translate(bytes(table).ljust(256))
        return bytes(self.each(table))


def _longer(numbers: Numbers, more: "bytes | array[int]") -> Numbers:
    if isinstance(numbers, bytearray):
        if isinstance(more, bytes):
            numbers += more
            return numbers
        wide = array("I")
        wide.extend(numbers)
        numbers = wide
    numbers.extend(more)
    return numbers


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of a text that was cut into pieces, and how long each is without the character behind it."""

    text: str
    start: int
    end: int
    sizes: Numbers


class _Column:
    """What the pieces of a text hold in one form."""

    def __init__(self, memory: Memory, at: int) -> None:
        self.form = memory.forms[at]
        self.values = array("q")
        self.runs: list[StepRun] = []
        self._memory, self._at = memory, at
        self._kinds = bytearray()
        self._steps: Numbers = bytearray()

    def take(self, coded: _Coded, before: int) -> None:
        """Look at pieces, behind so many of the same part of the text."""
        memory, at, distinct = self._memory, self._at, coded.distinct
        missing = before - len(self._kinds)
        self._kinds += bytes((OTHER,)) * missing
        self._kinds += coded.numbers(picked(memory.kinds[at], distinct))
        steps = coded.numbers(picked(memory.steps[at], distinct))
        self._steps = _longer(_longer(self._steps, bytes(missing)), steps)
        self.values.frombytes(b"".join(coded.each(picked(memory.rows[at], distinct))))

    def take_digits(self, pieces: list[str], before: int) -> None:
        """Look at pieces that are nothing but numbers."""
        missing, count = before - len(self._kinds), len(pieces)
        self._kinds += bytes((OTHER,)) * missing + bytes((PURE,)) * count
        self._steps = _longer(_longer(self._steps, bytes(missing)), bytes((1,)) * count)
        self.values.extend(map(int, (*pieces[:-1], pieces[-1].removesuffix(NOTHING))))

    def close(self, place: _Place) -> None:
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
                start = at + self._stretches(place, at, place.sizes[begin])[0].start
                stop = last + self._stretches(place, last, place.sizes[end - 1])[-1].end
                self.runs.append(StepRun(start, stop, first, count))
            piece, at, first = end, after, first + count
        self._kinds, self._steps = bytearray(), bytearray()

    def _add_within(self, place: _Place, at: int, size: int, first: int) -> None:
        for stretch in self._stretches(place, at, size):
            self.runs.append(StepRun(at + stretch.start, at + stretch.end, first, stretch.steps))
            first += stretch.steps

    def _stretches(self, place: _Place, at: int, size: int) -> tuple[PieceRun, ...]:
        last = at + size >= place.end
        piece = place.text[at : min(at + size, place.end)]
        return self._memory.stretches(piece + NOTHING if last else piece, self._at)
