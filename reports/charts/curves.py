"""Charts of the rates against task length, and of the trials of one size step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from evals.text import printable
from reports.charts.figure import INK, LINE, Figure, slug
from reports.charts.panels import Panels
from reports.measures.arrays import Bools, Floats, numbers
from reports.measures.curves import HIDDEN, HOLLOW
from reports.tables.rendering import Shown, number, percent
from reports.tables.views import (
    Column,
    Record,
    about,
    counted,
    keys_of,
    rounded,
    shared,
    value,
    varied_keys,
    view,
)


@dataclass(frozen=True, slots=True)
class CurveStyle:
    """How one rate is drawn."""

    rate: str
    colour: str
    marker: str
    style: Literal["-", "--", ":"]
    shift: float
    """How far aside it is drawn, in widths of a panel, so that lines and intervals do not hide each other."""


LINES = (
    CurveStyle("willing", "#d55e00", "s", "-", -0.022),
    CurveStyle("able", "#0072b2", "o", "--", 0.0),
    CurveStyle("solved", "#009e73", "^", ":", 0.022),
)
STATES = (
    ("writing_right", "right and writing", "#009e73", ""),
    ("writing_lost", "wrong and writing", "#0072b2", "\\\\\\"),
    ("stopped_clean", "stopped, right so far", "#e69f00", "///"),
    ("stopped_lost", "stopped, already wrong", "#f0e0b8", "--"),
    ("cut", "cut from outside", "#8a8f96", "xx"),
)
_MOST_TIMES = 60
"""Maximum number of points of a step curve that are drawn."""


def _groups(table: pd.DataFrame) -> list[tuple[Record, str, pd.DataFrame]]:
    """Return each group's first row, its description, and its rows."""
    keys, shown = keys_of(table, "size"), varied_keys(table, "size")
    parts = table.groupby(keys, dropna=False, sort=False)
    return [(part.iloc[0].to_dict(), about(part.iloc[0].to_dict(), shown), part) for _, part in parts]


# --- rates by length


