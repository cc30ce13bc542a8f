"""Towers of Hanoi that are given whole."""

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from tasks import BadInstance, given_problem, problem
from tests.contract.given import check_given
from tests.tasks.forms.item_answers import labelled

SHORT = {"disks": 5, "pegs": 3, "peg_labels": [1, 2, 3], "start_peg": 1, "target_peg": 3}
COLOURED = {
    "pegs": ["north", "south", "far east"],
    "disks": ["red", "green", "light blue"],
    "start": {"north": ["light blue"], "south": ["green", "red"], "far east": []},
    "goal": "far east",
}
CASES: list[dict[str, Any]] = [
    SHORT,
    {"disks": 3, "pegs": 3, "start_peg": 0, "target_peg": 2},
    {"start": [[3, 1], [2], []], "goal": [[], [3], [2, 1]]},
    {"start": [[1, 3], [2], []], "goal": [[], [3], [1, 2]]},
    {"start": {"A": [4, 3, 2, 1], "B": [], "C": []}, "goal": {"B": [4]}},
    {"start": [[4, 1], [3], [2]], "goal": [[1], [], [3]]},
    {"start": [[30, 20, 10], [], []], "goal": [[20], [30], [10]], "peg_labels": [7, 8, 9]},
    {"start": [[5, 4, 3, 2, 1], [], [], []], "goal": [[], [], [], [5, 4, 3, 2, 1]]},
    {"start": [[5, 3, 1], [4, 2], [], [], []], "goal": [[5], [], [], [], None]},
    {"disks": 10, "pegs": 4, "start_peg": 3, "target_peg": 1},
    {"start": [[], [2, 1], []], "goal": 1},
    COLOURED,
    {"disks": ["d1", "d2", "d3"], "pegs": ["peg1", "peg2", "peg3"], "start": "peg3", "goal": "peg1"},
    {"disks": 3, "pegs": 3, "start": 0, "goal": 2, "ways": [[0, 1], [1, 2], [2, 0]]},
    {"disks": 2, "pegs": 3, "start": 0, "goal": 2, "ways": [[0, 1], [1, 2]]},
    {"disks": 1, "pegs": 3, "start": 0, "goal": 2, "ways": [[0, 1]]},
    {"disks": 1, "pegs": 3, "start": 0, "goal": 2, "ways": [[0, 2]]},
    {"disks": ["a", "b"], "pegs": ["A", "B", "C"], "start": "A", "goal": {"B": ["a"], "C": ["b"]}},
    {"disks": ["s", "m", "l"], "pegs": ["7", "x", "x y"], "start": "7", "goal": "x y"},
]


@pytest.mark.parametrize("data", CASES, ids=str)
def test_any_towers(data: Mapping[str, Any]) -> None:
    """Of any pegs and disks, by whatever names."""
    check_given("hanoi", data)
    check_given("hanoi_random", data)


def test_is_the_drawn_one() -> None:
    """The short form says the same as parameters do, and is replayed alike."""
    short = given_problem("hanoi", SHORT)
    drawn = problem("hanoi", {"size": 5, "base": 1})
    assert short.fewest_steps == drawn.fewest_steps == 31
    assert list(short.solution()) == list(drawn.solution())
    assert short.start == drawn.start
    assert short.prompt.goal == drawn.prompt.goal
    whole = {"start": {"1": [5, 4, 3, 2, 1], "2": [], "3": []}, "goal": 3}
    assert given_problem("hanoi", whole).canonical == short.canonical


@pytest.mark.parametrize("seed", range(40))
def test_partial_goals_on_three_pegs(seed: int) -> None:
    """The formula finds what search finds."""
    rng = Random(seed)
    size = 1 + rng.randrange(5)
    stacks: list[list[list[int]]] = [[[], [], []] for _ in range(2)]
    start, goal = stacks
    for disk in range(size, 0, -1):
        start[rng.randrange(3)].append(disk)
        if rng.random() < 0.7:
            goal[rng.randrange(3)].append(disk)
    if any(goal):
        check_given("hanoi", {"start": start, "goal": goal})


