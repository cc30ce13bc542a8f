"""Elision: what between two steps of a list stands for steps that were left out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from tasks.reader.when_used import when_used

_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class Wording(Protocol):
    """How a mark or phrase is recognised."""

    @property
    def pattern(self) -> str:
        """Begins at the edge of a word, each alternative of it, unless it is a sign."""

    @property
    def sign(self) -> bool:
        """Whether it is made of signs, which have no such edge."""


@dataclass(frozen=True, slots=True)
class Elision:
    """One way to mark that steps are left out, with an example that it matches."""

    pattern: str
    example: str
    sign: bool = False


def compiled(wordings: Iterable[Wording]) -> re.Pattern[str]:
    """One pattern for all these entries, for text that `lowered` has been over."""
    entries = list(wordings)
    words = "|".join(f"(?:{_spaced(entry.pattern)})" for entry in entries if not entry.sign)
    signs = [f"(?:{_spaced(entry.pattern)})" for entry in entries if entry.sign]
    # One edge for all words: where no word begins, a search then fails at once.
    return when_used("|".join((*((rf"\b(?:{words})",) if words else ()), *signs)))


def _spaced(pattern: str) -> str:
    return pattern.replace(" ?", r"\s?").replace(" ", r"\s{1,3}")


def lowered(text: str) -> str:
    """The text in lower case, apostrophes straight, of the same length, so that offsets stay."""
    low = text.lower()
    if len(low) != len(text):
        low = text.translate(_LOWER)
    return low if low.isascii() else low.replace("\u2019", "'")


UNIT = (
    r"(?:moves?|steps?|numbers?|lines?|rows?|items?|entries|instructions?|transfers?|crossings?|trips?|totals?|"
    r"states?|values?|terms?|words?|labels?|symbols?|keys?|digits?|codes?|hops?|objects?|elements?|triples?|tuples?|records?|sequence|list(?:ing)?|solution|output|answer)\b"
)
OMITTED = (
    r"(?:omitted|skipped|snipped|elided|left out|cut out|not (?:shown|listed|included|written|printed|displayed)|abbreviated|"
    r"abridged|condensed|truncated|suppressed|clipped|cropped|curtailed|withheld|held back|left unwritten|unwritten|hidden|excluded|dropped)\b"
)
RANGE = r"(?:moves?|steps?|lines?|rows?|items?|entries|numbers?|phases?|parts?|stages?)\W{1,3}\d[\d,]{0,9}"
SPAN = RANGE + r"(?: ?[-\u2010-\u2015] ?| (?:to|through|thru|until|up to|and) | ?\.\. ?)\d[\d,]{0,9}"
FROM = RANGE + r"(?: ?\+| onwards?| and (?:up|beyond|later|following|on)\b)"
OTHERS = r"(?:rest|remaining|remainder|others|missing|leftover)\b(?! (?:of the )?(?:\w+ )?(?:dis[kc]s?|pegs?|rings?|blocks?|checkers?|tower|stack)\b)"

ELISIONS: tuple[Elision, ...] = (
    Elision(r"(?<![a-z]{2})(?:\.{3,}|\. \. \.|…)|⋮|⋯|\\[lcv]?dots\b", "[1, 0, 2], ...", sign=True),
    Elision(
        r"(?:\d[\d,.]{0,12}|many|several|hundreds of|thousands of|the) (?:more|other|further|remaining|additional|"
        r"intermediate|similar|omitted) (?:\w+ ){0,3}?" + UNIT,
        "(1,008 more moves)",
    ),
    Elision(
        r"(?:continu\w{1,5}|repeat\w{0,3}|proceed\w{0,3}|carry(?:ing)? on|keep(?:s|ing)? (?:going|on)|extend\w{0,3}|"
        r"goes on|go on)\b[^.\n]{0,60}\b(?:pattern|manner|fashion|same way|similar(?:ly)?|recursively|likewise|"
        r"and so (?:on|forth)|until|remaining|up to|through|all \d|like this|this way)\b",
        "(continue this pattern until all disks are on peg 2)",
    ),
    Elision(r"pattern (?:then |simply )?(?:continues|repeats|goes on)\b", "The pattern continues."),
    Elision(r"and so (?:on|forth)\b|etc\b\.?|et cetera\b|ad infinitum\b", "and so on"),
    Elision(
        r"(?:remaining|rest of the|other|intermediate|middle|subsequent) (?:\w+ ){0,3}?" + UNIT
        + r"[^.\n]{0,40}\b(?:omitted|skipped|left out|follow\w{0,2}|here|not shown|similar\w{0,2})\b",
        "[remaining moves omitted]",
    ),
    Elision(
        r"(?:omitted|skipped|snipped|abbreviated|abridged|condensed|shortened|truncated|left out|not shown)\b"
        r"[^.\n]{0,30}\b(?:brevity|space|length|here|readability|clarity|conciseness|simplicity)\b",
        "(omitted for brevity)",
    ),
    Elision(
        r"[\[(<] ?(?:\w+ ){0,3}(?:omitted|skipped|snip(?:ped)?|cut|clipped|cropped|truncated|abbreviated|continued|continues|continuing)\b",
        "[snipped]",
        sign=True,
    ),
    Elision(
        r"(?:last|final) (?:few|several|couple of|\d[\d,]{0,9}|ten|twenty) (?:\w+ )?" + UNIT,
        "Last 10 moves:",
    ),
    Elision(
        r"(?:" + OTHERS + r"|others?) (?:\w+ ){0,3}?(?:(?:is|are|was|were|has been|have been|being) )?(?:\w+ )?" + OMITTED,
        "// rest omitted",
    ),
    Elision(r"(?:" + SPAN + "|" + FROM + r")\W{1,3}(?:(?:is|are|were|have been) )?(?:\w+ )?" + OMITTED, "(moves 16-511 omitted)"),
    Elision(r"snip(?:ped)?\b|on and on\b", "--- snip ---"),
    Elision(
        r"\n[\x20\t]{0,40}[.\u00b7\u2022\u2219][\x20\t\r]{0,9}\n[\x20\t]{0,40}[.\u00b7\u2022\u2219][\x20\t\r]{0,9}(?=\n|\Z)",
        "4\n  .\n  .\n",
        sign=True,
    ),
    Elision(
        r"(?:(?:until|till|up to|through to|all the way to)(?: (?:\w+ ){0,3}?(?:arriv\w{1,3}|reach\w{0,3}|get\w{0,4}|com\w{1,3}|hit\w{0,4}|land\w{0,3}|end up)(?: (?:at|to|on|with))?)?|before (?:\w+ ){0,3}?(?:arriv\w{1,3}|reach\w{0,3}|get\w{0,4}|com\w{1,3}|hit\w{0,4}|land\w{0,3}|end up)(?: (?:at|to|on|with))?)[\s:,*_]{0,5}\Z",
        "and so we climb until we reach",
    ),
    Elision(
        r"(?:and|plus|with|then) (?:\w+ ){0,2}?(?:many|lots|hundreds|thousands|dozens|several|plenty|loads|tons) (?:\w+ )?(?:more|others)\b(?! (?:than|dis[kc]s?|pegs?|rings?|blocks?|sizes?|puzzles?|variants?))",
        "and many more",
    ),
    Elision(
        r"\d[\d,]{0,12} (?:\w+ )?" + UNIT + r" (?:(?:is|are|were|have been) )?(?:\w+ )?" + OMITTED,
        "/* 1013 entries elided */",
    ),
    Elision(r"\d[\d,.]{1,12} (?:more|others)\b(?! (?:than|dis[kc]s?|pegs?))", "8,181 more,"),
    Elision(r"[\[(<] ?\d[\d,.]{0,12} (?:more|others?|further|omitted|skipped|missing)\b[^\[\](){}<>\n]{0,60}[\])>]?", "<8181 more>", sign=True),
    Elision(
        r"[\[(<] ?another (?:\d[\d,]{0,9}|few|several|many) (?:\w+ ){0,2}?" + UNIT,
        "[another 60 rows]",
        sign=True,
    ),
    Elision(r"all the way (?:up |down |through )?(?:to|until|till) \d", "[all the way to 3000]"),
)  # fmt: skip
_ELIDED = compiled(ELISIONS)

_PLAIN = re.compile(r"[\s\[\](){},;:`'\"*|>#-]*+")
_FAR = 4_000
"""A gap longer than this is prose; only its ends can be marks between steps."""
_SHORT = 400
"""Gaps shorter than this come again and again, but for their numbers."""
_SAME_DIGITS = str.maketrans("123456789", "000000000")


def elides(text: str, start: int, end: int) -> bool:
    """Whether what stands between two steps, in a lowered text, stands for others."""
    if _PLAIN.fullmatch(text, start, end):
        return False
    if range_between(text, start, end) is not None:
        return True
    if end - start < _SHORT:
        return _elides(text[start:end].translate(_SAME_DIGITS))
    if end - start > 2 * _FAR:
        return elides(text, start, start + _FAR) or elides(text, end - _FAR, end)
    return _ELIDED.search(text, start, end) is not None


_RANGE_LONGEST = 60
_THROUGH = r"(?:to|thru|through|until|till|up to|bis|à|hasta|até|fino a|至|到|から)"
_RANGE = re.compile(
    r"[\s()\[\]{}<>,;]{0,12}(?:(?:numbers?|items?|lines?|rows?|steps?|moves?|entries|words?|codes?|from|von|de|从|從)[ #]{0,2}){0,2}"
    rf"(\d{{1,7}})[ \t]{{0,2}}(?:[-\u2010-\u2015~\u301c\uff5e]{{1,3}}|\.{{2}}|{_THROUGH})[ \t]{{0,2}}(?:(?:number|item|line|row|step|move) )?"
    r"(\d{1,7})[\s()\[\]{}<>,;]{0,12}"  # in bold, behind a number sign or with a colon it is a heading
)
_WORD_BETWEEN = re.compile(rf"[ \t]{{1,3}}{_THROUGH}[ \t]{{1,3}}")
_LEAST_LEFT_OUT = 4
"""A narrower range may be a step: from one peg to another."""


def range_between(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of a range that is all that stands between two steps: `[11-89]`, `- 89` behind an 11, `to`.

    Args:
        text: The answer, lowered.
        start: Where the step before it ends.
        end: Where the step behind it begins.
    """
    if end - start >= _RANGE_LONGEST:
        return None
    if _WORD_BETWEEN.fullmatch(text, start, end) is not None:
        return start, end
    begin = start
    while begin > max(0, start - 7) and text[begin - 1].isdecimal():
        begin -= 1
    found = (
        _RANGE.fullmatch(text, start, end) or (begin < start and _RANGE.fullmatch(text, begin, end)) or None
    )
    if found is None or int(found[2]) - int(found[1]) < _LEAST_LEFT_OUT:
        return None
    whole = text[start:end]
    return start + len(whole) - len(whole.lstrip()), end - (len(whole) - len(whole.rstrip()))


@lru_cache(maxsize=2048)
def _elides(gap: str) -> bool:
    return _ELIDED.search(gap) is not None
