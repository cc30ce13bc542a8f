"""The likelihood of a horizon h, maximised over everything else about the curve.

At size s there are n_s trials (an effective number), of which the share p_s succeeded; d = log2 L_s - h.

    l(h) = max over link and slope b > 0 of  sum_s n_s [p_s log q_s + (1 - p_s) log(1 - q_s)]
           logit     q = (1 - c) expit(-b d + logit(r / (1 - c)))
           cloglog   q = (1 - c) exp(-ln((1 - c) / r) 2^(b d))      (Weibull; b = 1 is a constant hazard)
           loglog    q = (1 - c) (1 - exp(-g 2^(-b d))),  g = -ln(1 - r / (1 - c))      (a long right tail)

All have q = r at d = 0, where r is the level of the horizon, one half unless another is wanted; c is a lapse,
the share that fails whatever the length. With c = 0 this equals `GLM(..., Binomial(link), offset).fit().llf`
of statsmodels without an intercept (a test compares the two), for all h at once. On profile likelihoods:
Venzon & Moolgavkar, Appl. Stat. 37 (1988) 87.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Self

import numpy as np
from scipy.special import log_expit

from reports.measures.arrays import Bools, Floats

_SLOPES = np.geomspace(1 / 32, 64, 18)
_RATIO = _SLOPES[1] / _SLOPES[0]
_STEP = 0.25
"""Spacing of the coarse grid, in doublings."""
_FINE = 8
"""Fine grid points per coarse step, where more precision is needed."""
_MARGIN = 3.0
"""Doublings searched beyond the sizes: enough to see whether the likelihood rises or falls there."""
_WORTH = 2.0
"""Curves that are worse by more than this log-likelihood around a grid point are not refined there."""
_PLATEAU = 0.02
"""Grid points whose log-likelihoods differ by less are equally good: the estimate is the middle of them."""


class Link(StrEnum):
    """The shape of the curve over log2 of the length."""

    LOGIT = "logit"
    CLOGLOG = "cloglog"
    LOGLOG = "loglog"


@dataclass(frozen=True, slots=True)
class Curve:
    """A link with its lapse."""

    link: Link
    lapse: float
    """Below one less the level."""
    level: float = 0.5
    """The probability at the horizon."""

    def logs(self, slope: Floats, distance: Floats) -> tuple[Floats, Floats]:
        """Return log q and log(1 - q) at these distances from the horizon, in doublings."""
        reach, lapse, level = 1 - self.lapse, self.lapse, self.level
        if self.link is Link.LOGIT:
            logit = np.log(level / (reach - level)) - slope * distance
            well, ill = np.log(reach) + log_expit(logit), log_expit(-logit)
            return _floored(well), _floored(np.log(lapse + reach * np.exp(ill)) if lapse else ill)
        if self.link is Link.LOGLOG:
            growth = -np.log1p(-level / reach) * np.exp2(np.minimum(-slope * distance, 900.0))
            reached = -np.expm1(-growth)
            missed = np.log(lapse + reach * np.exp(-growth)) if lapse else -growth
            return _floored(np.log(reach) + np.log(np.maximum(reached, 1e-300))), _floored(missed)
        hazard = np.log(reach / level) * np.exp2(np.minimum(slope * distance, 900.0))
        missed = lapse - reach * np.expm1(-hazard)
        return _floored(np.log(reach) - hazard), _floored(np.log(np.maximum(missed, 1e-300)))


def _floored(logs: Floats) -> Floats:
    return np.maximum(logs, -690.0)


@dataclass(frozen=True, slots=True)
class Data:
    """The sizes in order of length; arrays with one entry per size."""

    logs: Floats
    """log2 of the lengths."""
    number: Floats
    """Effective numbers of trials."""
    well: Floats
    """How many of them succeeded."""

    def likelihood(self, well: Floats, ill: Floats) -> Floats:
        """Return the log-likelihood, summed over the sizes: the last axis of log q and log(1 - q)."""
        return np.asarray(well @ self.well + ill @ (self.number - self.well))

    def peaks(self, curve: Curve, places: Floats) -> tuple[Floats, Floats]:
        """Return the largest log-likelihood at each grid point, and the slope that attains it."""
        distance = self.logs - places[:, None]
        return self.refined(curve, distance, curve.logs(_SLOPES[:, None, None], distance))

    def refined(self, curve: Curve, distance: Floats, logs: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
        """Do the same, given log q and log(1 - q) at the slopes of the grid."""
        _, at = _vertex(self.likelihood(*logs))
        near = _SLOPES[0] * _RATIO ** (at + np.array([[-0.25], [0.0], [0.25]]))
        values, closer = _vertex(self.likelihood(*curve.logs(near[..., None], distance)))
        return values, near[1] * _RATIO ** (0.25 * (closer - 1))

    def constant(self) -> tuple[float, float]:
        """Return the share of a curve without a slope, and its log-likelihood."""
        share = float(np.clip(self.well.sum() / self.number.sum(), 1e-300, 1 - 1e-16))
        return share, float(
            self.well.sum() * np.log(share) + (self.number - self.well).sum() * np.log1p(-share)
        )


@dataclass(frozen=True, slots=True)
class Best:
    """The maximum of the profile likelihood."""

    at: float
    """log2 of the horizon; infinite if no curve is better than a constant."""
    value: float
    without_lapse: float
    """The largest log-likelihood of the curves without a lapse."""
    curve: Curve
    slope: float
    share: Floats
    """q at each size."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile likelihood of some sizes, on a grid of horizons."""

    data: Data
    curves: tuple[Curve, ...]
    places: Floats
    coarse: Floats
    """Log-likelihood by curve and grid point."""

    @classmethod
    def of(cls, data: Data, lapses: Iterable[float], level: float = 0.5) -> Self:
        """Evaluate all links with each of these lapses, at this level."""
        curves = tuple(Curve(link, lapse, level) for lapse in lapses for link in Link)
        sizes = tuple(data.logs.tolist())
        places = _places(sizes)
        if level == 0.5:
            rows = [_vertex(data.likelihood(*_table(curve, sizes)))[0] for curve in curves]
        else:  # Off the middle a curve is so skew that one parabola over the slopes is too coarse.
            distance = data.logs - places[:, None]
            rows = [data.refined(curve, distance, _table(curve, sizes))[0] for curve in curves]
        return cls(data, curves, places, np.array(rows))

    def best(self) -> Best:
        """Return the estimate: the middle, if several grid points are equally good."""
        heights = self.coarse.max(axis=0)
        places, values, worth = self._fine(heights >= heights.max() - 0.5)
        top = float(values.max())
        low, high = _ends(places, values, top, _PLATEAU)
        at = (low + high) / 2
        share, constant = self.data.constant()
        plain = [self.coarse[index].max() for index, curve in enumerate(self.curves) if curve.lapse == 0]
        if constant >= top - 1e-9:
            flat = np.full(len(self.data.logs), share)
            far = np.inf if share > self.curves[0].level else -np.inf
            return Best(far, constant, constant, self.curves[0], 0.0, flat)
        fits = [(*self.data.peaks(curve, np.array([at])), curve) for curve in worth]
        _, slope, curve = max(fits, key=lambda fit: float(fit[0][0]))
        shares = np.exp(curve.logs(slope, self.data.logs - at)[0])
        return Best(at, top, max(plain, default=-np.inf), curve, float(slope[0]), shares)

    def within(self, top: float, drop: float) -> tuple[float, float]:
        """Return the lowest and highest horizon (log2) with a log-likelihood at most `drop` below `top`."""
        heights = self.coarse.max(axis=0)
        near = heights >= min(top - drop, heights.max())
        first, last = near.argmax(), len(near) - 1 - near[::-1].argmax()
        edges = np.zeros_like(near)
        edges[[first, last]] = True
        places, values, _ = self._fine(edges)
        return _ends(places, values, top, drop)

    def _fine(self, where: Bools) -> tuple[Floats, Floats, list[Curve]]:
        """Evaluate a finer grid around some points; also return the curves that were worth refining there."""
        around = where | np.roll(where, 1) | np.roll(where, -1)
        around |= np.roll(around, 1) | np.roll(around, -1)
        heights = self.coarse[:, around].max(axis=0)
        # With many trials a peak is so sharp that the coarse grid may miss that of the best curve.
        bend = np.abs(np.diff(heights, 2)).max(initial=0.0)
        near = (self.coarse[:, around] >= heights - _WORTH - bend).any(axis=1)
        worth = [curve for curve, is_near in zip(self.curves, near, strict=True) if is_near]
        parts = np.arange(_FINE) * _STEP / _FINE
        places = (self.places[around][:, None] + parts).ravel()
        values = [self.data.peaks(curve, places)[0] for curve in worth]
        return places, np.max(values, axis=0), worth


