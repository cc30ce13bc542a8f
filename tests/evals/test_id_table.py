"""A table of numbers by id behaves as a `dict` does, and takes a part of its memory."""

import hashlib
import tracemalloc
from random import Random

import pytest

from evals.id_table import IdTable

ODD = [
    "",
    "a",
    "a" * 19,
    "a" * 21,
    "A" * 20,
    "g" * 20,
    "0" * 20,
    "ab " * 6 + "ab",
    "٣" * 20,
    "\ud800",
    "imported/1",
]
"""Ids of other tools and of judgings, and what only looks like one of ours."""


def hashed(number: int) -> str:
    return hashlib.sha256(b"%d" % number).hexdigest()[:20]


def test_it_behaves_as_a_dict() -> None:
    """Whatever the ids, in any order, set again, and however often it has grown."""
    random = Random("table")
    names = [hashed(number) for number in range(5_000)] + ODD
    random.shuffle(names)
    table, known = IdTable(), dict[str, int]()
    for name in names + random.choices(names, k=2_000):
        known[name] = random.choice([0, 1, 1 << 63, (1 << 64) - 1, random.randrange(1 << 40)])
        table[name] = known[name]
    assert len(table) == len(known)
    assert {name: table.get(name) for name in known} == known
    assert list(table.in_order()) == sorted(known.items())
    assert sorted(table.values()) == sorted(known.values())
    for name in [hashed(number) for number in range(5_000, 6_000)] + ["b", "A" * 19 + "B"]:
        assert name not in table
        assert table.get(name) is None


def test_an_empty_table() -> None:
    table = IdTable()
    assert (len(table), list(table.in_order()), list(table.values())) == (0, [], [])
    assert all(name not in table for name in ODD)


@pytest.mark.parametrize("wrong", [-1, 1 << 64])
def test_a_number_that_it_cannot_hold(wrong: int) -> None:
    table = IdTable()
    with pytest.raises(OverflowError):
        table[hashed(1)] = wrong
    assert hashed(1) not in table


def test_it_takes_little_memory() -> None:
    """A `dict` takes some 150 bytes an id: a hash of 20 digits, a number, and the place of both."""
    tracemalloc.start()
    try:
        table = IdTable()
        for number in range(30_000):
            table[hashed(number)] = number
        assert tracemalloc.get_traced_memory()[0] < 60 * len(table)
        assert sum(1 for _ in table.in_order()) == len(table)
        assert tracemalloc.get_traced_memory()[1] < 90 * len(table)
    finally:
        tracemalloc.stop()
