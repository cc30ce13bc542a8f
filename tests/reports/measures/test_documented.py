"""The columns of the measures stand in the docs and in the docstrings."""

import re
from collections.abc import Callable

import pandas as pd
import pytest

from reports import measures
from reports.measures import Audit
from tests import ROOT
from tests.reports.measures.made_trials import framed, trial

DOCS = ROOT / "docs" / "measures.md"
ROWS = framed([trial("solved", 10), trial("give_up", 4)])
KEYS = {"model", "puzzle", "arm"}


def horizons(rows: pd.DataFrame) -> pd.DataFrame:
    return measures.horizons(rows, (0.5, 0.8))


horizons.__doc__ = measures.horizons.__doc__


def label_error(rows: pd.DataFrame) -> pd.DataFrame:
    return measures.label_error(rows, Audit(1, 1, 1, 0))


@pytest.mark.parametrize(
    "measure",
    [
        measures.by_size,
        horizons,
        measures.step_curves,
        measures.stops_after,
        measures.off_course,
        measures.independence,
        label_error,
    ],
)
def test_every_column_is_documented(measure: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """A column that nobody can look up is no column."""
    named = set(re.findall(r"`([a-z_0-9]+)`", DOCS.read_text(encoding="utf-8")))
    assert set(measure(ROWS).columns) - KEYS <= named


@pytest.mark.parametrize("measure", [horizons, measures.step_curves, measures.stops_after])
def test_the_docstring_names_the_columns(measure: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """And no others."""
    lines = [
        line.split("|")[1] for line in (measure.__doc__ or "").splitlines() if line.strip().startswith("|")
    ]
    names = {name.strip() for line in lines for name in line.split(",")}
    assert set(measure(ROWS).columns) - KEYS == names - {"column", "---", "the group's keys"}


def test_the_added_times_are_documented() -> None:
    """The columns that `times` adds."""
    text = DOCS.read_text(encoding="utf-8")
    for name in set(measures.times(ROWS).columns) - set(ROWS.columns):
        assert f"`{name}`" in text
