"""Answers to instances of item puzzles that are given whole, for the tests of those puzzles."""

from collections.abc import Mapping
from typing import Any

from evals.labelling.answer import Answer
from evals.labelling.rules import LabelResult, label
from evals.record.outcome import Label
from tasks import Problem, given_problem
from tests.contract.given import check_given
from tests.tasks.forms.item_answers import LAYOUTS, endings, gone_wrong, lines, written

Data = Mapping[str, Any]


def items(problem: Problem) -> list[str]:
    """The right answer's items, as asked."""
    return written(problem.puzzle, problem.instance, list(problem.solution()))


def told(name: str, data: Data, text: str, finish: str = "stop") -> LabelResult:
    """The verdict on an answer."""
    return label(given_problem(name, data), Answer(text, finish_reason=finish))


def check_reading(name: str, data: Data) -> None:
    """Check that the right list is read in every layout, and a wrong item found in each at its place.

    Args:
        name: The puzzle.
        data: An instance with 30 items or some more, a multiple of 6 but for one.
    """
    problem = check_given(name, data)
    right = items(problem)
    wrong = written(problem.puzzle, problem.instance, gone_wrong(problem.puzzle, problem.instance))
    for layout, laid_out in LAYOUTS.items():
        verdict = label(problem, Answer(laid_out(right), finish_reason="stop"))
        assert verdict.label is Label.SOLVED, layout
        verdict = label(problem, Answer(laid_out(wrong), finish_reason="stop"))
        assert (verdict.label, verdict.first_error) == (Label.LOGIC_ERROR, 7), layout
    for ending in endings(problem.puzzle, problem.instance):
        verdict = label(problem, Answer(ending.text, finish_reason=ending.finish))
        assert (verdict.label, verdict.first_error) == (ending.label, ending.first_error), ending.name
    assert label(problem, Answer(lines(right).upper(), finish_reason="stop")).label in (
        Label.SOLVED,
        Label.LOGIC_ERROR,
    )
