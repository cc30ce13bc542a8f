"""River crossings that are given whole."""

from collections.abc import Mapping
from typing import Any

import pytest

from tasks import BadInstance, given_problem, problem
from tests.contract.given import check_given
from tests.tasks.forms.item_answers import labelled

WOLF = {
    "people": ["farmer", "wolf", "goat", "cabbage"],
    "boat": 2,
    "rowers": ["farmer"],
    "conflicts": [["wolf", "goat"], ["goat", "cabbage"]],
}
CANNIBALS = {"people": {"missionaries": 3, "cannibals": 3}, "boat": 2}
CANNIBALS["outnumbered"] = [["missionaries", "cannibals"]]
NAMED = {
    "people": {"missionaries": ["Ann", "Bob", "Cy"], "cannibals": ["Max", "Ned", "Olga"]},
    "boat": 2,
    "outnumbered": [["missionaries", "cannibals"]],
}
COUPLES = {
    "people": ["Ann", "Ben", "Cleo", "Dan"],
    "guards": {"Ann": "Ben", "Cleo": "Dan"},
    "boat": 2,
    "banks": ["east", "west"],
    "start": "west",
    "goal": "east",
}
CASES: list[tuple[Mapping[str, Any], int | None]] = [
    (WOLF, 7),
    (CANNIBALS, 11),
    (NAMED, 11),
    ({"missionaries": 3, "cannibals": 3, "boat": 2}, 11),
    ({"missionaries": 4, "cannibals": 4, "boat": 2}, None),
    ({"missionaries": 5, "cannibals": 5, "boat": 3}, 11),
    ({"missionaries": 8, "cannibals": 8, "boat": 8}, 5),
    ({"missionaries": 30, "cannibals": 30, "boat": 4}, 57),
    (COUPLES, 5),
    ({"pairs": 3, "boat": 2}, 11),
    ({"pairs": 4, "boat": 2}, None),
    ({**WOLF, "boat": 1}, None),
    ({**WOLF, "boat": 4}, 1),
    ({**WOLF, "keepers": ["cabbage"], "conflicts": [["wolf", "goat"]]}, 5),
    ({**WOLF, "goal": {"right": ["goat"]}}, 1),
    ({**WOLF, "goal": {"right": ["goat"], "boat": "left"}}, 2),
    ({**WOLF, "start": {"left": ["wolf", "cabbage"], "right": ["farmer", "goat"], "boat": "right"}}, 6),
    ({**WOLF, "goal": "left"}, 0),
    ({"people": ["a"], "boat": 1}, 1),
    ({"people": ["Tom", "tom", "Tim"], "boat": 2, "rowers": ["tom"]}, 3),
    ({**CANNIBALS, "start": {"left": {"missionaries": 1, "cannibals": 1}, "boat": "left"}}, 1),
    ({**CANNIBALS, "rowers": ["missionaries"]}, None),
    (
        {
            "people": [["missionaries", 3], ["cannibals", 2], "king"],
            "boat": 2,
            "rowers": ["missionaries", "king"],
            "outnumbered": [["missionaries", ["cannibals", "king"]]],
        },
        13,
    ),
]


@pytest.mark.parametrize(("data", "fewest"), CASES, ids=str)
def test_any_people(data: Mapping[str, Any], fewest: int | None) -> None:
    """By whatever rules; the impossible is found."""
    given = check_given("river_crossing", data)
    assert (given.fewest_steps, given.solvable) == (fewest, fewest is not None)


