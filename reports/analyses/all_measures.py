"""All measures of a set of trials, each computed once and shared by the page, the tables and the figures."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import pandas as pd

from reports.analyses import counts
from reports.analyses.cost import affordable, budgets, costs, with_costs
from reports.analyses.hazards import hazards
from reports.analyses.model_pairs import pairs, ratios
from reports.analyses.recovery import nudged, recovery
from reports.analyses.repeats import repeats
from reports.analyses.sensitivity import sensitivity
from reports.analyses.traits import traits
from reports.analyses.trend import Released, by_model_name, trend
from reports.analyses.verdicts import PUSHED, verdicts
from reports.frame import FrameError
from reports.measures import (
    HALF,
    HIGH,
    Audit,
    by_size,
    horizons_of,
    independence,
    off_course,
    step_curves,
    stops_after,
)
from reports.tabulation import tabulate


@dataclass(frozen=True)
class Measured:
    """The tables of a report, each documented where it is made, and the settings they are made with.

    A table is made when it is first asked for.
    """

    tabulated: pd.DataFrame
    """The one table that all others are made of: `reports.tabulation`."""
    each: pd.DataFrame | None
    """One row per trial: `reports.frame`; `None` if only their numbers are known."""
    pushed: str
    """The arm that the verdicts treat as the one that pushes."""
    audit: Audit | None
    released: Released = field(default_factory=dict)
    """Release dates of the models, by name."""

    @classmethod
    def of(
        cls,
        rows: pd.DataFrame,
        pushed: str = PUSHED,
        audit: Audit | None = None,
        released: Released | None = None,
    ) -> Self:
        """Measure the trials of `reports.frame`, or a table of `reports.tabulation`.

        Raises:
            FrameError: The rows are of neither kind.
            RunError: No model of the rows has a release date, but others have.
        """
        table = tabulate(rows)
        each = None if table is rows else rows
        return cls(table, each, pushed, audit, by_model_name(rows, released) if released else {})

    @property
    def trials(self) -> pd.DataFrame:
        """One row per trial: `reports.frame`; raises `FrameError` if only their numbers are known."""
        if self.each is None:
            raise FrameError(
                "of these trials only their numbers are known: there is no table with a row each"
            )
        return self.each

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """Counts per model, puzzle and arm: `reports.analyses.counts.comparison`."""
        return counts.comparison(self.tabulated)

    @cached_property
    def counts(self) -> pd.DataFrame:
        """`comparison` by size."""
        return counts.by_size(self.tabulated)

    @cached_property
    def sizes(self) -> pd.DataFrame:
        """Rates and intervals: `reports.measures.by_size`."""
        return by_size(self.tabulated)

    @cached_property
    def horizons(self) -> pd.DataFrame:
        """At one half and at 80 %: `reports.measures.horizons`; with `reports.analyses.cost.with_costs`."""
        return with_costs(horizons_of(self.sizes, levels=(HALF, HIGH)), self.costs)

    @cached_property
    def trend(self) -> pd.DataFrame:
        """Doubling times, where release dates are given."""
        return trend(self.tabulated, self.horizons, self.released)

    @cached_property
    def stops(self) -> pd.DataFrame:
        """`reports.measures.stops_after`."""
        return stops_after(self.tabulated)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """`reports.measures.step_curves`."""
        return step_curves(self.tabulated)

    @cached_property
    def hazards(self) -> pd.DataFrame:
        """By step and size."""
        return hazards(self.tabulated)

    @cached_property
    def independence(self) -> pd.DataFrame:
        """`reports.measures.independence`."""
        return independence(self.tabulated)

    @cached_property
    def course(self) -> pd.DataFrame:
        """`reports.measures.off_course`."""
        return off_course(self.tabulated)

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """By size: `reports.analyses.verdicts`."""
        return verdicts(self.tabulated, self.pushed)

    @cached_property
    def recovery(self) -> pd.DataFrame:
        """`reports.analyses.recovery`."""
        return recovery(self.tabulated)

    @cached_property
    def nudged(self) -> pd.DataFrame:
        """`reports.analyses.recovery.nudged`."""
        return nudged(self.tabulated)

    @cached_property
    def traits(self) -> pd.DataFrame:
        """What failures hang on, by pairs of arms."""
        return traits(self.tabulated, self.pushed)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """`reports.analyses.cost.costs`."""
        return costs(self.tabulated)

    @cached_property
    def budgets(self) -> pd.DataFrame:
        """Success within a token budget, over one and several answers."""
        return budgets(self.tabulated)

    @cached_property
    def affordable(self) -> pd.DataFrame:
        """The length that a price pays for."""
        return affordable(self.tabulated)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """`reports.analyses.model_pairs.pairs`."""
        return pairs(self.tabulated)

    @cached_property
    def ratios(self) -> pd.DataFrame:
        """`reports.analyses.model_pairs.ratios`."""
        return ratios(self.horizons)

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """The same answers read otherwise."""
        return sensitivity(self.tabulated, self.audit, self.horizons)

    @cached_property
    def repeats(self) -> pd.DataFrame:
        """`reports.analyses.repeats`."""
        return repeats(self.tabulated)


_MADE = tuple(name for name, made in vars(Measured).items() if isinstance(made, cached_property))
TABLES = ("comparison", "trials", *(name for name in _MADE if name != "comparison"))
"""The names of the tables, each of which can be written on its own."""
