"""The record of a run: where the rows of each trial stand, and the rows themselves."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from evals.errors import CorruptRecord
from evals.record import jsonl
from evals.record.exchange import Exchange
from evals.record.files import opened
from evals.record.jsonl import JsonLine
from evals.run_index.database import key_of, key_of_bytes

_BEGIN = re.compile(rb'\{"schema":\d,"kind":"\w+","trial":"([ !#-\[\]-~]*)"')
"""The beginning of a row as it is written, for trial ids that need no escapes."""
_TOGETHER = 5_000
_TAIL = 256
"""Bytes by which a record that has grown is told from another one."""


def scan(database: sqlite3.Connection, run: int, path: Path, start: int) -> int:
    """Note where the rows of a record stand, from a place on; return where the last whole row ends.

    Raises:
        CorruptRecord: A row is none.
    """
    reached = start

    def places() -> Iterator[tuple[int, int, int, int]]:
        nonlocal reached
        for line in whole_lines(path, start):
            reached = line.start + len(line.data)
            if not line.data.isspace():
                yield run, line.start, *_whose(line)

    found = places()
    while batch := list(islice(found, _TOGETHER)):
        database.executemany("INSERT INTO places VALUES (?, ?, ?, ?)", batch)
    return reached


def _whose(line: JsonLine) -> tuple[int, bool]:
    # Inside a text, these quotes would be escaped.
    begun = None if b'"judge"' in line.data else _BEGIN.match(line.data)
    if begun is not None:
        return key_of_bytes(begun[1]), False
    row = line.read(Exchange)
    return key_of(row.trial if row.judge is None else row.judge.of), row.judge is not None


def whole_lines(path: Path, start: int) -> Iterator[JsonLine]:
    """Yield the lines from a place on, except a last one that is not whole yet."""
    for line in jsonl.lines(path, start=start):
        if not line.ended and not line.is_whole():
            return
        yield line


def tail_of(path: Path, end: int) -> bytes:
    """Return the last bytes before a place; none of a gzipped file, which does not grow."""
    if path.suffix == ".gz" or not end:
        return b""
    with opened(path) as file:
        file.seek(max(0, end - _TAIL))
        return file.read(min(end, _TAIL))


def places_of(database: sqlite3.Connection, run: int, keys: Iterable[int]) -> list[int]:
    """Return where rows of these trials stand; the rows of their judges come after their own."""
    return [
        start
        for key in keys
        for (start,) in database.execute(
            "SELECT start FROM places WHERE run = ? AND key = ? ORDER BY judge, start", (run, key)
        )
    ]


def rows_at(path: Path, places: Iterable[int]) -> Iterator[tuple[JsonLine, Exchange]]:
    """Yield the rows at places, in the order of the places; raises `CorruptRecord` where there are none.

    A gzipped record is read from its beginning to the last of them.
    """
    wanted = list(places)
    if path.suffix == ".gz":
        found = dict(_unzipped(path, set(wanted)))
        lines = (found.get(place) for place in wanted)
    else:
        lines = (next(jsonl.lines(path, start=place), None) for place in wanted)
    for line in lines:
        if line is None:
            raise CorruptRecord(f"{str(path)!r} has changed while it was read: try again")
        yield line, line.read(Exchange)


def _unzipped(path: Path, places: set[int]) -> Iterator[tuple[int, JsonLine]]:
    left = len(places)
    for line in jsonl.lines(path) if left else ():
        if line.start in places:
            yield line.start, line
            left -= 1
            if not left:
                return
