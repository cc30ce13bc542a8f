"""How far other readings of the same outcomes move the horizons."""

import numpy as np
import pandas as pd
import pytest

from evals.trials import Outcome
from reports import frame
from reports.measures import Audit, horizons, label_error
from reports.sensitivity import Reading, sensitivity
from tests.made_trials import on_each

SIZES = range(3, 9)


def swept(failure: str, **changes: object) -> list[Outcome]:
    """Sixteen instances at each of six sizes; the longer, the more of them end like this."""
    made: list[Outcome] = []
    for size, failed in zip(SIZES, (0, 2, 4, 8, 13, 16), strict=True):
        asked = range(100 * size, 100 * size + 16)
        steps = {"size": size, "steps": 2**size - 1}
        made += on_each(failure, asked[:failed], written=2, **steps, **changes)
        made += on_each("solved", asked[failed:], written=2**size - 1, **steps)
    return made


def read(rows: pd.DataFrame, reading: Reading, axis: str, audit: Audit | None = None) -> "pd.Series[float]":
    """The one row of this reading and axis."""
    table = sensitivity(rows, audit)
    found = table[(table["reading"] == reading) & (table["axis"] == axis)]
    assert len(found) == 1
    return found.iloc[0]


def test_as_labelled_is_the_horizon() -> None:
    """The first reading of each axis is what `horizons` says."""
    rows = frame(swept("give_up"), "r")
    table = sensitivity(rows)
    base = table[table["reading"] == "as labelled"]
    known = horizons(rows)
    for name in ("axis", "estimate", "low", "high", "reason"):
        assert base[name].fillna("none").tolist() == known[name].fillna("none").tolist(), name
    assert base["changed"].tolist() == [0, 0, 0]
    assert base["doublings"].dropna().tolist() == [0, 0]
    assert table["reading"].tolist() == [str(one) for one in list(Reading)[:-1]] * 3


def test_silent_short_lists_as_give_ups() -> None:
    """A list that ends early without a word was a fault; read as a stop it lowers will and clears ability."""
    rows = frame(swept("logic_error", flags=("claims_complete", "silent_short"), lost_at=2), "r")
    as_labelled = frame(swept("give_up"), "r")
    for axis in ("willing", "able", "solved"):
        row = read(rows, Reading.SILENT_STOPS, axis)
        [estimate] = horizons(as_labelled).query("axis == @axis")["estimate"]
        assert row["estimate"] == pytest.approx(estimate, nan_ok=True)
        assert row["changed"] == 43
    assert pd.isna(read(rows, Reading.LABELLED, "willing")["estimate"])


def test_silent_short_lists_that_were_lost_before_stay_lost() -> None:
    """An illegal step, or one off course, is a fault whatever the end is called."""
    for changes in ({"first_error": 1}, {"flags": ("silent_short", "off_course")}):
        rows = frame(swept("logic_error", **{"flags": ("silent_short",), "lost_at": 1, **changes}), "r")
        other = frame(swept("give_up", lost_at=1), "r")
        row = read(rows, Reading.SILENT_STOPS, "solved")
        [estimate] = horizons(other).query("axis == 'solved'")["estimate"]
        assert row["estimate"] == pytest.approx(estimate)


def test_lost_give_ups_as_errors() -> None:
    """Who had erred before it stopped did not lack the will."""
    rows = frame(swept("give_up", lost_at=1), "r")
    row = read(rows, Reading.LOST_STOPS, "willing")
    assert pd.isna(row["estimate"])
    assert row["changed"] == 43
    assert read(rows, Reading.LOST_STOPS, "solved")["doublings"] == pytest.approx(0, abs=1e-6)
    clean = read(frame(swept("give_up"), "r"), Reading.LOST_STOPS, "willing")
    assert clean[["changed", "doublings"]].tolist() == [0, 0]


def test_unconfident_labels_dropped() -> None:
    """What is not sure is as if it had not been asked."""
    rows = frame([*swept("give_up"), *swept("refusal", confident=False, model="other")], "r")
    table = sensitivity(rows)
    sure = table[table["reading"] == Reading.SURE].set_index(["model", "axis"])
    assert sure.loc[("tired", "willing"), "doublings"] == 0
    assert sure.loc[("other", "willing"), "changed"] == 43
    gone = frame(swept("give_up", confident=False), "r")
    only = gone[~gone["confident"]]
    assert read(only, Reading.SURE, "willing")["reason"] == "no trial is left"


def test_keys_that_no_longer_vary_stay_keys() -> None:
    """Where one of two budgets is dropped altogether, the other keeps its place."""
    some = [one for one in swept("give_up", max_tokens=9) if one.label == "give_up"]
    unsure = [
        one.model_copy(update={"confident": False, "max_tokens": 5, "trial": f"u{one.trial}"}) for one in some
    ]
    table = sensitivity(frame([*some, *unsure], "r"))
    sure = table[table["reading"] == Reading.SURE]
    assert sure["max_tokens"].tolist() == [5, 5, 5, 9, 9, 9]
    assert (sure["reason"] == "no trial is left").tolist() == [True] * 3 + [False] * 3


def test_legality_only() -> None:
    """Off course is no fault; a wrong list without an illegal step is one at its end."""
    rows = frame(swept("give_up", lost_at=1, flags=("off_course",)), "r")
    changed = read(rows, Reading.LEGAL, "able")
    assert changed["changed"] == 43
    labelled = read(rows, Reading.LABELLED, "able")
    assert labelled["estimate"] == pytest.approx(labelled["estimate"])
    assert pd.isna(changed["estimate"])
    illegal = frame(swept("logic_error", lost_at=1, first_error=1), "r")
    assert read(illegal, Reading.LEGAL, "able")[["changed", "doublings"]].tolist() == [0, 0]


def test_label_error() -> None:
    """With an audit the propagated estimate stands beside; without one there is no such row."""
    rows = frame(swept("give_up"), "r")
    audit = Audit(stops=80, stops_found=70, others=60, others_taken=6)
    row = read(rows, Reading.LABEL_ERROR, "willing", audit)
    known = label_error(rows, audit).set_index("axis").loc["willing"]
    assert row["estimate"] == known["estimate"]
    assert pd.isna(row["changed"])
    assert row["doublings"] == pytest.approx(np.log2(known["estimate"] / known["naive"]))


def test_an_empty_frame() -> None:
    """No trials, no rows."""
    assert sensitivity(frame([], "r")).empty
