"""The difference of a share between two sets of answers to the same instances, and what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtr, stdtrit
from statsmodels.stats.proportion import proportion_confint

from reports.analyses.censored_shares import MEASURES, censored_values
from reports.analyses.shares import first_that_holds, totals
from reports.measures.arrays import Floats, numbers, share

Indices = npt.NDArray[np.integer[Any]]

ESTIMATES = (
    *("a", "b", "difference", "low", "high", "se", "df", "p"),
    *("instances", "sizes", "of_trials", "reason"),
)
"""The columns that `differences` adds to its keys."""

_ROUNDING = 1e-9


def by_instance(trials: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return one row per instance: each measure's share of its trials, and their number.

    Answers that were cut are censored there: see `reports.analyses.censored_shares`. They count all the same:
    without those that were still right, those that had erred would weigh too much. A size at which all were
    cut while still right is left out.

    Args:
        trials: The trials of `reports.analyses.shares.endings`.
        keys: The columns that identify who was asked, and how; `size` and `instance` are added.
    """
    cell = [*keys, "size"]
    counts = censored_values(trials, cell)
    decided = trials.groupby(cell, dropna=False, observed=True)["cut"].transform("min") == 0
    of = [*keys, "size", "instance"]
    values = totals(trials[decided], counts[decided].assign(n=1.0), of).reset_index()
    values[list(MEASURES)] = values[list(MEASURES)].div(values["n"], axis="index")
    return values


def differences(instances: pd.DataFrame, keys: Sequence[str], measure: str) -> pd.DataFrame:
    """Return one row per group of `keys`: by how much the share of a exceeds that of b on the same instances.

    With d the difference on one instance, m instances at each of S sizes::

        difference = mean over sizes of the mean of d
        SE^2       = sum v / S^2, v = var(d) / m,  t with (sum v)^2 / sum (v^2 / (m - 1))

    The degrees of freedom are Satterthwaite's (Biometrics Bulletin 2 (1946) 110): sizes at which nothing
    varies lend none. A size with one instance takes the pooled variance of the others. If no size has two,
    the variance is that of the trials of each instance, and the interval holds for these instances only. If
    nothing varies, the interval is Wilson's with the number of instances (or trials), and p is that of a sign
    test in which all k that differ do so in the same direction.

    | column | meaning and unit |
    |---|---|
    | those of `keys` | |
    | a, b | the shares: means over sizes of means over instances, kept within 0 and 1, which they can leave \
where answers were cut |
    | difference | a - b, before that |
    | low, high | its 95 % interval |
    | se, df, p | its standard error, degrees of freedom, and two-sided p |
    | instances, sizes | number of each that both share |
    | of_trials | the interval rests on the trials of one instance per size: for these instances only |
    | reason | why there is no interval; missing if there is one |

    Args:
        instances: Two tables of `by_instance` merged: the columns `{measure}_a` and `n_a`, and those of b.
        keys: The columns that identify a comparison; `size` may be among them.
        measure: The measure to compare.
    """
    columns = list(keys)
    group = instances.groupby(columns, dropna=False, observed=True, sort=True).ngroup().to_numpy()
    within = list(dict.fromkeys([*columns, "size"]))
    size = instances.groupby(within, dropna=False, observed=True, sort=True).ngroup().to_numpy()
    first = np.unique(group, return_index=True)[1]
    table = instances.iloc[first][columns].reset_index(drop=True)
    a, b, a_n, b_n = (numbers(instances[name]) for name in (f"{measure}_a", f"{measure}_b", "n_a", "n_b"))
    pairs = _Pairs(group, size, a, b, a_n, b_n)
    shares = pairs.over_sizes(a), pairs.over_sizes(b)
    table["a"], table["b"] = (np.clip(of_all, 0, 1) for of_all in shares)
    table["difference"] = np.clip(shares[0] - shares[1], -1, 1)
    table["se"], table["df"] = pairs.error()
    table["instances"], table["sizes"] = pairs.count().astype("int64"), pairs.sizes.astype("int64")
    table["of_trials"] = pairs.freedom == 0
    low, high, p = _interval(numbers(table["difference"]), *pairs.error(), *pairs.agreeing())
    table["low"], table["high"], table["p"] = low, high, p
    lacking = "one trial of one instance a size; it takes two of either"
    table["reason"] = first_that_holds([(table["low"].isna(), lacking)])
    return table[[*columns, *ESTIMATES]]


