"""The three horizons of each group, where its sizes allow them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from reports.measures.arrays import numbers
from reports.measures.design import Counted, Sweep
from reports.measures.horizon import Horizon, SizePoint, horizon
from reports.measures.sizes import by_size

LAPSES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
"""The shares of refusals whatever the length that are tried for `willing`, and so for `solved`."""


class Axis(StrEnum):
    """Which rate a horizon is of; all three stand on the length of the task."""

    WILLING = "willing"
    ABLE = "able"
    SOLVED = "solved"


_TEXT = pd.StringDtype("python", na_value=np.nan)
_COLUMNS: dict[str, Any] = {  # pandas' own names and types of columns
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


def horizons(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a group and axis.

    | column | meaning and unit |
    |---|---|
    | the group's keys | see `groups` |
    | axis | `willing`, `able` or `solved` |
    | estimate | steps; missing where it is not estimable, or outside the sizes |
    | low, high | 95 % interval in steps; missing: open |
    | beyond | `> 2047`, `< 15`: outside the sizes that count; missing otherwise, and where the rates \
cross one half inside all the same |
    | bracket_low, bracket_high | the sizes between which the rate crosses one half; missing: open |
    | sizes, smallest, largest | at how many sizes the rate is estimable, and between which lengths |
    | poor_fit | the curve does not fit, and the interval is widened; missing: no curve |
    | lapse | share that fails whatever the length, where clearly above 0 (never tried for `able`); else 0 |
    | fit_link, slope | the curve: `logit` or `cloglog`, and its fall per doubling |
    | deff, df | design effect and degrees of freedom of the interval |
    | instances_only | fewer than ten instances a size: the interval holds for these instances only |
    | reason | why there is no number; missing where there is |
    | bound_low, bound_high | `able`: the ability had all gone on lies between; missing: no bound |

    Raises:
        FrameError: these are not the rows of `reports.frame`, or a trial stands in them twice.
    """
    return horizons_of(by_size(rows))


def horizons_of(sizes: pd.DataFrame, axes: Sequence[Axis] = tuple(Axis)) -> pd.DataFrame:
    """The same from the table of `by_size`, so that it is made once.

    Args:
        sizes: that table.
        axes: which to give; the bounds of ability come with `solved`.
    """
    names = [str(name) for name in sizes.columns[: sizes.columns.get_loc("size")]]
    lines: list[dict[Hashable, object]] = []
    keys = sizes.drop_duplicates(names)[names]
    for _, part in sizes.groupby(names, dropna=False, sort=False):
        swept = {axis: _Swept.of(part, str(axis)) for axis in axes}
        for axis, one in swept.items():
            bounds: dict[Hashable, object] = {}
            if axis is Axis.ABLE and Axis.SOLVED in swept:
                highest = _Swept.of(part, "ability_high")
                bounds = {"bound_low": swept[Axis.SOLVED].ends[0], "bound_high": highest.ends[1]}
            lines.append({"axis": str(axis), **one.line(), **bounds})
    table = pd.DataFrame(lines, columns=list(_COLUMNS)).astype(_COLUMNS)
    named = keys.loc[keys.index.repeat(len(axes))].reset_index(drop=True)
    return pd.concat([named, table], axis="columns")


@dataclass(frozen=True, slots=True)
class _Swept:
    """One rate of one group."""

    sweep: Sweep
    fitted: Horizon | None
    reason: str | None
    """Why no curve is fitted."""

    @classmethod
    def of(cls, part: pd.DataFrame, name: str) -> "_Swept":
        """Of the group's rows of `by_size`, by the rate's column."""
        known = part[(part[name].notna() & (part[f"{name}_n"] > 0)).to_numpy()].sort_values("steps")
        columns = (known["steps"], *(known[f"{name}{end}"] for end in ("", "_n", "_variance")))
        estimates = zip(*(numbers(column).tolist() for column in columns), known["clusters"], strict=True)
        counts = zip(known["counted"], known["instances"], strict=True)
        sweep = Sweep(
            [
                Counted(SizePoint(*point), trials, instances)
                for point, (trials, instances) in zip(estimates, counts, strict=True)
            ]
        )
        reason = sweep.lacking()
        lapses = LAPSES if name in (Axis.WILLING, Axis.SOLVED) else (0.0,)
        fitted = None if reason else horizon(sweep.points, lapses)
        if not len(known) and f"{name}_reason" in part:
            reason = f"at no size: {part[f'{name}_reason'].iloc[0]}"
        return cls(sweep, fitted, reason)

    @property
    def ends(self) -> tuple[float, float]:
        """Of the interval; NaN where it is open, or there is none."""
        return (np.nan, np.nan) if self.fitted is None else (self.fitted.low, self.fitted.high)

    def line(self) -> dict[Hashable, object]:
        """The columns of one row, the bounds apart."""
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
            return plain | curve | {"reason": "the rates cross one half inside the sizes, the curve outside"}
        if fitted.beyond:
            outside = {"beyond": fitted.beyond, "low": low, "high": high}
            return plain | curve | outside | {"reason": "it lies outside the sizes"}
        near = self.sweep.lacking_around(fitted.estimate)
        if near:
            return plain | curve | {"reason": near}
        return plain | curve | {"estimate": fitted.estimate, "low": low, "high": high}
