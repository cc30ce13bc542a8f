"""Charts of each model's two horizons against each other: what it is willing to finish, what it can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from evals.text import clip, printable
from reports.analyses.verdicts import PLAIN
from reports.charts.figure import COLOURS, FAINT, LINE, MARKERS, WIDTH, Figure, slug
from reports.measures import HIGH, only_level
from reports.tables.rendering import Shown
from reports.tables.views import (
    Column,
    Record,
    about,
    counted,
    keys_of,
    rounded,
    value,
    varied_keys,
    view,
    word,
    worded,
)
from reports.words.horizons import bounds, crossing, half

_ROOM = 2.5
"""Factor by which the axes extend beyond the sizes swept, for what lies there."""

_EDGE = 1.4
"""Factor between the end of the axis and the position of what lies beyond the sizes."""

COLUMNS = {"willing": "willing_50", "able": "able_50", "solved": "success_50"}
_PAID = {
    "tokens_per_solved_step": "tokens a solved step",
    "cost_per_solved_step": "cost a solved step",
}
COLUMNS_80 = {"willing": "willing_80", "able": "able_80", "solved": "success_80"}


@dataclass(frozen=True, slots=True)
class AxisSpan:
    """The position of a horizon on its axis, in steps; an open end is infinite, or 0."""

    at: float
    low: float
    high: float
    exact: bool
    """Whether it is an estimate, rather than a bracket or a side."""


@dataclass(frozen=True, slots=True)
class Point:
    """One group."""

    model: str
    label: str
    """What else varies; may be empty."""
    able: AxisSpan
    willing: AxisSpan
    surer: tuple[float, float] | None = None
    """able_80 and willing_80 in steps, if both are estimated."""


def table(horizons: pd.DataFrame) -> Shown:
    """Return one row per group: the three horizons at one half and at 80 %, and the bounds of ability."""
    keys = keys_of(horizons, "axis")
    merged = [_merged(part, keys) for _, part in horizons.groupby(keys, dropna=False, sort=False)]
    titles = [*COLUMNS.values(), *(COLUMNS_80.values() if "estimate_80" in horizons else ())]
    columns = [Column(title, _text(title)) for title in titles]
    columns.append(Column("able_50 had all carried on", _text("bounds")))
    paid = [name for name in _PAID if name in horizons and horizons[name].notna().any()]
    columns += [counted(name, _PAID[name]) for name in paid]
    if "cost_per_solved_step" in paid:
        columns.append(worded("currency"))
    if any(row["of"] for row in merged):
        columns.append(Column("holds for", _text("of"), numeric=False))
    columns.append(Column("why no number", _text("why"), numeric=False))
    names = [*keys, *titles, "bounds", *_PAID, "currency", "of", "why"]
    return view(pd.DataFrame(merged, columns=names), "willing_50", columns)


def _merged(part: pd.DataFrame, keys: Sequence[str]) -> dict[str, object]:
    """Merge the three rows of a group into one."""
    rows = {str(row["axis"]): row for row in part.to_dict("records")}
    why = [f"{COLUMNS[axis]}: {word(row, 'reason')}" for axis, row in rows.items() if word(row, "reason")]
    surer = _at_80(part)
    return {
        **{name: part.iloc[0][name] for name in keys},
        **{title: half(rows[axis]) for axis, title in COLUMNS.items()},
        **{title: half(surer[axis]) for axis, title in COLUMNS_80.items() if surer},
        "bounds": bounds(rows["able"]),
        **{name: part.iloc[0].get(name) for name in (*_PAID, "currency")},
        "of": "these instances" if part.iloc[0]["instances_only"] else "",
        "why": "; ".join(why),
    }


def _at_80(part: pd.DataFrame) -> dict[str, Record]:
    """Return a group's rows at 80 % by axis; empty if the table has only one half."""
    if "estimate_80" not in part:
        return {}
    return {str(row["axis"]): row for row in only_level(part, HIGH).to_dict("records")}


def _text(name: str) -> Callable[[Record], str]:
    return lambda record: str(record[name])


def figures(horizons: pd.DataFrame) -> list[Figure]:
    """Return one figure per puzzle and arm, plain arm first; a point per model with both horizons known."""
    made = []
    for puzzle, part in horizons.groupby("puzzle", sort=True):
        swept = part[["smallest", "largest"]].dropna()
        arms = sorted(part["arm"].unique(), key=lambda arm: (arm != PLAIN, str(arm)))
        for arm in arms:
            points = _points(part[part["arm"] == arm])
            if points:
                ends = float(swept["smallest"].min()), float(swept["largest"].max())
                made.append(_figure(f"{puzzle}, {arm}", part[part["arm"] == arm], points, ends))
    return made


def _points(part: pd.DataFrame) -> list[Point]:
    keys = keys_of(part, "axis")
    shown = [name for name in varied_keys(part, "axis") if name not in ("puzzle", "arm")]
    made = []
    for _, group in part.groupby(keys, dropna=False, sort=False):
        rows = {str(row["axis"]): row for row in group.to_dict("records")}
        able, willing = place(rows["able"]), place(rows["willing"])
        if able and willing:
            label = clip(about(rows["able"], shown), 30)
            made.append(Point(str(rows["able"]["model"]), label, able, willing, _surer(_at_80(group))))
    return made


def _surer(rows: dict[str, Record]) -> tuple[float, float] | None:
    """Return able_80 and willing_80, if both are estimated."""
    found = [value(rows[axis], "estimate") for axis in ("able", "willing") if rows]
    able, willing = found or (None, None)
    return None if able is None or willing is None else (able, willing)


