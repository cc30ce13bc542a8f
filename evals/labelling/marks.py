"""Certain marks: the few words that decide by themselves that a list stops short. Everything else is learnt.

Each entry decided labels of real answers, or is what a prompt forbids by name. A new wording does not belong
here: it is a line in `tests/acts/sentences`, and a retraining.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tasks.reader import ELISIONS, compiled, range_between

_UNIT = r"(?:moves?|steps?|lines?|rows?|numbers?|items?|entries|entry|crossings?|totals?|states?|words?)\b"
_WHOLE = r"(?:all|every|each|the (?:whole|full|entire|complete|rest)|(?:whole|full|entire|complete))\b"
_WRITE = (
    r"(?:list|write|show|print|output|provide|give|include|enumerate|fit|generate|type|display|present)\b"
)


@dataclass(frozen=True, slots=True)
class CertainMark:
    """Words that say that steps are left out or that the list is declined, with an example."""

    act: str
    """`omits`, `declines` or `offers`."""
    pattern: str
    """For text in lower case; begins at the edge of a word."""
    example: str
    sign: bool = False


_MARKS = (
    CertainMark(
        "declines",
        rf"(?:too|prohibitively|extremely|excessively|impractically) (?:\w+ )?(?:long|lengthy|large|many|verbose)\b[^.\n]{{0,40}} to {_WRITE}",
        "The move list is too long to fit in one response.",
    ),
    CertainMark(
        "declines",
        rf"(?:can't|cannot|can not|won't|will not|unable to|not able to|not going to) (?:\w+ )?{_WRITE}[^.\n]{{0,30}} {_WHOLE}",
        "I am unable to fit the entire list.",
    ),
    CertainMark(
        "declines",
        rf"(?:won't|will not|refuse to|decline to) {_WRITE} (?:this|it|them|that|these)\b",
        "I won't write this out.",
    ),
    CertainMark(
        "declines",
        rf"(?:not (?:feasible|practical|reasonable)|impractical|infeasible) to {_WRITE}",
        "It is impractical to list them here.",
    ),
    CertainMark(
        "omits",
        r"(?:i'll|i will|let me|i must|i have to|i need to|going to) (?:stop|pause|halt|truncate|cut (?:it|this) off) (?:here|there|at this point)\b",
        "I'll stop here.",
    ),
    CertainMark(
        "omits",
        r"(?:due to|because of|given|owing to) (?:the |my |output |response )?(?:length|space|output|token|character|response|message)s?(?: \w+)? ?(?:limit|constraint|restriction)\w*",
        "due to output length constraints",
    ),
    CertainMark("omits", r"running out of (?:space|room|tokens)\b", "I'm running out of space."),
    CertainMark(
        "omits",
        rf"(?:truncated|abbreviated|abridged|shortened|condensed|partial) (?:version|list\w*|representation|sequence|output|{_UNIT})",
        "The above is a truncated representation.",
    ),
    CertainMark(
        "omits",
        r"(?:list\w*|output|sequence|response|answer|solution) (?:was|were|has been|had to be|is) (?:\w+ )?(?:truncated|cut|shortened|abridged|abbreviated)\b",
        "The move list was truncated.",
    ),
    CertainMark(
        "omits",
        rf"(?:only|just|merely) (?:\w+ ){{0,3}}?(?:first|initial|opening|beginning|start of|part of|portion|sample|excerpt|few)\b[^.\n]{{0,30}}(?:{_UNIT}|list|sequence|solution)",
        "This is just the first 512 moves.",
    ),
    CertainMark("omits", r"(?:omitted|skipped|left out|elided|not shown)\b[^.\n]{0,20}\bfor (?:the sake of )?(?:brevity|space)\b", "omitted for brevity"),
    CertainMark(
        "omits",
        r"(?:pattern|process|procedure|sequence) (?:then |simply )?(?:continues|repeats|goes on) (?:in this way|like this|similarly|until|for the remaining)\b",
        "The pattern continues until all disks have moved.",
    ),
    CertainMark("omits", r"to be continued\b", "To be continued"),
    CertainMark(
        "omits",
        r"(?:\u0438 \u0442\. ?\u0434|\u0438 \u0442\u0430\u043a \u0434\u0430\u043b\u0435\u0435|usw|u\. ?s\. ?w|und so weiter|und so fort|et ainsi de suite|y as\u00ed sucesivamente|"
        r"e cos\u00ec via|e assim por diante|enzovoort|enz\.|itd\.|i tak dalej|atd\.|osv\.|ve benzeri|vb\.|v\.v)",
        "usw.",
    ),
    CertainMark(
        "omits",
        r"(?:\u4ee5\u6b64\u7c7b\u63a8|\u4f9d\u6b64\u7c7b\u63a8|\u7701\u7565|\u4ee5\u4e0b\u540c\u69d8|\u4ee5\u4e0b\u7701\u7565|\u4e2d\u7565|\uc774\ud558 \uc0dd\ub7b5|\uc911\ub7b5|\ub4f1\ub4f1|\u0648\u0647\u0643\u0630\u0627|\u0625\u0644\u062e|\u0907\u0924\u094d\u092f\u093e\u0926\u093f)",
        "以此类推",
        sign=True,
    ),
    CertainMark(
        "offers",
        r"(?:let me know|tell me|just ask|say) (?:[\w']+ ){0,5}?(?:continue|rest|remaining|next (?:part|batch|segment|\d)|more (?:moves|steps|lines))\b",
        "Let me know if you'd like the rest!",
    ),
    CertainMark(
        "offers",
        r"(?:would you like|do you want|shall i|should i|may i)(?: me)?(?: to)? (?:\w+ ){0,2}?(?:continue|go on|proceed|keep going|(?:write|list|give|show) (?:you )?the (?:rest|remaining|full|complete|whole))\b",
        "Shall I continue?",
    ),
)  # fmt: skip
_PHRASES = compiled(_MARKS)
_ELISIONS = compiled(ELISIONS)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_NEAR = 400
"""An elision this close behind the last step of a list belongs to the list."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the answer, and what it shows."""

    start: int
    end: int
    shows: str


