"""Blocks world given whole: what is taken, in what canonical form, and what is known of its length."""

import json
import random
import time
from itertools import pairwise
from typing import Any

import pytest

from tasks import BadInstance, given_problem
from tasks.contract.puzzle import ANY
from tasks.puzzles.blocks_world.puzzle import PUZZLE
from tasks.puzzles.blocks_world.world import HAND, STACK, TABLE
from tests.contract.given import check_given

FACTS: dict[str, Any] = {
    "blocks": ["a", "b", "c", "d"],
    "start": ["on a b", "ontable b", "ontable c", "on d c", "clear a", "clear d", "handempty"],
    "goal": ["on b d"],
}
PDDL = """
; a problem
(define (problem small) (:domain blocks)
  (:objects A B C D - block)
  (:init (handempty) (on A B) (ontable B) (ontable C) (on D C) (clear A) (clear D))
  (:goal (and (on B D))))
"""
STACKS: dict[str, Any] = {"stacks": 3, "start": [["A", "B"], ["C"], []], "goal": [[], [], ["C", "B", "A"]]}
MYSTERY = {
    "start": ["craves a b", "planet b", "planet c", "craves d c", "province a", "province d", "harmony"],
    "goal": ["craves b d"],
    "legend": {
        "actions": {"attack": "pick-up", "succumb": "put-down", "overcome": "stack", "feast": "unstack"},
        "predicates": {
            "craves": "on",
            "planet": "ontable",
            "province": "clear",
            "harmony": "handempty",
            "pain": "holding",
        },
    },
}