@pytest.mark.parametrize("seed", range(30))
def test_any_ways(seed: int) -> None:
    """Between some pegs only; impossible ones are found."""
    rng = Random(seed)
    pegs = 3 + rng.randrange(2)
    stacks: list[list[list[int]]] = [[[] for _ in range(pegs)] for _ in range(2)]
    start, goal = stacks
    for disk in range(4, 0, -1):
        start[rng.randrange(pegs)].append(disk)
        goal[rng.randrange(pegs)].append(disk)
    ways = [[a, b] for a in range(pegs) for b in range(pegs) if a != b and rng.random() < 0.6]
    check_given("hanoi", {"start": start, "goal": goal, "ways": ways or [[0, 1]]})


@pytest.mark.parametrize(
    ("pegs", "disks", "fewest"),
    [(4, 9, 41), (4, 20, 289), (3, 20, 2**20 - 1), (5, 6, 15), (3, 53, 2**53 - 1)],
)
def test_known_lengths(pegs: int, disks: int, fewest: int) -> None:
    """By formula, or by search where that is small."""
    data = {"disks": disks, "pegs": pegs, "start_peg": 0, "target_peg": 1}
    assert given_problem("hanoi", data).fewest_steps == fewest


def test_larger_disks_in_place_do_not_count() -> None:
    """So the search stays small."""
    given = given_problem("hanoi", {"start": [[20, 19, 2, 1], [18], [17], []], "goal": {"1": [1], "3": [2]}})
    assert given.fewest_steps == 2


def test_length_that_nobody_knows() -> None:
    """Unless the record says it."""
    large = {"start": [[12, 10, 8, 6, 4, 2], [11, 9, 7, 5, 3, 1], [], []], "goal": 3}
    unknown = check_given("hanoi", large)
    assert (unknown.fewest_steps, unknown.solvable) == (None, None)
    said = check_given("hanoi", {**large, "fewest_steps": 51})
    assert (said.fewest_steps, said.solvable) == (51, True)
    assert given_problem("hanoi", {**large, "solvable": True}).solvable is True


ANSWERS = {
    "as asked": '[["green", "south", "north"], ["red", "south", "far east"]]',
    "sentences": "1. Move the green disk from South to North.\n2. Move the red disk from south to Far East.",
    "arrows": "green: south -> north\nred: south -> far east",
    "rows": "green, south, north\nred, south, far_east",
    "table": "| 1 | green | south | north |\n| 2 | red | south | far east |",
    "objects": '[{"disk": "green", "from": "south", "to": "north"}, '
    '{"disk": "red", "from": "south", "to": "far east"}]',
    "disks after": "south -> north (disk green)\nsouth -> far east (disk red)",
    "ranks": "[[2, south, north], [1, south, far east]]",
    "without disks": "1. south → north\n2. south → far east",
}


@pytest.mark.parametrize("text", ANSWERS.values(), ids=ANSWERS)
def test_names_in_answers(text: str) -> None:
    """In any of the usual forms; here is the second smallest first, which is illegal."""
    given = given_problem("hanoi", COLOURED)
    (found,) = given.lists(given.read(text))
    rows = list(found.steps.rows())
    assert [row[1:] for row in rows] == [(1, 0), (1, 2)]
    assert [row[0] for row in rows] in ([2, 1], [-1, -1], [1, 1])


LABELS = [
    (["A", "B", "C"], "A"),
    (["left", "middle", "right"], "left"),
    ([1, 2, 3], 1),
    ([10, 20, 30], 10),
    (["peg 1", "peg 2", "peg 3"], "peg 1"),
    (["P_x", "P_y", "P_z"], "P_x"),
    (["x", "Y", "z"], "x"),
]


@pytest.mark.parametrize(("pegs", "first"), LABELS, ids=str)
def test_names_of_pegs(pegs: list[str | int], first: str | int) -> None:
    """Lists, sentences and arrows with the names that were given are the solution."""
    given = given_problem("hanoi", {"disks": 4, "pegs": pegs, "start": first, "goal": pegs[2]})
    rows = [(disk, pegs[source], pegs[target]) for disk, source, target in given.solution()]
    for told in ("Move disk {} from {} to {}", "{}, {}, {}", "({}, '{}', '{}')", "Disk {}: {} -> {}"):
        text = "\n".join(told.format(*row) for row in rows)
        assert labelled(given.puzzle, given.instance, text).label == "solved", text


