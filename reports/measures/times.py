"""When each trial stopped by choice, and when it ended: event or censored, in steps of its own task."""

import numpy as np
import pandas as pd

from evals.record.outcome import STOPS, Label
from reports.measures.arrays import Bools, Floats, Integers, integers, numbers, summed
from reports.tabulation import KEYS, plain_keys, tabulate

CUT = (Label.TRUNCATED, Label.FILTERED)
"""Labels of answers that were cut from outside: censored at the cut."""

UNREADABLE = (Label.MALFORMED, Label.NO_ANSWER)
"""Labels of answers that did not stop, and contained nothing that could be replayed."""

FAILURES = (*STOPS, Label.LOGIC_ERROR, *UNREADABLE)
"""Labels of the model's own failures."""

RETURNING = 0.05
"""If more than this share of the answers that left every shortest path still reach the goal, leaving is
not yet a fault."""

_COLUMNS = tuple(name for name in KEYS if name not in {"first_label", "first_lost", "token_bin", "currency"})
"""The columns of the tabulation that events in time are made of, besides the count."""

_GROUP = ("model", "puzzle", "arm")
_VARYING = ("run", "endpoint", "options", "max_tokens", "temperature", "reasoning_effort")


def groups(rows: pd.DataFrame) -> list[str]:
    """Return the columns that identify a group: model, puzzle, arm, and whatever varies within these."""
    group = rows.groupby(list(_GROUP), dropna=False, observed=True, sort=False).ngroup().to_numpy()
    firsts = np.unique(group, return_index=True)[1]
    varying = []
    for name in _VARYING:
        values = pd.factorize(rows[name], use_na_sentinel=False)[0]
        if (values[firsts][group] != values).any():
            varying.append(name)
    return [*_GROUP, *varying]


def grouped(rows: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, Integers]:
    """Return the distinct values of these columns, sorted, and for each row the index of its own, from 0."""
    code = integers(rows.groupby(names, dropna=False, observed=True, sort=True).ngroup())
    first = np.unique(code, return_index=True)[1]
    return plain_keys(rows.iloc[first][names]).reset_index(drop=True), code


def times(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the tabulated trials that have a length, and when they stopped and ended.

    docs/measures.md has the rules. Controls without a solution are left out. Added columns:

    | column | type | meaning and unit |
    |---|---|---|
    | stop_time | number | steps until it stopped by choice; missing if the trial is left out |
    | stop_event | true or false | whether it did stop; else it finished, or was cut, at that time |
    | end_time | number | steps until it could no longer be solved; missing if left out |
    | end_event | true or false | whether that happened; else it was solved, or cut, at that time |
    | lost_time | number | steps until it was lost by a fault; missing if none was seen |

    Half a step is added to a stop, so that it comes after the step written and after a cut at the same step.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    rows = tabulate(rows)
    timed = rows.loc[(rows["steps"] > 0).fillna(False).astype(bool), [*_COLUMNS, "count"]].copy()
    clock = _Clock(timed)
    stop_time, stop_event = clock.stops()
    end_time, end_event = clock.ends()
    left_out = np.isnan(stop_time)
    timed["stop_time"], timed["end_time"], timed["lost_time"] = stop_time, end_time, clock.faults()
    for name, event in (("stop_event", stop_event), ("end_event", end_event)):
        timed[name] = pd.array(event, dtype="boolean")
        timed.loc[left_out, name] = pd.NA
    return timed


def left_course(rows: pd.DataFrame) -> Bools:
    """Return which answers left every shortest path with a legal step, including those that came back."""
    return rows["off_course"].to_numpy(dtype=bool)


def labelled(rows: pd.DataFrame, *labels: Label) -> Bools:
    """Return which rows have one of these labels."""
    return rows["label"].isin([str(label) for label in labels]).to_numpy(dtype=bool)


class _Clock:
    """The event times of some rows; arrays with one entry per row."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self._steps = numbers(rows["steps"])
        self._written = np.minimum(numbers(rows["written"]), self._steps)
        self._lost = np.minimum(numbers(rows["lost_at"]), self._steps)
        self._stopped = labelled(rows, *STOPS)
        self._faulty = labelled(rows, Label.LOGIC_ERROR)
        self._unreadable = labelled(rows, *UNREADABLE)
        self._cut = labelled(rows, *CUT) & (self._written > 0)
        self._counted = labelled(rows, Label.SOLVED, *FAILURES) | self._cut
        legal = ~(numbers(rows["first_error"]) <= self._lost)
        self._may_return = legal & _returning(rows)

    def stops(self) -> tuple[Floats, Bools]:
        """Return when each stopped by choice; all others are censored at their last step or at the cut."""
        time = np.where(self._stopped, np.minimum(self._written + 0.5, self._steps), self._steps)
        time = np.where(self._cut, self._written, time)
        return np.where(self._counted, time, np.nan), self._stopped

    def faults(self) -> Floats:
        """Return when each was lost by a fault; a wrong list without an illegal step is lost at its end."""
        wrong_end = np.where(np.isnan(self._lost), np.maximum(self._written, 1), self._lost)
        seen = (self._stopped | self._cut) & ~self._may_return
        return np.where(self._faulty, wrong_end, np.where(seen, self._lost, np.nan))

    def ends(self) -> tuple[Floats, Bools]:
        """Return when each could no longer be solved: lost, or stopped; unreadable answers at their end."""
        stop_time, stopped = self.stops()
        fault = self.faults()
        time = np.fmin(fault, stop_time)
        # Off course and then cut, but it might have come back: nothing is known beyond the departure.
        time = np.where(self._cut & self._may_return, np.fmin(self._lost, time), time)
        # As many steps as a solution has, and no goal: whatever it is, it is not known to be solved.
        time = np.where(self._cut, np.minimum(time, self._steps - 0.5), time)
        return np.where(self._counted, time, np.nan), stopped | self._unreadable | ~np.isnan(fault)


def _returning(rows: pd.DataFrame) -> Bools:
    """Return which rows are in a group whose answers often recover after leaving every shortest path."""
    left = left_course(rows)
    solved = left & labelled(rows, Label.SOLVED)
    _, group = grouped(rows, groups(rows))
    lefts = summed(rows["count"] * left, group)
    shares = summed(rows["count"] * solved, group) / np.maximum(lefts, 1)
    return np.asarray(shares[group] > RETURNING)
