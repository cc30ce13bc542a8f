"""What windows and code add to a verdict: a note, and never more.

A window of m steps starts from a state in the middle, where nothing has gone wrong before, so windows bound
the ability to carry out all L steps from above: that ability is supported only if the lower limit of the
share of right windows, to the power of L / m, is still one half. That takes some 4 L / m windows without an
error.
"""

from enum import StrEnum

import numpy as np
import pandas as pd

from reports.analyses.shares import counted, first_that_holds, limits, totals
from reports.measures.arrays import Floats, numbers

WINDOW, CODE = "window", "code"
"""The arms that ask for a few steps from the middle, and for a program."""

NOTES = (
    *("step_note", "window_steps", "windows", "window_right", "window_right_low"),
    *("method_note", "programs", "code_solved", "code_solved_low"),
)
"""The columns that `noted` adds to its keys."""


class Note(StrEnum):
    """What is known in addition to the verdict."""

    STEP = "knows the step"
    STEP_POSSIBLE = "compatible with knowing the step"
    METHOD = "knows the method"
    METHOD_POSSIBLE = "compatible with knowing the method"


def noted(trials: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    """Return one row per cell of `reports.analyses.shares` that was asked by `window` or `code`.

    | column | meaning and unit |
    |---|---|
    | those of `cell` | keys |
    | step_note | `knows the step`, `compatible with knowing the step`; missing if neither holds |
    | window_steps, windows | m of the longest windows asked; the number of different ones |
    | window_right, window_right_low | share of them right, each counted once; its lower 90 % limit |
    | method_note | `knows the method`, `compatible with knowing the method`; missing if neither holds |
    | programs | instances that a program was asked for |
    | code_solved, code_solved_low | share of them that it solved; its lower 90 % limit |
    """
    windows = _windows(trials[trials["arm"] == WINDOW], cell)
    programs = _programs(trials[trials["arm"] == CODE], cell)
    return counted(windows.merge(programs, on=cell, how="outer"), "window_steps", "windows", "programs")


def _windows(trials: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    count = trials["options"].str.extract(r"(?:^|, )m=(\d{1,9})(?:,|$)")[0].astype("Float64")
    windows = trials[["solved", "count", "instance", "options", *cell]].assign(window_steps=count)
    longest = windows.groupby(cell, dropna=False, observed=True)["window_steps"].transform("max")
    windows = windows[windows["window_steps"] == longest]
    table = _each_once(windows, [*cell, "window_steps"], ["instance", "options"], "windows")
    low, high = limits(numbers(table["solved"]), numbers(table["windows"]))
    parts = np.maximum(numbers(table["steps"]) / numbers(table["window_steps"]), 1)
    return table.assign(
        step_note=_note(low**parts, high**parts, Note.STEP, Note.STEP_POSSIBLE), window_right_low=low
    ).rename(columns={"solved": "window_right"})


def _programs(trials: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    table = _each_once(trials, cell, ["instance"], "programs")
    low, high = limits(numbers(table["solved"]), numbers(table["programs"]))
    return table.assign(
        method_note=_note(low, high, Note.METHOD, Note.METHOD_POSSIBLE), code_solved_low=low
    ).rename(columns={"solved": "code_solved"})


def _each_once(trials: pd.DataFrame, cell: list[str], task: list[str], counted: str) -> pd.DataFrame:
    """Return per cell the share solved, with each task counted once, and the number of tasks."""
    of_each = totals(trials, trials[["solved"]].assign(trials=1.0), [*cell, *task])
    by_task = of_each["solved"] / of_each["trials"]
    cells = by_task.groupby(cell, dropna=False, observed=True)
    return cells.agg(["mean", "size"]).rename(columns={"mean": "solved", "size": counted}).reset_index()


def _note(low: Floats, high: Floats, known: Note, possible: Note) -> "pd.Series[str]":
    """Return the note that the limits of a share, extended to the whole list, support."""
    return first_that_holds([(pd.Series(low >= 0.5), str(known)), (pd.Series(high >= 0.5), str(possible))])
