"""Escape cells for formats that give some characters a special meaning.

HTML is not covered here: the page's templates escape by themselves (see `reports.page.page`).
"""

from pathlib import Path

from evals.record.files import write
from evals.text import printable

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take as the start of a formula; some also accept the full-width characters."""


def csv_cell(text: str) -> str:
    """Return text as a cell of a CSV file: quoted, and never a formula to a spreadsheet."""
    formula = text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_FORMULA)
    return '"' + ("'" if formula else "") + printable(text).replace('"', '""') + '"'


def write_utf8(path: Path, text: str) -> None:
    """Write a file as UTF-8 with newlines unchanged and lone surrogates escaped; raises `OSError`."""
    write(path, [text.encode("utf-8", errors="backslashreplace")])
