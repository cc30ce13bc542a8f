"""Marks: what the prose around and between steps shows, found by the phrases of `tasks._phrases`."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from tasks._phrases import COMPILED, Shows, lowered


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text and what it shows."""

    shows: Shows
    start: int
    end: int


class Prose:
    """What stands in a text outside its steps: the only place where words count."""

    def __init__(self, text: str, start: int, end: int, steps: Iterable[tuple[int, int]]) -> None:
        """Take out the spans of `steps`, which may overlap."""
        self._text = lowered(text)
        self._spans: list[tuple[int, int]] = []
        at = start
        for begin, after in sorted(steps):
            if begin > at:
                self._spans.append((at, begin))
            at = max(at, after)
        if at < end:
            self._spans.append((at, end))

    def marks(self, shows: Shows, start: int = 0, end: int | None = None) -> Iterator[Mark]:
        """All marks of one kind between two offsets, in order."""
        end = len(self._text) if end is None else end
        at = max(0, bisect_right(self._spans, (start, end)) - 1)
        for begin, after in islice(self._spans, at, None):
            if begin >= end:
                return
            within = COMPILED[shows].finditer(self._text, max(begin, start), min(after, end))
            yield from (Mark(shows, *match.span()) for match in within)

    def first(self, start: int, end: int, *wanted: Shows) -> Mark | None:
        """The first mark of the first of these kinds that occurs."""
        return next((mark for shows in wanted for mark in self.marks(shows, start, end)), None)


_PLAIN = re.compile(r"[\s\[\](){},;:`'\"*|>#-]*+")
_FAR = 4_000
"""A gap longer than this is prose; only its ends can be marks between steps."""


def elides(text: str, start: int, end: int) -> bool:
    """Whether what stands between two steps, in a lowered text, stands for others."""
    if _PLAIN.fullmatch(text, start, end):
        return False
    if end - start > 2 * _FAR:
        return elides(text, start, start + _FAR) or elides(text, end - _FAR, end)
    return COMPILED[Shows.ELISION].search(text, start, end) is not None
