"""The solution of an instance as far as it is remembered, and where a list of steps leaves it."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, starmap, takewhile
from operator import eq
from typing import Any, cast

from tasks.contract.puzzle import Advance, AnyInstance, AnyPuzzle, Steps

_MOST = 4_096
"""Steps of a solution that are remembered: answers that are longer are few."""


@dataclass(frozen=True, slots=True)
class Known:
    """The first steps of a solution, and their replay."""

    steps: Steps
    advance: Advance[Any]


def solution_known(puzzle: AnyPuzzle, instance: AnyInstance) -> Known:
    """The beginning of the solution, worked out once for all answers to an instance."""
    return _worked_out(cast("Hashable", puzzle), instance)


@lru_cache(maxsize=64)
def _worked_out(puzzle: AnyPuzzle, instance: AnyInstance) -> Known:
    steps = Steps.of(islice(puzzle.solution(instance), _MOST), puzzle.width)
    return Known(steps, puzzle.advance(instance, puzzle.start(instance), steps))


def lost_at(puzzle: AnyPuzzle, instance: AnyInstance, steps: Steps, written: int) -> int | None:
    """Number (from 1) of the first of these steps that is illegal or off every shortest way to the goal.

    Off means that the distance to the goal did not fall by one, or is no longer known, which the contract
    keeps for states on no shortest way. `None`: all are on a shortest way. Where the puzzle knows no distance
    at all, the first illegal step: then a bound on ability from above, not a measure of it.
    """
    on_course = _in_common(puzzle, instance, steps, written)
    state = puzzle.state_after(instance, on_course)
    left = puzzle.distance(instance, state)
    for index in range(on_course, written):
        after = puzzle.step(instance, state, steps.row(index))
        if after is None:
            return index + 1
        now = puzzle.distance(instance, after)
        if left is not None and now != left - 1:
            return index + 1
        state, left = after, now
    return None


def _in_common(puzzle: AnyPuzzle, instance: AnyInstance, steps: Steps, written: int) -> int:
    """How many of these steps are those of the known solution."""
    known = solution_known(puzzle, instance).steps
    same, differ = 0, min(written, len(known)) + 1
    while differ - same > 1:
        middle = (same + differ) // 2
        begin, end = same * known.width, middle * known.width
        if steps.values[begin:end] == known.values[begin:end]:
            same = middle
        else:
            differ = middle
    if same < _MOST:
        return same
    following = zip(steps.rows(same), puzzle.solution(instance, same), strict=False)
    return same + sum(1 for _ in takewhile(bool, starmap(eq, islice(following, written - same))))
