"""What is meant as steps and cannot be replayed: an attempt that nobody could read is never a refusal."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import islice, pairwise

from tasks import StepList
from tasks.reader import NUMBER_WORDS

_MANY = re.compile(
    r"\b(?:move|transfer|shift|relocate|solve|bring|take|get)\s(?:[\w'-]{1,12}\s){0,5}?"
    r"(?:(?:dis[kc]s|tower|stack|pile|rings|blocks|plates)\b|dis[kc]s?\s\d{1,4}\s?(?:[-\u2010-\u2015]|to|through)\s?\d)"
    r"|\b(?:hanoi|solve|tower|towers|move_?tower|move_?stack|toh)\w{0,20}\s?\(\s?\w"
    r"|\{\s?\d{1,4}\s?(?:[-\u2010-\u2015]|\.\.)\s?\d"
    r"|(?:\b(?:dis[a-z]{1,6}|scheiben|schijven|skivor|dysk\w{0,3}|диск\w{0,3})|圆盘|円盤|원판)\s?\d{1,4}\s?"
    r"(?:[-\u2010-\u2015~]|bis|à|a|al|tot|till|do|до|到|から)\s?\d",
    re.IGNORECASE,
)
"""Whole towers moved at once, or a call of a procedure that would."""
_FEW = 8


def is_plan(text: str, found: Iterable[StepList]) -> bool:
    """Whether the few steps of an answer stand in a plan: none is legal, moves of towers outnumber them."""
    steps = 0
    for item in found:
        steps += len(item.steps)
        if steps > _FEW or item.advance.taken:
            return False
    return steps > 0 and sum(1 for _ in islice(_MANY.finditer(text), steps + 1)) > steps


_MOVE = re.compile(
    r"\bmove\s(?:the\s)?(?:top\s|upper\s|all\s)?"
    r"(?:\d{1,9}|stack|tower|(?!(?:must|is|was|will|would|should|can|has|in|of|that|we|you)\s)\w{1,9})\s(?:of\s)?"
    r"(?:dis[kc]s|dis[kc]|items)?[^\n]{0,40}\b(?:to|onto)\b"
    r"|\b(?:transfer|shift|slide|place|put|pick\sup|take)\s(?:the\s)?(?:\w{1,9}\s(?:of\s)?)?"
    r"(?:dis[kc]s?|stack|tower|rings?|blocks?|checkers?|pieces?)\b[^\n]{0,40}(?:\b(?:to|on|onto)\b|[\u21d2\u2192])"
    r"|\{\s?\d+\s?(?:,|-|\u2013|\.\.)[^{}\n]{1,40}\}",
    re.IGNORECASE,
)
_ENCODED = re.compile(
    r"\b0[bxo][0-9a-f_]{8,400}|(?<![\w.])(?:[01]{16,400}|[0-3]{24,400})(?![\w.])", re.IGNORECASE
)
"""Signs that only a program could turn into steps."""
_GROUP = re.compile(r"[\[({][^\[\](){}\n]{1,80}[\])}]")
_PARTS = re.compile(r"[,;|]|->|\u2192|\bto\b")
_NUMBERED = re.compile(r"^[ \t>*_#|-]{0,9}(\d{1,7})[.):|][ \t]?(?=\S)", re.MULTILINE)
_TOKENS = re.compile(r"(?:(?<![\w.])(?>(?:->|[\w'+/:.~-]){1,14})(?:,|;|\s?[|\u2192>]{1,2}|\s)\s{0,2}){8}")
_SHAPE = re.compile(r"\d+|[^\W\d_]+")
_LETTERS = re.compile(r"[^\W\d_]")
_FENCED_CODE = re.compile(
    r"^[ \t]{0,9}```(?:python|py|javascript|js|java|c|cpp|go|rust|ruby|bash|sh)\b[^`]{0,20000}```",
    re.MULTILINE | re.IGNORECASE,
)
_ANY_NUMBER = re.compile(r"\b[nNkK]\s?[-\u2212\u2013]\s?1\b|\brecursi", re.IGNORECASE)
_GROUPS, _LINES, _ALIKE = 4, 4, 6
_BEGIN = 100_000
"""Characters in which an attempt shows itself, unless as a count of its lines."""


def is_attempt(text: str, needed: int | None, name_of: str = "") -> bool:
    """Whether an answer without a readable step is meant as a list of steps all the same.

    Many bracketed groups, a list of many quoted items, lines numbered as the steps would be, many lines or
    many tokens of one shape, or hardly a word among signs. A method in a few numbered lines is none.

    Args:
        text: the answer proper.
        needed: the fewest steps that solve the instance.
        name_of: a pattern of what a step names, where the puzzle has one.
    """
    whole = _FENCED_CODE.sub(" ", text)
    text = whole[:_BEGIN]
    return (
        _ENCODED.search(text) is not None
        or _many_groups(text)
        or _counts_to(whole, needed)
        or _lines_alike(text)
        or _tokens_alike(text)
        or _counts_in_words(text)
        or (bool(name_of) and _lines_of_names(text, re.compile(name_of)))
        or _lists_items(text)
        or _is_of_signs(text)
        or (_LETTERS.search(text) is None and len(re.findall(r"\d+", text[:200])) >= 3)
    )


def moves_towers(text: str) -> bool:
    """Whether whole towers or stacks are moved, and not in a method for any number of them."""
    text = _FENCED_CODE.sub(" ", text)
    if _ANY_NUMBER.search(text) is not None:
        return False
    spans = sorted(found.span() for pattern in (_MANY, _MOVE) for found in islice(pattern.finditer(text), 3))
    return len(spans) > 1 and spans[-1][0] >= min(ended for _, ended in spans)


def _lines_of_names(text: str, name: re.Pattern[str]) -> bool:
    """Whether most lines are short orders that name something: `swap(A, D)`, `drop C on top`."""
    lines = [line for line in islice(text.splitlines(), 400) if line.strip()]
    orders = [line for line in lines if len(line) <= _ORDER and len(line.split()) <= _FEW_WORDS]
    named = sum(name.search(_LAYOUT.sub("", line)) is not None for line in orders)
    return named >= _ORDERS and 4 * named >= 3 * len(lines)


_ORDER, _FEW_WORDS, _ORDERS = 40, 6, 3
_LAYOUT = re.compile(r"^[ \t>*_#|-]{0,9}(?:\d{1,7}[.):])?")


def _counts_in_words(text: str) -> bool:
    """Whether numbers are written out in words, one behind the other."""
    words = re.findall(r"\w+", text[:4_000].lower())
    numbers = [NUMBER_WORDS.get(word) for word in words]
    following = sum(one is not None and two is not None for one, two in pairwise(numbers))
    return following >= _ALIKE and 2 * following >= len(words) // 3


def _many_groups(text: str) -> bool:
    groups = (match[0] for match in islice(_GROUP.finditer(text), 400))
    return sum(1 for group in groups if _PARTS.search(group) or group[0] == "[") >= _GROUPS


def _lists_items(text: str) -> bool:
    """Whether a list in brackets holds many quoted items."""
    return _ITEMS.search(text) is not None


_ITEMS = re.compile(r"""\[\s{0,9}(?:(["'])[^"'\n]{1,40}\1\s{0,9},\s{0,9}){4}""")


def _is_of_signs(text: str) -> bool:
    """Whether signs, digits and single letters stand where words would: all over, or in several lines."""
    begin = text[:4_000]
    if _UNSPACED.search(begin) is not None:
        return False
    if not begin.isascii():
        # Vowels of Indic scripts, and points of Arabic and Hebrew ones, are marks and no letters.
        begin = "".join(sign for sign in begin if not unicodedata.category(sign).startswith("M"))
    tokens = begin.split()
    words = sum(_LONG_WORD.search(token) is not None for token in tokens)
    rows = sum(len(line.split()) > 4 and _LONG_WORD.search(line) is None for line in begin.splitlines())
    return rows >= _ROWS or (len(tokens) >= _ENOUGH_SIGNS and 8 * words <= len(tokens))


_LONG_WORD = re.compile(r"[^\W\d_]{3}")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af]")
_ENOUGH_SIGNS, _ROWS = 10, 3


def _counts_to(text: str, needed: int | None) -> bool:
    """Whether lines are numbered from 1 to half of the steps at least: the numbers are those of a list."""
    enough = max(_LINES, ((needed or 0) + 1) // 2)
    following = 1
    for line in _NUMBERED.finditer(text):
        number = int(line[1])
        following = number + 1 if number in (1, following) else following
        if following > enough:
            return needed is not None
    return False


def _lines_alike(text: str) -> bool:
    """Whether many short lines have one shape, and hold more than words."""
    shapes: Counter[str] = Counter()
    lines = 0
    for line in islice(text.splitlines(), 4_000):
        plain = line.strip()
        if not plain or len(plain) > 80:
            continue
        lines += 1
        shapes[_SHAPE.sub("0", plain)] += 1
    if not shapes:
        return False
    shape, count = shapes.most_common(1)[0]
    return count >= _ALIKE and 2 * count >= lines and len(shape) > 1


def _tokens_alike(text: str) -> bool:
    """Whether several short tokens follow one another and repeat themselves, as moves do and words do not."""
    found = _TOKENS.search(text)
    if found is None:
        return False
    tokens = re.findall(r"[\w'+/:>\u2192-]+", text[found.start() : found.start() + 4_000])
    short = sum(len(token) == 1 or any(c.isdigit() for c in token) for token in tokens)
    return 3 * len(set(tokens)) <= len(tokens) or 10 * short >= 7 * len(tokens)
