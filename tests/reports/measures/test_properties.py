"""What must hold of the measures whatever the outcomes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.record.outcome import Label, Outcome
from reports import FrameError
from reports.measures import (
    by_size,
    groups,
    horizons,
    independence,
    off_course,
    step_curves,
    stops_after,
    times,
)
from tests.reports.measures.made_trials import framed, trial

pytestmark = pytest.mark.slow

RATES = ["willing", "able", "solved", "willing_clean", "able_clean", "ability_low", "ability_high"]
LENGTHS = (4, 7, 12)
few = settings(max_examples=25, deadline=None)


@st.composite
def trials(draw: st.DrawFn, labels: tuple[Label, ...] = tuple(Label)) -> Outcome:
    """One that ended in any way, of a few models, lengths and instances."""
    label = draw(st.sampled_from(labels))
    steps = draw(st.sampled_from(LENGTHS))
    written = {Label.SOLVED: steps, Label.REFUSAL: 0}.get(label, draw(st.integers(0, steps)))
    lost = None
    if label in (Label.GIVE_UP, Label.TRUNCATED, Label.LOGIC_ERROR) and written:
        lost = draw(st.none() | st.integers(1, written))
    number = draw(st.integers(0, 3))
    changes = {"model": draw(st.sampled_from("ab")), "steps": steps, "instance": f"i{steps}/{number}"}
    return trial(label, written, lost, legal=draw(st.booleans()), **changes)


many = st.lists(trials(), min_size=1, max_size=40)


def rates(rows: pd.DataFrame) -> pd.DataFrame:
    """The rates by model and size; sizes at which nothing counts are as if they were not there."""
    table = by_size(rows)
    table = table[table["counted"] > 0]
    return table.set_index(["model", "size"])[RATES]


@settings(max_examples=8, deadline=None)
@given(many, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_never_matters(made: list[Outcome], random: np.random.Generator) -> None:
    """All tables are the same however the rows are shuffled."""
    rows = framed(made)
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = rows.iloc[order]
    assert groups(rows) == groups(shuffled)
    for table in (by_size, horizons, step_curves, stops_after, off_course, independence):
        pd.testing.assert_frame_equal(table(rows), table(shuffled), check_exact=False, rtol=1e-9)


@few
@given(many)
def test_a_trial_twice_is_refused(made: list[Outcome]) -> None:
    """By every measure."""
    rows = framed(made)
    twice = pd.concat([rows, rows.iloc[:1]])
    for measure in (times, by_size, horizons, step_curves, stops_after, off_course, independence):
        with pytest.raises(FrameError, match="twice"):
            measure(twice)


@few
@given(many)
def test_what_says_nothing_changes_nothing(made: list[Outcome]) -> None:
    """Without errors, unscorable answers and cuts before the first step, every rate is the same."""
    rows = framed(made)
    nothing = rows["label"].isin(["error", "unscorable"])
    nothing |= rows["label"].isin(["truncated", "filtered"]) & (rows["written"] == 0)
    pd.testing.assert_frame_equal(rates(rows), rates(rows[~nothing]))


@few
@given(many, st.data())
def test_a_later_cut_never_lowers_the_will(made: list[Outcome], data: st.DataObject) -> None:
    """Who was cut later was asked for longer and had not stopped."""
    rows = framed(made)
    later = rows.copy()
    for at in rows.index[rows["label"].isin(["truncated", "filtered"])]:
        written, steps = int(rows.loc[at, "written"]), int(rows.loc[at, "steps"])
        later.loc[at, "written"] = data.draw(st.integers(written, steps))
    before, after = rates(rows)["willing"].align(rates(later)["willing"], join="inner")
    known = before.notna() & after.notna()
    assert (after[known] >= before[known] - 1e-12).all()


UNCENSORED = tuple(set(Label) - {Label.TRUNCATED, Label.FILTERED})


@few
@given(st.lists(trials(UNCENSORED), min_size=1, max_size=40))
def test_without_cuts_the_rates_are_shares(made: list[Outcome]) -> None:
    """Plain counts: not stopped by all, solved by all, solved by not stopped."""
    rows = framed(made)
    table = by_size(rows)
    table = table[table["counted"] > 0]
    went_on = table["counted"] - table["n_stopped"]
    assert table["willing"].to_numpy() == pytest.approx((went_on / table["counted"]).to_numpy())
    assert table["solved"].to_numpy() == pytest.approx((table["n_solved"] / table["counted"]).to_numpy())
    able = (table["n_solved"] / went_on).where(went_on > 0).to_numpy()
    assert table["able"].to_numpy() == pytest.approx(able, nan_ok=True)
    assert table["willing_n"].to_numpy() == pytest.approx(table["counted"].to_numpy(dtype=float))


@few
@given(many)
def test_rates_are_in_order(made: list[Outcome]) -> None:
    """All are shares, in their intervals, and multiply; what is missing, and nothing else, has a reason."""
    table = by_size(framed(made))
    for name in ("willing", "able", "solved"):
        rate, low, high = (table[f"{name}{end}"] for end in ("", "_low", "_high"))
        known = rate.notna()
        assert rate[known].between(low[known] - 1e-9, high[known] + 1e-9).all()
        assert low.dropna().between(0, 1).all()
        assert high.dropna().between(0, 1).all()
        assert (table[f"{name}_reason"].notna() == ~known).all()
    both = table[table["able"].notna()]
    assert both["solved"].to_numpy() == pytest.approx((both["willing"] * both["able"]).to_numpy())
    bounded = table[table["counted"] > 0]
    assert (bounded["ability_low"] <= bounded["ability_high"] + 1e-9).all()
    assert (bounded["able"].isna() | (bounded["able"] >= bounded["ability_low"] - 1e-9)).all()
