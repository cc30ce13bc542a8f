"""Render tables for a terminal, as Markdown, as CSV, and as the cells of a page.

Any text in a table may come from a model; in every format it is written as text and as nothing else.
"""

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import pandas as pd
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from evals.record.outcome import Label
from evals.text import clip, markdown_cell, printable
from reports.tables.escape import csv_cell

MISSING = "–"  # noqa: RUF001 - an en dash is meant
"""Stands for a missing value, except in CSV, where the cell is empty."""

LABEL_WORDS: dict[str, str] = {str(label): str(label).replace("_", " ") for label in Label}

_LONGEST = 120
"""Maximum length in characters of a text in a cell; CSV has the full text."""

_WIDEST = 30
"""The same in a terminal."""

_HEADINGS: dict[str, str] = {
    **LABEL_WORDS,
    "give_up_wrong": "give up, already wrong",
    "truncated_wrong": "truncated, already wrong",
    "steps": "steps needed",
    "model_a": "first model",
    "model_b": "second model",
    "max_tokens": "max tokens",
    "reasoning_effort": "effort",
    "stopped_after": "stopped after",
    "right_before_error": "error after",
}

_SHARES: dict[str, tuple[str, ...]] = {
    "accuracy": ("solved",),
    "stopped": ("refusal", "give_up"),
    "wrong": ("logic_error",),
    "unread": ("malformed", "no_answer"),
}
"""Columns that are shares, with the counts that add up to their numerators."""

_LABEL_COUNTS = frozenset({*LABEL_WORDS, "give_up_wrong", "truncated_wrong"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A table for reading: texts, not yet escaped for any format, and which columns hold numbers."""

    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


def shown(table: pd.DataFrame, *, brief: bool = False, omit: Iterable[str] = ()) -> Shown:
    """Return the table as text: shares as `55 % (33)`, counts as `1,023`, a missing value as an en dash.

    Args:
        table: One of `reports.analyses.counts`.
        brief: Show shares without their counts; and if there are shares, no counts of trials and labels.
            Otherwise only labels that no trial has are left out.
        omit: Columns to leave out.
    """
    names = [str(name) for name in table.columns if name not in set(omit)]
    if brief and "accuracy" in names:
        names = [name for name in names if name not in _LABEL_COUNTS and name != "trials"]
    names = [name for name in names if name == "solved" or name not in _LABEL_COUNTS or table[name].any()]
    return Shown(
        headings=tuple(heading(name) for name in names),
        numeric=tuple(pd.api.types.is_numeric_dtype(table[name]) for name in names),
        rows=tuple(
            tuple(_cell(record, name, brief=brief) for name in names) for record in table.to_dict("records")
        ),
    )


def to_terminal(table: pd.DataFrame | Shown, *, whole: bool = False) -> Group:
    """Return a table for a rich console of 80 columns or more: see `shown`, brief.

    A key that is the same in all rows is printed once, above. Texts are `Text`, so markup in them is not
    read; of a frame each row is one line, in which long texts are clipped, unless `whole`, and numbers never
    are.
    """
    words = shown(table, brief=True) if isinstance(table, pd.DataFrame) else table
    same = _same(words) if len(words.rows) > 1 else {}
    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
    for column, title in enumerate(words.headings):
        if column not in same:
            number = words.numeric[column]
            heading = Text(title.replace(" ", "\n") if number else title)
            drawn.add_column(heading, justify="right" if number else "left", no_wrap=number)
    for row in words.rows:
        cells = [cell for column, cell in enumerate(row) if column not in same]
        drawn.add_row(*(_in_terminal(cell, whole=whole or words is table) for cell in cells))
    if not same:
        return Group(drawn)
    told = [f"{title} {value}" for title, value in same.values() if value != MISSING]
    return Group(*([Text(f"In all rows: {', '.join(told)}")] if told else []), drawn)


def _in_terminal(text: str, *, whole: bool) -> Text:
    """A text, on several lines where it has to be whole."""
    if not whole:
        return Text(clip(text, _WIDEST), no_wrap=True, overflow="ellipsis")
    told = Text(text)
    for verdict, colour in _COLOURS.items():
        told.highlight_words([verdict], colour)
    return told


_COLOURS = {"solves": "green", "won't": "yellow", "can't": "red"}


def _same(words: Shown) -> dict[int, tuple[str, str]]:
    """Return heading and value of keys that are the same in all rows, and of columns without any value."""
    found = {}
    for column, title in enumerate(words.headings):
        values = {row[column] for row in words.rows}
        if len(values) == 1 and (not words.numeric[column] or values == {MISSING}):
            found[column] = title, values.pop()
    return found


def to_markdown(table: pd.DataFrame | Shown) -> str:
    """Return a Markdown table, ending in a newline."""
    words = shown(table) if isinstance(table, pd.DataFrame) else table
    lines = [
        [markdown_cell(title) for title in words.headings],
        ["---:" if numeric else "---" for numeric in words.numeric],
        *([markdown_cell(cell) for cell in row] for row in words.rows),
    ]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def to_csv(table: pd.DataFrame) -> str:
    """Return all columns under their own names; texts quoted, shares from 0 to 1, missing values empty.

    Accepts the trials of `reports.frame` as well as the tables.
    """
    lines = [[csv_cell(str(name)) for name in table.columns]]
    columns = [[_plain(value) for value in table[name].tolist()] for name in table.columns]
    lines.extend(map(list, zip(*columns, strict=True)))
    return "".join(f"{','.join(cells)}\n" for cells in lines)


def heading(name: str) -> str:
    """Return a column's name in words."""
    return _HEADINGS.get(name, printable(name))


def percent(share: float) -> str:
    """Format a share from 0 to 1 in whole percent; `0 %` is exactly none, and `100 %` exactly all."""
    if 0 < share < 0.005:
        return "<1 %"
    if 0.995 <= share < 1:
        return ">99 %"
    return f"{math.floor(share * 100 + 0.5)} %"


def number(value: float) -> str:
    """Format a number for reading: `1,023`, `12.5`."""
    return f"{round(value):,}" if value % 1 == 0 or abs(value) >= 1e5 else f"{value:,.6g}"


def is_missing(value: object) -> bool:
    """Return whether a value is missing: absent, not a number, or infinite."""
    if value is None or value is pd.NA:
        return True
    return isinstance(value, float) and not math.isfinite(value)


def _cell(record: dict[Hashable, object], name: str, *, brief: bool) -> str:
    value = record[name]
    if is_missing(value) or value == "":
        return MISSING
    if isinstance(value, str):
        return clip(printable(value), _LONGEST)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return printable(str(value))
    if name not in _SHARES:
        return number(value)
    counts = [count for part in _SHARES[name] if isinstance(count := record[part], int)]
    return percent(value) if brief else f"{percent(value)} ({number(sum(counts))})"


def _plain(value: object) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return format(value, ".10g") if isinstance(value, float) else csv_cell(str(value))
