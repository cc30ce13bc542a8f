"""Answers to blocks world given whole, in all dialects, held against another simulator."""

import random
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest

from evals.labelling.rules import label
from tasks import Problem, given_problem

Action = tuple[str, ...]
"""`("unstack", "a", "b")`."""


class Hand:
    """Blocks as stacks on a table, and a hand: the rules written anew, plainly."""

    def __init__(self, piles: Sequence[Sequence[str]]) -> None:
        self.piles = [list(pile) for pile in piles]
        self.held: str | None = None

    def does(self, action: Action) -> bool:
        """Take an action, if it is legal."""
        match action:
            case ("pick-up", block) if self.held is None and [block] in self.piles:
                self.piles.remove([block])
                self.held = block
            case ("unstack", block, under) if self.held is None:
                pile = next((pile for pile in self.piles if pile[-2:] == [under, block]), None)
                if pile is None:
                    return False
                self.held = pile.pop()
            case ("put-down", block) if self.held == block:
                self.piles.append([block])
                self.held = None
            case ("stack", block, under) if self.held == block:
                pile = next((pile for pile in self.piles if pile[-1] == under), None)
                if pile is None:
                    return False
                pile.append(block)
                self.held = None
            case _:
                return False
        return True

    def reached(self, goal: Sequence[tuple[str, str]]) -> bool:
        """Return whether these blocks are on those."""
        below = {block: under for pile in self.piles for under, block in pairwise(pile)}
        return all(below.get(block) == under for block, under in goal)


def truth(
    start: Sequence[Sequence[str]], goal: Sequence[tuple[str, str]], plan: Sequence[Action]
) -> tuple[bool, int | None]:
    """Return whether a plan solves, and which of its actions is the first illegal one."""
    hand = Hand(start)
    for number, action in enumerate(plan, 1):
        if not hand.does(action):
            return False, number
    return hand.reached(goal), None


# --- instances

_LETTERS = "abcdefghijkl"


def drawn_piles(draw: random.Random, names: Sequence[str]) -> list[list[str]]:
    piles: list[list[str]] = []
    for name in draw.sample(names, len(names)):
        at = draw.randrange(len(piles) + 1)
        if at == len(piles):
            piles.append([])
        piles[at].append(name)
    return piles


