"""How the trials of one size fare step by step. Never pooled over sizes: each length has its own hazards."""

from itertools import pairwise

import numpy as np
import pandas as pd

from evals.record.outcome import STOPS
from reports.measures.arrays import Bools, Floats, happened, numbers, share, summed
from reports.measures.cells import Cells
from reports.measures.rates import wilson
from reports.measures.times import CUT, UNREADABLE, labelled

HOLLOW = 5
"""With fewer trials at risk, a point is drawn hollow."""
HIDDEN = 3
"""With fewer trials at risk, a point is not drawn at all."""


def step_curves(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group, size and time at which something happened, from 0 to the end of the task.

    Unreadable answers are left out.

    | column | meaning and unit |
    |---|---|
    | the group's keys, size, steps | as in `by_size` |
    | step | steps written; a stop is placed half a step after its last step |
    | at_risk | trials that were right and still writing just before |
    | right | P(no fault so far), Kaplan-Meier: stops and cuts are censored |
    | right_low, right_high | its 95 % interval |
    | writing_right, writing_lost, stopped_clean, stopped_lost, cut | shares of the trials; they sum to 1 |

    The last five equal the Aalen-Johansen estimates, because here nothing is censored except by the states
    shown.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    cells = Cells.of(rows)
    read = cells.counted & ~labelled(cells.rows, *UNREADABLE)
    chosen, cell = cells.rows[read], cells.cell[read]
    order = np.argsort(cell, kind="stable")
    stop = np.where(labelled(chosen, *STOPS), numbers(chosen["stop_time"]), np.inf)
    cut = np.where(labelled(chosen, *CUT), numbers(chosen["stop_time"]), np.inf)
    lost = np.nan_to_num(numbers(chosen["lost_time"]), nan=np.inf)
    columns = (lost, stop, cut, numbers(chosen["steps"]), cells.weight[read])
    bounds = np.searchsorted(cell[order], np.arange(len(cells) + 1))
    parts: list[pd.DataFrame] = []
    places: list[int] = []
    for at, (first, last) in enumerate(pairwise(bounds.tolist())):
        if last > first:
            parts.append(_curve(*(column[order[first:last]] for column in columns)))
            places += [at] * len(parts[-1])
    none = np.array([np.inf])
    table = (
        pd.concat(parts, ignore_index=True) if parts else _curve(none, none, none, none, np.ones(1)).iloc[:0]
    )
    return pd.concat([cells.keys.iloc[places].reset_index(drop=True), table], axis="columns")


def _curve(lost: Floats, stop: Floats, cut: Floats, end: Floats, number: Floats) -> pd.DataFrame:
    """Return the rows of one cell from the times of its trials; what did not happen is infinite.

    Args:
        lost: When each row was lost.
        stop: When it stopped by choice.
        cut: When it was cut.
        end: The end of its task.
        number: How many trials it counts for.
    """
    over = np.minimum(np.minimum(stop, cut), end)
    times = np.unique(np.concatenate([[0.0, end.max()], lost[lost <= over], over]))
    was_lost = lost <= over
    right, effective, at_risk = _right(np.minimum(lost, over), was_lost, number, times)
    low, high = wilson(right, effective)
    trials = number.sum()

    def passed(when: Floats, which: Bools) -> Floats:
        return np.asarray(happened(when[which], number[which], times, side="right") / trials)

    stopped_lost = passed(stop, was_lost & np.isfinite(stop))
    stopped_clean = passed(stop, ~was_lost & np.isfinite(stop))
    cut_clean, cut_lost = passed(cut, ~was_lost & np.isfinite(cut)), passed(cut, was_lost & np.isfinite(cut))
    lost_so_far = passed(lost, was_lost)
    return pd.DataFrame(
        {
            "step": times,
            "at_risk": at_risk,
            "right": right,
            "right_low": low,
            "right_high": high,
            "writing_right": 1 - lost_so_far - stopped_clean - cut_clean,
            "writing_lost": lost_so_far - stopped_lost - cut_lost,
            "stopped_clean": stopped_clean,
            "stopped_lost": stopped_lost,
            "cut": cut_clean + cut_lost,
        }
    )


def _right(first: Floats, was_lost: Bools, number: Floats, times: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the survival of faults, its effective number of trials and the number at risk at these times.

    The variance is Greenwood's: see `reports.measures.survival`.
    """
    at_risk = number.sum() - happened(first, number, times)
    moments, place = np.unique(first[was_lost], return_inverse=True)
    if not len(moments):
        return np.ones(len(times)), at_risk, at_risk
    faults = summed(number[was_lost], place, len(moments))
    risked = number.sum() - happened(first, number, moments)
    at = np.searchsorted(moments, times, side="right")
    survived = np.concatenate([[1.0], np.cumprod(1 - faults / risked)])[at]
    terms = share(faults, risked * (risked - faults), 0.0)
    greenwood = np.concatenate([[0.0], np.cumsum(terms)])[at]
    effective = share(1 - survived, survived * greenwood, 0.0)
    return survived, np.where(effective > 0, effective, at_risk), at_risk
