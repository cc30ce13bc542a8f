"""How many steps a model writes before it stops by choice."""

import numpy as np
import pandas as pd

from evals.record.outcome import STOPS
from reports.measures.arrays import Floats, Integers, numbers, share, summed
from reports.measures.times import grouped, groups, labelled, times

_QUANTILES = {"": 0.5, "_10": 0.1, "_90": 0.9}


def stops_after(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group, over all its sizes.

    | column | meaning and unit |
    |---|---|
    | the group's keys | see `groups` |
    | stops, stop_share | refusals and give-ups; their share of the counted trials |
    | stops_after, stops_after_10, stops_after_90 | steps written by stops: median, 10 % and 90 % quantiles |
    | stops_share, stops_share_10, stops_share_90 | the same as shares of L |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    timed = times(rows)
    table, group = grouped(timed, groups(rows))
    trials = numbers(timed["count"])
    stops = summed(trials * labelled(timed, *STOPS), group, len(table))
    table["stops"] = stops.astype(np.int64)
    counted = summed(trials * timed["stop_time"].notna().to_numpy(), group, len(table))
    table["stop_share"] = share(table["stops"], counted)
    return pd.concat([table, quantiles(timed, group, len(table))], axis="columns")


def quantiles(rows: pd.DataFrame, part: Integers, parts: int) -> pd.DataFrame:
    """Return the columns `stops_after` and `stops_share`, one row for each of the `parts` parts."""
    stopped = labelled(rows, *STOPS)
    written, steps = numbers(rows["written"])[stopped], numbers(rows["steps"])[stopped]
    trials = numbers(rows["count"])[stopped]
    table = pd.DataFrame(index=pd.RangeIndex(parts))
    for name, values in (("stops_after", written), ("stops_share", written / steps)):
        for end, quantile in _QUANTILES.items():
            table[name + end] = weighted_quantile(values, trials, part[stopped], parts, quantile)
    return table


def weighted_quantile(values: Floats, trials: Floats, part: Integers, parts: int, quantile: float) -> Floats:
    """Return a quantile of each part, linear between two values as in `pandas.Series.quantile`.

    Args:
        values: One per row; NaN is left out.
        trials: Number of trials of each row.
        part: The part of each row, from 0.
        parts: The number of parts; a part without a value has NaN.
        quantile: From 0 to 1.
    """
    known = ~np.isnan(values)
    values, trials, part = values[known], trials[known], part[known]
    order = np.lexsort((values, part))
    values, part, reached = values[order], part[order], np.cumsum(trials[order])
    number = summed(trials[order], part, parts)
    before = np.cumsum(number) - number
    place = quantile * (number - 1)
    some = number > 0
    ends = []
    for whole in (np.floor(place), np.ceil(place)):
        at = np.searchsorted(reached, before[some] + whole[some], side="right")
        ends.append(values[at])
    found = np.full(parts, np.nan)
    rest = (place - np.floor(place))[some]
    found[some] = ends[0] + rest * (ends[1] - ends[0])
    return found
