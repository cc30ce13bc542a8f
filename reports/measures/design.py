"""What a sweep of sizes needs before a horizon may be reported, and what can be said without one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.measures.horizon import HALF, SizePoint

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
    level: float = HALF
    """The rate whose crossing is looked for."""

    @property
    def points(self) -> list[SizePoint]:
        """The estimate at each size."""
        return [size.point for size in self.sizes]

    @property
    def instances_only(self) -> bool:
        """Whether some size has too few instances to generalise to others."""
        return any(size.instances < TRIALS for size in self.sizes)

    @property
    def _level(self) -> str:
        """The level in words."""
        return "one half" if self.level == HALF else f"{100 * self.level:g} %"

    def bracket(self) -> tuple[float, float]:
        """Return the lengths between which the rate crosses the level; NaN is an open end.

        They are the largest length whose rate is clearly above the level, by its interval, and the smallest
        that is clearly below. If these are in reverse order, the rate crosses more than once, always
        between them.
        """
        above = max((size.point.steps for size in self.sizes if size.low > self.level), default=np.nan)
        below = min((size.point.steps for size in self.sizes if size.high < self.level), default=np.nan)
        return (below, above) if above > below else (above, below)

    def beyond(self) -> str | None:
        """Return on which side of all sizes the crossing lies, if that is clear; `None` if it is not.

        It is clear where the interval of the nearest size is clear of the level, and no other size's rate is
        on the other side of it.
        """
        shares = [point.share for point in self.points]
        if shares and min(shares) > self.level and self.sizes[-1].low > self.level:
            return f"> {self.points[-1].steps:g}"
        if shares and max(shares) < self.level and self.sizes[0].high < self.level:
            return f"< {self.points[0].steps:g}"
        return None

    def lacking(self) -> str | None:
        """Return why no curve may be fitted, or `None` if one may."""
        full = len(self._full())
        if full < SIZES:
            return f"{full} sizes have at least {TRIALS} trials; a horizon needs {SIZES}"
        return None

    def unclear_side(self) -> str:
        """Return that nothing can be said of which side it lies on."""
        return f"it seems to lie outside the sizes, and the nearest of them is not clear of {self._level}"

    def crosses_inside(self) -> str:
        """Return that the rates themselves cross it among the sizes, and the curve does not."""
        return f"the rates cross {self._level} inside the sizes, the curve outside"

    def lacking_around(self, at: float) -> str | None:
        """Return why a crossing at this length may not be given as a number, or `None` if it may."""
        below = [steps for steps in self._full() if steps < at]
        above = [steps for steps in self._full() if steps > at]
        if min(len(below), len(above)) < SIDES:
            needed = f"{SIDES} are needed on either side"
            return f"it crosses {self._level} too near to the end of the sizes: {needed}"
        if np.log2(above[0] / below[-1]) > APART:
            gap = f"{below[-1]:g} and {above[0]:g} steps"
            return f"no size lies between {gap}, where it crosses {self._level}"
        return None

    def _full(self) -> list[float]:
        """Return the lengths with enough trials."""
        return sorted({size.point.steps for size in self.sizes if size.trials >= TRIALS})
