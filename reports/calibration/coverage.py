"""Truth against estimate: how often the intervals contain it, how biased and how wide they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reports.calibration.claims import Claims, ScenarioGroup
from reports.calibration.scenarios import Design, Scenario, ScenarioBlock
from reports.calibration.studies import TrueHorizons
from reports.measures import Axis
from reports.measures.arrays import Bools, Floats, numbers

LEAST = 0.93
"""Minimum share of the intervals that contain the truth, but for two Monte Carlo errors."""
BRACKETED = 0.95
"""Minimum share of the studies whose bracket contains the truth, alike."""
MARKED = 0.95
"""Minimum share of the numbers that are marked as fitting poorly, where there is no falling curve."""
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
    bracket_covered: float
    """Share of the studies whose bracket contains the truth, beside an interval or not; open, it does."""
    alone: float
    """Share of the studies with such a bracket, or the side on which the horizon lies, and no interval."""
    alone_covered: float
    """Share of these in which it contains the truth: they are not drawn at random from all."""
    marked: float
    """Share of the studies that state what they must: that they hold for these instances only; in the block
    `cuts` that cuts were modelled; in `poor`, of those with a number, that the curve fits poorly."""
    required: bool
    """Whether the interval and the bracket must contain the truth."""

    @property
    def passed(self) -> bool | None:
        """Whether the requirement is met; `None` if nothing is required, or no study has an interval."""
        if self.block is ScenarioBlock.MARKED:
            return self.marked == 1
        if self.block is ScenarioBlock.POOR and np.isnan(self.truth):
            return self.marked >= MARKED if self.shown else None
        if self.block is ScenarioBlock.CUTS and not self.required:
            return self.marked == 1
        held = [self.holds] if self.required else []
        if self.block is ScenarioBlock.BOUNDS and self.axis is Axis.ABLE:
            held.append(self.bounded >= BOUNDED)
        told = [one for one in held if one is not None]
        return all(told) if told else None

    @property
    def holds(self) -> bool | None:
        """Whether what is printed contains the truth often enough; `None` if nothing is printed."""
        found = [
            _enough(self.covered, LEAST, self.shown * self.studies),
            _enough(self.bracket_covered, BRACKETED, self.studies),
        ]
        told = [one for one in found if one is not None]
        return all(told) if told else None


def _enough(share: float, least: float, number: float) -> bool | None:
    """Return whether a share is at least that, but for two Monte Carlo errors; `None` if nothing is known."""
    if not number or np.isnan(share):
        return None
    return bool(share >= least - 2 * np.sqrt(least * (1 - least) / number))


def coverage(scenario: Scenario, design: Design, truth: TrueHorizons, found: pd.DataFrame) -> list[Coverage]:
    """Compare the horizons of all studies (in `found`, one row per study and axis) with the truth."""
    return [_of_axis(scenario, design, axis, truth.of(axis), found[found["axis"] == axis]) for axis in Axis]


def _of_axis(scenario: Scenario, design: Design, axis: Axis, truth: float, found: pd.DataFrame) -> Coverage:
    estimate, low, high = (numbers(found[name]) for name in ("estimate", "low", "high"))
    shown = ~np.isnan(estimate) | ~np.isnan(low) | ~np.isnan(high)
    closed = ~np.isnan(low) & ~np.isnan(high)
    bounds = _holds(numbers(found["bound_low"]), numbers(found["bound_high"]), truth)
    bracket = _brackets(found)
    told = np.asarray(~(np.isnan(bracket[0]) & np.isnan(bracket[1])))
    marked = found["modelled" if scenario.block is ScenarioBlock.CUTS else "instances_only"].to_numpy()
    if scenario.block is ScenarioBlock.POOR:
        marked = found["poor_fit"].fillna(False).to_numpy(dtype=bool)[shown]
    return Coverage(
        scenario=scenario.name,
        block=scenario.block,
        design=str(design),
        axis=axis,
        truth=truth,
        studies=len(found),
        shown=_mean(shown),
        covered=_mean(_among(shown, _holds(low, high, truth))),
        bias=_mean(np.log2(estimate[~np.isnan(estimate)] / truth)),
        width=_mean(np.log2(high[closed] / low[closed])),
        open=_mean(~closed[shown]),
        bounded=_mean(bounds) if axis is Axis.ABLE else np.nan,
        bracket_covered=_mean(_holds(*bracket, truth)),
        alone=_mean(told & ~shown),
        alone_covered=_mean(_among(told & ~shown, _holds(*bracket, truth))),
        marked=_mean(marked),
        required=axis in scenario.required,
    )


def _brackets(found: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the brackets as they are printed, an open end narrowed to the side of the sizes that is told."""
    side = found["beyond"].str[:1]
    edge = found["beyond"].str[2:].astype("float64").to_numpy()
    low, high = numbers(found["bracket_low"]), numbers(found["bracket_high"])
    above, below = (np.where((side == sign).to_numpy(dtype=bool), edge, np.nan) for sign in "><")
    return np.fmax(low, above), np.fmin(high, below)


