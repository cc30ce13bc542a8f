"""Truth against estimate: how often the intervals contain it, how biased and how wide they are."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reports.calibration.scenarios import Design, Scenario, ScenarioBlock
from reports.calibration.studies import TrueHorizons
from reports.measures import Axis
from reports.measures.arrays import Bools, Floats, numbers

LEAST = 0.90
"""Minimum share of the studies whose interval contains the truth."""
BOUNDED = 0.95
"""Minimum share of the studies whose bounds contain the truth, where the interval cannot."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One axis of one scenario and design, over all its studies."""

    scenario: str
    block: ScenarioBlock
    design: str
    axis: Axis
    truth: float
    """In steps."""
    studies: int
    shown: float
    """Share of the studies with an interval; the others give only the bracket."""
    covered: float
    """Share of these whose interval contains the truth."""
    bias: float
    """Mean of log2(estimate / truth), in doublings, over the studies with an estimate."""
    width: float
    """Mean width of the intervals with two closed ends, in doublings."""
    open: float
    """Share of the intervals with an open end."""
    bounded: float
    """`able`: share of the studies whose bounds contain the truth."""
    marked: float
    """Share of the studies that state that they hold for these instances only."""

    @property
    def passed(self) -> bool | None:
        """Whether the requirement is met; `None` if nothing is required, or no study has an interval."""
        match self.block:
            case ScenarioBlock.COVERS:
                return self.covered >= LEAST if self.shown else None
            case ScenarioBlock.MARKED:
                return self.marked == 1
        return self.bounded >= BOUNDED if self.axis is Axis.ABLE else None


def coverage(scenario: Scenario, design: Design, truth: TrueHorizons, found: pd.DataFrame) -> list[Coverage]:
    """Compare the horizons of all studies (in `found`, one row per study and axis) with the truth."""
    return [_of_axis(scenario, design, axis, truth.of(axis), found[found["axis"] == axis]) for axis in Axis]


def _of_axis(scenario: Scenario, design: Design, axis: Axis, truth: float, found: pd.DataFrame) -> Coverage:
    estimate, low, high = (numbers(found[name]) for name in ("estimate", "low", "high"))
    shown = ~np.isnan(estimate) | ~np.isnan(low) | ~np.isnan(high)
    closed = ~np.isnan(low) & ~np.isnan(high)
    bounds = _holds(numbers(found["bound_low"]), numbers(found["bound_high"]), truth)
    return Coverage(
        scenario=scenario.name,
        block=scenario.block,
        design=str(design),
        axis=axis,
        truth=truth,
        studies=len(found),
        shown=_mean(shown),
        covered=_mean(_holds(low, high, truth)[shown]),
        bias=_mean(np.log2(estimate[~np.isnan(estimate)] / truth)),
        width=_mean(np.log2(high[closed] / low[closed])),
        open=_mean(~closed[shown]),
        bounded=_mean(bounds) if axis is Axis.ABLE else np.nan,
        marked=_mean(found["instances_only"].to_numpy()),
    )


def _holds(low: Floats, high: Floats, truth: float) -> Bools:
    """Return which intervals contain the truth; a missing end is open."""
    return np.asarray((np.isnan(low) | (low <= truth)) & (np.isnan(high) | (high >= truth)))


def _mean(values: Floats | Bools) -> float:
    return float(np.mean(values)) if len(values) else np.nan


@dataclass(frozen=True, slots=True)
class Calibration:
    """Truth and estimate, over all scenarios."""

    rows: tuple[Coverage, ...]

    @property
    def passed(self) -> bool:
        """Whether all requirements are met."""
        return all(row.passed is not False for row in self.rows)

    def table(self) -> pd.DataFrame:
        """Return one row per scenario, design and axis: the fields of `Coverage`, and `passed`."""
        names = (*Coverage.__slots__, "passed")
        made = pd.DataFrame([[getattr(row, name) for name in names] for row in self.rows], columns=names)
        return made.astype({"passed": "boolean"})

    def to_markdown(self) -> str:
        """Return the table as Markdown, with a section for each block."""
        sections = [(block, [row for row in self.rows if row.block is block]) for block in ScenarioBlock]
        parts = [
            "\n".join([f"### {_HEADS[block]}", "", *_HEADER, *map(_line, rows)])
            for block, rows in sections
            if rows
        ]
        return "\n\n".join(parts) + "\n"


_HEADS = {
    ScenarioBlock.COVERS: "The intervals must cover the truth",
    ScenarioBlock.BOUNDS: "Its assumptions are broken: the bounds of ability must hold the truth",
    ScenarioBlock.MARKED: "One instance a size: it must say so",
}
_HEADER = (
    "| scenario | design | axis | truth | with an interval | covered | bias | width | open | bounds hold |",
    "|---|---|---|--:|--:|--:|--:|--:|--:|--:|",
)


def _line(row: Coverage) -> str:
    figures = [f"{row.truth:.0f}", _percent(row.shown), _percent(row.covered)]
    figures += [_or_none(row.bias, "+.2f"), _or_none(row.width, ".1f"), _percent(row.open)]
    figures.append(_percent(row.bounded))
    failed = " **failed**" if row.passed is False else ""
    return f"| {row.scenario}{failed} | {row.design} | {row.axis} | {' | '.join(figures)} |"


def _percent(share: float) -> str:
    return _or_none(share, ".0%").replace("%", " %")


def _or_none(value: float, form: str) -> str:
    return "" if np.isnan(value) else format(value, form)