def pairs(piles: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    return [(block, under) for pile in piles for under, block in pairwise(pile)]


def drawn(seed: int) -> tuple[Problem, list[list[str]], list[tuple[str, str]], list[Action]]:
    """An instance as facts, its start and goal, and a plan."""
    draw = random.Random(seed)
    while True:
        names = _LETTERS[: draw.randint(3, 12)]
        start = drawn_piles(draw, names)
        goal = [pair for pair in pairs(drawn_piles(draw, names)) if draw.random() < 0.8]
        if goal and not Hand(start).reached(goal):
            break
    told = ["handempty", *(f"on {block} {under}" for block, under in pairs(start))]
    told += [f"ontable {pile[0]}" for pile in start] + [f"clear {pile[-1]}" for pile in start]
    data = {"blocks": list(names), "start": told, "goal": [f"on {block} {under}" for block, under in goal]}
    problem = given_problem("blocks_world", data)
    plan = [
        tuple(line.strip("()").split()) for line in "".join(problem.format(problem.solution())).split("\n")
    ]
    assert truth(start, goal, plan) == (True, None)
    return problem, start, goal, plan


# --- dialects


def _lines(told: Callable[[Action], str]) -> Callable[[Sequence[Action]], str]:
    return lambda plan: "\n".join(map(told, plan))


def _numbered(told: Callable[[Action], str], number: str = "{}. ") -> Callable[[Sequence[Action]], str]:
    return lambda plan: "\n".join(number.format(at) + told(action) for at, action in enumerate(plan, 1))


def _words(action: Action) -> str:
    """A sentence in plain words."""
    match action:
        case ("pick-up", block):
            return f"pick up the {block} block"
        case ("put-down", block):
            return f"put down the {block} block"
        case ("stack", block, under):
            return f"stack the {block} block on top of the {under} block"
        case (_, block, under):
            return f"unstack the {block} block from on top of the {under} block"
    raise AssertionError(action)


def _sentence(action: Action) -> str:
    match action:
        case ("pick-up", block):
            return f"Pick up block {block} from the table"
        case ("put-down", block):
            return f"Put block {block} down on the table"
        case ("stack", block, under):
            return f"Place block {block} on block {under}"
        case (_, block, under):
            return f"Remove block {block} from block {under}"
    raise AssertionError(action)


_OTHER = {"pick-up": "attack", "put-down": "succumb", "stack": "overcome", "unstack": "feast"}


def _mystery(action: Action) -> str:
    return f"{_OTHER[action[0]]} object " + " from object ".join(action[1:])


def _lisp(action: Action) -> str:
    return f"({' '.join(action)})"


def _call(action: Action) -> str:
    return f"{action[0].replace('-', '_')}({', '.join(action[1:])})"


DIALECTS: dict[str, Callable[[Sequence[Action]], str]] = {
    "lisp": _lines(_lisp),
    "upper": _lines(lambda action: _lisp(action).upper()),
    "bare": _lines(" ".join),
    "bare numbered": _numbered(" ".join),
    "joined word": _lines(lambda action: " ".join(action).replace("-", "")),
    "numbered": _numbered(_lisp),
    "steps": _numbered(_lisp, "Step {}: "),
    "dotted": _numbered(lambda action: f"{_lisp(action)} [1.000]", "{}.000: "),
    "ff": _numbered(lambda action: " ".join(action).upper(), "step {}: "),
    "call": _lines(_call),
    "call in one line": lambda plan: ", ".join(map(_call, plan)),
    "fenced": lambda plan: "Here is the plan:\n```pddl\n" + "\n".join(map(_lisp, plan)) + "\n```\n",
    "plan": lambda plan: "[PLAN]\n" + "\n".join(map(_lisp, plan)) + "\n[PLAN END]",
    "further problem": lambda plan: (
        "\n".join(map(_words, plan)) + "\n[PLAN END]\n\n[STATEMENT]\n[PLAN]\npick up the a block\n[PLAN END]"
    ),
    "words": _lines(_words),
    "words numbered": _numbered(_words, "{}) "),
    "words bold": _numbered(lambda action: f"{_words(action).capitalize()}.", "**Step {}:** "),
    "sentences": _numbered(_sentence),
    "bulleted": _lines(lambda action: f"- {_sentence(action)}."),
    "mystery": _lines(_mystery),
    "mystery lisp": _lines(lambda action: _lisp((_OTHER[action[0]], *action[1:]))),
    "strings": lambda plan: str([" ".join(action) for action in plan]),
    "strings over lines": lambda plan: '[\n  "' + '",\n  "'.join(map(_lisp, plan)) + '"\n]',
    "arrays": lambda plan: str([list(action) for action in plan]),
    "objects": lambda plan: str(
        [{"action": action[0], **dict(zip(("block", "target"), action[1:], strict=False))} for action in plan]
    ),
    "arguments": lambda plan: str([{"action": action[0], "args": list(action[1:])} for action in plan]),
    "commas": lambda plan: ", ".join(map(" ".join, plan)),
    "remarks": _lines(lambda action: f"{_lisp(action)} ; as planned"),
    "spoken of before": lambda plan: (
        f"To reach the goal, block {plan[-1][1]} must be moved, so we unstack it from its tower.\n\n"
        + "\n".join(map(_lisp, plan))
    ),
}


def perturbed(draw: random.Random, plan: Sequence[Action], names: Sequence[str]) -> list[Action]:
    """A plan with a step dropped, swapped, of another block, or more of these."""
    made = list(plan)
    for _ in range(draw.choice((1, 1, 2))):
        at = draw.randrange(len(made))
        match draw.randrange(4):
            case 0 if len(made) > 1:
                del made[at]
            case 1 if at:
                made[at - 1], made[at] = made[at], made[at - 1]
            case 2:
                made[at] = (made[at][0], draw.choice(names), *made[at][2:])
            case _:
                made.insert(at, made[draw.randrange(len(made))])
    return made


@pytest.mark.parametrize("dialect", DIALECTS)
def test_right_plans_are_solved_in_every_dialect(dialect: str) -> None:
    for seed in range(8):
        problem, _, _, plan = drawn(seed)
        found = label(problem, DIALECTS[dialect](plan))
        assert (found.label, found.written) == ("solved", len(plan)), DIALECTS[dialect](plan)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_wrong_plans_are_judged_as_by_another_simulator(dialect: str) -> None:
    for seed in range(100, 108):
        problem, start, goal, plan = drawn(seed)
        wrong = perturbed(random.Random(seed), plan, problem.instance.parameters.world.blocks)
        solves, first_error = truth(start, goal, wrong)
        answer = DIALECTS[dialect](wrong)
        found = label(problem, answer)
        assert (found.label == "solved") == solves, answer
        assert found.first_error == first_error, answer
        assert found.written == len(wrong), answer


@pytest.mark.parametrize("dialect", ["lisp", "bare", "numbered", "words", "call", "sentences", "mystery"])
def test_plans_cut_with_a_mark_are_given_up(dialect: str) -> None:
    for seed in range(200, 206):
        problem, start, goal, plan = drawn(seed)
        part = plan[: random.Random(seed).randrange(1, len(plan))]
        solves, _ = truth(start, goal, part)
        found = label(problem, DIALECTS[dialect](part) + "\n... and continue until the goal holds")
        assert not solves
        assert (found.label, found.written, found.first_error) == ("give_up", len(part), None)


def test_hundreds_of_plans_are_labelled_as_by_another_simulator() -> None:
    """The bulk, in the dialect that benchmarks use."""
    for seed in range(1_000, 1_200):
        problem, start, goal, plan = drawn(seed)
        made = perturbed(random.Random(seed), plan, problem.instance.parameters.world.blocks)
        found = label(problem, "\n".join(map(_lisp, made)))
        solves, first_error = truth(start, goal, made)
        assert ((found.label == "solved"), found.first_error) == (solves, first_error), made


# --- the shapes in which benchmarks record answers

FACTS: dict[str, Any] = {
    "blocks": ["a", "b", "c", "d"],
    "start": ["on a b", "ontable b", "ontable c", "on d c", "clear a", "clear d", "handempty"],
    "goal": ["on b d"],
}
COLOURED = """unstack the orange block from on top of the blue block
put down the orange block
pick up the blue block
stack the blue block on top of the yellow block"""


@pytest.mark.parametrize(
    ("answer", "wanted", "first_error"),
    [
        ("(unstack a b)\n(put-down a)\n(pick-up b)\n(stack b d)\n[PLAN END]", "solved", None),
        (COLOURED, "solved", None),
        ("[PLAN]\n1. pick-up b\n2. stack b d", "logic_error", 1),
        ("No plan exists to achieve the goal from the given initial conditions.", "logic_error", None),
        ("attack object a\nsuccumb object a\novercome object a from object b", "logic_error", 1),
        ("(pick-up a)\n(stack a b)\n... and continue until the goal holds", "give_up", 1),
        ("(unstack a b)\n... and continue until the goal holds", "give_up", None),
        ("First, unstack a from b. Then put it down. Next pick up b and stack it on d.", "solved", None),
        ("(move a b table)\n(move b table d)", "logic_error", 1),
        ("(unstack a b)\n(put-down a)\n(pick-up z)", "logic_error", 3),
    ],
)
def test_the_shapes_of_recorded_answers(answer: str, wanted: str, first_error: int | None) -> None:
    found = label(given_problem("blocks_world", FACTS), answer)
    assert (found.label, found.first_error) == (wanted, first_error)


@pytest.mark.parametrize(
    "goal", [["on a b", "on b a"], ["on a b", "on c b"], ["on a b", "clear b"], ["on a b", "ontable a"]]
)
def test_a_right_claim_of_impossibility_solves(goal: list[str]) -> None:
    problem = given_problem("blocks_world", FACTS | {"goal": goal})
    assert (problem.fewest_steps, problem.solvable) == (None, False)
    claim = "No plan exists to achieve the goal from the given initial conditions."
    assert label(problem, claim).label == "solved"
    assert label(problem, "(unstack a b)\n(put-down a)").label == "logic_error"


def test_a_legend_may_give_any_words() -> None:
    legend = {
        "actions": {"wobble up": "pick-up", "1jpk": "put-down", "zap": "stack", "attack": "unstack"},
        "predicates": {
            "gleam": "on",
            "flat": "ontable",
            "lone": "clear",
            "calm": "handempty",
            "grip": "holding",
        },
        "objects": {"xq7": "a", "o_2": "b"},
    }
    data = FACTS | {
        "legend": legend,
        "start": ["gleam xq7 o_2", "flat o_2", "flat c", "gleam d c", "lone xq7", "lone d", "calm"],
        "goal": ["gleam o_2 d"],
    }
    problem = given_problem("blocks_world", data)
    for answer in (
        "attack xq7 o_2\n1jpk xq7\nwobble up o_2\nzap o_2 d",
        "(attack a b)\n(1jpk a)\n(wobble-up b)\n(zap b d)",
        "1. attack object xq7 from object o_2\n2. 1jpk object xq7\n3. wobble_up o_2\n4. zap object o_2 d",
    ):
        assert label(problem, answer).label == "solved", answer
    assert "wobble up" in problem.prompt.rules
    turned = {"actions": {meaning: told for told, meaning in legend["actions"].items()}}
    assert given_problem("blocks_world", FACTS | {"legend": turned}).instance.parameters.world.actions == (
        problem.instance.parameters.world.actions
    )


def test_colours_may_be_given() -> None:
    """A wrong colour is then wrong."""
    problem = given_problem(
        "blocks_world", FACTS | {"called": {"a": "red", "b": "dark blue block", "c": "orange", "d": "yellow"}}
    )
    right = (
        "Unstack the red block from the dark blue block.\nPut it down.\n"
        "Pick up the dark blue block.\nStack it on the yellow block."
    )
    assert label(problem, right).label == "solved"
    wrong = label(problem, right.replace("yellow", "orange"))
    assert (wrong.label, wrong.first_error) == ("logic_error", 4)
    assert label(problem, "(unstack a b)\n(put-down a)\n(pick-up b)\n(stack b d)").label == "solved"


def test_colours_that_nobody_explained_are_the_blocks_that_fit() -> None:
    """What is wrong under every meaning stays wrong."""
    problem = given_problem("blocks_world", FACTS)
    found = label(problem, "pick up the red block\nstack the red block on top of the blue block")
    assert (found.label, found.first_error) == ("logic_error", 1)


@pytest.mark.parametrize(
    "answer",
    [
        "move A onto the table\nmove C onto B\nmove A onto C",
        "Move A from B to the table.\nMove block C from the table to block B.\nMove A onto block C.",
        "(move a b table)\n(move c table b)\n(move a table c)",
        "(move-b-to-t a b)\n(move-t-to-b c b)\n(move-t-to-b a c)",
        "(move a from b to table)\n(move c from table to b)\n(move a from table to c)",
        "MoveToTable(A, B)\nMove(C, Table, B)\nMove(A, Table, C)",
        "1. Put A on the table\n2. Put C on B\n3. Place A on top of C",
        '["move A to the table", "move C onto B", "move A onto C"]',
        "(unstack a b)\n(put-down a)\n(pick-up c)\n(stack c b)\n(pick-up a)\n(stack a c)",
        '[["A", "B", "table"], ["C", "table", "B"], ["A", "table", "C"]]',
    ],
)
def test_moves_from_place_to_place(answer: str) -> None:
    problem = given_problem("blocks_world", {"start": [["B", "A"], ["C"]], "goal": [["B", "C", "A"]]})
    assert problem.fewest_steps == 3
    assert label(problem, answer).label == "solved", label(problem, answer)
    assert (
        label(problem, answer.rpartition("\n")[0] or answer.rpartition(", [")[0] or answer[:20]).label
        != "solved"
    )


@pytest.mark.parametrize(
    "answer",
    [
        '[["A", "left", "right"], ["C", "middle", "left"], ["A", "right", "left"]]',
        "Move A from left to right\nMove C from the middle stack to left\nMove A from right to left",
        "1. A: left -> right\n2. C: middle -> left\n3. A: right -> left",
        "move A to right\nmove C onto B\nmove A onto C",
    ],
)
def test_moves_between_stacks_with_names(answer: str) -> None:
    data = {
        "start": {"left": ["B", "A"], "middle": ["C"], "right": []},
        "goal": {"left": ["B", "C", "A"], "middle": [], "right": []},
    }
    problem = given_problem("blocks_world", data)
    assert problem.fewest_steps == 3
    assert label(problem, answer).label == "solved", label(problem, answer)


@pytest.mark.parametrize("first", [0, 1])
def test_moves_between_numbered_stacks(first: int) -> None:
    """Read as the puzzle's drawn instances are, counted from 0 or 1."""
    data = {"stacks": 3, "start": [["B", "A"], ["C"], []], "goal": [["B", "C", "A"], [], []]}
    problem = given_problem("blocks_world", data)
    rows = [("A", first, first + 2), ("C", first + 1, first), ("A", first + 2, first)]
    for answer in (
        "moves = " + str([list(row) for row in rows]),
        "\n".join("Move block {} from stack {} to stack {}.".format(*row) for row in rows),
        "\n".join("| {} | {} | {} |".format(*row) for row in rows),
    ):
        assert label(problem, answer).label == "solved", answer


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (("big red one", "small one"), ("Big Red One", "small one")),
        (("Straße 1", "Δέλτα"), ("Straße 1", "Δέλτα")),
        (
            ("caf\u00e9", "na\u00efve"),
            ("cafe\u0301", "naive\u0308".replace("e\u0308", "e").replace("i", "i\u0308")),
        ),
        (("B\u2019", "B"), ("B'", "B")),
        (("block 1", "block 2"), ("1", "Block 2")),
        (("b1", "b10"), ("block 1", "B10")),
        (("a", "A"), ("a", "A")),
        (("the table", "on"), ("the table", "on")),
        (("x.y(z)*", "[+]"), ("x.y(z)*", "[+]")),
    ],
)
def test_names_of_all_sorts_are_read(names: tuple[str, str], written: tuple[str, str]) -> None:
    problem = given_problem(
        "blocks_world",
        {"actions": "hand", "start": [[names[1], names[0]]], "goal": {"on": [[names[1], names[0]]]}},
    )
    top, under = written
    answer = f"unstack {top} from {under}\nput down {top}\npick up {under}\nstack {under} on {top}"
    assert label(problem, answer).label == "solved", answer
    assert label(problem, f"(unstack {top} {under})\n(put-down {top})").label != "solved"


