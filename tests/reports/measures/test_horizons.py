"""The horizons of a group: what its design allows, and what is said where it does not."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evals.record.outcome import Outcome
from reports.measures import Axis, by_size, horizons, horizons_of
from reports.measures.horizons import _AT_LEVEL, only_level
from tests.reports.measures.made_trials import framed, trial

LENGTHS = (15, 31, 63, 127, 255, 511, 1023)
FALLING = (10, 10, 9, 7, 4, 1, 0)
FALLING_FAST = (10, 10, 9, 1, 0, 0, 0)
Row = dict[Any, Any]


def swept(
    well: tuple[int, ...], fails: str = "refusal", lengths: tuple[int, ...] = LENGTHS, trials: int = 10
) -> list[Outcome]:
    """So many of the trials of each length are solved; the others fail in this way."""
    return [
        trial("solved" if at < good else fails, steps if at < good else 0, steps=steps)
        for steps, good in zip(lengths, well, strict=True)
        for at in range(trials)
    ]


def each(trials: list[Outcome]) -> dict[str, Row]:
    """The row of each axis."""
    return {row["axis"]: row for row in horizons(framed(trials)).to_dict("records")}


def test_three_axes_on_one_length() -> None:
    """Where nobody errs, willing and solved are one, and ability lies outside."""
    found = each(swept(FALLING))
    assert list(found) == ["willing", "able", "solved"]
    willing, able = found["willing"], found["able"]
    assert 127 < willing["estimate"] < 255
    assert willing["low"] < willing["estimate"] < willing["high"]
    assert (willing["bracket_low"], willing["bracket_high"]) == (63, 511), "clear of one half on either side"
    assert (willing["sizes"], willing["smallest"], willing["largest"]) == (7, 15, 1023)
    assert not willing["instances_only"]
    assert np.isnan(willing["reason"])
    assert np.isnan(able["estimate"])
    assert np.isnan(able["beyond"]), "one trial of 511 steps shows nothing"
    assert (
        able["reason"]
        == "it seems to lie outside the sizes, and the nearest of them is not clear of one half"
    )
    assert (able["bracket_low"], np.isnan(able["bracket_high"])) == (255, True)


def test_clearly_beyond_the_sizes() -> None:
    """Nobody errs, and many carry on at every length."""
    able = each(swept((30, 30, 28, 26, 24, 22, 20), trials=30))["able"]
    assert able["beyond"] == "> 1023"
    assert able["reason"] == "it lies outside the sizes"
    assert (able["bracket_low"], np.isnan(able["bracket_high"])) == (1023, True)


def test_bounds_of_ability() -> None:
    """From the lower end of solved to the upper end of all that was never seen to err."""
    found = each(swept(FALLING, "logic_error"))
    able, solved = found["able"], found["solved"]
    assert able["estimate"] == pytest.approx(solved["estimate"], rel=0.01)
    assert able["bound_low"] == solved["low"]
    assert able["bound_high"] == pytest.approx(able["high"], rel=0.01)
    assert np.isnan(solved["bound_low"])
    stopped = each(swept(FALLING))["able"]
    assert np.isnan(stopped["bound_high"])


def test_fewer_than_five_sizes_give_a_bracket() -> None:
    """Four points are no curve."""
    row = each(swept((10, 9, 3, 0), lengths=LENGTHS[:4]))["willing"]
    assert np.isnan(row["estimate"])
    assert np.isnan(row["low"])
    assert row["reason"] == "4 sizes have at least 10 trials; a horizon needs 5"
    assert (row["bracket_low"], row["bracket_high"]) == (31, 127), "three of ten at 63 are not clearly few"


def test_few_trials_give_a_bracket() -> None:
    """Seven sizes of nine trials are as good as none."""
    row = each(swept((9, 9, 8, 7, 4, 1, 0), trials=9))["willing"]
    assert row["reason"] == "0 sizes have at least 10 trials; a horizon needs 5"
    assert (row["bracket_low"], row["bracket_high"]) == (63, 511)


@pytest.mark.parametrize("well", [(10, 3, 1, 0, 0, 0, 0), (10, 10, 10, 10, 9, 8, 2)])
def test_a_crossing_near_the_end_gives_a_bracket(well: tuple[int, ...]) -> None:
    """With one size on its other side, a curve could do there what it likes."""
    row = each(swept(well))["willing"]
    assert np.isnan(row["estimate"])
    assert "2 are needed on either side" in row["reason"]
    assert row["bracket_low"] in (15, 255)
    assert row["bracket_high"] == 63 or np.isnan(row["bracket_high"])


def test_a_gap_gives_a_bracket() -> None:
    """Where no size lies, no number does."""
    lengths = (15, 31, 63, 511, 1023, 2047, 4095)
    row = each(swept((10, 10, 10, 0, 0, 0, 0), lengths=lengths))["willing"]
    assert row["reason"] == "no size lies between 63 and 511 steps, where it crosses one half"
    assert (row["bracket_low"], row["bracket_high"]) == (63, 511)


def test_a_rate_that_crosses_twice() -> None:
    """The bracket holds all crossings, and the fit is poor."""
    row = each(swept((10, 10, 1, 10, 10, 1, 0), "logic_error"))["solved"]
    assert (row["bracket_low"], row["bracket_high"]) == (63, 255)
    assert row["poor_fit"] is True


def test_a_curve_outside_and_rates_inside() -> None:
    """All of 15 steps, none of 31, most of 255: a curve that crosses below 15 is not believed."""
    solved = each(swept((10, 0, 0, 0, 7, 0, 4), "logic_error"))["solved"]
    assert (solved["bracket_low"], solved["bracket_high"]) == (15, 31)
    assert np.isnan([solved[name] for name in ("estimate", "low", "high")]).all()
    assert np.isnan(solved["beyond"])
    assert solved["reason"] == "the rates cross one half inside the sizes, the curve outside"


def test_beyond_without_a_curve() -> None:
    """Two sizes that are all solved say on which side the horizon is."""
    row = each(swept((10, 10), lengths=LENGTHS[:2]))["solved"]
    assert row["beyond"] == "> 31"
    assert each(swept((0, 0), lengths=LENGTHS[:2]))["solved"]["beyond"] == "< 15"


def test_at_no_size() -> None:
    """The reason is that of the sizes."""
    row = each([trial("give_up", 2, steps=steps) for steps in LENGTHS])["able"]
    assert row["reason"] == "at no size: nobody carried on to the end"
    assert row["sizes"] == 0
    assert np.isnan(row["beyond"])


def test_one_instance_a_size_is_marked() -> None:
    """Repeats of one instance say something of it, and of no other."""
    one = [made.model_copy(update={"instance": f"i{made.steps}"}) for made in swept(FALLING)]
    row = each(one)["willing"]
    assert row["instances_only"]
    assert 127 < row["estimate"] < 255


def test_cut_sizes_do_not_count() -> None:
    """A size of which the cap left nothing is in no curve."""
    cut = [trial("truncated", 600, steps=1023) for _ in range(10)]
    found = each([*swept(FALLING[:6], lengths=LENGTHS[:6]), *cut])
    assert (found["willing"]["sizes"], found["willing"]["largest"]) == (6, 511)


def test_groups_have_horizons_of_their_own() -> None:
    """Two models are two curves, in the order of their names."""
    better = [made.model_copy(update={"model": "a"}) for made in swept((10, 10, 10, 10, 9, 4, 0))]
    table = horizons(framed([*swept(FALLING), *better]))
    assert table["model"].tolist() == ["a"] * 3 + ["tired"] * 3
    assert table["estimate"].iloc[0] > 1.5 * table["estimate"].iloc[3]


def test_a_group_without_a_budget_is_a_group() -> None:
    """What is not set is a value of its own, and is not left out."""
    free = [made.model_copy(update={"max_tokens": None}) for made in swept((10, 10, 10, 10, 9, 4, 0))]
    capped = [made.model_copy(update={"max_tokens": 4096}) for made in swept(FALLING)]
    table = horizons(framed([*free, *capped]))
    assert table["max_tokens"].fillna(0).tolist() == [4096] * 3 + [0] * 3
    assert table["estimate"].iloc[3] > 1.5 * table["estimate"].iloc[0]


def test_those_who_decline_at_any_length() -> None:
    """A fifth refuses whatever the length: a lapse of the will and of what is solved, and none of ability."""
    found = each(swept((80, 80, 78, 70, 40, 8, 0), trials=100))
    assert [found[axis]["lapse"] for axis in ("willing", "solved")] == [0.2, 0.2]
    wrong = each(swept((80, 80, 78, 70, 40, 8, 0), "logic_error", trials=100))
    assert wrong["able"]["lapse"] == 0


def test_sizes_just_near_enough() -> None:
    """Next to the horizon they may be one and a quarter doublings apart, and no further."""
    near, far = (16, 32, 64, 152, 304, 608, 1216), (16, 32, 64, 153, 306, 612, 1224)
    found = [each(swept(FALLING_FAST, lengths=lengths))["willing"] for lengths in (near, far)]
    assert [np.isnan(row["estimate"]) for row in found] == [False, True]
    assert found[1]["reason"] == "no size lies between 64 and 153 steps, where it crosses one half"


def test_some_axes_alone() -> None:
    """What is left out does not change the rest."""
    sizes = by_size(framed(swept(FALLING)))
    [row] = horizons_of(sizes, (Axis.WILLING,)).to_dict("records")
    assert row["estimate"] == each(swept(FALLING))["willing"]["estimate"]


def test_no_rows() -> None:
    """Nothing has no horizon."""
    table = horizons(framed([]))
    assert table.empty
    assert table.columns.tolist() == horizons(framed(swept(FALLING))).columns.tolist()


def test_the_columns_of_one_level_alone() -> None:
    """Under the names of one half; without a lapse, which is that of another fit."""
    half = {name: [1.0] for name in _AT_LEVEL}
    other = {f"{name}_80": [2.0] for name in _AT_LEVEL}
    table = pd.DataFrame({"model": ["m"], "lapse": [0.1], **half, **other})
    plain = only_level(table, 0.5)
    assert list(plain.columns) == ["model", "lapse", *_AT_LEVEL]
    assert (plain["lapse"].iloc[0], plain[_AT_LEVEL[0]].iloc[0]) == (0.1, 1.0)
    high = only_level(table, 0.8)
    assert list(high.columns) == list(plain.columns)
    assert np.isnan(high["lapse"].iloc[0])
    assert [high[name].iloc[0] for name in _AT_LEVEL] == [2.0] * len(_AT_LEVEL)
