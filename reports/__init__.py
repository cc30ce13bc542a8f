"""Count, compare and present outcomes: data frames, tables and an HTML page."""

import pandas as pd

from reports.analyses.counts import by_size, comparison, labels
from reports.frame import FrameError, Whose, frame
from reports.load import load
from reports.page.page import page, write_page
from reports.page.transcripts import choose
from reports.tables.rendering import to_csv, to_markdown, to_terminal

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

# With pyarrow installed, pandas would default to Arrow strings, which cannot hold lone surrogates.
pd.set_option("mode.string_storage", "python")
