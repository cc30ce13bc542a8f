"""Further layouts of steps that take a thing from one place to another: tables, objects, bare pairs."""

import re

from tasks._contract import Form
from tasks._from_to import ARROW, ARROWS, NEXT_STEP, Words

_QUOTE = "[\"'`]?"
_SET_OFF = rf"{_QUOTE}\s{{0,4}}[:=]\s{{0,4}}{_QUOTE}"
_KEYS_JOINT = r"\s{0,30}+,?\s{0,30}+"


def table(words: Words) -> Form:
    """`| 3 | 1 | 0 | 2 | remark |` with a running number, or `| 1 | 0 | 2 |`."""
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
    """`{"disk": 1, "from": 0, "to": 2}`, and the same as tags or as lines of keys."""
    nouns = "|".join(noun[1:] for noun in words.nouns)
    initials, seconds = ("".join(dict.fromkeys(noun[at] for noun in words.nouns)) for at in (0, 1))
    place = rf"(?:(?:{words.place_nouns})[ \t_]{{0,3}})?({words.place_word})"
    ends = rf"{_QUOTE}{_KEYS_JOINT}{_QUOTE}"
    return Form(
        "keyed",
        step=(
            # Few words go on like this, and it is told at once.
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
        # Of `from`, `source` and `src`, in small letters or in capitals, one stands in each.
        needs=("rom", "ROM", "ource", "OURCE", "src", "SRC", "Src"),
    )


_LABEL = r"(?:step|move)[ \t]?#?\d{1,9}[*_]{0,2}[.):-]|\d{1,9}[.)]"
_ENUMERATED = rf"(?:[-*+•>][ \t]{{1,3}})?(?:[*_]{{0,2}}(?:{_LABEL})[*_]{{0,2}}[ \t]{{0,9}})?"
_BLANKS = r"[ \t*_`]{1,4}"
_PERHAPS = r"[ \t*_`]{0,4}"


def pair(words: Words) -> Form:
    """`3. A → C`, or `A → C, A → B` in one line: the thing is left to the rules."""
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
    """`3. Move from A to C`: a sentence that leaves the thing to the rules."""
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
    """`3. A → C (disk 1)`: the thing stands last."""
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
