"""The committed outcomes are those of the recorded answers, and the README says what they give."""

import pandas as pd
import pytest

from tests import ROOT
from tests.grid import outcomes, readme


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return outcomes.rows()


def test_the_readme_has_the_table_of_the_outcomes(rows: pd.DataFrame) -> None:
    """As `python -m tests.grid` prints it; the percentages beside it too."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.table(rows) in text
    assert readme.recovered(rows) in " ".join(text.split())
    assert f"{len(rows)} recorded answers of three" in text


def test_the_picture_shows_the_arm_of_the_readme(rows: pd.DataFrame) -> None:
    """Two horizons and how each model's answers ended; drawn by the same command."""
    assert [panel.about for panel in readme.panels(rows)] == ["hanoi, list"] * 4
    assert readme.PICTURE.read_bytes().startswith(b"\x89PNG")


def test_the_outcomes_hold_facts_and_no_text() -> None:
    """A full grid, and of each answer numbers, names and one word."""
    found = outcomes.committed()
    assert len(found) == 3 * 9 * 4 * 10
    assert len({row["id"] for row in found}) == len(found)
    assert all(len(value) < 110 and " " not in value for row in found for value in row.values())


@pytest.mark.skipif(not outcomes.RECORDED.exists(), reason=f"the answers are not at {outcomes.RECORDED}")
def test_they_are_those_of_the_recorded_answers() -> None:
    """By today's rules: at one size, whose answers end in every way that is common; `--derive` makes all."""
    found = list(outcomes.derived({9}))
    assert found == [row for row in outcomes.committed() if row["size"] == "9"]
    assert {row["label"] for row in found} >= {"solved", "give_up", "logic_error", "truncated"}