def _holds(low: Floats, high: Floats, truth: float) -> Bools:
    """Return which intervals contain the truth, a missing end being open; none where there is no truth."""
    if np.isnan(truth):
        return np.zeros(0, dtype=bool)
    return np.asarray((np.isnan(low) | (low <= truth)) & (np.isnan(high) | (high >= truth)))


def _among(which: Bools, values: Bools) -> Bools:
    return values[which] if len(values) else values


def _mean(values: Floats | Bools) -> float:
    return float(np.mean(values)) if len(values) else np.nan


@dataclass(frozen=True, slots=True)
class Calibration:
    """Truth and estimate, over all scenarios."""

    rows: tuple[Coverage, ...]
    """Of the horizons."""
    claims: tuple[Claims, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether all requirements are met."""
        made = [row.passed for row in self.rows] + [row.passed for row in self.claims]
        return all(passed is not False for passed in made)

    def table(self) -> pd.DataFrame:
        """Return one row per scenario, design and axis: the fields of `Coverage`, and `passed`."""
        return _table(self.rows, Coverage.__slots__)

    def table_of_claims(self) -> pd.DataFrame:
        """Return one row per scenario, design and claim: the fields of `Claims`, and `passed`."""
        return _table(self.claims, Claims.__slots__)

    def to_markdown(self) -> str:
        """Return the tables as Markdown, with a section for each block and each group of claims."""
        sections = [(block, [row for row in self.rows if row.block is block]) for block in ScenarioBlock]
        parts = [
            "\n".join([f"### {_HEADS[block]}", "", *_HEADER, *map(_line, rows)])
            for block, rows in sections
            if rows
        ]
        for group, (head, *header) in _OF_CLAIMS.items():
            of_group = [row for row in self.claims if row.group is group]
            if of_group:
                parts.append("\n".join([f"### {head}", "", *header, *map(_claim_line, of_group)]))
        return "\n\n".join(parts) + "\n"


def _table(rows: Sequence[Coverage | Claims], fields: Sequence[str]) -> pd.DataFrame:
    names = (*fields, "passed")
    made = pd.DataFrame([[getattr(row, name) for name in names] for row in rows], columns=names)
    return made.astype({"passed": "boolean"})


_HEADS = {
    ScenarioBlock.COVERS: "The intervals must cover the truth",
    ScenarioBlock.BOUNDS: "Its assumptions are broken: the bounds of ability must hold the truth",
    ScenarioBlock.MARKED: "One instance a size: it must say so",
    ScenarioBlock.CUTS: "What is cut hangs on what would have come: it must say that cuts were modelled",
    ScenarioBlock.POOR: "No falling curve: it must say so",
}
_COLUMNS = "truth | interval | covers | bias | width | open | brackets | alone | hold | bounds"
_HEADER = (
    f"| scenario | design | axis | {_COLUMNS} |",
    f"|---|---|---|{'--:|' * 10}",
)


def _line(row: Coverage) -> str:
    figures = [_or_none(row.truth, ".0f"), _percent(row.shown), _percent(row.covered)]
    figures += [_or_none(row.bias, "+.2f"), _or_none(row.width, ".1f"), _percent(row.open)]
    shares = (row.bracket_covered, row.alone, row.alone_covered, row.bounded)
    figures += [_percent(share) for share in shares]
    marker = _marker(row.passed, row.holds)
    return f"| {row.scenario}{marker} | {row.design} | {row.axis} | {' | '.join(figures)} |"


_OF_CLAIMS = {
    ScenarioGroup.VERDICTS: (
        "Verdicts",
        "| scenario | design | claim | studies | false | upper limit | true and said |",
        "|---|---|---|--:|--:|--:|--:|",
    ),
    ScenarioGroup.COMPARE: (
        "Two runs",
        "| scenario | design | claim | pairs | false | upper limit | true and said |",
        "|---|---|---|--:|--:|--:|--:|",
    ),
    ScenarioGroup.RECOVERY: (
        "What a push recovers",
        "| scenario | design | claim | studies | false | upper limit | true and said | covered |",
        "|---|---|---|--:|--:|--:|--:|--:|",
    ),
    ScenarioGroup.TRAITS: (
        "Traits",
        "| scenario | design | claim | studies | false | upper limit | true and said | covered |",
        "|---|---|---|--:|--:|--:|--:|--:|",
    ),
}


def _claim_line(row: Claims) -> str:
    figures = [f"{row.studies:,}", *(_tenths(share) for share in (row.false, row.upper)), _percent(row.right)]
    if row.group in (ScenarioGroup.RECOVERY, ScenarioGroup.TRAITS):
        figures.append(_percent(row.covered))
    marker = _marker(row.passed, row.holds)
    return f"| {row.scenario}{marker} | {row.design} | {row.claim} | {' | '.join(figures)} |"


def _marker(passed: bool | None, holds: bool | None) -> str:
    return " **failed**" if passed is False else " *misses*" if holds is False else ""


def _tenths(share: float) -> str:
    return _or_none(share, ".1%").replace("%", " %")


def _percent(share: float) -> str:
    return _or_none(share, ".0%").replace("%", " %")


def _or_none(value: float, form: str) -> str:
    return "" if np.isnan(value) else format(value, form)
