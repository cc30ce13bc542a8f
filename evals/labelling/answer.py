"""An answer as the labelling rules see it, and the spans of text that they quote."""

import re
from dataclasses import dataclass
from typing import Self

from evals.labelling.phrases.phrase import SpeechAct
from evals.labelling.prose import Mark

LIMIT_REASONS = frozenset({"length", "max_tokens", "max_output_tokens", "model_length", "MAX_TOKENS"})
FILTER_REASONS = frozenset(
    {"content_filter", "SAFETY", "safety", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The response of one turn, as far as it matters for the label."""

    content: str
    reasoning: str | None = None
    refusal: str | None = None
    finish_reason: str | None = None
    last_row_counts: bool = False
    """Whether the prompt said that of several rows with the same number the last one counts."""


@dataclass(frozen=True, slots=True)
class Span:
    """A quote from an answer: its position, and what it shows."""

    field: str
    """`content` or `refusal`."""
    start: int
    """In code points of the field as received."""
    end: int
    shows: str
    """E.g. `elision`, `decline`, `offer`, `first_error`."""
    quote: str
    """The text itself, verbatim."""

    @classmethod
    def of(cls, mark: Mark | None, text: str) -> Self:
        """Return the span of a mark; words are widened to their sentence or line, if that is near."""
        assert mark is not None, "a refusal or give-up without a quote"
        start, end = mark.start, mark.end
        if mark.shows is not SpeechAct.ELISION:
            ends = _SENTENCE_END.finditer(text, max(0, start - _AROUND), start)
            begun = max((match.end() for match in ends), default=0 if start <= _AROUND else start)
            ended = _SENTENCE_END.search(text, end, end + _AROUND)
            start, end = begun, ended.start() + 1 if ended is not None else min(len(text), end + _AROUND)
            end -= len(text[start:end]) - len(text[start:end].rstrip())
        return cls("content", start, end, mark.shows.value, text[start:end])


_THINK_OPEN = re.compile(r"\s*+<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_THINK_CLOSE = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)


def visible(content: str) -> tuple[int, int, bool]:
    """Return start and end of the answer without inline thinking, and whether the thinking is unclosed."""
    start = 0
    if "</" in content:
        for match in _THINK_CLOSE.finditer(content):
            start = match.end()
    opened = _THINK_OPEN.match(content, start)
    if opened is not None:
        return start, content.index("<", start), True
    return start, len(content), False


_AROUND = 160
"""Characters by which a quote may exceed its mark on either side."""
_SENTENCE_END = re.compile(r"[.!?](?=\s)\s{0,3}|\n\s{0,9}")
