"""Rings on a bar in words: the rules, and how moves are written: pairs, sentences, lines, and rings alone."""

import re
from collections.abc import Callable
from functools import lru_cache

from tasks.contract.puzzle import Form
from tasks.forms.labels import Labels
from tasks.forms.moves import GAP, NEXT_ITEM, NEXT_STEP
from tasks.forms.similar_lines import Slot, alike_in


def rules(size: int, order: str, first: int | str) -> str:
    """Say what a legal move is; `order` tells what the rings are called, and `first` is the one at the free end."""
    return (
        f"There are {size} rings on a bar, {order}. Each of them is on or off.\n"
        "- One ring at a time is taken off or put on.\n"
        f"- Ring {first}, the one at the free end, can be taken off or put on at any time.\n"
        "- Any other ring can be taken off or put on only while the ring just before it, towards the free "
        "end, is on, and all the rings before that one are off."
    )


ANSWER_FORMAT = (
    'Write the moves in order as one list of pairs: "off" for taking a ring off or "on" for '
    "putting it on, then the number of the ring:\n"
    'moves = [["off" or "on", ring], ["off" or "on", ring], ...]'
)
CODE_FORMAT = (
    "Write a Python function `solve()` without arguments that returns the moves as a list of "
    '["off" or "on", ring] lists.'
)


# --- how moves are written in answers


def _to(text: str) -> int:
    """Return 0 if these words take a ring off, 1 if they put it on."""
    words = text.lower()
    return 0 if "off" in words or "remove" in words or "take" in words else 1


_OFF_WORDS = (
    r"off|remov\w{1,4}|takes?|taken|detach\w{0,3}|down|out|ab\w{0,3}nehmen|ab|herunter\w{0,8}|entfern\w{1,3}|enl[eè]v\w{1,3}|"
    r"retir\w{1,4}|[oô]ter|quit\w{1,3}|sac\w{1,3}|togli\w{0,4}|rimuov\w{1,4}|remov\w{1,3}|verwijder\w{0,2}|af|"
    r"сня\w{1,4}|сним\w{1,5}|убер\w{1,4}|убра\w{1,3}|зня\w{1,4}|знім\w{1,5}|[cç][ıi\u00fe]kar\w{0,4}|s[oö]k\w{0,3}|zdejm\w{0,4}|zdj\w{1,4}|"
    r"sund\w{0,2}|sejm\w{1,3}|lepas\w{0,3}|th[aá]o|g[oỡ]"
)
_ON_WORDS = (
    r"on|puts?|plac\w{1,3}|add\w{0,3}|attach\w{0,3}|up|in|replac\w{1,3}|auf\w{0,8}|remet\w{0,4}|met\w{0,4}|pon\w{1,3}|coloc\w{1,3}|"
    r"inseri\w{0,3}|recoloc\w{1,3}|plaats\w{0,2}|op|наде\w{1,6}|постав\w{1,4}|верн\w{1,4}|надяг\w{1,4}|tak\w{0,2}|koy\w{0,2}|za[lł][oó][zż]\w{0,3}|na[lł][oó][zż]\w{0,3}|"
    r"nasa[dď]\w{0,2}|s[aä]tt\w{0,2}|pasang\w{0,3}|l[aắ]p|[dđ][aặ]t"
)
_OFF = rf"(?i:(?<![^\W\d_])(?:{_OFF_WORDS})(?![^\W\d_]))|[↓⬇⇩]|取下|摘下|卸下|取出|拆下|外[すし]|取る|빼\w?|제거|벗기\w?|أزل|انزع|إزالة|हटा\w{0, 2}|निकाल\w{0, 2}"
_ON = rf"(?i:(?<![^\W\d_])(?:{_ON_WORDS})(?![^\W\d_]))|[↑⬆⇧]|装上|套上|放回|放上|戴上|はめる|はめ|つける|끼우\w?|끼\w?|넣\w?|ضع|أعد|ركب|डाल\w{0, 2}|लगा\w{0, 2}|चढ़ा\w{0, 2}"
_IS_OFF = re.compile(_OFF)


def _either(text: str) -> int:
    """Return 0 if a word in any of many languages takes a ring off, 1 if it puts it on."""
    if text.isdecimal():
        return int(text)
    return 0 if _IS_OFF.fullmatch(text) else 1


def _signed(text: str) -> int:
    """Return 0 for a ring that is taken away, 1 for one that is added."""
    return int(text == "+")


def _to_after_o(text: str) -> int:
    return _to(f"o{text}")