READ = (
    "1. **Unstack A from B** - frees B\n2. **Put down A**\n3. **Pick up B**\n4. **Stack B on D**",
    "Step 1: (unstack a b)\n  - a in hand\nStep 2: (put-down a)\nStep 3: (pick-up b)\nStep 4: (stack b d)",
    "Plan: unstack(a,b) -> put-down(a) -> pick-up(b) -> stack(b,d)",
    "unstack a from b; put down a; pick up b; stack b on d",
    "| n | action | x | y |\n|--|--|--|--|\n|1|unstack|a|b|\n|2|put-down|a|\n|3|pick-up|b| |\n|4|stack|b|d|",
    "unstack,a,b\nput-down,a\npick-up,b\nstack,b,d",
    "The robot unstacks a from b, puts a down, picks up b and stacks it on d.",
    "We cannot pick up b yet.\n\n1. Unstack a from b.\n2. Put a down.\n3. Pick up b.\n4. Stack b on d.",
    '{"plan": ["(unstack a b)", "(put-down a)", "(pick-up b)", "(stack b d)"]}',
    "[('unstack', 'a', 'b'), ('put-down', 'a'), ('pick-up', 'b'), ('stack', 'b', 'd')]",
    "UNSTACK(A, B)\nPUTDOWN(A)\nPICKUP(B)\nSTACK(B, D)\n\nFinal state: on(B, D), ontable(A).",
    "(unstack a b)(put-down a)(pick-up b)(stack b d)",
    "I tried (pick-up b) first.\nCorrected plan:\n(unstack a b)\n(put-down a)\n(pick-up b)\n(stack b d)",
    "<think>(pick-up a) fails.</think>\n(unstack block_a block_b)\n(put-down a)\n(pick-up b)\n(stack b d)",
    "Action: unstack a b\nAction: put-down a\nAction: pick-up b\nAction: stack b d",
    "1) unstack a b 2) put-down a 3) pick-up b 4) stack b d",
    "take a from b, put a on the table, take b, put b on d",
    "(unstack ?a ?b)\n(put-down ?a)\n(pick-up ?b)\n(stack ?b ?d)",
    "To solve it we take a off b, put it on the table, then we pick up b and place it on top of d.",
)


