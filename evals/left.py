"""Words behind a list that name what it lacks by number: the next step, or how many are left."""

import re

from tasks import Mark, Shows

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
        found.append(_GOES_ON.search(_named(said, {written: _DONE, written + 1: _NEXT, needed: _ALL})))
    if left >= BY_CHANCE and (str(left) in said or f"{left:,}" in said):
        found.append(_LACKS.search(_named(said, {left: _LEFT})))
    begun = min((match.span() for match in found if match is not None), default=None)
    return Mark(Shows.PART, start + begun[0], start + begun[1]) if begun is not None else None


def _named(text: str, letters: dict[int, str]) -> str:
    """The text with a letter in place of each digit of these numbers."""
    return _NUMBER.sub(
        lambda match: letters.get(int(match[0].replace(",", "")), "") * len(match[0]) or match[0], text
    )
