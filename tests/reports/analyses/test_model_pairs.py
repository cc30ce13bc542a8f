"""Models on the same instances, by hand."""

from math import hypot, sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from evals.record.outcome import Outcome
from reports.analyses.model_pairs import pairs, ratios
from reports.analyses.paired_differences import holm
from tests.samples.many_outcomes import framed, on_each

pytestmark = pytest.mark.slow


def answers(model: str, labels: str, first: int = 0, **changes: Any) -> list[Outcome]:
    """One trial an instance: s solved, g gave up, e erred, c cut."""
    of = {"s": "solved", "g": "give_up", "e": "logic_error", "c": "truncated"}
    return [
        one
        for number, label in enumerate(labels)
        for one in on_each(
            of[label], [first + number], model=model, lost_at=1 if label == "e" else None, **changes
        )
    ]


def row_of(measure: str, *parts: list[Outcome]) -> "pd.Series[Any]":
    """The one row about this measure."""
    table = pairs(framed(*parts))
    found = table[table["measure"] == measure]
    assert len(found) == 1
    return found.iloc[0]


def test_by_hand() -> None:
    """Two sizes: of three instances one differs, of two one does."""
    row = row_of(
        "solved",
        answers("a", "ssg"),
        answers("b", "seg"),
        answers("a", "se", size=4, first=10),
        answers("b", "ee", size=4, first=10),
    )
    d = [[0, 1, 0], [1, 0]]
    difference = (np.mean(d[0]) + np.mean(d[1])) / 2
    error = sqrt(np.var(d[0], ddof=1) / 3 + np.var(d[1], ddof=1) / 2) / 2
    assert row[["model_a", "model_b"]].tolist() == ["a", "b"]
    assert row[["a", "b"]].tolist() == pytest.approx([(2 / 3 + 1 / 2) / 2, (1 / 3 + 0) / 2])
    variances = [np.var(d[0], ddof=1) / 3, np.var(d[1], ddof=1) / 2]
    df = sum(variances) ** 2 / (variances[0] ** 2 / 2 + variances[1] ** 2 / 1)  # Satterthwaite's
    assert row[["difference", "se", "df"]].tolist() == pytest.approx([difference, error, df])
    reach = stats.t.ppf(0.975, df) * error
    assert row[["low", "high"]].tolist() == pytest.approx(
        [max(difference - reach, -1), min(difference + reach, 1)]
    )
    assert row["p"] == pytest.approx(2 * stats.t.sf(difference / error, df))
    assert row[["instances", "sizes", "of_trials"]].tolist() == [5, 2, False]


def test_one_size_is_the_paired_t_test() -> None:
    """As scipy has it."""
    a, b = answers("a", "ssgsegss"), answers("b", "sgggesgs")
    row = row_of("solved", a, b)
    known = stats.ttest_rel(*([float(one.label == "solved") for one in part] for part in (a, b)))
    assert row["p"] == pytest.approx(known.pvalue)
    interval = known.confidence_interval()
    assert row[["low", "high"]].tolist() == pytest.approx([interval.low, interval.high])


def test_a_size_with_one_instance_has_the_variance_of_the_others() -> None:
    """It is in the mean, and lends no freedom."""
    row = row_of(
        "solved",
        answers("a", "sssg"),
        answers("b", "sggg"),
        answers("a", "s", size=4, first=10),
        answers("b", "s", size=4, first=10),
    )
    variance = np.var([0, 1, 1, 0], ddof=1)
    assert row["difference"] == pytest.approx((1 / 2 + 0) / 2)
    assert row[["se", "df"]].tolist() == pytest.approx([sqrt(variance / 4 + variance / 1) / 2, 3])


def test_one_instance_a_size_rests_on_its_trials() -> None:
    """Three and two trials of one instance: for this instance only."""
    trials = [answers("a", label, repeat=n) for n, label in enumerate("ssg")]
    trials += [answers("b", label, repeat=n) for n, label in enumerate("sg")]
    row = row_of("solved", *trials)
    assert row["of_trials"]
    variance = (2 / 3) * (1 / 3) / 2 + (1 / 2) * (1 / 2) / 1
    assert row[["difference", "se", "df"]].tolist() == pytest.approx([2 / 3 - 1 / 2, sqrt(variance), 3])


def test_one_trial_has_no_interval() -> None:
    """A difference of one instance asked once is told, and nothing about how sure it is."""
    row = row_of("solved", answers("a", "s"), answers("b", "g"))
    assert row["difference"] == 1
    assert row[["low", "high", "p", "p_holm"]].isna().all()
    assert row["reason"] == "one trial of one instance a size; it takes two of either"


def test_where_nothing_varies_nothing_is_certain() -> None:
    """Ten of ten against none: Wilson's interval and a sign test. No difference at all: p is 1."""
    row = row_of("solved", answers("a", "s" * 10), answers("b", "g" * 10))
    assert row[["difference", "se"]].tolist() == [1, 0]
    assert row[["low", "high"]].tolist() == pytest.approx([10 / (10 + 1.959964**2), 1])
    assert row["p"] == pytest.approx(2 * 0.5**10)
    row = row_of("solved", answers("a", "s" * 10), answers("b", "s" * 10))
    assert row[["difference", "p"]].tolist() == [0, 1]
    assert row["high"] == pytest.approx(1.959964**2 / (10 + 1.959964**2))
    assert row["low"] == -row["high"]
    row = row_of("solved", answers("a", "g" * 10), answers("b", "s" * 10))
    assert row[["low", "high"]].tolist() == pytest.approx([-1, -10 / (10 + 1.959964**2)])


