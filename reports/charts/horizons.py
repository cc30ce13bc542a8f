"""Charts of each model's two horizons against each other: what it is willing to finish, what it can do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from evals.text import clip, printable
from reports.analyses.verdicts import PLAIN
from reports.charts.figure import FAINT, LINE, Figure, slug
from reports.charts.looks import Look, Looks, looks_of
from reports.charts.panels import Panels
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

_ROOM = 3.2
"""Factor by which the axes extend beyond the sizes swept, for what lies there."""

_EDGE = 1.8
"""Factor between the end of the axis and the position of what lies beyond the sizes."""

COLUMNS = {"willing": "willing_50", "able": "able_50", "solved": "success_50"}
_PAID = {
    "tokens_per_solved_step": "tokens a solved step",
    "cost_per_solved_step": "cost a solved step",
}
COLUMNS_80 = {"willing": "willing_80", "able": "able_80", "solved": "success_80"}
_MADE = (*COLUMNS.values(), *COLUMNS_80.values(), "bounds", *_PAID, "currency", "of", "why")


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


@dataclass(frozen=True, slots=True)
class _Panel:
    """The models of one puzzle and arm."""

    title: str
    points: tuple[Point, ...]


def tables(horizons: pd.DataFrame) -> tuple[Shown, Shown | None]:
    """Return the horizons at one half and at 80 %, a row per group.

    The first has the bounds of ability and what is missing for a number; the second, with what a solved step
    took, is `None` if the table has neither.
    """
    keys = keys_of(horizons, "axis")
    merged = pd.DataFrame([_merged(group, keys) for group in _groups(horizons)], columns=[*keys, *_MADE])
    columns = [Column(title, _text(title)) for title in COLUMNS.values()]
    columns.append(Column("able_50 if all had carried on", _text("bounds")))
    if any(merged["of"]):
        columns.append(Column("holds for", _text("of"), numeric=False))
    columns.append(Column("why no number", _text("why"), numeric=False))
    surer = [Column(name, _text(name)) for name in COLUMNS_80.values() if "estimate_80" in horizons]
    paid = [name for name in _PAID if name in horizons and horizons[name].notna().any()]
    surer += [counted(name, _PAID[name]) for name in paid]
    if "cost_per_solved_step" in paid:
        surer.append(worded("currency"))
    return view(merged, "willing_50", columns), view(merged, "willing_50", surer) if surer else None


@dataclass(frozen=True, slots=True)
class _Group:
    """The rows of one group by axis."""

    half: dict[str, Record]
    surer: dict[str, Record]
    """At 80 %; empty if the table has only one half."""


def _groups(horizons: pd.DataFrame) -> list[_Group]:
    """Return the groups in order. The whole table is read at once: small frames are slow."""
    keys = keys_of(horizons, "axis")
    halves = horizons.to_dict("records")
    surer = (
        only_level(horizons, HIGH).to_dict("records") if "estimate_80" in horizons else [None] * len(halves)
    )
    made: dict[tuple[str, ...], _Group] = {}
    for row, other in zip(halves, surer, strict=True):
        group = made.setdefault(tuple(str(row[name]) for name in keys), _Group({}, {}))
        group.half[str(row["axis"])] = row
        if other is not None:
            group.surer[str(row["axis"])] = other
    return list(made.values())


def _merged(group: _Group, keys: Sequence[str]) -> dict[str, object]:
    """Merge the three rows of a group into one."""
    rows = group.half
    first = next(iter(rows.values()))
    why = [f"{COLUMNS[axis]}: {word(row, 'reason')}" for axis, row in rows.items() if word(row, "reason")]
    return {
        **{name: first[name] for name in keys},
        **{title: half(rows[axis]) for axis, title in COLUMNS.items()},
        **{title: half(group.surer[axis]) for axis, title in COLUMNS_80.items() if group.surer},
        "bounds": bounds(rows["able"]),
        **{name: first.get(name) for name in (*_PAID, "currency")},
        "of": "these instances" if first["instances_only"] else "",
        "why": "; ".join(why),
    }


def _text(name: str) -> Callable[[Record], str]:
    return lambda record: str(record[name])


def figures(horizons: pd.DataFrame, looks: Looks | None = None) -> list[Figure]:
    """Return figures of a panel per puzzle and arm, plain arm first; a point per model with both horizons.

    Args:
        horizons: The table of `reports.measures.horizons`.
        looks: How each model is drawn; those of the table's own models if not given.
    """
    drawn = looks or looks_of(horizons["model"].unique())
    panels = list(_panels(horizons))
    swept = horizons[["smallest", "largest"]].dropna()
    parts = [panels[first : first + _MOST] for first in range(0, len(panels), _MOST)]
    ends = (float(swept["smallest"].min()), float(swept["largest"].max())) if len(swept) else (1.0, 10.0)
    columns = min(len(panels), 2)
    return [_figure(place, part, columns, ends, drawn) for place, part in enumerate(parts, start=1)]


def _panels(horizons: pd.DataFrame) -> Iterator[_Panel]:
    shown = [name for name in varied_keys(horizons, "axis") if name not in ("puzzle", "arm")]
    found: dict[tuple[str, str], list[Point]] = {}
    for group in _groups(horizons):
        able, willing = place(group.half["able"]), place(group.half["willing"])
        if able and willing:
            row = group.half["able"]
            point = Point(str(row["model"]), clip(about(row, shown), 30), able, willing, _surer(group.surer))
            found.setdefault((str(row["puzzle"]), str(row["arm"])), []).append(point)
    for puzzle, arm in sorted(found, key=lambda key: (key[0], key[1] != PLAIN, key[1])):
        yield _Panel(printable(f"{puzzle}, {arm}"), tuple(found[puzzle, arm]))


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


def _figure(
    place: int,
    panels: Sequence[_Panel],
    columns: int,
    ends: tuple[float, float],
    looks: Looks,
) -> Figure:
    models = sorted({point.model for panel in panels for point in panel.points})
    told = [
        f"{panel.title}, {_name(point)}: willing {_said(point.willing)}, able {_said(point.able)}"
        for panel in panels
        for point in panel.points
    ]
    names = -(-len(models) // _ACROSS)
    layout = Panels(len(panels), columns, 270 if columns == 1 else 150, 18, 24 + 15 * names)
    return Figure(
        name=f"horizons-{slug(panels[0].title)}"[:80] if place == len(panels) == 1 else f"horizons-{place}",
        title="Willing against able",
        about=panels[0].title if len(panels) == 1 else "",
        told="; ".join(printable(one) for one in told),
        size=layout.size,
        draw=lambda canvas: _draw(canvas, layout, panels, models, ends, looks),
        table=Shown((), (), ()),
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


_MOST = 8
"""Panels of one figure."""
_ACROSS = 2
"""Models side by side in the legend."""


class _Scale:
    """Where a length in steps stands in a panel, from 0 to 1 on a logarithmic axis."""

    def __init__(self, ends: tuple[float, float]) -> None:
        self.low, self.high = ends[0] / _ROOM, ends[1] * _ROOM

    def at(self, steps: float) -> float:
        """Return the place of a length, with what lies beyond at the end of the axis."""
        inside = min(max(steps, self.low), self.high)
        return float(np.log(inside / self.low) / np.log(self.high / self.low))

    def inside(self, span: AxisSpan) -> float:
        """Return where a horizon is marked: what lies beyond the sizes just outside them."""
        return self.at(min(max(span.at, self.low * _EDGE), self.high / _EDGE))

    def ticks(self, columns: int) -> list[tuple[float, str]]:
        """Return powers of ten, and thrice these where there is room."""
        between = (1, 3) if self.high / self.low < (1e4 if columns == 1 else 300) else (1,)
        steps = [factor * 10**power for power in range(9) for factor in between]
        return [(self.at(one), f"{one:,.0f}") for one in steps if self.low <= one <= self.high]


def _draw(  # noqa: PLR0913, PLR0917
    canvas: Canvas,
    layout: Panels,
    panels: Sequence[_Panel],
    models: Sequence[str],
    ends: tuple[float, float],
    looks: Looks,
) -> None:
    scale = _Scale(ends)
    ticks = scale.ticks(layout.columns)
    axes = layout.axes(canvas)
    layout.frame(axes, [panel.title for panel in panels], [at for at, _ in ticks])
    layout.upright(axes, ticks)
    for at, panel in enumerate(panels):
        left, bottom = layout.corner(at)
        layout.across(axes, at, ticks)
        axes.plot([left, left + 1], [bottom, bottom + 1], color=LINE, linewidth=1, zorder=0)
        upright = [[(left + x, bottom), (left + x, bottom + 1)] for x, _ in ticks]
        axes.add_collection(LineCollection(upright, colors=LINE, linewidths=0.6, zorder=0))
        placed = [(scale.inside(point.able), scale.inside(point.willing)) for point in panel.points]
        for point, (x, y) in zip(panel.points, dodged(placed), strict=True):
            _point(axes, point, looks[point.model], (x, y), (left, bottom), scale)
    width, height = layout.size
    canvas.text(
        6 / width,
        1 - 10 / height,
        "up: willing_50, carries on to the end half of the time",
        size=8,
        va="center",
    )
    across = "across: able_50, half of what it carries to the end is right; both in steps"
    canvas.text(6 / width, (layout.below - 6) / height, across, size=8, va="center")
    handles = [
        Line2D(
            [],
            [],
            color=looks[name].colour,
            marker=looks[name].marker,
            linestyle="",
            label=clip(printable(name), 30),
        )
        for name in models
    ]
    canvas.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.02, 0.0), borderaxespad=0.2, ncols=_ACROSS
    )


_NEAR = 0.045
"""Marks that are nearer than this share of a panel would hide each other."""


def dodged(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the places in a panel, with those that lie on an earlier one moved aside, towards the middle."""
    made: list[tuple[float, float]] = []
    for x, y in places:
        signs = (1 if x < 0.5 else -1, 1 if y < 0.5 else -1)
        tried = ((x + signs[0] * aside, y + signs[1] * aside) for aside in _NEAR * np.arange(8.0))
        free = (
            at
            for at in tried
            if all(max(abs(at[0] - other[0]), abs(at[1] - other[1])) > 0.99 * _NEAR for other in made)
        )
        made.append(next(free, (x, y)))
    return made


