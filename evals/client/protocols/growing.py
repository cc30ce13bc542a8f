"""A text that arrives in pieces and may be repeated as a whole."""

import io
import re
from collections.abc import Sized

from evals.record.completion import TooLarge

_LONGEST = 16 << 20
"""Characters; a million tokens have 5 million."""
_MOST_PARTS = 10_000
_SPLIT_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class Growing:
    """A text that arrives in pieces; even millions of pieces cost no more than their characters."""

    __slots__ = ("_buffer", "_length")

    def __init__(self) -> None:
        self._buffer = io.StringIO()
        self._length = 0

    def add(self, piece: str) -> None:
        """Append a piece; raises `TooLarge` if the text is longer than any answer."""
        if self._length + len(piece) > _LONGEST:
            raise TooLarge(
                f"a text of the answer passed {_LONGEST >> 20} million characters: the rest was not read"
            )
        self._put(piece)

    def _put(self, piece: str) -> None:
        self._buffer.write(piece)
        self._length += len(piece)

    def settle(self, whole: str) -> None:
        """Take the whole text, as a server repeats it after the pieces, in their place.

        Where it is only the end of what came in pieces, the pieces stay: some servers repeat the last one
        alone. Where the pieces are the whole twice, they contained the repetition already.
        """
        before = self._length - len(whole)
        if whole and (before < 0 or self._from(before) != whole or self._twice(whole)):
            self._buffer, self._length = io.StringIO(), 0
            self._put(whole)

    def _twice(self, whole: str) -> bool:
        between = self._length - 2 * len(whole)
        return 0 <= between <= 2 and self._from(0) == whole + "\n" * between + whole

    def _from(self, at: int) -> str:
        self._buffer.seek(at)
        return self._buffer.read()

    def __bool__(self) -> bool:
        return self._length > 0

    def __str__(self) -> str:
        text = self._buffer.getvalue()
        if _SPLIT_PAIR.search(text) is None:
            return text
        # One character sent as two surrogates in two pieces: parsing the stored JSON would join them.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def check_parts(parts: Sized) -> None:
    """Raise `TooLarge` if an answer has more fields, calls or blocks than any answer has."""
    if len(parts) > _MOST_PARTS:
        raise TooLarge(f"the answer has more than {_MOST_PARTS:,} parts: the rest was not read")


def settled(pieces: str, whole: str) -> str:
    """Return a text that came in pieces and is repeated as a whole; see `Growing.settle`."""
    text = Growing()
    text._put(pieces)
    text.settle(whole)
    return str(text)
