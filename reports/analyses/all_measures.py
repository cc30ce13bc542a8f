"""Every measure of a set of trials, made once and shared by the page, the tables and the figures."""

from dataclasses import dataclass, fields
from enum import StrEnum
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


class Table(StrEnum):
    """The tables of a report, by the names under which each can be written alone."""

    COMPARISON = "comparison"
    """Counts a model, puzzle and arm: `reports.analyses.counts.comparison`."""
    TRIALS = "trials"
    """One row a trial: `reports.frame`."""
    COUNTS = "counts"
    """`comparison` size by size."""
    SIZES = "sizes"
    """Rates and intervals: `reports.measures.by_size`."""
    HORIZONS = "horizons"
    STOPS = "stops"
    STEPS = "steps"
    INDEPENDENCE = "independence"
    COURSE = "course"
    VERDICTS = "verdicts"
    RECOVERY = "recovery"
    NUDGED = "nudged"
    COSTS = "costs"
    PAIRS = "pairs"
    RATIOS = "ratios"
    SENSITIVITY = "sensitivity"
    REPEATS = "repeats"


@dataclass(frozen=True, slots=True)
class Measured:
    """The counts, each documented where it is made; the fields are the values of `Table`."""

    trials: pd.DataFrame
    comparison: pd.DataFrame
    counts: pd.DataFrame
    sizes: pd.DataFrame
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
    """The arm that the verdicts take for the one that pushes."""
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

    def table(self, which: Table) -> pd.DataFrame:
        """One of them."""
        found = getattr(self, str(which))
        assert isinstance(found, pd.DataFrame)
        return found


assert {str(table) for table in Table} == {field.name for field in fields(Measured)} - {"pushed", "audit"}
