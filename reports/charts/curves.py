"""Charts of the rates against task length, and of the trials of one size step by step."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from evals.text import printable
from reports.charts.figure import FAINT, LINE, WIDTH, Figure, slug
from reports.measures.arrays import Floats, numbers
from reports.measures.curves import HIDDEN, HOLLOW
from reports.tables.rendering import number, percent
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
    style: str
    shift: float
    """Factor applied to the length, so that intervals do not hide each other."""


LINES = (
    CurveStyle("willing", "#d55e00", "s", "-", 1 / 1.035),
    CurveStyle("able", "#0072b2", "o", "--", 1.0),
    CurveStyle("solved", "#009e73", "^", ":", 1.035),
)
STATES = (
    ("writing_right", "right and writing", "#009e73", ""),
    ("writing_lost", "wrong and writing", "#0072b2", "\\\\\\"),
    ("stopped_clean", "stopped, right so far", "#e69f00", "///"),
    ("stopped_lost", "stopped, already wrong", "#f0e0b8", "--"),
    ("cut", "cut from outside", "#8a8f96", "xx"),
)
_MOST_TIMES = 300
"""Maximum number of points of a step curve that are drawn."""


def _groups(table: pd.DataFrame) -> list[tuple[Record, str, pd.DataFrame]]:
    """Return each group's first row, its description, and its rows."""
    keys, shown = keys_of(table, "size"), varied_keys(table, "size")
    parts = table.groupby(keys, dropna=False, sort=False)
    return [(part.iloc[0].to_dict(), about(part.iloc[0].to_dict(), shown), part) for _, part in parts]


# --- rates by length


def rate_figures(sizes: pd.DataFrame) -> list[Figure]:
    """Return one figure per group of `by_size`."""
    made = []
    for place, (first, told, part) in enumerate(_groups(sizes), start=1):
        ordered = part.sort_values("steps")
        made.append(
            Figure(
                name=f"rates-{place}-{slug(first['model'], first['puzzle'], first['arm'])}"[:80].rstrip("-"),
                title=printable(str(first["model"])),
                about=told,
                told=_rates_told(ordered),
                size=(WIDTH, 300),
                draw=lambda canvas, part=ordered: _draw_rates(canvas, part),  # type: ignore[misc]
                table=view(part, "size", rate_columns(part)),
            )
        )
    return made


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
    rows = [
        f"{number(row['steps'])} steps: "
        + ", ".join(f"{line.rate} {100 * row[line.rate]:.0f} %" for line in LINES if pd.notna(row[line.rate]))
        for row in part.to_dict("records")
    ]
    return "; ".join(rows)


def _draw_rates(canvas: Canvas, part: pd.DataFrame) -> None:
    axes = canvas.add_axes((0.13, 0.33, 0.84, 0.56))
    steps = numbers(part["steps"])
    axes.set_xscale("log")
    axes.set_xlim(steps.min() / 1.3, steps.max() * 1.3)
    _shares(axes)
    axes.axhline(0.5, color=FAINT, linewidth=0.6)
    band = numbers(part["ability_low"]), numbers(part["ability_high"])
    axes.fill_between(steps, *band, color=LINE, alpha=0.5, linewidth=0, label="able had all carried on")
    for line in LINES:
        _draw_line(axes, part, steps, line)
    ticks = steps[_apart(np.log(steps), 0.11 * np.log(steps.max() / steps.min() * 1.7))]
    axes.xaxis.set_ticks(ticks, [number(tick) for tick in ticks])
    axes.xaxis.set_ticks([], minor=True)
    for row, (name, title) in enumerate((("counted", "n"), ("at_risk", "to end"))):
        y = -0.21 - 0.11 * row
        axes.text(-0.03, y, title, transform=axes.transAxes, ha="right", color=FAINT, size=7.5)
        for tick, count in zip(steps, part[name], strict=True):
            if tick in ticks:
                at = axes.get_xaxis_transform()
                axes.text(tick, y, number(count), transform=at, ha="center", color=FAINT, size=7.5)
    axes.text(0.5, -0.46, "steps of the task", transform=axes.transAxes, ha="center")
    axes.legend(
        loc="lower center",
        bbox_to_anchor=(0.46, 1.0),
        ncols=4,
        columnspacing=0.9,
        handlelength=1.6,
        handletextpad=0.4,
        fontsize=7.5,
    )


