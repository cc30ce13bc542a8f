"""Puzzles of items: what holds for all of them, and how their answers are read and labelled."""

from collections.abc import Iterator
from itertools import islice

import pytest

from tasks import AnyInstance, AnyPuzzle, Kind, Problem
from tests.tasks.forms.item_answers import (
    LAYOUTS,
    WRONG,
    Ending,
    endings,
    gone_wrong,
    labelled,
    problem,
    solved,
    written,
)

Asked = tuple[AnyPuzzle, AnyInstance]

PROBLEMS: dict[str, Asked] = {
    "automaton": problem("automaton", size=40),
    "automaton of three states": problem("automaton", size=40, states=3, alphabet=3),
    "copying": problem("copying", size=40),
    "copying numbers": problem("copying", size=40, items="numbers"),
    "counting": problem("counting", size=40),
    "counting from afar": problem("counting", size=40, first=980),
    "fizzbuzz": problem("fizzbuzz", size=40),
    "fizzbuzz with three words": problem("fizzbuzz", size=40, words=3),
    "gray_code": problem("gray_code", size=5),
    "pointer_chase": problem("pointer_chase", size=40),
    "pointer_chase round and round": problem("pointer_chase", size=40, labels=10),
    "running_sum": problem("running_sum", size=40),
}
every_problem = pytest.mark.parametrize("posed", PROBLEMS.values(), ids=PROBLEMS)


@every_problem
def test_is_a_trace_that_can_be_entered_anywhere(posed: Asked) -> None:
    """From any item on, the solution and the state are known, and the items left are counted."""
    known, instance = posed
    rows = solved(known, instance)
    assert known.kind is Kind.TRACE
    assert len(rows) == known.fewest_steps(instance) == len(set(_states(known, instance))) - 1
    for count, state in enumerate(_states(known, instance)):
        assert known.state_after(instance, count) == state
        assert known.distance(instance, state) == len(rows) - count
        assert list(islice(known.solution(instance, count), 2)) == rows[count : count + 2]
        assert list(known.options(instance, state)) == rows[count : count + 1]
        assert known.is_goal(instance, state) == (count == len(rows))
        assert known.describe(instance, state)


def _states(known: AnyPuzzle, instance: AnyInstance) -> Iterator[object]:
    state = known.start(instance)
    yield state
    for row in solved(known, instance):
        state = known.step(instance, state, row)
        yield state


@every_problem
def test_a_wrong_item_is_refused_and_gone_on_from(posed: Asked) -> None:
    """Only the wrong item is an error: those after it follow from what was written."""
    known, instance = posed
    rows = gone_wrong(known, instance)
    state = known.state_after(instance, WRONG - 1)
    assert len(rows) > WRONG
    assert known.step(instance, state, rows[WRONG - 1]) is None
    assert known.why_not(instance, state, rows[WRONG - 1])
    state = known.recover(instance, state, rows[WRONG - 1])
    for row in rows[WRONG:]:
        state = known.step(instance, state, row)
        assert state is not None


@every_problem
def test_nothing_comes_after_the_last(posed: Asked) -> None:
    """An item too many is an error, whatever it is."""
    known, instance = posed
    rows = solved(known, instance)
    end = known.state_after(instance, len(rows))
    assert not any(known.step(instance, end, row) for row in rows)
    assert known.why_not(instance, end, rows[-1])


@every_problem
def test_prompts_name_no_item_but_those_given(posed: Asked) -> None:
    """Beside the question itself nothing in the prompt would be read as an answer."""
    known, instance = posed
    prompt = known.prompt(instance)
    for part in (prompt.start, prompt.goal, prompt.format, prompt.method, prompt.code):
        assert part == part.strip()
        assert not Problem(known, instance).read(part).found


@every_problem
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_layout_does_not_matter(posed: Asked, layout: object) -> None:
    """The whole list is found however it is laid out, and so is a wrong item in it."""
    known, instance = posed
    assert callable(layout)
    right = labelled(known, instance, layout(written(known, instance, solved(known, instance))))
    assert right.label == "solved"
    wrong = labelled(known, instance, layout(written(known, instance, gone_wrong(known, instance))))
    assert (wrong.label, wrong.first_error) == ("logic_error", WRONG)


@pytest.mark.parametrize(
    ("posed", "ending"),
    [
        pytest.param(posed, ending, id=f"{name}-{ending.name}")
        for name, posed in PROBLEMS.items()
        for ending in endings(*posed)
    ],
)
def test_endings(posed: Asked, ending: Ending) -> None:
    """However the answer ends, it gets the label that a careful person would give it."""
    verdict = labelled(*posed, ending.text, ending.finish)
    assert verdict.label == ending.label, verdict
    assert verdict.first_error == ending.first_error, verdict


@every_problem
def test_reading_takes_no_longer_than_the_text(posed: Asked) -> None:
    """No text makes a pattern run away: this ends in a moment, or would not end at all."""
    known, instance = posed
    parts = (
        "1",
        "1,",
        "1 ",
        "q1 ",
        "n1 -> ",
        "| 1 ",
        "1. ",
        "= ",
        "acorn: 1 ",
        "- ",
        "example\n",
        "01",
        "Blip",
        "…",
    )
    for part in parts:
        found = Problem(known, instance).read(part * (10_000 // len(part)))
        assert found.end == len(found.text)
