"""The sizes of a puzzle from which batches are chosen, evenly spaced in doublings of the steps."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import cast

from tasks import AnyPuzzle, Bounds, PuzzleError, Value, bounds_of

BATCH = 10
"""Trials of a batch, all of one size: as many as a size needs to count for a horizon."""
_SLACK = 1.06
"""How much farther apart two sizes may be than they should, as a ratio."""
_FEWEST = 2
"""Steps of the smallest size, at least."""
_TRIED = 100
"""Sizes tried for the smallest that has a solution."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One of the sizes to choose from."""

    size: int
    steps: int
    """Fewest steps; if the seed decides, those of seed 0."""


def ladder(
    puzzle: AnyPuzzle, parameters: Mapping[str, Value], most_steps: int, apart: float = 1.0
) -> tuple[Rung, ...]:
    """Return the sizes to choose from, with ever more steps, at most `most_steps`.

    Args:
        puzzle: The puzzle.
        parameters: Those other than the size.
        most_steps: The most steps of a size.
        apart: Doublings between neighbours; where a puzzle's own sizes are farther apart, they are all there.

    Raises:
        PuzzleError: The parameters are compatible with no size.
    """
    return _ladder(cast("Hashable", puzzle), tuple(sorted(parameters.items())), most_steps, 2.0**apart)


# Every line of a run asks for it, and some puzzles search for their fewest steps.
@lru_cache(maxsize=64)
def _ladder(
    puzzle: Hashable, parameters: tuple[tuple[str, Value], ...], most_steps: int, ratio: float
) -> tuple[Rung, ...]:
    known = _Lengths(cast("AnyPuzzle", puzzle), dict(parameters))
    size = known.smallest
    rungs: list[Rung] = []
    while (steps := known.steps(size)) is not None and steps <= most_steps:
        if steps >= _FEWEST and (not rungs or steps > rungs[-1].steps):
            rungs.append(Rung(size, steps))
        size = known.following(size, rungs[-1].steps if rungs else steps, ratio)
    return tuple(rungs)


class _Lengths:
    """How many steps the sizes of a puzzle take; each is found out once."""

    def __init__(self, puzzle: AnyPuzzle, parameters: Mapping[str, Value]) -> None:
        self._puzzle, self._parameters = puzzle, dict(parameters)
        self._steps: dict[int, int | None] = {}

    @cached_property
    def _bounds(self) -> Bounds:
        return bounds_of(self._puzzle.parameters)["size"]

    @property
    def smallest(self) -> int:
        """The smallest size that has a solution; raises `PuzzleError` if there is none."""
        first = self._bounds.minimum or 0
        for size in range(first, first + _TRIED):
            if self.steps(size) is not None:
                return size
        self._puzzle.generate({**self._parameters, "size": first})  # raises if the parameters are wrong
        raise PuzzleError(f"no size up to {first + _TRIED - 1} of {self._puzzle.name!r} has a solution")

    def steps(self, size: int) -> int | None:
        """Return the fewest steps of a size; `None` if there is no such size, or it has no solution."""
        if size not in self._steps:
            try:
                made = self._puzzle.generate({**self._parameters, "size": size})
                self._steps[size] = self._puzzle.fewest_steps(made)
            except PuzzleError:
                self._steps[size] = None
        return self._steps[size]

    def following(self, size: int, steps: int, ratio: float) -> int:
        """Return the next size: one with about `ratio` times the steps, or else the very next."""
        low, beyond = size + 1, max(size + 2, int(size * ratio) + 1)
        if self._bounds.maximum is not None:
            beyond = max(size + 2, min(beyond, self._bounds.maximum + 1))
        most = steps * ratio * _SLACK
        while beyond - low > 1:
            middle = (low + beyond) // 2 if self._is_far(beyond - 1, most) else beyond - 1
            low, beyond = (low, middle) if self._is_far(middle, most) else (middle, beyond)
        return low

    def _is_far(self, size: int, most: float) -> bool:
        found = self.steps(size)
        return found is None or found > most
