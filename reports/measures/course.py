"""What happened to answers that left every shortest path while still legal."""

import numpy as np
import pandas as pd

from evals.record.outcome import Label
from reports.measures.arrays import numbers, share, summed
from reports.measures.rates import wilson
from reports.measures.times import grouped, groups, labelled, left_course, times


def off_course(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group.

    | column | meaning and unit |
    |---|---|
    | the group's keys | see `groups` |
    | off_course | answers that left every shortest path with a legal step |
    | solved | how many of them still reached the goal |
    | share, share_high | solved / off_course, and the upper end of its 95 % interval; missing for 0 / 0 |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    timed = times(rows)
    table, group = grouped(timed, groups(rows))
    left = left_course(timed)
    trials = numbers(timed["count"])
    came_back = left & labelled(timed, Label.SOLVED)
    for name, which in (("off_course", left), ("solved", came_back)):
        table[name] = summed(trials * which, group, len(table)).astype(np.int64)
    table["share"] = share(table["solved"], table["off_course"])
    number = table["off_course"].to_numpy(dtype=np.float64)
    table["share_high"] = wilson(table["share"].to_numpy(), number)[1]
    return table
