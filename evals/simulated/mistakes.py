"""Wrong steps, made for any puzzle: a row close to the right one that the puzzle itself refuses."""

from collections.abc import Iterator
from itertools import chain, islice
from random import Random

from tasks import ANY, AnyInstance, AnyPuzzle, Row


def rows_written(  # noqa: PLR0913, PLR0917 - which steps of which list, and which is wrong
    puzzle: AnyPuzzle,
    instance: AnyInstance,
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
        return islice(puzzle.solution(instance, first), written)
    return chain(
        islice(puzzle.solution(instance, first), wrong - 1),
        _gone_wrong(puzzle, instance, first + wrong, draw),
        islice(puzzle.solution(instance, first + wrong), written - wrong),
    )


def _gone_wrong(puzzle: AnyPuzzle, instance: AnyInstance, number: int, draw: Random) -> Iterator[Row]:
    """One row, or none; nothing is worked out before it is asked for."""
    state = puzzle.state_after(instance, number - 1)
    for row in _candidates(puzzle, instance, number, draw):
        if puzzle.step(instance, state, row) is None:
            yield row
            return


def _candidates(puzzle: AnyPuzzle, instance: AnyInstance, number: int, draw: Random) -> Iterator[Row]:
    """First mix-ups with the steps around, whose values can certainly be written; then small changes."""
    first = max(0, number - 2)
    around = list(islice(puzzle.solution(instance, first), number - first + 1))
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
