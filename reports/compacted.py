"""Outcomes in Parquet, for more of them than a frame can hold; or their numbers alone.

A folder holds `compacted.json`, which says of what runs it is, and one row an outcome in
`outcomes/puzzle=NAME/part-00001.parquet`, or the table of `reports.tabulation` in `counts.parquet`. DuckDB
makes that table of the outcomes, a group at a time; all measures are then those of any report.
"""

import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, Self

import pandas as pd
from pydantic import Field

from evals.errors import CorruptRecord, RunError
from evals.labelling.acts import model_hash
from evals.labelling.rules import VERSION
from evals.plan.remaining import trials_of
from evals.record import jsonl
from evals.record.files import text_of, unfinished_folder, write
from evals.record.model import Closed, Count, digest
from evals.record.outcome import Label, Outcome
from evals.record.outcome_file import is_current, read_outcomes
from evals.record.price import recorded_prices
from evals.record.run import Manifest, RunDirectory, Shard
from evals.replay import derive
from reports.frame import TEXT, FrameError, encodable, frame
from reports.load import names
from reports.tabulation import KEYS, PLAIN, SUMS, joined, joined_puzzles, plain_keys, tabulate, token_bins

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

HEADER = "compacted.json"
_OUTCOMES, _COUNTS = "outcomes", "counts.parquet"
_CHUNK = 100_000
"""Outcomes that are in memory at once."""
_MEMORY = "1GB"
"""What DuckDB may use before it writes to disk."""
_LARGEST = 256 << 20
"""Bytes of `compacted.json`."""
_RAW = (*PLAIN, *(key for key in KEYS if key not in {"off_course", "silent_short", "first_lost"}))
"""Columns of the files that outcomes are grouped by: those that `tabulate` starts from."""


class CompactedRun(Closed):
    """One of the runs whose outcomes were compacted."""

    name: str
    """In the column `run`; the shards of one run share it."""
    manifest: Manifest
    trials: Count
    answered: Count
    """Trials with a reply."""
    asked: Count | None
    """Trials of its spec, or of its shard; `None` if nobody knows."""


class _Header(Closed):
    """`compacted.json`."""

    schema_version: Literal[3] = Field(default=3, alias="schema")
    kind: Literal["compacted"] = "compacted"
    holds: Literal["outcomes", "counts"]
    labels: int
    """The version of the labelling rules."""
    model: str
    """SHA-256 of the learnt weights that the rules used."""
    runs: tuple[CompactedRun, ...]


