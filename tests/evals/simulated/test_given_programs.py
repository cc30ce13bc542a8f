"""Programs of simulated respondents for instances that are given whole."""

from typing import Any

import pytest

from evals.simulated.programs import program
from tasks import given_problem


@pytest.mark.parametrize(
    ("name", "data", "returned"),
    [
        ("counting", {"from": 9, "to": 1, "step": 4}, [9, 5, 1]),
        ("hanoi", {"start": [[2], [1], []], "goal": [[], [2, 1], []]}, [[1, 1, 2], [2, 0, 1], [1, 2, 1]]),
        ("copying", {"items": ["dark red", "blue"]}, ["dark red", "blue"]),
    ],
)
def test_they_return_the_solution(name: str, data: dict[str, Any], returned: list[Any]) -> None:
    text = "".join(program(given_problem(name, data), None, guarded=False))
    names: dict[str, Any] = {}
    exec(text.removeprefix("```python\n").removesuffix("```"), names)
    assert names["solve"]() == returned
