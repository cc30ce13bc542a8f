"""Estimate the three horizons of each group, where its sizes allow it."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from reports.measures.arrays import numbers
from reports.measures.design import CountedSize, Sweep
from reports.measures.horizon import HALF, HIGH, Horizon, SizePoint, horizon
from reports.measures.sizes import by_size

LAPSES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
"""Lapses to try for `willing`, and therefore for `solved`: shares refused whatever the length."""


class Axis(StrEnum):
    """Which rate a horizon is about; all three are measured on the length of the task."""

    WILLING = "willing"
    ABLE = "able"
    SOLVED = "solved"


_TEXT = pd.StringDtype("python", na_value=np.nan)
_COLUMNS: dict[str, Any] = {  # column names and dtypes, as pandas takes them
    "axis": _TEXT,
    "estimate": "float64",
    "low": "float64",
    "high": "float64",
    "beyond": _TEXT,
    "bracket_low": "float64",
    "bracket_high": "float64",
    "sizes": "int64",
    "smallest": "float64",
    "largest": "float64",
    "poor_fit": "boolean",
    "lapse": "float64",
    "fit_link": _TEXT,
    "slope": "float64",
    "deff": "float64",
    "df": "float64",
    "instances_only": "bool",
    "reason": _TEXT,
    "bound_low": "float64",
    "bound_high": "float64",
}
_AT_LEVEL = (
    "estimate",
    "low",
    "high",
    "beyond",
    "bracket_low",
    "bracket_high",
    "poor_fit",
    "reason",
    "bound_low",
    "bound_high",
)
"""The columns that are given at another level than one half too, with its percentage appended."""


def horizons(rows: pd.DataFrame, levels: Sequence[float] = (HALF,)) -> pd.DataFrame:
    """Return one row per group and axis.

    Args:
        rows: The trials of `reports.frame`.
        levels: One half, and the other levels to give, each with columns of its own.

    | column | meaning and unit |
    |---|---|
    | the group's keys | see `groups` |
    | axis | `willing`, `able` or `solved` |
    | estimate | steps; missing if it cannot be estimated or lies outside the sizes |
    | low, high | 95 % interval in steps; missing: open |
    | beyond | `> 2047`, `< 15`: outside the sizes that count, clearly; missing otherwise, and if the rates \
themselves cross one half inside the sizes |
    | bracket_low, bracket_high | the largest size clearly above one half by its 95 % interval, and the \
smallest clearly below; missing: open |
    | sizes, smallest, largest | number of sizes with an estimable rate; the shortest and longest of them |
    | poor_fit | whether the curve fits poorly, which widens the interval; missing: no curve |
    | lapse | share that fails whatever the length, if clearly above 0 (never tried for `able`); else 0 |
    | fit_link, slope | the curve: `logit`, `cloglog` or `loglog`, and its fall per doubling |
    | deff, df | design effect and degrees of freedom of the interval |
    | instances_only | fewer than ten instances per size: the interval holds for these instances only |
    | reason | why there is no number; missing if there is one |
    | bound_low, bound_high | `able`: bounds of the ability if all had gone on; missing: no bound |
    | estimate_80, low_80, high_80, beyond_80, bracket_low_80, bracket_high_80, poor_fit_80, reason_80, \
bound_low_80, bound_high_80 | with the level 0.8: the same of the length at which the rate is 80 % |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    return horizons_of(by_size(rows), levels=levels)


def horizons_of(
    sizes: pd.DataFrame, axes: Sequence[Axis] = tuple(Axis), levels: Sequence[float] = (HALF,)
) -> pd.DataFrame:
    """Return `horizons` from the table of `by_size`, so that this table is made only once.

    Args:
        sizes: The table of `by_size`.
        axes: The axes to return; the bounds of `able` are included if `solved` is among them.
        levels: One half, and the other levels to give, each with columns of its own.
    """
    table = horizons_at(sizes, axes, HALF)
    for level in levels:
        if level != HALF:
            other = horizons_at(sizes, axes, level)[list(_AT_LEVEL)]
            table = pd.concat([table, other.add_suffix(f"_{100 * level:g}")], axis="columns")
    return table