_RING = r"#?(?:[Rr]ing\s)?#?"
_ON_OFF = r"[Oo](?:ff|n|FF|N)"
_LEAD = r"[ \t*_`>-]{0,9}(?:(?:step\s|move\s)?\d{1,9}[.):][ \t*_`]{1,4})?"


@lru_cache(maxsize=64)
def named_forms(labels: Labels | None = None) -> tuple[Form, ...]:
    """Return the forms in which a ring is told by its number, or by one of these names."""
    ring: str = r"\d{1,9}"
    read: Callable[[str], int] = int
    noun, after = f"ring{GAP}", ""
    needs: tuple[str, ...] = ("ring", "Ring", "RING")
    if labels is not None:
        # What has a name may go without the noun, or have it behind: `take off the red ring`.
        ring, read = labels.pattern, labels
        noun, after, needs = f"(?:ring{GAP})?", rf"(?:{GAP}ring\b)?", ()
    return (
        Form(
            "pair",
            step=(
                rf"[\[\({{]\s{{0,9}}[\"']?({_ON_OFF})[\"']?\s{{0,9}}[,:]\s{{0,9}}[\"']?{_RING}({ring})[\"']?"
                r"\s{0,9}[\]\)}]"
            ),
            joint=NEXT_ITEM,
            columns=(_to, read),
            ends="]",
        ),
        Form(
            "sentence",
            step=(
                rf"([RTPSArtpsa](?<![A-Za-z][A-Za-z])(?<![Tt]o .)(?<!can .)"
                rf"(?i:(?:emove|ake|ut|lide|lip|urn|lace|eplace|dd)\s(?:(?:back\s)?(?:on|off)\s)?"
                rf"(?:back\s)?(?:the\s)?{GAP}{noun}#?({ring}){after}(?:{GAP}(?:back\s)?(?:on|off)\b)?))"
            ),
            joint=NEXT_STEP,
            columns=(_to, read),
            needs=needs,
        ),
        Form(
            "ring_first",
            step=(
                rf"^(?i:{_LEAD}({noun}#?({ring}){after}{GAP}(?::|,|->|→|=>|goes|comes|(?=o[nf])|"
                rf"is (?:taken|put|moved|removed)){GAP}(?:back\s)?(?:on|off|removed)?\b))"
            ),
            joint=r"[ \t.;,*_`]{0,9}\r?\n",
            columns=(_to, read),
            flags=re.MULTILINE,
            needs=needs,
        ),
        Form(
            "line",
            step=(
                rf"^(?i:{_LEAD}[\"'`]?(off|on)[\"'`]?[ \t]{{0,3}}[,:;\t ][ \t]{{0,3}}[\"'`]?"
                rf"{_RING}({ring})[\"'`]?[ \t.,;*_`]{{0,9}})$"
            ),
            joint=r"\r?\n",
            columns=(_to, read),
            flags=re.MULTILINE,
        ),
        Form(
            "inline",
            step=rf"[Oo](?<!\w.)(?i:(n|ff)[ \t]{{1,2}}#?({ring}))(?=[ \t]?(?:[,;.]|->|→|$))",
            joint=r"[ \t]{0,2}(?:[,;]|->|→)[ \t]{0,2}",
            columns=(_to_after_o, read),
        ),
        Form(
            "table",
            step=(
                rf"^[ \t]{{0,9}}\|(?:[^|\n]{{1,20}}\|)?[ \t*]{{0,4}}(?i:((?:take |put |turn )?(?:on|off)|remove)"
                rf"[ \t*]{{0,4}}\|[ \t*]{{0,4}}{_RING}({ring}))[ \t*]{{0,4}}\|[^\n]{{0,300}}$"
            ),
            joint=r"\r?\n",
            columns=(_to, read),
            flags=re.MULTILINE,
            needs=("|",),
        ),
    )


FORMS = (
    *named_forms(),
    Form(
        "rings_alone",
        step=r"(\d(?:(?<=[\[,]\d)|(?<=[\[,]\s\d)(?<![\"'`a-zA-Z],\s\d))\d{0,3})(?=\s?[,\]])",
        joint=r",\s{0,9}",
        columns=(int,),
        implied=1,
        needs=("[",),
    ),
    Form(
        "signed",
        step=r"([-+](?<![\w+-].))[ \t]?(\d{1,9})(?![\w.]\d|\w)",
        joint=r"[ \t]{0,3}[,;]?\s{1,9}|[ \t]{0,3}[,;]",
        columns=(_signed, int),
    ),
    alike_in(
        rf"\d{{1,9}}|{_OFF}|{_ON}",
        (Slot(rf"[01]|{_OFF}|{_ON}", _either, "state"), Slot(r"\d{1,9}", int, "thing")),
    ),
)