def phrases(text: str, start: int, end: int) -> Iterator[Mark]:
    """The certain phrases between two offsets of a lowered text."""
    for match in _PHRASES.finditer(text, start, end):
        yield Mark(*match.span(), _act_of(match[0]))


def _act_of(said: str) -> str:
    return next(act for act, pattern in _patterns() if pattern.match(said) is not None)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(mark.act, compiled([mark])) for mark in _MARKS]


def elision(text: str, start: int, end: int) -> Mark | None:
    """The first mark between two offsets of a lowered text that stands for steps left out."""
    match = _ELISIONS.search(text, start, end)
    span = match.span() if match is not None else range_between(text, start, end)
    return Mark(*span, "elision") if span is not None else None


def elision_behind(text: str, start: int, end: int) -> Mark | None:
    """The same right behind the last step of a list, before any blank line."""
    end = min(end, start + _NEAR)
    blank = _BLANK_LINE.search(text, start, end)
    found = elision(text, start, end)
    if found is None or (blank is not None and blank.start() > start + 2 and blank.end() <= found.start):
        return None
    return found if text[start : found.start].count("\n\n") == 0 else None


# --- numbers that name what is missing

_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+(?!\d)|(?<![\w.,])\d{1,15}(?![\d])")
_NAMED = 10
"""Smaller numbers may well be named for another reason."""
_UNITS = re.compile(rf"\s(?:\w{{1,12}}\s){{0,2}}{_UNIT}|\s?(?:\u6b65|\u884c|\uac1c|\u624b)")
_RANGE = re.compile(r"\s?(?:[-\u2010-\u2015~]|to|through|until|bis|\u00e0|a|\u81f3|\u5230)\s?$")


def names_missing(text: str, start: int, end: int, written: int, needed: int) -> Mark | None:
    """`moves 61 to 1023`, `963 more moves`: a number of steps, or a range of them, that is not written.

    Args:
        text: the answer, in lower case.
        start: behind the list.
        end: where the answer ends.
        written: steps of the list.
        needed: steps that it should have.
    """
    left = needed - written
    if written < _NAMED or left < 1:
        return None
    before: tuple[int, re.Match[str]] | None = None
    for match in _NUMBER.finditer(text, start, end):
        value = int(re.sub(r"\D", "", match[0]))
        if value == left >= _NAMED and _UNITS.match(text, match.end(), end):
            return Mark(*match.span(), "omits")
        follows = before is not None and _RANGE.search(text, before[1].end(), match.start()) is not None
        if before is not None and follows and before[0] in (written, written + 1) and value > before[0]:
            return Mark(before[1].start(), match.end(), "omits")
        before = (value, match)
    return None
