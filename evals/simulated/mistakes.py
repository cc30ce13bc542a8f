"""Wrong steps, made for any puzzle: a row close to the right one that the puzzle itself refuses."""

from collections.abc import Iterator
from itertools import chain, islice
from random import Random

from tasks import ANY, Problem, Row


def rows_written(
    problem: Problem,
    written: int,
    wrong: int | None,
    draw: Random,
    first: int = 0,
) -> Iterator[Row]:
    """So many steps of the solution behind the `first` ones, of which step `wrong` has gone wrong.

    What follows that one goes on as if it had not. Where no wrong row can be found near the right one, the
    step is left out.
    """
    if wrong is None or wrong > written:
        return islice(problem.solution(first), written)
    return chain(
        islice(problem.solution(first), wrong - 1),
        _gone_wrong(problem, first + wrong, draw),
        islice(problem.solution(first + wrong), written - wrong),
    )


def _gone_wrong(problem: Problem, number: int, draw: Random) -> Iterator[Row]:
    """One row, or none; nothing is worked out before it is asked for."""
    state = problem.state_after(number - 1)
    for row in _candidates(problem, number, draw):
        if problem.step(state, row) is None:
            yield row
            return


def _candidates(problem: Problem, number: int, draw: Random) -> Iterator[Row]:
    """First mix-ups with the steps around, whose values can certainly be written; then small changes."""
    first = max(0, number - 2)
    around = list(islice(problem.solution(first), number - first + 1))
    right = around[number - 1 - first]
    columns = range(len(right))
    mixed = [_with(right, column, other[column]) for other in around for column in columns]
    yield from _shuffled([*mixed, *around[: number - 1 - first]], right, draw)
    for change in (1, 2, 3):
        near = [(column, right[column] + by) for column in columns for by in (change, -change)]
        rows = [_with(right, column, value) for column, value in near if value >= min(0, right[column])]
        yield from _shuffled([row for row in rows if ANY not in row], right, draw)


def _with(row: Row, column: int, value: int) -> Row:
    return (*row[:column], value, *row[column + 1 :])


def _shuffled(rows: list[Row], right: Row, draw: Random) -> list[Row]:
    distinct = [row for row in dict.fromkeys(rows) if row != right]
    return sorted(distinct, key=lambda _: draw.random())
