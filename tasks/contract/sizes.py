"""Choosing a size by the number of steps, so that puzzles can be compared at equal length."""

from collections.abc import Mapping
from math import inf

from tasks.contract.parameters import Value, bounds_of
from tasks.contract.puzzle import AnyInstance, AnyPuzzle
from tasks.errors import BadParameter

_UNEVEN = 12
"""How many of the smallest sizes are all tried: there, a larger size need not mean a longer solution."""


def size_nearest(puzzle: AnyPuzzle, steps: int, parameters: Mapping[str, Value]) -> int:
    """Return the size whose fewest steps are closest, as a ratio, to the number wanted; on a tie the smaller.

    Args:
        puzzle: The puzzle.
        steps: How many steps are wanted.
        parameters: The parameters other than the size; sizes incompatible with them are skipped. If
            instances are drawn, those of seed 0 decide.

    Raises:
        BadParameter: The parameters are compatible with no size, or with no solvable one; or `steps` is not
            positive.
    """
    if steps < 1:
        raise BadParameter(f"cannot choose a size by {steps!r} steps; ask for at least 1")
    known = _Sizes(puzzle, dict(parameters))
    low, high = known.smallest, known.largest
    while low < high:
        middle = (low + high) // 2
        if known.steps(middle) < steps:
            low = middle + 1
        else:
            high = middle
    first = known.smallest
    candidates = {*range(first, first + _UNEVEN), *range(low - 2, low + 3)}
    sizes = sorted(size for size in candidates if known.smallest <= size <= known.largest)
    nearest: int = min(sizes, key=lambda size: (known.ratio(size, steps), size))
    return nearest


class _Sizes:
    """The sizes compatible with some parameters, and their steps."""

    def __init__(self, puzzle: AnyPuzzle, parameters: dict[str, Value]) -> None:
        self._puzzle, self._parameters = puzzle, parameters
        bounds = bounds_of(puzzle.parameters)["size"]
        assert bounds.minimum is not None, f"the sizes of {puzzle.name} have no bounds"
        assert bounds.maximum is not None, f"the sizes of {puzzle.name} have no bounds"
        self.smallest = self._first(bounds.minimum, bounds.maximum)
        self.largest = self._last(self.smallest, bounds.maximum)

    def _first(self, minimum: int, maximum: int) -> int:
        for size in range(minimum, min(maximum, minimum + 100) + 1):
            if self._fits(size) and self._fewest(size) is not None:
                return size
        # If the parameters themselves are wrong, this raises with the puzzle's own message.
        self._made(minimum)
        raise BadParameter(f"no size of {self._puzzle.name!r} has a solution with {self._parameters!r}")

    def _last(self, fits: int, maximum: int) -> int:
        # Bisection: the rules that tie sizes to other parameters are all upper limits.
        beyond = maximum + 1
        while beyond - fits > 1:
            middle = (fits + beyond) // 2
            fits, beyond = (middle, beyond) if self._fits(middle) else (fits, middle)
        return fits

    def _made(self, size: int) -> AnyInstance:
        return self._puzzle.generate({**self._parameters, "size": size})

    def _fits(self, size: int) -> bool:
        try:
            self._made(size)
        except BadParameter:
            return False
        return True

    def _fewest(self, size: int) -> int | None:
        if not self._fits(size):
            return None
        fewest: int | None = self._puzzle.fewest_steps(self._made(size))
        return fewest

    def steps(self, size: int) -> float:
        """Return the fewest steps of a size; infinite if it has no solution."""
        fewest = self._fewest(size)
        return inf if fewest is None else fewest

    def ratio(self, size: int, steps: int) -> float:
        """Return how far a size is from the number wanted, as a ratio of at least 1."""
        fewest = self.steps(size)
        return inf if fewest in {0, inf} else max(fewest / steps, steps / fewest)
