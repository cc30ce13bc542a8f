"""The ways in which a list of items is written, for puzzles whose steps are single items.

A puzzle says what one item looks like; `item_forms` gives the forms in which a list of them is found: on
lines of their own, with running numbers, behind a key or an equation, in one line, as JSON, joined by arrows.
An item inside a sentence is no step: within a line, only what has another item beside it is one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tasks.contract.puzzle import Form
from tasks.forms.similar_lines import Slot, alike_in


@dataclass(frozen=True, slots=True)
class Item:
    """What one item looks like. The patterns are without groups, and bounded."""

    first: str
    """A class of the characters that it begins with."""
    rest: str
    """What follows the first character."""
    ends: str
    """A class of the characters that it can end with."""
    convert: Callable[[str], int]
    """Turns it as written into the number that its row holds."""
    key: str = ""
    """What the part of a line before an item must contain for `apple (+4): 17` to be read; empty: no such."""
    verb: str = ""
    """Words that can stand right before an item at the end of a numbered line: `3. go from q1 to q2`."""
    blank: bool = False
    """Whether blanks alone can separate items in one line."""
    tight: bool = True
    """Whether a comma without a blank can."""
    chain: bool = False
    """Whether arrows can join items."""
    digits: bool = False
    """Whether any digits are one, and no letters are."""
    long: tuple[str, ...] = ()
    """Items that are long or have blanks, where there are such: behind one of them a chain may end."""

    @property
    def whole(self) -> str:
        """The item with nothing of a word beside it."""
        return rf"{self.first}{self.rest}(?![\w^/]|[.]\d)"


def number(text: str) -> int:
    """A whole number as written, perhaps with separators of thousands."""
    if text.isdecimal():
        return int(text)
    return int(text.replace(",", "").replace("_", "").replace("\u2212", "-"))


def numbers(*, signed: bool = False, key: str = "", chain: bool = False) -> Item:
    """Whole numbers as items; for `1,2,3` without blanks see `compact`."""
    return Item(
        first=r"[-\u2212\d]" if signed else r"\d",
        rest=r"(?:(?<=\d)|\d)(?:\d{0,2}(?:[,_]\d{3}){1,4}(?![\d_])|\d{0,17})",
        ends=r"\d",
        convert=number,
        key=key,
        blank=True,
        tight=False,
        chain=chain,
        digits=True,
    )


def labels(letter: str, verb: str) -> Item:
    """Items such as `q12`, also `Q12`, `q_12` and `q_{12}`; for `verb` see `Item`."""
    return Item(
        first=f"[{letter}{letter.upper()}]",
        rest=r"_?\{?\d{1,5}\}?",
        ends=r"[\d}]",
        convert=lambda text: int(text[1:] if text[1:].isdecimal() else text[1:].strip("_{}")),
        key="[A-Za-z]",
        verb=verb,
        blank=True,
        chain=True,
    )


def compact() -> Form:
    """`1,2,3` or `[17,-4]`: numbers with nothing but commas between; `1,000,000` is none."""
    more = r"\d{0,17}"
    head = rf"(?<![\w.,].)(?={more}(?:(?:,-?\d{{1,18}}){{3}}|(?:,-?\d{{1,2}}(?!\d)){{2}}))"
    inner = rf"(?<=\d,.)(?={more}(?:,-?\d{{1,18}},-?\d|,-?\d{{1,2}}(?!\d)|,-?\d{{4}}))"
    behind = "|".join(rf"(?<=,[-\d]{{{width}}},.)" for width in (1, 2, 4, 5, 6, 7, 8, 9))
    boxed = rf"(?<=\[.)(?={more},-?\d)|(?<=\d,.)(?={more}\])"
    return Form(
        "compact",
        step=(
            rf"([-\d](?<![\w.-].)(?:{inner}|{behind}|(?<=\d\d,\d{{3}},.)|{boxed}|{head})"
            r"(?:(?<=\d)|\d)(?:(?<=0)(?!\d)|(?<!0)\d{0,17}))(?![\w^/]|[.]\d)"
        ),
        joint=",",
        columns=(number,),
    )


_QUOTE = r"[\"'`]"
ARROW = r"(?:-{1,2}[ \t]?\(?[a-z]?\)?[ \t]?-{0,2}>|=>|[→⇒➔⟶]|\\(?:to|rightarrow)\b)"
ARROWS = ("->", "=>", "→", "⇒", "➔", "⟶", "\\to", "\\rightarrow")

_DASHES = r"\u2013\u2014"
_HEAD = r"^[ \t>]{0,9}(?:[-*+•][ \t]{1,3})?"
_OPEN = r"(?:[*_`\"'$\[|(]{1,3}[ \t]{0,3})?"
CLOSE = r"[*_`\"'$\]|)}]{0,3}(?:[ \t]{0,3}\|)?[.,;]?"
ABOUT_MORE = r"(?![^\n]{0,80}(?:and so|contin|etc|more|repeat|omit|skip|until|remain|rest|\.\.|…))"
"""What stands in front of a remark that may be passed over: one that is not about what is left out."""
_REMARK = rf"(?i:[ \t]{{1,9}}(?:[(#←{_DASHES}]|//|<-){ABOUT_MORE}[^\n]{{0,90}}$)?"
_END = rf"{_REMARK}(?=[ \t\r]{{0,9}}$|[ \t]{{1,9}}(?:[(#←…{_DASHES}]|//|<-|\.\.))"
_LINE_JOINT = r"(?:[ \t\r]{0,9}\n){1,3}"

_LEAD = r"(?:(?!\.\.\.|…)[^\n])"
_BOLD = r"(?:\*\*|__)?"
_NUMBER = (
    rf"{_BOLD}(?:[A-Za-z]{{2,12}}[ \t]{{1,2}})?[#(|]?[ \t]{{0,2}}{_BOLD}(\d{{1,9}}){_BOLD}"
    rf"(?:[.)\]]?[:)]{_BOLD}[ \t]{{0,4}}|[.]{_BOLD}[ \t]{{1,4}}|[ \t]{{0,3}}(?:\||{ARROW}|\t|=)[ \t]{{0,4}}"
    rf"|[ \t][-{_DASHES}][ \t])"
)
NUMBERED = _NUMBER.replace(r"(\d{1,9})", r"\d{1,9}")
"""A running number and what sets it off from its item."""


@lru_cache(maxsize=128)
def item_forms(item: Item) -> tuple[Form, ...]:
    """The forms in which a list of these items is found, the most telling first."""
    forms = [lined(item), numbered(item)]
    if item.key:
        forms.append(_keyed(item))
    if item.verb:
        forms.append(_told(item))
    forms.append(inline(item))
    if item.chain:
        forms.append(chained(item))
    forms.append(any_items(item))
    return tuple(forms)


_SPACELESS = r"\u3040-\u9fff\uac00-\ud7a3"
"""Letters of scripts that put no blank between a word and a number."""


def any_items(item: Item) -> Form:
    """Items that are written alike in any other way."""
    before, behind = rf"(?<![^\W_{_SPACELESS}])", rf"(?![^\W{_SPACELESS}]|\^|[.]\d)"
    alone = rf"{item.first}{item.rest}{behind}"
    slot = Slot(rf"{item.first}{item.rest}", item.convert, "item")
    return alike_in(rf"{before}{alone}|(?<![.]){before}\d{{1,9}}{behind}", (slot,))


def lined(item: Item, lead: str = "") -> Form:
    """An item on a line of its own; `lead` is a pattern of what may stand before it."""
    return Form(
        "line",
        step=rf"{_HEAD}{lead}(?:\w{{1,20}}[ \t]?=[ \t]?(?=\[))?{_OPEN}({item.whole}){CLOSE}{_END}",
        joint=_LINE_JOINT,
        columns=(item.convert,),
        flags=re.MULTILINE,
        item=item.whole,
        digits=item.digits and not lead,
    )


def numbered(item: Item) -> Form:
    """`3. q2`, `3) q2`, `Step 3: q2`, `| 3 | q2 |`; where an item is no plain number, also `3,q2`."""
    lead = rf"(?:{_NUMBER})" if not item.tight else _NUMBER[:-1] + r"|,[ \t]?)"
    return Form(
        "numbered",
        step=rf"{_HEAD}{lead}{_OPEN}({item.whole}){CLOSE}{_END}",
        joint=_LINE_JOINT,
        columns=(None, item.convert),
        number=0,
        flags=re.MULTILINE,
    )


def _keyed(item: Item) -> Form:
    """`apple: 17`, `3. apple (+4) -> 17`, `13 + 4 = 17`, `| 3 | apple | 17 |`; the last on its line."""
    chain = rf"[^\n]{{0,40}}{ARROW}[ \t]{{0,3}}{item.whole}[ \t]{{0,3}}{ARROW}"
    return Form(
        "keyed",
        step=(
            rf"{_HEAD}(?!(?:{NUMBERED})?{_OPEN}{item.whole}{CLOSE}{_END}|{chain})(?=[^\n]{{0,80}}?{item.key})"
            rf"{_LEAD}{{1,120}}?(?:[:=|]|{ARROW})[ \t]{{0,4}}{_OPEN}({item.whole}){CLOSE}{_END}"
        ),
        joint=_LINE_JOINT,
        columns=(item.convert,),
        flags=re.MULTILINE,
        needs=(":", "=", "|", *ARROWS),
    )


def _told(item: Item) -> Form:
    """`3. Read a, go from q1 to q2`."""
    return Form(
        "told",
        step=(
            rf"{_HEAD}(?:\*\*)?(?:[A-Za-z]{{2,12}}[ \t]{{1,2}})?#?\d{{1,9}}[.):]{_LEAD}{{0,90}}?"
            rf"\b(?:{item.verb})[ \t]{_OPEN}({item.whole}){CLOSE}{_END}"
        ),
        joint=_LINE_JOINT,
        columns=(item.convert,),
        flags=re.MULTILINE,
    )


def _behind(ends: str, separators: Iterator[str]) -> str:
    """Lookbehinds, one for each width: an item's end and a separator stand before this first character."""
    return "|".join(f"(?<={ends}{separator}.)" for separator in separators)


