"""Names as items, and what of them is kept in memory."""

import random

import pytest

from tasks import given_problem
from tasks.contract.names import plain_name
from tasks.forms.items import item_forms
from tasks.forms.named_items import UNKNOWN, named_items
from tasks.reader.pieces import memory_of, step_of


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        (("q1", "q2", "q10"), {"q1": 1, "q2": 2, "q10": 10}),
        (("7", "0", "12"), {"7": 7, "0": 0, "12": 12}),
        (("01", "10"), {"01": 1, "10": 2}),
        (("q1", "q01"), {"q1": 1, "q01": 2}),
        (("q1", "s2"), {"q1": 1, "s2": 2}),
        (("idle", "running"), {"idle": 1, "running": 2}),
    ],
)
def test_codes(names: tuple[str, ...], codes: dict[str, int]) -> None:
    named = named_items(names)
    assert named.codes == codes
    assert {named.name(code): code for code in codes.values()} == codes
    assert {name: named.item.convert(name) for name in names} == codes


def test_what_is_no_name() -> None:
    assert named_items(("q1", "q2")).name(7) == "q7"
    assert named_items(("1", "2")).name(7) == "7"
    words = named_items(("Ab", "aB", "c"))
    assert [words.item.convert(text) for text in ("Ab", "aB", "C", "AB")] == [1, 2, 3, UNKNOWN]
    assert words.name(UNKNOWN) == "another word"


@pytest.mark.parametrize(
    ("name", "same"),
    [("it\u2019s", "it's"), ("Cafe\u0301", "Café"), ("q\u2081", "q1"), ("a \t b", "a b"), ("a\u200bb", "ab")],
)
def test_names_that_are_the_same(name: str, same: str) -> None:
    assert plain_name(name) == plain_name(same)


def test_many_lists_of_words_take_no_more_memory_than_some() -> None:
    drawn = random.Random(1)
    for _ in range(140):
        words = ["".join(drawn.choice("abcdefgh") for _ in range(6)) for _ in range(3)]
        given = given_problem("copying", {"items": words})
        (found,) = given.lists(given.read("\n".join(words)))
        assert found.solves
    for kept in (memory_of, step_of, item_forms, named_items):
        size, most = kept.cache_info().currsize, kept.cache_info().maxsize
        assert most is not None
        assert size <= most
