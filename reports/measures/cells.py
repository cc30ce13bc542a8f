"""Trials in their cells: a cell is a group at one size and length."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from reports.frame import lengths
from reports.measures.arrays import Bools, Floats, Integers, integers, numbers, share
from reports.measures.survival import Sample
from reports.measures.times import grouped, groups, times


@dataclass(frozen=True, slots=True)
class Cells:
    """All trials that have a length, and the cells they lie in."""

    names: list[str]
    """The columns that name a group."""
    keys: pd.DataFrame
    """One row a cell, sorted: the group's keys, size, and steps."""
    group: Integers
    """One a cell: its group, from 0, in the order of the cells."""
    rows: pd.DataFrame
    """The trials with their times, those left out among them."""
    cell: Integers
    """One a trial: its cell, from 0."""

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Self:
        """Of a frame; raises `FrameError`."""
        timed = times(rows)
        names = groups(rows)
        keys, cell = grouped(timed.assign(length=lengths(timed)), [*names, "size", "length"])
        keys = keys.rename(columns={"length": "steps"})
        group = integers(keys.groupby(names, dropna=False, sort=False).ngroup())
        return cls(names, keys, group, timed, cell)

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def counted(self) -> Bools:
        """Which trials are not left out."""
        return self.rows["stop_time"].notna().to_numpy()

    def count(self, which: Bools) -> Integers:
        """How many of these trials are in each cell."""
        return np.bincount(self.cell[which], minlength=len(self))

    def sample(self, which: str, among: Bools) -> Sample:
        """The `stop` or `end` times of some of the counted trials, as shares of their own tasks."""
        rows = self.rows[among]
        event = rows[f"{which}_event"].to_numpy(dtype=bool)
        return Sample(self.cell[among], numbers(rows[f"{which}_time"]) / numbers(rows["steps"]), event)


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which of the counted trials hang together: those of one instance."""

    of_trial: Integers
    """One a counted trial: its cluster, from 0."""
    cell: Integers
    """One a cluster: its cell."""
    each: Integers
    """One a cell: how many; where there is one instance, its trials."""
    instances: Integers
    """One a cell: different instances."""
    repeats: Integers
    """One a cell: the most trials of one instance."""

    @classmethod
    def of(cls, cells: Cells) -> Self:
        """The counted trials of these cells."""
        counted = cells.counted
        cell = cells.cell[counted]
        instance = pd.factorize(cells.rows["instance"][counted])[0]
        width = len(cell) + 1
        pairs, trials = np.unique(cell * width + instance, return_counts=True)
        home = pairs // width
        instances = np.bincount(home, minlength=len(cells))
        repeats = np.zeros(len(cells), dtype=np.int64)
        np.maximum.at(repeats, home, trials)
        alone = np.where(instances[cell] == 1, np.arange(len(cell)), instance)
        clusters, of_trial = np.unique(cell * width + alone, return_inverse=True)
        where = clusters // width
        return cls(of_trial, where, np.bincount(where, minlength=len(cells)), instances, repeats)

    @property
    def repeated(self) -> Bools:
        """Which cells have several instances, of which one has several trials."""
        return np.asarray((self.repeats > 1) & (self.instances > 1))

    def variance(self, rate: Floats, without: Floats) -> Floats:
        """Delete-one jackknife: V = (m - 1)/m sum (S_-i - mean)^2; NaN in cells of fewer than two clusters.

        Efron & Stein, Ann. Stat. 9 (1981) 586.

        Args:
            rate: one a cell; stands in where a rate is not defined without a cluster.
            without: the rate of its cell without it, one a cluster.
        """
        filled = np.where(np.isnan(without), rate[self.cell], without)
        cells, number = len(rate), self.each.astype(np.float64)
        means = share(np.bincount(self.cell, filled, minlength=cells), number)
        squares = np.bincount(self.cell, (filled - means[self.cell]) ** 2, minlength=cells)
        return np.where(number > 1, squares * share(number - 1, number), np.nan)
