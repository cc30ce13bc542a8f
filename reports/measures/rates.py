"""The three rates of each cell at its length: willing, able and solved."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from reports.measures.arrays import Bools, Floats, Integers
from reports.measures.cells import Cells, Clusters
from reports.measures.survival import EventTimes, Survival

LEVEL = 0.95
"""Confidence level of every interval."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate; arrays with one entry per cell."""

    share: Floats
    """NaN where it cannot be estimated."""
    number: Floats
    """Effective number of trials."""
    variance: Floats
    """From leaving out one cluster at a time; NaN with fewer than two."""

    def interval(self, effect: Floats) -> tuple[Floats, Floats]:
        """Return Wilson's interval, with the effective number divided by the design effect of each cell."""
        return wilson(self.share, self.number / effect)


@dataclass(frozen=True, slots=True)
class Rates:
    """willing(L) is the survival of stops, solved(L) the survival of all ends, able(L) = solved / willing."""

    willing: Rate
    able: Rate
    solved: Rate

    @classmethod
    def of(cls, cells: Cells, clusters: Clusters) -> Self:
        """Estimate the rates from all trials that are counted."""
        counted = cells.counted
        stop = EventTimes.of(cells.sample("stop", counted), len(cells))
        end = EventTimes.of(cells.sample("end", counted), len(cells))
        stops, ends = stop.survival(), end.survival()
        wills = stop.without_each(clusters.of_row, clusters.alike)
        solves = end.without_each(clusters.of_row, clusters.alike)
        able = able_of(stops.share, ends.share)
        each = able_of(wills, solves)
        return cls(
            Rate(_known(stops.share, stops), stops.number, clusters.variance(stops.share, wills)),
            Rate(_known(_known(able, stops), ends), ends.number * stops.share, clusters.variance(able, each)),
            Rate(_known(ends.share, ends), ends.number, clusters.variance(ends.share, solves)),
        )


def able_of(willing: Floats, solved: Floats) -> Floats:
    """Return P(solved | carried on to the end); NaN where no trial did."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(willing > 0, np.minimum(1.0, solved / willing), np.nan)


def _known(shares: Floats, survival: Survival) -> Floats:
    return np.where(survival.known, shares, np.nan)


def wilson(shares: Floats, number: Floats) -> tuple[Floats, Floats]:
    """Return the 95 % score interval of shares; NaN where there is no share or no trial."""
    known = ~np.isnan(shares) & (number > 0)
    low, high = np.full(len(shares), np.nan), np.full(len(shares), np.nan)
    if known.any():
        of = number[known]
        low[known], high[known] = proportion_confint(shares[known] * of, of, 1 - LEVEL, method="wilson")
    return low, high


def design_effects(rate: Rate, group: Integers, some: Bools) -> Floats:
    """Return each cell's design effect, that of its group: the information lost to clustering.

    max(1, sum of V / sum of S (1 - S) / n) over the sizes with 0 < S < 1.

    Args:
        rate: One entry per cell.
        group: Group of each cell, from 0.
        some: Mask of the cells to use.
    """
    used = some & (rate.share > 0) & (rate.share < 1) & ~np.isnan(rate.variance)
    seen = np.where(used, rate.variance, 0)
    plain = np.where(used, rate.share * (1 - rate.share) / np.where(used, rate.number, 1), 0)
    groups = int(group.max(initial=-1)) + 1
    top, bottom = (np.bincount(group, weights, minlength=groups) for weights in (seen, plain))
    effect = np.divide(top, bottom, out=np.ones(groups), where=bottom > 0)
    return np.asarray(np.maximum(effect, 1.0)[group])
