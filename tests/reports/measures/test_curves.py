"""The curves within one size: hand-computed, and held to statsmodels."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from reports.measures import step_curves
from reports.measures.curves import HIDDEN, HOLLOW
from tests.reports.measures.made_trials import framed, trial

STATES = ["writing_right", "writing_lost", "stopped_clean", "stopped_lost", "cut"]


def test_by_hand() -> None:
    """Of five one errs at 2 and stops at 6, one stops at 3, one is cut at 4, one errs at 8, one is right."""
    rows = framed(
        [
            trial("give_up", 6, lost=2),
            trial("give_up", 3),
            trial("truncated", 4),
            trial("logic_error", 10, lost=8),
            trial("solved", 10),
        ]
    )
    curves = step_curves(rows).set_index("step")
    assert curves.index.tolist() == [0, 2, 3.5, 4, 6.5, 8, 10]
    assert curves["at_risk"].tolist() == [5, 5, 4, 3, 2, 2, 1]
    # Four fifths pass the first error; half of the two that are left pass the second.
    assert curves["right"].tolist() == pytest.approx([1, 0.8, 0.8, 0.8, 0.8, 0.4, 0.4])
    fifths = {
        0: [5, 0, 0, 0, 0],
        2: [4, 1, 0, 0, 0],
        3.5: [3, 1, 1, 0, 0],
        4: [2, 1, 1, 0, 1],
        6.5: [2, 0, 1, 1, 1],
        8: [1, 1, 1, 1, 1],
        10: [1, 1, 1, 1, 1],
    }
    found = 5 * curves[STATES].to_numpy()
    for counts, row in zip(fifths.values(), found, strict=True):
        assert row == pytest.approx(counts)


def many(seed: int) -> pd.DataFrame:
    """Trials of one size that end in every way."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(40):
        label = str(random.choice(["give_up", "truncated", "logic_error", "solved", "refusal"]))
        written = {"refusal": 0, "solved": 30, "logic_error": 30}.get(label, int(random.integers(1, 30)))
        errs = label == "logic_error" or (written and label != "solved" and random.random() < 0.5)
        made.append(trial(label, written, int(random.integers(1, written + 1)) if errs else None, steps=30))
    return framed(made)


@pytest.mark.parametrize("seed", range(5))
def test_as_statsmodels_has_it(seed: int) -> None:
    """The survival of faults is Kaplan-Meier's; what ended first, and how, is Aalen and Johansen's."""
    rows = many(seed)
    curves = step_curves(rows)
    stopped = rows["label"].isin(["give_up", "refusal"]).to_numpy()
    end = rows["written"].to_numpy(dtype=float) + np.where(stopped, 0.5, 0)
    lost = rows["lost_at"].to_numpy(dtype=float, na_value=np.inf)
    first = np.minimum(end, lost)
    faults = SurvfuncRight(first, (lost <= end).astype(int))
    at = np.searchsorted(curves["step"], faults.surv_times)
    assert curves["right"].to_numpy()[at] == pytest.approx(faults.surv_prob)
    cause = np.select([lost <= end, stopped, (rows["label"] == "truncated").to_numpy()], [1, 2, 3], 0)
    incidence = CumIncidenceRight(first, cause)
    at = np.searchsorted(curves["step"], incidence.times)
    clean = curves["stopped_clean"].to_numpy()[at]
    assert clean == pytest.approx(incidence.cinc[1])
    assert 1 - curves["writing_right"].to_numpy()[at] == pytest.approx(sum(incidence.cinc))
    assert curves[STATES].sum(axis="columns").to_numpy() == pytest.approx(1)
    assert (curves[STATES].to_numpy() > -1e-12).all()


def test_the_interval_narrows_with_the_trials() -> None:
    """Wilson's, with the effective number; with nobody lost yet, of all that are at risk."""
    curves = step_curves(framed([trial("solved", 10)] * 5 + [trial("logic_error", 10, lost=4)] * 5))
    assert curves["right"].tolist() == [1, 0.5, 0.5]
    assert curves["right_low"].tolist() == pytest.approx([0.7225, 0.2366, 0.2366], abs=1e-4)
    assert curves["right_high"].tolist() == pytest.approx([1, 0.7634, 0.7634], abs=1e-4)


def test_unreadable_and_lost_trials_are_in_no_curve() -> None:
    """Of what nobody could read, no step is known."""
    rows = framed([trial("malformed", 3), trial("error"), trial("solved", 10)])
    assert step_curves(rows)["at_risk"].tolist() == [1, 1]
    assert step_curves(framed([trial("malformed", 3), trial("error")])).empty


def test_sizes_have_curves_of_their_own() -> None:
    """They are never pooled; each ends at its own length."""
    rows = framed([trial("solved", 10), trial("solved", 20, steps=20), trial("refusal", model="a")])
    curves = step_curves(rows)
    assert curves.columns[:6].tolist() == ["model", "puzzle", "arm", "size", "steps", "step"]
    assert curves.groupby(["model", "size"], sort=False)["step"].max().tolist() == [10, 10, 20]
    assert step_curves(framed([])).columns.tolist() == curves.columns.tolist()


def test_of_how_many_at_risk_a_point_is_drawn() -> None:
    """Hollow below five, and not at all below three."""
    assert (HIDDEN, HOLLOW) == (3, 5)