@dataclass(frozen=True, slots=True)
class Compacted:
    """A folder of compacted outcomes, or of their counts."""

    path: Path
    runs: tuple[CompactedRun, ...]
    holds_outcomes: bool
    labels: tuple[int, str]
    """Version of the labelling rules and SHA-256 of their weights."""

    @staticmethod
    def is_at(path: Path) -> bool:
        """Return whether there is such a folder."""
        return (path / HEADER).is_file()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a folder; raises `RunError`, `NewerSchema` or `CorruptRecord`."""
        file = path / HEADER
        try:
            value = json.loads(text_of(file, _LARGEST))
        except OSError as error:
            raise RunError(f"cannot read {str(file)!r}: {error.strerror or error}") from None
        except (ValueError, RecursionError) as error:
            raise CorruptRecord(f"{str(file)!r} is not JSON ({error}): compact the runs again") from None
        found = jsonl.validated(_Header, value, repr(str(file)))
        return cls(path, found.runs, found.holds == "outcomes", (found.labels, found.model))

    def table(self) -> pd.DataFrame:
        """Return the table of `reports.tabulation`.

        Raises:
            RunError: The Parquet files cannot be read, or DuckDB or pyarrow is not installed.
        """
        try:
            table = self._grouped() if self.holds_outcomes else self._counts()
        except (OSError, ValueError, FrameError) as error:  # pyarrow's errors are of these kinds
            raise self._unreadable(error) from None
        count, known = int(table["count"].sum()), sum(run.trials for run in self.runs)
        if count != known:
            raise self._unreadable(f"{count:,} outcomes are there of {known:,}")
        return table

    def _unreadable(self, why: object) -> RunError:
        told = " ".join(str(why).split())
        return RunError(f"cannot read the outcomes in {str(self.path)!r}: {told}; compact the runs again")

    def _counts(self) -> pd.DataFrame:
        _require("pyarrow")
        import pyarrow.parquet as pq  # noqa: PLC0415

        return joined([_typed(pq.read_table(self.path / _COUNTS))])

    def _grouped(self) -> pd.DataFrame:
        _require("duckdb")
        _require("pyarrow")
        import duckdb  # noqa: PLC0415 - an extra, like pyarrow

        with TemporaryDirectory(prefix="cantwont-") as scratch:
            # A stranger's file may hold anything but our words: DuckDB opens these folders, and no other.
            config: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": _MEMORY,
                "temp_directory": scratch,
                "preserve_insertion_order": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
            folder = self.path / _OUTCOMES
            with duckdb.connect(config=config) as connection:
                connection.execute("SET allowed_directories = $1", [[str(folder), scratch]])
                connection.execute("SET enable_progress_bar = false")
                connection.execute("SET enable_external_access = false")
                connection.execute("SET lock_configuration = true")
                try:
                    # One after the other: together the groups of all would take several times the memory.
                    return joined_puzzles(
                        tabulate(_typed(connection.sql(_GROUPED, params={"files": files}).to_arrow_table()))
                        for files in self._by_puzzle(connection, folder)
                    )
                except duckdb.Error as error:
                    raise self._unreadable(error) from None

    def _by_puzzle(self, connection: "duckdb.DuckDBPyConnection", folder: Path) -> Iterator[list[str]]:
        """Yield the files of each puzzle, in the order of their names.

        The name is that in the files: folders have what a file system takes of it.
        """
        named: dict[str, list[str]] = {}
        for place in sorted(folder.glob("puzzle=*")):
            files = sorted(str(file) for file in place.glob("*.parquet"))
            for file in files:
                found = connection.sql(_PUZZLES, params={"files": [file]}).fetchall()
                if len(found) != 1:
                    raise ValueError(f"{file!r} is of {len(found)} puzzles")
                named.setdefault(found[0][0], []).append(file)
        yield from (named[puzzle] for puzzle in sorted(named))


def compact(
    runs: Sequence[RunDirectory], out: Path, *, counts: bool = False, name: str | None = None
) -> Compacted:
    """Write the outcomes of some runs as Parquet files, or their counts alone.

    Stored outcomes are read one by one, stale ones derived again; the memory does not grow with their number.

    Args:
        runs: The runs. A shard goes by the name of the folder it stands in, as all shards of its run do.
        out: The folder to make.
        counts: Write the table of `reports.tabulation` instead of the outcomes.
        name: The name of the run, where it is one, or shards of one.

    Raises:
        RunError: There is something at `out` already, nothing is recorded, or a file cannot be written.
        FrameError: A run is named twice.
    """
    _require("pyarrow")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RunError(f"there is something at {str(out)!r} already: name another folder")
    called = _called(runs, name)
    try:
        with unfinished_folder(out, ".compacting-") as beside:
            folder = beside / "made"
            folder.mkdir()
            made = [
                _write(run, one, folder / _OUTCOMES, number, counts=counts)
                for number, (run, one) in enumerate(zip(runs, called, strict=True))
            ]
            described = tuple(run for run, _ in made)
            if not any(run.trials for run in described):
                told = ", ".join(repr(str(run.path)) for run in runs)
                raise RunError(f"nothing is recorded in {told} yet")
            if counts:
                write(folder / _COUNTS, [_parquet(joined(table for _, tables in made for table in tables))])
            header = _Header(
                holds="counts" if counts else "outcomes", labels=VERSION, model=model_hash(), runs=described
            )
            plain = json.dumps(header.model_dump(by_alias=True, mode="json"), indent=1, ensure_ascii=True)
            write(folder / HEADER, [plain.encode("ascii"), b"\n"])
            folder.replace(out)
    except OSError as error:
        raise RunError(f"cannot write {str(out)!r}: {error.strerror or error}") from None
    return Compacted.open(out)


def joined_tables(folders: Sequence[Compacted]) -> pd.DataFrame:
    """Return the tables of several folders as one.

    Raises:
        RunError: A run stands in two of them other than as shards of its own, or they were labelled by
            different rules.
    """
    seen: dict[str, list[CompactedRun]] = {}
    for run in (run for folder in folders for run in folder.runs):
        for other in seen.setdefault(run.name, []):
            _check_shards(run, other)
        seen[run.name].append(run)
    if len({folder.labels for folder in folders}) > 1:
        told = ", ".join(f"{str(folder.path)!r} by version {folder.labels[0]}" for folder in folders)
        raise RunError(f"the outcomes were labelled by different rules ({told}): compact the runs again")
    return folders[0].table() if len(folders) == 1 else joined(folder.table() for folder in folders)


def _check_shards(one: CompactedRun, other: CompactedRun) -> None:
    places = [run.manifest.shard or Shard() for run in (one, other)]
    same_spec = one.manifest.spec.get("asked") == other.manifest.spec.get("asked")
    if same_spec and places[0].of == places[1].of > 1 and places[0] != places[1]:
        return
    raise RunError(
        f"the run {one.name!r} is there twice, and not as two shards of one spec: name each run once, or "
        "compact one of them under another --name"
    )


def _called(runs: Sequence[RunDirectory], name: str | None) -> list[str]:
    """Return the name of each run; raises `FrameError` if two are the same, and no shards of one."""
    called = names(runs)
    for place, run in enumerate(runs):
        if run.manifest.shard is not None and run.manifest.shard.of > 1:
            called[place] = run.path.resolve().parent.name
    return [name] * len(runs) if name is not None else called


def _write(
    run: RunDirectory, name: str, folder: Path, number: int, *, counts: bool
) -> tuple[CompactedRun, list[pd.DataFrame]]:
    """Write the files of one run, or return its counts, and describe it."""
    prices = recorded_prices(run)
    tables: list[pd.DataFrame] = []
    trials = answered = 0
    outcomes, part = _outcomes(run), 0
    while some := list(islice(outcomes, _CHUNK)):
        part += 1
        rows = frame(some, name, prices)
        trials += len(rows)
        answered += int((rows["label"] != Label.ERROR).sum())
        if counts:
            tables = [joined([*tables, tabulate(rows)])]
            continue
        write_part(folder, rows, f"{number:04}-{part:05}")
    made = CompactedRun(
        name=name, manifest=run.manifest, trials=trials, answered=answered, asked=trials_of(run)
    )
    return made, tables


def write_part(folder: Path, rows: pd.DataFrame, part: str) -> None:
    """Write some trials of `reports.frame` to one file a puzzle, whose name ends with `part`."""
    rows = rows.assign(token_bin=token_bins(rows["completion_tokens"]))
    for puzzle, of_puzzle in rows.groupby("puzzle", sort=True):
        place = folder / f"puzzle={_safe(str(puzzle))}"
        place.mkdir(parents=True, exist_ok=True)
        write(place / f"part-{part}.parquet", [_parquet(of_puzzle)])


def _outcomes(run: RunDirectory) -> Iterator[Outcome]:
    """Yield each outcome once; raises `CorruptRecord`."""
    if not is_current(run, VERSION, model_hash()):
        yield from derive.outcomes(run)
        return
    last = ""
    for outcome in read_outcomes(run):
        if last and outcome.trial <= last:
            raise CorruptRecord(
                f"the outcomes of {str(run.path)!r} are not in order at trial {outcome.trial!r}: "
                "write them again with `cantwont replay --update`"
            )
        last = outcome.trial
        yield outcome


def _safe(name: str) -> str:
    """Return a name that every file system takes, another for each puzzle; the column has the true one."""
    if re.fullmatch(r"[a-z0-9_]{1,60}", name):
        return name
    return f"{re.sub(r'[^a-z0-9_]', '_', name.lower())[:60]}-{digest(name)[:8]}"


# --- Parquet

_KEYS = ", ".join(f'"{name}"' for name in _RAW)
_KNOWN = ", ".join(f'"{name}" IS NULL' for name in SUMS)
_TOTALS = ", ".join(f'sum("{name}")::DOUBLE AS "{name}"' for name in SUMS)
_ROWS = "read_parquet($files, hive_partitioning = false)"
_GROUPED = f"SELECT {_KEYS}, {_TOTALS}, count(*) AS count FROM {_ROWS} GROUP BY {_KEYS}, {_KNOWN}"  # noqa: S608
_PUZZLES = f"SELECT DISTINCT puzzle FROM {_ROWS}"  # noqa: S608


def _typed(table: "pa.Table") -> pd.DataFrame:
    """Return a table of Parquet with the dtypes of its columns; raises `ValueError` if they do not fit."""
    import pyarrow as pa  # noqa: PLC0415

    mapped = {
        pa.int64(): pd.Int64Dtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
        pa.string(): TEXT,
    }
    found = table.to_pandas(types_mapper=mapped.get)
    plain = frame([], "")
    dtypes = {**plain_keys(tabulate(plain)).dtypes, **plain.dtypes}
    typed: pd.DataFrame = found.astype({name: dtypes[name] for name in found.columns if name in dtypes})
    return typed


def _parquet(rows: pd.DataFrame) -> bytes:
    """Return a Parquet file, whose columns have the same types whatever is in them."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    kinds = {"i": pa.int64(), "f": pa.float64(), "b": pa.bool_(), "O": pa.string()}
    schema = pa.schema([(name, kinds[rows[name].dtype.kind]) for name in rows.columns])
    texts = {str(name): encodable(rows[name].astype(TEXT)) for name in rows if rows[name].dtype.kind == "O"}
    file = io.BytesIO()
    table = pa.Table.from_pandas(rows.assign(**texts), schema=schema, preserve_index=False)
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def _require(package: str) -> None:
    if find_spec(package) is None:
        raise RunError(
            f"compacted outcomes need {package}, which comes with the extra 'many' of cantwont: "
            "install it with `pip install 'cantwont[many]'`"
        )
