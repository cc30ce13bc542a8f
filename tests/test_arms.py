"""The ways of asking say what they are meant to say, and nothing of it changes unnoticed."""

import hashlib
from dataclasses import fields

import pytest

from evals.arms import ARMS, arm
from evals.errors import SpecError
from tasks import Prompt, puzzle, puzzles

HANOI = puzzle("hanoi").generate({"size": 4})


def words(name: str) -> str:
    [message] = arm(name).open(puzzle("hanoi"), HANOI)
    assert message.role == "user"
    return message.content


@pytest.mark.parametrize("name", ARMS)
@pytest.mark.parametrize("which", sorted(puzzles()))
def test_every_arm_opens_every_puzzle(name: str, which: str) -> None:
    """All parts of a prompt are there, once, and the format is stated in every arm."""
    maker = puzzle(which)
    made = maker.generate({"size": 3})
    [message] = arm(name).open(maker, made)
    prompt = maker.prompt(made)
    for part in (prompt.rules, prompt.start, prompt.goal, prompt.example, prompt.format):
        assert message.content.count(part) == 1 or not part


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


WORDS = {
    "list": (1, "91073833"),
    "insist": (1, "c622fba5"),
    "algorithm": (1, "5a40d603"),
}


@pytest.mark.parametrize("name", ARMS)
def test_words_have_versions(name: str) -> None:
    """Who changes the words of an arm must raise its version, and then what stands here."""
    parts = [f"<{field.name}>" for field in fields(Prompt)]
    told = "\n\n".join(ARMS[name].compose(Prompt(*parts)))
    assert (ARMS[name].version, hashlib.sha256(told.encode()).hexdigest()[:8]) == WORDS[name]


def test_unknown_arm() -> None:
    """An arm that is none is named, with those there are."""
    with pytest.raises(SpecError, match=r"unknown arm 'nope'; known are list, insist, algorithm"):
        arm("nope")