def _separators(item: Item) -> Iterator[str]:
    for quote in ("", _QUOTE):
        for blanks in (*((0,) if item.tight or quote else ()), 1, 2, 3):
            yield rf"{quote}[,;]\s{{{blanks}}}{quote}"
    if item.blank:
        yield from (rf"[ \t]{{{width}}}" for width in range(1, 7))


def inline(item: Item) -> Form:
    """`q1, q2, q3` or `["q1", "q2"]`: an item beside another one."""
    blanks = r"\s{0,9}" if item.tight else r"\s{1,9}"
    between = rf"(?:[,;]{blanks}|[ \t]{{1,6}})" if item.blank else rf"(?:[,;]{blanks})"
    beside = rf"(?<![\w.,/^+*=-].)(?={item.rest}{_QUOTE}?{between}{_QUOTE}?{item.whole})"
    comma = r"[ \t]{0,2}[,;]\s{0,12}"
    return Form(
        "inline",
        step=(
            rf"({item.first}(?<![>→⇒➔⟶][ \t].)(?:{_behind(item.ends, _separators(item))}|{beside})"
            rf"{item.rest})(?![\w^/]|[.]\d|[ \t]?{ARROW})"
        ),
        joint=rf"{_QUOTE}?(?:{comma}|\s{{1,12}}){_QUOTE}?" if item.blank else rf"{_QUOTE}?{comma}{_QUOTE}?",
        columns=(item.convert,),
        item=item.whole,
    )


