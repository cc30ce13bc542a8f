"""Words behind a list that name what it lacks by number: the next step, or how many are left."""

import re
from dataclasses import dataclass
from itertools import islice

from evals.labelling.phrases.phrase import SpeechAct
from evals.labelling.prose import Mark, Prose

_DONE, _NEXT, _ALL, _LEFT = "ⴰⴱⴲⴳ"
"""Letters that no answer is written in: each stands for the digits of one number, as many times."""
_NOUN = (
    r"(?:moves?|steps?|lines?|rows?|numbers?|items?|entries|entry|objects?|elements?|triples?|tuples?|"
    r"records?|pairs?|words?|totals?|values?|labels?|states?|codes?|hops?|crossings?|trips?|transfers?|instructions?)"
)
_UNTIL = r"\s?(?:[-\u2010-\u2015]|to|through|until)\s?"
_STEP = rf"{_NOUN}\W{{1,3}}{_NEXT}{{1,12}}"
_GOES_ON = re.compile(
    rf"(?<=[a-z,.;:] ){_STEP}\b|\b{_STEP}{_UNTIL}[\d{_ALL}]|\b{_NEXT}{{1,12}}{_UNTIL}{_ALL}"
    rf"|\b(?:after|past|beyond)\s(?:{_NOUN}\s)?(?:number\s)?{_DONE}{{1,12}}\s(?:are|is|were|have)\b",
    re.IGNORECASE,
)
_LACKS = re.compile(
    rf"(?<![\w.,^]){_LEFT}{{1,15}}\s(?:\w{{1,12}}\s){{0,2}}{_NOUN}\b|[+\u00d7]\s?{_LEFT}{{1,15}}(?![\w.,])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\d)(?:\d{1,3}(?>(?:,\d{3}){1,4})|\d{1,15}+)(?!\d)")
BY_CHANCE = 10
"""Numbers below this may well be named for another reason."""


def names_what_is_left(text: str, start: int, end: int, written: int, needed: int | None) -> Mark | None:
    """`moves 61 to 1023`, `963 moves`: where 60 of 1,023 were written."""
    if written < BY_CHANCE or needed is None:
        return None
    said, left = text[start:end], needed - written
    found = []
    if any(str(number) in said for number in (written, written + 1)):
        found.append(_GOES_ON.search(_lettered(said, {written: _DONE, written + 1: _NEXT, needed: _ALL})))
    if left >= BY_CHANCE and (str(left) in said or f"{left:,}" in said):
        found.append(_LACKS.search(_lettered(said, {left: _LEFT})))
    begun = min((match.span() for match in found if match is not None), default=None)
    return Mark(SpeechAct.PART, start + begun[0], start + begun[1]) if begun is not None else None


def _lettered(text: str, letters: dict[int, str]) -> str:
    """The text with a letter in place of each digit of these numbers."""
    return _NUMBER.sub(
        lambda match: letters.get(int(match[0].replace(",", "")), "") * len(match[0]) or match[0], text
    )


_MOST = 200
"""Sentences that are looked at."""
_NEAR = 400
_LAST = 3
"""So near to a list, and so many, are sentences that may announce it."""
_HEADING = re.compile(r"(?<![^\n])(?:#{1,6}\s|\*\*[^*\n]{0,80}\*\*[ :]{0,3}\Z)|:[*_ ]{0,3}\Z")
"""Leads to something, and says nothing of it."""
_EMPTY = re.compile(r"\[\s{0,9}\]")
"""A list without a step is no talk."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is said behind a list."""

    more: Mark | None = None
    """The first sentence that speaks of more or of stopping, and not as one does at an end."""
    unknown: Mark | None = None
    """The first that does neither of the two: no word of it stands behind whole lists."""
    unclear: Mark | None = None
    """The first that does both."""


def remarks(prose: Prose, start: int, end: int) -> Remarks:
    """What is said between two offsets."""
    found: dict[str, Mark] = {}
    for begin, after in islice(prose.sentences(start, end), _MOST):
        if prose.has(_HEADING, begin, after) or prose.shows(SpeechAct.ASIDE, begin, after):
            continue
        speaks_of_more = prose.shows(SpeechAct.MORE, begin, after)
        done = prose.shows(SpeechAct.DONE, begin, after)
        if (done and not speaks_of_more) or prose.shows(SpeechAct.IMPOSSIBLE, begin, after):
            return Remarks()
        closes = done or prose.shows(SpeechAct.CLOSING, begin, after)
        sort = ("unclear" if closes else "more") if speaks_of_more else ("" if closes else "unknown")
        found.setdefault(sort, Mark(SpeechAct.PART, begin, after))
    return Remarks(found.get("more"), found.get("unknown"), found.get("unclear"))


def announces_part(prose: Prose, start: int, end: int, written: int) -> Mark | None:
    """Right before a list of which much is missing: a sample, a beginning, or just so many steps."""
    for begin, after in list(prose.sentences(max(start, end - _NEAR), end))[-_LAST:]:
        counted = written >= BY_CHANCE and prose.has(_named(written), begin, after)
        counted = counted and not prose.shows(SpeechAct.DONE, begin, after)
        opens = counted or prose.shows(SpeechAct.OPENING, begin, after)
        if opens and not prose.shows(SpeechAct.COMPLETE, begin, after):
            return Mark(SpeechAct.PART, begin, after)
    return None


def speaks_of_task(prose: Prose, start: int, end: int, needed: int | None) -> Mark | None:
    """In an answer without a step: the first sentence about the task, unless it says that all is done.

    Args:
        prose: the answer.
        start: where it begins.
        end: where it ends.
        needed: the fewest steps, a number by which such a task is spoken of.
    """
    named = _named(needed) if needed is not None and needed >= BY_CHANCE else None
    for begin, after in islice(prose.sentences(start, end), _MOST):
        about = prose.shows(SpeechAct.TASK, begin, after) or (named and prose.has(named, begin, after))
        whole = prose.shows(SpeechAct.DONE, begin, after) or prose.shows(SpeechAct.COMPLETE, begin, after)
        if about and not whole and not (prose.has(_HEADING, begin, after) or prose.has(_EMPTY, begin, after)):
            return Mark(SpeechAct.HEDGE, begin, after)
    return None


def _named(number: int) -> re.Pattern[str]:
    """The number as people write it: `1023`, `1,023`, `1 023`."""
    written = f"{number:,}".replace(",", "[,.'\\s\u00a0\u202f]?")
    return re.compile(rf"(?<![\d.,]){written}(?!\d|[.,]\d)")
