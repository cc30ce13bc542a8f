"""Group trials into cells: a cell is a group at one size and length."""

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
    """All trials that have a length, and the cell of each."""

    names: list[str]
    """The columns that identify a group."""
    keys: pd.DataFrame
    """One row per cell, sorted: the group's keys, size, and steps."""
    group: Integers
    """Group of each cell, numbered from 0 in the order of the cells."""
    rows: pd.DataFrame
    """The trials with their times, including those left out."""
    cell: Integers
    """Cell of each trial, from 0."""
    weight: Floats | None = None
    """How much each trial counts for in the rates; `None`: one."""

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Self:
        """Build the cells of a frame; raises `FrameError`."""
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
        """Mask of the trials that are not left out."""
        return self.rows["stop_time"].notna().to_numpy()

    def count(self, which: Bools) -> Integers:
        """Count the masked trials in each cell."""
        return np.bincount(self.cell[which], minlength=len(self))

    def sample(self, which: str, among: Bools) -> Sample:
        """Return the `stop` or `end` times of some of the counted trials, as shares of their own tasks."""
        rows = self.rows[among]
        event = rows[f"{which}_event"].to_numpy(dtype=bool)
        time = numbers(rows[f"{which}_time"]) / numbers(rows["steps"])
        return Sample(self.cell[among], time, event, None if self.weight is None else self.weight[among])


@dataclass(frozen=True, slots=True)
class Clusters:
    """Clusters of counted trials that are not independent because they share an instance."""

    of_trial: Integers
    """Cluster of each counted trial, from 0."""
    cell: Integers
    """Cell of each cluster."""
    each: Integers
    """Number of clusters in each cell; if it has only one instance, each trial is a cluster."""
    instances: Integers
    """Number of different instances in each cell."""
    repeats: Integers
    """Largest number of trials of one instance in each cell."""

    @classmethod
    def of(cls, cells: Cells) -> Self:
        """Cluster the counted trials of these cells."""
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
        """Mask of the cells with several instances, at least one of which has several trials."""
        return np.asarray((self.repeats > 1) & (self.instances > 1))

    def variance(self, rate: Floats, without: Floats) -> Floats:
        """Delete-one jackknife: V = (m - 1)/m sum (S_-i - mean)^2; NaN in cells of fewer than two clusters.

        Efron & Stein, Ann. Stat. 9 (1981) 586.

        Args:
            rate: One per cell; substituted where the rate is undefined without a cluster.
            without: One per cluster: the rate of its cell with the cluster left out.
        """
        filled = np.where(np.isnan(without), rate[self.cell], without)
        cells, number = len(rate), self.each.astype(np.float64)
        means = share(np.bincount(self.cell, filled, minlength=cells), number)
        squares = np.bincount(self.cell, (filled - means[self.cell]) ** 2, minlength=cells)
        return np.where(number > 1, squares * share(number - 1, number), np.nan)