TAKEN: dict[str, dict[str, Any]] = {
    "facts": FACTS,
    "pddl": {"pddl": PDDL},
    "mystery": MYSTERY,
    "stacks": STACKS,
    "stacks not told apart": STACKS | {"names": []},
    "two stacks": {"stacks": 2, "start": [["A", "B"], ["C"]], "goal": [["A"], ["C", "B"]]},
    "two stacks, unsolvable": {"stacks": 2, "start": [["A", "B"], ["C"]], "goal": [["A"], ["B", "C"]]},
    "one stack": {"stacks": 1, "start": [["A", "B"]], "goal": [["B", "A"]]},
    "four stacks": {
        "stacks": 4,
        "start": [["A", "B", "C", "D", "E"], [], [], []],
        "goal": [[], ["C"], ["A", "E"], ["B", "D"]],
    },
    "named": {
        "start": {"left": ["A", "B"], "right": [], "far": ["C"]},
        "goal": {"left": [], "right": ["A", "C"], "far": ["B"]},
    },
    "table": {"start": [["A", "B"], ["C"]], "goal": [["C", "B", "A"]]},
    "table, partial": {
        "stacks": None,
        "start": [["A", "B"], ["C"]],
        "goal": {"on": [["A", "C"]], "clear": ["A"]},
    },
    "clear alone": {"start": [["A", "B", "C"], ["D"]], "goal": {"clear": ["A"]}},
    "clear alone, a hand": {"actions": "hand", "start": [["A", "B", "C"], ["D"]], "goal": {"clear": ["A"]}},
    "a circle": {"start": [["A", "B"], ["C", "D"]], "goal": {"on": [["A", "D"], ["C", "B"]]}},
    "held": {
        "actions": "hand",
        "start": [["b"], ["c"]],
        "holding": "a",
        "goal": {"on": [["b", "c"], ["a", "b"]]},
    },
    "to be held": {
        "actions": "hand",
        "start": [["b", "a", "c"]],
        "goal": {"holding": ["b"], "on": [["a", "c"]]},
    },
    "few stacks, a hand": {
        "actions": "hand",
        "stacks": 3,
        "start": [["A", "B"], ["C"], []],
        "goal": {"on": [["C", "B"]]},
    },
    "named, a hand": {"actions": "hand", **STACKS},
    "contradiction": FACTS | {"goal": ["on a b", "on b a"]},
    "too many towers": {
        "stacks": 3,
        "start": [["A", "B"], ["C", "D"], []],
        "goal": {"table": ["A", "B", "C", "D"]},
    },
    "names of all sorts": {
        "start": [["big red one", "B'"], ["on"], ["Δ"]],
        "goal": {"on": [["on", "Δ"], ["big red one", "B'"]]},
    },
    "solved at once": {"start": [["A", "B"]], "goal": {"on": [["B", "A"]]}},
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_holds_of_every_instance_given_whole(name: str) -> None:
    check_given("blocks_world", TAKEN[name])


@pytest.mark.parametrize("seed", range(60))
def test_drawn_ones(seed: int) -> None:
    """Held against exhaustive search, with few stacks and none, a hand and none, partial goals."""
    draw = random.Random(seed)
    names, count = "ABCDE"[: draw.randint(2, 5)], draw.choice((None, 2, 3, 4))

    def piles() -> list[list[str]]:
        found: list[list[str]] = [[] for _ in range(count or len(names))]
        for name in draw.sample(names, len(names)):
            draw.choice(found).append(name)
        return found

    goal: Any = piles()
    if count is None or draw.random() < 0.5:
        pairs = [[top, under] for pile in goal for under, top in pairwise(pile)]
        parts = {
            "on": pairs,
            "clear": [pile[-1] for pile in goal if pile],
            "table": [pile[0] for pile in goal if pile],
        }
        goal = {part: [one for one in told if draw.random() < 0.6] for part, told in parts.items()}
        goal = {part: told for part, told in goal.items() if told} or {"clear": [names[0]]}
    data = {"stacks": count, "start": piles(), "goal": goal, "actions": draw.choice(("move", "hand"))}
    check_given("blocks_world", data)


def test_facts_stacks_and_pddl_are_one_instance() -> None:
    """However the facts are written, and in whatever order."""
    wanted = given_problem("blocks_world", FACTS)
    assert json.loads(wanted.instance.data) == {
        "actions": "hand",
        "start": [["b", "a"], ["c", "d"]],
        "goal": {"on": [["b", "d"]]},
    }
    bracketed = {part: [f"({fact})" for fact in FACTS[part]] for part in ("start", "goal")}
    listed = {part: [fact.split() for fact in FACTS[part]] for part in ("start", "goal")}
    called = {
        part: [f"{fact.split()[0]}({','.join(fact.split()[1:])})" for fact in FACTS[part]]
        for part in ("start", "goal")
    }
    sentences = {
        "start": (
            "the a block is on top of the b block, the b block is on the table, the d block is on c, "
            "the c block is on the table, the hand is empty, the a block is clear and the d block is clear."
        ),
        "goal": "the b block is on top of the d block",
    }
    stacks = {"actions": "hand", "start": [["c", "d"], ["b", "a"]], "goal": {"on": [["b", "d"]]}}
    for data in (
        bracketed,
        listed,
        called,
        sentences,
        stacks,
        {"pddl": PDDL},
        FACTS | {"blocks": ["d", "b", "c", "a"]},
    ):
        problem = given_problem("blocks_world", data)
        assert problem.instance.data == wanted.instance.data
        assert problem.instance.parameters.world == wanted.instance.parameters.world


def test_obfuscated_facts_say_the_same() -> None:
    """With a legend from either side, and without one for the words that are well known."""
    start = given_problem("blocks_world", MYSTERY).start
    assert start == given_problem("blocks_world", FACTS).start
    bare = {part: MYSTERY[part] for part in ("start", "goal")}
    assert (
        given_problem("blocks_world", bare).instance.data
        == given_problem("blocks_world", FACTS).instance.data
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"start": ["on a b", "ontable b", "ontable c"]}, "does not say where block 'd' is"),
        ({"start": [*FACTS["start"], "on a c"]}, "has block 'a' in two places"),
        ({"start": [*FACTS["start"][:3], "on d b"]}, "has 'd' on 'b'"),
        ({"start": [*FACTS["start"], "clear b"]}, "says that 'b' is clear"),
        ({"start": ["on a b", "on b a", "ontable c", "ontable d"]}, "circle"),
        ({"start": [*FACTS["start"], "holding a"]}, "hand is empty"),
        ({"goal": ["on b z"]}, "has no block 'z'; there are 'a', 'b', 'c', 'd'"),
        ({"goal": ["over b d"]}, "'over b d' is no fact"),
        ({"goal": ["not on b d"]}, "what is not"),
        ({"goal": []}, "asks for nothing"),
        ({"goal": 7}, "must be a list"),
        ({"goal": [["b", ["d"]]]}, "names"),
        ({"blocks": ["a", "b", "c", "d", "a"]}, "'a' twice"),
        ({"blocks": [None]}, "names"),
        ({"actions": "fly"}, "must be one of 'move', 'hand'"),
        ({"legend": {"actions": {"zap": "jump"}}}, "'jump', which must be one of pick-up"),
        ({"legend": {"verbs": {}}}, "not 'verbs'"),
        ({"called": {"a": "red", "b": "the red block"}}, "two blocks one name"),
        ({"called": {"z": "red"}}, "no block 'z'"),
        ({"fewest_steps": 2}, "is 2, and every solution has 4 steps or more"),
        ({"solvable": False}, "is false, and there is a solution"),
        ({"goal": ["on a b", "on b a"], "fewest_steps": 6}, "there is no solution"),
        ({"pddl": PDDL}, "leave out 'blocks'"),
    ],
)
def test_what_makes_no_sense_is_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInstance, match=told) as error:
        given_problem("blocks_world", FACTS | changes)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"pddl": "(define (domain x))"}, "no '\\(define \\(problem"),
        ({"pddl": PDDL.replace("(:goal (and (on B D)))", "")}, "has no '\\(:goal"),
        ({"pddl": PDDL + ")"}, "closes a bracket"),
        ({"pddl": "(" * 100_000}, "within too many others"),
        ({"pddl": PDDL.replace("(on B D)", "(not (on B D))")}, "what is not"),
        ({"start": [["A"], ["B"], []], "stacks": 2, "goal": [["A"]]}, "has 3 stacks, more than 2"),
        ({"start": [["A"], ["A"]], "goal": [["A"]]}, "'A' twice"),
        ({"start": [["A"], []], "goal": [[], []]}, "does not place block 'A'"),
        ({"start": [["A"]], "names": ["x", "X"], "goal": [["A"], []]}, "tell the stacks apart"),
        ({"start": {"x": ["A"], "y": []}, "names": ["x", "z"], "goal": {"clear": ["A"]}}, "'names'"),
        ({"start": [["A"]], "holding": "B", "goal": [["A"]], "actions": "move"}, "block in the hand"),
        ({"start": [["A"]]}, "'goal' is missing"),
        ({"goal": [["A"]]}, "'start' is missing"),
        ({"start": [[f"b{at}" for at in range(601)]], "goal": {"clear": ["b1"]}}, "1 to 600 blocks"),
        ({"start": [], "goal": {"clear": ["A"]}}, "1 to 600 blocks"),
    ],
)
def test_nor_do_other_forms(data: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInstance, match=told) as error:
        given_problem("blocks_world", data)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ((1, TABLE, HAND), "block b cannot be picked up: a is on it"),
        ((0, TABLE, HAND), "block a cannot be picked up: it is on b, not on the table"),
        ((0, 2, HAND), "block a cannot be picked up: it is on b, not on c"),
        ((3, 0, HAND), "block d cannot be picked up: it is on c, not on a"),
        ((0, HAND, TABLE), "block a cannot be put down: the hand is empty"),
        ((99, TABLE, HAND), "there is no such block"),
        ((0, ANY, 3), "block a cannot go from place to place in one step: it is picked up first"),
    ],
)
def test_a_broken_rule_is_told_in_words(row: tuple[int, int, int], told: str) -> None:
    problem = given_problem("blocks_world", FACTS)
    assert problem.step(problem.start, row) is None
    assert problem.why_not(problem.start, row) == told


