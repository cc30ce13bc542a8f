"""How moves of rings on a bar are written in answers: pairs, sentences, lines, and rings alone."""

import re

from tasks.contract.puzzle import Form
from tasks.forms.moves import GAP, NEXT_ITEM, NEXT_STEP
from tasks.forms.similar_lines import Slot, alike_in


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

FORMS = (
    Form(
        "pair",
        step=(
            rf"[\[\({{]\s{{0,9}}[\"']?({_ON_OFF})[\"']?\s{{0,9}}[,:]\s{{0,9}}[\"']?{_RING}(\d{{1,9}})[\"']?"
            r"\s{0,9}[\]\)}]"
        ),
        joint=NEXT_ITEM,
        columns=(_to, int),
        ends="]",
    ),
    Form(
        "sentence",
        step=(
            rf"([RTPSArtpsa](?<![A-Za-z][A-Za-z])(?<![Tt]o .)(?<!can .)"
            rf"(?i:(?:emove|ake|ut|lide|lip|urn|lace|eplace|dd)\s(?:(?:back\s)?(?:on|off)\s)?"
            rf"(?:back\s)?(?:the\s)?{GAP}ring{GAP}#?(\d{{1,9}})(?:{GAP}(?:back\s)?(?:on|off)\b)?))"
        ),
        joint=NEXT_STEP,
        columns=(_to, int),
        needs=("ring", "Ring", "RING"),
    ),
    Form(
        "ring_first",
        step=(
            rf"^(?i:{_LEAD}(ring{GAP}#?(\d{{1,9}}){GAP}(?::|,|->|→|=>|goes|comes|(?=o[nf])|"
            rf"is (?:taken|put|moved|removed)){GAP}(?:back\s)?(?:on|off|removed)?\b))"
        ),
        joint=r"[ \t.;,*_`]{0,9}\r?\n",
        columns=(_to, int),
        flags=re.MULTILINE,
        needs=("ring", "Ring", "RING"),
    ),
    Form(
        "line",
        step=(
            rf"^(?i:{_LEAD}[\"'`]?(off|on)[\"'`]?[ \t]{{0,3}}[,:;\t ][ \t]{{0,3}}[\"'`]?"
            rf"{_RING}(\d{{1,9}})[\"'`]?[ \t.,;*_`]{{0,9}})$"
        ),
        joint=r"\r?\n",
        columns=(_to, int),
        flags=re.MULTILINE,
    ),
    Form(
        "inline",
        step=r"[Oo](?<!\w.)(?i:(n|ff)[ \t]{1,2}#?(\d{1,9}))(?=[ \t]?(?:[,;.]|->|→|$))",
        joint=r"[ \t]{0,2}(?:[,;]|->|→)[ \t]{0,2}",
        columns=(_to_after_o, int),
    ),
    Form(
        "table",
        step=(
            rf"^[ \t]{{0,9}}\|(?:[^|\n]{{1,20}}\|)?[ \t*]{{0,4}}(?i:((?:take |put |turn )?(?:on|off)|remove)"
            rf"[ \t*]{{0,4}}\|[ \t*]{{0,4}}{_RING}(\d{{1,9}}))[ \t*]{{0,4}}\|[^\n]{{0,300}}$"
        ),
        joint=r"\r?\n",
        columns=(_to, int),
        flags=re.MULTILINE,
        needs=("|",),
    ),
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
