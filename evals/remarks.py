"""Remarks: what is said around a list of which much is missing, or in place of one, sentence by sentence.

A sentence behind a list is a sign of stopping where it speaks of more and says nothing of what one says at an
end, and where no other says that all is done.
"""

import re
from dataclasses import dataclass
from itertools import islice

from evals.left import BY_CHANCE
from tasks import Mark, Prose, Shows

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
        if prose.has(_HEADING, begin, after) or prose.shows(Shows.ASIDE, begin, after):
            continue
        speaks_of_more = prose.shows(Shows.MORE, begin, after)
        done = prose.shows(Shows.DONE, begin, after)
        if (done and not speaks_of_more) or prose.shows(Shows.IMPOSSIBLE, begin, after):
            return Remarks()
        closes = done or prose.shows(Shows.CLOSING, begin, after)
        sort = ("unclear" if closes else "more") if speaks_of_more else ("" if closes else "unknown")
        found.setdefault(sort, Mark(Shows.PART, begin, after))
    return Remarks(found.get("more"), found.get("unknown"), found.get("unclear"))


def announces_part(prose: Prose, start: int, end: int, written: int) -> Mark | None:
    """Right before a list of which much is missing: a sample, a beginning, or just so many steps."""
    for begin, after in list(prose.sentences(max(start, end - _NEAR), end))[-_LAST:]:
        counted = written >= BY_CHANCE and prose.has(_named(written), begin, after)
        counted = counted and not prose.shows(Shows.DONE, begin, after)
        opens = counted or prose.shows(Shows.OPENING, begin, after)
        if opens and not prose.shows(Shows.COMPLETE, begin, after):
            return Mark(Shows.PART, begin, after)
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
        about = prose.shows(Shows.TASK, begin, after) or (named and prose.has(named, begin, after))
        whole = prose.shows(Shows.DONE, begin, after) or prose.shows(Shows.COMPLETE, begin, after)
        if about and not whole and not (prose.has(_HEADING, begin, after) or prose.has(_EMPTY, begin, after)):
            return Mark(Shows.HEDGE, begin, after)
    return None


def _named(number: int) -> re.Pattern[str]:
    """The number as people write it: `1023`, `1,023`, `1 023`."""
    written = f"{number:,}".replace(",", "[,.'\\s\u00a0\u202f]?")
    return re.compile(rf"(?<![\d.,]){written}(?!\d|[.,]\d)")
