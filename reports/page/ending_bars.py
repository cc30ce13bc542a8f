"""How trials ended as one table of small bars for each puzzle: models and arms down, lengths across."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from evals.text import printable
from reports.charts.outcome_bars import Bar, bar
from reports.page.links import trials_link
from reports.tables.rendering import is_missing, number
from reports.tables.rows import read
from reports.tables.views import Record, about, key_words, keys_of, varied_keys


@dataclass(frozen=True, slots=True)
class BarPart:
    """One part of a bar."""

    name: str
    """The label, or `give_up_wrong`: its class on the page."""
    width: float
    """In percent."""


@dataclass(frozen=True, slots=True)
class BarCell:
    """The trials of one size."""

    parts: tuple[BarPart, ...]
    solved: str
    answered: str
    lost: str
    """Number lost to the instrument; empty if none."""
    told: str
    link: str


@dataclass(frozen=True, slots=True)
class BarMatrix:
    """The bars of one puzzle."""

    puzzle: str
    sizes: tuple[str, ...]
    rows: tuple[tuple[str, tuple[BarCell | None, ...]], ...]


def bar_matrices(counts: pd.DataFrame) -> Iterator[BarMatrix]:
    """Yield the bars of each puzzle, from `reports.analyses.counts.by_size`."""
    for puzzle, part in counts.groupby("puzzle", sort=True):
        steps = part[["steps", "size"]].drop_duplicates().sort_values(["steps", "size"]).to_dict("records")
        places = {_place(size): index for index, size in enumerate(steps)}
        keys = keys_of(part, "size")
        shown = [name for name in varied_keys(part, "size") if name != "puzzle"]
        rows = []
        for _, group in part.groupby(keys, dropna=False, sort=False):
            cells: list[BarCell | None] = [None] * len(places)
            for record, row in zip(group.to_dict("records"), read(group), strict=True):
                cells[places[_place(record)]] = _cell(record, bar(row))
            first = group.iloc[0].to_dict()
            name = ", ".join(filter(None, (printable(str(first["model"])), about(first, shown))))
            rows.append((name, tuple(cells)))
        names = tuple("no solution" if is_missing(size["steps"]) else number(size["steps"]) for size in steps)
        yield BarMatrix(printable(str(puzzle)), names, tuple(rows))


def _place(record: Record) -> tuple[str, str]:
    return key_words(record["steps"]), key_words(record["size"])


def _cell(record: Record, made: Bar) -> BarCell:
    counts = {segment.part.counts[0]: segment.count for segment in made.segments}
    return BarCell(
        parts=tuple(BarPart(name, 100 * count / made.answered) for name, count in counts.items()),
        solved=number(counts.get("solved", 0)),
        answered=number(made.answered),
        lost=number(made.lost) if made.lost else "",
        told=made.told,
        link=trials_link(record),
    )