def only_level(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return a table of `horizons` that has several levels with the columns of one of them alone."""
    ends = tuple(f"_{100 * other:g}" for other in (HIGH,))
    plain = table[[str(name) for name in table.columns if not str(name).endswith(ends)]]
    if level == HALF:
        return plain
    return plain.assign(lapse=np.nan, **{name: table[f"{name}_{100 * level:g}"] for name in _AT_LEVEL})


def horizons_at(sizes: pd.DataFrame, axes: Sequence[Axis], level: float) -> pd.DataFrame:
    """Return the table at one level alone, whatever it is, its columns without a suffix."""
    names = [str(name) for name in sizes.columns[: sizes.columns.get_loc("size")]]
    lines: list[dict[Hashable, object]] = []
    keys = sizes.drop_duplicates(names)[names]
    for _, part in sizes.groupby(names, dropna=False, sort=False):
        swept = {axis: _Swept.of(part, str(axis), level) for axis in axes}
        for axis, one in swept.items():
            bounds: dict[Hashable, object] = {}
            if axis is Axis.ABLE and Axis.SOLVED in swept:
                highest = _Swept.of(part, "ability_high", level)
                bounds = {"bound_low": swept[Axis.SOLVED].ends[0], "bound_high": highest.ends[1]}
            lines.append({"axis": str(axis), **one.line(), **bounds})
    table = pd.DataFrame(lines, columns=list(_COLUMNS)).astype(_COLUMNS)
    named = keys.loc[keys.index.repeat(len(axes))].reset_index(drop=True)
    return pd.concat([named, table], axis="columns")


@dataclass(frozen=True, slots=True)
class _Swept:
    """One rate of one group, over its sizes."""

    sweep: Sweep
    fitted: Horizon | None
    reason: str | None
    """Why no curve is fitted."""

    @classmethod
    def of(cls, part: pd.DataFrame, name: str, level: float) -> "_Swept":
        """Build from the group's rows of `by_size`, the name of the rate's column and the level."""
        known = part[(part[name].notna() & (part[f"{name}_n"] > 0)).to_numpy()].sort_values("steps")
        columns = (known["steps"], *(known[f"{name}{end}"] for end in ("", "_n", "_variance")))
        estimates = zip(*(numbers(column).tolist() for column in columns), known["clusters"], strict=True)
        ends = (known.get(f"{name}{end}", known[name]) for end in ("_low", "_high"))
        limits = zip(*(numbers(column).tolist() for column in ends), strict=True)
        counts = zip(known["counted"], known["instances"], strict=True)
        sweep = Sweep(
            [
                CountedSize(SizePoint(*point), low, high, trials, instances)
                for point, (low, high), (trials, instances) in zip(estimates, limits, counts, strict=True)
            ],
            level,
        )
        reason = sweep.lacking()
        lapses = LAPSES if name in (Axis.WILLING, Axis.SOLVED) else (0.0,)
        fitted = None if reason else horizon(sweep.points, lapses, level)
        if not len(known) and f"{name}_reason" in part:
            reason = f"at no size: {part[f'{name}_reason'].iloc[0]}"
        return cls(sweep, fitted, reason)

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the interval; NaN if an end is open or there is no interval."""
        return (np.nan, np.nan) if self.fitted is None else (self.fitted.low, self.fitted.high)

    def line(self) -> dict[Hashable, object]:
        """Return the columns of one row, without the bounds."""
        bracket_low, bracket_high = self.sweep.bracket()
        lengths = [point.steps for point in self.sweep.points]
        plain: dict[Hashable, object] = {
            "bracket_low": bracket_low,
            "bracket_high": bracket_high,
            "sizes": len(lengths),
            "smallest": min(lengths, default=np.nan),
            "largest": max(lengths, default=np.nan),
            "instances_only": self.sweep.instances_only,
        }
        fitted = self.fitted
        if fitted is None:
            return plain | {"beyond": self.sweep.beyond(), "reason": self.reason}
        curve = {
            "poor_fit": fitted.poor_fit,
            "lapse": fitted.lapse,
            "fit_link": str(fitted.link),
            "slope": fitted.slope,
            "deff": fitted.deff,
            "df": fitted.df,
        }
        low, high = self.ends
        if fitted.beyond and not np.isnan([bracket_low, bracket_high]).any():
            return plain | curve | {"reason": self.sweep.crosses_inside()}
        if fitted.beyond and self.sweep.beyond() is None:
            return plain | curve | {"reason": self.sweep.unclear_side()}
        if fitted.beyond:
            outside = {"beyond": fitted.beyond, "low": low, "high": high}
            return plain | curve | outside | {"reason": "it lies outside the sizes"}
        near = self.sweep.lacking_around(fitted.estimate)
        if near:
            return plain | curve | {"reason": near}
        return plain | curve | {"estimate": fitted.estimate, "low": low, "high": high}
