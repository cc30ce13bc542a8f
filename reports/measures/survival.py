"""Kaplan-Meier survival at the end of the task, for many cells at once, and with each cluster left out.

A cell is a group at one size; time is the share of the trial's own task, so that 1 is its last step. This
changes nothing if a cell has one length, and makes the ends coincide if its instances differ in length.

    S = prod over event times t of (1 - d_t / n_t)          Kaplan & Meier, J. Am. Stat. Assoc. 53 (1958) 457
    Var S = S^2 sum d_t / (n_t (n_t - d_t))                 Greenwood, Rep. Public Health 33 (1926)
    n = S (1 - S) / Var S                                   the number of uncensored trials of that variance

statsmodels' `SurvfuncRight` gives these for one cell (a test compares the two); here tens of thousands are
needed, since each delete-one estimate is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from reports.measures.arrays import Bools, Floats, Integers, share

_DIGITS = 9
"""Decimals of sums of weights, so that what is left of nothing is 0."""
_BLOCK = 4_000_000
"""Pairs of cluster and event time that are processed together: some 200 MB."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Trials that are alike; arrays with one entry per row."""

    cell: Integers
    """Cell of each row, from 0."""
    time: Floats
    """Above 0, and at most 1, the end of the task."""
    event: Bools
    weight: Floats
    """How many trials each row counts for; labels that are weighed give parts of trials."""


@dataclass(frozen=True, slots=True)
class Survival:
    """Arrays with one entry per cell."""

    share: Floats
    """S at the last time observed; 1 if there was no event."""
    number: Floats
    """The effective number of trials; where S is 0 or 1, the number not censored before their end."""
    known: Bools
    """Whether the last time observed is the end of the task, or S is 0; else S says nothing about the end."""


@dataclass(frozen=True, slots=True)
class EventTimes:
    """The times of events in each cell, ordered by cell and time."""

    events: Floats
    """Number of events at each time."""
    at_risk: Floats
    """Number of trials at risk at each time."""
    first: Integers
    """Index of the first time of each cell, plus one final entry."""
    order: Integers
    """The order of the rows by cell and time."""
    passed: Integers
    """For each row in that order, the number of event times of its cell up to its own time."""
    sample: Sample

    @classmethod
    def of(cls, sample: Sample, cells: int) -> Self:
        """Find the event times of a sample with this number of cells, some of which may be empty."""
        order = np.lexsort((sample.time, sample.cell))
        cell, time = sample.cell[order], sample.time[order]
        starts = np.flatnonzero(np.diff(cell, prepend=-1) | np.diff(time, prepend=-1.0).astype(bool))
        weight = sample.weight[order]
        happened: Floats = sample.event[order] * weight
        events = happened
        if len(starts):
            events = np.asarray(np.round(np.add.reduceat(happened, starts), _DIGITS), dtype=np.float64)
        ends = np.searchsorted(cell, np.arange(cells), side="right")
        before = np.concatenate([[0.0], np.cumsum(weight)])
        at_risk = np.round(before[ends[cell[starts]]] - before[starts], _DIGITS)
        real = events > 0
        first = np.searchsorted(cell[starts][real], np.arange(cells + 1))
        runs = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(cell)))
        passed = np.cumsum(real)[runs] - first[cell]
        return cls(events[real], at_risk[real], first, order, passed, sample)

    def survival(self) -> Survival:
        """Return the survival in each cell."""
        cells, sample = len(self.first) - 1, self.sample
        shares = _product(1 - share(self.events, self.at_risk), self.first)
        home = np.repeat(np.arange(cells), np.diff(self.first))
        terms = share(self.events, self.at_risk * (self.at_risk - self.events), 0.0)
        greenwood = np.bincount(home, terms, minlength=cells)
        seen = sample.event | (sample.time >= 1)
        uncensored = _total(sample.weight[seen], sample.cell[seen], cells)
        between = (shares > 0) & (shares < 1)
        number = np.where(between, share(1 - shares, shares * greenwood), uncensored)
        at_end = np.zeros(cells)
        np.maximum.at(at_end, sample.cell, sample.time)
        return Survival(shares, number, (at_end >= 1) | (shares == 0))

    def without_each(self, cluster: Integers, alike: Floats) -> Floats:
        """Return, for each cluster, S of its cell with that cluster left out.

        Args:
            cluster: Cluster of each row, from 0; a cluster lies within one cell.
            alike: For how many clusters each stands, of which one is left out.
        """
        home = np.zeros(len(alike), dtype=np.int64)
        home[cluster] = self.sample.cell
        without = np.ones(len(alike))
        weight = (self.sample.weight / alike[cluster])[self.order]
        for first, last in _blocks(np.diff(self.first)[home]):
            without[first:last] = self._without(cluster[self.order] - first, home[first:last], weight)
        return without

    def _without(self, cluster: Integers, home: Integers, weight: Floats) -> Floats:
        """Do the same for the clusters that lie in these cells, numbered from 0; others are ignored."""
        widths = np.diff(self.first)[home]
        offset = np.concatenate([[0], np.cumsum(widths)])
        # Each pair of a cluster and an event time of its cell has its own index.
        pairs = np.arange(offset[-1]) - np.repeat(offset[:-1] - self.first[home], widths)
        here = (cluster >= 0) & (cluster < len(home)) & (self.passed > 0)
        place = offset[cluster[here]] + self.passed[here] - 1
        leaving = weight[here]
        events = _total(leaving * self.sample.event[self.order][here], place, int(offset[-1]))
        # A trial that is last at risk at one event time is also at risk at all earlier ones.
        lasts = np.concatenate([[0.0], np.cumsum(_total(leaving, place, int(offset[-1])))])
        at_risk = np.repeat(lasts[offset[1:]], widths) - lasts[:-1]
        factors = 1 - share(self.events[pairs] - events, self.at_risk[pairs] - at_risk, 0.0)
        return _product(factors, offset)


def _total(weight: Floats, of: Integers, parts: int) -> Floats:
    return np.round(np.bincount(of, weight, minlength=parts), _DIGITS)


def _product(factors: Floats, first: Integers) -> Floats:
    """Return the product of each slice of the factors; 1 for an empty one."""
    products = np.ones(len(first) - 1)
    full = np.diff(first) > 0
    if full.any():
        products[full] = np.multiply.reduceat(factors, first[:-1][full])
    return products


def _blocks(widths: Integers) -> Iterator[tuple[int, int]]:
    """Yield ranges of clusters with at most `_BLOCK` pairs in total, or a single cluster."""
    pairs = np.cumsum(widths)
    first = 0
    while first < len(widths):
        before = pairs[first - 1] if first else 0
        last = max(int(np.searchsorted(pairs, before + _BLOCK, side="right")), first + 1)
        yield first, last
        first = last
