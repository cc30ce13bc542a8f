"""When a trial stopped and when it ended: the table of rules, row by row."""

import numpy as np
import pandas as pd
import pytest

from evals.record.outcome import Outcome
from reports import FrameError
from reports.measures import groups, off_course, stops_after, times
from tests.reports.measures.made_trials import framed, trial

Times = tuple[float | None, bool | None, float | None, bool | None]
OUT: Times = (None, None, None, None)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        # stop time and event, end time and event; ten steps are asked
        (trial("solved", 10), (10, False, 10, False)),
        (trial("solved", 14), (10, False, 10, False)),
        (trial("refusal"), (0.5, True, 0.5, True)),
        (trial("give_up", 4), (4.5, True, 4.5, True)),
        (trial("give_up", 4, lost=2), (4.5, True, 2, True)),
        (trial("give_up", 10), (10, True, 10, True)),
        (trial("logic_error", 10, lost=3), (10, False, 3, True)),
        (trial("logic_error", 12, lost=11), (10, False, 10, True)),
        (trial("logic_error", 6, lost=6, legal=True), (10, False, 6, True)),
        (trial("logic_error", 6), (10, False, 6, True)),
        (trial("logic_error", 0), (10, False, 1, True)),
        (trial("malformed", 2), (10, False, 10, True)),
        (trial("no_answer"), (10, False, 10, True)),
        (trial("truncated", 6), (6, False, 6, False)),
        (trial("truncated", 6, lost=2), (6, False, 2, True)),
        (trial("truncated", 10), (10, False, 9.5, False)),
        (trial("truncated", 14), (10, False, 9.5, False)),
        (trial("filtered", 6), (6, False, 6, False)),
        (trial("truncated", 0), OUT),
        (trial("filtered", 0), OUT),
        (trial("error"), OUT),
        (trial("unscorable", 4), OUT),
    ],
)
def test_the_table(made: Outcome, expected: Times) -> None:
    """Each label stops and ends as the methods say; what says nothing is left out."""
    row = times(framed([made])).iloc[0]
    found = tuple(row[name] for name in ("stop_time", "stop_event", "end_time", "end_event"))
    assert tuple(None if pd.isna(value) else value for value in found) == expected


def test_controls_have_no_length() -> None:
    """A task without a solution is in no measure of length."""
    rows = framed([trial("solved", 0, steps=None, size=3), trial("solved", 10)])
    assert times(rows)["size"].tolist() == [10]


def test_trials_that_end_alike_are_one_row() -> None:
    """What is added stands beside the ending it is of, and how many trials had it."""
    some = [trial("refusal"), trial("give_up", 4), trial("solved", 10), trial("give_up", 4)]
    timed = times(framed(some).assign(instance="hanoi/size=10"))
    found = timed.set_index("stop_time")["count"].to_dict()
    assert found == {0.5: 1, 4.5: 2, 10: 1}


def test_rows_that_stand_twice_are_refused() -> None:
    """A trial counted twice would be two."""
    rows = framed([trial("solved", 10)])
    with pytest.raises(FrameError, match="twice"):
        times(pd.concat([rows, rows]))


def test_no_rows() -> None:
    """Nothing is measured of nothing."""
    assert times(framed([])).empty
    assert groups(framed([])) == ["model", "puzzle", "arm"]


# --- groups


def test_what_varies_within_a_group_splits_it() -> None:
    """Two budgets of one model are two groups; two models with a budget each need no further key."""
    rows = framed([trial("solved", 10, max_tokens=9), trial("solved", 10, max_tokens=None)])
    assert groups(rows) == ["model", "puzzle", "arm", "max_tokens"]
    apart = framed(
        [trial("solved", 10, model="a", max_tokens=9), trial("solved", 10, model="b", max_tokens=8)]
    )
    assert groups(apart) == ["model", "puzzle", "arm"]


