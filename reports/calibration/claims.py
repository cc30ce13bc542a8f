"""How often runs of known truth lead to claims that are false: verdicts, changes, recovery, traits."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from scipy.stats import beta

from reports.calibration.scenarios import Design

MOST_FALSE = 0.06
"""Maximum share of the studies with a false claim, but for two Monte Carlo errors.

The limits are nominally of 5 %, but counts are coarse: at one half, 14 of 20 or more come up in 5.8 %.
"""
MOST_REGRESSED = 0.035
"""Maximum of the upper 95 % limit of false regressions."""
PAIRS = 2000
"""Number of pairs of runs from which on that is required: with fewer the limit itself is too wide."""
LEAST = 0.93
"""Share of the intervals that should contain the truth, but for two Monte Carlo errors."""


class ScenarioGroup(StrEnum):
    """What a scenario is about."""

    HORIZONS = "horizons"
    VERDICTS = "verdicts"
    COMPARE = "compare"
    RECOVERY = "recovery"
    TRAITS = "traits"


@dataclass(frozen=True, slots=True)
class Claims:
    """One claim of one scenario and design, over all its studies."""

    scenario: str
    group: ScenarioGroup
    design: str
    claim: str
    studies: int
    false: float
    """Share of the studies that make it, or another one, where it is not true; NaN if it is true."""
    upper: float
    """The upper 95 % limit of that (Clopper & Pearson, one-sided)."""
    right: float
    """Share of the studies that make it where it is true; NaN if it is not."""
    intervals: int
    covered: float
    """Share of the intervals that contain the truth; NaN if there are none."""

    @classmethod
    def of(
        cls, scenario: str, group: ScenarioGroup, design: Design, claim: str, found: pd.DataFrame
    ) -> "Claims":
        """Summarise the studies.

        Args:
            scenario: Name of the scenario.
            group: Its group.
            design: The design.
            claim: Name of the claim.
            found: One row per study: `false`, `right` and `covered`, missing where they do not apply.
        """
        false, right, covered = (found[name].dropna().astype(bool) for name in ("false", "right", "covered"))
        return cls(
            scenario=scenario,
            group=group,
            design=str(design),
            claim=claim,
            studies=len(found),
            false=_mean(false),
            upper=_limit(int(false.sum()), len(false)),
            right=_mean(right),
            intervals=len(covered),
            covered=_mean(covered),
        )

    @property
    def passed(self) -> bool | None:
        """Whether few enough claims are false; `None` if none could be, or too little was tried."""
        if np.isnan(self.false):
            return None
        if self.group is ScenarioGroup.COMPARE:
            return self.upper <= MOST_REGRESSED if self.studies >= PAIRS else None
        return self.false <= MOST_FALSE + _two_errors(MOST_FALSE, self.studies)

    @property
    def holds(self) -> bool | None:
        """Whether the intervals contain the truth often enough, which is told; `None` if there are none."""
        return self.covered >= LEAST - _two_errors(LEAST, self.intervals) if self.intervals else None


def _mean(values: "pd.Series[bool]") -> float:
    return float(values.mean()) if len(values) else np.nan


def _limit(count: int, of: int) -> float:
    if count == of:
        return 1.0 if of else np.nan
    return float(beta.ppf(0.95, count + 1, of - count))


def _two_errors(share: float, number: int) -> float:
    """Return two Monte Carlo errors of a share."""
    return float(2 * np.sqrt(share * (1 - share) / number))
