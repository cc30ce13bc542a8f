"""A comparison of two runs as a file: a page, Markdown, or JSON; the conclusion first."""

import json
from enum import StrEnum

import pandas as pd
from markupsafe import Markup

from evals.text import markdown_cell, printable
from reports.analyses.run_comparison import Comparison
from reports.load import to_json
from reports.page.templating import environment
from reports.words.run_comparison import ComparisonText, comparison_text


class ComparisonFormat(StrEnum):
    """The format of a comparison."""

    HTML = "html"
    MARKDOWN = "md"
    JSON = "json"


def comparison_file(compared: Comparison, written: ComparisonFormat) -> str:
    """Return the comparison in a format.

    The JSON has `a`, `b`, `regressed`, `conclusion`, `notes`, and the tables of `compare` as arrays of
    objects.
    """
    told = comparison_text(compared)
    match written:
        case ComparisonFormat.HTML:
            return _page(told)
        case ComparisonFormat.MARKDOWN:
            return _markdown(told)
        case ComparisonFormat.JSON:
            return _json(compared, told)


def _page(told: ComparisonText) -> str:
    made = environment("reports.page")
    style = Markup(made.get_template("page.css").render())  # noqa: S704 - our own file
    return made.get_template("comparison.html").render(told=told, style=style)


def _markdown(told: ComparisonText) -> str:
    lines = [f"# {_plain(told.runs)}", "", f"**{_plain(told.conclusion)}**", ""]
    lines += [f"- {_plain(change)}" for change in told.changes]
    for block in (told.verdicts, told.notes):
        lines += ["", *(f"- {_plain(line)}" for line in block)]
    for about, of_group in told.groups:
        lines += ["", f"## {_plain(about)}", "", *(f"- {_plain(line)}" for line in of_group)]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return markdown_cell(text.strip(), links=False)


def _json(compared: Comparison, told: ComparisonText) -> str:
    def rows(table: pd.DataFrame) -> object:
        return json.loads(to_json(table))

    found = {
        "a": printable(compared.a),
        "b": printable(compared.b),
        "regressed": compared.regressed,
        "conclusion": told.conclusion,
        "notes": [printable(note) for note in compared.notes],
        "shares": rows(compared.shares),
        "sizes": rows(compared.sizes),
        "flips": rows(compared.flips),
        "horizons": rows(compared.horizons),
        "verdicts": rows(compared.verdicts),
    }
    return json.dumps(found, indent=1, allow_nan=False) + "\n"
