"""What the README shows of the grid: its table, its percentages, and the picture."""

import io

import pandas as pd
from PIL import Image

from reports.analyses import counts
from reports.analyses.recovery import Loss, recovery
from reports.charts.figure import Figure, to_png
from reports.charts.horizons import figures as horizon_figures
from reports.charts.outcome_bars import figures as bar_figures
from reports.measures import Axis, horizons
from reports.tables.rows import read
from reports.words.horizons import half
from tests import ROOT

PICTURE = ROOT / "docs" / "images" / "real-study.png"
NAMES = {
    "claude-3-7-sonnet-20250219-nothink": "claude-3-7-sonnet",
    "deepseek-chat-nothink": "deepseek-chat",
    "gpt-4_1-2025-04-14-nothink": "gpt-4.1",
}
_AXES = ("stops by choice", "right", "solved")
_GAP = 40
"""Pixels between the panels of the picture."""


def table(rows: pd.DataFrame) -> str:
    """Return the README's table as Markdown: a row a model and arm, in the words of the report."""
    found = {(row["model"], row["arm"], row["axis"]): row for row in horizons(rows).to_dict("records")}
    heads = [f"{axis} half of the time at" for axis in _AXES]
    lines = [f"| model, arm (in steps) | {' | '.join(heads)} |", "|---|---|---|---|"]
    for model, name in NAMES.items():
        for arm in ("list", "insist"):
            told = [half(found[model, arm, str(axis)]) for axis in Axis]
            lines.append(f"| {name}, `{arm}` | {' | '.join(told)} |")
    return "\n".join(lines)


def recovered(rows: pd.DataFrame) -> str:
    """Return what the README says of asking otherwise: of stops and of errors, from how much to how much."""
    found = recovery(rows)
    ends = {loss: 100 * found.loc[(found["loss"] == str(loss)), "recovered"].dropna() for loss in Loss}
    stops, errors = (f"{ends[loss].min():.0f} to {ends[loss].max():.0f} %" for loss in Loss)
    return (
        f"insisting solved {stops} of the tasks they had dropped, and, among answers that were carried on, "
        f"{errors} of those they had got wrong"
    )


def panels(rows: pd.DataFrame) -> list[Figure]:
    """Return the panels of the picture: the two horizons and how the answers ended, in the arm `list`."""
    [beside] = horizon_figures(horizons(rows[rows["arm"] == "list"]))
    ended = [one for one in bar_figures(read(counts.by_size(rows))) if one.about.endswith("list")]
    return [beside, *ended]


def picture(rows: pd.DataFrame) -> bytes:
    """Return the panels two by two, as a PNG."""
    images = [Image.open(io.BytesIO(to_png(panel))).convert("RGB") for panel in panels(rows)]
    wide = max(image.width for image in images)
    tall = [max(image.height for image in pair) for pair in (images[:2], images[2:])]
    whole = Image.new("RGB", (2 * wide + _GAP, sum(tall) + _GAP), "white")
    for place, image in enumerate(images):
        row, column = divmod(place, 2)
        whole.paste(image, (column * (wide + _GAP), row * (tall[0] + _GAP)))
    file = io.BytesIO()
    whole.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()
