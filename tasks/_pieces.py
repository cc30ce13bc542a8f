"""Pieces: what a small part of a text holds in each form, worked out once and remembered."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from tasks._contract import ANY, Form

BLANK, OTHER, PURE, HEADED, TAILED, MIXED = b"bophtm"
"""A piece is blank or has no step; else nothing is beside its steps, or text before, behind, between."""

RUNS = re.compile(b"[ph](?:b*p)*(?:b*t)?|t|m")
"""Which pieces, each given by its kind, make a run."""

NOTHING = "\0"
"""Stands behind the last piece of a text, which does not end in the character the others were cut at."""


class Stretch(NamedTuple):
    """A run within one piece."""

    start: int
    end: int
    steps: int


class Part(NamedTuple):
    """What one piece of text holds. A named tuple: there are as many as steps, and they must be cheap."""

    kind: int
    values: tuple[int, ...] = ()
    stretches: tuple[Stretch, ...] = ()

    @property
    def steps(self) -> int:
        """How many steps it holds."""
        return sum(stretch.steps for stretch in self.stretches)


_BLANK_PART, _OTHER_PART = Part(BLANK), Part(OTHER)


class Memory(dict[str, int]):
    """A code for each piece of text; the tables say, form by form, what the piece of a code holds."""

    _MOST = 50_000
    _LONGEST = 200

    def __init__(self, forms: tuple[Form, ...]) -> None:
        super().__init__()
        self._looks = [_Look(form) for form in forms]
        self.parts: list[list[Part]] = [[] for _ in forms]
        self.kinds: list[list[int]] = [[] for _ in forms]
        self.steps: list[list[int]] = [[] for _ in forms]
        self.rows: list[list[tuple[int, ...]]] = [[] for _ in forms]

    def codes(self, pieces: Sequence[str]) -> list[int]:
        """The codes of all pieces, valid until the next call."""
        if len(self.parts[0]) > self._MOST:
            self.clear()
            for tables in (self.parts, self.kinds, self.steps, self.rows):
                for table in tables:
                    table.clear()
        return list(map(self.__getitem__, pieces))

    def part(self, piece: str, at: int) -> Part:
        """What one piece holds in form number `at`."""
        code = self.get(piece)
        return self.parts[at][code] if code is not None else self._looks[at].at(piece)

    def __missing__(self, piece: str) -> int:
        code = len(self.parts[0])
        for at, look in enumerate(self._looks):
            part = look.at(piece)
            self.parts[at].append(part)
            self.kinds[at].append(part.kind)
            self.steps[at].append(part.steps)
            self.rows[at].append(part.values)
        if len(piece) <= self._LONGEST:
            self[piece] = code
        return code


@cache
def memory_of(forms: tuple[Form, ...]) -> Memory:
    """What is remembered of the pieces of these forms, which are all cut at the same character."""
    return Memory(forms)


@cache
def step_of(form: Form) -> re.Pattern[str]:
    """One step."""
    return re.compile(form.step, form.flags)


def without_line_end(line: str) -> str:
    """A line without what ends it, on any system."""
    return line.removesuffix("\n").removesuffix("\r")


class _Look:
    """Tells what a piece of text holds in one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._step = step_of(form)
        self._joint = re.compile(form.joint, form.flags)
        # The character at which the text was cut is the end of a bracketed step, but no part of a line.
        self._lines = form.ends == "\n"
        self._converts = [(at, convert) for at, convert in enumerate(form.columns) if convert is not None]
        self._implied = (ANY,) * form.implied

    def at(self, piece: str) -> Part:
        """What the piece holds."""
        if self._lines:
            return self._part(without_line_end(piece.removesuffix(NOTHING)))
        if piece.endswith(NOTHING):
            return self._part(piece.removesuffix(NOTHING))
        return self._part(piece + self._form.ends)

    def _part(self, text: str) -> Part:
        first = self._step.search(text)
        if first is None:
            return _BLANK_PART if self._lines and not text.strip() else _OTHER_PART
        if first.end() < len(text) and self._step.search(text, first.end()) is not None:
            return self._several(text)
        stretches = (Stretch(*first.span(), 1),)
        return Part(self._kind(text, stretches), self._row(first), stretches)

    def _several(self, text: str) -> Part:
        values: list[int] = []
        stretches: list[Stretch] = []
        for match in self._step.finditer(text):
            start, end = match.span()
            if stretches and self._joint.fullmatch(text, stretches[-1].end, start):
                last = stretches[-1]
                stretches[-1] = Stretch(last.start, end, last.steps + 1)
            else:
                stretches.append(Stretch(start, end, 1))
            values += self._row(match)
        return Part(self._kind(text, stretches), tuple(values), tuple(stretches))

    def _kind(self, text: str, stretches: Sequence[Stretch]) -> int:
        if len(stretches) > 1:
            return MIXED
        head, tail = text[: stretches[0].start], text[stretches[0].end :]
        if not (head or tail):
            return PURE
        if self._lines:
            head, tail = head and f"\n{head}", tail and f"{tail}\n"
        before, behind = (not side or self._joint.fullmatch(side) is not None for side in (head, tail))
        if before and behind:
            return PURE
        return TAILED if before else HEADED if behind else MIXED

    def _row(self, match: re.Match[str]) -> tuple[int, ...]:
        cells = match.groups()
        return (*self._implied, *[convert(cells[at]) for at, convert in self._converts])
