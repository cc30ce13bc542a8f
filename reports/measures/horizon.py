"""The horizon: the length at which a probability falls to a level, with a profile-likelihood interval.

The estimate maximises the profile likelihood l of `reports.measures.likelihood`, and the interval is

    {h : 2 (l_max - l(h)) / deff <= F.95(1, v)}

    deff = max(1, sum V_s / sum p_s (1 - p_s) / n_s),   v = max(4, sum (m_s - 1))      where 0 < p_s < 1

V_s is the variance of p_s from leaving out one of its m_s clusters at a time (Kish's design effect; F as in
Rao & Scott, Ann. Stat. 12 (1984) 46). The curve fits poorly if chi2 = sum (k - n q)^2 / (n q (1 - q)) / deff
exceeds its 95 % point at S - 2 degrees of freedom; then deff is multiplied by chi2 / (S - 2), and v becomes
S - 2 (Finney, Probit Analysis, 1971, ch. 4). Ends of the interval outside the sizes are open, and a horizon
outside them is not given as a number: out there, the curve decides and not the data.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc, stdtrit

from reports.measures.likelihood import Best, Data, Link, Profile

HALF, HIGH = 0.5, 0.8
"""The levels that are reported: one half, and four fifths (METR's p80)."""
CONFIDENCE = 0.95
"""Confidence level of the interval."""
POOR = 0.05
"""Significance level of the goodness-of-fit test: below it, a fit is marked as poor."""
CLEAR = 2.0
"""Minimum gain in log-likelihood over no lapse for a lapse to be reported."""
FEWEST = 3
"""Minimum number of sizes to fit a curve and test its fit."""


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
    """Variance of the rate from leaving out one cluster at a time; NaN if there is only one cluster."""
    clusters: int


@dataclass(frozen=True, slots=True)
class Horizon:
    """Where the curve crosses its level. Lengths are in steps; NaN is a missing value or an open end."""

    estimate: float
    """NaN if it lies outside the given sizes."""
    low: float
    high: float
    """95 % interval; an end outside the sizes is open; an interval beyond them begins at the nearest size."""
    beyond: str | None
    """`> 2047` or `< 15`, if the estimate lies outside the sizes."""
    link: Link
    slope: float
    """Per doubling of the length, in units of the link."""
    lapse: float
    """Share that fails at every length; 0 unless a lapse fits clearly better than none."""
    deff: float
    """Design effect, including the misfit."""
    df: float
    poor_fit: bool


def horizon(points: Sequence[SizePoint], lapses: Sequence[float] = (0.0,), level: float = HALF) -> Horizon:
    """Estimate the horizon from these sizes.

    Args:
        points: At least three, in any order.
        lapses: The values of c to try, including 0, all below one half. With one of more than 1 - `level`
            the curve never comes up to the level, so its horizon lies below all sizes.
        level: The probability at the horizon, between 0 and 1.

    Raises:
        ValueError: There are fewer than three points.
    """
    if len(points) < FEWEST:
        raise ValueError(f"a horizon needs {FEWEST} sizes, not {len(points)}")
    ordered = sorted(points, key=lambda point: (point.steps, point.share, point.number))
    number = np.array([point.number for point in ordered], dtype=np.float64)
    well = number * [point.share for point in ordered]
    data = Data(np.log2([point.steps for point in ordered]), number, well)
    profile = Profile.of(data, [lapse for lapse in lapses if lapse < 1 - level - 1e-9], level)
    reaching = profile.best()
    best, never = reaching, _never(data, [lapse for lapse in lapses if lapse >= 1 - level - 1e-9])
    if never is not None and never.value > reaching.value:
        best = replace(never, without_lapse=reaching.without_lapse)
    effect, df = _design_effect(ordered)
    left = len(points) - 2
    misfit = _misfit(data, best) / effect
    poor = bool(chdtrc(left, misfit) < POOR)
    if poor:
        effect, df = effect * misfit / left, float(left)
    drop = 0.5 * effect * stdtrit(df, (1 + CONFIDENCE) / 2) ** 2
    low, high = profile.within(best.value, drop)
    if never is not None and never.value >= best.value - drop:
        low, high = -np.inf, high if reaching.value >= best.value - drop else -np.inf
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


def _never(data: Data, lapses: Sequence[float]) -> Best | None:
    """Return the best of the curves that lie below the level at every length; `None` if none are tried."""
    if not lapses:
        return None
    return replace(Profile.of(data, lapses).best(), at=-np.inf)


def _design_effect(points: Sequence[SizePoint]) -> tuple[float, float]:
    """Return the design effect and its degrees of freedom."""
    between = [point for point in points if 0 < point.share < 1]
    seen = [point for point in between if not np.isnan(point.variance)]
    plain = sum(point.share * (1 - point.share) / point.number for point in seen)
    effect = sum(point.variance for point in seen) / plain if plain else 1.0
    return max(1.0, effect), max(4.0, sum(point.clusters - 1.0 for point in between))


def _misfit(data: Data, best: Best) -> float:
    """Return Pearson's chi2 of the fit."""
    expected = data.number * best.share
    return float(np.sum((data.well - expected) ** 2 / np.maximum(expected * (1 - best.share), 1e-9)))
