"""Forms of steps that take a thing from one place to another: lists, sentences, arrows, rows."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tasks._contract import Form


@dataclass(frozen=True, slots=True)
class Words:
    """How things and places are called in answers.

    All patterns are without groups and with bounded repeats. `thing` begins with a plain class, so that a
    search can skip ahead to it.
    """

    thing: str
    read_thing: Callable[[str], int]
    nouns: tuple[str, ...]
    """What a thing is, e.g. `block`."""
    place: str
    """A place as it stands in a list or a row."""
    place_word: str
    """A place as it stands in a sentence, where case does not matter."""
    read_place: Callable[[str], int]
    place_nouns: str
    verbs: tuple[str, ...] = ("move",)
    out_of: str = "from|:"
    """What stands before the place it leaves, in a sentence."""
    into: str = "(?:on)?to"
    """What stands before the place it goes to."""


GAP = r"[\s*_`'\"]{0,4}"
ARROW = r"(?:-{1,2}>|=>|→|⇒|➔|➜|⟶|\\to|\\rightarrow)"
ARROWS = ("->", "=>", "→", "⇒", "➔", "➜", "⟶", "\\to", "\\rightarrow")
"""Of these one stands wherever `ARROW` matches."""
ENUMERATION = r"(?:[-*+•]\s|(?:step\s)?\d{1,9}[.):]\s)?"
NEXT_LINE = r"[ \t.;,*_`]{0,9}\r?\n[ \t]{0,9}" + ENUMERATION + r"[ \t*_`]{0,9}"
NEXT_STEP = f"(?i:{NEXT_LINE})"
"""What stands between two steps that are a line each."""
_COMMA = r",(?:\s{0,4}(?:\\(?:[,;:! ]|q?quad\b)|~))?"
"""In formulas a space of their own may follow, thin or wide."""
_CLOSES = r"(?:\\(?:right)?)?[\]\)}]"
_SIZED = r"(?>(?:\\(?:left)?)?)"
"""What may stand before a bracket in a formula."""
NEXT_ITEM = r"\s{0,200}+[,;]?\s{0,200}+"
"""What stands between two items of a list."""


def triple(words: Words) -> Form:
    """`[thing, from, to]`, with or without quotes, in any brackets."""
    quote = "[\"']?"
    cells = (rf"\s{{0,9}}{quote}({cell}){quote}\s{{0,9}}" for cell in (words.thing, words.place, words.place))
    return Form(
        "triple",
        step=rf"[\[\({{]{_COMMA.join(cells)}{_CLOSES}",
        joint=NEXT_ITEM + _SIZED,
        ends="]",
        columns=(words.read_thing, words.read_place, words.read_place),
        needs=("]", ")", "}"),
    )


def sentence(words: Words, *, noun_after: bool = False) -> Form:
    """`Move disk 1 from peg 0 to peg 2`; the noun may stand behind: `slide the red checker from …`."""
    verbs = "|".join(verb[1:] for verb in words.verbs)
    nouns = "|".join(words.nouns)
    heads = rf"(?:{verbs}){GAP}(?:the\s)?(?:{nouns})?|" + "|".join(noun[1:] for noun in words.nouns)
    after = rf"(?:(?:{nouns}){GAP})?" if noun_after else ""
    return Form(
        "sentence",
        # The first character is a plain class, outside the case-insensitive group: that lets the search skip.
        step=(
            rf"[{_initials(*words.verbs, *words.nouns)}](?<![A-Za-z][A-Za-z])(?i:(?:{heads}){GAP}#?"
            rf"({words.thing}){GAP}{after}(?:\([^\(\)\n]{{0,30}}\)\s?)?(?:is\s)?(?:moved\s|moves\s|goes\s)?"
            rf"[:,]?{GAP}(?:{words.out_of}){GAP}{_place(words)}{GAP}(?:{words.into}|{ARROW}){GAP}{_place(words)})"
        ),
        joint=NEXT_STEP,
        columns=(words.read_thing, words.read_place, words.read_place),
    )


def thing_first(words: Words) -> Form:
    """`A: 0 -> 2`, `A from 0 to 2`, `A (0 -> 2)`, `R jumps from 3 to 1`, `R at 1 moves to 2`."""
    nouns = "|".join(words.nouns)
    ways = r"(?:(?:right|left|forwards?|over\s[^\d\n]{1,20})\s){0,2}"
    does = rf"(?:{'|'.join(words.verbs)})[a-z]{{0,4}}{GAP}{ways}"
    leaves = rf"(?:{does}(?:from)?|from|at|[:,(])"
    return Form(
        "thing_first",
        step=(
            rf"({words.thing})(?i:{GAP}(?:(?:{nouns}){GAP})?(?:\([^\(\)\n]{{0,30}}\)\s?)?"
            rf"(?:{GAP}{leaves}{GAP}|[\s*_`'\"]{{1,4}}){_place(words)}{GAP}(?:{does})?(?:(?:on)?to|{ARROW}){GAP}"
            rf"{_place(words)}\)?)"
        ),
        joint=NEXT_STEP,
        columns=(words.read_thing, words.read_place, words.read_place),
    )


def row(words: Words) -> Form:
    """`A, 0, 2`: a line with nothing else."""
    cells = r"[ \t]{0,3}[,;|\t][ \t]{0,3}".join(
        f"[\"']?({cell})[\"']?" for cell in (words.thing, words.place, words.place)
    )
    return Form(
        "row",
        step=rf"^[ \t|]{{0,9}}(?:\d{{1,9}}[.):][ \t])?{cells}[ \t|]{{0,9}}[,;]?$",
        joint=r"\r?\n",
        columns=(words.read_thing, words.read_place, words.read_place),
        flags=re.MULTILINE,
        needs=(",", ";", "|", "\t"),
    )


def _place(words: Words) -> str:
    nouns = words.place_nouns
    before = rf"(?:(?:the\s)?top of\s)?(?:(?:the|la|el|den|der|dem)\s{{1,2}})?(?:(?:{nouns})s?)?{GAP}#?"
    return rf"{before}({words.place_word})(?:\s(?:{nouns})\b)?"


def _initials(*wanted: str) -> str:
    initials = dict.fromkeys(word[0] for word in wanted)
    return "".join(initials).upper() + "".join(initials).lower()
