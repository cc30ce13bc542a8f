"""Doubling times: of simulated models whose horizons double every year."""

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evals.errors import RunError
from reports.analyses.trend import ALL, by_model_name, read_released, trend
from reports.calibration.respondents import ModelledRespondent, Skill, StoppingRule
from reports.calibration.scenarios import Design
from reports.calibration.studies import simulate
from reports.measures import horizons

RELEASED = {f"m{place}": date(2020 + place, 1, 1) for place in range(4)}


@cache
def measured(puzzles: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Four models, each willing and able twice as far as that of the year before."""
    random = np.random.default_rng(5)
    parts = []
    for puzzle in range(puzzles):
        for place in range(4):
            who = ModelledRespondent(StoppingRule(half=40 * 2**place), Skill(half=30 * 2**place))
            rows = simulate(who, Design(10), 1, random)
            rows["model"], rows["puzzle"], rows["run"] = f"m{place}", f"p{puzzle}", f"r{puzzle}{place}"
            rows["endpoint"] = "mine"
            parts.append(rows)
    rows = pd.concat(parts, ignore_index=True)
    return rows, horizons(rows)


def test_will_and_ability_apart() -> None:
    """The truth lies in the interval, and the dates are those of the models in it."""
    rows, found = measured()
    table = trend(rows, found, RELEASED, draws=60).set_index("axis")
    willing = table.loc["willing"]
    assert [willing[name] for name in ("models", "dated", "first", "last")] == [
        4,
        4,
        "2020-01-01",
        "2023-01-01",
    ]
    assert willing["doubling_days"] == pytest.approx(365, rel=0.3)
    assert willing["low"] < willing["doubling_days"] < willing["high"]
    assert willing["low"] < 365 < willing["high"]
    assert willing["doublings_a_year"] == pytest.approx(365.25 / willing["doubling_days"])
    assert willing["open_draws"] <= 0.2


def test_open_ends_are_no_numbers() -> None:
    """Too few models with an estimate: what is missing is told, whatever their brackets say."""
    rows, found = measured()
    few = found.assign(estimate=found["estimate"].where(found["model"].isin(["m0", "m1"])))
    row = trend(rows, few, RELEASED, draws=5).iloc[0]
    assert row["reason"] == "2 of 4 dated models have a horizon among the sizes asked; 3 are needed"
    assert np.isnan([row["doubling_days"], row["low"], row["high"]]).all()
    same = trend(rows, found, dict.fromkeys(RELEASED, date(2020, 1, 1)), draws=5).iloc[0]
    assert same["reason"] == "all models have the same date"


def test_puzzles_together() -> None:
    """Each with its own level; a puzzle in which too few models have a horizon is left out."""
    rows, found = measured(2)
    table = trend(rows, found, RELEASED, draws=40)
    together = table[(table["puzzle"] == ALL) & (table["axis"] == "willing")].iloc[0]
    single = table[(table["puzzle"] != ALL) & (table["axis"] == "willing")]["doublings_a_year"]
    assert together["puzzles"] == 2
    assert single.min() <= together["doublings_a_year"] <= single.max()
    assert len(table) == 9


def test_the_dates_of_a_file(tmp_path: Path) -> None:
    """TOML dates, or the same as text; by the model's name or that with its endpoint."""
    file = tmp_path / "released.toml"
    file.write_text('[released]\n"mine/m0" = 2024-01-31\nm1 = "2024-06-30"\n')
    told = read_released(file)
    assert told == {"mine/m0": date(2024, 1, 31), "m1": date(2024, 6, 30)}
    rows = measured()[0]
    assert by_model_name(rows, told) == {"m0": date(2024, 1, 31), "m1": date(2024, 6, 30)}
    with pytest.raises(RunError, match=r"no date of a model of these runs; they are 'm0', 'm1'"):
        by_model_name(rows, {"other": date(2024, 1, 1)})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[released]\nm = "31.1.2024"', "the release date of 'm' is 31.1.2024; write it as 2025-04-14"),
        ("[released]\nm = 2024-02-30", "is no TOML"),
        ("[released]\nm = 2024", "the release date of 'm' is 2024; write it as"),
        ("m = 2024-01-01", "has no release date"),
    ],
)
def test_what_is_no_date(tmp_path: Path, text: str, words: str) -> None:
    """The model and its value are named."""
    file = tmp_path / "released.toml"
    file.write_text(text)
    with pytest.raises(RunError, match=words):
        read_released(file)
