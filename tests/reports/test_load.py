"""Runs loaded for a notebook, and frames written for other programs."""

import csv
import io
import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from evals.errors import RunError
from reports import FrameError, frame
from reports.load import FrameFormat, load, to_json, to_parquet, write
from tests.samples.outcomes import FORMULAS, HOSTILE, outcome
from tests.samples.recorded_answers import run_of

SOLUTION = "[[1,0,2],[2,0,1],[1,2,1],[3,0,2],[1,1,0],[2,1,2],[1,0,2]]"


def made(path: Path, **answers: str) -> Path:
    """A run of these answers, in a directory of its own."""
    path.mkdir(parents=True)
    return run_of(path, dict(answers)).path


def test_load(tmp_path: Path) -> None:
    """The rows of `reports.frame`, each with its run's name; a trial of two runs is two."""
    one, two = made(tmp_path / "a", t=SOLUTION, u="I will not."), made(tmp_path / "b", t="[[1,0,2]] …")
    one, two = one.rename(tmp_path / "first"), two.rename(tmp_path / "second")
    rows = load(one, str(two))
    assert rows.columns.tolist() == frame([], "r").columns.tolist()
    assert rows[["run", "trial", "label"]].to_numpy().tolist() == [
        ["first", "t", "solved"],
        ["first", "u", "refusal"],
        ["second", "t", "give_up"],
    ]


def test_runs_named_alike_are_told_apart(tmp_path: Path) -> None:
    """By their paths."""
    one, two = made(tmp_path / "a", t=SOLUTION), made(tmp_path / "b", t=SOLUTION)
    assert load(one, two)["run"].tolist() == [str(one), str(two)]


def test_prices_make_costs(tmp_path: Path) -> None:
    """Without usage the cost is missing all the same."""
    assert load(made(tmp_path / "a", t=SOLUTION), prices={"imported/m": (1.0, 1.0)})["cost"].isna().all()


def test_what_cannot_be_loaded(tmp_path: Path) -> None:
    """No run, the same run twice, nothing at all: each says what to do."""
    with pytest.raises(RunError):
        load(tmp_path / "nothing")
    one = made(tmp_path / "a", t=SOLUTION)
    with pytest.raises(FrameError, match="named twice: name each run once"):
        load(one, one / ".." / one.name)
    with pytest.raises(FrameError, match="no run was named"):
        load()


def hostile() -> pd.DataFrame:
    """Rows with what no format may be hurt by."""
    texts = [HOSTILE, *FORMULAS, "lone \ud800 surrogate", "ü"]
    return frame([outcome(trial=f"t{n}", model=text, reason=text) for n, text in enumerate(texts)], "=run")


def test_json_is_records(tmp_path: Path) -> None:
    """One object a trial, missing values null, every text as it was."""
    rows = hostile()
    write(rows, FrameFormat.JSON, tmp_path / "rows.json")
    read = json.loads((tmp_path / "rows.json").read_bytes())
    assert [record["model"] for record in read] == rows["model"].tolist()
    assert list(read[0]) == rows.columns.tolist()
    assert read[0]["lost_at"] is None
    assert read[0]["steps"] == 7
    assert read[0]["confident"] is True
    assert read[0]["clean"] is None


def test_json_has_no_numbers_that_json_has_not() -> None:
    """Not a number and infinity are missing."""
    assert json.loads(to_json(pd.DataFrame({"x": [1.5, float("nan"), float("inf")]}))) == [
        {"x": 1.5},
        {"x": None},
        {"x": None},
    ]
    assert json.loads(to_json(pd.DataFrame({"x": []}))) == []


def test_parquet_keeps_types() -> None:
    """Numbers, truth, categories and missing values come back; only a lone surrogate is spelled out."""
    rows = hostile()
    read = pd.read_parquet(io.BytesIO(to_parquet(rows)))
    assert read["model"].tolist()[:-2] == rows["model"].tolist()[:-2]
    assert read["model"].tolist()[-2:] == ["lone \\ud800 surrogate", "ü"]
    assert read["steps"].tolist() == rows["steps"].tolist()
    assert read["label"].cat.categories.tolist() == rows["label"].cat.categories.tolist()
    assert read["lost_at"].isna().all()


def test_parquet_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lacks it is told the extra that brings it."""
    module = sys.modules[load.__module__]  # the package may call the function by the module's name
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(FrameError, match=r"extra 'parquet'.*pip install pyarrow"):
        to_parquet(hostile())


def test_csv_has_no_formulas(tmp_path: Path) -> None:
    """No cell begins like a formula, in no column."""
    write(hostile(), FrameFormat.CSV, tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        for record in csv.DictReader(file):
            assert record["run"] == "'=run"
            assert not record["model"].startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))


def test_what_cannot_be_written(tmp_path: Path) -> None:
    """The error names the file."""
    for format in FrameFormat:  # noqa: A001 - the field's word
        with pytest.raises(RunError, match=r"cannot write .*name another file"):
            write(hostile(), format, tmp_path / "no" / "such" / "directory")
