"""What a trial counts for in a share, where others of its cell were cut from outside: pseudo-observations.

Leaving out answers that were cut while still right, and keeping those that had already erred, would hold it
against a model that it writes more words a step. So a share is the product-limit estimate at the end of the
task, and a trial counts for its pseudo-value (Andersen, Klein & Rosthoj, Biometrika 90 (2003) 15)::

    n S - (n - 1) S without the trial

Without a cut these are 1 and 0, as the outcomes are.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evals.record.outcome import Label
from reports.measures.arrays import Bools, Floats, happened, numbers, share, summed
from reports.measures.times import CUT, labelled

MEASURES = ("solved", "stopped", "lost")
"""The shares of `reports.analyses.shares.endings` that are compared."""


def censored_values(trials: pd.DataFrame, cell: Sequence[str]) -> pd.DataFrame:
    """Return what a trial of each row counts for: one column per measure.

    Args:
        trials: The trials of `reports.analyses.shares.endings`.
        cell: The columns that identify who was asked what, and how.
    """
    values = trials[list(MEASURES)].astype("float64")
    of = trials.groupby(list(cell), dropna=False, observed=True, sort=False).ngroup().to_numpy()
    cut = labelled(trials, *CUT)
    touched = np.unique(of[cut])
    if not len(touched):
        return values
    timed = {measure: _times(trials, measure) for measure in MEASURES}
    number = numbers(trials["count"])
    order = np.argsort(of, kind="stable")
    begin, end = np.searchsorted(of[order], touched), np.searchsorted(of[order], touched, side="right")
    made = {measure: numbers(values[measure]).copy() for measure in MEASURES}
    for first, last in zip(begin, end, strict=True):
        rows = order[first:last]
        for measure, (time, event) in timed.items():
            clear = pseudo_values(time[rows], event[rows], number[rows])
            made[measure][rows] = clear if measure == "solved" else 1 - clear
    return pd.DataFrame(made, index=values.index)


def _times(trials: pd.DataFrame, measure: str) -> tuple[Floats, Bools]:
    """Return until when each trial is seen, in steps, and whether it then failed, stopped or was lost."""
    needed, written = numbers(trials["needed"]), numbers(trials["written"])
    written = np.minimum(written, needed)
    cut = labelled(trials, *CUT)
    lost, stopped = trials["lost"].to_numpy() > 0, trials["stopped"].to_numpy() > 0
    lost_at = np.minimum(numbers(trials["lost_at"]), needed)
    # Behind the end nothing can happen; a cut there shows no goal.
    end = np.where(cut, np.minimum(written, needed - 0.5), needed + 1)
    stop = np.where(stopped, np.minimum(written + 0.5, needed), np.inf)
    fault = np.where(lost, lost_at, np.inf)
    if measure == "stopped":
        happens = stop
    elif measure == "lost":
        happens = fault
    else:
        wrong = ~(labelled(trials, Label.SOLVED) | cut | lost | stopped)
        happens = np.minimum(np.minimum(stop, fault), np.where(wrong, needed, np.inf))
    event = np.isfinite(happens)
    return np.where(event, happens, end), event


def pseudo_values(time: Floats, event: Bools, trials: Floats) -> Floats:
    """Return the pseudo-value of a trial of each row of the product-limit estimate behind the last event.

    Args:
        time: Until when each trial is seen; an event comes before what is censored at the same time.
        event: Whether that was an event.
        trials: Number of trials of each row.
    """
    moments = np.unique(time[event])
    if not len(moments):
        return np.ones(len(time))
    place = np.searchsorted(moments, time)
    here = np.append(moments, np.inf)[place] == time
    events = summed(trials[event], place[event], len(moments))
    number = trials.sum()
    # At risk at each moment: all that are seen until then or longer.
    at_risk = number - happened(time, trials, moments)
    # Without a trial, the moments before its own have one fewer at risk; those behind it are as they were.
    before = np.concatenate([[1.0], np.cumprod(1 - share(events, at_risk - 1.0, 0.0))])
    behind = np.concatenate([np.cumprod((1 - events / at_risk)[::-1])[::-1], [1.0, 1.0]])
    own = np.minimum(place, len(moments) - 1)
    at = np.where(here, 1 - share(events[own] - event, at_risk[own] - 1.0, 0.0), 1.0)
    without = before[place] * at * behind[place + here]
    return np.asarray(number * behind[0] - (number - 1) * without)
