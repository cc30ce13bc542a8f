"""A run on one page: a single HTML file that opens offline, in print and on a phone."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evals.printable import printable
from evals.trials import INSTRUMENT, Outcome
from reports import composition, tables
from reports.escape import write_utf8
from reports.frame import checked
from reports.rendering import LABEL_WORDS, Shown, number, shown
from reports.rows import read
from reports.sentences import headlines
from reports.transcripts import Texts, Transcript, choose, transcript

LIMIT = 400
"""Transcripts on a page, so that it stays small enough for a phone."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One choice above the transcripts."""

    name: str
    values: tuple[str, ...]


def page(  # noqa: PLR0913, PLR0917 - what stands on a page
    rows: pd.DataFrame,
    outcomes: Sequence[Outcome],
    texts: Texts,
    title: str,
    notes: Iterable[str] = (),
    limit: int = LIMIT,
) -> str:
    """The page as one HTML text.

    Args:
        rows: The frame of the outcomes, from which all numbers come.
        outcomes: The trials to choose transcripts from.
        texts: What was answered, by trial id; those of `choose(outcomes, limit)` are enough.
        title: The heading.
        notes: Paragraphs that stand above all else, e.g. that the respondents are simulated.
        limit: The most transcripts to show.
    """
    checked(rows)
    compared, sized = tables.comparison(rows), tables.by_size(rows)
    transcripts = [transcript(outcome, texts) for outcome in choose(outcomes, limit)]
    environment = _environment()
    script = environment.get_template("page.js").render()
    return environment.get_template("page.html").render(
        title=title,
        notes=list(notes),
        headlines=headlines(read(compared)),
        comparison=shown(compared, omit=["solved", *map(str, INSTRUMENT), "truncated_wrong"]),
        instrument=_instrument(compared),
        charts=[(chart, _same_as_table(sized, chart)) for chart in composition.charts(read(sized))],
        drawing=composition,
        words=LABEL_WORDS,
        transcripts=transcripts,
        filters=_filters(transcripts),
        trials=len(outcomes),
        number=number,
        style=Markup(environment.get_template("page.css").render()),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        version=version("cantwont"),
    )


def write_page(  # noqa: PLR0913, PLR0917 - as `page`
    path: Path,
    rows: pd.DataFrame,
    outcomes: Sequence[Outcome],
    texts: Texts,
    title: str,
    notes: Iterable[str] = (),
    limit: int = LIMIT,
) -> None:
    """Write `page` to a file."""
    write_utf8(path, page(rows, outcomes, texts, title, notes, limit))


def _environment() -> Environment:
    """Everything a template puts out is made printable and then escaped; an undefined name is an error."""
    return Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _harmless(value: object) -> object:
    """Text without unseen characters; line ends and tabs stay."""
    text = isinstance(value, str) and not isinstance(value, Markup)
    return printable(str(value), keep="\n\t") if text else value


def _instrument(compared: pd.DataFrame) -> Shown | None:
    """What the instrument lost, where it lost anything."""
    lost = compared[compared["trials"] > compared["answered"]]
    if lost.empty:
        return None
    names = [str(name) for name in compared.columns]
    keys = names[: names.index("trials")]
    kinds = [name for name in names if name in {*map(str, INSTRUMENT), "truncated_wrong"}]
    return shown(lost[[*keys, "trials", "answered", *kinds]])


def _same_as_table(sized: pd.DataFrame, chart: composition.Chart) -> Shown:
    names = [str(name) for name in sized.columns]
    return shown(sized.iloc[list(chart.rows)][names[names.index("size") :]])


def _filters(transcripts: Sequence[Transcript]) -> list[Filter]:
    outcomes = [shown.outcome for shown in transcripts]
    order = list(LABEL_WORDS.values())
    return [
        Filter("model", tuple(sorted({printable(outcome.model) for outcome in outcomes}))),
        Filter("puzzle", tuple(sorted({printable(outcome.puzzle) for outcome in outcomes}))),
        Filter("arm", tuple(sorted({printable(outcome.arm) for outcome in outcomes}))),
        Filter("label", tuple(sorted({shown.label for shown in transcripts}, key=order.index))),
    ]
