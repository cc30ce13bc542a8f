"""The error of the labels in the horizons."""

import numpy as np
import pandas as pd
import pytest

from evals.record.outcome import Label, Outcome
from evals.second_reader.agreement import compare
from evals.second_reader.human_labels import HumanLabel
from reports.measures import Audit, Axis, horizons, label_error, mislabelled, weighted_labels
from reports.measures.cells import Cells, Clusters
from tests.reports.measures.made_trials import framed, trial
from tests.samples.outcomes import outcome

pytestmark = pytest.mark.slow

LENGTHS = (15, 31, 63, 127, 255, 511, 1023)
SURE = Audit(stops=10_000, stops_found=10_000, others=10_000, others_taken=0)
BAD = Audit(stops=200, stops_found=180, others=200, others_taken=20)


def swept(stops: tuple[int, ...], errors: tuple[int, ...], trials: int = 20) -> list[Outcome]:
    """At each length so many stop, so many err, and the others solve."""
    made = []
    for steps, stopping, erring in zip(LENGTHS, stops, errors, strict=True):
        made += [trial("give_up", 5, steps=steps)] * stopping
        made += [trial("logic_error", steps, lost=7, steps=steps)] * erring
        made += [trial("solved", steps, steps=steps)] * (trials - stopping - erring)
    return made


MIXED = swept((0, 1, 3, 7, 11, 17, 19), (0, 1, 2, 3, 4, 2, 1))


def test_sure_labels_change_nothing() -> None:
    """With labels that a reader always confirms, the corrected horizon is the naive one."""
    table = label_error(framed(MIXED), SURE, draws=5)
    assert table["axis"].tolist() == ["willing", "able", "solved"]
    willing = table.iloc[0]
    for ours, naive in (("estimate", "naive"), ("low", "naive_low"), ("high", "naive_high")):
        assert willing[ours] == pytest.approx(willing[naive], rel=0.02)
    assert willing["open_draws"] == 0


def test_what_was_solved_is_not_moved() -> None:
    """It is replayed, whatever the label of the rest."""
    solved = label_error(framed(MIXED), BAD, draws=5).iloc[2]
    assert solved["estimate"] == pytest.approx(solved["naive"], rel=0.02)
    assert solved["low"] == pytest.approx(solved["naive_low"], rel=0.02)


