"""Text that is safe to display: untrusted text made harmless, and human-readable counts and durations."""

import re
import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, format characters (bidi overrides, zero widths, tags), lone surrogates, line separators."""


class _Escapes(dict[int, str]):
    """A table for `str.translate` that computes each code point's entry once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        unseen = unicodedata.category(char) in _UNSEEN
        shown = char.encode("unicode_escape").decode("ascii") if unseen else char
        self[code] = shown
        return shown


_ESCAPES = _Escapes()


def printable(text: str, keep: str = "") -> str:
    r"""Escape each invisible character as Python would: `\x1b`, `\n`, `\u202e`, `\ud800`.

    Args:
        text: Anything, lone surrogates included.
        keep: Characters to leave unescaped; `"\n\t"` for text that is displayed on lines of its own.
    """
    if text.isprintable():
        return text
    return text.translate(_ESCAPES if not keep else _Keeping(keep))


class _Keeping(dict[int, str]):
    """`_ESCAPES` except for a few characters."""

    def __init__(self, keep: str) -> None:
        super().__init__({ord(char): char for char in keep})

    def __missing__(self, code: int) -> str:
        return _ESCAPES[code]


def clip(text: str, length: int) -> str:
    """Return at most `length` characters of the text; if it is cut, the last one is an ellipsis."""
    return text if len(text) <= length else text[: max(length - 1, 0)] + "…"[:length]


_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_NUMBER = r"(?:\d{1,20}+(?>(?:\.\d{0,20})?)|\.\d{1,20}+)"
_PART = re.compile(rf"({_NUMBER})\s*(ms|d|h|m|s)\s*", re.ASCII)


def seconds_in(text: str) -> float | None:
    """Parse a duration into seconds; `None` if it is not a duration.

    Args:
        text: A number of seconds, or numbers with units from `d`, `h`, `m`, `s` and `ms`, each used at most
            once.
    """
    text = text.strip().lower()
    if re.fullmatch(_NUMBER, text, re.ASCII):
        return float(text)
    total, end, seen = 0.0, 0, set[str]()
    while part := _PART.match(text, end):
        number, unit = part.groups()
        if unit in seen:
            return None
        seen.add(unit)
        total += float(number) * _UNITS[unit]
        end = part.end()
    return total if seen and end == len(text) else None


def duration(seconds: float) -> str:
    """Format a duration in its two largest units, e.g. `2 h 30 min` or `1.5 s`."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    parts = (("d", whole // 86_400), ("h", whole // 3_600 % 24), ("min", whole // 60 % 60), ("s", whole % 60))
    first = next(index for index, (_, number) in enumerate(parts) if number)
    return " ".join(f"{number} {unit}" for unit, number in parts[first : first + 2] if number)


def number_of(number: int, noun: str) -> str:
    """Format a number of things whose plural ends in s, e.g. `1 answer` or `1,000 answers`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def trial_count(trials: int) -> str:
    """Format a number of trials, e.g. `1,000 trials`."""
    return number_of(trials, "trial")


def full_name(endpoint: str, model: str) -> str:
    """Return the name of a model at an endpoint, `endpoint/model`."""
    return f"{endpoint}/{model}"


# `|` as an entity: renderers disagree on what a backslash before it means if it follows another backslash.
_MARKDOWN = {char: f"\\{char}" for char in "\\`*_[]~$"} | {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "|": "&#124;",
}
_MARKDOWN_CELL = str.maketrans(_MARKDOWN)
_MARKDOWN_COMMENT = str.maketrans(_MARKDOWN | {char: f"\\{char}" for char in "#@:."})


def markdown_cell(text: str, *, links: bool = True) -> str:
    """Escape text for a cell of a Markdown table: one line, no markup.

    Args:
        text: Anything.
        links: Whether text that looks like a URL, an issue or a mention may become a link.
    """
    return printable(text).translate(_MARKDOWN_CELL if links else _MARKDOWN_COMMENT)
