"""Charts of success against the tokens that are spent: within a budget, and over several answers."""

from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from evals.text import clip, printable
from reports.charts.figure import STYLES, WIDTH, Figure, share_by_tokens, slug
from reports.charts.looks import Looks, looks_of
from reports.measures.arrays import numbers
from reports.tables.views import about, counted, keys_of, rounded, shared, varied_keys, view

SPENT = (
    counted("k", "answers"),
    counted("budget", "tokens an answer, at most"),
    counted("spent", "tokens spent, mean"),
    shared("pass_at_k", "one solves it"),
    shared("pass_all_k", "all solve it"),
    shared("undecided", "cut while right"),
    counted("instances"),
)


def figures(budgets: pd.DataFrame, looks: Looks | None = None) -> list[Figure]:
    """Return one figure per puzzle: success within a budget; and over several answers, where there are."""
    made = []
    known = looks or looks_of(budgets["model"].unique())
    for puzzle, part in budgets.groupby("puzzle", sort=True):
        keys = keys_of(part, "k")
        whole = part.groupby(keys, dropna=False)["budget"].transform("max") == part["budget"]
        drawn = part[(part["k"] == 1) | whole]
        groups = part[keys].drop_duplicates()
        several = bool((part["k"] > 1).any())
        made.append(
            Figure(
                name=f"spending-{slug(puzzle)}",
                title="Success within a token budget",
                about=printable(str(puzzle)),
                told="; ".join(_told(one) for _, one in drawn.groupby(keys, dropna=False, sort=False)),
                size=(WIDTH, 230 + 215 * several + 14 * len(groups)),
                draw=lambda canvas, part=drawn: _draw(canvas, part, known),  # type: ignore[misc]
                table=view(drawn, "k", SPENT),
            )
        )
    return made


def _told(part: pd.DataFrame) -> str:
    last = part.sort_values(["k", "budget"]).groupby("k").last()
    first = last.iloc[0]
    who = f"{printable(str(part.iloc[0]['model']))}, {printable(str(part.iloc[0]['arm']))}"
    told = f"{who}: {100 * first['pass_at_k']:.0f} % with {rounded(first['budget'])} tokens"
    if len(last) > 1:
        k, more = last.index[-1], last.iloc[-1]
        one, every = (100 * more[name] for name in ("pass_at_k", "pass_all_k"))
        told += f"; of {k} answers one in {one:.0f} %, all in {every:.0f} %"
    return told


def _draw(canvas: Canvas, part: pd.DataFrame, known: Looks) -> None:
    height = canvas.get_size_inches()[1] * 100
    keys, shown = keys_of(part, "k"), [name for name in varied_keys(part, "k") if name != "puzzle"]
    groups = [group for _, group in part.groupby(keys, dropna=False, sort=False)]
    by_model = [known[str(group.iloc[0]["model"])] for group in groups]
    looks = [(look.colour, look.marker, style) for look, style in zip(by_model, cycle(STYLES), strict=False)]
    several = bool((part["k"] > 1).any())
    first = canvas.add_axes((0.13, (height - 180) / height, 0.84, 172 / height))
    for group, (colour, _, style) in zip(groups, looks, strict=True):
        one = group[group["k"] == 1].sort_values("budget")
        first.plot(
            numbers(one["budget"]),
            numbers(one["pass_at_k"]),
            color=colour,
            linestyle=style,
            drawstyle="steps-post",
        )
    _axes(first, numbers(part["budget"]), "tokens of one answer, at most", "solved")
    if several:
        second = canvas.add_axes((0.13, (height - 380) / height, 0.84, 150 / height))
        spent = []
        for group, (colour, marker, _) in zip(groups, looks, strict=True):
            last = group.sort_values("budget").groupby("k").last()
            spent.append(numbers(last["spent"]))
            look: dict[str, Any] = {"color": colour, "marker": marker, "markersize": 4}
            second.plot(spent[-1], numbers(last["pass_at_k"]), linestyle="-", **look)
            second.plot(spent[-1], numbers(last["pass_all_k"]), linestyle=":", **look)
        _axes(
            second,
            np.concatenate(spent),
            "tokens of k answers, mean (line: one solves it, dotted: all)",
            "pass@k, pass^k",
        )
    looks_of: list[dict[str, Any]] = [
        {"color": colour, "marker": marker, "linestyle": style} for colour, marker, style in looks
    ]
    handles = [
        Line2D([], [], label=_name(group, shown), **look)
        for group, look in zip(groups, looks_of, strict=True)
    ]
    canvas.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.02, 0.0), borderaxespad=0.2, fontsize=7.5
    )


def _name(group: pd.DataFrame, shown: list[str]) -> str:
    first = group.iloc[0].to_dict()
    return ", ".join(filter(None, (clip(printable(str(first["model"])), 40), about(first, shown))))


def _axes(axes: Axes, tokens: np.ndarray, title: str, side: str) -> None:
    share_by_tokens(axes, tokens, margin=1.3)
    axes.set_axisbelow(True)
    axes.set_xlabel(title)
    axes.set_ylabel(side)
