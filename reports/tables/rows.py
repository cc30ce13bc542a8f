"""Read the rows of a table one by one, with typed values."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from evals.text import clip, printable
from reports.tables.rendering import heading, is_missing, number

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of `reports.analyses.counts`: its keys and its numbers."""

    keys: dict[str, str]
    """Model, puzzle, arm and whatever else varies, in words; not size and steps."""
    values: dict[str, float | None]
    """Counts, shares and medians by column; `None` where missing."""

    def count(self, *names: str) -> int:
        """Return the sum of these counts."""
        return sum(int(self.values[name] or 0) for name in names)

    @property
    def about(self) -> str:
        """The keys in words, without the model: `hanoi, list, max tokens 4,096`."""
        plain = ("puzzle", "arm", "options", "run")
        return ", ".join(
            value if name in plain else f"{heading(name)} {value}"
            for name, value in self.keys.items()
            if name != "model" and value
        )


def read(table: pd.DataFrame) -> Iterator[TableRow]:
    """Yield the rows in order."""
    names = [str(name) for name in table.columns]
    first = min(names.index(name) for name in ("size", "trials") if name in names)
    for record in table.to_dict("records"):
        yield TableRow(
            keys={name: _words(record[name]) for name in names[:first]},
            values={name: _number(record[name]) for name in names[first:]},
        )


def _words(value: object) -> str:
    if is_missing(value):
        return ""
    return number(value) if isinstance(value, int | float) else clip(printable(str(value)), _LONGEST_NAME)


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not is_missing(value) else None
