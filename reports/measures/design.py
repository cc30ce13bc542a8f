"""What a sweep of sizes must have before it may be given a horizon, and what it says without one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.measures.horizon import SizePoint

SIZES = 5
"""So many sizes a horizon needs,"""
TRIALS = 10
"""with so many trials each (with fewer instances than that it holds for these instances only),"""
SIDES = 2
"""so many of them on either side of it,"""
APART = 1.25
"""and the two next to it at most so many doublings apart (towers of two and three disks are 1.22)."""


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
        full = len(self._full())
        if full < SIZES:
            return f"{full} sizes have at least {TRIALS} trials; a horizon needs {SIZES}"
        return None

    def lacking_around(self, at: float) -> str | None:
        """Why a crossing at this length may not be given as a number, if so."""
        below = [steps for steps in self._full() if steps < at]
        above = [steps for steps in self._full() if steps > at]
        if min(len(below), len(above)) < SIDES:
            return f"it crosses one half too near to the end of the sizes: {SIDES} are needed on either side"
        if np.log2(above[0] / below[-1]) > APART:
            return f"no size lies between {below[-1]:g} and {above[0]:g} steps, where it crosses one half"
        return None

    def _full(self) -> list[float]:
        """The lengths with enough trials."""
        return sorted({size.point.steps for size in self.sizes if size.trials >= TRIALS})
