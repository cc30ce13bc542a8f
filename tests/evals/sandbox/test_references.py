"""Correct programs come through: found in the answer, run, read, walked, and solved."""

import pytest

from evals.labelling.answer import Answer
from evals.labelling.rules import label
from evals.record.outcome import Label
from evals.sandbox.find_program import find_program
from evals.sandbox.sandbox import Ended, judge_of, run_program, text_of
from tasks import AnyInstance, AnyPuzzle, Problem, puzzle, puzzles
from tests.evals.sandbox.code_references import CROSSING, HANOI, HANOI_BITS, HANOI_STACK, answered, listed


def _label(maker: AnyPuzzle, instance: AnyInstance, code: str) -> Label:
    """The whole way from an answer to its label."""
    program = find_program(answered(code))
    assert program is not None
    result = run_program(program)
    assert result.ended in (Ended.RETURNED, Ended.PRINTED), result
    assert judge_of(result).label is None
    return label(Problem(maker, instance), Answer(text_of(result))).label


@pytest.mark.parametrize("name", list(puzzles()))
@pytest.mark.parametrize("size", [4, 7])
def test_a_returned_list_of_every_puzzle_is_solved(name: str, size: int) -> None:
    """In the shape that `Prompt.code` asks for, strings and numbers alike."""
    maker = puzzle(name)
    instance = maker.generate({"size": size}, seed=3)
    assert "`solve()`" in maker.prompt(instance).code
    assert _label(maker, instance, listed(maker, instance)) is Label.SOLVED


@pytest.mark.parametrize("name", list(puzzles()))
def test_a_wrong_list_is_left_to_the_walk(name: str) -> None:
    """One step less is no solution, also when a program wrote it."""
    maker = puzzle(name)
    instance = maker.generate({"size": 5}, seed=3)
    code = f"{listed(maker, instance)}\nwhole = solve\ndef solve():\n    return whole()[:-1]\n"
    assert _label(maker, instance, code) is Label.LOGIC_ERROR


@pytest.mark.parametrize("code", [HANOI, HANOI_STACK, HANOI_BITS], ids=["recursion", "stack", "printed"])
@pytest.mark.parametrize("size", [1, 2, 9, 10])
def test_towers_are_solved_in_the_ways_that_models_know(code: str, size: int) -> None:
    """Lists or tuples, returned or printed."""
    maker = puzzle("hanoi")
    instance = maker.generate({"size": size, "target": 2})
    assert _label(maker, instance, code.format(size=size)) is Label.SOLVED


@pytest.mark.parametrize("size", [4, 5])
def test_a_search_solves_a_river_crossing(size: int) -> None:
    """With sets, a queue and combinations, as it would be written."""
    maker = puzzle("river_crossing")
    instance = maker.generate({"size": size, "boat": 4})
    assert _label(maker, instance, CROSSING.format(size=size, seats=4)) is Label.SOLVED


def test_fifteen_disks_take_a_moment() -> None:
    """32,767 moves, within a fraction of the limits."""
    program = find_program(answered(HANOI.format(size=15)))
    assert program is not None
    result = run_program(program)
    assert result.seconds < 2
    maker = puzzle("hanoi")
    instance = maker.generate({"size": 15, "target": 2})
    assert label(Problem(maker, instance), Answer(text_of(result))).label is Label.SOLVED


def test_a_million_moves_come_through() -> None:
    """2^20 - 1 of them, under the limits that are set for everybody."""
    maker = puzzle("hanoi")
    instance = maker.generate({"size": 20, "target": 2})
    assert _label(maker, instance, HANOI.format(size=20)) is Label.SOLVED
