"""Pointer chases that are given whole."""

from typing import Any

import pytest

from tasks import BadInstance, given_problem
from tests.contract.given import check_given
from tests.tasks.forms.given_answers import check_reading, items, told

CITIES = ["Berlin", "New York", "Łódź", "東京", "Rio de Janeiro", "Ürümqi"]


def _ring(labels: list[str]) -> dict[str, str]:
    return dict(zip(labels, [*labels[1:], labels[0]], strict=True))


@pytest.mark.parametrize(
    "labels",
    [CITIES, [str(at * 5 % 17) for at in range(17)], list("dgacbelkji"), [f"Node_{at}" for at in (3, 1, 20)]],
    ids=lambda labels: labels[0],
)
def test_read_like_drawn_ones(labels: list[str]) -> None:
    check_reading("pointer_chase", {"table": _ring(labels), "start": labels[2], "hops": 30})


def test_a_way_may_come_back_to_its_middle() -> None:
    data = {"table": {"a": "b", "b": "c", "c": "d", "d": "c", "e": "f"}, "start": "a", "hops": 7}
    problem = check_given("pointer_chase", data)
    assert items(problem) == list("bcdcdcd")
    assert problem.state_after(6) == problem.step(problem.state_after(5), next(problem.solution(5)))


def test_a_million_hops() -> None:
    problem = given_problem(
        "pointer_chase", {"table": _ring(CITIES), "start": "Rio de Janeiro", "hops": 1_000_000}
    )
    assert problem.fewest_steps == 1_000_000
    assert "".join(problem.format([next(problem.solution(999_999))])) == CITIES[(4 + 1_000_000) % 6]


def test_no_hop_goes_on_from_where_the_table_ends() -> None:
    data = {"table": {"a": "b", "b": "a", "x": "y"}, "start": "a", "hops": 4}
    problem = check_given("pointer_chase", data)
    there = (1, *_row(problem, "y"))
    assert problem.puzzle.recover(problem.instance, problem.start, _row(problem, "y")) is None
    assert problem.step(there, _row(problem, "a")) is None
    assert problem.why_not(there, _row(problem, "a")) == "y points at nothing, not at a"


def _row(problem: Any, label: str) -> tuple[int]:
    return (problem.instance.parameters.drawn.named.codes[label],)


@pytest.mark.parametrize(
    "text",
    [
        "Łódź\n東京\nRio de Janeiro",
        "New York -> Łódź -> 東京 -> rio de janeiro",
        "1. New York points at Łódź\n2. Łódź points at 東京\n3. 東京 points at Rio de Janeiro",
        "From New York to Łódź: Łódź\nFrom Łódź to 東京: 東京\nFrom 東京 to Rio de Janeiro: Rio de Janeiro",
        "Hop 1: Łódź\nHop 2: 東京\nHop 3: RIO DE JANEIRO\n\nThe final label is Rio de Janeiro.",
        '["Łódź", "東京", "Rio de Janeiro"]',
    ],
)
def test_labels_told_in_other_ways(text: str) -> None:
    data = {"table": _ring(CITIES), "start": "New York", "hops": 3}
    assert told("pointer_chase", data, text).label == "solved"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"table": {"a": "b"}}, "'table' has nothing for 'b', from which hop 2 goes"),
        ({"start": "z"}, "'table' has nothing for 'z', from which hop 1 goes"),
        ({"hops": 0}, "'hops' must be a whole number from 1 to 1000000, not 0"),
        ({"hops": None}, "'hops' is missing"),
        ({"labels": ["a"]}, "'labels' lacks 'b'"),
        ({"table": {"a": ["b"]}}, "'table' must hold names"),
        ({"table": [["a", "b"], ["a", "c"]]}, "'table' has 'a' twice"),
        ({"fewest_steps": 9}, "'fewest_steps' is 9, but there are 4 items"),
    ],
)
def test_bad(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInstance, match=f"^pointer_chase: field {message}"):
        given_problem("pointer_chase", {"table": {"a": "b", "b": "a"}, "start": "a", "hops": 4, **change})