def _draw_line(axes: Axes, part: pd.DataFrame, steps: Floats, line: CurveStyle) -> None:
    """Draw a rate with its intervals; hollow if few trials are at risk, and omitted if hardly any are."""
    share, low, high = (numbers(part[f"{line.rate}{end}"]) for end in ("", "_low", "_high"))
    at_risk = numbers(part["at_risk" if line.rate == "able" else "counted"])
    drawn = ~np.isnan(share) & (at_risk >= HIDDEN)
    x = steps * line.shift
    axes.plot(
        x[drawn],
        share[drawn],
        color=line.colour,
        linestyle=line.style,
        linewidth=1.4,
        label=line.rate,
        marker="",
        zorder=3,
    )
    axes.vlines(x[drawn], low[drawn], high[drawn], color=line.colour, linewidth=1, zorder=2)
    for full in (True, False):
        these = drawn & ((at_risk >= HOLLOW) == full)
        face = line.colour if full else "#ffffff"
        axes.plot(
            x[these],
            share[these],
            linestyle="",
            marker=line.marker,
            color=line.colour,
            markerfacecolor=face,
            markersize=5,
            zorder=4,
        )


def _shares(axes: Axes) -> None:
    axes.set_ylim(-0.02, 1.04)
    axes.yaxis.set_ticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    axes.grid(visible=True, axis="y")
    axes.set_axisbelow(True)


def _apart(places: Floats, least: float) -> list[int]:
    """Return the indices of those sorted places that leave room between them, including the last."""
    kept: list[int] = []
    for index in range(len(places) - 1, -1, -1):
        if not kept or places[kept[-1]] - places[index] >= least:
            kept.append(index)
    return kept[::-1]


# --- step by step


def step_figures(steps: pd.DataFrame, sizes: pd.DataFrame) -> list[Figure]:
    """Return one figure per group, at the size whose share of solved is nearest to one half."""
    cell = [*keys_of(sizes, "size"), "size", "steps"]
    made = []
    for place, (first, told, part) in enumerate(_groups(sizes), start=1):
        row = part.iloc[nearest_half(numbers(part["solved"]))]
        same = steps.merge(pd.DataFrame([row[cell]]).astype(part[cell].dtypes), on=cell)
        if len(same) < 2:
            continue
        size = f"{number(row['steps'])} steps"
        made.append(
            Figure(
                name=f"steps-{place}-{slug(first['model'], first['puzzle'], first['arm'])}"[:80].rstrip("-"),
                title=printable(str(first["model"])),
                about=", ".join(part for part in (told, f"tasks of {size}") if part),
                told=_steps_told(same, size),
                size=(WIDTH, 290),
                draw=lambda canvas, part=same: _draw_steps(canvas, part),  # type: ignore[misc]
                table=view(same.iloc[_thinned(len(same), 12)], "size", STEPS),
            )
        )
    return made


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


def _steps_told(part: pd.DataFrame, size: str) -> str:
    last = part.iloc[-1]
    return f"At the end of {size}: " + ", ".join(
        f"{title} {100 * last[name]:.0f} %" for name, title, _, _ in STATES
    )


def _draw_steps(canvas: Canvas, part: pd.DataFrame) -> None:
    axes = canvas.add_axes((0.13, 0.17, 0.8, 0.58))
    part = part.iloc[_thinned(len(part), _MOST_TIMES)]
    x = numbers(part["step"])
    end = max(x.max(), 1.0)
    axes.set_xscale("symlog", linthresh=1.0)
    axes.set_xlim(0, end)
    _shares(axes)
    axes.set_ylim(0, 1)
    below = np.zeros(len(x))
    for name, title, colour, hatch in STATES:
        above = np.clip(below + numbers(part[name]), 0, 1)
        if (above > below).any():
            axes.fill_between(
                x,
                below,
                above,
                step="post",
                facecolor=colour,
                hatch=hatch,
                edgecolor="#5b4a20",
                linewidth=0.3,
                label=title,
            )
        below = above
    axes.step(
        x, numbers(part["right"]), where="post", color="#000000", linewidth=1.6, label="no fault so far"
    )
    ticks = [tick for tick in (0, 1, 10, 100, 1000, 10_000, 100_000) if tick < end / 4] + [end]
    axes.xaxis.set_ticks(ticks, [rounded(tick) for tick in ticks])
    axes.xaxis.set_ticks([], minor=True)
    axes.set_xlabel("steps written")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.1, 1.0), ncols=2, handlelength=1.6, fontsize=7.5)


def _thinned(count: int, most: int) -> list[int]:
    """Return at most `most` of `count` indices, including the first and the last."""
    if count <= most:
        return list(range(count))
    return sorted({round(place) for place in np.linspace(0, count - 1, most).tolist()})
