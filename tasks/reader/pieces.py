"""Pieces: what a small part of a text holds in each form, worked out once and remembered."""

import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from tasks.contract.puzzle import ANY, Form

BLANK, OTHER, PURE, HEADED, TAILED, MIXED = b"bophtm"
"""A piece is blank or has no step; else nothing is beside its steps, or text before, behind, between."""

RUNS = re.compile(b"[ph]p*+(?>(?:b+p+)*)(?:b*t)?|t|m")
"""Which pieces, each given by its kind, make a run."""

REMEMBERED = 512
"""Forms whose patterns are kept: instances given whole can each have names of their own."""
_MEMORIES = 128
"""Of so many sets of forms it is remembered what their pieces hold."""

NOTHING = "\0"
"""Stands behind the last piece of a text, which does not end in the character the others were cut at."""


class PieceRun(NamedTuple):
    """A run within one piece."""

    start: int
    end: int
    steps: int


class PieceContent(NamedTuple):
    """What one piece of text holds. A named tuple: there are as many as steps, and they must be cheap."""

    kind: int
    steps: int = 0
    rows: bytes = b""
    """Its steps, as they stand in an array of them."""
    stretches: tuple[PieceRun, ...] = ()


_BLANK_PART, _OTHER_PART = PieceContent(BLANK), PieceContent(OTHER)


class Memory(dict[str, int]):
    """A code for each piece of text; the tables say, form by form, what the piece of a code holds."""

    _MOST = 50_000
    LONGEST = 200
    """A longer piece is not remembered."""

    def __init__(self, forms: tuple[Form, ...]) -> None:
        super().__init__()
        self.forms = forms
        self._looks = [_Look(form) for form in forms]
        self.sizes = array("I")
        """Characters."""
        self.holds: list[int] = []
        """In which forms it has a step: bit n stands for form n."""
        self.kinds = [bytearray() for _ in forms]
        self.steps = [array("I") for _ in forms]
        self.rows: list[list[bytes]] = [[] for _ in forms]
        self._stretches: list[list[tuple[PieceRun, ...]]] = [[] for _ in forms]
        self._lent: list[int] = []
        """The codes of pieces too long to be remembered."""
        self._free: list[int] = []

    def codes(self, pieces: Sequence[str]) -> Sequence[int]:
        """The codes of all pieces, valid until the next call."""
        if len(self.sizes) > self._MOST:
            self.clear()
            self._forget()
        self._free += self._lent
        self._lent.clear()
        return picked(self, pieces)

    def stretches(self, piece: str, at: int) -> tuple[PieceRun, ...]:
        """The runs within one piece in form number `at`."""
        code = self.get(piece)
        return self._stretches[at][code] if code is not None else self._looks[at].at(piece).stretches

    def __missing__(self, piece: str) -> int:
        parts = [look.at(piece) for look in self._looks]
        holds = sum([1 << at for at, part in enumerate(parts) if part.steps])
        if len(piece) <= self.LONGEST:
            code = self[piece] = self._added(len(piece), holds, parts)
        elif self._free:
            code = self._free.pop()
            self._lent.append(code)
            self.sizes[code], self.holds[code] = len(piece), holds
            for at, part in enumerate(parts):
                self.kinds[at][code], self.steps[at][code] = part.kind, part.steps
                self.rows[at][code], self._stretches[at][code] = part.rows, part.stretches
        else:
            code = self._added(len(piece), holds, parts)
            self._lent.append(code)
        return code

    def _added(self, size: int, holds: int, parts: list[PieceContent]) -> int:
        self.sizes.append(size)
        self.holds.append(holds)
        for at, part in enumerate(parts):
            self.kinds[at].append(part.kind)
            self.steps[at].append(part.steps)
            self.rows[at].append(part.rows)
            self._stretches[at].append(part.stretches)
        return len(self.sizes) - 1

    def _forget(self) -> None:
        self.clear()
        del self.sizes[:], self.holds[:], self._lent[:], self._free[:]
        for at in range(len(self.forms)):
            del self.kinds[at][:], self.steps[at][:], self.rows[at][:], self._stretches[at][:]


def picked(table: Mapping[Any, Any] | Sequence[Any], keys: Sequence[Any]) -> Sequence[Any]:
    """What the table has for each of the keys, of which there is at least one; the fastest way there is."""
    return itemgetter(*keys)(table) if len(keys) > 1 else (table[keys[0]],)


@lru_cache(maxsize=_MEMORIES)
def memory_of(forms: tuple[Form, ...]) -> Memory:
    """What is remembered of the pieces of these forms, which are all cut at the same character."""
    return Memory(forms)


@lru_cache(maxsize=REMEMBERED)
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
        self._long = "", _OTHER_PART
        """The last long piece, which is asked for again where its steps stand."""

    def at(self, piece: str) -> PieceContent:
        """What the piece holds."""
        if len(piece) <= Memory.LONGEST:
            return self._at(piece)
        if piece != self._long[0]:
            self._long = piece, self._at(piece)
        return self._long[1]

    def _at(self, piece: str) -> PieceContent:
        if self._lines:
            return self._part(without_line_end(piece.removesuffix(NOTHING)))
        if piece.endswith(NOTHING):
            return self._part(piece.removesuffix(NOTHING))
        return self._part(piece + self._form.ends)

    def _part(self, text: str) -> PieceContent:
        first = self._step.search(text)
        if first is None:
            return _BLANK_PART if self._lines and not text.strip() else _OTHER_PART
        if first.end() < len(text) and self._step.search(text, first.end()) is not None:
            return self._several(text)
        stretches = (PieceRun(*first.span(), 1),)
        return PieceContent(self._kind(text, stretches), 1, self._rows((first,)), stretches)

    def _several(self, text: str) -> PieceContent:
        matches = list(self._step.finditer(text))
        stretches: list[PieceRun] = []
        for match in matches:
            start, end = match.span()
            if stretches and self._joint.fullmatch(text, stretches[-1].end, start):
                last = stretches[-1]
                stretches[-1] = PieceRun(last.start, end, last.steps + 1)
            else:
                stretches.append(PieceRun(start, end, 1))
        return PieceContent(self._kind(text, stretches), len(matches), self._rows(matches), tuple(stretches))

    def _kind(self, text: str, stretches: Sequence[PieceRun]) -> int:
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

    def _rows(self, matches: Iterable[re.Match[str]]) -> bytes:
        values = array("q")
        for match in matches:
            cells = match.groups()
            values.extend((*self._implied, *[convert(cells[at]) for at, convert in self._converts]))
        return values.tobytes()
