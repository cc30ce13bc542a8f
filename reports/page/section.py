"""A section of a report: words, figures and tables; the same for a page and for Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from reports.charts.figure import Figure
from reports.page.verdict_table import Matrix
from reports.tables.rendering import Shown
from reports.tables.views import Column, told_once, view
from reports.words.paragraphs import words

MOST = 60
"""Figures of a kind on a page; the tables have all."""


@dataclass(frozen=True, slots=True)
class Titled:
    """A table under its caption."""

    caption: str
    shown: Shown
    same: str = ""
    """The keys that are the same in all its rows."""


@dataclass(frozen=True, slots=True)
class Section:
    """One stretch of the report."""

    name: str
    heading: str
    words: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    tables: tuple[Titled, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    legend: bool = False
    """Whether the colours of the bars are to be explained."""


def titled(caption: str, table: pd.DataFrame, before: str, columns: Sequence[Column]) -> Titled:
    """A view of a table, with what is the same in all its rows."""
    return Titled(caption, view(table, before, columns), told_once(table, before))


def few(found: Sequence[Figure]) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
    """At most `MOST` figures, and the words that say so."""
    if len(found) <= MOST:
        return tuple(found), ()
    return tuple(found[:MOST]), words("more", most=MOST, all=len(found))
