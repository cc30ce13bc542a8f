"""How the trials that count ended, and shares of them over instances."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from evals.record.outcome import STOPS, Label
from reports.frame import TEXT, lengths
from reports.measures.arrays import Floats, numbers
from reports.measures.times import CUT
from reports.tabulation import plain_keys, tabulate

UNCOUNTED = (Label.ERROR, Label.UNSCORABLE)
"""Labels that say nothing about a model, and change no estimate."""

FEWEST = 5
"""Minimum number of instances for a limit: of three, all succeed one time in eight by coin toss."""

SHARES = ("solved", "lost", "stopped", "stopped_right", "cut")
"""The columns that `endings` adds."""


def endings(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the trials that count and how they ended; errors, unscorable trials and controls are left out.

    | column | type | meaning and unit |
    |---|---|---|
    | those of `reports.tabulation` | | but `steps` is the length of the cell: see `reports.frame.lengths` |
    | needed | integer | L, the minimum number of steps of the trial's own instance |
    | solved, lost, stopped | 0 or 1 | solved; made a fault (`lost_at`); stopped by choice, lost or not |
    | stopped_right, cut | 0 or 1 | stopped by choice, cut from outside: both while still right |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    rows = tabulate(rows)
    trials = rows[~labelled(rows, *UNCOUNTED) & rows["steps"].notna()].reset_index(drop=True)
    lost, stopped = trials["lost_at"].notna(), labelled(trials, *STOPS)
    made = {
        "solved": labelled(trials, Label.SOLVED),
        "lost": lost,
        "stopped": stopped,
        "stopped_right": stopped & ~lost,
        "cut": labelled(trials, *CUT) & ~lost,
    }
    flags = {name: flag.astype("float64") for name, flag in made.items()}
    return trials.assign(needed=trials["steps"], steps=lengths(trials), **flags)


def labelled(rows: pd.DataFrame, *labels: Label) -> "pd.Series[bool]":
    """Return which rows have one of these labels."""
    return rows["label"].isin([str(label) for label in labels])


def shares(trials: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    """Return one row per cell of `endings`, over its instances: each counts once, however often it was asked.

    | column | meaning and unit |
    |---|---|
    | those of `cell` | keys |
    | solved, lost, stopped, stopped_right, cut | mean over instances of the share of the trials of each |
    | instances, trials | number of each |
    | number | denominator of the shares: instances, or trials if there is only one instance |
    | failed | of these, how many have a failure that is not a cut |
    | solved_n, lost_n, stopped_right_n, open_n | effective number of trials of the share: p (1 - p) / V, V \
the variance of the mean over instances; from `number` to `trials`; `open` is solved or cut |
    """
    open_ = trials["solved"] + trials["cut"]
    flags = trials[list(SHARES)].assign(open=open_, trials=1.0, failures=1 - open_)
    means = [*SHARES, "open"]
    by_instance = totals(trials, flags, [*cell, "instance"])
    by_instance[means] = by_instance[means].div(by_instance["trials"], axis="index")
    by_instance["instances"], by_instance["failing"] = 1.0, (by_instance["failures"] > 0).astype("float64")
    cells = by_instance.groupby(cell, dropna=False, observed=True)
    table = cells.sum().reset_index()
    table[means] = table[means].div(table["instances"], axis="index")
    spread = cells[means].var().reset_index()
    alone = table["instances"] == 1
    table["number"] = table["instances"].mask(alone, table["trials"])
    table["failed"] = table["failing"].mask(alone, table["failures"])
    for name in ("solved", "lost", "stopped_right", "open"):
        share, variance = numbers(table[name]), numbers(spread[name]) / numbers(table["instances"])
        number, most = numbers(table["number"]), numbers(table["trials"])
        seen = variance > 0
        effective = np.divide(share * (1 - share), variance, out=number.copy(), where=seen)
        table[f"{name}_n"] = np.clip(effective, number, most)
    return table.drop(columns=["failing", "failures", "open"])


def limits(share: Floats, number: Floats, effective: Floats | None = None) -> tuple[Floats, Floats]:
    """Return the two-sided 90 % Wilson limits of shares; with fewer than five, nothing is known: 0 and 1.

    With instances that were asked several times there are two sound limits, and the closer one is returned:
    with the number of instances and the normal quantile, which is right if each instance's repeats are all
    alike; and with the effective number of trials and Student's t of one less than the instances, which
    gains where the instances are alike. Simulated with true shares of one half, at 5 to 20 instances, 3 or 5
    repeats and instances that differ not at all or altogether, at most 5 % of the limits are on the wrong
    side.

    Args:
        share: The shares.
        number: How many instances; or trials, of one instance.
        effective: The effective number of trials, at least `number`.
    """
    low, high = np.zeros(len(share)), np.ones(len(share))
    known = (number >= FEWEST) & ~np.isnan(share)
    low[known], high[known] = _wilson(share[known], number[known], ndtri(0.95))
    if effective is not None:
        more = known & (effective > number)
        quantile = stdtrit(number[more] - 1, 0.95)
        closer_low, closer_high = _wilson(share[more], effective[more], quantile)
        low[more], high[more] = np.maximum(low[more], closer_low), np.minimum(high[more], closer_high)
    return low, high


def _wilson(share: Floats, number: Floats, quantile: Floats | float) -> tuple[Floats, Floats]:
    """Return Wilson's limits (J. Am. Stat. Assoc. 22 (1927) 209) for this quantile."""
    square = quantile**2
    middle = (share + square / (2 * number)) / (1 + square / number)
    reach = (
        quantile * np.sqrt(share * (1 - share) / number + square / (4 * number**2)) / (1 + square / number)
    )
    return np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0)


def first_that_holds(choices: Sequence[tuple["pd.Series[bool]", str]]) -> "pd.Series[str]":
    """Return for each row the text of the first condition that holds; missing if no condition does."""
    index = choices[0][0].index
    held = [condition.to_numpy(dtype=bool, na_value=False) for condition, _ in choices]
    words = np.select(held, [told for _, told in choices], default="")
    return pd.Series([told or np.nan for told in words.tolist()], index=index, dtype=TEXT)


def counted(table: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return the table with these columns as nullable integers."""
    return table.astype(dict.fromkeys(names, "Int64"))


def totals(trials: pd.DataFrame, values: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the sums of the values of all trials, one row per distinct value of these columns, sorted.

    Args:
        trials: Some of `endings`.
        values: What one trial of each row counts for, in columns.
        keys: Columns of `trials`.
    """
    of = [trials[key] for key in keys]
    found = values.mul(trials["count"], axis="index").groupby(of, dropna=False, observed=True).sum()
    return plain_keys(found.reset_index()).set_index(list(keys))
