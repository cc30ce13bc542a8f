"""What the model sees of a sentence: the same function at training and at run time.

A feature is a 32-bit number, the CRC of what it stands for, so that no list of words is needed: runs of
characters within words, words, two and three neighbouring words, words with one between them, and a few signs
that are the same in every language.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

LONGEST = 400
"""Characters of a sentence that are looked at."""
RUN = 5
"""Characters of the longest run."""

_WORD, _PAIR, _GAP, _SIGN, _THREE = 1, 2, 3, 4, 5
"""Where the CRC of each kind of feature begins; that of runs of characters begins at 0."""
_MARKS = "\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0970-\u0d7f\u0e31-\u0e3a\u0e47-\u0e4e"
"""Vowel signs and accents of their own, which Python's `\\w` leaves out."""
_LETTERS = rf"[\w{_MARKS}]+"
_TOKEN = re.compile(rf"{_LETTERS}|[^\w\s{_MARKS}]")
_BLOCK = re.compile(rf"{_LETTERS}|[^\w\s{_MARKS}]+")
_NUMBER = re.compile(r"\d+(?:[.,'\u00a0\u202f ]\d{3})*")
_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc", "'") | dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
)
_SIGNS = "?\u00bf!:;()[]{}`*#/=^\u2192\u2013\u2014\"'"
_OPENING = "([*#/<-._`|"
_MAGNITUDES = (4, 20, 100, 1000)
"""A list's numbers and those of examples are told apart by size."""


def features(sentence: str) -> set[int]:
    """The features of a sentence, in time linear in its length up to `LONGEST`.

    Args:
        sentence: Anything, lone surrogates included.
    """
    text = sentence[:LONGEST]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_QUOTES)[:LONGEST]
    found = {crc32(sign.encode("utf-8", "surrogatepass"), _SIGN) for sign in _signs(text.strip())}
    text = _NUMBER.sub("0", text.lower())
    for block in set(_BLOCK.findall(text)):
        found.update(_runs(block) if len(block) <= _KEPT else _runs.__wrapped__(block))
    row = [b"^", *(token.encode("utf-8", "surrogatepass") for token in _TOKEN.findall(text)), b"$"]
    found.update(crc32(word, _WORD) for word in row)
    found.update(crc32(b"%b %b" % pair, _PAIR) for pair in pairwise(row))
    found.update(crc32(b"%b %b" % pair, _GAP) for pair in zip(row, row[2:], strict=False))
    found.update(crc32(b"%b %b %b" % three, _THREE) for three in zip(row, row[1:], row[2:], strict=False))
    return found


_KEPT = 20
"""Characters of the longest word whose runs are remembered."""


@lru_cache(maxsize=4096)
def _runs(word: str) -> frozenset[int]:
    """The runs of 1 to `RUN` characters of a word with a space at either end."""
    data = f" {word} ".encode("utf-16-le", "surrogatepass")
    size = len(data)
    return frozenset(
        crc32(data[begin:end])
        for begin in range(0, size, 2)
        for end in range(begin + 2, min(begin + 2 * RUN, size) + 1, 2)
    )


def _signs(text: str) -> Iterator[str]:
    """What can be seen of a sentence without knowing its language: numbers, marks, and its length."""
    numbers = [int(re.sub(r"\D", "", found[0])[:9]) for found in _NUMBER.finditer(text)]
    if numbers:
        yield f"up to {sum(max(numbers) >= limit for limit in _MAGNITUDES)}"
        yield f"{min(len(numbers), 4)} numbers"
        yield "a number ends it" if text[-1].isdigit() else "numbers within"
    if len(numbers) > 1:
        yield "rising" if numbers[0] < numbers[-1] else "falling"
    yield f"length {min(len(text) // 25, 8)}"
    yield f"first {text[:1]}" if text[:1] in _OPENING else "first"
    yield "last" if text[-1:].isalnum() else f"last {text[-1:]}"
    yield from (mark for mark in _SIGNS if mark in text)
    if "..." in text:
        yield "..."
