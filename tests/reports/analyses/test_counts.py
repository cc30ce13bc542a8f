"""Tables, counted by hand."""

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.record.outcome import INSTRUMENT, Label, Outcome
from reports import FrameError, by_size, comparison, frame, labels
from tests.samples.outcomes import outcome, several

pytestmark = pytest.mark.slow

ALL_TABLES = (comparison, by_size, labels)


def test_comparison_by_hand() -> None:
    """Twelve trials: ten answered, four solved, three won't, three can't."""
    rows = [
        *several(solved=4, malformed=1),
        outcome("refusal", "r", written=0),
        outcome("give_up", "g1", written=2),
        outcome("give_up", "g2", written=6, right=3, first_error=4, lost_at=4),
        outcome("logic_error", "l", written=7, right=5, first_error=6, lost_at=6),
        outcome("no_answer", "n"),
        outcome("truncated", "t", written=5, right=1, first_error=2, lost_at=2),
        outcome("error", "e"),
    ]
    row = comparison(frame(rows, "r")).iloc[0]
    assert row[["model", "puzzle", "arm"]].tolist() == ["tired", "hanoi", "list"]
    assert row[["trials", "answered"]].tolist() == [12, 10]
    assert row[["accuracy", "stopped", "wrong", "unread"]].tolist() == pytest.approx([0.4, 0.3, 0.1, 0.2])
    assert row["stopped_after"] == 2  # the median of 0, 2, 6
    assert row["right_before_error"] == 3  # the median of 1, 3, 5
    assert row[["give_up_wrong", "truncated_wrong"]].tolist() == [1, 1]
    counts = {"solved": 4, "refusal": 1, "give_up": 2, "logic_error": 1, "malformed": 1, "no_answer": 1}
    counts |= {"truncated": 1, "unscorable": 0, "filtered": 0, "error": 1}
    assert row[list(counts)].to_dict() == counts


def test_every_column_is_documented() -> None:
    """The docstring of `comparison` speaks of each column that is no label and no key."""
    rows = frame([outcome()], "r")
    assert comparison.__doc__
    for name in comparison(rows).columns:
        assert name in comparison.__doc__ or name in set(map(str, Label)), name


def test_no_denominator_no_share() -> None:
    """Where nothing was answered, the shares are missing, neither zero nor infinite."""
    row = comparison(frame(several(truncated=2, unscorable=1, filtered=1, error=1), "r")).iloc[0]
    assert row["answered"] == 0
    for name in ("accuracy", "stopped", "wrong", "unread", "stopped_after", "right_before_error"):
        assert row[name] is pd.NA, name


def test_models_puzzles_and_arms_are_not_pooled() -> None:
    """Each has a row of its own."""
    rows = [
        outcome(trial="1"),
        outcome(trial="2", model="m"),
        outcome(trial="3", puzzle="counting"),
        outcome(trial="4", arm="insist"),
    ]
    assert len(comparison(frame(rows, "r"))) == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"max_tokens": 100},
        {"temperature": 0.5},
        {"reasoning_effort": "high"},
        {"endpoint": "other"},
        {"options": {"chunk": 5}},
    ],
)
def test_budgets_and_sampling_are_not_pooled(changes: dict[str, object]) -> None:
    """What else varies becomes a key, a missing value of it too."""
    table = comparison(frame([outcome(trial="1"), outcome("refusal", "2", **changes)], "r"))
    assert next(iter(changes)) in table.columns
    assert sorted(table["accuracy"]) == [0, 1]


def test_what_does_not_vary_is_no_column() -> None:
    """One budget for all needs no column; nor an endpoint that each model has one of."""
    rows = [outcome(trial="1", max_tokens=9), outcome(trial="2", max_tokens=9, model="m", endpoint="e")]
    assert list(comparison(frame(rows, "r")).columns)[:4] == ["model", "puzzle", "arm", "trials"]


def test_runs_are_not_pooled() -> None:
    """Two runs in one frame stay apart in each table."""
    rows = pd.concat([frame([outcome()], "one"), frame([outcome("error")], "two")])
    assert comparison(rows)["run"].tolist() == ["one", "two"]
    assert labels(rows)["run"].tolist() == ["one", "two", "all"]


