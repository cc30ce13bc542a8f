"""Carry into the horizons how far the labels are to be trusted: by a reader's findings, or by their own word.

What was solved, and where an answer was lost, comes from the replay and is free of label error; whether a
failure was a stop is not. Rubin, Multiple Imputation for Nonresponse in Surveys, 1987, ch. 3; degrees of
freedom: Barnard & Rubin, Biometrika 86 (1999) 948.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from evals.record.outcome import STOPS, Label
from evals.second_reader.agreement import Compared
from reports.measures.arrays import Bools, Floats, numbers, share
from reports.measures.cells import Cells, Clusters
from reports.measures.horizons import Axis, horizons_of
from reports.measures.sizes import sizes_of, weighted_sizes
from reports.measures.times import FAILURES, labelled, left_course, times

FEWEST = 50
"""Minimum number of stops, and of other failures, a reader must have read for anything to be corrected."""
OPEN = 0.2
"""An end is open if it is open in more than this share of the redraws."""


@dataclass(frozen=True, slots=True)
class Audit:
    """How the rules' labels compare with a reader's, on failures drawn at random (not solved, not cut)."""

    stops: int
    """A: failures that the reader calls stops."""
    stops_found: int
    """a: of these, those labelled as stops."""
    others: int
    """B: failures that the reader calls something else."""
    others_taken: int
    """b: of these, those labelled as stops."""

    @classmethod
    def of(cls, compared: Compared) -> Self:
        """Count the random rows of `cantwont agree`."""
        pairs = [row.settled for row in compared.drawn]
        failed = [pair for pair in pairs if pair.human in FAILURES and pair.rule in FAILURES]
        found = [pair.rule in STOPS for pair in failed if pair.human in STOPS]
        taken = [pair.rule in STOPS for pair in failed if pair.human not in STOPS]
        return cls(len(found), sum(found), len(taken), sum(taken))

    def lacking(self) -> str | None:
        """Return why nothing can be corrected with this audit, or `None` if it can."""
        if min(self.stops, self.others) < FEWEST:
            read = f"{self.stops} stops and {self.others} other failures were read"
            return f"{read}, {FEWEST} of each are needed"
        if self.stops_found * self.others <= self.others_taken * self.stops:
            return "the labels do not tell stops from other failures"
        return None

    def draw(self, random: np.random.Generator) -> tuple[float, float]:
        """Draw plausible probabilities that a stop, and that another failure, is labelled as a stop."""
        missed, right = self.stops - self.stops_found, self.others - self.others_taken
        found = random.beta(self.stops_found + 0.5, missed + 0.5)
        return float(found), float(random.beta(self.others_taken + 0.5, right + 0.5))


def label_error(
    rows: pd.DataFrame,
    audit: Audit,
    *,
    axes: Sequence[Axis] = tuple(Axis),
    draws: int = 20,
    seed: int = 0,
) -> pd.DataFrame:
    """Return one row per group and axis: the horizon with label error propagated, beside the naive one.

    | column | meaning and unit |
    |---|---|
    | the group's keys, axis | as in `horizons` |
    | estimate, low, high | steps, with 95 % interval; missing: not estimable, open |
    | naive, naive_low, naive_high | as in `horizons` |
    | open_draws | share of the redraws without an estimate or with an open end |
    | reason | why nothing was corrected; missing if it was |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    cells = Cells.of(rows)
    naive = horizons_of(sizes_of(cells), axes)
    names = [*cells.names, "axis"]
    table = naive[names].copy()
    ends = ("estimate", "low", "high")
    for name in ends:
        table[name] = naive[name]
    table[["naive", "naive_low", "naive_high"]] = naive[list(ends)]
    table["open_draws"] = np.nan
    table["reason"] = pd.Series(np.nan, index=table.index, dtype=naive["reason"].dtype)
    if lacking := audit.lacking():
        table["reason"] = f"label error not propagated: {lacking}"
        return table
    random = np.random.default_rng(seed)
    redrawn = _Redrawn.of(cells)
    made = [horizons_of(sizes_of(redrawn.draw(audit, random)), axes) for _ in range(draws)]
    stacks = {name: np.log2([numbers(draw[name]) for draw in made]) for name in ends}
    degrees = np.array([numbers(draw["df"]) for draw in made])
    for at in range(len(table)):
        found = _pooled(
            stacks["estimate"][:, at], stacks["low"][:, at], stacks["high"][:, at], degrees[:, at]
        )
        table.loc[at, list(ends)] = np.exp2([found.estimate, found.low, found.high])
        table.loc[at, "open_draws"] = found.open
        if np.isnan(found.estimate):
            table.loc[at, "reason"] = naive["reason"].fillna("too few redraws have an estimate")[at]
    return table


