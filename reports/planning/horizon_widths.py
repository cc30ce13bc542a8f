"""How often a design gives a horizon as a number, and how wide its interval is, by simulation."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from evals.plan.asked_sizes import AskedPuzzle
from reports.calibration.respondents import ModelledRespondent, Skill, StoppingRule
from reports.calibration.scenarios import Design
from reports.calibration.studies import simulate
from reports.measures import Axis, by_size, horizons_of
from reports.measures.arrays import numbers
from reports.planning.verdict_power import NEVER

STUDIES = 20
"""Simulated of each respondent, unless another number is given."""


class Who(StrEnum):
    """A simulated model, by how it fails."""

    STOPS = "stops, never errs"
    ERRS = "errs, never stops"
    BOTH = "stops and errs alike"

    def at(self, half: float) -> ModelledRespondent:
        """Return the respondent that fails half of the time at this length."""
        will = NEVER if self is Who.ERRS else half
        skill = NEVER if self is Who.STOPS else half
        return ModelledRespondent(StoppingRule(half=will), Skill(half=skill))


_MEASURED = {Who.STOPS: (Axis.WILLING,), Who.ERRS: (Axis.ABLE,), Who.BOTH: (Axis.ABLE, Axis.SOLVED)}
"""What is measured of each; a model that only stops solves as often as it carries on."""


@dataclass(frozen=True, slots=True)
class HorizonWidth:
    """What to expect of one horizon of one respondent."""

    axis: Axis
    who: Who
    truth: float
    """The length at which the respondent stops, or errs, half of the time: in the middle of the sizes."""
    studies: int
    with_number: float
    """Share of the studies that give a number."""
    width: float
    """Median width of the closed intervals in doublings; NaN if there is none."""
    open: float
    """Share of the numbers whose interval has an open end; NaN without a number."""
    reason: str
    """Why most of the others have no number; empty if all have one."""


def middle(asked: AskedPuzzle) -> float:
    """Return the geometric mean of the shortest and the longest task."""
    return float(np.sqrt(asked.sizes[0].steps * asked.sizes[-1].steps))


def simulated_rows(
    asked: AskedPuzzle, who: ModelledRespondent, studies: int, random: np.random.Generator
) -> pd.DataFrame:
    """Return studies of this design in one arm as a `reports.frame`; the model is the study's number."""
    repeats = asked.repeats[asked.arm]
    parts = []
    for instances in sorted({size.instances for size in asked.sizes}):
        lengths = tuple(size.steps for size in asked.sizes if size.instances == instances)
        parts.append(simulate(who, Design(instances, repeats, lengths), studies, random))
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(trial=[f"{number:07}" for number in range(len(rows))])


def horizon_widths(asked: AskedPuzzle, studies: int = STUDIES, seed: int = 0) -> list[HorizonWidth]:
    """Simulate studies of this design, and return what the horizons come to."""
    return list(_widths(asked, studies, seed))


def _widths(asked: AskedPuzzle, studies: int, seed: int) -> Iterator[HorizonWidth]:
    half = middle(asked)
    for who, axes in _MEASURED.items():
        random = np.random.default_rng([seed, list(Who).index(who)])
        rows = simulated_rows(asked, who.at(half), studies, random)
        found = horizons_of(by_size(rows), axes)
        for axis in axes:
            yield _width(axis, who, half, found[found["axis"] == axis])


def _width(axis: Axis, who: Who, truth: float, found: pd.DataFrame) -> HorizonWidth:
    estimate, low, high = (numbers(found[name]) for name in ("estimate", "low", "high"))
    shown = ~np.isnan(estimate)
    closed = shown & ~np.isnan(low) & ~np.isnan(high)
    reasons = found.loc[~shown, "reason"].mode()
    return HorizonWidth(
        axis=axis,
        who=who,
        truth=truth,
        studies=len(found),
        with_number=float(shown.mean()),
        width=float(np.median(np.log2(high[closed] / low[closed]))) if closed.any() else np.nan,
        open=float((~closed[shown]).mean()) if shown.any() else np.nan,
        reason=str(reasons.iloc[0]) if len(reasons) else "",
    )
