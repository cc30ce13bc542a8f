"""Charts of the hazards of stopping and erring by step: small multiples, a panel a size."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas

from evals.text import printable
from reports.analyses.hazards import ERRING, STOPPING
from reports.charts.figure import FAINT, LINE, WIDTH, Figure, slug
from reports.measures.arrays import Floats, numbers
from reports.measures.curves import HIDDEN
from reports.tables.rendering import number, percent
from reports.tables.views import about, counted, keys_of, shared, varied_keys, view, worded

_COLUMNS, _PANELS = 3, 6
_GAP = (0.16, 0.42)
"""Between panels, in widths and heights of one."""
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
    """The bins of one size."""

    steps: float
    bins: pd.DataFrame
    place: tuple[float, float]
    """Its lower left corner; each panel is one wide and high."""
    last: int
    """Number of bins of the task."""

    def line(self, event: str, top: float) -> tuple[Floats, Floats, Floats, Floats]:
        """Return where the points of one event and the ends of their intervals are drawn."""
        part = self.bins[(self.bins["event"] == event) & (self.bins["at_risk"] >= HIDDEN)]
        x = self.place[0] + (np.log2(numbers(part["first"])) + 0.5) / self.last
        y, low, high = (
            self.place[1] + np.minimum(numbers(part[name]) / top, 1.0) for name in ("hazard", "low", "high")
        )
        return x, y, low, high


def figures(hazards: pd.DataFrame) -> list[Figure]:
    """Return one figure per group with an event: up to six sizes, those with most events."""
    keys, shown = keys_of(hazards, "size"), varied_keys(hazards, "size")
    made = []
    for number_, (_, part) in enumerate(hazards.groupby(keys, dropna=False, sort=False), start=1):
        events = part.groupby(["steps", "size"])["events"].sum()
        most = events[events > 0].nlargest(_PANELS)
        if most.empty:
            continue
        bins = part[part.set_index(["steps", "size"]).index.isin(most.index)]
        first = part.iloc[0].to_dict()
        rows = -(-len(most) // _COLUMNS)
        made.append(
            Figure(
                name=f"hazards-{number_}-{slug(first['model'], first['puzzle'], first['arm'])}"[:80].rstrip(
                    "-"
                ),
                title=printable(str(first["model"])),
                about=about(first, shown),
                told=_told(bins),
                size=(WIDTH, 70 + 115 * rows),
                draw=lambda canvas, bins=bins, rows=rows: _draw(canvas, bins, rows),  # type: ignore[misc]
                table=view(bins, "size", (counted("steps"), *HAZARDS)),
            )
        )
    return made


def _told(bins: pd.DataFrame) -> str:
    told = []
    for _, part in bins.groupby(["steps", "event"], sort=True):
        top = part.iloc[int(numbers(part["hazard"]).argmax())]
        most = f"most from step {number(top['first'])} on, {percent(top['hazard'])}"
        told.append(f"{number(top['steps'])} steps, {top['event']}: {most}")
    return "; ".join(told)


def _draw(canvas: Canvas, bins: pd.DataFrame, rows: int) -> None:
    height = canvas.get_size_inches()[1] * 100
    axes = canvas.add_axes((0.12, 34 / height, 0.85, (height - 84) / height))
    axes.axis("off")
    panels = _panels(bins)
    axes.set_xlim(0, _COLUMNS + (_COLUMNS - 1) * _GAP[0])
    axes.set_ylim(-(rows - 1) * (1 + _GAP[1]), 1)
    seen = bins[bins["at_risk"] >= HIDDEN]
    top = min(1.0, 1.25 * max(float(seen["hazard"].max()), 0.04) if len(seen) else 1.0)
    frames = [[(x, y + 1), (x, y), (x + 1, y)] for x, y in (panel.place for panel in panels)]
    axes.add_collection(LineCollection(frames, colors=FAINT, linewidths=0.8, clip_on=False))
    middles = [[(x, y + 0.5), (x + 1, y + 0.5)] for x, y in (panel.place for panel in panels)]
    axes.add_collection(LineCollection(middles, colors=LINE, linewidths=0.6))
    for event, colour, marker, style in _LINES:
        lines = [panel.line(event, top) for panel in panels]
        whiskers = [
            [(x, low), (x, high)] for line in lines for x, _, low, high in np.stack(line, axis=1).tolist()
        ]
        axes.add_collection(LineCollection(whiskers, colors=colour, linewidths=0.9, alpha=0.6))
        xs, ys = (np.concatenate([part for line in lines for part in (line[at], [np.nan])]) for at in (0, 1))
        axes.plot(
            xs, ys, color=colour, marker=marker, markersize=3.5, linestyle=style, linewidth=1, label=event
        )
    for panel in panels:
        x, y = panel.place
        small: dict[str, Any] = {"color": FAINT, "size": 7.5}
        axes.text(x + 0.5, y + 1.03, f"{number(panel.steps)} steps", ha="center", size=8)
        axes.text(x, y - 0.04, "1", ha="center", va="top", **small)
        axes.text(x + 1, y - 0.04, number(panel.steps), ha="right", va="top", **small)
        if x == 0:
            axes.text(-0.03, y, "0 %", ha="right", va="center", **small)
            axes.text(-0.03, y + 1, percent(top), ha="right", va="center", **small)
    canvas.text(0.55, 6 / height, "step, bins twice as wide as the one before", ha="center")
    canvas.text(0.015, 0.5, "hazard", rotation=90, va="center")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1 + 16 / (height - 84)), ncols=2, fontsize=8)


def _panels(bins: pd.DataFrame) -> list[_Panel]:
    made = []
    for at, (_, part) in enumerate(bins.groupby(["steps", "size"], sort=True)):
        row, column = divmod(at, _COLUMNS)
        place = column * (1 + _GAP[0]), -row * (1 + _GAP[1])
        made.append(
            _Panel(float(part["steps"].iloc[0]), part, place, int(np.log2(numbers(part["first"]).max())) + 1)
        )
    return made
