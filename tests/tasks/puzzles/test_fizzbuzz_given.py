"""Fizzbuzz that is given whole."""

from typing import Any

import pytest

from tasks import BadInstance, given_problem
from tests.contract.given import check_given
from tests.tasks.forms.given_answers import check_reading, items, told
from tests.tasks.forms.item_answers import lines

CLASSIC = {"divisors": {"3": "Fizz", "5": "Buzz"}, "to": 30}


def _right(pairs: list[tuple[int, str]], first: int, last: int) -> list[str]:
    return [
        "".join(word for divisor, word in pairs if number % divisor == 0) or str(number)
        for number in range(first, last + 1)
    ]


@pytest.mark.parametrize(
    ("pairs", "first"),
    [
        ([(3, "Fizz"), (5, "Buzz")], 1),
        ([(5, "Бах"), (2, "ice cream"), (7, "3D")], 90),
        ([(2, "Bim"), (3, "BimWug"), (5, "Wug")], 0),
        ([(3, "犬"), (4, "l'été"), (6, "K\u0131z"), (11, "foo-bar")], 1_000_000),
        ([(1, "a"), (2, "B")], 1),
    ],
)
def test_read_like_drawn_ones(pairs: list[tuple[int, str]], first: int) -> None:
    data = {"divisors": [list(pair) for pair in pairs], "from": first, "to": first + 29}
    assert items(given_problem("fizzbuzz", data)) == _right(pairs, first, first + 29)
    check_reading("fizzbuzz", data)


@pytest.mark.parametrize("joint", [" ", "-", "+"])
def test_words_may_be_joined_with_a_blank(joint: str) -> None:
    right = _right([(3, "Fizz"), (5, "Buzz")], 1, 30)
    text = lines(right).replace("FizzBuzz", f"Fizz{joint}Buzz")
    assert told("fizzbuzz", CLASSIC, text).label == "solved"
    assert told("fizzbuzz", CLASSIC, text.lower()).label == "solved"


def test_the_order_of_words_counts() -> None:
    right = _right([(3, "Fizz"), (5, "Buzz")], 1, 30)
    verdict = told("fizzbuzz", CLASSIC, lines(right).replace("FizzBuzz", "BuzzFizz"))
    assert (verdict.label, verdict.first_error) == ("logic_error", 15)
    other = {"divisors": [[5, "Buzz"], [3, "Fizz"]], "to": 30}
    assert told("fizzbuzz", other, lines(right).replace("FizzBuzz", "BuzzFizz")).label == "solved"
    problem = given_problem("fizzbuzz", CLASSIC)
    (wrong,) = problem.read("1\n2\nBuzzFizz").found[0].steps.rows(2)
    assert problem.why_not(14, wrong) == "line 15 is other words where FizzBuzz belongs"


def test_an_object_is_in_the_order_of_its_divisors() -> None:
    problem = check_given("fizzbuzz", {"divisors": {"10": "Ten", "2": "Two"}, "from": 8, "to": 12})
    assert items(problem) == ["Two", "9", "TwoTen", "11", "Two"]
    assert "For each whole number from 8 to 12" in problem.prompt.rules
    assert "number 8." in problem.prompt.start


def test_the_example_has_none_of_the_words() -> None:
    problem = given_problem("fizzbuzz", {"divisors": {"2": "BIM", "3": "zot"}, "to": 10})
    assert not {"Bim", "Zot"} & {*problem.prompt.example.split()}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"divisors": {}}, "'divisors' must have 1 to 8 fields, not 0"),
        ({"divisors": {"x": "Fizz"}}, "'divisors' must be whole numbers, not 'x'"),
        ({"divisors": {"0": "Fizz"}}, "'divisors' must be whole numbers from 1 to"),
        ({"divisors": [[3, "Fizz", 1]]}, "'divisors' must be an object or a list of"),
        ({"divisors": [[3, "Fizz"], [3, "Buzz"]]}, "'divisors' has a divisor twice"),
        ({"divisors": [[3, "Fizz"], [5, "Fizz"]]}, "'divisors' has 'Fizz' twice"),
        ({"divisors": {"3": "12"}}, "'divisors' must have words with letters, at most 30, not '12'"),
        ({"divisors": {"3": ["Fizz"]}}, "'divisors' must hold names"),
        ({"to": 0}, "'to' must be a whole number from 1 to 1000000, not 0"),
        ({"from": -1}, "'from' must be a whole number from 0"),
        ({"fewest_steps": 29}, "'fewest_steps' is 29, but there are 30 items"),
    ],
)
def test_bad(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInstance, match=f"^fizzbuzz: field {message}"):
        given_problem("fizzbuzz", {**CLASSIC, **change})