def test_a_missing_value_is_a_value() -> None:
    """Trials without a temperature are not those with one."""
    rows = framed([trial("solved", 10, temperature=1.0), trial("solved", 10)])
    assert "temperature" in groups(rows)
    assert len(stops_after(rows)) == 2


def test_runs_are_kept_apart() -> None:
    """The same model on two dates is two groups."""
    rows = pd.concat([framed([trial("solved", 10)], "one"), framed([trial("refusal")], "two")])
    assert groups(rows) == ["model", "puzzle", "arm", "run"]


# --- stops


def test_stops_after() -> None:
    """Median and outer tenths of what the stops wrote, in steps and as shares of the task."""
    written = [0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9]
    rows = framed([*(trial("give_up", steps) for steps in written), trial("solved", 10), trial("error")])
    [row] = stops_after(rows).to_dict("records")
    assert (row["stops"], row["stop_share"]) == (11, pytest.approx(11 / 12))
    assert (row["stops_after_10"], row["stops_after"], row["stops_after_90"]) == (1, 5, 8)
    assert (row["stops_share_10"], row["stops_share"], row["stops_share_90"]) == (0.1, 0.5, 0.8)


def test_nobody_stops() -> None:
    """Without a stop there is no median, and the share is none."""
    [row] = stops_after(framed([trial("solved", 10)])).to_dict("records")
    assert row["stop_share"] == 0
    assert np.isnan(row["stops_after"])


# --- off course


def strayed(label: str, written: int, lost: int) -> Outcome:
    return trial(label, written, lost, flags=("off_course",), legal=True)


def test_off_course() -> None:
    """A solved list with more steps than are needed had left the way as well, and come back."""
    lists = [strayed("logic_error", 10, lost=3), strayed("give_up", 5, lost=3), trial("solved", 12)]
    rows = framed([*lists, trial("solved", 10), trial("logic_error", 5, lost=2)])
    [row] = off_course(rows).to_dict("records")
    assert (row["off_course"], row["solved"], row["share"]) == (3, 1, pytest.approx(1 / 3))
    # Wilson's interval of 1 in 3.
    assert row["share_high"] == pytest.approx(0.7923, abs=1e-4)


def test_where_nobody_comes_back_a_departure_is_the_loss() -> None:
    """A legal step off every shortest way, then a cut: lost where it left."""
    [row] = times(framed([strayed("truncated", 8, lost=3)])).to_dict("records")
    assert (row["end_time"], row["end_event"], row["lost_time"]) == (3, True, 3)


def test_where_some_come_back_a_departure_is_not_yet_a_loss() -> None:
    """Then the cut one is known up to its departure only, and the stop is no loss but a stop."""
    lists = [strayed("truncated", 8, lost=3), strayed("give_up", 8, lost=3), trial("solved", 12)]
    cut, stop, _ = times(framed(lists)).to_dict("records")
    assert (cut["end_time"], cut["end_event"]) == (3, False)
    assert (stop["end_time"], stop["end_event"]) == (8.5, True)
    assert np.isnan(cut["lost_time"])
    assert np.isnan(stop["lost_time"])


@pytest.mark.parametrize(("lost", "is_loss"), [(20, True), (19, True), (18, False)])
def test_one_in_twenty_must_come_back(lost: int, is_loss: bool) -> None:
    """Those who left and came back once in twenty times are no reason to wait for the others."""
    lists = [strayed("logic_error", 10, lost=3)] * (lost - 1)
    cut, *_ = times(framed([strayed("truncated", 8, lost=3), *lists, trial("solved", 12)])).to_dict("records")
    assert (cut["end_time"], cut["end_event"]) == (3, is_loss)


def test_an_illegal_step_is_a_loss_whoever_comes_back() -> None:
    """Only legal departures can be made good."""
    lists = [trial("truncated", 8, lost=3), trial("solved", 12)]
    cut, _ = times(framed(lists)).to_dict("records")
    assert (cut["end_time"], cut["end_event"]) == (3, True)
