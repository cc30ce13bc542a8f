"""What holds of every instance that is given whole; `check_given` is for the tests of each puzzle."""

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any

import pytest

from tasks import BadInstance, Kind, Problem, given_problem, puzzle

_MOST_SEARCHED = 12_000
_MOST_WALKED = 5_000


def check_given(name: str, data: Mapping[str, Any]) -> Problem:
    """Check an instance given whole from data to answer, and return its problem."""
    problem = given_problem(name, data)
    drawn = puzzle(name)
    for shared in ("name", "version", "kind", "width"):
        assert getattr(problem.puzzle, shared) == getattr(drawn, shared), shared
    _check_identity(problem, data)
    _check_words(problem)
    _check_solution(problem)
    if problem.kind is Kind.MOVES:
        _check_by_search(problem)
    return problem


def _check_identity(problem: Problem, data: Mapping[str, Any]) -> None:
    whole = json.loads(problem.instance.data)
    again = given_problem(problem.name, whole)
    assert again.instance == problem.instance, "what is stored gives another instance"
    assert again.instance.data == problem.instance.data
    shuffled = dict(reversed(list(data.items())))
    assert given_problem(problem.name, shuffled).canonical == problem.canonical
    assert "given=" in problem.canonical
    with pytest.raises(BadInstance, match="no_such_field"):
        given_problem(problem.name, {**data, "no_such_field": 1})


def _check_words(problem: Problem) -> None:
    prompt = problem.prompt
    for part in (prompt.rules, prompt.start, prompt.goal, prompt.format, prompt.example, prompt.method):
        assert part.strip() == part != ""
    assert problem.describe(problem.start)


def _check_solution(problem: Problem) -> None:
    fewest = problem.fewest_steps
    if fewest is None:
        assert next(iter(problem.solution()), None) is None
        return
    assert problem.solvable
    rows = list(islice(problem.solution(), _MOST_WALKED))
    if not rows:
        return  # its length is known from the record alone
    state, left = problem.start, problem.distance(problem.start)
    for row in rows:
        after = problem.step(state, row)
        assert after is not None, f"its own solution is illegal at {row}"
        now = problem.distance(after)
        assert left is None or now == left - 1, f"the distance does not fall at {row}"
        state, left = after, now
    if len(rows) < _MOST_WALKED:
        assert len(rows) == fewest
        assert problem.is_goal(state)
        written = "".join(problem.format(rows))
        (found,) = problem.lists(problem.read(written))
        assert found.solves, "its own solution, written as asked, is read otherwise"


def _check_by_search(problem: Problem) -> None:
    """Hold the fewest steps and the solvability against a search over `options`, where that is small."""
    seen, edge, depth = {problem.start}, [problem.start], 0
    while edge:
        if any(map(problem.is_goal, edge)):
            assert problem.fewest_steps in (depth, None), f"it can be solved in {depth} steps"
            assert problem.solvable is not False
            return
        beyond = []
        for state in edge:
            for row in problem.options(state):
                after = problem.step(state, row)
                assert after is not None, f"the option {row} is illegal"
                if after not in seen:
                    seen.add(after)
                    beyond.append(after)
        if len(seen) > _MOST_SEARCHED:
            return
        edge, depth = beyond, depth + 1
    assert problem.fewest_steps is None, "no search finds a solution"
    assert not problem.solvable
