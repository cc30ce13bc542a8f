"""Items that go by names of an instance's own: words of any language, labels such as `q3`, digits.

A row holds a name's code: of names such as `q3`, which share all but their number, and of plain numbers that
number; of all others their place in the list of names, from 1 on.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.contract.names import LOOKALIKES, QUOTES, cases, plain_name, visible
from tasks.contract.puzzle import Form
from tasks.forms.items import Item, compact, item_forms, numbers

UNKNOWN = 0
"""What is read for a word that is no name, or could be several."""

_REMEMBERED = 128
_SHORT, _MOST_LONG = 8, 60
"""Letters of a word up to which the end of a chain is known anyhow; and how many longer ones are listed."""
_MOST_BLANKS = 12
_MOST_EXACT = 8_000
"""Characters of all names together up to which a pattern lists them one by one."""
_LABEL = re.compile(r"([^\W\d_]{1,20}(?:[ _-][^\W\d_]{1,20}){0,3})([ _-]?)(0|[1-9]\d{0,8})")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,15})")
_NO_NAMES = (
    "certainly",
    "complete",
    "completed",
    "done",
    "end",
    "finished",
    "here",
    "ok",
    "okay",
    "sure",
    "yes",
)
"""What a line beside a list may consist of; of use where a pattern does not list the names."""


@dataclass(frozen=True, slots=True)
class NamedItems:
    """How the items of an instance are named, and in which forms a list of them is found."""

    names: tuple[str, ...]
    codes: dict[str, int]
    """The code of each name."""
    item: Item
    forms: tuple[Form, ...]
    numeric: bool
    """Whether all names are plain numbers."""
    shown: dict[int, str]
    """The name of each code."""

    def name(self, code: int) -> str:
        """Return the name of a code; of one that is not known, what can be said of it."""
        if code in self.shown:
            return self.shown[code]
        label = _LABEL.fullmatch(self.names[0])
        if self.numeric or code == UNKNOWN or label is None:
            return str(code) if self.numeric else "another word"
        return f"{label[1]}{label[2]}{code}"


@lru_cache(maxsize=_REMEMBERED)
def named_items(names: tuple[str, ...], key: str = "", verb: str = "") -> NamedItems:
    """Return how items with these names are read.

    Args:
        names: All different, also as `plain_name` gives them.
        key: See `Item`.
        verb: See `Item`.
    """
    labels = [label for label in map(_LABEL.fullmatch, names) if label is not None]
    heads = {(label[1].casefold(), label[2]) for label in labels}
    numeric = all(_NUMBER.fullmatch(name) is not None for name in names)
    if numeric:
        values = [int(name) for name in names]
        item = numbers(signed=min(values) < 0, key=key, chain=True)
        item = replace(item, verb=verb)
        forms = (*item_forms(item), compact())
    elif len(labels) == len(names) and len(heads) == 1:
        values = [int(label[3]) for label in labels]
        [(head, joint)] = heads
        item = _labels(head, joint, key, verb, _long(names))
        forms = item_forms(item)
    else:
        values = list(range(1, len(names) + 1))
        item = _words(names, key, verb)
        forms = item_forms(item)
    codes = dict(zip(names, values, strict=True))
    shown = dict(zip(values, names, strict=True))
    return NamedItems(names, codes, item, forms, numeric, shown)


def joined_words(words: Sequence[str], codes: Mapping[str, int], other: int, behind: str = "") -> Item:
    """Return items that are a number, or one or more words, joined with or without a blank.

    Args:
        words: The words.
        codes: What a row holds for joined words; a number stands for itself.
        other: What it holds for words that are joined otherwise.
        behind: A condition for what stands behind a number.
    """
    by_case, _ = _lookups(words)
    ways = sorted({way for word in words for way in _ways(word)}, key=lambda way: (-len(way), way))
    as_they_are = {_squeezed(text): code for text, code in codes.items()}
    times = Counter(map(str.casefold, as_they_are))
    folded = {text.casefold(): code for text, code in as_they_are.items() if times[text.casefold()] == 1}
    word = _listed(ways, by_case)
    texts = sorted({way for text in codes for way in _ways(text)}, key=lambda way: (-len(way), way))
    whole = _listed(texts, _lookups(texts)[0]) if len(texts) <= _MOST_LONG else word
    more = f"(?i:{'|'.join(map(_escaped, ways))})"

    def convert(text: str) -> int:
        if text.isdecimal():
            return int(text)
        plain = _squeezed(text)
        return as_they_are.get(plain, folded.get(plain.casefold(), other))

    return Item(
        first=_class({case for way in ways for case in cases(way[0])}, r"\d"),
        # Words that can be cut up in many ways are cut in one; those joined as they should be, in any.
        rest=rf"(?:{whole}(?!\w)|(?>{word}(?:[ +-]?{more}){{0,{len(words) - 1}}})|(?<=\d)\d{{0,9}}{behind})",
        ends=_class({case for way in ways for case in cases(way[-1])}, r"\d"),
        convert=convert,
        long=_long(list(codes)),
    )


def _squeezed(text: str) -> str:
    return re.sub("[ +-]", "", plain_name(text))


def mentions(names: Sequence[str]) -> str:
    """Return a pattern of a mention of one of these names, in any case; any word, where they are many."""
    if sum(map(len, names)) > _MOST_EXACT:
        return r"[^\W\d_]"
    listed = sorted(names, key=lambda name: (-len(name), name))
    return rf"(?<![^\W_])(?i:{'|'.join(map(_escaped, listed))})(?![^\W_])"


def _labels(head: str, joint: str, key: str, verb: str, long: tuple[str, ...]) -> Item:
    """Labels that differ in their numbers alone: `q3`, also `Q3`, `q_3` and `q_{3}`; `state 3`."""
    between = r"[ _-]?" if joint else "_?"
    return Item(
        first=_class({*cases(head[0])}),
        rest=rf"(?i:{_escaped(head[1:])}){between}\{{?\d{{1,9}}\}}?",
        ends=r"[\d}]",
        convert=_trailing_number,
        key=key,
        verb=verb,
        blank=True,
        chain=True,
        long=long,
    )


def _trailing_number(text: str) -> int:
    return int(re.findall(r"\d+", text)[-1])


def _words(names: tuple[str, ...], key: str, verb: str) -> Item:
    by_case, exact = _lookups(names)
    ways = sorted({way for name in names for way in _ways(name)}, key=lambda way: (-len(way), way))
    few = sum(map(len, ways)) <= _MOST_EXACT
    firsts = {case for way in ways for case in cases(way[0])}
    lasts = {case for way in ways for case in cases(way[-1])}

    def convert(text: str) -> int:
        plain = plain_name(text)
        if plain.casefold() not in by_case and plain not in exact:
            plain = plain.rstrip(".,;:!")
        return exact.get(plain, by_case.get(plain.casefold(), UNKNOWN))

    return Item(
        first=_class(firsts),
        rest=_listed(ways, by_case) if few else _any_of(ways, by_case),
        ends=_class(lasts) if few else r"[^\s,;]",
        convert=convert,
        key=key,
        verb=verb,
        # Beside other words, words of letters alone are part of a sentence.
        blank=all(len(name) == 1 or any(char.isdecimal() for char in name) for name in names),
        chain=True,
        long=_long(ways),
    )


def _lookups(names: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the codes of names in any case, where that is unambiguous, and of names as they are."""
    exact = {plain_name(name): code for code, name in enumerate(names, start=1)}
    by_case: dict[str, int] = {}
    twice = set()
    for plain, code in exact.items():
        if by_case.setdefault(plain.casefold(), code) != code:
            twice.add(plain.casefold())
    return {folded: code for folded, code in by_case.items() if folded not in twice}, exact


