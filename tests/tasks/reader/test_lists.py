"""The lists of an answer: which there are, what they solve, and where their steps stand."""

from array import array
from dataclasses import replace

import pytest

from tasks.reader.found import Found
from tasks.reader.lists import StepList, lists
from tasks.reader.reading import Reading
from tests.tasks.reader.ruler import FORM, Ruler, read


def listed(*found: Found, length: int = 7, last_row_counts: bool | None = None) -> list[StepList]:
    text = found[0].text
    reading = Reading(text, 0, len(text), found)
    if last_row_counts is None:
        return lists(Ruler(length).simulator, reading)
    return lists(Ruler(length).simulator, reading, last_row_counts=last_row_counts)


def values(item: StepList) -> list[int]:
    return [row[0] for row in item.steps.rows()]


def told(item: StepList) -> list[str]:
    """The text of each step."""
    return [item.found.text[slice(*item.span(index))] for index in range(len(item.steps))]


def test_a_list_of_several_runs() -> None:
    """Its steps are those of all of them, and stand where they stand."""
    (item,) = listed(read("so {1 2 1} and {3} or {1 2 1}"))
    assert (values(item), told(item)) == ([1, 2, 1, 3, 1, 2, 1], list("1213121"))
    assert (item.start, item.end, item.solves, item.elided, item.elision) == (4, 28, True, None, None)
    assert (item.advance.taken, item.advance.goal_at) == (7, 7)
    assert item.steps is item.found.steps
    with pytest.raises(IndexError):
        item.span(7)


@pytest.mark.parametrize(
    ("text", "solves"),
    [
        ("{1 2 1 3 1 2 1}", True),
        ("{1 2 1 3 1 2}", False),
        ("{1 2 1 3 1 2 1 1}", False),
        ("{1 2 1 3 1 2 9}", False),
        ("{1 2 1 3}, {1 2 9}", False),
    ],
)
def test_what_solves(text: str, solves: bool) -> None:
    """All of it legal, and the goal at its end."""
    assert [item.solves for item in listed(read(text))] == [solves]


def test_several_lists_stand_in_their_order() -> None:
    """Each with its own steps, of all that were found."""
    items = listed(read("{1 2 1 3 1 2 1} once more: {1 2 1 3 1 2 9} once more: {1 2 1 3 1 2 1}"))
    assert [values(item)[-1] for item in items] == [1, 9, 1]
    assert [item.solves for item in items] == [True, False, True]
    assert [told(item)[-1] for item in items] == ["1", "9", "1"]
    assert [item.start for item in items] == [1, 28, 55]


def test_what_two_forms_find_in_one_place_is_one_list() -> None:
    """That of the first, unless the other has more steps there, or is not within it."""
    text = "{1 2 1} once more: {1 2 1}; finally {1 2 1}"
    whole = read(text)
    part = read(text.replace("{1 2 1}", "(1 2 1)", 1))
    for first, second in ((whole, part), (part, whole)):
        items = listed(first, replace(second, text=text), length=3)
        assert [(item.start, len(item.steps)) for item in items] == [(1, 3), (20, 3), (37, 3)]
    wide = replace(whole, steps=read("{1 2} {1 2 1} {1 2 1}").steps, runs=read("{1 2} {1 2 1} {1 2 1}").runs)
    shifted = replace(wide, runs=tuple(replace(run, start=1, end=4) for run in wide.runs[:1]))
    assert [len(item.steps) for item in listed(shifted, whole, length=3)] == [2, 3, 3, 3]


def numbered(text: str, *numbers: int) -> Found:
    return replace(read(text), numbers=array("q", numbers))


def test_rows_are_put_in_the_order_of_their_numbers() -> None:
    """Of each number the last counts, where that was said; else they are taken as they stand."""
    found = numbered("{1 9} so {1} so {3 1 2 1} so {2}", 1, 2, 3, 4, 5, 6, 7, 2)
    (item,) = listed(found, last_row_counts=True)
    assert (values(item), item.solves) == ([1, 2, 1, 3, 1, 2, 1], True)
    assert item.order is not None
    assert item.order.tolist() == [0, 7, 2, 3, 4, 5, 6]
    assert [item.span(index) for index in range(7)] == [found.span(index) for index in item.order]
    for plain in (listed(found, last_row_counts=False), listed(found)):
        assert all(one.order is None for one in plain)
        assert not any(one.solves for one in plain)


def test_rows_that_are_in_order_are_all_that_was_found() -> None:
    """A number may begin anywhere, and be left out."""
    found = numbered("{1 2 1} so {3 1 2 1}", 2, 3, 4, 6, 7, 8, 9)
    (item,) = listed(found, last_row_counts=True)
    assert item.steps is found.steps
    assert (item.solves, item.elided, item.elision, item.advance.taken) == (True, None, None, 7)
    short = numbered("{1 2 1} so {3 1 2}", 2, 3, 4, 6, 7, 8)
    assert not listed(short, last_row_counts=True)[0].solves
    wrong = numbered("{1 2 1} so {3 1 2 9}", 2, 3, 4, 6, 7, 8, 9)
    assert not listed(wrong, last_row_counts=True)[0].solves


def test_where_rows_are_left_out() -> None:
    """At the first gap that stands for some, behind all rows before it."""
    (item,) = listed(numbered("{1 2} so {1 3} ... {1} ... {2 1}", *range(1, 8)), last_row_counts=True)
    assert item.elided == 4
    assert item.elision is not None
    assert item.found.text[slice(*item.elision)] == "} ... {"
    assert item.solves, "whatever is left out between them"


def test_an_answer_without_steps_has_no_lists() -> None:
    assert listed(Found(FORM, None, "so", read("so").steps, ())) == []
