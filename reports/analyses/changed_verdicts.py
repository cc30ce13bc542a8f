"""Which verdicts differ between two sets of outcomes: of two runs, or of one run labelled by other rules."""

from collections.abc import Sequence

import pandas as pd

from reports.analyses.verdicts import PUSHED, verdicts
from reports.frame import TEXT

_OF_A_RUN = ("run", "endpoint")


def changed_verdicts(
    before: pd.DataFrame,
    after: pd.DataFrame,
    models: Sequence[tuple[str, str]] = (),
    pushed: tuple[str, str] = (PUSHED, PUSHED),
) -> pd.DataFrame:
    """Return one row per model x puzzle x size of which both give a verdict.

    | column | meaning |
    |---|---|
    | model_a, model_b, puzzle, …, size, steps | keys; the sampling, where it varies in both |
    | verdict_a, verdict_b | as in `verdicts`; an unclear one with what it lacks: `unclear: too few` |
    | changed | whether they differ |

    Args:
        before: The trials of `reports.frame`.
        after: Others of the same puzzles and sizes.
        models: Which model of the first is held against which of the second; empty: those of the same name.
        pushed: The arm that pushes in each.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    sides = [_said(rows, side, arm) for rows, side, arm in zip((before, after), "ab", pushed, strict=True)]
    found = [(model, model) for model in sides[0]["model_a"].unique()] if not models else list(models)
    pairs = pd.DataFrame(found, columns=["model_a", "model_b"], dtype=TEXT)
    shared = [name for name in sides[0].columns if name in sides[1].columns]
    table = pairs.merge(sides[0], on="model_a").merge(sides[1], on=["model_b", *shared])
    ends = ["verdict_a", "verdict_b"]
    table["changed"] = table["verdict_a"] != table["verdict_b"]
    return table[["model_a", "model_b", *shared, *ends, "changed"]]


def _said(rows: pd.DataFrame, side: str, pushed: str) -> pd.DataFrame:
    """Return the keys, and the verdict in words."""
    table = verdicts(rows, pushed)
    keys = [str(name) for name in table.columns[: table.columns.get_loc("verdict")] if name not in _OF_A_RUN]
    lacks = table["missing"].astype(TEXT)
    said = table["verdict"].astype(TEXT)
    told = said.where(lacks.isna(), said + ": " + lacks.fillna(""))
    return table[keys].assign(verdict=told).rename(columns=lambda name: _sided(str(name), side))


def _sided(name: str, side: str) -> str:
    return f"{name}_{side}" if name in ("model", "verdict") else name
