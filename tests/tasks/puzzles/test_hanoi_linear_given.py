"""Linear Hanoi that is given whole."""

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from tasks import BadInstance, given_problem, problem
from tests.contract.given import check_given

CASES: list[dict[str, Any]] = [
    {"disks": 3, "pegs": 3, "start_peg": 0, "target_peg": 2},
    {"disks": 3, "pegs": 3, "start_peg": 0, "target_peg": 1},
    {"disks": 3, "pegs": ["A", "B", "C"], "order": ["B", "A", "C"], "start": "B", "goal": "C"},
    {"start": [[3, 1], [2], []], "goal": [[], [3], [2, 1]]},
    {"start": [[3, 1], [2], []], "goal": [[1], [], [3]]},
    {"start": [[3, 2, 1], [], [], []], "goal": 3, "order": [2, 0, 1, 3]},
    {"start": [[2, 1], [], []], "goal": 2, "ways": [[0, 1], [1, 2]]},
    {"start": [[2], [1], []], "goal": [[2], [1], []]},
]


@pytest.mark.parametrize("data", CASES, ids=str)
def test_any_towers(data: Mapping[str, Any]) -> None:
    """Between neighbours only."""
    check_given("hanoi_linear", data)


@pytest.mark.parametrize("seed", range(20))
def test_any_states(seed: int) -> None:
    """The formula finds what search finds, in whatever order the pegs stand."""
    rng = Random(seed)
    stacks: list[list[list[int]]] = [[[], [], []] for _ in range(2)]
    start, goal = stacks
    for disk in range(4, 0, -1):
        start[rng.randrange(3)].append(disk)
        goal[rng.randrange(3)].append(disk)
    order = [0, 1, 2]
    rng.shuffle(order)
    check_given("hanoi_linear", {"start": start, "goal": goal, "order": order})


def test_is_the_drawn_one() -> None:
    """From one end to the other."""
    given = given_problem("hanoi_linear", {"disks": 5, "pegs": 3, "start_peg": 2, "target_peg": 0})
    drawn = problem("hanoi_linear", {"size": 5, "start": 2})
    assert given.fewest_steps == 3**5 - 1
    assert list(given.solution(7)) == list(drawn.solution(7))
    assert "next to its own" in given.prompt.rules


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("order", [0, 1, 1], "peg twice"),
        ("order", [0, 1], "must have 3 to 3"),
        ("ways", [[0, 2]], "not neighbours"),
    ],
)
def test_what_makes_no_sense(field: str, value: list[Any], told: str) -> None:
    """Is told by its field."""
    with pytest.raises(BadInstance, match=f"'{field}'.*{told}"):
        given_problem("hanoi_linear", {"disks": 2, "pegs": 3, "start": 0, "goal": 2, field: value})