def chained(item: Item) -> Form:
    """`q1 -> q2 -> q3` or `q1 -> q2, q2 -> q3`: items joined by arrows, two of them at least."""
    arrow = rf"[ \t]{{0,3}}{ARROW}[ \t]{{0,3}}"
    pair = rf"[,;][ \t]{{1,3}}{item.whole}{arrow}"
    begins = rf"(?<![\w.,/^+*=>→⇒➔⟶-].)(?<![>→⇒➔⟶,;] .)(?={item.rest}{arrow}{item.whole}{arrow})"
    behind = "|".join(
        rf"(?<={before}.)" for before in ("[=-]>", "[=-]> ", "[→⇒➔⟶]", "[→⇒➔⟶] ", r"\\to ", "rrow ")
    )
    goes_on = rf"(?:{behind})(?={item.rest}(?:{arrow}|{pair}))"
    ends = "|".join(
        rf"(?<={before}{item.first}[^\s>→⇒➔⟶]{{{width}}}{joint}.)"
        for before, joint in (
            ("[>→⇒➔⟶,;] ", " [=-]> "),
            ("[>→⇒➔⟶,;] ", " [→⇒➔⟶] "),
            ("[>→⇒➔⟶]", "[=-]>"),
            ("[>→⇒➔⟶]", "[→⇒➔⟶]"),
            ("> ", " -[a-z]-> "),
            ("> ", " --[a-z]--> "),
        )
        for width in range(8)
    )
    for name in item.long:
        joints = ("=>", "->", "→", "⇒", "➔", "⟶")
        ends += "".join(rf"|(?<={arrow} (?i:{re.escape(name)}) {arrow} .)" for arrow in joints)
    return Form(
        "chain",
        step=rf"({item.first}(?:{begins}|{goes_on}|{ends}){item.rest})(?![\w^/]|[.]\d)",
        joint=rf"(?:{arrow}|[ \t]{{0,3}}{ARROW}[ \t]{{0,3}}\n|{pair})",
        columns=(item.convert,),
        needs=ARROWS,
    )
