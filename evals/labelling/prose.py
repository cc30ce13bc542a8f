"""Prose: what an answer says outside its steps, sentence by sentence."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from evals.labelling.acts import Acts, acts_of


class Place(StrEnum):
    """Where a sentence stands, seen from the list that is the answer."""

    BEFORE = "before"
    INSIDE = "inside"
    """Between two of its steps."""
    AFTER = "after"
    ALONE = "alone"
    """In an answer without a list."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, a heading or a note of an answer; its span is in code points of the text that was read."""

    start: int
    end: int
    text: str
    place: Place

    @property
    def heads(self) -> bool:
        """Whether it is a heading, which leads to something and says nothing of it."""
        return self.text.rstrip("*_` ").endswith((":", "\uff1a")) and len(self.text) <= 80

    @property
    def acts(self) -> Acts:
        """What it does, by its words alone."""
        return acts_of(self.text)


# A sentence ends with its line, or with a full stop, question mark or the like before a blank or the end; the
# full stops of Chinese, Japanese and Hindi need no blank. A bullet or a number before it is layout.
_SENTENCE = re.compile(
    r"[^\n.!?\u3002\uff01\uff1f\u0964]*+(?>(?:[.!?](?!\s|\Z)[^\n.!?\u3002\uff01\uff1f\u0964]*+)*)"
    r"[.!?\u3002\uff01\uff1f\u0964]*+[\"'\u201d\u2019)\]*_`]{0,4}"
)
_LAYOUT = re.compile(r"(?:[\s>*_`|#\-\u2022\u00b7~=]|//|/\*|<!--|\d{1,7}[.):](?=\s)|\\+)+")
_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u9fff\uac00-\ud7af]")
_TAG = re.compile(r"</?\w{1,20}>|```\w{0,12}|\\\w{1,20}")
_CODE = re.compile(
    r"\S*[<>~^|=_\\{}]\S*|"
    r"[\w.]*\([^\s()]*\);?|[a-z_]\w*|\w+ ?=.*|(?:import|from|return|def|for|while|if|else) .*[:)\w]"
)
"""A line of a program or a name in it, or a word of signs, is not said."""
_MOST = 12
"""Sentences looked at, at either end of a stretch of prose: what is said of a list is said beside it."""


def sentences(text: str, steps: Iterable[tuple[int, int]], main: tuple[int, int] | None) -> list[Sentence]:
    """The sentences of an answer, in order.

    Args:
        text: the answer proper.
        steps: the spans of all its steps, which may overlap.
        main: the span of the list that is the answer, if there is one.
    """
    found: list[Sentence] = []
    begin, after = main if main is not None else (0, 0)
    inside = 0
    for start, end in _gaps(text, steps):
        if begin < start and end < after:
            # Where states or comments stand between the steps, there are as many gaps as steps.
            inside += end - start > 3
            if inside > 2 * _MOST or end - start <= 3:
                continue
        for begun, ended in _ends(text, start, end):
            found += _some(list(_between(text, begun, ended, main)))
    return found


def _ends(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a stretch of prose; of a long one its beginning and its end."""
    if end - start <= 2 * _FAR:
        yield start, end
        return
    yield start, start + _FAR
    line = text.find("\n", end - _FAR, end)
    yield (line if line >= 0 else end - _FAR), end


_FAR = 20_000
"""Characters from either end of a stretch of prose within which its sentences are looked for."""


def _some(found: list[Sentence]) -> list[Sentence]:
    return found if len(found) <= 2 * _MOST else [*found[:_MOST], *found[-_MOST:]]


def _gaps(text: str, steps: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = 0
    for begin, after in sorted(steps):
        if begin > at:
            yield at, begin
        at = max(at, after)
    if at < len(text):
        yield at, len(text)


def _between(text: str, start: int, end: int, main: tuple[int, int] | None) -> Iterator[Sentence]:
    at = start
    while at < end:
        match = _SENTENCE.match(text, at, end)
        assert match is not None, "it matches the empty text"
        begin, after = match.span()
        at = max(after, begin + 1)
        layout = _LAYOUT.match(text, begin, after)
        begin = layout.end() if layout is not None else begin
        said = text[begin:after].strip()
        if _WORD.search(_TAG.sub("", said)) is not None and not _is_code(said):
            begin += text[begin:after].index(said)
            yield Sentence(begin, begin + len(said), said, _place(begin, main))


def _is_code(said: str) -> bool:
    return len(said) <= _LONGEST_CODE and _CODE.fullmatch(said) is not None


_LONGEST_CODE = 400


def _place(at: int, main: tuple[int, int] | None) -> Place:
    if main is None:
        return Place.ALONE
    return Place.BEFORE if at < main[0] else Place.AFTER if at >= main[1] else Place.INSIDE
