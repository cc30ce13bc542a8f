"""Every puzzle offers sizes of ever more steps, and batches are placed among them."""

from itertools import pairwise
from math import log2

import pytest

from evals.plan.adaptive.ladder import ladder
from evals.plan.adaptive.placing import Aim, Seen, decide
from tasks import PuzzleError, bounds_of, puzzle, puzzles

MOST = 300


@pytest.mark.parametrize("name", puzzles())
def test_every_puzzle(name: str) -> None:
    """Whatever comes of it, a batch is placed within the puzzle's bounds, and at most as long as allowed."""
    known = puzzle(name)
    rungs = ladder(known, {}, MOST)
    bounds = bounds_of(known.parameters)["size"]
    assert bounds.minimum is not None
    assert bounds.maximum is not None
    assert len(rungs) >= 5
    assert all(bounds.minimum <= rung.size <= bounds.maximum for rung in rungs)
    steps = [rung.steps for rung in rungs]
    assert steps == [known.fewest_steps(known.generate({"size": rung.size})) for rung in rungs]
    assert steps == sorted(set(steps))
    assert steps[-1] <= MOST < 4 * steps[-1]
    for end, last in (("right", -1), ("stopped", 0)):
        seen = [Seen() for _ in rungs]
        while (at := decide(rungs, seen, Aim(width=1.0, max_trials=400)).rung) is not None:
            seen[at] = Seen(**{end: seen[at].asked + 10})
        assert seen[last].asked


@pytest.mark.parametrize("apart", [1.0, 0.5])
def test_evenly_spaced(apart: float) -> None:
    """Where a puzzle has sizes as fine as that; others have all their sizes."""
    fine = [rung.steps for rung in ladder(puzzle("counting"), {}, 4096, apart) if rung.steps > 20]
    assert all(abs(log2(after / before) - apart) < 0.1 for before, after in pairwise(fine))
    assert [rung.size for rung in ladder(puzzle("hanoi"), {}, 4096, apart)] == list(range(2, 13))


def test_parameters() -> None:
    """Sizes that the other parameters forbid are none; parameters that make no sense are told."""
    assert ladder(puzzle("hanoi"), {"pegs": 4}, 100)[-1].steps <= 100
    with pytest.raises(PuzzleError, match="no_such"):
        ladder(puzzle("hanoi"), {"no_such": 1}, 100)
