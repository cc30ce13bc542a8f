"""Tables of whole numbers in a few bytes an entry, for what has to be kept of every row of a large file."""

from array import array

_FIRST = 1 << 12
_MASK = (1 << 63) - 1


class NumberTable:
    """Maps keys, which may be any values that can be hashed, to whole numbers below 2^63.

    Of a key only 63 bits of its hash are kept: of a million keys, two are taken for one with a chance of one
    in ten million.
    """

    __slots__ = ("_count", "_hashes", "_mask", "_values")

    def __init__(self) -> None:
        self._make(_FIRST)
        self._count = 0

    def _make(self, size: int) -> None:
        self._hashes = array("Q", bytes(8 * size))
        self._values = array("Q", bytes(8 * size))
        self._mask = size - 1

    def __len__(self) -> int:
        return self._count

    def get(self, key: object) -> int | None:
        """Return the number of a key; `None` if there is none."""
        wanted = (hash(key) & _MASK) + 1
        hashes, mask = self._hashes, self._mask
        at = wanted & mask
        while (found := hashes[at]) and found != wanted:
            at = (at + 1) & mask
        return self._values[at] if found else None

    def put(self, key: object, value: int) -> int | None:
        """Give a key a number, unless it has one: then return that."""
        wanted = (hash(key) & _MASK) + 1
        hashes, mask = self._hashes, self._mask
        at = wanted & mask
        while (found := hashes[at]) and found != wanted:
            at = (at + 1) & mask
        if found:
            return self._values[at]
        hashes[at], self._values[at] = wanted, value
        self._count += 1
        if self._count * 2 > mask:
            self._grow()
        return None

    def add(self, key: object) -> int:
        """Count a key; return how often it was counted before."""
        before = self.put(key, 1)
        if before is None:
            return 0
        self._values[self._place((hash(key) & _MASK) + 1)] = before + 1
        return before

    def _place(self, wanted: int) -> int:
        hashes, mask = self._hashes, self._mask
        at = wanted & mask
        while (found := hashes[at]) and found != wanted:
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        hashes, values = self._hashes, self._values
        self._make(4 * len(hashes))
        for wanted, value in zip(hashes, values, strict=True):
            if wanted:
                at = self._place(wanted)
                self._hashes[at], self._values[at] = wanted, value