def test_only_shared_instances() -> None:
    """What one alone was asked says nothing about the other."""
    row = row_of("solved", answers("a", "ssg"), answers("b", "gs", first=1))
    assert row[["a", "b", "instances"]].tolist() == [0.5, 0.5, 2]
    assert pairs(framed(answers("a", "s"), answers("b", "s", first=1))).empty


def test_cuts_are_censored_and_told() -> None:
    """Of a clean cut it is known that it was right so far, as the others of its model were to their ends."""
    row = row_of("solved", answers("a", "ssc"), answers("b", "sgg"))
    assert row[["instances", "a", "b"]].tolist() == [3, 1, pytest.approx(1 / 3)]
    assert row[["cut_a", "cut_b"]].tolist() == pytest.approx([1 / 3, 0])


def test_measures() -> None:
    """Stops count as stops whether lost or not, and as lost where they were."""
    rows = framed(answers("a", "gs"), on_each("give_up", [0, 1], model="b", lost_at=1))
    table = pairs(rows).set_index("measure")
    assert table["a"].to_dict() == {"solved": 0.5, "stopped": 0.5, "lost": 0}
    assert table["b"].to_dict() == {"solved": 0, "stopped": 1, "lost": 1}


def test_holm_over_the_pairs() -> None:
    """Within a puzzle, arm and measure the p are corrected for all pairs, as statsmodels does it."""
    table = pairs(framed(answers("a", "s" * 8), answers("b", "ssgggggg"), answers("c", "sggggggg")))
    assert table["model_a"].unique().tolist() == ["a", "b"]
    for _, rows in table.groupby("measure"):
        assert len(rows) == 3
        assert rows["p_holm"].tolist() == pytest.approx(multipletests(rows["p"], method="holm")[1].tolist())


@given(st.lists(st.none() | st.floats(0, 1), max_size=12), st.lists(st.booleans(), min_size=12, max_size=12))
@settings(max_examples=15, deadline=None)
def test_holm_is_that_of_statsmodels(p: list[float | None], families: list[bool]) -> None:
    """For any p, family by family; a missing one is in none."""
    table = pd.DataFrame({"p": np.array(p, dtype=float), "family": families[: len(p)]}).iloc[::-1]
    corrected = holm(table, ["family"])
    assert corrected.index.tolist() == table.index.tolist()
    for _, rows in table[table["p"].notna()].groupby("family"):
        expected = multipletests(rows["p"], method="holm")[1]
        assert corrected[rows.index].tolist() == pytest.approx(expected.tolist())
    assert corrected.isna().tolist() == table["p"].isna().tolist()


def test_arms_and_budgets_are_not_pooled() -> None:
    """Each way of asking has its own comparison; a budget that differs between models alone is told."""
    rows = framed(
        answers("a", "s", max_tokens=1), answers("b", "g", max_tokens=2), answers("b", "s", arm="insist")
    )
    assert pairs(rows)["differs"].tolist() == ["max_tokens"] * 3
    both = framed(*(answers(model, "s", max_tokens=budget) for model in "ab" for budget in (1, 2)))
    table = pairs(both)
    assert table["max_tokens"].tolist() == [1, 1, 1, 2, 2, 2]
    assert table["differs"].isna().all()


def test_two_runs_of_a_model_are_two() -> None:
    """They are compared like two models."""
    rows = pd.concat([framed(answers("a", "sg")), framed(answers("a", "gg")).assign(run="s")])
    table = pairs(rows)
    assert table[["model_a", "run_a", "model_b", "run_b"]].drop_duplicates().to_numpy().tolist() == [
        ["a", "r", "a", "s"]
    ]


def horizon(model: str, estimate: float, low: float = np.nan, high: float = np.nan) -> dict[str, object]:
    return {"model": model, "puzzle": "hanoi", "arm": "list", "axis": "willing"} | {
        "estimate": estimate,
        "low": low,
        "high": high,
    }


def test_ratios_by_hand() -> None:
    """Doublings apart, with the interval of the two intervals."""
    table = ratios(pd.DataFrame([horizon("a", 64, 32, 256), horizon("b", 16, 8, 32)]))
    assert len(table) == 1
    row = table.iloc[0]
    assert row[["model_a", "model_b", "axis"]].tolist() == ["a", "b", "willing"]
    assert row["ratio"] == pytest.approx(4)
    assert row["low"] == pytest.approx(2 ** (2 - hypot(1, 1)))
    assert row["high"] == pytest.approx(2 ** (2 + hypot(2, 1)))


def test_ratios_of_horizons_inside_the_sizes_only() -> None:
    """What lies outside, or is not estimable, has no ratio; an open end leaves one end open."""
    table = ratios(pd.DataFrame([horizon("a", 64, 32), horizon("b", 16, 8, 32), horizon("c", np.nan, 50)]))
    assert table["ratio"].notna().tolist() == [True, False, False]
    assert table[["low", "high"]].isna().to_numpy().tolist()[0] == [False, True]
    assert table["reason"].tolist()[1:] == ["the second horizon does not lie inside the sizes"] * 2


def test_an_empty_frame() -> None:
    """No trials, no rows, the same columns."""
    empty = pairs(framed([]))
    assert empty.empty
    assert empty.columns.tolist() == pairs(framed(answers("a", "s"), answers("b", "s"))).columns.tolist()
