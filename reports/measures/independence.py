"""Test whether stopping depends on having made an error.

Cox's partial likelihood with one covariate, 0 or 1, and Breslow's treatment of ties: of d stops at one time
in one stratum, d_1 come after an error; of the trials at risk, n_1 have made an error and n_0 have not. Then
d_1 is distributed as Binomial(d, p) with logit p = b + log(n_1 / n_0), and exp(b) is the hazard ratio (Cox,
J. R. Stat. Soc. B 34 (1972) 187; a test compares it with `PHReg` of statsmodels, which takes seconds where
this takes milliseconds).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from reports.measures.arrays import Bools, Floats, Integers, happened, numbers, summed
from reports.measures.times import grouped, groups, times

STOPS = 10
"""Minimum number of stops on each side, before and after the first illegal step, to give a ratio."""


def independence(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group: how much likelier it is to stop after its first illegal step than before.

    Independence of will and ability implies a ratio of 1; an interval that contains 1 does not prove it.

    | column | meaning and unit |
    |---|---|
    | the group's keys | see `groups` |
    | stops_before, stops_after | stops while all was legal, and after the first illegal step |
    | hazard_ratio, low, high | Cox regression, stratified by size; 95 % interval |
    | reason | why there is no ratio; missing if there is one |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    timed = times(rows)
    timed = timed[timed["stop_time"].notna()]
    table, group = grouped(timed, groups(rows))
    spells = _Spells.of(timed, group)
    for name, wrong in (("stops_before", False), ("stops_after", True)):
        ended = spells.stopped & (spells.wrong == wrong)
        table[name] = summed(spells.number[ended], spells.group[ended], len(table)).astype(np.int64)
    sets = spells.risk_sets()
    ratios = [
        sets.ratio(at) if min(before, after) >= STOPS else _Ratio(reason=_few(before, after))
        for at, (before, after) in enumerate(zip(table["stops_before"], table["stops_after"], strict=True))
    ]
    for name in ("hazard_ratio", "low", "high"):
        table[name] = np.array([getattr(ratio, name) for ratio in ratios], dtype=np.float64)
    text = pd.StringDtype("python", na_value=np.nan)
    table["reason"] = pd.Series([ratio.reason for ratio in ratios], dtype=text)
    return table


@dataclass(frozen=True, slots=True)
class _Ratio:
    hazard_ratio: float = np.nan
    low: float = np.nan
    high: float = np.nan
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Spells:
    """Trials as one spell of writing, or as two: before and after the first illegal step."""

    group: Integers
    stratum: Integers
    """One per group and size."""
    begin: Floats
    end: Floats
    stopped: Bools
    """Whether the spell ends in a stop by choice."""
    wrong: Bools
    """Whether the spell comes after the first illegal step."""
    number: Floats
    """Of how many trials it is."""

    @classmethod
    def of(cls, timed: pd.DataFrame, group: Integers) -> Self:
        end = numbers(timed["stop_time"])
        stopped = timed["stop_event"].to_numpy(dtype=bool)
        error = numbers(timed["first_error"]) - 0.25  # C + 3/4, between a stop at C + 1/2 and step C + 1
        split = error < end
        _, stratum = np.unique(np.stack([group, numbers(timed["size"])]), axis=1, return_inverse=True)
        none = np.zeros(len(end), dtype=bool)
        return cls(
            np.concatenate([group, group[split]]),
            np.concatenate([stratum, stratum[split]]),
            np.concatenate([np.zeros(len(end)), error[split]]),
            np.concatenate([np.where(split, error, end), end[split]]),
            np.concatenate([stopped & ~split, stopped[split]]),
            np.concatenate([none, ~none[split]]),
            np.concatenate([numbers(timed["count"]), numbers(timed["count"])[split]]),
        )

    def risk_sets(self) -> "_RiskSets":
        """Return one set per stratum and time of a stop at which trials of both kinds were at risk."""
        apart = 2 * self.end.max(initial=1.0)
        begin, end = self.stratum * apart + self.begin, self.stratum * apart + self.end
        times, first = np.unique(end[self.stopped], return_index=True)
        at_risk, stops = [], []
        for wrong in (False, True):
            here = self.wrong == wrong
            # Spells of earlier strata have both begun and ended, so they cancel out.
            begun, ended = (happened(when[here], self.number[here], times) for when in (begin, end))
            at_risk.append(begun - ended)
            left = here & self.stopped
            stops.append(summed(self.number[left], np.searchsorted(times, end[left]), len(times)))
        both = (at_risk[0] > 0) & (at_risk[1] > 0)
        group = self.group[self.stopped][first]
        return _RiskSets(
            group[both],
            np.log(at_risk[1][both] / at_risk[0][both]),
            np.stack([stops[1][both], stops[0][both]], axis=1),
        )


@dataclass(frozen=True, slots=True)
class _RiskSets:
    """Arrays with one entry per risk set (`stops`: two)."""

    group: Integers
    odds: Floats
    """Log of the number at risk after an error over the number at risk before."""
    stops: Floats
    """Stops after an error, and before."""

    def ratio(self, group: int) -> _Ratio:
        here = self.group == group
        stops = self.stops[here]
        if 0 in stops.sum(axis=0):
            return _Ratio(reason="no step at which some had erred and some had not tells the two apart")
        model = GLM(stops, np.ones((len(stops), 1)), Binomial(), offset=self.odds[here])
        fitted = model.fit()
        low, high = fitted.conf_int()[0]
        return _Ratio(float(np.exp(fitted.params[0])), float(np.exp(low)), float(np.exp(high)))


def _few(before: int, after: int) -> str:
    return f"{before} stops before and {after} after the first illegal step; {STOPS} of each are needed"
