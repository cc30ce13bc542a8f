"""The one table under all measures: the same figures whether trials that are alike share a row or not."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.analyses.all_measures import TABLES, Measured
from reports.calibration.respondents import Cuts, ModelledRespondent
from reports.calibration.scenarios import Design
from reports.calibration.studies import simulate
from reports.frame import TEXT, FrameError, frame
from reports.measures.stops import weighted_quantile
from reports.tabulation import joined, tabulate, token_bins
from tests.golden.figures import study
from tests.reports.measures.made_trials import framed, trial
from tests.samples.outcomes import outcome

DRAWN = ("trend", "trials")
"""Tables that draw trials at random, or have a row for each."""


def simulated(instances: int, repeats: int) -> pd.DataFrame:
    """Two models in two arms, with cuts, tokens, doubtful labels and flags."""
    random = np.random.default_rng(instances)
    parts = [
        simulate(
            ModelledRespondent(cuts=Cuts(share=0.15)),
            Design(instances, repeats, (3, 7, 15, 31, 63)),
            2,
            random,
        ).assign(arm=pd.array([arm] * (2 * 5 * instances * repeats), dtype=TEXT))
        for arm in ("list", "insist")
    ]
    rows = pd.concat(parts, ignore_index=True)
    doubtful = (rows["label"] != "solved").to_numpy() & (random.random(len(rows)) < 0.5)
    strays = (rows["label"] == "logic_error").to_numpy() & (random.random(len(rows)) < 0.2)
    return rows.assign(
        trial=pd.array([str(at) for at in range(len(rows))], dtype=TEXT),
        max_tokens=pd.array(np.where(rows["arm"] == "list", 2000, 4000), dtype="Int64"),
        completion_tokens=7 * rows["written"] + 1,
        prompt_tokens=pd.array([200] * len(rows), dtype="Int64"),
        probability=pd.array(np.where(doubtful, 0.8, 1.0), dtype="Float64"),
        flags=pd.array(np.where(strays, "off_course", ""), dtype=TEXT),
    )


def apart(table: pd.DataFrame) -> pd.DataFrame:
    """The same trials in a row each."""
    rows = table.loc[table.index.repeat(table["count"])].reset_index(drop=True)
    for name in ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cost"):
        rows[name] /= rows["count"]
    return rows.assign(count=1)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(simulated(6, 4), id="repeats"),
        pytest.param(simulated(1, 40), id="one instance"),
        pytest.param(simulated(30, 1), id="instances"),
        pytest.param(study(), id="the recorded study"),
    ],
)
def test_rows_that_are_alike_are_as_good_as_apart(rows: pd.DataFrame) -> None:
    """Of every table, to the last digit but rounding."""
    table = tabulate(rows)
    assert table["count"].sum() == len(rows)
    assert table["count"].max() > 1 or len(table) == len(rows)
    together, alone = Measured.of(table), Measured.of(apart(table))
    for name in TABLES:
        if name not in DRAWN:
            pd.testing.assert_frame_equal(
                getattr(together, name), getattr(alone, name), rtol=1e-9, atol=1e-9, obj=name
            )


def test_tables_of_several_machines_join_to_that_of_one() -> None:
    """Whatever trials each of them asked."""
    rows = simulated(6, 4)
    place = np.random.default_rng(0).integers(0, 3, len(rows))
    parts = [tabulate(rows[place == at]) for at in range(3)]
    whole = tabulate(rows)
    pd.testing.assert_frame_equal(joined(parts), whole)
    pd.testing.assert_frame_equal(joined([whole]), whole)
    assert tabulate(whole) is whole


def test_what_no_measure_asks_for_does_not_part_trials() -> None:
    """How long a solved list is, where it has no detour; steps of a wrong one beyond the last."""
    some = [
        *(trial("solved", 10), trial("solved", 10), trial("solved", 14)),
        *(trial("logic_error", 10, 3), trial("logic_error", 25, 3), trial("give_up", 25)),
    ]
    table = tabulate(framed(some).assign(instance="hanoi/size=10"))
    found = table[["label", "off_course", "written", "count"]].astype(object)
    assert found.where(found.notna(), None).to_numpy().tolist() == [
        ["solved", False, None, 2],
        ["solved", True, None, 1],
        ["give_up", False, 25, 1],
        ["logic_error", False, 10, 2],
    ]


@pytest.mark.parametrize(
    ("tokens", "place"), [(0, -1), (1, 0), (2, 2), (3, 3), (4, 4), (5, 5), (4095, 23), (4096, 24), (4097, 25)]
)
def test_bins_of_tokens(tokens: int, place: int) -> None:
    """A power of two has a bin of its own: an answer that takes 4,096 was not cut below 4,096."""
    assert token_bins(pd.Series([tokens, pd.NA], dtype="Int64")).tolist() == [place, pd.NA]


def test_sums_and_what_is_unknown() -> None:
    """Trials of unknown usage are apart from those that are alike otherwise."""
    rows = frame(
        [
            outcome("give_up", str(at), prompt_tokens=10, completion_tokens=tokens)
            for at, tokens in enumerate((5, 6, None, 7, None))
        ],
        "r",
    )
    table = tabulate(rows)
    assert table["count"].tolist() == [3, 2]
    assert table["completion_tokens"].tolist() == [18, pd.NA]
    assert table["prompt_tokens"].tolist() == [30, 20]


def test_rows_of_another_kind_are_refused() -> None:
    """With the column that is missing, or the trial that stands there twice."""
    rows = simulated(1, 2)
    with pytest.raises(FrameError, match="no column 'lost_at'"):
        tabulate(rows.drop(columns="lost_at"))
    with pytest.raises(FrameError, match="twice"):
        tabulate(pd.concat([rows, rows]))
    with pytest.raises(FrameError, match="no column 'instance'"):
        joined([tabulate(rows).drop(columns="instance")])
    with pytest.raises(FrameError, match="only their numbers are known"):
        _ = Measured.of(tabulate(rows)).trials


@settings(settings.get_profile("untimed"))
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 9) | st.none(), st.integers(1, 4)),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]),
)
def test_quantiles_are_those_of_pandas(rows: list[tuple[int, int | None, int]], quantile: float) -> None:
    """Of each value as often as it counts."""
    part, values, trials = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    found = weighted_quantile(values, trials, part.astype(np.int64), 3, quantile)
    each = np.repeat(np.arange(len(rows)), trials.astype(np.int64))
    expected = pd.Series(values[each]).groupby(part[each]).quantile(quantile).reindex(range(3))
    assert found == pytest.approx(expected.to_numpy(), nan_ok=True)


def test_draws_count_trials_too() -> None:
    """Instances that are drawn again bring all their trials."""
    table = tabulate(simulated(6, 4))
    released = {name: date(2025, 1 + at, 1) for at, name in enumerate(sorted(table["model"].unique()))}
    together, alone = (Measured.of(rows, released=released).trend for rows in (table, apart(table)))
    assert len(together)
    pd.testing.assert_frame_equal(together, alone, rtol=1e-9)
