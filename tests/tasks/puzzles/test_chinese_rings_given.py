"""Chinese rings that are given whole."""

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from tasks import BadInstance, given_problem, problem
from tests.contract.given import check_given
from tests.tasks.forms.item_answers import labelled

CASES: list[dict[str, Any]] = [
    {"rings": 5},
    {"rings": 4, "goal": "on", "start": "off"},
    {"start": [1, 0, 1, 1, 0], "goal": [0, 0, 0, 1, 1]},
    {"start": "10110", "goal": "00011"},
    {"start": ["on", "off", "on"], "goal": {"on": [3]}, "numbering": "fixed"},
    {"rings": [31, 7, 12, 8], "goal": {"off": [7]}},
    {"rings": ["red", "blue", "dark green"], "start": "on", "goal": "off"},
    {"rings": ["r1", "r2", "r3", "r4"], "start": [True, False, True, True]},
    {"rings": 1},
    {"rings": 3, "start": "off"},
    {"rings": 12, "start": {"on": []}, "goal": {"on": [12]}},
]


@pytest.mark.parametrize("data", CASES, ids=str)
def test_any_rings(data: Mapping[str, Any]) -> None:
    """From any state to any other."""
    check_given("chinese_rings", data)


@pytest.mark.parametrize("seed", range(30))
def test_any_states(seed: int) -> None:
    """The formula finds what search finds."""
    rng = Random(seed)
    size = 1 + rng.randrange(7)
    start, goal = ([rng.randrange(2) for _ in range(size)] for _ in range(2))
    check_given("chinese_rings", {"start": start, "goal": goal})


def test_is_the_drawn_one() -> None:
    """With all rings on, to be taken off."""
    given, drawn = given_problem("chinese_rings", {"rings": 7}), problem("chinese_rings", {"size": 7})
    assert given.fewest_steps == drawn.fewest_steps
    assert list(given.solution(3)) == list(drawn.solution(3))
    assert given.prompt.rules == drawn.prompt.rules
    large = given_problem("chinese_rings", {"rings": 52})
    assert large.fewest_steps == 2**53 // 3


def test_numbered_from_the_other_end() -> None:
    """Ring n is then the one that can always be moved, and states are listed from the fixed end."""
    given = given_problem("chinese_rings", {"start": "0011", "goal": "0000", "numbering": "fixed"})
    assert labelled(given.puzzle, given.instance, '[["off", 3], ["off", 4]]').label == "solved"
    assert labelled(given.puzzle, given.instance, '[["off", 2], ["off", 1]]').label != "solved"
    same = {"rings": [4, 3, 2, 1], "start": "1100", "goal": "off"}
    assert given_problem("chinese_rings", same).canonical == given.canonical


COLOURS = {"rings": ["red", "blue"]}


@pytest.mark.parametrize(
    "text",
    [
        '[["off", "blue"], ["off", "red"]]',
        "1. Take off the blue ring.\n2. Take off the red ring.",
        "off Blue\noff Red",
        "Remove ring blue\nRemove ring red",
        "| 1 | off | blue |\n| 2 | off | red |",
    ],
)
def test_names_in_answers(text: str) -> None:
    """In the usual forms."""
    given = given_problem("chinese_rings", COLOURS)
    assert labelled(given.puzzle, given.instance, text).label == "solved"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "'rings' is missing"),
        ({"rings": 0}, "from 1 to 52"),
        ({"rings": 53}, "from 1 to 52"),
        ({"start": "1" * 99}, "1 to 52 rings, not 99"),
        ({"start": "on", "goal": []}, "1 to 52 rings, not 0"),
        ({"rings": [1, 1]}, "'1' twice"),
        ({"rings": [[1]]}, "texts or whole numbers"),
        ({"rings": [""]}, "1 to 100 characters"),
        ({"rings": 3, "start": "11"}, "must tell of 3 rings, not 2"),
        ({"rings": 2, "start": [2, 1]}, "not 2"),
        ({"rings": 2, "start": [[], 1]}, r"not \[\]"),
        ({"rings": 2, "goal": 5}, "not 5"),
        ({"rings": 2, "goal": {"on": [3]}}, "names 3"),
        ({"rings": 2, "goal": {"maybe": [1]}}, "maybe"),
        ({"rings": 2, "numbering": "left"}, "'left'"),
        ({"rings": 2, "fewest_steps": 1}, "shortest solution has 2"),
        ({"rings": 2, "solvable": False}, "there is a solution"),
    ],
)
def test_what_makes_no_sense(data: Mapping[str, Any], told: str) -> None:
    """Is told in one line."""
    with pytest.raises(BadInstance, match=told) as caught:
        given_problem("chinese_rings", data)
    assert "\n" not in str(caught.value)
