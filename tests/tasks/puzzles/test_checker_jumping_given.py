"""Checker jumping that is given whole."""

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from tasks import BadInstance, given_problem, problem
from tests.contract.given import check_given
from tests.tasks.forms.item_answers import labelled

CASES: list[tuple[Mapping[str, Any], int | None]] = [
    ({"start": "RRR_BBB", "goal": "BBB_RRR"}, 15),
    ({"start": "R_B", "goal": "B_R"}, 3),
    ({"start": "BB_RR", "goal": "RR_BB"}, 8),
    ({"start": "RR_BBB", "goal": "BBB_RR"}, 11),
    ({"start": "RR__BB", "goal": "BB__RR"}, 12),
    ({"start": "RRBB_", "goal": "BB_RR"}, None),
    ({"start": "RRR_BBB", "goal": "BBB_RRR", "backwards": True}, 15),
    ({"start": "R_B", "goal": "_RB", "directions": {"R": "right", "B": "left"}}, None),
    ({"start": "R_B", "goal": "_RB", "directions": {"R": "right"}}, None),
    ({"start": ["red", "red", "_", "blue"], "goal": ["blue", "_", "red", "red"]}, 5),
    ({"start": ["dark red", None, "dark blue"], "goal": ["dark blue", None, "dark red"]}, None),
    ({"start": "R R . B B", "goal": "B B . R R", "empty": ".", "base": 1}, 8),
    ({"start": "WW_BB", "goal": "BB_WW", "jump_over": "any", "backwards": True}, 8),
    ({"start": "ABC_", "goal": "CBA_", "backwards": True, "jump_over": "any"}, None),
    ({"start": "R_", "goal": "_R"}, 1),
    ({"start": "AB_", "goal": "AB_"}, 0),
    ({"start": "AAA", "goal": "AAA"}, 0),
]


@pytest.mark.parametrize(("data", "fewest"), CASES, ids=str)
def test_any_row(data: Mapping[str, Any], fewest: int | None) -> None:
    """Of any pieces and gaps."""
    given = check_given("checker_jumping", data)
    if fewest is not None:
        assert given.fewest_steps == fewest


@pytest.mark.parametrize("seed", range(40))
def test_random_rows(seed: int) -> None:
    """What search finds; the checks search too."""
    rng = Random(seed)
    row = list("RRBB_" + "_G"[seed % 2])
    start, goal = (rng.sample(row, len(row)) for _ in range(2))
    check_given("checker_jumping", {"start": start, "goal": goal, "backwards": rng.random() < 0.3})


@pytest.mark.parametrize("size", [1, 2, 3, 5, 30, 1000])
def test_is_the_drawn_one(size: int) -> None:
    """Two rows that change sides, of whatever length."""
    start = "R" * size + "_" + "B" * size
    given = given_problem("checker_jumping", {"start": start, "goal": start[::-1]})
    drawn = problem("checker_jumping", {"size": size})
    assert given.fewest_steps == drawn.fewest_steps
    assert given.distance(given.start) == drawn.fewest_steps
    if size < 100:
        text = "".join(drawn.format(drawn.solution()))
        assert labelled(given.puzzle, given.instance, text).label == "solved"
        mine = "".join(given.format(given.solution()))
        assert labelled(given.puzzle, given.instance, mine).label == "solved"


def test_unequal_sides() -> None:
    """All solutions have mn + m + n moves."""
    start = "R" * 12 + "_" + "B" * 20
    given = given_problem("checker_jumping", {"start": start, "goal": start[::-1]})
    assert given.fewest_steps == 12 * 20 + 12 + 20
    text = "".join(given.format(given.solution()))
    assert labelled(given.puzzle, given.instance, text).label == "solved"


def test_length_that_nobody_knows() -> None:
    """Unless the record says it."""
    start = "RB" * 20 + "___" + "RB" * 20
    data = {"start": start, "goal": start[::-1], "backwards": True}
    unknown = given_problem("checker_jumping", data)
    assert (unknown.fewest_steps, unknown.solvable) == (None, None)
    assert list(unknown.solution()) == []
    said = given_problem("checker_jumping", {**data, "fewest_steps": 70})
    assert (said.fewest_steps, said.solvable, said.distance(said.start)) == (70, True, None)


RED = {"start": "R_B", "goal": "B_R"}
NAMED = {"start": ["black", "_", "blue"], "goal": ["blue", "_", "black"]}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (RED, '[["R", 0, 1], ["B", 2, 0], ["R", 1, 2]]'),
        (RED, "Move the red checker from 0 to 1\nMove the blue checker from 2 to 0\nMove red from 1 to 2"),
        (RED, "R: 1 -> 2\nB: 3 -> 1\nR: 2 -> 3"),
        ({**RED, "base": 1}, "R: 1 -> 2\nB: 3 -> 1\nR: 2 -> 3"),
        ({**RED, "base": 1}, "R: 0 -> 1\nB: 2 -> 0\nR: 1 -> 2"),
        (NAMED, '[["black", 0, 1], ["blue", 2, 0], ["black", 1, 2]]'),
        (NAMED, "1. Black slides from 0 to 1\n2. Blue jumps from 2 to 0\n3. Black slides from 1 to 2"),
    ],
)
def test_names_in_answers(data: Mapping[str, Any], text: str) -> None:
    """In the usual forms, counted from either base."""
    given = given_problem("checker_jumping", data)
    assert labelled(given.puzzle, given.instance, text).label == "solved"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"start": "R_B"}, "'goal' is missing"),
        ({"start": "R_B", "goal": "B_B"}, "other checkers"),
        ({"start": "R_B", "goal": "B__R"}, "other checkers"),
        ({"start": "___", "goal": "___"}, "1 to 20 kinds"),
        ({"start": "R", "goal": "R"}, "2 to 2001"),
        ({"start": [1, 2.5], "goal": [2.5, 1]}, "not 2.5"),
        ({"start": 5, "goal": "R_B"}, "must be a list"),
        ({**RED, "directions": {"G": "left"}}, "'G', which is no checker"),
        ({**RED, "directions": {"R": "up"}}, "not 'up'"),
        ({**RED, "backwards": "no"}, "true or false"),
        ({**RED, "jump_over": "none"}, "'other', 'any'"),
        ({**RED, "base": 2}, "from 0 to 1"),
        ({"start": "R_B.", "goal": ".B_R", "empty": "."}, "called '_'"),
        ({**RED, "fewest_steps": 2}, "shortest solution has 3"),
        ({**RED, "solvable": False}, "there is a solution"),
        ({"start": "RB_", "goal": "BR_", "solvable": True}, "there is no solution"),
    ],
    ids=str,
)
def test_what_makes_no_sense(data: Mapping[str, Any], told: str) -> None:
    """Is told in one line."""
    with pytest.raises(BadInstance, match=told) as caught:
        given_problem("checker_jumping", data)
    assert "\n" not in str(caught.value)
