"""Reproducible random draws: equal generators give equal draws on every machine and every Python version.

Python guarantees this only for `Random.random()`, so every draw uses nothing else. Once an instance has been
recorded, nothing here may change: neither the order in which numbers are drawn nor how many are drawn.
"""

from collections.abc import Iterable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

_MOST = 1 << 53
"""The number of values that `Random.random()` can take."""


def below(rng: Random, n: int) -> int:
    """Return an integer from 0 to `n` - 1; takes one draw."""
    if not 1 <= n <= _MOST:
        raise ValueError(f"cannot draw below {n!r}; give a number from 1 to 2^53")
    return int(rng.random() * n)


def pick(rng: Random, items: Sequence[T]) -> T:
    """Return one of the items; takes one draw."""
    return items[below(rng, len(items))]


def shuffled(rng: Random, items: Iterable[T]) -> list[T]:
    """Return the items in random order (Fisher-Yates, from the end); takes a draw per item but the first."""
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        other = below(rng, last + 1)
        result[last], result[other] = result[other], result[last]
    return result
