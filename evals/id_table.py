"""A table with a number for each of many ids, in some 35 bytes an id: a `dict` takes four times that."""

from array import array
from collections.abc import Iterator
from heapq import merge

_WIDTH = 10
"""Bytes of 20 hex digits."""
_VACANT = bytes(_WIDTH)
_FIRST = 1 << 10


class IdTable:
    """Numbers from 0 to 2**64 - 1 by id. Any string is one; the ids of trials, 20 hex digits, take least.

    Those lie in one array, each in the first vacant place from that which its hash names.
    """

    __slots__ = ("_count", "_keys", "_others", "_values")

    def __init__(self) -> None:
        self._count = 0
        self._keys, self._values = _places(_FIRST)
        self._others: dict[str, int] = {}
        """Those of all other ids."""

    def __setitem__(self, name: str, value: int) -> None:
        """Set the number of an id; raises `OverflowError` for one that is too large or negative."""
        key = _packed(name)
        if key is None:
            self._others[name] = value
            return
        place = self._place(key)
        is_new = not self._is_taken(place)
        if is_new and 3 * self._count >= 2 * len(self._values):
            self._grow()
            place = self._place(key)
        self._values[place] = value  # raises `OverflowError` before anything has changed
        if is_new:
            self._keys[place * _WIDTH : (place + 1) * _WIDTH] = key
            self._count += 1

    def get(self, name: str) -> int | None:
        """Return the number of an id; `None` if it has none."""
        key = _packed(name)
        if key is None:
            return self._others.get(name)
        place = self._place(key)
        return self._values[place] if self._is_taken(place) else None

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __len__(self) -> int:
        """Return how many ids have a number."""
        return self._count + len(self._others)

    def values(self) -> Iterator[int]:
        """Yield the numbers, in no particular order."""
        yield from self._others.values()
        yield from (self._values[place] for place in range(len(self._values)) if self._is_taken(place))

    def in_order(self) -> Iterator[tuple[str, int]]:
        """Yield ids and numbers, in the order of the ids; the table must not change meanwhile."""
        return merge(self._ours(), sorted(self._others.items()))

    def _ours(self) -> Iterator[tuple[str, int]]:
        # Sorted all at once, they would take as much again as the table itself.
        begun = self._keys[::_WIDTH]
        for first in range(256):
            found, place = [], begun.find(first)
            while place >= 0:
                if self._is_taken(place):
                    found.append((self._key(place).hex(), self._values[place]))
                place = begun.find(first, place + 1)
            yield from sorted(found)

    def _place(self, key: bytes) -> int:
        """Return the place of an id, or else the vacant one that it would take."""
        last = len(self._values) - 1
        place = hash(key) & last
        while (found := self._key(place)) != key and found != _VACANT:
            place = (place + 1) & last
        return place

    def _key(self, place: int) -> bytearray:
        return self._keys[place * _WIDTH : (place + 1) * _WIDTH]

    def _is_taken(self, place: int) -> bool:
        return self._key(place) != _VACANT

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        self._keys, self._values = _places(2 * len(values))
        for old, value in enumerate(values):
            key = bytes(keys[old * _WIDTH : (old + 1) * _WIDTH])
            if key != _VACANT:
                place = self._place(key)
                self._keys[place * _WIDTH : (place + 1) * _WIDTH] = key
                self._values[place] = value


def _places(count: int) -> tuple[bytearray, "array[int]"]:
    return bytearray(count * _WIDTH), array("Q", bytes(8 * count))


def _packed(name: str) -> bytes | None:
    """Return 20 hex digits as bytes; `None` for any other id, and for one that would look vacant."""
    if len(name) != 2 * _WIDTH:
        return None
    try:
        key = bytes.fromhex(name)
    except ValueError:
        return None
    return key if key.hex() == name and key != _VACANT else None
