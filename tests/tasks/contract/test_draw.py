"""Random draws."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from tasks.contract.draws import below, pick, shuffled
from tasks.puzzles._word_list import WORDS


class OnlyRandom(Random):
    """A generator that allows `random()` and nothing else."""

    def getrandbits(self, k: int) -> int:
        raise AssertionError("only random() is stable over versions of Python")


def test_draws_never_change() -> None:
    """The same seed gives the same draws for ever: otherwise recorded instances would become others."""
    rng = Random("hanoi/size=3/seed=0")
    assert [below(rng, 10) for _ in range(12)] == [7, 6, 8, 4, 8, 9, 0, 6, 4, 8, 1, 9]
    assert shuffled(rng, range(8)) == [7, 0, 4, 5, 1, 2, 6, 3]
    assert pick(rng, "abcdef") == "e"


def test_only_random_is_drawn_from() -> None:
    """Nothing but `random()` is asked of the generator."""
    rng = OnlyRandom(1)
    below(rng, 6)
    pick(rng, [1, 2])
    shuffled(rng, range(20))


def test_below_is_even_and_in_range() -> None:
    """Each value comes up about as often as the others."""
    rng = Random(0)
    counts = Counter(below(rng, 5) for _ in range(10_000))
    assert set(counts) == set(range(5))
    assert all(1_850 < count < 2_150 for count in counts.values())


def test_below_reaches_neither_end_wrongly() -> None:
    """The largest value that `random()` can give stays below `n`."""

    class Largest(Random):
        def random(self) -> float:
            return 1 - 2**-53

    for n in (1, 2, 3, 1_000_003, (1 << 53) - 1, 1 << 53):
        assert below(Largest(), n) == n - 1


@pytest.mark.parametrize("n", [0, -1, (1 << 53) + 1])
def test_below_refuses_what_it_cannot_draw(n: int) -> None:
    """A range that is empty, or wider than the generator is fine, is an error."""
    with pytest.raises(ValueError, match=str(n)):
        below(Random(0), n)


def test_shuffled_is_a_permutation_and_even() -> None:
    """All orders come up about equally often, and the items given stay as they are."""
    rng, items = Random(0), [1, 2, 3]
    counts = Counter(tuple(shuffled(rng, items)) for _ in range(6_000))
    assert items == [1, 2, 3]
    assert len(counts) == 6
    assert all(850 < count < 1_150 for count in counts.values())


def test_nothing_to_shuffle() -> None:
    """No items, or one, need no draw."""
    assert shuffled(OnlyRandom(0), []) == []
    assert shuffled(OnlyRandom(0), ["a"]) == ["a"]


def test_words_are_fit_to_be_labels() -> None:
    """They are plain, distinct, and none begins another."""
    assert len(set(WORDS)) == len(WORDS) == 128
    assert all(word.isascii() and word.isalpha() and word.islower() and 5 <= len(word) <= 7 for word in WORDS)
    assert list(WORDS) == sorted(WORDS)
    assert not [(a, b) for a, b in pairwise(WORDS) if b.startswith(a)]
