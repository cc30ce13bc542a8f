"""Charts of the hazards of stopping and erring by step: small multiples, a panel a size."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas

from evals.text import printable
from reports.analyses.hazards import ERRING, STOPPING
from reports.charts.figure import Figure, slug
from reports.charts.panels import Panels
from reports.measures.arrays import Floats, numbers
from reports.measures.curves import HIDDEN
from reports.tables.rendering import number, percent
from reports.tables.views import about, counted, keys_of, shared, varied_keys, view, worded

_MOST = 12
"""Panels of one figure."""
_LINES = ((STOPPING, "#d55e00", "s", "-"), (ERRING, "#0072b2", "o", "--"))

HAZARDS = (
    worded("event"),
    counted("first", "from step"),
    counted("last", "to step"),
    counted("at_risk", "at risk"),
    counted("events"),
    counted("left", "left otherwise"),
    shared("hazard", "", "low", "high"),
)


@dataclass(frozen=True, slots=True)
class _Panel:
    """The bins of one group at one size."""

    title: str
    bins: pd.DataFrame

    @property
    def steps(self) -> float:
        return float(self.bins["steps"].iloc[0])

    def line(self, event: str, top: float) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the points of one event and the ends of their intervals, from 0 to 1 in the panel."""
        part = self.bins[(self.bins["event"] == event) & (self.bins["at_risk"] >= HIDDEN)]
        count = int(np.log2(numbers(self.bins["first"]).max())) + 1
        x = (np.log2(numbers(part["first"])) + 0.5) / count
        y, low, high = (np.minimum(numbers(part[name]) / top, 1.0) for name in ("hazard", "low", "high"))
        return x, y, low, high


def figures(hazards: pd.DataFrame) -> list[Figure]:
    """Return one figure per puzzle, with a panel per group at the size that has most of its events."""
    made: list[Figure] = []
    for puzzle, part in hazards.groupby("puzzle", sort=True):
        panels = list(_panels(part))
        for first in range(0, len(panels), _MOST):
            made.append(_figure(str(puzzle), len(made) + 1, panels[first : first + _MOST]))
    return made


def _panels(part: pd.DataFrame) -> Iterator[_Panel]:
    keys, shown = keys_of(part, "size"), varied_keys(part, "size")
    for _, group in part.groupby(keys, dropna=False, sort=False):
        events = group.groupby(["steps", "size"], as_index=False)["events"].sum()
        most = events.iloc[int(numbers(events["events"]).argmax())]
        if not most["events"]:
            continue
        steps, size = most["steps"], most["size"]
        first = group.iloc[0].to_dict()
        who = filter(None, (printable(str(first["model"])), about(first, shown), f"{number(steps)} steps"))
        yield _Panel(", ".join(who), group[(group["steps"] == steps) & (group["size"] == size)])


def _figure(puzzle: str, place: int, panels: list[_Panel]) -> Figure:
    layout = Panels(len(panels), min(len(panels), 2), 70, above=22)
    bins = pd.concat([panel.bins for panel in panels])
    return Figure(
        name=f"hazards-{place}-{slug(puzzle)}"[:80].rstrip("-"),
        title=printable(puzzle),
        about="of the trials that come to a step, the share that stops and that errs there",
        told="; ".join(f"{panel.title}: {_told(panel.bins)}" for panel in panels),
        size=layout.size,
        draw=lambda canvas: _draw(canvas, layout, panels),
        table=view(bins, "size", (counted("steps"), *HAZARDS)),
    )


def _told(bins: pd.DataFrame) -> str:
    told = []
    for event, part in bins.groupby("event", sort=True):
        top = part.iloc[int(numbers(part["hazard"]).argmax())]
        told.append(f"{event} most from step {number(top['first'])} on, {percent(top['hazard'])}")
    return ", ".join(told)


def _draw(canvas: Canvas, layout: Panels, panels: list[_Panel]) -> None:
    axes = layout.axes(canvas)
    seen = pd.concat([panel.bins for panel in panels])
    seen = seen[seen["at_risk"] >= HIDDEN]
    top = min(1.0, 1.25 * max(float(seen["hazard"].max()), 0.04) if len(seen) else 1.0)
    layout.frame(axes, [panel.title for panel in panels], (0.5, 1.0))
    layout.upright(axes, ((0.0, "0 %"), (1.0, percent(top))))
    handles = []
    for event, colour, marker, style in _LINES:
        xs: list[float] = []
        ys: list[float] = []
        whiskers = []
        for at, panel in enumerate(panels):
            left, bottom = layout.corner(at)
            x, y, low, high = panel.line(event, top)
            xs += [*(left + x).tolist(), np.nan]
            ys += [*(bottom + y).tolist(), np.nan]
            ends = np.stack((left + x, bottom + low, bottom + high), axis=1).tolist()
            whiskers += [[(place, start), (place, end)] for place, start, end in ends]
        axes.add_collection(LineCollection(whiskers, colors=colour, linewidths=0.9, alpha=0.6))
        look: dict[str, Any] = {"color": colour, "marker": marker, "markersize": 3.5, "linestyle": style}
        handles += axes.plot(xs, ys, linewidth=1, label=str(event), clip_on=False, **look)
    for at, panel in enumerate(panels):
        layout.across(axes, at, ((0.0, "1"), (0.97, number(panel.steps))))
    layout.legend(canvas, handles, 2)
    layout.note(canvas, "step, in bins twice as wide as the one before")