def weighted_labels(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `horizons` with each failure counted as labelled with its probability, else as the other kind.

    A stop of probability p is a stop to the amount p and a logic error to 1 - p; any other failure a give-up
    to 1 - p. What was solved, and what was cut, stays as it is. The intervals are those of as many trials as
    there were.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    cells = Cells.of(rows)
    clusters = Clusters.of(cells)
    redrawn = _Redrawn.of(cells)
    sure = numbers(cells.rows["probability"].fillna(1.0))
    doubted = redrawn.failed & (sure < 1)
    both = redrawn.split(np.where(doubted, 1 - sure, 0.0) * cells.weight)
    again = clusters.of_row[doubted[cells.counted]]
    of_both = replace(clusters, of_row=np.concatenate([clusters.of_row, again]))
    return horizons_of(weighted_sizes(both, sizes_of(cells), of_both))


# --- labels drawn again


@dataclass(frozen=True, slots=True)
class _Redrawn:
    """Trials as they are labelled, and as they would be if each failure were of the other kind."""

    cells: Cells
    other: pd.DataFrame
    """The rows of the failures with the other label, and the times that follow from it."""
    failed: Bools
    stopped: Bools

    @classmethod
    def of(cls, cells: Cells) -> Self:
        rows = cells.rows
        stopped, failed = labelled(rows, *STOPS), labelled(rows, *FAILURES)
        other = rows.copy()
        other.loc[stopped, "label"] = str(Label.LOGIC_ERROR)
        other.loc[failed & ~stopped, "label"] = str(Label.GIVE_UP)
        short = failed & ~stopped & rows["first_error"].isna().to_numpy() & ~left_course(rows)
        other.loc[short, "lost_at"] = pd.NA  # it was lost only because its end was wrong
        return cls(cells, times(other), failed, stopped)

    def draw(self, audit: Audit, random: np.random.Generator) -> Cells:
        """Redraw the labels of the failures, with error rates that are plausible given the audit."""
        found, taken = audit.draw(random)
        failed, stopped = self.cells.count(self.failed), self.cells.count(self.stopped)
        truly = np.clip((share(stopped, failed) - taken) / max(found - taken, 1e-9), 0, 1)
        kept = share(found * truly, found * truly + taken * (1 - truly), 0.0)
        turned = share((1 - found) * truly, (1 - found) * truly + (1 - taken) * (1 - truly), 0.0)
        chance = np.where(self.stopped, 1 - kept[self.cells.cell], turned[self.cells.cell])
        trials = np.rint(self.cells.weight).astype(np.int64)
        drawn = self.split(random.binomial(np.where(self.failed, trials, 0), chance).astype(np.float64))
        left = drawn.weight > 0
        return replace(drawn, rows=drawn.rows[left], cell=drawn.cell[left], weight=drawn.weight[left])

    def split(self, turned: Floats) -> Cells:
        """Return the cells with so many trials of each row in a row of the other kind."""
        cells, some = self.cells, turned > 0
        left = cells.weight - turned
        rows = pd.concat([cells.rows, self.other[some]], ignore_index=True)
        weight = np.concatenate([left, turned[some]])
        rows["count"] = weight
        cell = np.concatenate([cells.cell, cells.cell[some]])
        return replace(cells, rows=rows, cell=cell, weight=weight)


# --- draws pooled


@dataclass(frozen=True, slots=True)
class _Pooled:
    """The pooled result of several redraws, in log2 steps."""

    estimate: float
    low: float
    high: float
    open: float


def _pooled(estimates: Floats, lows: Floats, highs: Floats, degrees: Floats) -> _Pooled:
    """Pool by Rubin's rules, each end separately because the intervals are not symmetric."""
    known = ~np.isnan(estimates)
    closed = known & ~np.isnan(lows) & ~np.isnan(highs)
    if 1 - known.mean() > OPEN:
        return _Pooled(np.nan, np.nan, np.nan, float(1 - closed.mean()))
    low = _half_width(estimates, lows, degrees)
    high = _half_width(estimates, highs, degrees)
    middle = float(estimates[known].mean())
    return _Pooled(middle, middle - low, middle + high, float(1 - closed.mean()))


def _half_width(estimates: Floats, ends: Floats, degrees: Floats) -> float:
    """Return the distance from the estimate to one end; NaN if it is open."""
    closed = ~np.isnan(estimates) & ~np.isnan(ends)
    draws = int(closed.sum())
    if 1 - closed.mean() > OPEN or draws < 2:
        return np.nan
    errors = np.abs(ends - estimates)[closed] / stdtrit(degrees[closed], 0.975)
    within, between = float(np.mean(errors**2)), float(estimates[closed].var(ddof=1)) * (1 + 1 / draws)
    total = within + between
    if not total:
        return 0.0
    lost, complete = between / total, float(degrees[closed].mean())
    observed = (complete + 1) / (complete + 3) * complete * (1 - lost)
    drawn = (draws - 1) / lost**2 if lost else np.inf
    return float(np.sqrt(total) * stdtrit(1 / (1 / drawn + 1 / observed), 0.975))
