"""What is known of one horizon: a Bayesian posterior over curves, on a grid.

A curve is the probability q at each rung as a function of d = log2 L - h, with q = 1/2 at d = 0, as in
`reports.measures.likelihood`, where the final estimate is made: logit, complementary log-log and log-log,
with slope b and lapse c. The prior of h is wide and normal; slopes and links are equally likely,
lapses less so.
"""

from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

_STEP = 0.125
"""Spacing of the horizons, in doublings."""
_MARGIN = 3.0
"""Doublings beyond the rungs."""
_SLOPES = np.geomspace(0.5, 8, 7)
"""Logits per doubling of the length, at the horizon."""
_CENTRE, _SPREAD = 6.0, 3.0
"""Prior of the horizon, in doublings: 64 steps, within a factor of eight or so."""
_LEVEL = 0.95
"""Of the interval."""


@dataclass(frozen=True, slots=True)
class Curves:
    """All curves of one axis; arrays by horizon, shape and rung."""

    places: Floats
    """Horizons in log2 steps."""
    prior: Floats
    """Logarithms, by horizon and shape."""
    well: Floats
    log_well: Floats
    log_ill: Floats

    @classmethod
    def over(cls, logs: Floats, lapses: tuple[float, ...]) -> Self:
        """Return the curves over rungs at these log2 steps."""
        places = np.arange(logs[0] - _MARGIN, logs[-1] + _MARGIN + _STEP, _STEP)
        distance = logs - places[:, None]
        shapes, weights = [], []
        for lapse in lapses:
            for slope in _SLOPES:
                shapes += _links(distance, slope, lapse)
                weights += [0.0 if lapse == 0 else -2.0] * 3
        well = np.clip(np.stack(shapes, axis=1), 1e-6, 1 - 1e-6)
        prior = -0.5 * ((places - _CENTRE) / _SPREAD) ** 2
        return cls(places, prior[:, None] + np.array(weights), well, np.log(well), np.log1p(-well))

    def given(self, successes: Floats, failures: Floats) -> "Posterior":
        """Return the posterior after these counts by rung, which may be fractions."""
        logs = self.prior + self.log_well @ successes + self.log_ill @ failures
        weights = np.exp(logs - logs.max())
        return Posterior(self, weights / weights.sum())


def _links(distance: Floats, slope: float, lapse: float) -> list[Floats]:
    """Return the shares of the three links, all with this slope in logits where they cross one half."""
    reach = 1 - lapse
    half = 0.5 / reach
    logit = reach / (1 + np.exp(np.clip(slope * distance - np.log(half / (1 - half)), -60, 60)))
    steep = slope / (4 * np.log(2) * np.log(2) * 0.5)
    fall = reach * np.exp(np.log(half) * np.exp2(np.clip(steep * distance, -60, 60)))
    tail = reach * -np.expm1(np.log1p(-half) * np.exp2(np.clip(-steep * distance, -60, 60)))
    return [logit, fall, tail]


@dataclass(frozen=True, slots=True)
class Posterior:
    """The probabilities of curves, by horizon and shape."""

    curves: Curves
    weights: Floats

    def interval(self) -> tuple[float, float]:
        """Return the central 95 % interval of the horizon, in log2 steps."""
        mass = np.cumsum(self.weights.sum(axis=1))
        edges = self.curves.places + _STEP / 2
        low, high = np.interp([(1 - _LEVEL) / 2, (1 + _LEVEL) / 2], mass, edges)
        return float(low), float(high)

    def median(self) -> float:
        """Return the median of the horizon, in log2 steps."""
        mass = np.cumsum(self.weights.sum(axis=1))
        return float(np.interp(0.5, mass, self.curves.places + _STEP / 2))

    def shares(self) -> Floats:
        """Return the expected share of successes at each rung."""
        return np.asarray(np.tensordot(self.weights, self.curves.well, axes=2))

    def information(self) -> Floats:
        """Return what one trial at each rung tells of the horizon: the mutual information, in nats."""
        at = self.weights.sum(axis=1)
        known = np.einsum("hs,hsr->hr", self.weights, self.curves.well) / np.maximum(at, 1e-300)[:, None]
        return np.asarray(_entropy(self.shares()) - at @ _entropy(known))


def _entropy(share: Floats) -> Floats:
    share = np.clip(share, 1e-9, 1 - 1e-9)
    return -share * np.log(share) - (1 - share) * np.log1p(-share)