def test_more_of_the_rules() -> None:
    problem = given_problem("blocks_world", FACTS)
    held = problem.step(problem.start, (0, 1, HAND))
    assert problem.why_not(held, (3, 2, HAND)) == "block d cannot be picked up: the hand holds a"
    assert problem.why_not(held, (3, HAND, TABLE)) == "block d cannot be put down: the hand holds a"
    assert problem.why_not(held, (0, HAND, 2)) == "block a cannot be put on c: d is on it"
    assert problem.why_not(held, (0, HAND, 0)) == "block a cannot be put on itself"
    full = given_problem(
        "blocks_world", {"stacks": 2, "names": [], "start": [["A", "B"], ["C"]], "goal": {"clear": ["A"]}}
    )
    assert (
        full.why_not(full.start, (1, ANY, TABLE)) == "block B cannot be put on the table: no stack is empty"
    )
    named = given_problem("blocks_world", STACKS)
    assert named.why_not(named.start, (ANY, STACK + 2, STACK)) == "stack 2 is empty"
    assert named.why_not(named.start, (1, STACK, STACK)) == "stack 0 is both from and to"
    assert named.why_not(named.start, (2, STACK, STACK + 2)) == "block C cannot be picked up: it is not there"


def test_lengths_of_few_stacks_are_those_of_drawn_instances() -> None:
    """Both search; neither knows of the other."""
    for seed in range(12):
        drawn = PUZZLE.generate({"size": 6, "arrangement": "random"}, seed)
        start = PUZZLE.start(drawn)
        goal = PUZZLE.state_after(drawn, PUZZLE.fewest_steps(drawn))
        told = [[["ABCDEF"[block] for block in stack] for stack in state] for state in (start, goal)]
        problem = given_problem("blocks_world", {"stacks": 3, "start": told[0], "goal": told[1]})
        assert problem.fewest_steps == PUZZLE.fewest_steps(drawn)


