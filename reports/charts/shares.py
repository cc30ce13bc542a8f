"""Charts of shares: what asking differently recovered, and what a larger budget buys."""

from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from evals.text import clip, printable
from reports.analyses.recovery import Loss
from reports.charts.figure import FAINT, STYLES, WIDTH, Figure, share_by_tokens, slug
from reports.charts.looks import Looks, looks_of
from reports.measures.arrays import numbers
from reports.tables.views import (
    about,
    counted,
    keys_of,
    points,
    rounded,
    shared,
    value,
    varied_keys,
    view,
    worded,
)

_LINE = 34

RECOVERY = (
    worded("loss", "lost to"),
    counted("lost"),
    counted("instances_lost", "instances"),
    shared("recovered"),
    shared("asked_again", "asked again"),
    points("net", "net, points", "low", "high"),
    worded("reason", "what is missing"),
    worded("warning"),
)
MARKS = (
    ("recovered", "stopped, solved when asked another way", "o", "#d55e00", True),
    ("asked_again", "stopped, solved when asked the same again", "o", "#d55e00", False),
    ("wrong", "wrong, solved when asked another way", "s", "#0072b2", True),
)


def recovery_figures(recovery: pd.DataFrame) -> list[Figure]:
    """Return one figure per puzzle that has lost trials."""
    made = []
    for puzzle, part in recovery.groupby("puzzle", sort=True):
        rows = _recovered(part)
        if rows:
            told = [
                f"{name}: " + ", ".join(f"{what} {_percent(share)}" for what, share in shares.items())
                for name, shares in rows
            ]
            made.append(
                Figure(
                    name=f"recovery-{slug(puzzle)}",
                    title="Asked another way",
                    about=printable(str(puzzle)),
                    told="; ".join(told),
                    size=(WIDTH, 110 + _LINE * len(rows)),
                    draw=lambda canvas, rows=rows: _draw_recovery(canvas, rows),  # type: ignore[misc]
                    table=view(part, "loss", RECOVERY),
                )
            )
    return made


def _percent(share: float) -> str:
    return "unknown" if np.isnan(share) else f"{100 * share:.0f} %"


def _recovered(part: pd.DataFrame) -> list[tuple[str, dict[str, float]]]:
    """Return the three shares by model and arm."""
    keys = keys_of(part, "loss")
    shown = [name for name in varied_keys(part, "loss") if name != "puzzle"]
    made = []
    for _, group in part.groupby(keys, dropna=False, sort=False):
        rows = {str(row["loss"]): row for row in group.to_dict("records")}
        stop, error = rows[str(Loss.STOP)], rows[str(Loss.ERROR)]
        first = group.iloc[0].to_dict()
        name = f"{clip(printable(str(first['model'])), 34)}: {about(first, shown) or first['arm']}"
        found = {
            "recovered": value(stop, "recovered"),
            "asked_again": value(stop, "asked_again"),
            "wrong": value(error, "recovered"),
        }
        if any(share is not None for share in found.values()):
            made.append((name, {what: np.nan if share is None else share for what, share in found.items()}))
    return made


def _draw_recovery(canvas: Canvas, rows: list[tuple[str, dict[str, float]]]) -> None:
    height = canvas.get_size_inches()[1] * 100
    axes = canvas.add_axes((0.04, 34 / height, 0.92, (height - 34 - 62) / height))
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(len(rows) - 0.3, -0.6)
    axes.yaxis.set_ticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_ticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.grid(visible=True, axis="x")
    axes.set_axisbelow(True)
    for place, (name, shares) in enumerate(rows):
        axes.text(0, place - 0.28, name, size=8, va="center")
        axes.plot([0, 1], [place + 0.12] * 2, color=FAINT, linewidth=0.4)
        for what, _, marker, colour, full in MARKS:
            face = colour if full else "none"
            axes.plot(
                [shares[what]],
                [place + 0.12],
                marker=marker,
                color=colour,
                markerfacecolor=face,
                markersize=7,
                linestyle="",
                clip_on=False,
            )
    for _, words, marker, colour, full in MARKS:
        axes.plot(
            [],
            [],
            marker=marker,
            color=colour,
            markerfacecolor=colour if full else "none",
            linestyle="",
            label=words,
        )
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), fontsize=7.5)


