"""When each trial stopped by choice, and when it ended: event or censored, in steps of its own task."""

import numpy as np
import pandas as pd

from evals.record.outcome import Label
from reports.frame import STOPS, checked
from reports.measures.arrays import Bools, Floats, Integers, integers, numbers

CUT = (Label.TRUNCATED, Label.FILTERED)
"""Labels of answers that were cut from outside: censored where they were cut."""

UNREADABLE = (Label.MALFORMED, Label.NO_ANSWER)
"""Labels of those that did not stop, and wrote nothing that could be replayed."""

FAILURES = (*STOPS, Label.LOGIC_ERROR, *UNREADABLE)
"""Labels of those that are the model's own, and not solved."""

RETURNING = 0.05
"""Where more of the answers that left every shortest way still reach the goal, leaving it is no fault yet."""

_GROUP = ("model", "puzzle", "arm")
_VARYING = ("run", "endpoint", "options", "max_tokens", "temperature", "reasoning_effort")


def groups(rows: pd.DataFrame) -> list[str]:
    """The columns that name a group: model, puzzle, arm, and of the rest what varies within one of these."""
    group = rows.groupby(list(_GROUP), dropna=False, sort=False).ngroup().to_numpy()
    firsts = np.unique(group, return_index=True)[1]
    varying = []
    for name in _VARYING:
        values = pd.factorize(rows[name], use_na_sentinel=False)[0]
        if (values[firsts][group] != values).any():
            varying.append(name)
    return [*_GROUP, *varying]


def grouped(rows: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, Integers]:
    """The different values of these columns, sorted, and of each row the number of its own, from 0."""
    code = integers(rows.groupby(names, dropna=False, sort=True).ngroup())
    first = np.unique(code, return_index=True)[1]
    return rows.iloc[first][names].reset_index(drop=True), code


def times(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that have a length, with when they stopped and ended; docs/measures.md has the rules.

    Controls without a solution are left out. Added columns:

    | column | type | meaning and unit |
    |---|---|---|
    | stop_time | number | steps until it stopped by choice; missing where the trial is left out |
    | stop_event | true or false | whether it did; else it finished, or was cut, at that time |
    | end_time | number | steps until it could no longer be solved; missing where left out |
    | end_event | true or false | whether it could not; else it was solved, or cut, at that time |
    | lost_time | number | steps until it was lost by a fault; missing where none was seen |

    Half a step is added to a stop: it comes after the step written, and after a cut at the same place.

    Raises:
        FrameError: these are not the rows of `reports.frame`, or a trial stands in them twice.
    """
    checked(rows)
    timed = rows[(rows["steps"] > 0).fillna(False).astype(bool)].copy()
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
    """Which answers left every shortest way with a legal step; those that came back are among them."""
    solved = labelled(rows, Label.SOLVED)
    flagged = rows["flags"].str.contains(r"(?:^| )off_course(?: |$)", na=False).to_numpy(dtype=bool)
    return np.where(solved, numbers(rows["written"]) > numbers(rows["steps"]), flagged)


def labelled(rows: pd.DataFrame, *labels: Label) -> Bools:
    """Which rows have one of these labels."""
    return rows["label"].isin([str(label) for label in labels]).to_numpy(dtype=bool)


class _Clock:
    """The times of some rows; arrays of one number a row."""

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
        """When it stopped by choice; what did not is known up to its last step, or to where it was cut."""
        time = np.where(self._stopped, np.minimum(self._written + 0.5, self._steps), self._steps)
        time = np.where(self._cut, self._written, time)
        return np.where(self._counted, time, np.nan), self._stopped

    def faults(self) -> Floats:
        """When it was lost by a fault; a wrong list without an illegal step, at its end."""
        wrong_end = np.where(np.isnan(self._lost), np.maximum(self._written, 1), self._lost)
        seen = (self._stopped | self._cut) & ~self._may_return
        return np.where(self._faulty, wrong_end, np.where(seen, self._lost, np.nan))

    def ends(self) -> tuple[Floats, Bools]:
        """When it could no longer be solved: lost, or stopped; unreadable answers at their end."""
        stop_time, stopped = self.stops()
        fault = self.faults()
        time = np.fmin(fault, stop_time)
        # Off course, cut, and it might have come back: nothing is known beyond the departure.
        time = np.where(self._cut & self._may_return, np.fmin(self._lost, time), time)
        return np.where(self._counted, time, np.nan), stopped | self._unreadable | ~np.isnan(fault)


def _returning(rows: pd.DataFrame) -> Bools:
    """Which rows are of a group in which leaving every shortest way is often made good."""
    left = left_course(rows)
    solved = left & labelled(rows, Label.SOLVED)
    _, group = grouped(rows, groups(rows))
    lefts = np.bincount(group, left)
    shares = np.bincount(group, solved) / np.maximum(lefts, 1)
    return np.asarray(shares[group] > RETURNING)