def place(row: Record) -> AxisSpan | None:
    """Return the position of a row of `horizons`; `None` if nothing is known about it."""
    estimate, (low, high) = value(row, "estimate"), crossing(row)
    if estimate is not None:
        return AxisSpan(estimate, value(row, "low") or 0.0, value(row, "high") or np.inf, exact=True)
    if low is not None and high is not None:
        return AxisSpan(float(np.sqrt(low * high)), low, high, exact=False)
    if low is not None:
        return AxisSpan(np.inf, low, np.inf, exact=False)
    return AxisSpan(0.0, 0.0, high, exact=False) if high is not None else None


def _figure(about: str, part: pd.DataFrame, points: Sequence[Point], ends: tuple[float, float]) -> Figure:
    models = list(dict.fromkeys(point.model for point in points))
    told = [f"{_name(point)}: willing {_said(point.willing)}, able {_said(point.able)}" for point in points]
    return Figure(
        name=f"horizons-{slug(about)}",
        title="Willing against able",
        about=printable(about),
        told="; ".join(printable(one) for one in told),
        size=(WIDTH, 330 + 16 * len(models)),
        draw=lambda canvas: _draw(canvas, points, models, ends),
        table=table(part),
    )


def _name(point: Point) -> str:
    return f"{point.model}, {point.label}" if point.label else point.model


def _said(place: AxisSpan) -> str:
    if place.exact:
        return f"about {rounded(place.at)} steps"
    if np.isinf(place.high):
        return f"above {rounded(place.low)} steps"
    return (
        f"below {rounded(place.high)} steps"
        if not place.low
        else f"{rounded(place.low)} to {rounded(place.high)} steps"
    )


def _draw(canvas: Canvas, points: Sequence[Point], models: Sequence[str], ends: tuple[float, float]) -> None:
    width, height = (side * 100 for side in canvas.get_size_inches())
    below = 16 * len(models) + 62
    axes = canvas.add_axes((52 / width, below / height, (width - 66) / width, (height - below - 30) / height))
    low, high = ends[0] / _ROOM, ends[1] * _ROOM
    _prepare(axes, low, high)
    axes.set_xlabel("able_50, steps: half of what it carries through is right")
    axes.text(0, 1.03, "willing_50, steps: carries on half of the time", transform=axes.transAxes)
    axes.plot([low, high], [low, high], color=LINE, linewidth=1, zorder=0)
    looks = dict(zip(models, zip(cycle(COLOURS), cycle(MARKERS), strict=False), strict=False))
    for point in points:
        _point(axes, point, *looks[point.model], (low, high))
    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle="", label=clip(printable(model), 48))
        for model, (colour, marker) in looks.items()
    ]
    canvas.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.02, 0.0), borderaxespad=0.2)


def _prepare(axes: Axes, low: float, high: float) -> None:
    between = (1, 3) if high / low < 1e3 else (1,)
    ticks = [step * 10**power for power in range(9) for step in between if low <= step * 10**power <= high]
    for axis, scale, limit in (
        (axes.xaxis, axes.set_xscale, axes.set_xlim),
        (axes.yaxis, axes.set_yscale, axes.set_ylim),
    ):
        scale("log")
        limit(low, high)
        axis.set_ticks(ticks, [f"{tick:,.0f}" for tick in ticks])
        axis.set_ticks([], minor=True)
    axes.grid(visible=True)
    axes.set_axisbelow(True)


def _point(axes: Axes, point: Point, colour: str, marker: str, ends: tuple[float, float]) -> None:
    x, y = _inside(point.able, ends), _inside(point.willing, ends)
    _whisker(axes, point.able, (x, y), ends, colour, upright=False)
    _whisker(axes, point.willing, (x, y), ends, colour, upright=True)
    face = colour if point.able.exact and point.willing.exact else "#ffffff"
    if point.surer:
        able, willing = point.surer
        axes.plot([x, able], [y, willing], color=colour, linewidth=0.8, linestyle=":", zorder=2)
        axes.plot([able], [willing], marker=marker, color=colour, markersize=4, zorder=3)
    axes.plot(
        [x],
        [y],
        marker=marker,
        color=colour,
        markersize=8,
        markerfacecolor=face,
        markeredgewidth=1.5,
        linestyle="",
        zorder=3,
    )
    if point.label:
        axes.annotate(point.label, (x, y), xytext=(6, 5), textcoords="offset points", size=7.5, color=FAINT)


def _whisker(  # noqa: PLR0913
    axes: Axes,
    spread: AxisSpan,
    at: tuple[float, float],
    ends: tuple[float, float],
    colour: str,
    *,
    upright: bool,
) -> None:
    """Draw the interval; a bracket is dashed, an open end is an arrow."""
    middle = at[1] if upright else at[0]
    low, high = max(spread.low, ends[0]), min(spread.high, ends[1])
    style = "-" if spread.exact else (0, (3, 2))
    xs, ys = ([at[0]] * 2, [low, high]) if upright else ([low, high], [at[1]] * 2)
    axes.plot(xs, ys, color=colour, linewidth=1.2, linestyle=style, zorder=2)
    for end, is_open, arrow in (
        (ends[0], spread.low < ends[0], "v<"),
        (ends[1], spread.high > ends[1], "^>"),
    ):
        if is_open and end != middle:
            x, y = (at[0], end) if upright else (end, at[1])
            axes.plot(
                [x],
                [y],
                marker=arrow[0] if upright else arrow[1],
                color=colour,
                markersize=5,
                clip_on=False,
                zorder=3,
            )


def _inside(place: AxisSpan, ends: tuple[float, float]) -> float:
    """Return the position; what lies beyond the sizes is drawn just outside them."""
    return float(np.clip(place.at, ends[0] * _EDGE, ends[1] / _EDGE))
