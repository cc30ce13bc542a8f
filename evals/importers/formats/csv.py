"""Tables as CSV, with named columns: those of a plain chat's fields, `instance` and `messages` as JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from evals.errors import ImportFailed
from evals.importers._files import content
from evals.importers._rows import Row, RowImporter
from evals.importers.formats import chat
from evals.importers.importer import OURS, RecordedAnswer, Refused, Sample, Source
from evals.record.files import LONGEST_LINE

_JSON = frozenset({"messages", "conversation", "instance", "parameters", "metadata", "usage", OURS})
"""Columns whose text is JSON."""
_WHOLE = frozenset({"prompt_tokens", "completion_tokens", "max_tokens", "seed", "repeat", "epoch", "size"})
_FRACTION = frozenset({"temperature", "top_p"})
_USAGE = frozenset({"prompt_tokens", "completion_tokens"})
_DOTTED = frozenset({"instance", "parameters", "metadata"})
_SHORT = 1000
"""Characters of an instance that many rows may have."""
_KNOWN = frozenset(
    {"puzzle", "task", "instance", "parameters", "response", "answer", "completion", "output", OURS}
)
_DELIMITERS = (",", "\t", ";")
_MOST_COLUMNS = 2000


class CsvImporter(RowImporter):
    """Reads a table whose first line names its columns."""

    name = "csv"
    summary = "CSV with named columns"
    rank = 7

    def recognises(self, sample: Sample) -> bool:
        """Return whether the first line is one of names."""
        head = sample.head.lstrip()
        if not head or head[:1] in (b"{", b"[") or b"\0" in head:
            return False
        first = head.partition(b"\n")[0].decode("utf-8", "replace")
        if sample.name.lower().removesuffix(".gz").endswith((".csv", ".tsv")):
            return True
        columns = {name.strip(' "\r') for name in first.split(_delimiter(first))}
        return len(columns) > 1 and bool(columns & _KNOWN)

    def rows(self, source: Source) -> Iterator[tuple[int, Row | Refused]]:
        """Yield the rows by the names of the columns; an empty cell is nothing."""
        with content(source.path) as file:
            text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            before = csv.field_size_limit(LONGEST_LINE)
            try:
                yield from _rows(text)
            except UnicodeDecodeError as error:
                raise ImportFailed(f"{str(source.path)!r} is not UTF-8 ({error})") from None
            except csv.Error as error:
                raise ImportFailed(f"{str(source.path)!r} is not CSV ({error})") from None
            finally:
                csv.field_size_limit(before)

    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return the answer of one row."""
        return read_table_row(line, row, source)


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _rows(text: io.TextIOWrapper) -> Iterator[tuple[int, Row | Refused]]:
    first = text.readline(1 << 20)
    header = next(csv.reader([first], delimiter=_delimiter(first), strict=True), [])
    names = [name.strip() for name in header]
    if not names:
        return
    doubled = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if doubled is not None:
        raise csv.Error(f"two columns are called {doubled!r}")
    if len(names) > _MOST_COLUMNS:
        raise csv.Error(f"it has more than {_MOST_COLUMNS:,} columns")
    reader = csv.reader(text, delimiter=_delimiter(first), strict=True)
    count, begun = len(names), 2
    try:
        for cells in reader:
            line, begun = begun, reader.line_num + 2
            if not cells:
                continue
            if len(cells) != count:
                told = f"has {len(cells)} columns, and the first line names {count}"
                yield line, Refused(line, "another number of columns", told)
                continue
            yield line, {name: cell for name, cell in zip(names, cells, strict=True) if cell}
    except csv.Error as error:
        raise csv.Error(f"line {begun}: {error}") from None


def read_table_row(line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
    """Return the answer of a row of a table, whose cells may be texts alone."""
    try:
        plain = _typed(row)
    except ValueError as error:
        return (Refused(line, "a cell that cannot be read", str(error)),)
    return chat.IMPORTER.read(line, plain, source)


def _typed(row: Row) -> Row:
    """Return the cells with the types of their columns; dotted names are fields of an object."""
    plain = dict(row)
    for name, kind in _special(tuple(row)):
        cell = row[name]
        if kind == "json":
            plain[name] = _parsed(name, cell)
        elif kind == "number":
            plain[name] = _number(name, cell)
        else:
            outer, _, inner = name.partition(".")
            held = plain.setdefault(outer, {})
            if isinstance(held, dict):
                held[inner] = _guessed(cell)
    if "usage" not in plain and not _USAGE.isdisjoint(plain):
        plain["usage"] = {name: plain[name] for name in _USAGE if name in plain}
    if "instance" not in plain and OURS not in plain:
        if "parameters" not in plain and "size" in plain:
            plain["parameters"] = {"size": plain["size"]}
        if isinstance(plain.get("parameters"), dict):
            seed = plain.pop("seed", 0)
            plain["instance"] = {"parameters": plain["parameters"], "seed": seed}
    return plain


@lru_cache(maxsize=256)
def _special(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the columns whose cells are no plain texts, and what they are."""
    kinds = []
    for name in names:
        outer, dot, _ = name.partition(".")
        if name in _JSON:
            kinds.append((name, "json"))
        elif name in _WHOLE or name in _FRACTION:
            kinds.append((name, "number"))
        elif dot and outer in _DOTTED:
            kinds.append((name, "dotted"))
    return tuple(kinds)


def _parsed(name: str, cell: Any) -> Any:
    if not isinstance(cell, str) or cell[:1] not in ("{", "["):
        return cell
    try:
        return json.loads(cell) if len(cell) > _SHORT else _loaded(cell)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"column {name!r} is not JSON ({error})") from None


@lru_cache(maxsize=1024)
def _loaded(cell: str) -> Any:
    return json.loads(cell)


def _number(name: str, cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    try:
        return int(cell) if name in _WHOLE and cell.isdecimal() else _whole(name, float(cell))
    except (ValueError, OverflowError):
        return None


def _whole(name: str, number: float) -> float | int:
    return int(number) if name in _WHOLE and number == int(number) else number


def _guessed(cell: Any) -> Any:
    """Return a cell of an instance as JSON if it is that, else as the text that it is."""
    if not isinstance(cell, str):
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell


IMPORTER = CsvImporter()
