"""A report as a single HTML file that works offline, in print and on a phone."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from evals.record.outcome import Label, Outcome
from reports.analyses.all_measures import Measured
from reports.charts.figure import Figure, inline
from reports.charts.looks import Look
from reports.charts.outcome_bars import LOST, PARTS, BarSegment, part_of
from reports.page.conversations import Conversation
from reports.page.embedding import TOGETHER, Embedded, embed, write_files
from reports.page.links import trials_link
from reports.page.overview import MOST_ROWS, ModelRow, overview
from reports.page.overview import PARTS as ROW_PARTS
from reports.page.section import Section
from reports.page.sections import sections
from reports.page.templating import environment
from reports.page.transcripts import choose
from reports.tables.escape import write_utf8
from reports.tables.rendering import LABEL_WORDS, Shown, number
from reports.words.headlines import abler, cautions, headlines
from reports.words.methods import Made, versions
from reports.words.model_verdict import BOTH
from reports.words.paragraphs import words

LIMIT = 20_000
"""Transcripts within one file; with more, their texts go to a folder beside it, or a choice is shown."""

OPEN = ("horizons", "verdicts", "endings", "rates")
"""Sections that are not folded."""


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
    embedded = embed(choose(outcomes, limit), conversations, _runs(measured))
    return _rendered(measured, embedded, len(outcomes), title, notes, list(made), "")


def write_page(  # noqa: PLR0913, PLR0917 - as `page`
    path: Path,
    measured: Measured,
    outcomes: Sequence[Outcome],
    conversations: Iterable[Conversation],
    title: str,
    notes: Iterable[str] = (),
    made: Iterable[Made] = (),
    limit: int | None = None,
) -> None:
    """Write `page` to a file; of more than `LIMIT` transcripts the texts to a folder beside it.

    Args:
        path: The page; the folder is named after it, `report_files` of `report.html`.
        measured: As for `page`, like what follows.
        outcomes: As above.
        conversations: As above.
        title: As above.
        notes: As above.
        made: As above.
        limit: Maximum number of transcripts; `None`: all.
    """
    chosen = choose(outcomes, len(outcomes) if limit is None else limit)
    embedded = embed(chosen, conversations, _runs(measured))
    folder = f"{path.stem}_files" if embedded.count > LIMIT else ""
    if folder:
        write_files(path.parent / folder, embedded)
    write_utf8(path, _rendered(measured, embedded, len(outcomes), title, notes, list(made), folder))


def _rendered(  # noqa: PLR0913, PLR0917 - as `page`
    measured: Measured,
    embedded: Embedded,
    trials: int,
    title: str,
    notes: Iterable[str],
    made: Sequence[Made],
    folder: str,
) -> str:
    environment = _environment()
    script = "\n".join(environment.get_template(name).render() for name in ("transcript.js", "page.js"))
    style = "\n".join(environment.get_template(name).render() for name in ("page.css", "transcript.css"))
    found = sections(measured)
    return environment.get_template("page.html").render(
        title=title,
        notes=list(notes),
        overview=overview(measured, made),
        headlines=headlines(measured),
        abler=abler(measured),
        cautions=cautions(measured),
        shown=[section for section in found if section.name in OPEN],
        folded=[section for section in found if section.name not in OPEN],
        svg=_svg,
        mark=_mark,
        parts_of_bars=_parts_used(found),
        swatches={LABEL_WORDS[name]: part_of(Label(name)) for name in embedded.labels},
        swatch=_swatch,
        embedded=embedded,
        folder=folder,
        together=TOGETHER,
        trials=trials,
        methods=words("methods"),
        versions=versions(),
        made=made,
        style=Markup(style),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704 - our own files
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        version=version("cantwont"),
    )


def _parts_used(found: Iterable[Section]) -> list[BarSegment]:
    """Return the parts that some bar of the page has."""
    cells = [
        cell for section in found for matrix in section.bars for _, row in matrix.rows for cell in row if cell
    ]
    names = {part.name for cell in cells for part in cell.parts}
    used = [part for part in PARTS if part.counts[0] in names]
    return [*used, LOST] if any(cell.lost for cell in cells) else used


def _runs(measured: Measured) -> dict[str, str]:
    """Return the run of each trial; none where only their numbers are known."""
    if measured.each is None:
        return {}
    trials = measured.each
    return dict(zip(trials["trial"].astype(str), trials["run"].astype(str), strict=True))


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


_MARKS = {
    "o": "M7 1.5a5.5 5.5 0 1 0 .01 0z",
    "s": "M2 2h10v10H2z",
    "^": "M7 1l6 11H1z",
    "D": "M7 0l7 7-7 7-7-7z",
    "v": "M1 2h12L7 13z",
    "P": "M5 1h4v4h4v4H9v4H5V9H1V5h4z",
    "X": "M4 1l3 3 3-3 3 3-3 3 3 3-3 3-3-3-3 3-3-3 3-3-3-3z",
}
"""Paths of the markers, within 14 x 14."""


def _mark(look: Look) -> Markup:
    """Return the marker of a model, as the charts have it."""
    return Markup(
        '<svg class="mark" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">'
        '<path d="{}" fill="{}"/></svg>'
    ).format(_MARKS[look.marker], look.colour)


_CLASSES = {"solves": "solves", "won't": "wont", "can't": "cant", "unclear": "unclear", BOTH: "both"}
"""Of a verdict on the page."""


def _long_columns(shown: Shown) -> list[bool]:
    """Return which columns hold sentences and need room."""
    return [
        any(len(row[place]) > _SENTENCE for row in shown.rows) and not numeric
        for place, numeric in enumerate(shown.numeric)
    ]


_SENTENCE = 32


def _of_row(row: ModelRow, ending: str) -> str:
    return trials_link(row.keys, ending)


def _environment() -> Environment:
    """Return the environment of the page's own templates."""
    made = environment(__package__)
    made.globals.update(number=number, css=_CLASSES.__getitem__, parts_of_rows=ROW_PARTS, most_rows=MOST_ROWS)
    made.filters.update(link=_of_row, long_columns=_long_columns)
    return made
