"""pass@k and pass^k, by hand."""

from itertools import combinations
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.record.outcome import Outcome
from reports.analyses.repeats import repeats
from tests.samples.many_outcomes import framed, on_each

pytestmark = pytest.mark.slow


def instance(number: int, solved: int, failed: int, cut: int = 0, **changes: Any) -> list[Outcome]:
    """So many trials of one instance."""
    labels = ["solved"] * solved + ["give_up"] * failed + ["truncated"] * cut
    return [
        one
        for repeat, label in enumerate(labels)
        for one in on_each(label, [number], repeat=repeat, **changes)
    ]


def test_by_hand() -> None:
    """Of four trials one was solved: of two drawn, 3 of 6 pairs hold it. Of three of three, all do."""
    table = repeats(framed(instance(0, 1, 3), instance(1, 3, 0)), [1, 2, 3])
    assert table["pass_at_k"].tolist() == pytest.approx([(1 / 4 + 1) / 2, (1 / 2 + 1) / 2, (3 / 4 + 1) / 2])
    assert table["pass_all_k"].tolist() == pytest.approx([(1 / 4 + 1) / 2, 1 / 2, 1 / 2])
    assert table["instances"].tolist() == [2, 2, 2]
    assert table["reason"].isna().all()


@given(st.integers(0, 6), st.integers(0, 6), st.integers(1, 7))
def test_it_is_the_share_of_all_draws(solved: int, failed: int, k: int) -> None:
    """Counted over every choice of k of the trials; fewer than k are not estimable."""
    if solved + failed == 0:
        return
    row = repeats(framed(instance(0, solved, failed)), [k]).iloc[0]
    draws = list(combinations([True] * solved + [False] * failed, k))
    if not draws:
        assert row[["pass_at_k", "pass_all_k"]].isna().all()
        assert row["reason"] == "fewer than k trials of an instance were not cut"
    else:
        assert row["pass_at_k"] == pytest.approx(sum(map(any, draws)) / len(draws))
        assert row["pass_all_k"] == pytest.approx(sum(map(all, draws)) / len(draws))


def test_cuts_are_left_out() -> None:
    """A clean cut is no trial; a cut that was already lost is a failure."""
    row = repeats(framed(instance(0, 1, 1, cut=2)), [2]).iloc[0]
    assert row[["pass_at_k", "pass_all_k"]].tolist() == [1, 0]
    row = repeats(framed(instance(0, 1, 1, cut=2, lost_at=1)), [4]).iloc[0]
    assert row[["pass_at_k", "instances"]].tolist() == [1, 1]


def test_instances_with_too_few_trials_are_left_out() -> None:
    """Only those asked often enough are in the mean; the others are counted."""
    row = repeats(framed(instance(0, 1, 1), instance(1, 1, 0)), [2]).iloc[0]
    assert row[["pass_at_k", "instances", "left_out"]].tolist() == [1, 1, 1]


def test_sizes_and_arms_are_apart() -> None:
    """Instances of two sizes or arms are no repeats of each other."""
    table = repeats(
        framed(instance(0, 1, 0), instance(0, 0, 1, arm="insist"), instance(0, 0, 1, size=4)), [1, 2]
    )
    assert table["pass_at_k"].fillna(-1).tolist() == [0, -1, 1, -1, 0, -1]


def test_many_trials_do_not_overflow() -> None:
    """Binomial coefficients of thousands of trials are never written out."""
    row = repeats(framed(instance(0, 1, 1999)), [1000]).iloc[0]
    assert row["pass_at_k"] == pytest.approx(0.5)


def test_an_empty_frame() -> None:
    """No trials, no rows."""
    assert repeats(framed([])).empty
    assert pd.isna(repeats(framed(instance(0, 1, 0)), [9])["pass_at_k"].item())