@pytest.mark.parametrize(("size", "boat"), [(2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (9, 6)])
def test_is_the_drawn_one(size: int, boat: int) -> None:
    """Actors and agents, said person by person."""
    drawn = problem("river_crossing", {"size": size, "boat": boat})
    names = [f"{letter}_{number}" for number in range(1, size + 1) for letter in "Aa"]
    guards = [[f"a_{number}", f"A_{number}"] for number in range(1, size + 1)]
    given = given_problem("river_crossing", {"people": names, "guards": guards, "boat": boat})
    assert given.canonical == given_problem("river_crossing", {"pairs": size, "boat": boat}).canonical
    assert given.fewest_steps == drawn.fewest_steps
    text = "".join(drawn.format(drawn.solution()))
    assert labelled(given.puzzle, given.instance, text).label == "solved"
    told = text.replace("A_", "Agent ").replace("a_", "actor ")
    assert labelled(given.puzzle, given.instance, told).label == "solved"


def test_many_pairs() -> None:
    """Who are interchangeable, so that they can be searched."""
    given = given_problem("river_crossing", {"pairs": 20, "boat": 4})
    rows = list(given.solution())
    assert given.fewest_steps == len(rows) == 37
    state = given.start
    for left, row in enumerate(rows):
        assert given.distance(state) == 37 - left
        state = given.step(state, row)
        assert state is not None
    assert given.is_goal(state)


def test_too_many_states() -> None:
    """Then nobody knows, unless the record says it."""
    people = {"people": [f"p{number}" for number in range(24)], "boat": 3, "rowers": ["p0", "p1", "p2"]}
    people["conflicts"] = [[f"p{number}", f"p{number + 1}"] for number in range(3, 23)]
    unknown = given_problem("river_crossing", people)
    assert (unknown.fewest_steps, unknown.solvable) == (None, None)
    assert list(unknown.solution()) == []
    assert unknown.distance(unknown.start) is None
    said = given_problem("river_crossing", {**people, "fewest_steps": 99})
    assert (said.fewest_steps, said.solvable) == (99, True)
    assert list(said.solution()) == []


WOLF_ANSWERS = {
    "names": '[["farmer", "goat"], ["farmer"], ["farmer", "wolf"], ["farmer", "goat"], '
    '["farmer", "cabbage"], ["farmer"], ["farmer", "goat"]]',
    "lines": "1. Farmer, Goat\n2. Farmer\n3. Farmer, Wolf\n4. Farmer, Goat\n5. Farmer, Cabbage\n6. Farmer\n"
    "7. Farmer, Goat",
    "sentences": "1. The farmer takes the goat across.\n2. The farmer returns alone.\n"
    "3. The farmer takes the wolf across.\n4. The farmer brings the goat back.\n"
    "5. The farmer takes the cabbage across.\n6. The farmer returns alone.\n"
    "7. The farmer takes the goat across.",
    "orders": "1. Take the goat across.\n2. Return alone.\n3. Take the wolf across.\n"
    "4. Bring the goat back.\n5. Take the cabbage across.\n6. Return alone.\n7. Take the goat across.",
    "together": "Farmer and goat cross.\nFarmer returns.\nFarmer and wolf cross.\nFarmer and goat return.\n"
    "Farmer and cabbage cross.\nFarmer returns.\nFarmer and goat cross.",
}


@pytest.mark.parametrize("text", WOLF_ANSWERS.values(), ids=WOLF_ANSWERS)
def test_names_in_answers(text: str) -> None:
    """In the usual forms."""
    given = given_problem("river_crossing", WOLF)
    assert labelled(given.puzzle, given.instance, text).label == "solved"


FIRST = {"missionaries": 2, "cannibals": 2, "boat": 2}
KIND_ANSWERS = {
    "as asked": '[["missionary", "cannibal"], ["missionary"], ["missionary", "missionary"], ["cannibal"], '
    '["cannibal", "cannibal"]]',
    "counted": "1. 1 missionary and 1 cannibal cross.\n2. 1 missionary returns.\n3. 2 missionaries cross.\n"
    "4. One cannibal returns.\n5. Two cannibals cross.",
    "initials": '["M", "C"], ["M"], ["M", "M"], ["C"], ["C", "C"]',
    "runs": "1. MC\n2. M\n3. MM\n4. C\n5. CC",
    "counted initials": "1. 1M1C ->\n2. 1M <-\n3. 2M ->\n4. 1C <-\n5. 2C ->",
    "apart": "1. 1M 1C\n2. 1M\n3. 2M\n4. 1C\n5. 2C",
    "sent": "Send one missionary and one cannibal across\nSend one missionary back\n"
    "Send two missionaries across\nSend a cannibal back\nSend two cannibals across",
    "table": "| 1 | 1 missionary, 1 cannibal | right |\n| 2 | 1 missionary | left |\n"
    "| 3 | 2 missionaries | right |\n| 4 | 1 cannibal | left |\n| 5 | 2 cannibals | right |",
}


@pytest.mark.parametrize("text", KIND_ANSWERS.values(), ids=KIND_ANSWERS)
def test_kinds_in_answers(text: str) -> None:
    """Of people who are not told apart: by number, by initials."""
    given = given_problem("river_crossing", FIRST)
    assert labelled(given.puzzle, given.instance, text).label == "solved"


@pytest.mark.parametrize(
    ("data", "crossings", "why"),
    [
        (WOLF, ["wolf"], "can row"),
        (WOLF, ["farmer", "farmer"], "named twice"),
        (WOLF, ["farmer", "wolf", "goat"], "too many"),
        (WOLF, ["farmer", "wolf"], "goat is alone with cabbage"),
        (WOLF, [], "empty"),
        (NAMED, ["Ann", "Bob"], "more Max than Cy"),
        (COUPLES, ["Ann", "Dan"], "in the boat Ann is with the guard of another"),
        (
            {"people": ["x", "y"], "boat": 2, "start": {"left": ["x"], "right": ["y"]}},
            ["y"],
            "y is not there",
        ),
    ],
)
def test_rules(data: Mapping[str, Any], crossings: list[str], why: str) -> None:
    """Are told by name."""
    given = given_problem("river_crossing", data)
    company = given.instance.parameters.voyage.company
    names = [name for name, _ in company.kinds]
    row = (company.load(names.index(name) for name in crossings),)
    assert given.step(given.start, row) is None
    assert why in given.why_not(given.start, row)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"boat": 2}, "'people' is missing"),
        ({"people": ["a", "b"]}, "'boat' is missing"),
        ({"people": ["a", "a"], "boat": 2}, "'a' twice"),
        ({"people": ["a", 0.5], "boat": 2}, "not 0.5"),
        ({"people": ["it\u2019s me", "it's me"], "boat": 2}, "nobody can tell apart"),
        ({"people": {"a": 0}, "boat": 2}, "not 0"),
        ({"people": {"a": ["b"], "b": ["c"]}, "boat": 2}, "as a group"),
        ({"people": ["a"], "pairs": 2, "boat": 2}, "give one of them"),
        ({"people": {"men": []}, "boat": 2}, "is empty"),
        ({**WOLF, "rowers": []}, "somebody must row"),
        ({**WOLF, "boat": 0}, "from 1 to"),
        ({**WOLF, "rowers": ["cow"]}, "'cow', which is nobody"),
        ({**WOLF, "conflicts": [["wolf"]]}, "must hold pairs"),
        ({**WOLF, "conflicts": [["wolf", "wolf"]]}, "different people"),
        ({**WOLF, "conflicts": 3}, "must be a list"),
        ({**WOLF, "guards": {"wolf": "wolf"}}, "as its guard"),
        ({**WOLF, "start": {"left": ["wolf", "goat"], "right": ["farmer", "cabbage"]}}, "against the rules"),
        ({**WOLF, "keepers": []}, "against the rules"),
        ({**WOLF, "start": {"left": ["wolf"]}}, "where 'farmer' is"),
        ({**WOLF, "start": {"left": ["wolf"], "middle": []}}, "'middle', which is no bank"),
        ({**WOLF, "start": "middle"}, "no bank"),
        ({**WOLF, "goal": {"left": ["wolf"], "right": ["wolf"]}}, "2 of 'wolf', who are 1"),
        ({**WOLF, "goal": {"left": []}}, "says nothing"),
        ({**WOLF, "banks": ["a", "a"]}, "different"),
        ({**WOLF, "in_boat": 3}, "true or false"),
        ({**WOLF, "fewest_steps": 5}, "shortest solution has 7"),
        ({**WOLF, "boat": 1, "fewest_steps": 5}, "there is no solution"),
        ({**CANNIBALS, "start": {"left": ["missionaries"]}}, "lists 1 of 'missionaries', who are 3"),
        ({**CANNIBALS, "goal": {"left": {"cannibals": 7}}}, "more of 'cannibals'"),
        ({**CANNIBALS, "goal": {"left": {"cannibals": "2"}}}, "whole numbers"),
        ({"people": [f"p{at}" for at in range(100)], "boat": 7}, "6 at most"),
    ],
    ids=str,
)
def test_what_makes_no_sense(data: Mapping[str, Any], told: str) -> None:
    """Is told in one line."""
    with pytest.raises(BadInstance, match=told) as caught:
        given_problem("river_crossing", data)
    assert "\n" not in str(caught.value)