def crossings(logs: Floats, number: Floats, well: Floats, lapses: Iterable[float]) -> Floats:
    """Return log2 of the horizons at one half of many resampled studies of the same sizes.

    It is the maximum of the same likelihood over the same curves, all studies at once, between grid points
    by a parabola; NaN where it lies outside the sizes, or a constant is as good.

    Args:
        logs: log2 of the lengths, in order.
        number: Effective numbers of trials by study and size; 0 where the rate is unknown.
        well: How many of them succeeded.
        lapses: The values of c to try, including 0.
    """
    places = _places(tuple(logs.tolist()))
    slopes = np.geomspace(_SLOPES[0], _SLOPES[-1], 3 * len(_SLOPES))
    heights = np.full((len(places), len(number)), -np.inf)
    for lapse in lapses:
        for link in Link:
            good, ill = Curve(link, lapse).logs(slopes[:, None, None], logs - places[:, None])
            values = good @ well.T + ill @ (number - well).T
            top, _ = _vertex(values.reshape(len(slopes), -1))
            np.maximum(heights, top.reshape(heights.shape), out=heights)
    top, at = _vertex(heights)
    found = places[0] + _STEP * at
    share = np.clip(well.sum(axis=1) / np.maximum(number.sum(axis=1), 1e-9), 1e-12, 1 - 1e-12)[:, None]
    constant = (well * np.log(share) + (number - well) * np.log1p(-share)).sum(axis=1)
    inside = (found >= logs[0]) & (found <= logs[-1]) & (constant < top - 1e-9)
    return np.where(inside, found, np.nan)


