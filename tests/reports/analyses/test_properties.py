"""What holds of every measure: the order of the rows, rows given twice, and what the instrument lost."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.record.outcome import Label, Outcome
from reports import FrameError, frame
from reports.analyses.cost import costs
from reports.analyses.model_pairs import pairs, ratios
from reports.analyses.recovery import nudged, recovery
from reports.analyses.repeats import repeats
from reports.analyses.run_comparison import NothingShared, compare
from reports.analyses.sensitivity import sensitivity
from reports.analyses.shares import endings
from reports.analyses.verdict_notes import noted
from reports.analyses.verdicts import verdicts
from tests.samples.many_outcomes import framed, on_each, outcomes

pytestmark = pytest.mark.slow

Measure = Callable[[pd.DataFrame], pd.DataFrame]

PRICES = {"simulated/a": (1.0, 2.0)}
PUSHED_BY_NUDGES = partial(verdicts, pushed="nudge")
MEASURES: tuple[Measure, ...] = (verdicts, PUSHED_BY_NUDGES, recovery, nudged, pairs, repeats, costs)

few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def compared(rows: pd.DataFrame) -> pd.DataFrame:
    """One model against the other, as far as they share anything."""
    try:
        made = compare(rows, rows, model_a="a", model_b="b")
    except FrameError:
        return pd.DataFrame()
    return pd.concat([made.shares, made.sizes, made.flips, made.horizons])


@given(given=outcomes(), random=st.randoms(use_true_random=False))
@few
def test_the_order_of_the_rows_never_matters(given: list[Outcome], random: Any) -> None:
    """The same trials in any order are the same table."""
    rows = frame(given, "r", PRICES)
    order = list(rows.index)
    random.shuffle(order)
    for measure in MEASURES:
        pd.testing.assert_frame_equal(measure(rows.loc[order]), measure(rows))


@given(given=outcomes())
@few
def test_what_the_instrument_lost_changes_nothing(given: list[Outcome]) -> None:
    """Without errors and unscorable trials every table is the same, to the last count."""
    kept = [one for one in given if one.label not in (Label.ERROR, Label.UNSCORABLE)]
    with_all, without = frame(given, "r", PRICES), frame(kept, "r", PRICES)
    for measure in MEASURES:
        pd.testing.assert_frame_equal(measure(with_all), measure(without))


def test_runs_put_together() -> None:
    """By `pandas.concat`, with or without a new index."""
    parts = [frame(on_each(label, range(6), completion_tokens=9), label) for label in ("solved", "give_up")]
    parts += [frame(on_each("logic_error", range(6), arm="insist", lost_at=1), "insisted")]
    for measure in (*MEASURES, sensitivity):
        known = measure(pd.concat(parts, ignore_index=True))
        pd.testing.assert_frame_equal(measure(pd.concat(parts)), known)


@pytest.mark.parametrize("measure", [*MEASURES, sensitivity])
def test_trials_given_twice_are_refused(measure: Measure) -> None:
    """A run counted twice would be twice as sure."""
    rows = framed(on_each("solved", range(3)))
    with pytest.raises(FrameError, match="twice"):
        measure(pd.concat([rows, rows]))
    with pytest.raises(FrameError, match="no column"):
        measure(rows.drop(columns="lost_at"))


@given(given=outcomes(20), random=st.randoms(use_true_random=False))
@settings(few, max_examples=3)
def test_two_runs_compared_in_any_order(given: list[Outcome], random: Any) -> None:
    """What changed is the same."""
    rows = frame(given, "r")
    order = list(rows.index)
    random.shuffle(order)
    pd.testing.assert_frame_equal(compared(rows.loc[order]), compared(rows))


def test_two_runs_given_twice_are_refused() -> None:
    """On either side."""
    rows = framed(on_each("solved", range(3)))
    for sides in ((pd.concat([rows, rows]), rows), (rows, pd.concat([rows, rows]))):
        with pytest.raises(FrameError, match="twice"):
            compare(*sides)


@given(given=outcomes(20), random=st.randoms(use_true_random=False))
@settings(few, max_examples=3)
def test_other_readings_in_any_order(given: list[Outcome], random: Any) -> None:
    """How far each reading moves a horizon is the same."""
    rows = frame(given, "r")
    order = list(rows.index)
    random.shuffle(order)
    table = sensitivity(rows)
    pd.testing.assert_frame_equal(sensitivity(rows.loc[order]), table)


@pytest.mark.parametrize(
    ("function", "table"),
    [
        (verdicts, verdicts(framed([]))),
        (recovery, recovery(framed([]))),
        (nudged, nudged(framed([]))),
        (pairs, pairs(framed([]))),
        (repeats, repeats(framed([]))),
        (costs, costs(framed([]))),
        (sensitivity, sensitivity(framed([]))),
        (noted, noted(endings(framed([])), ["steps"])),
    ],
)
def test_every_column_is_documented(function: Callable[..., Any], table: pd.DataFrame) -> None:
    """The docstring of each measure speaks of each of its columns, and of their units."""
    told = function.__doc__ or ""
    for name in table.columns:
        known = name.removeprefix("pushed_").removesuffix("_a").removesuffix("_b")
        assert name in told or known in told or f"{known}_…" in told, name


def test_the_columns_of_a_comparison_are_documented() -> None:
    """Of each of its tables."""
    rows = framed(on_each("solved", range(3)))
    made = compare(rows, rows)
    for table in (made.shares, made.sizes, made.flips, made.horizons):
        for name in table.columns:
            assert name.removesuffix("_b") in (compare.__doc__ or ""), name
    ratio = ratios(pd.DataFrame(columns=["model", "puzzle", "arm", "axis", "estimate", "low", "high"]))
    for name in ratio.columns:
        assert name in (ratios.__doc__ or ""), name
    assert issubclass(NothingShared, FrameError)
