"""How many steps a model writes before it stops by choice."""

import numpy as np
import pandas as pd

from evals.record.outcome import STOPS
from reports.measures.arrays import Integers, numbers, share
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
    table["stops"] = np.bincount(group[labelled(timed, *STOPS)], minlength=len(table))
    counted = np.bincount(group[timed["stop_time"].notna().to_numpy()], minlength=len(table))
    table["stop_share"] = share(table["stops"], counted)
    return pd.concat([table, quantiles(timed, group, len(table))], axis="columns")


def quantiles(rows: pd.DataFrame, part: Integers, parts: int) -> pd.DataFrame:
    """Return the columns `stops_after` and `stops_share`, one row for each of the `parts` parts."""
    stopped = labelled(rows, *STOPS)
    written, steps = numbers(rows["written"])[stopped], numbers(rows["steps"])[stopped]
    table = pd.DataFrame(index=pd.RangeIndex(parts))
    for name, values in (("stops_after", written), ("stops_share", written / steps)):
        grouped = pd.Series(values).groupby(part[stopped])
        for end, quantile in _QUANTILES.items():
            table[name + end] = grouped.quantile(quantile).reindex(table.index).astype(np.float64)
    return table
