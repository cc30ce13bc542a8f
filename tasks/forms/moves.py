"""Forms of steps that move a thing between places: lists, sentences, arrows, rows, in several languages."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tasks.contract.puzzle import Form


@dataclass(frozen=True, slots=True)
class Words:
    """What answers call things and places.

    All patterns have bounded repeats and no groups. `thing` begins with a plain character class, so that a
    search can skip ahead to it.
    """

    thing: str
    read_thing: Callable[[str], int]
    nouns: tuple[str, ...]
    """Nouns for a thing, e.g. `block`."""
    place: str
    """A place as written in a list or a row."""
    place_word: str
    """A place as written in a sentence, where case does not matter."""
    read_place: Callable[[str], int]
    place_nouns: str
    verbs: tuple[str, ...] = ("move",)
    out_of: str = "from|:"
    """What precedes the place that the thing leaves, in a sentence."""
    into: str = "(?:on)?to"
    """What precedes the place that the thing goes to, in a sentence."""


GAP = r"[\s*_`'\"]{0,4}"
ARROW = r"(?:-{1,2}>|=>|→|⇒|➔|➜|⟶|\\to|\\rightarrow)"
ARROWS = ("->", "=>", "→", "⇒", "➔", "➜", "⟶", "\\to", "\\rightarrow")
"""Wherever `ARROW` matches, the text contains one of these."""
ENUMERATION = r"(?:[-*+•]\s|(?:step\s)?\d{1,9}[.):]\s)?"
NEXT_LINE = r"[ \t.;,*_`]{0,9}\r?\n[ \t]{0,9}" + ENUMERATION + r"[ \t*_`]{0,9}"
NEXT_STEP = f"(?i:{NEXT_LINE})"
"""What separates two steps that are on lines of their own."""
_COMMA = r",(?:\s{0,4}(?:\\(?:[,;:! ]|q?quad\b)|~))?"
"""In formulas, a LaTeX space, thin or wide, may follow the comma."""
_CLOSES = r"(?:\\(?:right)?)?[\]\)}]"
_SIZED = r"(?>(?:\\(?:left)?)?)"
"""What may precede a bracket in a formula."""
NEXT_ITEM = r"\s{0,200}+[,;]?\s{0,200}+"
"""What separates two items of a list."""


def triple(words: Words) -> Form:
    """Return the form `[thing, from, to]`, with or without quotes, in any brackets."""
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
    """Return the form `Move disk 1 from peg 0 to peg 2`.

    With `noun_after` the noun may also follow the name: `slide the red checker from …`.
    """
    verbs = "|".join(verb[1:] for verb in words.verbs)
    nouns = "|".join(words.nouns)
    heads = rf"(?:{verbs}){GAP}(?:the\s)?(?:{nouns})?|" + "|".join(noun[1:] for noun in words.nouns)
    after = rf"(?:(?:{nouns}){GAP})?" if noun_after else ""
    return Form(
        "sentence",
        # A plain class as first character, outside the case-insensitive group, lets the search skip ahead.
        step=(
            rf"[{_initials(*words.verbs, *words.nouns)}](?<![A-Za-z][A-Za-z])(?i:(?:{heads}){GAP}#?"
            rf"({words.thing}){GAP}{after}(?:\([^\(\)\n]{{0,30}}\)\s?)?(?:is\s)?(?:moved\s|moves\s|goes\s)?"
            rf"[:,]?{GAP}(?:{words.out_of}){GAP}{_place(words)}{GAP}(?:{words.into}|{ARROW}){GAP}{_place(words)})"
        ),
        joint=NEXT_STEP,
        columns=(words.read_thing, words.read_place, words.read_place),
    )


def thing_first(words: Words) -> Form:
    """Return the form `A: 0 -> 2`, `A from 0 to 2`, `A (0 -> 2)` or `R jumps from 3 to 1`.

    It also reads `R at 1 moves to 2`.
    """
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
    """Return the form `A, 0, 2`: a line with nothing else."""
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


_QUOTE = "[\"'`]?"
_SET_OFF = rf"{_QUOTE}\s{{0,4}}[:=]\s{{0,4}}{_QUOTE}"
_KEYS_JOINT = r"\s{0,30}+,?\s{0,30}+"


def table(words: Words) -> Form:
    """Return the form `| 3 | 1 | 0 | 2 | remark |`, with a running number, or `| 1 | 0 | 2 |`."""
    bar = r"[ \t*_`]{0,9}\|[ \t*_`]{0,9}"
    nouns, places = "|".join(words.nouns), words.place_nouns
    thing = rf"(?:(?:{nouns})[ \t]{{0,3}}#?)?({words.thing})"
    place = rf"(?:(?:{places})[ \t]{{0,3}})?({words.place_word})"
    cell = r"[^|\n]{1,30}\|"
    number = rf"(?:(?:(?:step|move)[ \t])?#?\d{{1,9}}[.)]?{bar}(?={cell}{cell}{cell}))?"
    return Form(
        "table",
        step=(
            rf"^[ \t]{{0,9}}\|(?i:[ \t*_`]{{0,9}}{number}{thing}{bar}{place}{bar}{place})"
            r"[ \t*_`]{0,9}\|[^\n]{0,300}$"
        ),
        joint=r"\r?\n",
        columns=(words.read_thing, words.read_place, words.read_place),
        flags=re.MULTILINE,
        needs=("|",),
    )


def keyed(words: Words) -> Form:
    """Return the form `{"disk": 1, "from": 0, "to": 2}`, also as tags or as lines of keys."""
    nouns = "|".join(noun[1:] for noun in words.nouns)
    initials, seconds = ("".join(dict.fromkeys(noun[at] for noun in words.nouns)) for at in (0, 1))
    place = rf"(?:(?:{words.place_nouns})[ \t_]{{0,3}})?({words.place_word})"
    ends = rf"{_QUOTE}{_KEYS_JOINT}{_QUOTE}"
    return Form(
        "keyed",
        step=(
            # Few words begin with these two letters, so most candidates fail at once.
            rf"[{initials}{initials.upper()}](?=[{seconds}{seconds.upper()}])(?<![A-Za-z].)(?i:(?:{nouns})(?:_?(?:id|number|no|size))?"
            rf"{_SET_OFF}({words.thing}){ends}(?:from|source|src)\w{{0,9}}{_SET_OFF}{place}"
            rf"{ends}(?:to|target|tgt|dest|dst)\w{{0,9}}{_SET_OFF}{place}){_QUOTE}"
        ),
        joint=(
            r"\s{0,30}+[})/>]{0,3}+\s{0,30}+(?:</\w{1,12}>)?[,;]?\s{0,30}+[-{(<]{0,2}\s{0,30}+"
            rf"(?i:(?:{_QUOTE}(?:move|step|n|no|id|number|index)\w{{0,8}}(?:{_SET_OFF}\d{{1,9}}{ends}|\s))?){_QUOTE}"
        ),
        ends="}",
        columns=(words.read_thing, words.read_place, words.read_place),
        # Each step contains `from`, `source` or `src`, in lower or upper case.
        needs=("rom", "ROM", "ource", "OURCE", "src", "SRC", "Src"),
    )


_LABEL = r"(?:step|move)[ \t]?#?\d{1,9}[*_]{0,2}[.):-]|\d{1,9}[.)]"
_ENUMERATED = rf"(?:[-*+•>][ \t]{{1,3}})?(?:[*_]{{0,2}}(?:{_LABEL})[*_]{{0,2}}[ \t]{{0,9}})?"
_BLANKS = r"[ \t*_`]{1,4}"
_PERHAPS = r"[ \t*_`]{0,4}"


def pair(words: Words) -> Form:
    """Return the form `3. A → C`, or `A → C, A → B` on one line; the rules imply the thing."""
    place = rf"(?:(?:{words.place_nouns})[ \t]{{1,3}})?({words.place_word})"
    begins = rf"(?:^[ \t]{{0,9}}{_ENUMERATED}|(?<=[,;] )|(?<=[,;\[])|(?<=[a-z]: ))"
    return Form(
        "pair",
        step=(
            rf"(?i:{begins}{_QUOTE}(?:move[ \t](?:from[ \t])?)?{place}{_PERHAPS}{ARROW}{_PERHAPS}{place})"
            rf"{_QUOTE}(?=[ \t.]{{0,9}}(?:[,;\]\\]|\r?$))"
        ),
        joint=r"[.]?[ \t]{0,9}(?:[,;][ \t]{0,9})?(?:\r?\n)?",
        columns=(words.read_place, words.read_place),
        flags=re.MULTILINE,
        implied=1,
        needs=ARROWS,
    )


def move_pair(words: Words) -> Form:
    """Return the form `3. Move from A to C`: a sentence without the thing, which the rules imply."""
    nouns = "|".join(words.nouns)
    place = rf"(?:the[ \t])?(?:(?:{words.place_nouns})[ \t]{{1,3}})?({words.place_word})"
    return Form(
        "move_pair",
        step=(
            rf"(?i:^[ \t]{{0,9}}{_ENUMERATED}move[ \t](?:(?:a|the|one)[ \t])?(?:top[ \t])?"
            rf"(?:(?:{nouns})[ \t])?from{_BLANKS}{place}{_BLANKS}to{_BLANKS}{place})"
            r"(?=[*_`.,;]{0,3}[ \t]{0,9}\r?$)"
        ),
        joint=NEXT_STEP,
        columns=(words.read_place, words.read_place),
        flags=re.MULTILINE,
        implied=1,
        needs=("from",),
    )


def pair_then_thing(words: Words) -> Form:
    """Return the form `3. A → C (disk 1)`, in which the thing comes last."""
    nouns = "|".join(words.nouns)
    place = rf"(?:(?:{words.place_nouns})[ \t]{{1,3}})?({words.place_word})"
    plain = place.replace(f"({words.place_word})", words.place_word)
    way = rf"{_QUOTE}{plain}{_PERHAPS}{ARROW}{_PERHAPS}{plain}"
    named = rf"[ \t*_`]{{0,3}}[(\[:,\u2013-]?[ \t*_`]{{0,3}}(?:moves?[ \t])?(?:{nouns})[ \t]{{0,3}}#?"
    return Form(
        "pair_then_thing",
        step=(
            rf"(?i:^[ \t]{{0,9}}{_ENUMERATED}(?={way}{named}({words.thing}))"
            rf"{_QUOTE}{place}{_PERHAPS}{ARROW}{_PERHAPS}{place}{named}{words.thing}[)\]]?)"
        ),
        joint=NEXT_STEP,
        columns=(words.read_thing, words.read_place, words.read_place),
        flags=re.MULTILINE,
        needs=ARROWS,
    )


_THINGS = "cheibe|isque|isco|chijf"
"""Nouns for a disk in other languages, without their first letter."""
_PLACES = (
    "stab|stange|turm|s[aä]ule|pflock|stift|platz|"
    "tige|piquet|tour|poteau|b[aâ]ton|axe|"
    "torre|poste|varilla|estaca|aguja|clavija|columna|"
    "piolo|asta|paletto|perno|colonna|"
    "pino|haste|pilar|coluna|"
    "toren|stok|paal|pin|staaf|pen"
)
ABROAD_NOUNS = f"{_PLACES}|s(?:{_THINGS})|d(?:{_THINGS})"
"""Nouns for a disk or peg in other languages."""
_ARTICLES = "der|dem|den|die|das|la|le|el|il|lo|los|o|a|de|het"
_OUT_OF = "von|vom|de|du|del|desde|da|dal|dalla|dallo|do|van"
_INTO = "nach|auf|zu|zum|zur|vers|sur|à|au|a|al|alla|allo|hacia|hasta|para|pra|naar|op|sul|sulla"
_ELIDED = "dall|all|sull|l|d"
"""These are attached to the next word by an apostrophe."""
_WENT = "wird|geht|wandert|passe|va|pasa|passa|vai|gaat|kommt"
_WORD = r"[^\W\d_]{1,12}"


def told_abroad(words: Words) -> Form:
    """Return the form of sentences like `Scheibe 1: von Stab 0 auf Stab 2` in several languages.

    Another example is `déplacer le disque 1 de la tige 0 vers la tige 2`.
    """
    apostrophe = rf"(?:{_ELIDED})['\u2019]"
    place = rf"(?:(?:{_ARTICLES})\s)?(?:{apostrophe})?(?:(?:{_PLACES})\b)?{GAP}({words.place_word})"
    out_of = rf"(?:(?:(?:{_OUT_OF})\b{GAP}|{apostrophe}))?"
    into = rf"(?:(?:{_INTO})\b{GAP}|{apostrophe}|{ARROW}{GAP})"
    return Form(
        "told_abroad",
        # A plain class as first character, outside the case-insensitive group, lets the search skip ahead.
        step=(
            rf"[SDsd](?<![^\W_].)(?i:(?:{_THINGS})){GAP}({words.thing})"
            rf"(?i:{GAP}(?:\([^\(\)\n]{{0,30}}\)\s?)?(?:(?:{_WENT})\s)?:?{GAP}{out_of}{place}{GAP}{into}{place})"
        ),
        joint=(
            rf"(?:[ \t]{_WORD})?[ \t.;,*_`]{{0,9}}\r?\n[ \t*_`>+-]{{0,9}}"
            rf"(?:(?:{_WORD}[ \t])?\d{{1,9}}[.):][ \t*_`]{{1,4}})?(?:{_WORD}[ \t*_`]{{1,4}}){{0,3}}"
        ),
        columns=(words.read_thing, words.read_place, words.read_place),
        needs=("cheibe", "isque", "isco", "chijf"),
    )
