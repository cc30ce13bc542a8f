"""Plans: moves of whole towers among which a single step stands, and which are no attempt at the list."""

import re
from collections.abc import Iterable
from itertools import islice

from tasks import StepList

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
