"""How far other readings of the same outcomes move the horizons."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evals.record.outcome import Outcome
from reports import frame
from reports.analyses.sensitivity import OutcomeReading, sensitivity
from reports.measures import Audit, horizons, label_error
from tests.samples.many_outcomes import on_each

FAILED = (0, 2, 4, 8, 13, 16)
"""Of sixteen instances, at six sizes."""


def swept(failure: str, written: int = 2, **changes: object) -> list[Outcome]:
    """Sixteen instances at each of six sizes; the longer, the more of them end like this."""
    made: list[Outcome] = []
    for size, failed in enumerate(FAILED, start=3):
        asked = range(100 * size, 100 * size + 16)
        about = {"size": size, "steps": 2**size - 1}
        made += on_each(failure, asked[:failed], written=written, **about, **changes)
        solved = {
            "written": 2**size - 1,
            **about,
            **changes,
            "lost_at": None,
            "first_error": None,
            "flags": (),
        }
        made += on_each("solved", asked[failed:], **solved)
    return made


def readings(outcomes: list[Outcome], axis: str, audit: Audit | None = None) -> pd.DataFrame:
    """The rows of one axis by reading."""
    table = sensitivity(frame(outcomes, "r"), audit)
    return table[table["axis"] == axis].set_index("reading")


def estimate(outcomes: list[Outcome], axis: str) -> float:
    """The horizon as these are labelled."""
    return float(horizons(frame(outcomes, "r")).set_index("axis")["estimate"][axis])


def test_as_labelled_is_the_horizon() -> None:
    """The first reading of each axis is what `horizons` says."""
    rows = frame(swept("give_up"), "r")
    table = sensitivity(rows)
    assert table["reading"].tolist() == [str(one) for one in list(OutcomeReading)[:-1]] * 3
    first = table[table["reading"] == "as labelled"].reset_index(drop=True)
    names = ["model", "puzzle", "arm", "axis", "estimate", "low", "high", "beyond", "reason"]
    pd.testing.assert_frame_equal(first[names], horizons(rows)[names])
    assert first["changed"].tolist() == [0, 0, 0]
    assert first["doublings"].dropna().tolist() == [0, 0]


def test_silent_short_lists_as_give_ups() -> None:
    """A list that ends early without a word is a fault as labelled; read as a stop, will has failed."""
    table = readings(swept("logic_error", flags=("claims_complete", "silent_short"), lost_at=2), "willing")
    read = table.loc[OutcomeReading.SILENT_STOPS]
    assert np.isnan(table["estimate"][OutcomeReading.LABELLED])
    assert read["estimate"] == pytest.approx(estimate(swept("give_up"), "willing"))
    assert read["changed"] == sum(FAILED)
    assert pd.isna(read["doublings"])


@pytest.mark.parametrize(
    "changes",
    [{"first_error": 1, "flags": ("silent_short",)}, {"flags": ("silent_short", "off_course")}],
)
def test_silent_short_lists_that_were_lost_before_stay_lost(changes: dict[str, Any]) -> None:
    """An illegal step, or one off course, is a fault whatever the end is called."""
    table = readings(swept("logic_error", lost_at=1, **changes), "solved")
    assert table.loc[OutcomeReading.SILENT_STOPS, "changed"] == sum(FAILED)
    assert table.loc[OutcomeReading.SILENT_STOPS, "doublings"] == pytest.approx(0, abs=1e-6)


def test_lost_give_ups_as_errors() -> None:
    """Who had erred before it stopped did not lack the will; who had not, did."""
    lost = readings(swept("give_up", lost_at=1), "willing").loc[OutcomeReading.LOST_STOPS]
    assert pd.isna(lost["estimate"])
    assert lost["beyond"] == "> 255"
    assert lost["changed"] == sum(FAILED)
    clean = readings(swept("give_up"), "willing").loc[OutcomeReading.LOST_STOPS]
    assert clean[["changed", "doublings"]].tolist() == [0, 0]


def test_unconfident_labels_dropped() -> None:
    """What is not sure is as if it had not been asked."""
    some = swept("give_up")
    unsure = [one.model_copy(update={"confident": one.size > 3, "max_tokens": 5}) for one in some[:20]]
    table = readings([*unsure, *some[20:]], "willing")
    assert table[table.index == OutcomeReading.SURE]["changed"].tolist() == [16, 0]


def test_where_all_is_dropped_nothing_is_left() -> None:
    """It is said, and the other group keeps its place, though the budgets no longer vary."""
    some = swept("give_up", max_tokens=9)[:20]
    unsure = [
        one.model_copy(update={"confident": False, "max_tokens": 5, "trial": f"u{one.trial}"}) for one in some
    ]
    sure = readings([*some, *unsure], "willing").loc[OutcomeReading.SURE]
    assert sure["max_tokens"].tolist() == [5, 9]
    assert (sure["reason"] == "no trial is left").tolist() == [True, False]
    assert sure["changed"].tolist() == [20, 0]


def test_legality_only() -> None:
    """Off course is then no fault: what was cut there is undecided; what was illegal stays a fault."""
    table = readings(swept("truncated", lost_at=1, flags=("off_course",)), "solved")
    assert table.loc[OutcomeReading.LABELLED, "estimate"] == pytest.approx(
        estimate(swept("give_up"), "solved")
    )
    assert table.loc[OutcomeReading.LEGAL, "changed"] == sum(FAILED)
    assert np.isnan(table["estimate"][OutcomeReading.LEGAL])
    illegal = readings(swept("logic_error", lost_at=1, first_error=1), "solved")
    assert [illegal[name][OutcomeReading.LEGAL] for name in ("changed", "doublings")] == [0, 0]


def test_label_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an audit the propagated estimate stands beside the others."""
    few = partial(label_error, draws=2)
    monkeypatch.setattr("reports.analyses.sensitivity.label_error", few)
    audit = Audit(stops=80, stops_found=70, others=60, others_taken=6)
    row = readings(swept("give_up"), "willing", audit).loc[OutcomeReading.LABEL_ERROR]
    known = few(frame(swept("give_up"), "r"), audit).set_index("axis").loc["willing"]
    assert row["estimate"] == known["estimate"]
    assert pd.isna(row["changed"])
    assert row["doublings"] == pytest.approx(np.log2(known["estimate"] / known["naive"]))


def test_an_empty_frame() -> None:
    """No trials, no rows."""
    assert sensitivity(frame([], "r")).empty
