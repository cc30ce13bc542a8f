"""Group trials into cells: a cell is a group at one size and length."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from reports.frame import lengths
from reports.measures.arrays import Bools, Floats, Integers, integers, numbers, share, summed
from reports.measures.survival import Sample
from reports.measures.times import grouped, groups, times


@dataclass(frozen=True, slots=True)
class Cells:
    """All trials that have a length, those that are alike in one row, and the cell of each row."""

    names: list[str]
    """The columns that identify a group."""
    keys: pd.DataFrame
    """One row per cell, sorted: the group's keys, size, and steps."""
    group: Integers
    """Group of each cell, numbered from 0 in the order of the cells."""
    rows: pd.DataFrame
    """The trials of `reports.measures.times`, including those left out."""
    cell: Integers
    """Cell of each row, from 0."""
    weight: Floats
    """How many trials each row counts for."""

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Self:
        """Build the cells of a frame; raises `FrameError`."""
        timed = times(rows)
        names = groups(rows)
        keys, cell = grouped(timed.assign(length=lengths(timed)), [*names, "size", "length"])
        keys = keys.rename(columns={"length": "steps"})
        group = integers(keys.groupby(names, dropna=False, sort=False).ngroup())
        return cls(names, keys, group, timed, cell, numbers(timed["count"]))

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def counted(self) -> Bools:
        """Mask of the rows whose trials are not left out."""
        return self.rows["stop_time"].notna().to_numpy()

    def count(self, which: Bools) -> Integers:
        """Count the trials of the masked rows in each cell."""
        return integers(np.rint(summed(self.weight[which], self.cell[which], len(self))))

    def sample(self, which: str, among: Bools) -> Sample:
        """Return the `stop` or `end` times of some of the counted rows, as shares of their own tasks."""
        rows = self.rows[among]
        event = rows[f"{which}_event"].to_numpy(dtype=bool)
        time = numbers(rows[f"{which}_time"]) / numbers(rows["steps"])
        return Sample(self.cell[among], time, event, self.weight[among])


@dataclass(frozen=True, slots=True)
class Clusters:
    """Clusters of counted trials that are not independent because they share an instance."""

    of_row: Integers
    """Cluster of each counted row, from 0."""
    cell: Integers
    """Cell of each cluster."""
    alike: Floats
    """For how many clusters each stands: where each trial is one, those of a row are alike; else 1."""
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
        cell, weight = cells.cell[counted], cells.weight[counted]
        instance = pd.factorize(cells.rows["instance"][counted])[0]
        width = len(cell) + 1
        pairs, of_pair = np.unique(cell * width + instance, return_inverse=True)
        home = pairs // width
        instances = np.bincount(home, minlength=len(cells))
        repeats = np.zeros(len(cells))
        np.maximum.at(repeats, home, summed(weight, of_pair, len(pairs)))
        is_alone = instances[cell] == 1
        own = np.where(is_alone, np.arange(len(cell)), instance)
        clusters, of_row = np.unique(cell * width + own, return_inverse=True)
        where = clusters // width
        alike = np.ones(len(clusters))
        alike[of_row[is_alone]] = weight[is_alone]
        each = integers(np.rint(summed(alike, where, len(cells))))
        return cls(of_row, where, alike, each, instances, integers(np.rint(repeats)))

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
        means = share(summed(self.alike * filled, self.cell, cells), number)
        squares = summed(self.alike * (filled - means[self.cell]) ** 2, self.cell, cells)
        return np.where(number > 1, squares * share(number - 1, number), np.nan)
