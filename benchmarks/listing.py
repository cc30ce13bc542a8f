"""Listing the solution of every puzzle at its largest size: the memory in use over its first 200,000 steps.

Goal: constant, hence at most 100 kB, where the steps alone would take some 20 MB. What is kept for an
instance as such (its drawn table, say) is there before. Memory is what tracemalloc sees.
"""

from collections import deque
from itertools import islice

from benchmarks.million_moves import peak
from tasks import AnyInstance, AnyPuzzle, bounds_of, puzzles

_STEPS = 200_000
_MOST = 100_000


def main() -> None:
    for name, known in puzzles().items():
        size = bounds_of(known.parameters)["size"].maximum
        assert size is not None
        instance = known.generate({"size": size})
        steps = min(_STEPS, known.fewest_steps(instance) or 0)
        used = listed(known, instance, steps)
        verdict = "" if used <= _MOST else f"  (goal: at most {_MOST:,})"
        print(f"{name:16} size {size:>10,}: {steps:>7,} steps in {used:>7,} bytes{verdict}")


def listed(known: AnyPuzzle, instance: AnyInstance, steps: int) -> int:
    """The most memory at once while so many steps are listed."""
    next(known.solution(instance))

    def work() -> None:
        deque(islice(known.solution(instance), steps), maxlen=0)

    return peak(work)


if __name__ == "__main__":
    main()
