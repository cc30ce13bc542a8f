"""Counting that is given whole."""

from typing import Any

import pytest

from tasks import BadInstance, given_problem
from tests.contract.given import check_given
from tests.tasks.forms.given_answers import check_reading, items, told
from tests.tasks.forms.item_answers import lines


@pytest.mark.parametrize(
    "data",
    [
        {"to": 30},
        {"from": 130, "to": 101},
        {"from": 10, "to": -19},
        {"from": -40, "to": 47, "step": 3},
        {"from": 7, "to": 126, "step": 4},
        {"from": 1_000, "to": 275, "step": 25, "direction": "down"},
    ],
    ids=str,
)
def test_read_like_drawn_ones(data: dict[str, Any]) -> None:
    check_reading("counting", data)


def test_the_last_number_is_not_beyond_the_end() -> None:
    problem = check_given("counting", {"from": 10, "to": 1, "step": 4})
    assert items(problem) == ["10", "6", "2"]
    assert "from 10 down to 2 in order, in steps of 4" in problem.prompt.rules
    assert "smaller by 4" in problem.prompt.method
    same = {"from": 10, "to": 2, "step": 4, "direction": "down", "fewest_steps": 3}
    assert given_problem("counting", same).canonical == problem.canonical


def test_a_single_number() -> None:
    problem = check_given("counting", {"from": 5, "to": 5, "direction": "down"})
    assert items(problem) == ["5"]
    assert problem.canonical == given_problem("counting", {"from": 5, "to": 6, "step": 7}).canonical


def test_a_wrong_number_is_gone_on_from() -> None:
    verdict = told("counting", {"from": 10, "to": 0, "step": 2}, "10\n8\n7\n5\n3\n1")
    assert (verdict.label, verdict.first_error) == ("logic_error", 3)
    problem = given_problem("counting", {"from": 10, "to": 0, "step": 2})
    after = problem.puzzle.recover(problem.instance, 6, (7,))
    assert problem.step(after, (5,)) is not None
    assert problem.why_not(after, (4,)) == "4 stands where 5 belongs"
    assert not problem.is_goal(
        problem.advance(after, problem.read(lines(["5", "3", "1"])).found[0].steps).state
    )


@pytest.mark.parametrize("first", range(90, 105))
def test_the_example_does_not_begin_the_answer(first: int) -> None:
    problem = given_problem("counting", {"from": first, "to": first + 50})
    assert str(first) not in problem.prompt.example.split()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "'to' is missing"),
        ({"to": "9"}, "'to' must be a whole number from .* not '9'"),
        ({"to": 9, "step": 0}, "'step' must be a whole number from 1 to"),
        ({"to": 9, "direction": "left"}, "'direction' must be one of 'up', 'down', not 'left'"),
        ({"to": 9, "direction": "down"}, "'direction' is 'down', but 9 is not down from 1"),
        ({"from": 9, "to": 1, "direction": "up"}, "'direction' is 'up', but 1 is not up from 9"),
        ({"to": 10_000_001}, "'to' leaves 10000001 numbers to write, more than 10000000"),
        ({"to": 9, "fewest_steps": 8}, "'fewest_steps' is 8, but there are 9 items"),
    ],
)
def test_bad(data: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInstance, match=f"^counting: field {message}"):
        given_problem("counting", data)
