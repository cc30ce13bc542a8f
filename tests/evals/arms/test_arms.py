"""The ways of asking say what they are meant to say, and nothing of it changes unnoticed."""

import hashlib
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import pytest

from evals.arms import arm, arm_names, chosen_arm
from evals.arms.chunked import next_chunk
from evals.arms.nudge import reminder
from evals.arms.window import steps_asked
from evals.errors import SpecError
from tasks import Kind, Problem, Prompt, bounds_of, puzzle, puzzles
from tests.golden import ARMS as GOLDEN
from tests.golden import changed, kept
from tests.golden import words as golden_words

HANOI = puzzle("hanoi").generate({"size": 4})


def words(name: str) -> str:
    [message] = arm(name).open(Problem(puzzle("hanoi"), HANOI))
    assert message.role == "user"
    return message.content


@pytest.mark.parametrize("name", arm_names())
@pytest.mark.parametrize("which", sorted(puzzles()))
def test_every_arm_opens_every_puzzle(name: str, which: str) -> None:
    """All parts of a prompt are there, once, and the format is stated in every arm."""
    maker = puzzle(which)
    made = maker.generate({"size": max(3, bounds_of(maker.parameters)["size"].minimum or 0)})
    [message] = arm(name).open(Problem(maker, made))
    prompt = maker.prompt(made)
    format_of = {"code": (prompt.code,)}.get(name, (prompt.example, prompt.format))
    for part in (prompt.rules, prompt.start, prompt.goal, *format_of):
        assert message.content.count(part) == 1 or not part or name == "window"
        assert part in message.content


def test_list_is_neutral() -> None:
    """The plain arm neither pushes nor helps."""
    prompt = puzzle("hanoi").prompt(HANOI)
    assert prompt.method not in words("list")
    for word in ("every", "complete", "shorten", "do not", "must not"):
        assert word not in words("list").lower()


def test_others_add_to_list() -> None:
    """What is compared with the plain arm differs in nothing but its addition."""
    prompt = puzzle("hanoi").prompt(HANOI)
    assert words("insist").startswith(words("list"))
    assert "Write out every single step" in words("insist")
    assert words("algorithm").startswith(words("list"))
    assert words("algorithm").endswith(prompt.method)


def test_window_shows_the_middle() -> None:
    """A window names the state it begins at and how many steps are wanted, and gives none of them away."""
    maker = puzzle("hanoi")
    made = maker.generate({"size": 8})
    asked = chosen_arm("window:where=late,m=20")
    [message] = asked.arm.open(Problem(maker, made), asked.options)
    chosen = steps_asked(Problem(maker, made), asked.options)
    assert chosen.count == 20
    assert 200 <= chosen.first <= 235
    assert maker.describe(made, maker.state_after(made, chosen.first)) in message.content
    assert "the next 20 steps of a shortest way" in message.content


@pytest.mark.parametrize("where", ["early", "middle", "late", "random"])
@pytest.mark.parametrize("size", [1, 3, 10])
def test_windows_lie_within(where: str, size: int) -> None:
    """A window never reaches beyond the solution, however short that is."""
    maker = puzzle("hanoi")
    made = maker.generate({"size": size})
    chosen = steps_asked(Problem(maker, made), {"where": where, "m": 16})
    assert chosen.first >= 0
    assert chosen.first + chosen.count <= 2**size - 1
    assert chosen.count == min(16, 2**size - 1)


WORDS = {
    "list": (1, "91073833"),
    "insist": (1, "c622fba5"),
    "algorithm": (1, "5a40d603"),
    "nudge": (1, "3e7a116f"),
    "chunked": (1, "18a15abe"),
    "window": (1, "8b6a1498"),
    "code": (1, "a0840e8f"),
}


@pytest.mark.parametrize("name", arm_names())
def test_first_messages_are_what_they_were(name: str) -> None:
    """The hashes of what an arm asks are those in `golden/arms.json`, unless its version rose."""
    before, after = kept(GOLDEN).get(name), golden_words(arm(name))
    assert before is not None, f"{name!r} is not in golden/arms.json: write it with `python -m tests.golden`"
    differ = changed(before, after)
    assert not differ or before.version != after.version, (
        f"what {name!r} asks changed: raise its `version`, and write golden/arms.json anew"
    )
    assert before == after, f"{name!r} has another version: write it with `python -m tests.golden`"


@pytest.mark.parametrize("name", WORDS)
def test_words_have_versions(name: str) -> None:
    """Who changes the words of an arm, later turns included, raises its version and what stands here."""
    parts = Prompt(*(f"<{field.name}>" for field in fields(Prompt)))
    bare: Any = SimpleNamespace(
        prompt=parts,
        fewest_steps=100,
        kind=Kind.MOVES,
        state_after=lambda count: count,
        describe=lambda state: f"<state {state}>",
    )
    told = "\n\n".join(arm(name).prompt(bare, {}))
    later = {
        "nudge": reminder(None, 0, Kind.MOVES) + reminder("[1, 0, 2]", 7, Kind.TRACE),
        "chunked": next_chunk(16, Kind.TRACE)
        + next_chunk(1, Kind.MOVES, "<state>")
        + next_chunk(16, Kind.MOVES, "<state>", 5),
    }
    told += later.get(name, "")
    assert (arm(name).version, hashlib.sha256(told.encode()).hexdigest()[:8]) == WORDS[name]


def test_options() -> None:
    """Options that are left out are at their default, so that two ways to write an arm are one arm."""
    assert chosen_arm("chunked:p=16") == chosen_arm("chunked:state=own,on_error=stop")
    assert chosen_arm("chunked:p=4,state=restated").options == {
        "p": 4,
        "state": "restated",
        "on_error": "stop",
    }
    assert chosen_arm("list").options == {}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("nope", r"unknown arm 'nope'; known are list, agent, algorithm, chunked"),
        ("list:k=3", r"arm 'list:k=3': it has no option 'k'; known are none"),
        ("nudge:times=3", r"it has no option 'times'; known are k"),
        ("nudge:k=0", r"option 'k'.*at least 1, not 0"),
        ("chunked:p", r"write its options as name:option=value"),
        ("window:where=nowhere", r"option 'where'.*'nowhere'"),
        ("list:", r"write its options as name:option=value"),
    ],
)
def test_bad_arms(given: str, told: str) -> None:
    """What cannot be asked is named, with what there is."""
    with pytest.raises(SpecError, match=told):
        chosen_arm(given)
