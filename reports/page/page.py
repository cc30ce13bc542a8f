"""A report as a single HTML file that works offline, in print and on a phone."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evals.record.outcome import Outcome
from evals.text import printable
from reports.analyses.all_measures import Measured
from reports.charts.figure import Figure, inline
from reports.charts.outcome_bars import LOST, PARTS, BarSegment, part_of
from reports.page.conversations import Conversation
from reports.page.embedding import embed
from reports.page.sections import sections
from reports.page.transcripts import choose
from reports.tables.escape import write_utf8
from reports.tables.rendering import LABEL_WORDS, number
from reports.words.headlines import abler, cautions, headlines
from reports.words.methods import Made, versions
from reports.words.paragraphs import words

LIMIT = 20_000
"""Maximum number of transcripts on a page: with more, a browser would take long."""

FIRST = ("horizons", "verdicts")
"""Sections of the first screen."""


def page(  # noqa: PLR0913, PLR0917 - what stands on a page
    measured: Measured,
    outcomes: Sequence[Outcome],
    conversations: Iterable[Conversation],
    title: str,
    notes: Iterable[str] = (),
    made: Iterable[Made] = (),
    limit: int = LIMIT,
) -> str:
    """Return the page as HTML.

    Args:
        measured: All measures.
        outcomes: The trials to choose transcripts from.
        conversations: The conversations of these trials, in any order; consumed one by one.
        title: The heading.
        notes: Paragraphs to put before everything else, e.g. that the respondents are simulated.
        made: The runs and how they were made.
        limit: Maximum number of transcripts.
    """
    chosen = choose(outcomes, limit)
    environment = _environment()
    script = environment.get_template("page.js").render()
    found = sections(measured)
    return environment.get_template("page.html").render(
        title=title,
        notes=list(notes),
        headlines=headlines(measured),
        abler=abler(measured),
        cautions=cautions(measured),
        first=[section for section in found if section.name in FIRST],
        others=[section for section in found if section.name not in FIRST],
        svg=_svg,
        parts_of_bars=[*PARTS, LOST],
        swatches={LABEL_WORDS[str(label)]: part_of(label) for label in {one.label for one in chosen}},
        swatch=_swatch,
        embedded=embed(chosen, conversations),
        trials=len(outcomes),
        number=number,
        methods=words("methods"),
        versions=versions(),
        made=list(made),
        style=Markup(environment.get_template("page.css").render()),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        version=version("cantwont"),
    )


def write_page(  # noqa: PLR0913, PLR0917 - as `page`
    path: Path,
    measured: Measured,
    outcomes: Sequence[Outcome],
    conversations: Iterable[Conversation],
    title: str,
    notes: Iterable[str] = (),
    made: Iterable[Made] = (),
    limit: int = LIMIT,
) -> None:
    """Write `page` to a file."""
    write_utf8(path, page(measured, outcomes, conversations, title, notes, made, limit))


def _svg(figure: Figure) -> Markup:
    return Markup(inline(figure))  # noqa: S704 - matplotlib escapes every text in it


def _swatch(part: BarSegment) -> Markup:
    """Return a square in the colour of a bar, with its hatching."""
    lines = {
        "--": "M0 4h14M0 10h14",
        "///": "M0 14l14-14",
        "\\\\\\": "M0 0l14 14",
        "||": "M4 0v14M10 0v14",
        "xx": "M0 0l14 14M0 14l14-14",
    }
    drawn = lines.get(part.hatch, "")
    return Markup(
        '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">'
        '<rect width="14" height="14" fill="{}"/>'
        '<path d="{}" stroke="#5b4a20" stroke-width="1.2" fill="none"/></svg>'
    ).format(part.colour, drawn)


def _environment() -> Environment:
    """Return an environment that makes all output printable and escapes it; an undefined name is an error."""
    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _harmless(value: object) -> object:
    """Escape invisible characters in text, except for newlines and tabs."""
    text = isinstance(value, str) and not isinstance(value, Markup)
    return printable(str(value), keep="\n\t") if text else value
