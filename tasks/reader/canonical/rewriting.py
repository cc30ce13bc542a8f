"""Rewritings of a text: what it became, and the way back from each of its offsets."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Edit: TypeAlias = tuple[int, int, str]
"""A span of a text, and what stands in its place."""


Lines: TypeAlias = Sequence[Sequence[tuple[int, int]]]
"""Lines of a text, each made of parts of another one."""


class Rewriting:
    """One rewriting; the way back is kept as the places where the distance to the old text changes."""

    __slots__ = ("_ends", "_sources", "_starts", "text")

    def __init__(self, text: str, edits: Iterable[Edit]) -> None:
        """Rewrite a text.

        Args:
            text: the old text.
            edits: in order, and apart from each other.
        """
        starts: list[int] = []
        sources: list[int] = []
        ends: list[int] = []
        pieces: list[str] = []
        at = size = 0
        for start, end, instead in edits:
            if start > at:
                pieces.append(text[at:start])
                starts.append(size)
                sources.append(at)
                ends.append(start)
                size += start - at
            if instead:
                pieces.append(instead)
                starts.append(size)
                sources.append(start)
                # Below zero: every character of this part stands for all of what was there.
                ends.append(-end)
                size += len(instead)
            at = end
        if at < len(text):
            pieces.append(text[at:])
            starts.append(size)
            sources.append(at)
            ends.append(len(text))
        self._starts, self._sources, self._ends = starts, sources, ends
        self.text = "".join(pieces)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the old text stands what is between two offsets of the new, as far outward as need be."""
        begun = self._place(start)[0]
        return (begun, self._place(end - 1)[1]) if end > start else (begun, begun)

    def _place(self, offset: int) -> tuple[int, int]:
        """Where the character at an offset was; behind the last one, where that ended."""
        if not self._starts:
            return 0, 0
        at = bisect_right(self._starts, offset) - 1
        source, end = self._sources[at], self._ends[at]
        if offset >= len(self.text):
            return abs(end), abs(end)
        if end < 0:
            return source, -end
        source += offset - self._starts[at]
        return source, source + 1


class Rearranged:
    """A text with parts of it in another order, on other lines."""

    __slots__ = ("_sources", "_starts", "text")

    def __init__(self, text: str, blocks: Iterable[tuple[tuple[int, int], Lines]]) -> None:
        """Rearrange a text.

        Args:
            text: The old text.
            blocks: In order, the spans to replace, each with its new lines: the spans that follow one another in each.
        """
        self._starts: list[int] = []
        self._sources: list[tuple[int, int]] = []
        pieces: list[str] = []
        at = size = 0
        for (begin, after), lines in (*blocks, ((len(text), len(text)), ())):
            parts = [(part, " " if part is not line[-1] else "\n") for line in lines for part in line]
            for (start, end), behind in (((at, begin), ""), *parts):
                self._starts.append(size)
                self._sources.append((start, end))
                pieces += (text[start:end], behind)
                size += end - start + len(behind)
            at = after
        self.text = "".join(pieces)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the old text stands what is between two offsets of the new, outermost."""
        places = [self._place(at) for at in (start, max(start, end - 1))]
        begun = min(place for place, _ in places)
        return begun, (max(behind for _, behind in places) if end > start else begun)

    def _place(self, offset: int) -> tuple[int, int]:
        """Where the character at an offset was."""
        at = bisect_right(self._starts, offset) - 1
        begin, end = self._sources[at]
        place = min(begin + offset - self._starts[at], end)
        return place, min(place + 1, end)
