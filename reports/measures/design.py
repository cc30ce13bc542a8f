"""What a sweep of sizes must have before it may be given a horizon, and what it says without one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from reports.measures.horizon import SizePoint

SIZES = 5
"""So many sizes in a row a horizon needs,"""
APART = 1.25
"""each at most so many doublings from the next (one and a little: towers of 2 and 3 disks, 3 and 7 steps),"""
TRIALS = 10
"""with so many trials each (with fewer instances than that it holds for these instances only),"""
SIDES = 2
"""and so many of the sizes on either side of it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One size at which a rate is estimable."""

    point: SizePoint
    trials: int
    instances: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """The sizes at which a rate is estimable, by length."""

    sizes: Sequence[Counted]

    @property
    def points(self) -> list[SizePoint]:
        """The estimates."""
        return [size.point for size in self.sizes]

    @property
    def instances_only(self) -> bool:
        """Whether some size has too few instances to speak of others."""
        return any(size.instances < TRIALS for size in self.sizes)

    def bracket(self) -> tuple[float, float]:
        """The lengths between which the rate crosses one half; NaN is open.

        The largest with more than half and the smallest with less; where these are the wrong way round, the
        rate crosses more than once, all of it between them.
        """
        above = max((point.steps for point in self.points if point.share > 0.5), default=np.nan)
        below = min((point.steps for point in self.points if point.share < 0.5), default=np.nan)
        return (below, above) if above > below else (above, below)

    def beyond(self) -> str | None:
        """On which side of all sizes the crossing lies, if no size is on that side of one half."""
        shares = [point.share for point in self.points]
        if shares and min(shares) > 0.5:
            return f"> {self.points[-1].steps:g}"
        return f"< {self.points[0].steps:g}" if shares and max(shares) < 0.5 else None

    def lacking(self) -> str | None:
        """Why no curve may be fitted, if so."""
        runs = list(self._runs())
        full = sum(len(run) for run in runs)
        if full < SIZES:
            return f"{full} sizes have at least {TRIALS} trials; a horizon needs {SIZES}"
        if max(len(run) for run in runs) < SIZES:
            return (
                f"the sizes are too far apart: a horizon needs {SIZES}, each at most a doubling from the next"
            )
        return None

    def lacking_around(self, at: float) -> str | None:
        """Why a crossing at this length may not be given as a number, if so."""
        for run in self._runs():
            sides = sum(steps < at for steps in run), sum(steps > at for steps in run)
            if len(run) >= SIZES and min(sides) >= SIDES:
                return None
        return f"it crosses one half too near to the end of the sizes: a horizon needs {SIDES} on each side"

    def _runs(self) -> Iterator[list[float]]:
        """Lengths with enough trials, in stretches without a wide gap."""
        full = sorted({size.point.steps for size in self.sizes if size.trials >= TRIALS})
        run = full[:1]
        for before, steps in pairwise(full):
            if np.log2(steps / before) > APART:
                yield run
                run = []
            run.append(steps)
        yield run
