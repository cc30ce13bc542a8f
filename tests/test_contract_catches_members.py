"""The contract suite catches broken members beside the rules: lengths, closed forms, words, formats."""

from collections.abc import Callable
from typing import Any

import pytest

from tasks import AnyPuzzle, puzzle, puzzles
from tests.contract.breaking import broken, caught_by

MEMBERS: dict[str, Callable[[AnyPuzzle], Any]] = {
    "fewest_steps": lambda sound: lambda _, instance: (sound.fewest_steps(instance) or 0) + 1,
    "state_after": lambda sound: lambda _, instance, count: sound.state_after(instance, max(0, count - 1)),
    "distance": lambda sound: lambda _, instance, state: (sound.distance(instance, state) or 0) + 1,
    "varies": lambda sound: lambda _, instance: not sound.varies(instance),
    "describe": lambda sound: lambda _, instance, state: "A state.",
    "is_goal": lambda sound: lambda _, instance, state: state == sound.state_after(instance, 1),
    "solution": lambda sound: lambda _, instance, first=0: sound.solution(instance),
    "format": lambda sound: lambda _, instance, rows: sound.format(instance, list(rows)[:-1]),
    "why_not": lambda sound: lambda _, instance, state, row: "",
}
"""Ways to break the rest: each member given by a function of the sound puzzle."""


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("name", puzzles())
def test_whatever_else_is_broken_is_caught(name: str, member: str) -> None:
    """Lengths, closed forms, words, formats."""
    sound = puzzle(name)
    assert caught_by(broken(sound, **{member: MEMBERS[member](sound)})) is not None