def _point(  # noqa: PLR0913, PLR0917
    axes: Axes, point: Point, look: Look, at: tuple[float, float], corner: tuple[float, float], scale: _Scale
) -> None:
    x, y = corner[0] + at[0], corner[1] + at[1]
    _whisker(axes, point.able, (x, y), corner, scale, look.colour, upright=False)
    _whisker(axes, point.willing, (x, y), corner, scale, look.colour, upright=True)
    face = look.colour if point.able.exact and point.willing.exact else "#ffffff"
    if point.surer:
        able, willing = (corner[side] + scale.at(steps) for side, steps in enumerate(point.surer))
        axes.plot([x, able], [y, willing], color=look.colour, linewidth=0.8, linestyle=":", zorder=2)
        axes.plot([able], [willing], marker=look.marker, color=look.colour, markersize=3.5, zorder=3)
    axes.plot(
        [x],
        [y],
        marker=look.marker,
        color=look.colour,
        markersize=7,
        markerfacecolor=face,
        markeredgewidth=1.5,
        linestyle="",
        zorder=4,
    )
    if point.label:
        axes.annotate(point.label, (x, y), xytext=(6, 5), textcoords="offset points", size=7, color=FAINT)


def _whisker(  # noqa: PLR0913, PLR0917
    axes: Axes,
    spread: AxisSpan,
    at: tuple[float, float],
    corner: tuple[float, float],
    scale: _Scale,
    colour: str,
    *,
    upright: bool,
) -> None:
    """Draw the interval; a bracket is dashed, an open end is an arrow of two strokes, unlike any marker."""
    start = corner[1] if upright else corner[0]
    low, high = start + scale.at(spread.low), start + scale.at(spread.high)
    style = "-" if spread.exact else (0, (3, 2))

    def line(xs: list[float], ys: list[float], **look: Any) -> None:
        axes.plot(*((ys, xs) if upright else (xs, ys)), color=colour, zorder=2, **look)

    across = at[0] if upright else at[1]
    line([low, high], [across, across], linewidth=1.2, linestyle=style)
    for end, is_open, back in (
        (low, spread.low < scale.low, 0.035),
        (high, spread.high > scale.high, -0.035),
    ):
        if is_open:
            line(
                [end + back, end, end + back],
                [across - 0.022, across, across + 0.022],
                linewidth=1.2,
                clip_on=False,
            )