def test_errors_that_were_taken_for_stops_are_given_back() -> None:
    """A model that only errs, a tenth of it labelled as stops: its will is mostly restored."""
    erring = (0, 4, 8, 12, 16, 18, 20)
    rows = framed(
        swept(tuple(count // 10 for count in erring), tuple(count - count // 10 for count in erring))
    )
    audit = Audit(stops=100, stops_found=98, others=300, others_taken=40)
    corrected = label_error(rows, audit, axes=(Axis.WILLING,), draws=10).iloc[0]
    assert np.isnan(corrected["naive"])
    assert np.isnan(corrected["estimate"])
    assert corrected["reason"] == "it lies outside the sizes"


def test_stops_that_were_taken_for_errors_shorten_the_will() -> None:
    """Half of the stops are missed: by the labels the will reaches beyond the sizes, in truth it does not."""
    rows = framed(swept((0, 0, 2, 5, 9, 9, 10), (0, 0, 2, 5, 9, 9, 10)))
    audit = Audit(stops=200, stops_found=100, others=200, others_taken=2)
    found = label_error(rows, audit, axes=(Axis.WILLING,), draws=10).iloc[0]
    naive = horizons(rows).iloc[0]
    assert np.isnan(naive["bracket_high"])
    assert 63 < found["estimate"] < 200


def test_rubins_rules() -> None:
    """By hand: three redraws at 1, 2 and 3, each with two to either side at 10 degrees of freedom.

    Within (2 / 2.228)^2 = 0.806, between 4/3, together 2.139; 62 % is lost, which leaves 1.97 degrees.
    """
    estimates = np.array([1.0, 2.0, 3.0])
    found = mislabelled._pooled(estimates, estimates - 2, estimates + 2, np.full(3, 10.0))
    assert (found.estimate, found.open) == (2, 0)
    assert found.high - 2 == pytest.approx(6.38, abs=0.03)
    assert 2 - found.low == pytest.approx(found.high - 2)


def test_open_redraws() -> None:
    """An end that is open in more than a fifth of the redraws is open; so with a missing estimate."""
    estimates, degrees = np.arange(10.0), np.full(10, 10.0)
    lows, highs = estimates - 1, estimates + 1
    highs[:3] = np.nan
    found = mislabelled._pooled(estimates, lows, highs, degrees)
    assert np.isnan(found.high)
    assert found.low < found.estimate == 4.5
    assert found.open == pytest.approx(0.3)
    estimates[:3] = np.nan
    assert np.isnan(mislabelled._pooled(estimates, lows, highs, degrees).estimate)


def test_the_same_seed_draws_the_same() -> None:
    """And another seed nearly the same."""
    rows = framed(MIXED)
    one, again, other = (
        label_error(rows, BAD, axes=(Axis.WILLING,), seed=seed).iloc[0] for seed in (1, 1, 2)
    )
    assert one["estimate"] == again["estimate"]
    assert one["estimate"] != other["estimate"]
    assert one["estimate"] == pytest.approx(other["estimate"], rel=0.15)


@pytest.mark.parametrize(
    ("audit", "told"),
    [
        (Audit(49, 49, 90, 0), "49 stops and 90 other failures were read, 50 of each are needed"),
        (Audit(90, 80, 12, 0), "90 stops and 12 other failures were read, 50 of each are needed"),
        (Audit(100, 20, 100, 30), "the labels do not tell stops from other failures"),
    ],
)
def test_what_cannot_be_corrected_is_said(audit: Audit, told: str) -> None:
    """Then the naive horizon stands, with the reason."""
    found = label_error(framed(MIXED), audit).iloc[0]
    assert found["reason"] == f"label error not propagated: {told}"
    assert found["estimate"] == found["naive"]


def test_an_axis_without_a_horizon_has_a_reason() -> None:
    """Nobody errs: ability stays outside the sizes, redrawn or not."""
    rows = framed(swept((0, 1, 3, 7, 11, 17, 20), (0,) * 7))
    able = label_error(rows, SURE, draws=5).iloc[1]
    assert np.isnan(able["estimate"])
    assert able["reason"] == (
        "it seems to lie outside the sizes, and the nearest of them is not clear of one half"
    )


# --- the audit


def read(number: int, human: Label, rule: Label, **changes: object) -> tuple[Outcome, HumanLabel]:
    plain: dict[str, object] = {"id": f"t{number}", "label": human, "random_sample": True}
    return outcome(rule, f"t{number}"), HumanLabel.model_validate(plain | changes)


def test_the_audit_counts_failures_drawn_at_random() -> None:
    """Solved, cut and picked rows are no part of it; an alternative that the rule chose is the reader's."""
    stop, refusal, wrong, malformed = Label.GIVE_UP, Label.REFUSAL, Label.LOGIC_ERROR, Label.MALFORMED
    rows = [
        read(0, stop, stop),
        read(1, refusal, stop),
        read(2, stop, wrong),
        read(3, wrong, wrong),
        read(4, malformed, refusal),
        read(5, wrong, stop, alternative=stop),
        read(6, stop, wrong, random_sample=False),
        read(7, Label.SOLVED, Label.SOLVED),
        read(8, stop, Label.TRUNCATED),
    ]
    compared = compare([made for made, _ in rows], [label for _, label in rows])
    assert Audit.of(compared) == Audit(stops=4, stops_found=3, others=2, others_taken=1)


# --- labels weighted by their own probability


def test_a_probability_is_a_weight() -> None:
    """Of four failures whose labels are right with three quarters, three are what they are called."""
    made = [
        trial(label, 10, 10 if label == "logic_error" else None, steps=steps, size=steps, probability=0.75)
        for steps in (8, 16, 32, 64, 128)
        for label, share in (("logic_error", 4), ("give_up", 8))
        for _ in range(share)
    ]
    rows = framed([*made, *[trial("solved", steps, steps=steps) for steps in (8, 16, 32, 64, 128)] * 8])
    cells = Cells.of(rows)
    clusters = Clusters.of(cells)
    as_labelled = weighted_labels(rows.assign(probability=1.0))
    pd.testing.assert_frame_equal(as_labelled, horizons(rows))
    seen: list[pd.DataFrame] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reports.measures.mislabelled.horizons_of", seen.append)
        weighted_labels(rows)
    (sizes,) = seen
    # Of 20 trials 8 stopped: 6 of these really, and 1 of the 4 that are called errors.
    assert sizes["willing"].tolist() == pytest.approx([1 - (8 * 0.75 + 4 * 0.25) / 20] * 5)
    assert sizes["solved"].tolist() == pytest.approx([0.4] * 5)
    assert sizes["willing_n"].tolist() == pytest.approx([20] * 5)
    assert (sizes["clusters"] == clusters.each).all()
