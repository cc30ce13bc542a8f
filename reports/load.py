"""Load runs as one frame for a notebook (`from cantwont import load`), and write frames to files."""

import io
import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from evals.errors import RunError
from evals.record.files import write as write_file
from evals.record.price import recorded_prices
from evals.record.run import RunDirectory
from evals.replay.open_runs import open_runs, outcomes_of
from reports.frame import FrameError, Prices, encodable, frame
from reports.tables.escape import write_utf8
from reports.tables.rendering import is_missing, to_csv


class FrameFormat(StrEnum):
    """The file format of a frame."""

    PARQUET = "parquet"
    """Keeps the column types; needs pyarrow, the extra `parquet`."""
    JSON = "json"
    """An array of one object per row; missing values are null."""
    CSV = "csv"
    """Missing values are empty; no cell can be read as a formula by a spreadsheet."""


def load(*paths: Path | str, prices: Prices | None = None, trusting: Iterable[str] = ()) -> pd.DataFrame:
    """Return the trials of one or more runs, one row each; columns and units are those of `reports.frame`.

    The column `run` holds the name of the run's directory, or its path if two directories have the same name.
    Stale outcomes are derived again from the recorded answers; no model is asked.

    Example::

        from cantwont.reports import by_size, load

        rows = load("runs/first", "runs/second", prices={"openai/gpt-4.1": (2.0, 8.0)})
        by_size(rows[rows["arm"] == "list"])

    Args:
        paths: Run directories.
        prices: Prices for a million tokens, keyed by `endpoint/model`, in place of those kept with the runs.
        trusting: SHA-256 hashes of puzzle files to trust, beside those that the user trusts already.

    Raises:
        UntrustedPuzzle: A run needs a puzzle file that is not trusted.
        RunError: A path is not a run, or cannot be read.
        FrameError: A run is named twice, or no run is named.
    """
    runs = open_runs([Path(path) for path in paths], trusting)
    if not runs:
        raise FrameError("no run was named: give the path of a run directory, for example load('runs/demo')")
    named = zip(runs, names(runs), strict=True)
    return pd.concat(
        [frame(outcomes_of(run), name, {**recorded_prices(run), **(prices or {})}) for run, name in named],
        ignore_index=True,
    )


def names(runs: Sequence[RunDirectory]) -> list[str]:
    """Return the directories' names, or paths if two names are equal; raises `FrameError` for a repeat."""
    places = [run.path.resolve() for run in runs]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice is not None:
        raise FrameError(f"the run at {str(twice)!r} is named twice: name each run once")
    short = [place.name for place in places]
    return short if len(set(short)) == len(short) else [str(run.path) for run in runs]


def write(rows: pd.DataFrame, format: FrameFormat, path: Path) -> None:  # noqa: A002 - the field's word
    """Write a frame of trials, or any table made from them, to a file; raises `RunError` if that fails."""
    try:
        match format:
            case FrameFormat.PARQUET:
                write_file(path, [to_parquet(rows)])
            case FrameFormat.JSON:
                write_utf8(path, to_json(rows))
            case FrameFormat.CSV:
                write_utf8(path, to_csv(rows))
    except OSError as error:
        raise RunError(
            f"cannot write {str(path)!r}: {error.strerror or error}; name another file with --out"
        ) from None


def to_json(rows: pd.DataFrame) -> str:
    """Return an array of objects, one per line, in ASCII; missing and non-finite values are null."""
    columns = [
        [None if is_missing(value) else value for value in rows[name].tolist()] for name in rows.columns
    ]
    heads = [str(name) for name in rows.columns]
    records = (dict(zip(heads, values, strict=True)) for values in zip(*columns, strict=True))
    return "[\n" + ",\n".join(json.dumps(record, allow_nan=False) for record in records) + "\n]\n"


def to_parquet(rows: pd.DataFrame) -> bytes:
    """Return the bytes of a Parquet file; lone surrogates, which it cannot hold, are escaped.

    Raises:
        FrameError: pyarrow is not installed.
    """
    if find_spec("pyarrow") is None:
        raise FrameError(
            "the format 'parquet' needs pyarrow, which comes with the extra 'parquet' of cantwont: "
            "install it with `pip install pyarrow`, or choose csv or json"
        )
    texts = rows.select_dtypes(include=["string", "object"]).columns
    file = io.BytesIO()
    rows.assign(**{name: encodable(rows[name]) for name in texts}).to_parquet(
        file, engine="pyarrow", index=False
    )
    return file.getvalue()
