"""Finds secrets in a text in whatever way they are written there, and masks them."""

import html
import re
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Iterable, Iterator

MASK = "***"
_ESCAPE = re.compile(
    r"%([0-9a-f]{2})"
    r"|(\\)\\+|\\(?:u00([0-9a-f]{2})|u\{0{0,6}([0-9a-f]{2})\}|x([0-9a-f]{2})|([/\"'=&%#+.:;_-]))"
    r"|&(?:\#x0{0,6}([0-9a-f]{2})|\#0{0,6}([0-9]{2,3})|([a-z]{2,16}));",
    re.IGNORECASE | re.ASCII,
)
"""A character in a URL, in JSON or a program, in HTML; in groups: hexadecimal, itself, decimal, by name.

Of backslashes in a row, each escaped once more by whoever quoted the text, one is left.
"""
_LEVELS = 4
"""How often one escaping may stand inside another."""
_LEAST_CODED = 8
"""Characters of the shortest base64 or hexadecimal form that is looked for: shorter ones may be words."""


class Masker:
    """Masks given secrets: as they are, in base64 or hexadecimal, escaped in part or whole, in any case."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """Prepare for these secrets, which are ASCII."""
        needles = {needle.lower() for secret in secrets if secret for needle in _forms(secret)}
        self._needles = sorted(needles, key=len, reverse=True)
        self._shortest = min(map(len, needles), default=0)

    def __bool__(self) -> bool:
        return bool(self._needles)

    def mask(self, text: str) -> str:
        """Return the text with every occurrence masked, in time that grows with its length alone."""
        if len(text) < self._shortest or not self._needles:
            return text
        spans = list(self._spans(text))
        levels: list[_Decoded] = []
        inner = text
        while len(levels) < _LEVELS and ("%" in inner or "\\" in inner or "&" in inner):
            decoded = _Decoded(inner)
            if not decoded.places:
                break
            levels.append(decoded)
            inner = decoded.text
            for span in self._spans(inner):
                for level in reversed(levels):
                    span = level.start_of(span[0]), level.end_of(span[1])  # noqa: PLW2901 - step by step
                spans.append(span)
        return _without(text, spans) if spans else text

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        low = text.lower()
        if len(low) != len(text):  # the one character that is two in lower case
            low = text.replace("\u0130", "i").lower()
        for needle in self._needles:
            at = low.find(needle)
            while at >= 0:
                yield at, at + len(needle)
                at = low.find(needle, at + len(needle))


class _Decoded:
    """A text without its escapes, and where each character of it stood."""

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        self.places: list[int] = []
        """Where the characters that were escaped stand now."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        at = length = 0
        for found in _ESCAPE.finditer(text):
            char = _char(found)
            if char is None:
                continue
            length += found.start() - at
            pieces += (text[at : found.start()], char)
            at = found.end()
            self.places.append(length)
            self._starts.append(found.start())
            self._ends.append(at)
            length += 1
        self.text = "".join((*pieces, text[at:]))

    def start_of(self, place: int) -> int:
        """Return where the character at this place began."""
        before = bisect_right(self.places, place) - 1
        if before < 0:
            return place
        if self.places[before] == place:
            return self._starts[before]
        return self._ends[before] + place - self.places[before] - 1

    def end_of(self, place: int) -> int:
        """Return where the character before this place ended."""
        before = bisect_right(self.places, place - 1) - 1
        return place if before < 0 else self._ends[before] + place - self.places[before] - 1


def _char(found: re.Match[str]) -> str | None:
    """Return the one character of ASCII that an escape stands for."""
    url, slash, short, long, program, itself, hexadecimal, decimal, named = found.groups()
    if digits := url or short or long or program or hexadecimal:
        code = int(digits, 16)
    elif decimal:
        code = int(decimal)
    else:
        char = slash or itself or html.unescape(f"&{named};")
        code = ord(char) if len(char) == 1 else 128
    return chr(code) if code < 128 else None


def _forms(secret: str) -> Iterator[str]:
    yield secret
    raw = secret.encode()
    coded = [raw.hex()]
    for before in range(3):
        # Of what is coded together with other text, the characters at both ends hang on that, too.
        whole = b64encode(bytes(before) + raw).decode().rstrip("=")
        first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
        coded += (whole[first:last], whole[first:last].translate(_URLSAFE))
    yield from (form for form in coded if len(form) >= _LEAST_CODED)


_URLSAFE = str.maketrans("+/", "-_")


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    end = 0
    begun = False
    for start, stop in sorted(spans):
        if not begun or start > end:
            pieces += (text[end:start], MASK)
        end, begun = max(end, stop), True
    return "".join((*pieces, text[end:]))
