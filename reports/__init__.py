"""Outcomes counted, compared and shown: frames, tables, and a page."""

import pandas as pd

from reports.frame import FrameError, Whose, frame
from reports.load import load
from reports.page import page, write_page
from reports.rendering import to_csv, to_markdown, to_terminal
from reports.tables import by_size, comparison, labels
from reports.transcripts import choose

__all__ = [
    "FrameError",
    "Whose",
    "by_size",
    "choose",
    "comparison",
    "frame",
    "labels",
    "load",
    "page",
    "to_csv",
    "to_markdown",
    "to_terminal",
    "write_page",
]

# Where pyarrow is installed, pandas would keep texts as Arrow's, which hold no lone surrogates.
pd.set_option("mode.string_storage", "python")
