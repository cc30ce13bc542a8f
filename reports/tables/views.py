"""The measures as tables for reading: intervals beside their numbers, and no key that never varies."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from evals.text import clip, printable
from reports.tables.rendering import MISSING, Shown, heading, is_missing, number, percent

_LONGEST = 120

Record = Mapping[Hashable, object]
"""One row of a table."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a view."""

    heading: str
    cell: Callable[[Record], str]
    numeric: bool = True


def view(table: pd.DataFrame, before: str, columns: Sequence[Column]) -> Shown:
    """Return a table of the keys and the columns given, without keys that are the same in all rows.

    Args:
        table: Any of `reports.analyses.all_measures`.
        before: The first column that is not a key.
        columns: The columns to show after the keys.
    """
    keys = varied_keys(table, before)
    told = [Column(heading(name), _key(name), numeric=False) for name in keys] + [*columns]
    records = table.to_dict("records")
    return Shown(
        headings=tuple(column.heading for column in told),
        numeric=tuple(column.numeric for column in told),
        rows=tuple(tuple(column.cell(record) or MISSING for column in told) for record in records),
    )


def keys_of(table: pd.DataFrame, before: str) -> list[str]:
    """Return the columns in front of `before`."""
    names = [str(name) for name in table.columns]
    return names[: names.index(before)]


def varied_keys(table: pd.DataFrame, before: str) -> list[str]:
    """Return the keys with more than one value, and the model in any case."""
    return [
        name
        for name in keys_of(table, before)
        if name == "model" or table[name].nunique(dropna=False) > 1 or len(table) == 0
    ]


def told_once(table: pd.DataFrame, before: str) -> str:
    """Return the keys that are the same in all rows, in words; empty if there are no such keys."""
    if table.empty:
        return ""
    shown = varied_keys(table, before)
    same = [name for name in keys_of(table, before) if name not in shown]
    first = table.iloc[0]
    told = [f"{heading(name)} {key_words(first[name])}" for name in same if key_words(first[name])]
    return ", ".join(told)


def key_words(value: object) -> str:
    """Return a key in words; empty if it is missing."""
    if is_missing(value):
        return ""
    return number(value) if isinstance(value, int | float) else clip(printable(str(value)), _LONGEST)


def about(record: Record, keys: Sequence[str]) -> str:
    """Return the keys of one row in words, without the model: `hanoi, list, max tokens 4,096`."""
    plain = ("puzzle", "arm", "options", "run", "endpoint")
    told = [(name, key_words(record[name])) for name in keys if name != "model"]
    return ", ".join(words if name in plain else f"{heading(name)} {words}" for name, words in told if words)


def _key(name: str) -> Callable[[Record], str]:
    return lambda record: key_words(record[name])


# --- cells


def value(record: Record, name: str) -> float | None:
    """Return a number; `None` if it is missing."""
    found = record[name]
    return float(found) if isinstance(found, int | float) and not is_missing(found) else None


def word(record: Record, name: str) -> str:
    """Return a text; empty if it is missing."""
    found = record[name]
    return "" if is_missing(found) else printable(str(found))


def counted(name: str, title: str = "") -> Column:
    """Return a column of counts, or of any numbers as they are."""
    return Column(title or heading(name), lambda record: _number(value(record, name)))


def shared(name: str, title: str = "", low: str = "", high: str = "") -> Column:
    """Return a column of shares in percent, with their intervals if `low` and `high` are given."""

    def cell(record: Record) -> str:
        share = value(record, name)
        if share is None:
            return ""
        ends = [value(record, end) for end in (low, high) if end]
        between = f" [{' to '.join('?' if end is None else percent(end) for end in ends)}]" if ends else ""
        return ("" if share >= 0 else "-") + percent(abs(share)) + between

    return Column(title or heading(name), cell)


def points(name: str, title: str, low: str, high: str) -> Column:
    """Return a column of differences of shares in percentage points, with their intervals."""

    def cell(record: Record) -> str:
        return spread(value(record, name), value(record, low), value(record, high), _points)

    return Column(title, cell)


def lengths(name: str, title: str, low: str, high: str) -> Column:
    """Return a column of lengths or ratios, with their intervals."""

    def cell(record: Record) -> str:
        return spread(value(record, name), value(record, low), value(record, high), rounded, " [open]")

    return Column(title, cell)


def worded(name: str, title: str = "") -> Column:
    """Return a column of texts."""
    return Column(title or heading(name), lambda record: word(record, name), numeric=False)


def spread(
    middle: float | None,
    low: float | None,
    high: float | None,
    words: Callable[[float], str],
    neither: str = "",
) -> str:
    """Format as `500 [390 to 650]`; an open end reads `open`, and `neither` is appended if both are open."""
    if middle is None:
        return ""
    if low is None and high is None:
        return words(middle) + neither
    ends = ("open" if end is None else words(end) for end in (low, high))
    return f"{words(middle)} [{' to '.join(ends)}]"


def rounded(length: float) -> str:
    """Round a number to a useful precision: `1,753`, `78`, `7.1`, `0.43`."""
    return number(round(length)) if abs(length) >= 10 else f"{length:.2g}"


def _points(share: float) -> str:
    return f"{100 * share:+.0f}"


def _number(count: float | None) -> str:
    return "" if count is None else rounded(count) if count % 1 else number(count)
