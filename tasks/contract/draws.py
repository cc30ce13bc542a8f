"""Random draws that never change: the same generator gives the same draws on every machine and every Python.

Python promises that only for `Random.random()`, so all is drawn with that alone. Nothing here may change once
an instance has been recorded: not the order in which numbers are drawn, nor how many.
"""

from collections.abc import Iterable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

_MOST = 1 << 53
"""As many values as `Random.random()` can take."""


def below(rng: Random, n: int) -> int:
    """A whole number from 0 to `n` - 1; takes one draw."""
    if not 1 <= n <= _MOST:
        raise ValueError(f"cannot draw below {n!r}; give a number from 1 to 2^53")
    return int(rng.random() * n)


def pick(rng: Random, items: Sequence[T]) -> T:
    """One of the items; takes one draw."""
    return items[below(rng, len(items))]


def shuffled(rng: Random, items: Iterable[T]) -> list[T]:
    """The items in random order (Fisher and Yates, from the end); takes one draw an item, the first apart."""
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        other = below(rng, last + 1)
        result[last], result[other] = result[other], result[last]
    return result