def _ways(name: str) -> set[str]:
    """Return how a name can stand in a text, as far as its letters' own signs go."""
    if name.isascii():
        return {name}
    seen = visible(name).translate(LOOKALIKES)
    plain = seen.translate(QUOTES)
    # What is longer in capitals, such as `ß`, is in no other case the same.
    capitals = {plain.upper()} if len(plain.upper()) != len(plain) else set()
    forms = (unicodedata.normalize(form, plain) for form in ("NFC", "NFD", "NFKC"))
    return {name.translate(LOOKALIKES), seen, plain, *forms, *capitals}


def _long(ways: Sequence[str]) -> tuple[str, ...]:
    long = [way for way in ways if len(way) > _SHORT or " " in way]
    return tuple(long if len(long) <= _MOST_LONG else ())


def _listed(ways: Sequence[str], by_case: dict[str, int]) -> str:
    """Return a pattern for the rest of each name, grouped by its first character."""
    tails: dict[tuple[str, bool], list[str]] = {}
    for way in ways:
        plain = plain_name(way)
        any_case = plain.casefold() in by_case
        first = _class(cases(way[0]) if any_case else {way[0]})
        tails.setdefault((first, any_case), []).append(_escaped(way[1:]))
    groups = (
        f"(?<={first}){'(?i:' if any_case else '(?:'}{'|'.join(rests)})"
        for (first, any_case), rests in tails.items()
    )
    return f"(?:{'|'.join(groups)})"


def _any_of(ways: Sequence[str], by_case: dict[str, int]) -> str:
    """Return a pattern for the rest of any words that look like these many."""
    signs = {char for way in ways for char in way if not (char.isalnum() or char.isspace())}
    char = rf"[\w{''.join(sorted(map(re.escape, signs)))}]"
    longest = max(len(part) for way in ways for part in way.split())
    blanks = min(_MOST_BLANKS, max(way.count(" ") for way in ways))
    more = rf"(?:[ \t]{char}{{1,{longest}}}+){{0,{blanks}}}" if blanks else ""
    others = "|".join(f"(?<={word[0]}){word[1:]}" for word in _NO_NAMES if word not in by_case)
    return rf"(?!(?i:{others})(?!\w)){_heads(ways)}{char}{{0,{longest - 1}}}+{more}"


def _heads(ways: Sequence[str]) -> str:
    """Return a condition for what follows a first character: that some name begins so."""
    for length in (3, 2, 1):
        heads = sorted({way[:length] for way in ways})
        if sum(map(len, heads)) <= _MOST_EXACT:
            break
    tails: dict[str, list[str]] = {}
    for head in heads:
        tails.setdefault(_class(cases(head[0])), []).append(_escaped(head[1:]))
    groups = (f"(?<={first})(?=(?i:{'|'.join(rests)}))" for first, rests in tails.items())
    return f"(?:{'|'.join(groups)})"


def _class(chars: Iterable[str], more: str = "") -> str:
    return f"[{more}{''.join(sorted(map(re.escape, chars)))}]"


def _escaped(text: str) -> str:
    """Return a pattern of a text in which more than one blank may part words."""
    return re.sub(r"(?:\\?\s)+", r"[ \\t]{1,3}", re.escape(text))
