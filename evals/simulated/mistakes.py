"""Wrong steps for any puzzle: a row close to the correct one that the puzzle itself rejects."""

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
    """Return `written` steps of the solution after the first `first`, of which step `wrong` is wrong.

    The steps after that one continue as if it had been right. If no wrong row can be found near the right
    one, the step is left out.
    """
    if wrong is None or wrong > written:
        return islice(problem.solution(first), written)
    return chain(
        islice(problem.solution(first), wrong - 1),
        _gone_wrong(problem, first + wrong, draw),
        islice(problem.solution(first + wrong), written - wrong),
    )


def _gone_wrong(problem: Problem, number: int, draw: Random) -> Iterator[Row]:
    """Yield at most one row, which is computed only on demand."""
    state = problem.state_after(number - 1)
    for row in _candidates(problem, number, draw):
        if problem.step(state, row) is None:
            yield row
            return


def _candidates(problem: Problem, number: int, draw: Random) -> Iterator[Row]:
    """Yield mix-ups with neighbouring steps, whose values can certainly be written; then small changes."""
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
