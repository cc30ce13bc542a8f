"""Charts of the horizons by the date on which the models were released: will, ability and success apart."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from evals.text import clip, printable
from reports.analyses.trend import MODELS, Released, dates
from reports.charts.figure import COLOURS, FAINT, WIDTH, Figure, slug
from reports.charts.horizons import COLUMNS, place
from reports.measures.arrays import numbers
from reports.tables.views import (
    Column,
    Record,
    about,
    counted,
    keys_of,
    rounded,
    spread,
    value,
    varied_keys,
    view,
    word,
)

_MARKERS = {"willing": "s", "able": "o", "solved": "^"}
_COLOURS = {"willing": COLOURS[1], "able": COLOURS[0], "solved": COLOURS[2]}
_PANEL = 160
_FEW = 3
"""More puzzles and arms without a doubling time are not told one by one."""


def _doubling(record: Record) -> str:
    return spread(
        value(record, "doubling_days"), value(record, "low"), value(record, "high"), rounded, " [open]"
    )


TREND = (
    Column("horizon", lambda record: COLUMNS[word(record, "axis")], numeric=False),
    counted("models"),
    counted("puzzles"),
    Column("from", lambda record: word(record, "first"), numeric=False),
    Column("to", lambda record: word(record, "last"), numeric=False),
    Column("doubles every, days", _doubling),
    Column(
        "doublings a year",
        lambda record: spread(
            value(record, "doublings_a_year"),
            value(record, "doublings_low"),
            value(record, "doublings_high"),
            lambda slope: f"{slope:.2g}",
        ),
    ),
    Column("what is missing", lambda record: word(record, "reason"), numeric=False),
)


def sentences(table: pd.DataFrame) -> tuple[str, ...]:
    """Return a sentence per puzzle and arm: how fast each horizon doubles, or what is missing.

    Of many without any doubling time only their number is told.
    """
    keys = keys_of(table, "axis")
    told: list[str] = []
    without: list[str] = []
    for _, part in table.groupby(keys, dropna=False, sort=False):
        first = part.iloc[0].to_dict()
        parts = [_told(row) for row in part.to_dict("records")]
        shown = told if part["doubling_days"].notna().any() else without
        shown.append(f"{about(first, keys)}: {'; '.join(parts)}.")
    if len(without) <= _FEW:
        return (*told, *without)
    who = "others" if told else "puzzles and arms"
    return (*told, f"{len(without)} {who} show no doubling time: the table says what is missing.")


def _told(row: Record) -> str:
    name, days = COLUMNS[word(row, "axis")], _doubling(row)
    if days:
        models = f"{rounded(value(row, 'models') or 0)} models"
        return f"{name} doubles every {days} days ({models}, {word(row, 'first')} to {word(row, 'last')})"
    return f"{name} shows no doubling time: {word(row, 'reason')}"


def figures(horizons: pd.DataFrame, table: pd.DataFrame, released: Released) -> list[Figure]:
    """Return one figure per puzzle, arm and whatever else varies, with a panel for each horizon.

    Those with too few dated models are left out.
    """
    found = horizons.assign(date=dates(horizons, released))
    found = found[found["date"].notna()]
    keys, shown = keys_of(table, "axis"), varied_keys(table, "axis")
    made = []
    for at, (key, part) in enumerate(found.groupby(keys, dropna=False, sort=True), start=1):
        if part["model"].nunique() < MODELS:
            continue
        same = table.merge(part[keys].drop_duplicates(), on=keys)
        first = part.iloc[0].to_dict()
        made.append(
            Figure(
                name=f"trend-{at}-{slug(*key)}"[:80].rstrip("-"),
                title="Horizons by release date",
                about=about(first, [name for name in keys if name in ("puzzle", "arm", *shown)]),
                told=" ".join(sentences(same)),
                size=(WIDTH, 40 + 3 * _PANEL),
                draw=lambda canvas, part=part, same=same: _draw(canvas, part, same),  # type: ignore[misc]
                table=view(same, "axis", TREND),
            )
        )
    return made


def _draw(canvas: Canvas, part: pd.DataFrame, table: pd.DataFrame) -> None:
    height = canvas.get_size_inches()[1] * 100
    days = np.array([day.toordinal() for day in part["date"]], dtype=np.float64)
    room = 0.06 * max(days.max() - days.min(), 60)
    span = days.min() - room, days.max() + room
    swept = part[["smallest", "largest"]].dropna()
    ends = (swept["smallest"].min() / 2, swept["largest"].max() * 2) if len(swept) else (1.0, 2.0)
    for row, (axis, title) in enumerate(COLUMNS.items()):
        bottom = height - (row + 1) * _PANEL + 8
        axes = canvas.add_axes((0.15, bottom / height, 0.82, (_PANEL - 52) / height))
        axes.set_title(f"{title}, steps", loc="left", size=9)
        axes.set_yscale("log", base=2)
        axes.set_xlim(*span)
        axes.set_ylim(*ends)
        _points(axes, part[part["axis"] == axis], axis, ends)
        _line(axes, part[part["axis"] == axis], table[table["axis"] == axis], axis)
        ticks = np.unique(np.linspace(days.min(), days.max(), 4).round())
        axes.xaxis.set_ticks(ticks, [date.fromordinal(int(tick)).strftime("%Y-%m") for tick in ticks])
        powers = np.arange(np.ceil(np.log2(ends[0])), np.floor(np.log2(ends[1])) + 1)
        lengths = 2.0 ** powers[:: max(1, len(powers) // 4)]
        axes.yaxis.set_ticks(lengths, [rounded(length) for length in lengths])
        axes.yaxis.set_ticks([], minor=True)
        axes.grid(visible=True)
        axes.set_axisbelow(True)
    canvas.text(0.56, 4 / height, "release date", ha="center")


def _points(axes: Axes, part: pd.DataFrame, axis: str, ends: tuple[float, float]) -> None:
    """Draw each model: an estimate full; what is known of one without is hollow, at its bracket or side."""
    for row in part.to_dict("records"):
        spot = place(row)
        if spot is None:
            continue
        x, y = row["date"].toordinal(), float(np.clip(spot.at, ends[0] * 1.3, ends[1] / 1.3))
        low, high = max(spot.low, ends[0]), min(spot.high, ends[1])
        style = "-" if spot.exact else (0, (3, 2))
        axes.plot([x, x], [low, high], color=_COLOURS[axis], linewidth=1, linestyle=style)
        face = _COLOURS[axis] if spot.exact else "#ffffff"
        look: dict[str, Any] = {
            "marker": _MARKERS[axis],
            "markerfacecolor": face,
            "color": _COLOURS[axis],
            "markersize": 5,
        }
        axes.plot([x], [y], **look)
        name = clip(printable(str(row["model"])), 18)
        axes.annotate(name, (x, y), xytext=(4, 3), textcoords="offset points", size=6.5, color=FAINT)


def _line(axes: Axes, part: pd.DataFrame, table: pd.DataFrame, axis: str) -> None:
    """Draw the trend through the estimates, if there is one."""
    slope = value(table.iloc[0].to_dict(), "doublings_a_year") if len(table) else None
    known = part[part["estimate"].notna()]
    if slope is None or known.empty:
        return
    days = np.array([day.toordinal() for day in known["date"]], dtype=np.float64)
    x = np.array([days.min(), days.max()])
    logs = np.log2(numbers(known["estimate"])).mean() + slope * (x - days.mean()) / 365.25
    axes.plot(x, 2**logs, color=_COLOURS[axis], linewidth=1.2, linestyle="--")