@pytest.mark.parametrize("answer", READ)
def test_answers_in_other_layouts_are_read(answer: str) -> None:
    found = label(given_problem("blocks_world", FACTS), answer)
    assert (found.label, found.written) == ("solved", 4)
    assert label(given_problem("blocks_world", FACTS | {"goal": ["on d b"]}), answer).label != "solved"


@pytest.mark.parametrize(
    "answer",
    [
        "I will not write this plan.",
        "Here is the idea: first free the lower block, then build the tower.",
        "Take a look at the state: on(a, b), ontable(b), clear(a).",
        "Stack 1: b, a\nStack 2: c, d",
    ],
)
def test_words_without_a_step_have_none(answer: str) -> None:
    problem = given_problem("blocks_world", FACTS)
    assert problem.lists(problem.read(answer)) == []


@pytest.mark.parametrize(
    "piece", ['"', "put a ", "(move a ", "unstack a b, ", "We pick up a and put it down. ", "1. ["]
)
def test_hostile_texts_are_read_in_linear_time(piece: str) -> None:
    problem = given_problem("blocks_world", FACTS)
    taken = []
    for size in (10_000, 40_000):
        begun = time.process_time()
        problem.lists(problem.read(piece * (size // len(piece))))
        taken.append(time.process_time() - begun)
    assert taken[1] < 16 * max(taken[0], 0.02)
