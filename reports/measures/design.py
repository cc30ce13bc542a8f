"""What a sweep of sizes needs before a horizon may be reported, and what can be said without one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.measures.horizon import SizePoint

SIZES = 5
"""Minimum number of sizes for a horizon."""
TRIALS = 10
"""Minimum number of trials at each of these sizes.

With fewer instances than this, the horizon holds for these instances only.
"""
SIDES = 2
"""Minimum number of these sizes on either side of the horizon."""
APART = 1.25
"""Maximum distance in doublings between the two sizes next to the horizon.

Towers of two and three disks are 1.22 apart.
"""


@dataclass(frozen=True, slots=True)
class CountedSize:
    """A size at which a rate can be estimated."""

    point: SizePoint
    low: float
    high: float
    """95 % interval of the rate."""
    trials: int
    instances: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """The sizes at which a rate can be estimated, in order of length."""

    sizes: Sequence[CountedSize]

    @property
    def points(self) -> list[SizePoint]:
        """The estimate at each size."""
        return [size.point for size in self.sizes]

    @property
    def instances_only(self) -> bool:
        """Whether some size has too few instances to generalise to others."""
        return any(size.instances < TRIALS for size in self.sizes)

    def bracket(self) -> tuple[float, float]:
        """Return the lengths between which the rate crosses one half; NaN is an open end.

        They are the largest length whose rate is clearly above one half, by its interval, and the smallest
        that is clearly below. If these are in reverse order, the rate crosses more than once, always
        between them.
        """
        above = max((size.point.steps for size in self.sizes if size.low > 0.5), default=np.nan)
        below = min((size.point.steps for size in self.sizes if size.high < 0.5), default=np.nan)
        return (below, above) if above > below else (above, below)

    def beyond(self) -> str | None:
        """Return on which side of all sizes the crossing lies, if that is clear; `None` if it is not.

        It is clear where the interval of the nearest size is clear of one half, and no other size's rate is
        on the other side of one half.
        """
        shares = [point.share for point in self.points]
        if shares and min(shares) > 0.5 and self.sizes[-1].low > 0.5:
            return f"> {self.points[-1].steps:g}"
        if shares and max(shares) < 0.5 and self.sizes[0].high < 0.5:
            return f"< {self.points[0].steps:g}"
        return None

    def lacking(self) -> str | None:
        """Return why no curve may be fitted, or `None` if one may."""
        full = len(self._full())
        if full < SIZES:
            return f"{full} sizes have at least {TRIALS} trials; a horizon needs {SIZES}"
        return None

    def lacking_around(self, at: float) -> str | None:
        """Return why a crossing at this length may not be given as a number, or `None` if it may."""
        below = [steps for steps in self._full() if steps < at]
        above = [steps for steps in self._full() if steps > at]
        if min(len(below), len(above)) < SIDES:
            return f"it crosses one half too near to the end of the sizes: {SIDES} are needed on either side"
        if np.log2(above[0] / below[-1]) > APART:
            return f"no size lies between {below[-1]:g} and {above[0]:g} steps, where it crosses one half"
        return None

    def _full(self) -> list[float]:
        """Return the lengths with enough trials."""
        return sorted({size.point.steps for size in self.sizes if size.trials >= TRIALS})
