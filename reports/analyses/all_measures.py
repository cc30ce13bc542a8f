"""All measures of a set of trials, computed once and shared by the page, the tables and the figures."""

from dataclasses import dataclass, fields
from typing import Self

import pandas as pd

from reports.analyses import counts
from reports.analyses.cost import costs
from reports.analyses.model_pairs import pairs, ratios
from reports.analyses.recovery import nudged, recovery
from reports.analyses.repeats import repeats
from reports.analyses.sensitivity import sensitivity
from reports.analyses.verdicts import PUSHED, verdicts
from reports.frame import checked
from reports.measures import Audit, by_size, horizons_of, independence, off_course, step_curves, stops_after


@dataclass(frozen=True, slots=True)
class Measured:
    """The tables of a report, each documented where it is made, and the settings they were made with."""

    comparison: pd.DataFrame
    """Counts per model, puzzle and arm: `reports.analyses.counts.comparison`."""
    trials: pd.DataFrame
    """One row per trial: `reports.frame`."""
    counts: pd.DataFrame
    """`comparison` by size."""
    sizes: pd.DataFrame
    """Rates and intervals: `reports.measures.by_size`."""
    horizons: pd.DataFrame
    stops: pd.DataFrame
    steps: pd.DataFrame
    independence: pd.DataFrame
    course: pd.DataFrame
    verdicts: pd.DataFrame
    recovery: pd.DataFrame
    nudged: pd.DataFrame
    costs: pd.DataFrame
    pairs: pd.DataFrame
    ratios: pd.DataFrame
    sensitivity: pd.DataFrame
    repeats: pd.DataFrame
    pushed: str
    """The arm that the verdicts treat as the one that pushes."""
    audit: Audit | None

    @classmethod
    def of(cls, rows: pd.DataFrame, pushed: str = PUSHED, audit: Audit | None = None) -> Self:
        """Measure the trials of `reports.frame`; raises `FrameError`."""
        sizes = by_size(checked(rows))
        halves = horizons_of(sizes)
        return cls(
            trials=rows,
            comparison=counts.comparison(rows),
            counts=counts.by_size(rows),
            sizes=sizes,
            horizons=halves,
            stops=stops_after(rows),
            steps=step_curves(rows),
            independence=independence(rows),
            course=off_course(rows),
            verdicts=verdicts(rows, pushed),
            recovery=recovery(rows),
            nudged=nudged(rows),
            costs=costs(rows),
            pairs=pairs(rows),
            ratios=ratios(halves),
            sensitivity=sensitivity(rows, audit),
            repeats=repeats(rows),
            pushed=pushed,
            audit=audit,
        )


TABLES = tuple(field.name for field in fields(Measured) if field.type is pd.DataFrame)
"""The names of the tables, each of which can be written on its own."""
