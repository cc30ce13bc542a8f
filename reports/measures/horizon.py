"""The horizon: the length at which a probability falls to one half, with an interval by profile likelihood.

The estimate is where the profile likelihood l of `reports.measures.likelihood` is largest, and the interval

    {h : 2 (l_max - l(h)) / deff <= F.95(1, v)}

    deff = max(1, sum V_s / sum p_s (1 - p_s) / n_s),   v = max(4, sum (m_s - 1))      where 0 < p_s < 1

with V_s the variance of p_s by leaving out one of m_s clusters at a time (Kish's design effect; F as in Rao &
Scott, Ann. Stat. 12 (1984) 46). Where the curve does not fit, chi2 = sum (k - n q)^2 / (n q (1 - q)) / deff
being beyond its 95 % point of S - 2 degrees of freedom, deff grows by chi2 / (S - 2), and v becomes S - 2
(Finney, Probit Analysis, 1971, ch. 4). Ends of the interval outside the sizes are open, and a horizon outside
them has no number: what a curve says there is the curve's, not the data's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, stdtrit

from reports.measures.likelihood import Best, Data, Link, Profile

LEVEL = 0.95
"""Of the interval."""
POOR = 0.05
"""A fit that chance makes so bad this seldom is taken for a bad one."""
CLEAR = 2.0
"""By so much log-likelihood a lapse must be better than none."""
FEWEST = 3
"""Sizes, to fit a curve and see whether it fits."""


@dataclass(frozen=True, slots=True)
class SizePoint:
    """The estimate at one size."""

    steps: float
    """L."""
    share: float
    """The rate, from 0 to 1."""
    number: float
    """Effective number of trials, above 0."""
    variance: float
    """Variance of the rate by leaving out one cluster at a time; NaN where there is one cluster."""
    clusters: int


@dataclass(frozen=True, slots=True)
class Horizon:
    """Where the curve crosses one half. Lengths are in steps; NaN is missing, or an open end."""

    estimate: float
    """NaN where it lies outside the sizes given."""
    low: float
    high: float
    """95 % interval; open where it leaves the sizes; where it lies beyond them, it begins at the last."""
    beyond: str | None
    """`> 2047` or `< 15`, where the estimate lies outside the sizes."""
    link: Link
    slope: float
    """Per doubling of the length, in units of the link."""
    lapse: float
    """Share that fails at every length; 0 unless it is clearly better than none."""
    deff: float
    """Design effect, misfit included."""
    df: float
    poor_fit: bool


def horizon(points: Sequence[SizePoint], lapses: Sequence[float] = (0.0,)) -> Horizon:
    """The horizon of these sizes.

    Args:
        points: at least three, in any order.
        lapses: the values of c that are tried, 0 among them, all below one half.
    """
    if len(points) < FEWEST:
        raise ValueError(f"a horizon needs {FEWEST} sizes, not {len(points)}")
    ordered = sorted(points, key=lambda point: (point.steps, point.share, point.number))
    number = np.array([point.number for point in ordered], dtype=np.float64)
    well = number * [point.share for point in ordered]
    data = Data(np.log2([point.steps for point in ordered]), number, well)
    profile = Profile.of(data, lapses)
    best = profile.best()
    effect, df = _design_effect(ordered)
    left = len(points) - 2
    misfit = _misfit(data, best) / effect
    poor = bool(chdtrc(left, misfit) < POOR)
    if poor:
        effect, df = effect * misfit / left, float(left)
    low, high = profile.within(best.value, 0.5 * effect * stdtrit(df, (1 + LEVEL) / 2) ** 2)
    smallest, largest = data.logs[0], data.logs[-1]
    beyond = None
    if not smallest <= best.at <= largest:
        beyond = f"> {ordered[-1].steps:g}" if best.at > largest else f"< {ordered[0].steps:g}"
    return Horizon(
        estimate=np.nan if beyond else 2**best.at,
        low=2 ** min(low, largest) if low >= smallest else np.nan,
        high=2 ** max(high, smallest) if high <= largest else np.nan,
        beyond=beyond,
        link=best.curve.link,
        slope=best.slope,
        lapse=best.curve.lapse if best.value - best.without_lapse >= CLEAR * effect else 0.0,
        deff=effect,
        df=df,
        poor_fit=poor,
    )


def _design_effect(points: Sequence[SizePoint]) -> tuple[float, float]:
    """The design effect and its degrees of freedom."""
    between = [point for point in points if 0 < point.share < 1]
    seen = [point for point in between if not np.isnan(point.variance)]
    plain = sum(point.share * (1 - point.share) / point.number for point in seen)
    effect = sum(point.variance for point in seen) / plain if plain else 1.0
    return max(1.0, effect), max(4.0, sum(point.clusters - 1.0 for point in between))


def _misfit(data: Data, best: Best) -> float:
    """Pearson's chi2 of the fit."""
    expected = data.number * best.share
    return float(np.sum((data.well - expected) ** 2 / np.maximum(expected * (1 - best.share), 1e-9)))
