"""A section of a report: text, figures and tables; the same for the page and for Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from reports.charts.figure import Figure
from reports.page.ending_bars import BarMatrix
from reports.page.verdict_table import Matrix
from reports.tables.rendering import Shown
from reports.tables.views import Column, told_once, view
from reports.words.paragraphs import words

MOST = 8
"""Maximum number of figures of one kind on a page; the tables are complete."""


@dataclass(frozen=True, slots=True)
class Titled:
    """A table with its caption."""

    caption: str
    shown: Shown
    same: str = ""
    """The keys that have the same value in all its rows."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the report."""

    name: str
    heading: str
    words: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    tables: tuple[Titled, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    bars: tuple[BarMatrix, ...] = ()
    short: str = ""
    """The heading in the list of contents; empty if it is the same."""


def titled(caption: str, table: pd.DataFrame, before: str, columns: Sequence[Column]) -> Titled:
    """Return a view of a table, with the keys that have the same value in all its rows."""
    return Titled(caption, view(table, before, columns), told_once(table, before))


def few(found: Sequence[Figure]) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
    """Return at most `MOST` figures, and a note if there are more."""
    if len(found) <= MOST:
        return tuple(found), ()
    return tuple(found[:MOST]), words("more", most=MOST, all=len(found))
