"""Lines that are meant as steps and are none: moves of towers, and numbered lines nobody could replay."""

import re
from collections.abc import Iterable
from itertools import islice

from tasks import StepList

MACRO = re.compile(
    r"\bmove\s(?:the\s)?(?:top\s|upper\s|all\s)?"
    r"(?:\d{1,9}|stack|tower|(?!(?:must|is|was|will|would|should|can|has|in|of|that|we|you)\s)\w{1,9})\s(?:of\s)?"
    r"(?:dis[kc]s|dis[kc]|items)?[^\n]{0,40}\b(?:to|onto)\b"
    r"|\b(?:transfer|shift|slide|place|put|pick\sup|take)\s(?:the\s)?(?:\w{1,9}\s(?:of\s)?)?"
    r"(?:dis[kc]s?|stack|tower|rings?|blocks?|checkers?|pieces?)\b[^\n]{0,40}\b(?:to|on|onto)\b"
    r"|(?<![\w.])(?:\d{1,3}[,;\s]\s{0,2}){9}"
    r"|\[\s{0,4}[\w\"'][^\[\]\n]{0,80},[^\[\]\n]{0,80}\]",
    re.IGNORECASE,
)
"""Something that is meant as a step, whether or not it can be replayed."""
ENCODED = re.compile(
    r"\b0[bxo][0-9a-f_]{8,400}|(?<![\w.])(?:[01]{16,400}|[0-3]{24,400})(?![\w.])", re.IGNORECASE
)
"""Signs that only a program could turn into steps."""

_MANY = re.compile(
    r"\b(?:move|transfer|shift|relocate|solve|bring|take|get)\s(?:[\w'-]{1,12}\s){0,5}?"
    r"(?:(?:dis[kc]s|tower|stack|pile|rings|blocks|plates)\b|dis[kc]s?\s\d{1,4}\s?(?:[-\u2010-\u2015]|to|through)\s?\d)"
    r"|\b(?:hanoi|solve|tower|towers|move_?tower|move_?stack|toh)\w{0,20}\s?\(\s?\w",
    re.IGNORECASE,
)
_FEW = 8


def is_plan(text: str, start: int, end: int, found: Iterable[StepList]) -> bool:
    """Whether the few steps of an answer stand in a plan: none is legal, moves of towers outnumber them."""
    steps = 0
    for item in found:
        steps += len(item.steps)
        if steps > _FEW or item.advance.taken:
            return False
    return steps > 0 and sum(1 for _ in islice(_MANY.finditer(text, start, end), steps + 1)) > steps


def moves_towers(text: str, start: int, end: int) -> bool:
    """Whether whole towers are moved, which no reader could replay."""
    return _MANY.search(text, start, end) is not None


_NUMBERED = re.compile(r"^[ \t>*_#]{0,9}(\d{1,7})[.):]", re.MULTILINE)
_LEAST = 4


def counts_to(text: str, start: int, end: int, needed: int | None) -> bool:
    """Whether lines are numbered from 1 to half of the steps at least: the numbers are those of a list."""
    enough = max(_LEAST, ((needed or 0) + 1) // 2)
    following = 1
    for line in _NUMBERED.finditer(text, start, end):
        number = int(line[1])
        following = number + 1 if number in (1, following) else following
        if following > enough:
            return needed is not None
    return False