def _places(logs: tuple[float, ...]) -> Floats:
    return np.arange(logs[0] - _MARGIN, logs[-1] + _MARGIN + _STEP, _STEP)


@lru_cache(maxsize=128)
def _table(curve: Curve, logs: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Return log q and log(1 - q) by slope, grid point and size; studies of one design share them."""
    return curve.logs(_SLOPES[:, None, None], np.array(logs) - _places(logs)[:, None])


def _vertex(values: Floats) -> tuple[Floats, Floats]:
    """Return per column of evenly spaced values the top of a parabola through the best three, and its row."""
    best = np.clip(values.argmax(axis=0), 1, len(values) - 2)
    column = np.arange(values.shape[1])
    before, at, after = values[best - 1, column], values[best, column], values[best + 1, column]
    bend, tilt = before - 2 * at + after, (after - before) / 2
    bent = np.divide(-tilt, bend, out=np.sign(tilt), where=bend < 0)
    shift = np.clip(bent, -1, 1)
    return at + tilt * shift + bend * shift**2 / 2, best + shift


def _ends(places: Floats, values: Floats, top: float, drop: float) -> tuple[float, float]:
    """Return where the log-likelihood first comes within `drop` of the top, and where it last leaves it.

    Between two grid points the square root of the deficit is interpolated linearly, exact for a parabola.
    """
    lacking = np.sqrt(np.maximum(top - values, 0))
    inside = np.flatnonzero(lacking <= np.sqrt(drop))
    first, last = (int(inside[0]), int(inside[-1])) if len(inside) else (int(values.argmax()),) * 2

    def crossing(outer: int, inner: int) -> float:
        if not 0 <= outer < len(places):
            return float(places[inner])
        part = (lacking[outer] - np.sqrt(drop)) / max(lacking[outer] - lacking[inner], 1e-12)
        return float(places[outer] + np.clip(part, 0, 1) * (places[inner] - places[outer]))

    return crossing(first - 1, first), crossing(last + 1, last)