# --- budgets

BUDGETS = ("max_tokens", "reasoning_effort")

BUDGET = (
    counted("trials"),
    shared("share", "solved"),
    counted("tokens", "tokens of an answer, mean"),
    counted("tokens_per_solved", "tokens a solved task"),
)


def budgets(costs: pd.DataFrame) -> pd.DataFrame:
    """Return success against tokens by budget, if there are several budgets; otherwise no rows.

    The table of `costs` with `share` (solved / trials) and `tokens` (mean completion tokens of the trials for
    which they are known).
    """
    keys = keys_of(costs, "trials")
    varying = [name for name in BUDGETS if name in keys]
    if not varying:
        return costs.iloc[:0].assign(share=0.0, tokens=0.0)
    known = numbers(costs["trials"]) - numbers(costs["tokens_unknown"])
    tokens = numbers(costs["completion_tokens"]) / np.where(known > 0, known, np.nan)
    share = numbers(costs["solved"]) / np.maximum(numbers(costs["trials"]), 1)
    table = costs.assign(share=share, tokens=tokens)
    same = [name for name in keys if name not in varying]
    several = table.groupby(same, dropna=False)["trials"].transform("size") > 1
    return table[several.to_numpy()].reset_index(drop=True)


def budget_figures(table: pd.DataFrame, looks: Looks | None = None) -> list[Figure]:
    """Return one figure per puzzle of `budgets`; puzzles with unknown tokens are left out."""
    made = []
    known = looks or looks_of(table["model"].unique())
    for puzzle, part in table[table["tokens"].notna()].groupby("puzzle", sort=True):
        rows = part.to_dict("records")
        told = [
            f"{row['model']}, {row['arm']}: {_percent(row['share'])} at {rounded(row['tokens'])} tokens"
            for row in rows
        ]
        made.append(
            Figure(
                name=f"budgets-{slug(puzzle)}",
                title="Success against tokens",
                about=printable(str(puzzle)),
                told=printable("; ".join(told)),
                size=(WIDTH, 280 + 14 * len(_series(part))),
                draw=lambda canvas, part=part: _draw_budgets(canvas, part, known),  # type: ignore[misc]
                table=view(part, "trials", BUDGET),
            )
        )
    return made


def _series(part: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    keys = [name for name in keys_of(part, "trials") if name not in BUDGETS]
    shown = [name for name in varied_keys(part, "trials") if name not in (*BUDGETS, "puzzle")]
    return [
        (
            ", ".join(
                filter(
                    None,
                    (clip(printable(str(group.iloc[0]["model"])), 40), about(group.iloc[0].to_dict(), shown)),
                )
            ),
            group.sort_values("tokens"),
        )
        for _, group in part.groupby(keys, dropna=False, sort=False)
    ]


def _draw_budgets(canvas: Canvas, part: pd.DataFrame, looks: Looks) -> None:
    height = canvas.get_size_inches()[1] * 100
    series = _series(part)
    below = 60 + 14 * len(series)
    axes = canvas.add_axes((0.13, below / height, 0.84, (height - below - 12) / height))
    for (name, group), style in zip(series, cycle(STYLES), strict=False):
        look = looks[str(group.iloc[0]["model"])]
        axes.plot(
            numbers(group["tokens"]),
            numbers(group["share"]),
            color=look.colour,
            marker=look.marker,
            linestyle=style,
            label=name,
        )
    share_by_tokens(axes, numbers(part["tokens"]), margin=1.5)
    axes.set_xlabel("tokens of an answer, mean")
    canvas.legend(loc="lower left", bbox_to_anchor=(0.02, 0.0), fontsize=7.5)
