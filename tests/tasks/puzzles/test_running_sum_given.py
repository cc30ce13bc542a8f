"""Running sums that are given whole."""

from typing import Any

import pytest

from tasks import BadInstance, given_problem
from tests.contract.given import check_given
from tests.tasks.forms.given_answers import check_reading, items, told

FRUIT = {"apple": 4, "ice cream": -7, "Łódź": 10, "東京": 0}
LISTED = (["apple", "ice cream", "Łódź", "apple", "東京", "ice cream"] * 5)[:30]


@pytest.mark.parametrize("start", [0, 100, -3])
def test_read_like_drawn_ones(start: int) -> None:
    check_reading("running_sum", {"table": FRUIT, "words": LISTED, "start": start})


def test_totals_follow_from_the_start() -> None:
    problem = given_problem("running_sum", {"table": FRUIT, "words": LISTED[:3], "start": 100})
    assert items(problem) == ["104", "97", "107"]
    assert problem.fewest_steps == 3
    assert "Begin with a total of 100." in problem.prompt.rules
    assert "apple = 4" in problem.prompt.rules


@pytest.mark.parametrize(
    "text",
    [
        "apple: 104\nice cream: 97\nŁódź: 107",
        "1. Apple (+4) -> 104\n2. Ice cream (-7) -> 97\n3. ŁÓDŹ (+10) -> 107",
        "100 + 4 = 104\n104 - 7 = 97\n97 + 10 = 107",
        "Start: 100\n104\n97\n107\nFinal total: 107",
        "100 -> 104 -> 97 -> 107",
    ],
)
def test_words_beside_totals(text: str) -> None:
    data = {"table": FRUIT, "words": LISTED[:3], "start": 100}
    assert told("running_sum", data, text).label == "solved"
    verdict = told("running_sum", data, text.replace("97", "98"))
    assert (verdict.label, verdict.first_error) == ("logic_error", 2)


def test_a_table_can_be_a_list_of_pairs() -> None:
    pairs: list[tuple[str, int]] = [("b", 2), ("a", 1)]
    problem = check_given("running_sum", {"table": pairs, "words": ["a", "b"]})
    same = given_problem("running_sum", {"table": dict(pairs), "words": ["a", "b"], "start": 0})
    assert problem.canonical == same.canonical


def test_what_a_record_says_of_its_length_makes_no_other_instance() -> None:
    data = {"table": {"a": 1}, "words": ["a", "a"]}
    said = given_problem("running_sum", {**data, "fewest_steps": 2, "solvable": True})
    assert said.canonical == given_problem("running_sum", data).canonical


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"words": ["a", "c"]}, "'words' has 'c', which the table has not"),
        ({"words": []}, "'words' must have 1 to 10000 values, not 0"),
        ({"words": "a"}, "'words' must be a list, not 'a'"),
        ({"words": [["a"]]}, "'words' must hold names"),
        ({"table": {"a": "x"}}, "'table' must have whole numbers from .* not 'x' for 'a'"),
        ({"table": {"a": True}}, "'table' must have .* not True for 'a'"),
        ({"table": [["a", 1], ["a", 2]]}, "'table' has 'a' twice"),
        ({"table": [["a"]]}, "'table' must be an object or a list of pairs"),
        ({"table": None}, "'table' is missing"),
        ({"start": 1.5}, "'start' must be a whole number"),
        ({"fewest_steps": 3}, "'fewest_steps' is 3, but there are 2 items"),
        ({"solvable": False}, "'solvable' is false, but the list of 2 items can be written"),
    ],
)
def test_bad(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInstance, match=f"^running_sum: field {message}"):
        given_problem("running_sum", {"table": {"a": 1, "b": 2}, "words": ["a", "b"], **change})
