"""Text of unknown origin, made harmless to look at: nothing in it can steer a terminal or reorder a line."""

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, format characters (bidi overrides, zero widths, tags), lone surrogates, separators of lines."""


class _Escapes(dict[int, str]):
    """What `str.translate` asks for each code point; answers are kept, so each is worked out once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        unseen = unicodedata.category(char) in _UNSEEN
        shown = char.encode("unicode_escape").decode("ascii") if unseen else char
        self[code] = shown
        return shown


_ESCAPES = _Escapes()


def printable(text: str, keep: str = "") -> str:
    r"""The text with each unseen character spelled out as Python would: `\x1b`, `\n`, `\u202e`, `\ud800`.

    Args:
        text: Anything, lone surrogates included.
        keep: Characters to leave as they are; `"\n\t"` for text that is shown on lines of its own.
    """
    if text.isprintable():
        return text
    return text.translate(_ESCAPES if not keep else _Keeping(keep))


class _Keeping(dict[int, str]):
    """`_ESCAPES`, a few characters apart."""

    def __init__(self, keep: str) -> None:
        super().__init__({ord(char): char for char in keep})

    def __missing__(self, code: int) -> str:
        return _ESCAPES[code]


def clip(text: str, length: int) -> str:
    """At most `length` characters of the text; where some are left out, the last one is an ellipsis."""
    return text if len(text) <= length else text[: max(length - 1, 0)] + "…"[:length]
