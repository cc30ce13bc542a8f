"""Reading and labelling texts that were made to be slow, of 1 and 4 MB, for each puzzle.

Goal: at most 2 seconds a megabyte, and the same at both sizes. Name puzzles to look at these alone.
"""

import sys
import time

from evals.labelling.answer import Answer
from evals.labelling.rules import label
from tasks import problem, puzzle, puzzles, size_nearest

UNITS = (
    "[[1,0,2], ",
    "[1,",
    "((",
    "1\u3001",
    "1 2 3\n",
    "1,0,2,1,0,2\n",
    "R _ B\n",
    "A_1 a_2\n",
    "| a | b ",
    "$1$ ",
    "a=1; b=2\n",
    "no ",
    "and so on until the end. ",
    "<think>",
    "&amp;",
    "\\n",
)
SIZES = (1_000_000, 4_000_000)
_STEPS = 20
_SHOWN = 5


def main() -> None:
    for name in sys.argv[1:] or sorted(puzzles()):
        asked = problem(name, {"size": size_nearest(puzzle(name), _STEPS, {})}, 0)
        label(asked, "1")
        taken: list[tuple[float, str]] = []
        for unit in UNITS:
            costs = []
            for size in SIZES:
                answer = Answer(unit * (size // len(unit)), finish_reason="stop")
                begun = time.process_time()
                label(asked, answer)
                costs.append((time.process_time() - begun) / size * 1e6)
            taken.append((max(costs), f"{unit!r} " + " and ".join(f"{cost:.1f}" for cost in costs)))
        worst = "; ".join(told for _, told in sorted(taken, reverse=True)[:_SHOWN])
        print(f"{name}, seconds a MB at 1 and 4 MB: {worst} (goal: 2)", flush=True)


if __name__ == "__main__":
    main()