def test_by_size() -> None:
    """One row a size, small ones first, and controls without a solution on their own."""
    rows = [
        outcome("give_up", "1", size=10, steps=1023),
        outcome(trial="2", size=2, steps=3),
        outcome("logic_error", "3", size=2, steps=3),
        outcome(trial="4", size=2, steps=None),
    ]
    table = by_size(frame(rows, "r"))
    assert table["size"].tolist() == [2, 2, 10]
    assert table["steps"].tolist() == [3, pd.NA, 1023]
    assert table["accuracy"].tolist() == [0.5, 1, 0]


def test_labels_with_totals() -> None:
    """Counts by model and arm, a total for each model with several arms, and one of all."""
    rows = [
        outcome("solved", "1"),
        outcome("refusal", "2", arm="adj"),
        outcome("error", "3", arm="adj"),
        outcome("solved", "4", model="other"),
    ]
    table = labels(frame(rows, "r"))
    assert table[["model", "arm", "trials", "solved", "refusal", "error"]].to_numpy().tolist() == [
        ["other", "list", 1, 1, 0, 0],
        ["tired", "adj", 2, 0, 1, 1],
        ["tired", "list", 1, 1, 0, 0],
        ["tired", "all", 3, 1, 1, 1],
        ["all", "all", 4, 2, 1, 1],
    ]


@pytest.mark.parametrize("table", ALL_TABLES)
def test_nothing_gives_an_empty_table(table: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """No outcomes, no rows; the columns are there."""
    empty = table(frame([], "r"))
    assert empty.empty
    assert "trials" in empty.columns


@pytest.mark.parametrize("table", ALL_TABLES)
def test_duplicates_are_refused(table: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """A frame put together from the same run twice is not counted."""
    rows = frame([outcome()], "r")
    with pytest.raises(FrameError, match="twice"):
        table(pd.concat([rows, rows]))


@st.composite
def outcomes(draw: st.DrawFn) -> list[Outcome]:
    """Up to a dozen outcomes over few groups."""
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(Label),
                st.sampled_from(["a", "b"]),
                st.sampled_from(["list", "insist"]),
                st.integers(1, 3),
                st.integers(0, 9),
                st.none() | st.integers(1, 9),
                st.none() | st.just(100),
            ),
            max_size=12,
        )
    )
    return [
        outcome(
            label,
            str(index),
            model=model,
            arm=arm,
            size=size,
            steps=size,
            written=written,
            right=written,
            first_error=first,
            lost_at=first,
            max_tokens=budget,
        )
        for index, (label, model, arm, size, written, first, budget) in enumerate(drawn)
    ]


@settings(max_examples=20, deadline=None)
@given(outcomes().flatmap(lambda drawn: st.tuples(st.just(drawn), st.permutations(drawn))))
def test_the_order_of_rows_never_matters(drawn: tuple[list[Outcome], list[Outcome]]) -> None:
    """Any permutation of the outcomes gives the same tables."""
    for table in ALL_TABLES:
        pd.testing.assert_frame_equal(table(frame(drawn[0], "r")), table(frame(drawn[1], "r")))


@settings(max_examples=20, deadline=None)
@given(outcomes())
def test_the_instrument_is_in_no_denominator(drawn: list[Outcome]) -> None:
    """Dropping what the instrument lost changes no share, of any group that is left."""
    kept = [made for made in drawn if made.label not in INSTRUMENT]
    keys = ["model", "puzzle", "arm"]
    same = [made.model_copy(update={"max_tokens": None}) for made in drawn]
    left = [made.model_copy(update={"max_tokens": None}) for made in kept]
    shares = ["answered", "accuracy", "stopped", "wrong", "stopped_after"]
    all_of_them = comparison(frame(same, "r")).set_index(keys)[shares]
    without = comparison(frame(left, "r")).set_index(keys)[shares]
    pd.testing.assert_frame_equal(all_of_them[all_of_them["answered"] > 0], without)


@settings(max_examples=20, deadline=None)
@given(outcomes())
def test_every_answer_is_counted_once(drawn: list[Outcome]) -> None:
    """Accuracy, won't, can't and what could not be read add up to one wherever something was answered."""
    table = by_size(frame(drawn, "r"))
    known = table[table["answered"] > 0]
    total = known["accuracy"] + known["stopped"] + known["wrong"] + known["unread"]
    assert total.tolist() == pytest.approx([1.0] * len(known))
    assert table["trials"].sum() == len(drawn)
