"""The contract suite catches broken members beside the rules: lengths, closed forms, words, formats."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tasks import AnyPuzzle, puzzle, puzzles
from tests.contract import Check, choosing, prompting, reading, ruling, solving
from tests.contract.breaking import broken


@dataclass(frozen=True, slots=True)
class Fault:
    """How one member is broken, as a function of the sound puzzle, and the check that must notice."""

    check: Check
    broken: Callable[[AnyPuzzle], Callable[..., Any]]


MEMBERS = {
    "fewest_steps": Fault(
        solving.the_solution_solves_and_no_part_of_it_does,
        lambda sound: lambda _, instance: (sound.fewest_steps(instance) or 0) + 1,
    ),
    "at_least": Fault(
        solving.nothing_is_shorter,
        lambda sound: lambda _, instance: (sound.fewest_steps(instance) or 0) + 1,
    ),
    "optimal": Fault(
        solving.nothing_is_shorter,
        lambda sound: lambda _, instance: not sound.optimal(instance),
    ),
    "smaller": Fault(
        prompting.worked_examples_are_right,
        lambda sound: lambda _, instance: instance,
    ),
    "is_goal": Fault(
        solving.the_solution_solves_and_no_part_of_it_does,
        lambda sound: lambda _, instance, state: state == sound.state_after(instance, 1),
    ),
    "solution": Fault(
        solving.the_solution_can_be_begun_anywhere,
        lambda sound: lambda _, instance, first=0: sound.solution(instance),
    ),
    "state_after": Fault(
        solving.states_are_those_of_the_steps,
        lambda sound: lambda _, instance, count: sound.state_after(instance, max(0, count - 1)),
    ),
    "distance": Fault(
        solving.distances_are_exact,
        lambda sound: lambda _, instance, state: (sound.distance(instance, state) or 0) + 1,
    ),
    "why_not": Fault(
        ruling.options_are_what_step_accepts,
        lambda sound: lambda _, instance, state, row: "",
    ),
    "varies": Fault(
        choosing.the_same_seed_gives_the_same,
        lambda sound: lambda _, instance: not sound.varies(instance),
    ),
    "describe": Fault(
        prompting.states_are_told_apart,
        lambda sound: lambda _, instance, state: "A state.",
    ),
    "format": Fault(
        reading.answers_are_read_back,
        lambda sound: lambda _, instance, rows: sound.format(instance, list(rows)[:-1]),
    ),
    "forms": Fault(
        reading.answers_are_read_back,
        lambda sound: lambda _, instance: sound.forms(instance)[-1:],
    ),
}


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("name", puzzles())
def test_a_broken_member_is_caught(name: str, member: str) -> None:
    """Each by the check that is about it."""
    fault, sound = MEMBERS[member], puzzle(name)
    fault.check(sound)
    with pytest.raises(AssertionError):
        fault.check(broken(sound, **{member: fault.broken(sound)}))
