"""Names that an instance brings with it: how they are found in a text, and which of them a text means."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tasks.contract.names import cases, plain_name

UNKNOWN = 1_700_000_000
"""What is read for a name that is none, or could be several: no thing and no place has this number."""
_BETWEEN = r"[\s_-]{0,2}"
_PARTS = re.compile(r"[^\W\d_]+|\d+|[^\w\s]+|[_\s-]+")
_SEPARATORS = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Labels:
    """A list of names; called with a text, it returns which of them that is, counted from `first`.

    Case and what stands between words count only where names would else be the same. Names that share their
    first word and differ in a number or letter (`peg 1`, `peg 2`) may be told by that alone.
    """

    names: tuple[str, ...]
    first: int = 0

    def __call__(self, text: str) -> int:
        """Return which name this is; `UNKNOWN` if it is none, or could be several."""
        index = _index(self.names)
        found = index.get(plain_name(text), index.get(_folded(text)))
        return UNKNOWN if found is None else self.first + found

    @property
    def pattern(self) -> str:
        """A pattern of them all, without groups, that begins with a class of characters."""
        return _pattern(self.names)


def _folded(name: str) -> str:
    return _SEPARATORS.sub("", plain_name(name)).casefold()


@lru_cache(maxsize=1024)
def _index(names: tuple[str, ...]) -> dict[str, int]:
    """Return what each way to write a name means; what is ambiguous is left out."""
    index: dict[str, int] = {}
    for ways in ([_folded(name) for name in names], _tails(names)):
        for at, way in enumerate(ways):
            if ways.count(way) == 1:
                index.setdefault(way, at)
    return index | {plain_name(name): at for at, name in enumerate(names)}


def _tails(names: tuple[str, ...]) -> list[str]:
    """Return what tells names apart that share their first word; nothing if they do not."""
    parts = [
        [part for part in _PARTS.findall(plain_name(name)) if not _SEPARATORS.fullmatch(part)]
        for name in names
    ]
    shared = {part[0].casefold() for part in parts if part}
    if len(names) < 2 or len(shared) > 1 or any(len(part) != 2 or not part[0].isalpha() for part in parts):
        return []
    tails = [part[1].casefold() for part in parts]
    return tails if all(tail.isdecimal() or len(tail) == 1 for tail in tails) else []


@lru_cache(maxsize=1024)
def _pattern(names: tuple[str, ...]) -> str:
    ways = sorted({*map(plain_name, names), *_tails(names)}, key=lambda way: (-len(way), way))
    firsts = {way[0] for way in ways}
    initials = "".join(sorted({re.escape(case) for first in firsts for case in cases(first)}))
    rests = "|".join(_rest(way) for way in ways)
    # A plain class as first character, outside the case-insensitive group, lets the search skip ahead.
    return rf"[{initials}](?<![^\W_].)(?i:{rests})"


def _rest(way: str) -> str:
    """Return a pattern of a name that begins with the character that was just read."""
    first = "".join(sorted(map(re.escape, cases(way[0]))))
    parts = [part for part in _PARTS.findall(way) if not _SEPARATORS.fullmatch(part)]
    if parts and parts[0][0] == way[0]:
        parts[0] = parts[0][1:]
        body = _BETWEEN.join(map(re.escape, parts)) if parts[0] else _after_first(parts[1:])
    else:
        body = re.escape(way[1:])
    return rf"(?<=[{first}]){body}" + (r"(?![^\W_])" if way[-1].isalnum() else "")


def _after_first(parts: list[str]) -> str:
    return "".join(_BETWEEN + re.escape(part) for part in parts)
