"""The verdicts as one table per puzzle: models down, sizes across."""

from dataclasses import dataclass

import pandas as pd

from evals.text import printable
from reports.analyses.verdicts import Missing, Verdict
from reports.page.links import trials_link
from reports.tables.rendering import Shown, number
from reports.tables.views import (
    Column,
    Record,
    about,
    counted,
    keys_of,
    shared,
    varied_keys,
    word,
    worded,
)
from reports.words.model_verdict import needed

SIGNS = {Verdict.SOLVES: "✓", Verdict.WONT: "■", Verdict.CANT: "✗", Verdict.UNCLEAR: "?"}
"""Shown beside the words, so that verdicts can be recognised at a glance."""


@dataclass(frozen=True, slots=True)
class VerdictCell:
    """One verdict."""

    verdict: str
    sign: str
    missing: str
    """What an unclear verdict lacks."""
    link: str = ""
    """To the trials that it rests on."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The verdicts of one puzzle."""

    puzzle: str
    sizes: tuple[str, ...]
    rows: tuple[tuple[str, tuple[VerdictCell | None, ...]], ...]
    """By model, and whatever else varies."""


def matrices(verdicts: pd.DataFrame) -> list[Matrix]:
    """Return one matrix per puzzle."""
    made = []
    for puzzle, part in verdicts.groupby("puzzle", sort=True):
        sizes = part[["steps", "size"]].drop_duplicates().sort_values(["steps", "size"]).to_dict("records")
        keys = keys_of(part, "size")
        shown = [name for name in varied_keys(part, "size") if name != "puzzle"]
        rows = []
        for _, group in part.groupby(keys, dropna=False, sort=False):
            cells = {(row["steps"], row["size"]): _cell(row) for row in group.to_dict("records")}
            first = group.iloc[0].to_dict()
            name = ", ".join(filter(None, (printable(str(first["model"])), about(first, shown))))
            rows.append((name, tuple(cells.get((size["steps"], size["size"])) for size in sizes)))
        names = tuple(number(size["steps"]) for size in sizes)
        made.append(Matrix(printable(str(puzzle)), names, tuple(rows)))
    return made


def _cell(row: Record) -> VerdictCell:
    verdict = Verdict(str(row["verdict"]))
    missing = word(row, "missing")
    if missing == Missing.TOO_FEW:
        missing = f"{missing}: {needed(row)}"
    return VerdictCell(str(verdict), SIGNS[verdict], missing, trials_link(row))


def as_shown(matrix: Matrix) -> Shown:
    """Return the matrix as a table for Markdown."""

    def told(cell: VerdictCell | None) -> str:
        return "" if cell is None else f"{cell.verdict}: {cell.missing}" if cell.missing else cell.verdict

    rows = tuple((name, *(told(cell) for cell in cells)) for name, cells in matrix.rows)
    return Shown(
        ("model", *(f"{size} steps" for size in matrix.sizes)), (False,) * (1 + len(matrix.sizes)), rows
    )


def details(verdicts: pd.DataFrame) -> list[Column]:
    """Return the columns that the verdicts rest on."""
    columns = [
        counted("steps"),
        worded("verdict"),
        worded("missing", "what is missing"),
        counted("instances_needed", "instances that would decide"),
        counted("instances"),
        counted("trials"),
        shared("solved", "solved", "solved_low", "solved_high"),
        shared("lost", "made an error"),
        shared("stopped", "stopped, erring before or not"),
        shared("cut", "cut while right"),
        shared("pushed_solved", "pushed: solved", "pushed_solved_low", "pushed_solved_high"),
        shared("pushed_lost", "pushed: made an error"),
        shared("pushed_stopped", "pushed: stopped"),
    ]
    noted = (("step_note", "windows"), ("method_note", "programs"))
    return columns + [worded(name, title) for name, title in noted if verdicts[name].notna().any()]
