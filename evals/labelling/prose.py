"""Marks: what the prose around and between steps shows, found by the phrases of `evals.labelling.phrases`."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evals.labelling.phrases import searched
from evals.labelling.phrases.phrase import SpeechAct
from tasks.reader.elision import lowered


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text and what it shows."""

    shows: SpeechAct
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
        self._found: dict[tuple[SpeechAct, int, int], Mark | None] = {}

    def marks(self, shows: SpeechAct, start: int = 0, end: int | None = None) -> Iterator[Mark]:
        """All marks of one kind between two offsets, in order."""
        pattern = searched(shows)
        for begin, after in self._between(start, len(self._text) if end is None else end):
            yield from (Mark(shows, *match.span()) for match in pattern.finditer(self._text, begin, after))

    def first(self, start: int, end: int, *wanted: SpeechAct) -> Mark | None:
        """The first mark of the first of these kinds that occurs."""
        for shows in wanted:
            asked = shows, start, end
            if asked not in self._found:
                self._found[asked] = self._search(*asked)
            found = self._found[asked]
            if found is not None:
                return found
        return None

    def sentences(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where sentences stand between two offsets; a line ends one, and layout alone is none."""
        for begin, after in self._between(start, end):
            for match in _SENTENCE.finditer(self._text, begin, after):
                if _WORD.search(_TAG.sub("", match[0])) is not None:
                    yield match.span()

    def shows(self, shows: SpeechAct, start: int, end: int) -> bool:
        """Whether such a mark stands between two offsets, all of it prose."""
        return searched(shows).search(self._text, start, end) is not None

    def has(self, pattern: re.Pattern[str], start: int, end: int) -> bool:
        """Whether a pattern of small letters matches between two offsets, all of it prose."""
        return pattern.search(self._text, start, end) is not None

    def _search(self, shows: SpeechAct, start: int, end: int) -> Mark | None:
        pattern = searched(shows)
        for begin, after in self._between(start, end):
            match = pattern.search(self._text, begin, after)
            if match is not None:
                return Mark(shows, *match.span())
        return None

    def _between(self, start: int, end: int) -> list[tuple[int, int]]:
        """The spans of prose between two offsets."""
        first = max(0, bisect_right(self._spans, (start, end)) - 1)
        found = []
        for begin, after in self._spans[first:]:
            if begin >= end:
                break
            found.append((max(begin, start), min(after, end)))
        return found


_SENTENCE = re.compile(
    r"\S[^\n.!?\u3002\uff01\uff1f]*+(?>(?:[.!?](?!\s|\Z)[^\n.!?\u3002\uff01\uff1f]*+)*)[.!?\u3002\uff01\uff1f]*+"
)
_TAG = re.compile(r"</?\w{1,20}>|```\w{0,12}")
_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u9fff\uac00-\ud7af]")
