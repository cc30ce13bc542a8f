"""Words behind a list that name what it lacks by number: the next step, or how many are left."""

import re

from tasks import Mark, Shows

_NOUN = r"(?:moves?|steps?|lines?|rows?|numbers?|items?|entries|entry)"
_UNTIL = r"\s?(?:[-\u2010-\u2015]|to|through|until)\s?"
_BY_CHANCE = 10
"""Numbers below this may well be named for another reason."""


def names_what_is_left(text: str, start: int, end: int, written: int, needed: int | None) -> Mark | None:
    """`moves 61 to 1023`, `963 moves`: where 60 of 1,023 were written."""
    if written < _BY_CHANCE or needed is None:
        return None
    step, left = rf"{_NOUN}\W{{1,3}}{written + 1}", needed - written
    forms = [
        rf"(?<=[a-z,.;:] ){step}\b",
        rf"\b{step}{_UNTIL}\d",
        rf"\b{written + 1}{_UNTIL}(?:{needed}|{needed:,})\b",
        rf"\b(?:after|past|beyond)\s(?:{_NOUN}\s)?(?:number\s)?{written}\s(?:are|is|were|have)\b",
    ]
    if left >= _BY_CHANCE:
        forms.append(rf"(?<![\w.,^])(?:{left}|{left:,})\s(?:\w{{1,12}}\s){{0,2}}{_NOUN}\b")
    named = re.compile("|".join(forms), re.IGNORECASE).search(text, start, end)
    return Mark(Shows.PART, *named.span()) if named is not None else None
