"""The smallest change from one run of a spec to the next that `cantwont compare` would call clear.

With p_a and p_b the shares solved at each of S sizes before and after, m instances of R trials each::

    change = mean over sizes of p_b - p_a
    SE^2   = sum v / S^2,  v = [p_a (1 - p_a) + p_b (1 - p_b)] / (m R)

and the power is that of Student's t with the degrees of freedom of `reports.analyses.paired_differences`, at
0.05 divided by the number of shares that are compared, which is Holm's level for the first of them. A test
holds it against `compare` on simulated pairs.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import nctdtr, stdtrit

from evals.plan.asked_sizes import AskedPuzzle
from reports.analyses.run_comparison import SURE
from reports.calibration.respondents import Trials
from reports.measures.arrays import Floats
from reports.planning.horizon_widths import Who, middle
from reports.planning.verdict_power import POWER

_DRAWN = 4_000
"""Trials of each length from which the shares are taken."""
_LEAST = 1 / 64
"""The smallest ratio of horizons that is looked at."""


@dataclass(frozen=True, slots=True)
class LeastChange:
    """A change that `compare` sees with 80 % power."""

    who: Who
    ratio: float
    """Of the horizon afterwards to that before, below 1; NaN if no change would be seen."""
    change: float
    """Of the share solved, over all sizes, below 0; NaN likewise."""
    shares: int
    """How many shares are compared, and corrected for."""


def least_changes(asked: AskedPuzzle, shares: int, seed: int = 0) -> list[LeastChange]:
    """Return the smallest change of a model that only stops, and of one that only errs."""
    return [_least(asked, who, shares, seed) for who in (Who.STOPS, Who.ERRS)]


def _least(asked: AskedPuzzle, who: Who, shares: int, seed: int) -> LeastChange:
    before = _solved(asked, who, 1.0, seed)

    def seen(ratio: float) -> bool:
        return power_of_change(asked, before, _solved(asked, who, ratio, seed), shares) >= POWER

    if not seen(_LEAST):
        return LeastChange(who, np.nan, np.nan, shares)
    low, high = np.log2(_LEAST), 0.0
    for _ in range(7):
        at = (low + high) / 2
        low, high = (at, high) if seen(2**at) else (low, at)
    after = _solved(asked, who, 2**low, seed)
    return LeastChange(who, float(2**low), float(np.mean(after - before)), shares)


def _solved(asked: AskedPuzzle, who: Who, ratio: float, seed: int) -> Floats:
    """Return the share solved at each size, the same numbers drawn for every ratio."""
    steps = np.repeat([size.steps for size in asked.sizes], _DRAWN)
    respondent = who.at(middle(asked) * ratio)
    trials = Trials.draw(respondent, steps, np.arange(len(steps)), np.random.default_rng(seed))
    solved = (trials.willing & trials.able).reshape(len(asked.sizes), _DRAWN)
    return np.asarray(solved.mean(axis=1))


def power_of_change(asked: AskedPuzzle, before: Floats, after: Floats, shares: int) -> float:
    """Return the probability that the change between these shares solved is clear.

    Args:
        asked: The design of either run.
        before: The true share at each size.
        after: The same in the other run.
        shares: How many shares are compared.
    """
    repeats = asked.repeats[asked.arm]
    instances = np.array([size.instances for size in asked.sizes], dtype=np.float64)
    variance = (before * (1 - before) + after * (1 - after)) / repeats / instances
    if instances.max() > 1:
        several = instances > 1
        weighed = np.sum(variance[several] ** 2 / (instances[several] - 1))
        df = np.sum(variance) ** 2 / weighed if weighed else 0.0
    else:
        df = 2.0 * len(instances) * (repeats - 1)
    change, level = float(np.mean(after - before)), SURE / shares
    if not variance.any():
        return float(2 * 0.5 ** np.sum(np.abs(after - before) * instances) < level)
    if df <= 0 or not change:
        return 0.0
    far = abs(change) / (np.sqrt(np.sum(variance)) / len(instances))
    return float(1 - nctdtr(df, far, stdtrit(df, 1 - level / 2)))
