"""How names are compared: without the differences that signs and letters of a text make by themselves."""

import unicodedata

_SINGLE, _DOUBLE = "\u2018\u2019\u201a\u201b\u2032", "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
QUOTES = str.maketrans(
    dict.fromkeys(_SINGLE, "'") | dict.fromkeys(_DOUBLE, '"') | dict.fromkeys("\u2010\u2011\u2212", "-")
)
"""Signs that are read as plain ones wherever they stand."""
LOOKALIKES = str.maketrans(dict.fromkeys("\u0131\u0130\u017f\u212a", "\u00fe"))
"""Letters that a pattern takes for plain ones in any case; a reading has another letter in their place."""


def plain_name(name: str) -> str:
    """Return a name as it is compared."""
    if name.isascii():
        return " ".join(name.split())
    plain = visible(name).translate(QUOTES).translate(LOOKALIKES)
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def cases(letter: str) -> set[str]:
    """Return a letter in each case that is one letter, too."""
    return {case for case in (letter, letter.lower(), letter.upper()) if len(case) == 1}


def visible(name: str) -> str:
    """Return a name without the characters that take no place."""
    return "".join(char for char in name if not _takes_no_place(char))


def _takes_no_place(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f"
