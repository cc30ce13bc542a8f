"""Hazards by step, by hand and against the rates."""

import numpy as np
import pandas as pd
import pytest

from reports.analyses.hazards import hazards
from reports.measures import by_size
from tests.reports.measures.made_trials import framed, trial


def bins_of(table: pd.DataFrame, event: str) -> list[tuple[int, int, int, int, int]]:
    part = table[table["event"] == event]
    return list(part[["first", "last", "at_risk", "events", "left"]].itertuples(index=False, name=None))


ROWS = framed(
    [
        *[trial("solved", 10)] * 4,
        trial("refusal"),
        trial("give_up", 2),
        trial("give_up", 5, 3),
        trial("give_up", 10),
        trial("logic_error", 10, 9),
        trial("truncated", 6),
    ]
)


def test_by_hand() -> None:
    """Stops at the step that they do not write, errors at theirs; others are at risk until they leave."""
    table = hazards(ROWS)
    assert bins_of(table, "stopping") == [
        (1, 1, 10, 1, 0),
        (2, 3, 9, 1, 0),
        (4, 7, 8, 1, 1),
        (8, 10, 6, 1, 0),
    ]
    assert bins_of(table, "erring") == [(1, 1, 10, 0, 1), (2, 3, 9, 1, 1), (4, 7, 7, 0, 1), (8, 10, 6, 1, 1)]
    first = table.iloc[0]
    assert first["hazard"] == pytest.approx(0.1)
    assert (first["low"], first["high"]) == pytest.approx((0.0179, 0.4042), abs=1e-4)


def test_they_multiply_to_willing() -> None:
    """Where nothing is cut; and never over two sizes together."""
    rows = framed(
        [
            *[trial("give_up", written, steps=steps) for steps in (10, 30) for written in (0, 1, 4, 9)],
            *[trial("solved", steps, steps=steps) for steps in (10, 30, 30)],
        ]
    )
    table = hazards(rows)
    stopping = table[table["event"] == "stopping"]
    left = (1 - stopping["hazard"]).groupby(stopping["size"]).prod()
    assert left.tolist() == pytest.approx(by_size(rows)["willing"].tolist())
    assert left.tolist() == pytest.approx([1 / 5, 2 / 6])


def test_nothing_to_see() -> None:
    """No trials, no bins; nor any of those that nobody could read."""
    assert hazards(framed([trial("malformed"), trial("error")])).empty
    assert np.isfinite(hazards(ROWS)["hazard"]).all()