def test_drawn_pegs_are_no_moves() -> None:
    """However many there are."""
    given = given_problem("hanoi", {"disks": 3, "pegs": 5, "start": 0, "goal": 4})
    told = ["[[3, 2, 1], [], [], [], []]"]
    for count, row in enumerate(given.solution(), start=1):
        told.append(f"{list(row)}")
        told.append(f"{[list(stack) for stack in given.state_after(count)]}")
    assert labelled(given.puzzle, given.instance, "\n".join(told)).label == "solved"


def test_pegs_counted_otherwise() -> None:
    """From 0 where the labels begin with 1."""
    given = given_problem("hanoi", SHORT)
    rows = [list(row) for row in given.solution()]
    assert labelled(given.puzzle, given.instance, f"moves = {rows}").label == "solved"


def test_a_name_that_is_none_is_an_error_where_it_stands() -> None:
    """Not at the first step."""
    given = given_problem("hanoi", {"disks": 3, "pegs": [10, 20, 30], "start": 10, "goal": 30})
    found = labelled(given.puzzle, given.instance, "[[1, 10, 30], [2, 10, 20], [1, 30, 40], [3, 10, 30]]")
    assert found.first_error == 3


FAULTS = [
    ({"disks": 3, "pegs": 3, "start": 0}, "'goal' is missing"),
    ({"start": [[1, 2, 3], [5, 4], []], "goal": 1}, "smaller one"),
    ({"start": [[3, 1, 2], [], []], "goal": 1}, "smaller one"),
    ({"start": [[3, 3], [], []], "goal": 1}, "twice"),
    ({"start": [[3, 2], [2], []], "goal": 1}, "disk 2 twice"),
    ({"start": [[3], [], []], "goal": [[4], [], []]}, "names 4"),
    ({"start": [[2, 1], [], []], "goal": 7}, "names 7, which is no peg"),
    ({"start": [[2, 1], []], "goal": 1}, "3 to 10"),
    ({"start": [[2, 1], [], []], "goal": [[], [], []]}, "names no disk"),
    ({"disks": 3, "start": [[2, 1], [], []], "goal": 1}, "lacks disk 3"),
    ({"disks": 2, "pegs": ["A", "B", "A"], "start": "A", "goal": "B"}, "'A' twice"),
    ({"disks": 2, "pegs": [1, "1", 2], "start": 1, "goal": 2}, "'1' twice"),
    ({"disks": 60, "pegs": 3, "start": 0, "goal": 2}, "from 1 to 53"),
    ({"disks": "three", "pegs": 3, "start": 0, "goal": 2}, "must be a list"),
    ({"disks": True, "pegs": 3, "start": 0, "goal": 2}, "whole number"),
    ({**SHORT, "peg_labels": [1, 2]}, "3 to 10"),
    ({**SHORT, "pegs": 4}, "3 labels for 4 pegs"),
    ({**SHORT, "start": 1}, "leave out one"),
    ({**SHORT, "fewest_steps": 30}, "is 30, and the shortest solution has 31"),
    ({**SHORT, "solvable": False}, "there is a solution of 31"),
    ({**SHORT, "ways": [[1, 2]], "solvable": True}, "there is no solution"),
    ({**SHORT, "ways": [[1, 2]], "fewest_steps": 3}, "there is no solution"),
    ({**SHORT, "ways": [[1, 1]]}, "same peg twice"),
    ({**SHORT, "ways": [[1]]}, "pairs of pegs"),
    ({"start": [["red", "blue"], ["green"], []], "goal": 1}, "list their labels"),
    ({"start": [[[1]], [], []], "goal": 1}, "whole number|disk"),
    ({"start": [{"a": 1}, [], []], "disks": 1, "goal": 1}, "list of disks"),
    ({"start": [["x" * 200], [], []], "goal": 1}, "disks"),
]


@pytest.mark.parametrize(("data", "told"), FAULTS, ids=str)
def test_what_makes_no_sense(data: Mapping[str, Any], told: str) -> None:
    """Is told in one line that names the field."""
    with pytest.raises(BadInstance, match=told) as caught:
        given_problem("hanoi", data)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