def rate_figures(sizes: pd.DataFrame) -> list[Figure]:
    """Return one figure per puzzle of `by_size`, with a panel per model, arm and whatever else varies."""
    made = []
    for puzzle, part in sizes.groupby("puzzle", sort=True):
        groups = _groups(part)
        made += [
            _rate_figure(str(puzzle), at // _MOST_PANELS + 1, groups[at : at + _MOST_PANELS])
            for at in range(0, len(groups), _MOST_PANELS)
        ]
    return made


def _rate_figure(puzzle: str, place: int, groups: list[tuple[Record, str, pd.DataFrame]]) -> Figure:
    parts = [part.sort_values("steps") for _, _, part in groups]
    titles = [_title(first, told) for first, told, _ in groups]
    layout = Panels(len(groups), min(len(groups), 2), 80, above=22)
    return Figure(
        name=f"rates-{place}-{slug(puzzle)}"[:80].rstrip("-"),
        title=printable(puzzle),
        about="willing, able and solved by length",
        told="; ".join(f"{title}: {_rates_told(part)}" for title, part in zip(titles, parts, strict=True)),
        size=layout.size,
        draw=lambda canvas: _draw_rates(canvas, layout, titles, parts),
        table=Shown((), (), ()),
    )


def _title(first: Record, told: str) -> str:
    return ", ".join(filter(None, (printable(str(first["model"])), told)))


_MOST_PANELS = 12
"""Panels of one figure."""


RATES = (
    counted("steps"),
    counted("counted", "trials"),
    shared("willing", "", "willing_low", "willing_high"),
    shared("able", "", "able_low", "able_high"),
    shared("solved", "", "solved_low", "solved_high"),
    shared("ability_low", "able had all carried on, from"),
    shared("ability_high", "to"),
    counted("at_risk", "to the end"),
)


def _between(low: str, high: str) -> Callable[[Record], str]:
    def cell(record: Record) -> str:
        ends = value(record, low), value(record, high)
        return "" if None in ends else " to ".join(percent(end) for end in ends if end is not None)

    return cell


CUT = (
    Column("willing, whatever the cut had done", _between("willing_cut_low", "willing_cut_high")),
    Column("solved, whatever the cut had done", _between("solved_cut_low", "solved_cut_high")),
)


def rate_columns(sizes: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of the rates; where something was cut, with what that could have hidden at most."""
    return (*RATES, *CUT) if sizes["solved_cut_low"].notna().any() else RATES


def _rates_told(part: pd.DataFrame) -> str:
    columns = part[["steps", *(line.rate for line in LINES)]]
    rows = [
        f"{number(row['steps'])} steps: "
        + ", ".join(f"{line.rate} {100 * row[line.rate]:.0f} %" for line in LINES if pd.notna(row[line.rate]))
        for row in columns.to_dict("records")
    ]
    return "; ".join(rows)


def _draw_rates(canvas: Canvas, layout: Panels, titles: list[str], parts: list[pd.DataFrame]) -> None:
    axes = layout.axes(canvas)
    layout.frame(axes, titles, (0.5, 1.0))
    layout.upright(axes, ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")))
    lengths = numbers(pd.concat(parts)["steps"])
    low, high = np.log(lengths.min() / 1.3), np.log(lengths.max() * 1.3)
    drawn: dict[str, list[_Drawn]] = {line.rate: [] for line in LINES}
    for at, part in enumerate(parts):
        steps = numbers(part["steps"])
        x = (np.log(steps) - low) / (high - low)
        left, bottom = layout.corner(at)
        band = bottom + numbers(part["ability_low"]), bottom + numbers(part["ability_high"])
        axes.fill_between(left + x, *band, color=LINE, alpha=0.5, linewidth=0, zorder=1)
        for line in LINES:
            drawn[line.rate].append(_Drawn.of(part, left + x, bottom, line))
        layout.across(axes, at, [(float(x[one]), number(steps[one])) for one in _apart(x, 0.2)])
    for line in LINES:
        _draw_line(axes, _Drawn.joined(drawn[line.rate]), line)
    handles: list[Artist] = [
        Line2D(
            [], [], color=line.colour, marker=line.marker, linestyle=line.style, markersize=4, label=line.rate
        )
        for line in LINES
    ]
    handles.append(Patch(color=LINE, alpha=0.5, label="able had all carried on"))
    layout.legend(canvas, handles, 4, columnspacing=0.9, handlelength=1.8, handletextpad=0.4)
    layout.note(canvas, "steps of the task")


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The points of a rate, in the units of the panels; NaN between one panel and the next."""

    x: Floats
    share: Floats
    low: Floats
    high: Floats
    full: Bools
    """Whether enough trials are at risk."""

    @classmethod
    def of(cls, part: pd.DataFrame, x: Floats, bottom: float, line: CurveStyle) -> Self:
        """Return the points of one panel; those are left out at which hardly any trials are at risk."""
        share, low, high = (bottom + numbers(part[f"{line.rate}{end}"]) for end in ("", "_low", "_high"))
        at_risk = numbers(part["at_risk" if line.rate == "able" else "counted"])
        seen = ~np.isnan(share) & (at_risk >= HIDDEN)
        # Aside and a little up or down, so that lines at 0 or 100 % do not hide each other.
        shifted = x[seen] + line.shift, share[seen] + 0.6 * line.shift
        return cls(*shifted, low[seen], high[seen], at_risk[seen] >= HOLLOW)

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        """Return all panels as one line with gaps, which is much quicker to draw."""
        gap = np.array([np.nan])
        x, share, low, high = (
            np.concatenate([piece for part in parts for piece in (getattr(part, name), gap)])
            for name in ("x", "share", "low", "high")
        )
        full = np.concatenate([piece for part in parts for piece in (part.full, np.array([True]))])
        return cls(x, share, low, high, full)


def _draw_line(axes: Axes, drawn: _Drawn, line: CurveStyle) -> None:
    """Draw a rate with its intervals; hollow where few trials are at risk."""
    look: dict[str, Any] = {"color": line.colour, "clip_on": False}
    axes.plot(drawn.x, drawn.share, linestyle=line.style, linewidth=1.3, zorder=3, **look)
    axes.vlines(drawn.x, drawn.low, drawn.high, color=line.colour, linewidth=0.9, zorder=2)
    for full in (True, False):
        these = drawn.full == full
        mark: dict[str, Any] = {"marker": line.marker, "markerfacecolor": line.colour if full else "#ffffff"}
        axes.plot(drawn.x[these], drawn.share[these], linestyle="", markersize=4.0, zorder=4, **mark, **look)


def _apart(places: Floats, least: float) -> list[int]:
    """Return the indices of those sorted places that leave room between them, including the last."""
    kept: list[int] = []
    for index in range(len(places) - 1, -1, -1):
        if not kept or places[kept[-1]] - places[index] >= least:
            kept.append(index)
    return kept[::-1]


# --- step by step


def step_figures(steps: pd.DataFrame, sizes: pd.DataFrame) -> list[Figure]:
    """Return one figure per puzzle, a panel per group at the size whose share solved is nearest one half.

    Groups that solved everything at that size are left out.
    """
    cell = [*keys_of(sizes, "size"), "size", "steps"]
    made: list[Figure] = []
    for puzzle, of_puzzle in sizes.groupby("puzzle", sort=True):
        panels = []
        for first, told, part in _groups(of_puzzle):
            row = part.iloc[nearest_half(numbers(part["solved"]))]
            if row["solved"] == 1:
                continue
            same = steps.merge(pd.DataFrame([row[cell]]).astype(part[cell].dtypes), on=cell)
            if len(same) > 1:
                panels.append((f"{_title(first, told)}, {number(row['steps'])} steps", same))
        for first_panel in range(0, len(panels), _MOST_PANELS):
            made.append(
                _step_figure(str(puzzle), len(made) + 1, panels[first_panel : first_panel + _MOST_PANELS])
            )
    return made


def _step_figure(puzzle: str, place: int, panels: list[tuple[str, pd.DataFrame]]) -> Figure:
    layout = Panels(len(panels), min(len(panels), 2), 80, above=52)
    shown = pd.concat([part.iloc[_thinned(len(part), 6)] for _, part in panels])
    return Figure(
        name=f"steps-{place}-{slug(puzzle)}"[:80].rstrip("-"),
        title=printable(puzzle),
        about="what the trials had come to after so many steps",
        told="; ".join(f"{title}: {_steps_told(part)}" for title, part in panels),
        size=layout.size,
        draw=lambda canvas: _draw_steps(canvas, layout, panels),
        table=view(shown, "size", STEPS),
    )


STEPS = (
    counted("step", "steps written"),
    counted("at_risk", "right and writing before"),
    shared("right", "no fault so far", "right_low", "right_high"),
    *(shared(name, title) for name, title, _, _ in STATES),
)


def nearest_half(share: Floats) -> int:
    """Return the index of the share nearest to one half; of ties, the last."""
    far = np.abs(np.nan_to_num(share, nan=9.0) - 0.5)
    return int(len(far) - 1 - np.argmin(far[::-1]))


def _steps_told(part: pd.DataFrame) -> str:
    last = part.iloc[-1]
    return "at the end " + ", ".join(f"{title} {100 * last[name]:.0f} %" for name, title, _, _ in STATES)


def _draw_steps(canvas: Canvas, layout: Panels, panels: list[tuple[str, pd.DataFrame]]) -> None:
    axes = layout.axes(canvas)
    layout.frame(axes, [title for title, _ in panels])
    layout.upright(axes, ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")))
    for at, (_, whole) in enumerate(panels):
        part = whole.iloc[_thinned(len(whole), _MOST_TIMES)]
        left, bottom = layout.corner(at)
        steps = numbers(part["step"])
        end = max(steps.max(), 1.0)
        x = left + np.log1p(steps) / np.log1p(end)
        below = np.zeros(len(x))
        for name, _, colour, hatch in STATES:
            above = np.clip(below + numbers(part[name]), 0, 1)
            if (above > below).any():
                look: dict[str, Any] = {
                    "facecolor": colour,
                    "hatch": hatch,
                    "edgecolor": "#5b4a20",
                    "linewidth": 0.3,
                }
                axes.fill_between(x, bottom + below, bottom + above, step="post", **look)
            below = above
        axes.step(x, bottom + numbers(part["right"]), where="post", color=INK, linewidth=1.4, clip_on=False)
        ticks = [tick for tick in (0, 1, 10, 100, 1000, 10_000, 100_000) if tick < end / 4] + [end]
        layout.across(axes, at, [(float(np.log1p(tick) / np.log1p(end)), rounded(tick)) for tick in ticks])
    handles: list[Artist] = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="#5b4a20", linewidth=0.3, label=title)
        for _, title, colour, hatch in STATES
    ]
    handles.append(Line2D([], [], color=INK, linewidth=1.4, label="no fault so far, while it writes"))
    layout.legend(canvas, handles, 2, handlelength=1.6)
    layout.note(canvas, "steps written; up: share of the trials")


def _thinned(count: int, most: int) -> list[int]:
    """Return at most `most` of `count` indices, including the first and the last."""
    if count <= most:
        return list(range(count))
    return sorted({round(place) for place in np.linspace(0, count - 1, most).tolist()})
