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
from reports.frame import checked
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


@dataclass(frozen=True)
class Measured:
    """The tables of a report, each documented where it is made, and the settings they are made with.

    A table is made when it is first asked for.
    """

    trials: pd.DataFrame
    """One row per trial: `reports.frame`."""
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
        """Measure the trials of `reports.frame`.

        Raises:
            FrameError: The rows are not those of `reports.frame`.
            RunError: No model of the rows has a release date, but others have.
        """
        return cls(checked(rows), pushed, audit, by_model_name(rows, released) if released else {})

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """Counts per model, puzzle and arm: `reports.analyses.counts.comparison`."""
        return counts.comparison(self.trials)

    @cached_property
    def counts(self) -> pd.DataFrame:
        """`comparison` by size."""
        return counts.by_size(self.trials)

    @cached_property
    def sizes(self) -> pd.DataFrame:
        """Rates and intervals: `reports.measures.by_size`."""
        return by_size(self.trials)

    @cached_property
    def horizons(self) -> pd.DataFrame:
        """At one half and at 80 %: `reports.measures.horizons`; with `reports.analyses.cost.with_costs`."""
        return with_costs(horizons_of(self.sizes, levels=(HALF, HIGH)), self.costs)

    @cached_property
    def trend(self) -> pd.DataFrame:
        """Doubling times, where release dates are given."""
        return trend(self.trials, self.horizons, self.released)

    @cached_property
    def stops(self) -> pd.DataFrame:
        """`reports.measures.stops_after`."""
        return stops_after(self.trials)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """`reports.measures.step_curves`."""
        return step_curves(self.trials)

    @cached_property
    def hazards(self) -> pd.DataFrame:
        """By step and size."""
        return hazards(self.trials)

    @cached_property
    def independence(self) -> pd.DataFrame:
        """`reports.measures.independence`."""
        return independence(self.trials)

    @cached_property
    def course(self) -> pd.DataFrame:
        """`reports.measures.off_course`."""
        return off_course(self.trials)

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """By size: `reports.analyses.verdicts`."""
        return verdicts(self.trials, self.pushed)

    @cached_property
    def recovery(self) -> pd.DataFrame:
        """`reports.analyses.recovery`."""
        return recovery(self.trials)

    @cached_property
    def nudged(self) -> pd.DataFrame:
        """`reports.analyses.recovery.nudged`."""
        return nudged(self.trials)

    @cached_property
    def traits(self) -> pd.DataFrame:
        """What failures hang on, by pairs of arms."""
        return traits(self.trials, self.pushed)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """`reports.analyses.cost.costs`."""
        return costs(self.trials)

    @cached_property
    def budgets(self) -> pd.DataFrame:
        """Success within a token budget, over one and several answers."""
        return budgets(self.trials)

    @cached_property
    def affordable(self) -> pd.DataFrame:
        """The length that a price pays for."""
        return affordable(self.trials)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """`reports.analyses.model_pairs.pairs`."""
        return pairs(self.trials)

    @cached_property
    def ratios(self) -> pd.DataFrame:
        """`reports.analyses.model_pairs.ratios`."""
        return ratios(self.horizons)

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """The same answers read otherwise."""
        return sensitivity(self.trials, self.audit, self.horizons)

    @cached_property
    def repeats(self) -> pd.DataFrame:
        """`reports.analyses.repeats`."""
        return repeats(self.trials)


_MADE = tuple(name for name, made in vars(Measured).items() if isinstance(made, cached_property))
TABLES = ("comparison", "trials", *(name for name in _MADE if name != "comparison"))
"""The names of the tables, each of which can be written on its own."""
