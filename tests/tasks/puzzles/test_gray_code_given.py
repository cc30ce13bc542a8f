"""Gray codes that are given whole."""

from typing import Any

import pytest

from tasks import BadInstance, given_problem
from tests.contract.given import check_given
from tests.tasks.forms.given_answers import check_reading, items, told


@pytest.mark.parametrize(
    "data",
    [{"width": 5}, {"start": "10110", "order": [3, 1, 2, 5, 4]}, {"width": 6, "goal": "010011"}],
    ids=str,
)
def test_read_like_drawn_ones(data: dict[str, Any]) -> None:
    check_reading("gray_code", data)


def test_the_reflected_code_is_the_default() -> None:
    problem = check_given("gray_code", {"width": 3})
    assert items(problem) == ["000", "001", "011", "010", "110", "111", "101", "100"]
    whole = {"width": 3, "start": "000", "order": [3, 2, 1], "goal": "100", "fewest_steps": 8}
    assert given_problem("gray_code", whole).canonical == problem.canonical
    assert "All 8 different code words" in problem.prompt.goal


def test_the_goal_can_come_sooner() -> None:
    problem = check_given("gray_code", {"start": "101", "order": [1, 3, 2], "goal": "000"})
    assert items(problem) == ["101", "001", "000"]
    assert problem.fewest_steps == 3
    assert problem.prompt.goal == "The last line written is 000, line 3."
    assert (
        told("gray_code", {"start": "101", "order": [1, 3, 2], "goal": "000"}, "101\n001\n000").label
        == "solved"
    )


def test_every_word_can_be_the_goal() -> None:
    whole = {"start": "1001", "order": [2, 4, 1, 3]}
    code = items(given_problem("gray_code", whole))
    for place, word in enumerate(code, start=1):
        assert items(check_given("gray_code", {**whole, "goal": word})) == code[:place]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "'width' is missing"),
        ({"width": 21}, "'width' must be a whole number from 1 to 20, not 21"),
        ({"width": 3, "start": "10"}, "'start' must be 3 digits, each 0 or 1, not '10'"),
        ({"start": "102"}, "'start' must be 3 digits"),
        ({"start": "100", "goal": 1}, "'goal' must be a text"),
        ({"start": "100", "order": [1, 2]}, "'order' must have 3 to 3 values, not 2"),
        ({"start": "100", "order": [1, 2, 2]}, "'order' must have each position from 1 to 3 once"),
        ({"width": 3, "fewest_steps": 7}, "'fewest_steps' is 7, but there are 8 items"),
    ],
)
def test_bad(data: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInstance, match=f"^gray_code: field {message}"):
        given_problem("gray_code", data)
