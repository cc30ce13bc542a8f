"""The contract suite catches broken rules: each puzzle is broken on purpose, and a check must fail."""

from collections.abc import Iterator
from typing import Any

import pytest

from tasks import AnyInstance, AnyPuzzle, Kind, Puzzle, Row, puzzle, puzzles
from tests.contract.breaking import broken, caught_by, with_step
from tests.contract.samples import samples

TOWERS = ("is empty", "both from and to", "is not on top", "the smaller disk", "there is no peg")
RULES = {
    "blocks_world": ("is empty", "both from and to", "is not on top", "there is no stack"),
    "checker_jumping": (
        *("there is no position", "is empty", "other colour", "is not empty", "backwards", "too far"),
        "its own colour",
    ),
    "chinese_rings": ("already", "needs ring", "needs all rings", "no such ring"),
    "hanoi": TOWERS,
    "hanoi_linear": (*TOWERS, "cannot go from peg"),
    "hanoi_random": TOWERS,
    "river_crossing": (
        *("cross empty", "too many", "named twice", "there is no", "is not where the boat is", "in the boat"),
        *("on the left bank", "on the right bank"),
    ),
}
"""Words of each rule of the puzzles of moves, as `why_not` gives them."""

EACH_RULE = [(name, rule) for name, rules in RULES.items() for rule in rules]
UNTOLD = {("checker_jumping", "its own colour")}
"""Forgotten throughout, this one leads to dead ends alone; the puzzle's own test tells it."""
TRACES = [name for name, known in puzzles().items() if known.kind is Kind.TRACE]


@pytest.mark.parametrize("name", [name for name in puzzles() if name not in TRACES])
def test_rules_of_moves_are_told_here(name: str) -> None:
    """Each rule of a puzzle of moves is forgotten once, to see that the contract catches it."""
    if name not in RULES:
        pytest.skip(
            f"no rules of {name!r}: add the words of its `why_not` to RULES to have each one forgotten"
        )
    assert RULES[name]


@pytest.mark.parametrize("name", puzzles())
def test_accepting_anything_is_caught(name: str) -> None:
    """`step` that takes what is illegal for a step that changes nothing."""
    sound = puzzle(name)

    def step(instance: AnyInstance, state: Any, row: Row) -> Any:
        after = sound.step(instance, state, row)
        return state if after is None else after

    assert caught_by(with_step(sound, step)) is not None


@pytest.mark.parametrize(("name", "rule"), EACH_RULE)
def test_a_rule_that_step_forgets_is_caught(name: str, rule: str) -> None:
    """One rule too lax, in `step` alone."""
    sound = puzzle(name)

    def step(instance: AnyInstance, state: Any, row: Row) -> Any:
        after = sound.step(instance, state, row)
        return state if after is None and rule in sound.why_not(instance, state, row) else after

    assert caught_by(with_step(sound, step)) is not None


@pytest.mark.parametrize(("name", "rule"), [both for both in EACH_RULE if both not in UNTOLD])
def test_a_rule_that_is_forgotten_throughout_is_caught(name: str, rule: str) -> None:
    """One rule too lax for `step` and `options` alike: then only what follows from the rules can tell."""
    sound = puzzle(name)

    def fault(_: AnyPuzzle, instance: AnyInstance, state: Any, row: Row) -> str | None:
        why: str | None = sound.fault(instance, state, row)  # type: ignore[attr-defined]
        return None if why is not None and rule in why else why

    assert caught_by(broken(sound, fault=fault)) is not None


@pytest.mark.parametrize("name", TRACES)
def test_an_item_taken_for_another_is_caught(name: str) -> None:
    """One too lax: the item next to the right one is accepted."""
    sound = puzzle(name)
    sample = samples(sound)[0]
    if next(sound.options(sample, sound.start(sample)), None) is None:
        pytest.skip(f"{name!r} gives no options, which say what the right item is")

    def step(instance: AnyInstance, state: Any, row: Row) -> Any:
        right = next(sound.options(instance, state), None)
        if right is not None and abs(right[0] - row[0]) == 1:
            return sound.step(instance, state, right)
        return sound.step(instance, state, row)

    assert caught_by(with_step(sound, step)) is not None


@pytest.mark.parametrize("name", TRACES)
def test_an_item_too_many_is_caught(name: str) -> None:
    """One too lax: what stands behind the last item is accepted."""
    sound = puzzle(name)

    def step(instance: AnyInstance, state: Any, row: Row) -> Any:
        return state if sound.is_goal(instance, state) else sound.step(instance, state, row)

    assert caught_by(with_step(sound, step)) is not None


def _places(sound: AnyPuzzle, instance: AnyInstance) -> Iterator[int]:
    """The last numbers of the solution's rows."""
    return (row[-1] for row in sound.solution(instance))


@pytest.mark.parametrize("name", puzzles())
def test_a_rule_too_many_is_caught(name: str) -> None:
    """One too strict, in `step` alone: nothing goes where the solution's first step goes."""
    sound = puzzle(name)

    def step(instance: AnyInstance, state: Any, row: Row) -> Any:
        barred = next(_places(sound, instance), None)
        return None if row[-1] == barred else sound.step(instance, state, row)

    assert caught_by(with_step(sound, step)) is not None


@pytest.mark.parametrize("name", RULES)
def test_a_rule_too_many_throughout_is_caught(name: str) -> None:
    """One too strict for `step` and `options` alike: but at first, nothing goes to the last place."""
    sound = puzzle(name)

    def fault(_: AnyPuzzle, instance: AnyInstance, state: Any, row: Row) -> str | None:
        why: str | None = sound.fault(instance, state, row)  # type: ignore[attr-defined]
        away = state != sound.start(instance)
        return "not now" if away and row[-1] == max(_places(sound, instance), default=0) else why

    assert caught_by(broken(sound, fault=fault)) is not None


@pytest.mark.parametrize("name", puzzles())
def test_a_batch_that_is_not_stopped_is_caught(name: str) -> None:
    """`advance` that goes on over illegal steps, beside a sound `step`."""
    sound = puzzle(name)

    def advance(_: AnyPuzzle, instance: AnyInstance, state: Any, *rest: Any) -> Any:
        lax = with_step(sound, lambda *given: sound.step(*given) or given[1])
        return Puzzle.advance(lax, instance, state, *rest)

    assert caught_by(broken(sound, advance=advance)) is not None
