"""A table with a number for each of many ids, in some 30 bytes an id: a `dict` takes five times that."""

from array import array
from collections.abc import Iterator
from heapq import merge

_WIDTH = 10
"""Bytes of 20 hex digits."""
_FIRST = 1 << 10


class IdTable:
    """Numbers from 0 to 2**64 - 1 by id. Any string is one; the ids of trials, 20 hex digits, take least.

    Those lie one behind the other, in the order in which they came; where each is, is found by its hash.
    """

    __slots__ = ("_keys", "_others", "_places", "_values")

    def __init__(self) -> None:
        self._keys, self._values = bytearray(), array("Q")
        self._places = array("I", bytes(array("I").itemsize * _FIRST))
        """The place of an id, from 1, in the first free slot from that which its hash names; else 0."""
        self._others: dict[str, int] = {}
        """The numbers of all other ids."""

    def __setitem__(self, name: str, value: int) -> None:
        """Set the number of an id; raises `OverflowError` for one that is too large or negative."""
        key = _packed(name)
        if key is None:
            self._others[name] = value
            return
        slot = self._slot(key)
        place = self._places[slot]
        if place:
            self._values[place - 1] = value
            return
        self._values.append(value)
        self._keys += key
        self._places[slot] = len(self._values)
        if 3 * len(self._values) >= 2 * len(self._places):
            self._grow()

    def get(self, name: str) -> int | None:
        """Return the number of an id; `None` if it has none."""
        key = _packed(name)
        if key is None:
            return self._others.get(name)
        place = self._places[self._slot(key)]
        return self._values[place - 1] if place else None

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __len__(self) -> int:
        """Return how many ids have a number."""
        return len(self._values) + len(self._others)

    def values(self) -> Iterator[int]:
        """Yield the numbers, in no particular order."""
        yield from self._others.values()
        yield from self._values

    def in_order(self) -> Iterator[tuple[str, int]]:
        """Yield ids and numbers, in the order of the ids; the table must not change meanwhile."""
        return merge(self._ours(), sorted(self._others.items()))

    def _ours(self) -> Iterator[tuple[str, int]]:
        # Sorted all at once, they would take more than the table itself.
        begun = self._keys[::_WIDTH]
        for first in range(256):
            found, at = [], begun.find(first)
            while at >= 0:
                found.append((self._keys[at * _WIDTH : (at + 1) * _WIDTH].hex(), self._values[at]))
                at = begun.find(first, at + 1)
            yield from sorted(found)

    def _slot(self, key: bytes) -> int:
        """Return the slot of an id, or else the free one that it would take."""
        keys, places, last = self._keys, self._places, len(self._places) - 1
        slot = hash(key) & last
        while (end := places[slot] * _WIDTH) and keys[end - _WIDTH : end] != key:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        last = 2 * len(self._places) - 1
        places = self._places = array("I", bytes(array("I").itemsize * (last + 1)))
        for place in range(1, len(self._values) + 1):
            slot = hash(bytes(self._keys[(place - 1) * _WIDTH : place * _WIDTH])) & last
            while places[slot]:
                slot = (slot + 1) & last
            places[slot] = place


def _packed(name: str) -> bytes | None:
    """Return 20 hex digits as bytes; `None` for any other id."""
    if len(name) != 2 * _WIDTH:
        return None
    try:
        key = bytes.fromhex(name)
    except ValueError:
        return None
    return key if key.hex() == name else None
