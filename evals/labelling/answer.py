"""An answer as the labelling rules see it, and the spans of text that they quote."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from evals.record.finish_reasons import Finish, finish_of
from evals.record.tool_calls import ToolCall
from tasks.reader import may_think, thinking


@dataclass(frozen=True, slots=True)
class Answer:
    """The response of one turn, as far as it matters for the label."""

    content: str
    reasoning: str | None = None
    refusal: str | None = None
    finish_reason: str | None = None
    last_row_counts: bool = False
    """Whether the prompt said that of several rows with the same number the last one counts."""
    spent: bool | None = None
    """Whether every token it was allowed was spent, whatever the finish reason says; `None`: not known."""
    repeated: tuple[tuple[int, int], ...] = ()
    """Spans of `content` that repeat the prompt; they are not the answer. See `repeats_of`."""
    quoted: tuple[tuple[int, int], ...] = ()
    """Spans of `content` that repeat text beside the task; not even steps in them are the answer."""
    shown: tuple[str, ...] = ()
    """Answers of worked examples that stood before the question; a copy of their steps is not the answer."""
    calls: tuple[ToolCall, ...] = ()
    """The calls of tools; only an arm that offers tools looks at them."""

    @property
    def finish(self) -> Finish | None:
        """What the finish reason means; `None` if there is none that anybody knows."""
        return finish_of(self.finish_reason)


@dataclass(frozen=True, slots=True)
class Span:
    """A quote from an answer: its position, and what it shows."""

    field: str
    """`content`, `refusal` or `finish_reason`."""
    start: int
    """In code points of the field as received."""
    end: int
    shows: str
    """E.g. `elision`, `omits`, `declines`, `offers`, `substitutes`, `first_error`."""
    quote: str
    """The text itself, verbatim."""


def visible(content: str) -> tuple[int, int, bool]:
    """Return start and end of the answer without the thinking around it, and whether that is unclosed."""
    if not may_think(content):
        return 0, len(content), False
    spans, unclosed = thinking(content)
    if unclosed:
        return (spans[-2][1] if len(spans) > 1 else 0), spans[-1][0], True
    behind = [end for _, end in spans if content[end:].strip()]
    start = behind[-1] if behind else 0
    return start, next((begin for begin, _ in spans if begin >= start), len(content)), False


_WORDS = re.compile(r"[^\W\d_]{2,}")
_ENOUGH = 4
"""A line of fewer words may stand in an answer without being taken from the prompt."""


def repeats_of(asked: Iterable[str], content: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of an answer that repeat lines of its prompt: small models do that all the time.

    Args:
        asked: the texts of the messages sent.
        content: the answer.
    """
    lines = frozenset[str]().union(*map(_lines_of, asked))
    if not lines:
        return ()
    return tuple(_same_lines(content, lines))


# Many trials are asked in the same words, one after the other; some of these are long.
@lru_cache(maxsize=16)
def _lines_of(asked: str) -> frozenset[str]:
    lines = asked.splitlines()
    return frozenset(" ".join(line.split()) for line in lines if len(_WORDS.findall(line)) >= _ENOUGH)


def _same_lines(content: str, lines: frozenset[str]) -> Iterator[tuple[int, int]]:
    begins = {_first_word(line) for line in lines}
    at = 0
    for line in content.splitlines(keepends=True):
        end = at + len(line)
        if len(line) > 20 and _first_word(line) in begins and " ".join(line.split()).lstrip("> ") in lines:
            yield at, end
        at = end


def _first_word(line: str) -> str:
    return next(iter(line.replace(">", " ").split(None, 1)), "")