def holm(table: pd.DataFrame, family: Sequence[str] = ()) -> "pd.Series[float]":
    """Return the p of each row, corrected for all rows that agree in the columns of `family`.

    Holm, Scandinavian Journal of Statistics 6 (1979) 65. Not statsmodels' version, which collects garbage at
    every call: with large frames in memory, that takes a fifth of a second per family.
    """
    known = table[table["p"].notna()].sort_values("p", kind="stable")
    of = [known[name] for name in family] or [pd.Series(0, index=known.index)]
    falling = known["p"].groupby(of, dropna=False, observed=True)
    raw = known["p"] * (falling.transform("size") - falling.cumcount())
    return raw.groupby(of, dropna=False, observed=True).cummax().clip(upper=1).reindex(table.index)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Instances that both sides answered; arrays with one entry per instance."""

    group: Indices
    size: Indices
    """Index of the size, distinct for each group."""
    a: Floats
    b: Floats
    a_n: Floats
    b_n: Floats

    @property
    def home(self) -> Indices:
        """The group of each size."""
        return self.group[np.unique(self.size, return_index=True)[1]]

    @property
    def sizes(self) -> Floats:
        """Number of sizes of each group."""
        return _sum(self.home)

    @property
    def freedom(self) -> Floats:
        """Instances minus sizes, for each group."""
        return self.count() - self.sizes

    def count(self) -> Floats:
        """Return the number of instances of each group."""
        return _sum(self.group)

    def over_sizes(self, values: Floats) -> Floats:
        """Return the mean over sizes of the mean over instances."""
        means = _sum(self.size, values) / _sum(self.size)
        return _sum(self.home, means) / self.sizes

    def error(self) -> tuple[Floats, Floats]:
        """Return the standard error and degrees of freedom of each difference; NaN if nothing repeats."""
        d, m = self.a - self.b, _sum(self.size)
        squares = _sum(self.size, (d - (_sum(self.size, d) / m)[self.size]) ** 2)
        pooled = share(_sum(self.home, squares), self.freedom, 0.0)
        own = np.where(m > 1, share(squares, m - 1, 0.0), pooled[self.home])
        between = _sum(self.home, own / m)
        shares = np.where(m > 1, (own / m) ** 2 / np.maximum(m - 1, 1), 0.0)
        weighed = share(between**2, _sum(self.home, shares), 0.0)
        within, repeats = self._within()
        alone = self.freedom == 0
        freedom = np.where(weighed > 0, np.minimum(weighed, self.freedom), self.freedom)
        variance, df = np.where(alone, within, between), np.where(alone, repeats, freedom)
        return np.where(df > 0, np.sqrt(variance) / self.sizes, np.nan), np.where(df > 0, df, np.nan)

    def _within(self) -> tuple[Floats, Floats]:
        """Return the variance of each group's sum over instances, from its repeats, and their number."""
        repeats = _sum(self.group, self.a_n + self.b_n - 2)
        # Where others were cut, a share of one instance may lie outside 0 and 1: it then varies no less.
        between = [np.maximum(share * (1 - share), 0.0) for share in (self.a, self.b)]
        spread = _sum(self.group, between[0] * self.a_n + between[1] * self.b_n)
        pooled = share(spread, repeats, 0.0)[self.group]
        sides = zip(between, (self.a_n, self.b_n), strict=True)
        of_one = [np.where(n > 1, share(p * n, n - 1, 0.0), pooled) / n for p, n in sides]
        return _sum(self.group, of_one[0] + of_one[1]), repeats

    def agreeing(self) -> tuple[Floats, Floats]:
        """Return per group the clusters an interval rests on if nothing varies, and those that differ."""
        alone = (self.freedom == 0)[self.group]
        weight = np.where(alone, np.minimum(self.a_n, self.b_n), 1.0)
        differing = np.where(np.abs(self.a - self.b) > _ROUNDING, weight, 0.0)
        return _sum(self.group, weight), _sum(self.group, differing)


def _sum(index: Indices, values: Floats | None = None) -> Floats:
    """Sum the values of each index; without values, count them."""
    return np.bincount(index, values).astype(np.float64)


def _interval(
    difference: Floats, se: Floats, df: Floats, clusters: Floats, differing: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return low, high and p."""
    low, high, p = (np.full(len(se), np.nan) for _ in range(3))
    varies = se > _ROUNDING
    reach = stdtrit(df[varies], 0.975) * se[varies]
    low[varies] = np.maximum(difference[varies] - reach, -1)
    high[varies] = np.minimum(difference[varies] + reach, 1)
    p[varies] = 2 * stdtr(df[varies], -np.abs(difference[varies]) / se[varies])
    agrees = ~np.isnan(se) & ~varies
    low[agrees], high[agrees] = agreed_interval(difference[agrees], clusters[agrees])
    p[agrees] = np.minimum(2 * 0.5 ** differing[agrees], 1)
    return low, high, p


def agreed_interval(difference: Floats, clusters: Floats) -> tuple[Floats, Floats]:
    """Return the 95 % interval of a difference that all clusters agree on: Wilson's, with its sign.

    If the difference is 0, either side may be the larger one by as much as Wilson's upper end.
    """
    near, far = proportion_confint(np.minimum(np.abs(difference), 1) * clusters, clusters, method="wilson")
    near = np.where(np.abs(difference) < _ROUNDING, -far, near)
    falls = difference < -_ROUNDING
    return np.where(falls, -far, near), np.where(falls, -near, far)
