"""Text made harmless to look at."""

import sys
import unicodedata

import pytest

from evals.text import clip, printable

EVERY = "".join(map(chr, range(sys.maxunicode + 1)))


def test_no_unseen_character_is_left() -> None:
    """Of all code points, no control, format character, surrogate or line separator gets through."""
    left = {unicodedata.category(char) for char in printable(EVERY)}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_every_other_character_stays() -> None:
    """What can be seen is not touched."""
    seen = [char for char in EVERY if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    assert printable("".join(seen)) == "".join(seen)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ünïcode → 漢字 🙂", "plain – ünïcode → 漢字 🙂"),  # noqa: RUF001 - an en dash is meant
        ("\x1b[31m", r"\x1b[31m"),
        ("\x9b31m\x7f", r"\x9b31m\x7f"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\u202eabc\u2066\u200b", r"\u202eabc\u2066\u200b"),
        ("\ud83d \udc00", r"\ud83d \udc00"),
        ("\U000e0041", r"\U000e0041"),
        ("a\xa0b", "a\xa0b"),
    ],
)
def test_spelling(text: str, shown: str) -> None:
    """Unseen characters are spelled as in Python, on one line."""
    assert printable(text) == shown


def test_keeps_what_it_is_told_to() -> None:
    """Line ends and tabs can stay, and nothing else by that."""
    assert printable("a\n\tb\r\x1b\n", keep="\n\t") == "a\n\tb\\r\\x1b\n"


def test_twice_is_once() -> None:
    """What is printable is not changed again."""
    assert printable(printable("\x1b\n\ud800")) == printable("\x1b\n\ud800")


@pytest.mark.parametrize(("length", "shown"), [(9, "abcdef"), (6, "abcdef"), (5, "abcd…"), (1, "…"), (0, "")])
def test_clips(length: int, shown: str) -> None:
    """No more than asked, with an ellipsis where something is missing."""
    assert clip("abcdef", length) == shown