def test_a_length_that_nobody_knows_comes_from_the_record() -> None:
    start, goal = ("KAHMCJ", "BLDF", "EGIN"), ("LEGKB", "MFAD", "NHJIC")
    data: dict[str, Any] = {"stacks": 3, "start": [*map(list, start)], "goal": [*map(list, goal)]}
    unknown = given_problem("blocks_world", data)
    assert (unknown.fewest_steps, unknown.solvable) == (None, True)
    assert next(unknown.solution(), None) is None
    told = given_problem("blocks_world", data | {"fewest_steps": 39})
    assert (told.fewest_steps, told.solvable, told.distance(told.start)) == (39, True, None)
    with pytest.raises(BadInstance, match="every solution has"):
        given_problem("blocks_world", data | {"fewest_steps": 10})


def test_a_large_one_is_solved_and_read() -> None:
    names = [f"b{at}" for at in range(300)]
    problem = given_problem("blocks_world", {"start": [names], "goal": [names[::-1]]})
    assert (problem.fewest_steps, problem.distance(problem.start)) == (300, None)
    (found,) = problem.lists(problem.read("".join(problem.format(problem.solution()))))
    assert found.solves


def test_nothing_takes_long() -> None:
    """Not even what cannot be searched."""
    names = [f"b{at}" for at in range(600)]
    draw = random.Random(1)
    slowest = 0.0
    for count in (None, 3, 5):
        for size in (9, 12, 40, 600):
            some = names[:size]
            piles: list[list[list[str]]] = []
            for _ in range(2):
                found: list[list[str]] = [[] for _ in range(count or 20)]
                for name in draw.sample(some, size):
                    draw.choice(found).append(name)
                piles.append(found)
            begun = time.process_time()
            problem = given_problem("blocks_world", {"stacks": count, "start": piles[0], "goal": piles[1]})
            assert problem.fewest_steps != 0
            slowest = max(slowest, time.process_time() - begun)
    assert slowest < 1.5, "about 0.3 s where nothing else runs"


def test_few_blocks_take_next_to_no_time() -> None:
    """As tens of thousands of records have them."""
    problems = [FACTS | {"goal": [f"on {top} {under}"]} for top in "abcd" for under in "abcd" if top != under]
    begun = time.process_time()
    for data in problems * 5:
        assert given_problem("blocks_world", data).fewest_steps is not None
    assert time.process_time() - begun < 0.01 * 5 * len(problems)


def test_it_shares_what_the_drawn_puzzle_says_of_itself() -> None:
    whole = PUZZLE.whole
    assert (whole.name, whole.version, whole.kind, whole.width) == (
        PUZZLE.name,
        PUZZLE.version,
        PUZZLE.kind,
        PUZZLE.width,
    )
