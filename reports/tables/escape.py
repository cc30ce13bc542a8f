"""What a cell must go through before it is written into a format that gives meaning to some characters.

HTML is not here: the page's templates escape by themselves (see `reports.page.page`).
"""

from pathlib import Path

from evals.text import printable

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the start of a formula; some take the full-width characters too."""


def csv_cell(text: str) -> str:
    """Text for a cell of a CSV file: quoted, and never a formula to a spreadsheet."""
    formula = text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_FORMULA)
    return '"' + ("'" if formula else "") + printable(text).replace('"', '""') + '"'


def write_utf8(path: Path, text: str) -> None:
    """Write a file as UTF-8 with the newlines as they are; a lone surrogate is spelled out."""
    path.write_bytes(text.encode("utf-8", errors="backslashreplace"))
