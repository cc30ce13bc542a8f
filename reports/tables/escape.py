"""What a cell must go through before it is written into a format that gives meaning to some characters.

HTML is not here: the page's templates escape by themselves (see `reports.page.page`).
"""

from pathlib import Path

from evals.text import printable

_MARKDOWN = str.maketrans(
    {char: f"\\{char}" for char in "\\`*_[]~$"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
)
"""`|` as an entity: readers disagree on what a backslash before it means when another stands before that."""

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the start of a formula; some take the full-width characters too."""


def markdown_cell(text: str) -> str:
    """Text for a cell of a Markdown table: one line, no markup."""
    return printable(text).translate(_MARKDOWN)


def csv_cell(text: str) -> str:
    """Text for a cell of a CSV file: quoted, and never a formula to a spreadsheet."""
    formula = text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_FORMULA)
    return '"' + ("'" if formula else "") + printable(text).replace('"', '""') + '"'


def write_utf8(path: Path, text: str) -> None:
    """Write a file as UTF-8 with the newlines as they are; a lone surrogate is spelled out."""
    path.write_bytes(text.encode("utf-8", errors="backslashreplace"))
