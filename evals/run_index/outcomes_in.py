"""Outcomes into the index: those of the file of a run, and those of answers that no file has yet."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.record import jsonl
from evals.record.model import Count, Place, Scalar, Whole
from evals.record.outcome import Label, Outcome
from evals.run_index.database import MOST, column, key_of
from evals.text import clip, full_name

_TOGETHER = 5_000
_LONGEST = 200
"""Characters of a name that the index holds."""
_MOST_SEEN = 50_000
_FLAGS = 40
"""Flags of one outcome that it holds; there are fewer."""
_PUT = "INSERT INTO trials VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

_Cell = tuple[str, str, str, int, int | None, str, str, bool, str]


class _Row(BaseModel):
    """What the index holds of an outcome."""

    model_config = ConfigDict(extra="ignore")

    trial: str
    model: str
    endpoint: str
    puzzle: str
    instance: str
    size: Whole
    steps: Whole | None = None
    arm: str
    options: dict[str, Scalar] | None = None
    max_tokens: int | None = None
    reasoning_effort: str | None = None
    repeat: Count = 0
    label: Label
    confident: bool = True
    flags: tuple[str, ...] = ()
    written: Count = 0
    right: Count = 0
    lost_at: Place | None = None
    turns: Count = 0
    finish_reason: str | None = None
    prompt_tokens: Whole | None = None
    completion_tokens: Whole | None = None
    cached_tokens: Whole | None = None


@dataclass(slots=True)
class _Sums:
    """What a cell adds up."""

    id: int
    trials: int = 0
    prompt: int = 0
    cached: int = 0
    completion: int = 0

    def add(self, row: _Row) -> None:
        self.trials += 1
        self.prompt += row.prompt_tokens or 0
        self.cached += row.cached_tokens or 0
        self.completion += row.completion_tokens or 0


class CellTable:
    """The cells of one run, looked up without asking the database again."""

    def __init__(self, database: sqlite3.Connection, run: int) -> None:
        self._database, self._run = database, run
        self._sums: dict[_Cell, _Sums] = {}
        self._seen: dict[tuple[object, ...], _Sums] = {}
        """The same by what outcomes say, word for word."""
        for id_, *cell in database.execute(
            "SELECT id, model, puzzle, arm, size, steps, budget, label, sure, flags FROM cells WHERE run = ?",
            (run,),
        ):
            model, puzzle, arm, size, steps, budget, label, sure, flags = cell
            self._sums[model, puzzle, arm, size, steps, budget, label, bool(sure), flags] = _Sums(id_)

    def of(self, row: _Row) -> _Sums:
        """Return the cell of an outcome, made where there is none."""
        said = (
            *(row.model, row.endpoint, row.puzzle, row.arm, row.size, row.steps, row.max_tokens),
            *(row.reasoning_effort, row.label, row.confident, row.flags),
        )
        found = self._seen.get(said)
        if found is None:
            found = self._found(row)
            if len(self._seen) < _MOST_SEEN:
                self._seen[said] = found
        return found

    def _found(self, row: _Row) -> _Sums:
        cell = (
            _name(full_name(row.endpoint, row.model)),
            _name(row.puzzle),
            _name(row.arm),
            _bounded(row.size),
            None if row.steps is None else _bounded(row.steps),
            _budget(row),
            str(row.label),
            row.confident,
            f" {_name(' '.join(row.flags[:_FLAGS]))} " if row.flags else "",
        )
        found = self._sums.get(cell)
        if found is None:
            [made] = self._database.execute(
                "INSERT INTO cells (run, model, puzzle, arm, size, steps, budget, label, sure, flags) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (self._run, *cell),
            ).fetchone()
            found = self._sums[cell] = _Sums(made)
        return found

    def save(self) -> None:
        """Add to the database what was added up since the last time."""
        changed = [sums for sums in self._sums.values() if sums.trials]
        self._database.executemany(
            "UPDATE cells SET trials = trials + ?, prompt_tokens = prompt_tokens + ?, "
            "cached_tokens = cached_tokens + ?, completion_tokens = completion_tokens + ? WHERE id = ?",
            (
                (sums.trials, *map(_bounded, (sums.prompt, sums.cached, sums.completion)), sums.id)
                for sums in changed
            ),
        )
        for sums in changed:
            sums.trials = sums.prompt = sums.cached = sums.completion = 0


def read_stored(database: sqlite3.Connection, run: int, path: Path) -> None:
    """Put all outcomes of a file into the index; raises `CorruptRecord`."""
    cells = CellTable(database, run)
    rows = _stored(path, run, cells)
    while batch := list(islice(rows, _TOGETHER)):
        database.executemany(_PUT, batch)
    cells.save()


def _stored(path: Path, run: int, cells: CellTable) -> Iterator[tuple[object, ...]]:
    before = ""
    for line in islice(jsonl.lines(path), 1, None):
        row = line.read(_Row)
        if row.trial <= before:
            raise line.corrupt(f"is out of order, or a second outcome of trial {row.trial!r}")
        before = row.trial
        cell = cells.of(row)
        cell.add(row)
        yield _columns(row, run, cell.id, line.start, None)


def put_derived(database: sqlite3.Connection, run: int, cells: CellTable, outcome: Outcome) -> None:
    """Put an outcome into the index that no file has, in place of one that stood there before."""
    plain = jsonl.ascii_json(jsonl.record(outcome))
    row = _Row.model_validate(json.loads(plain))
    key, name = key_of(outcome.trial), column(outcome.trial)
    for id_, cell, prompt, cached, tokens in database.execute(
        "SELECT id, cell, prompt_tokens, cached_tokens, tokens FROM trials "
        "WHERE run = ? AND key = ? AND trial = ?",
        (run, key, name),
    ).fetchall():
        database.execute("DELETE FROM trials WHERE id = ?", (id_,))
        database.execute(
            "UPDATE cells SET trials = trials - 1, prompt_tokens = prompt_tokens - ?, "
            "cached_tokens = cached_tokens - ?, completion_tokens = completion_tokens - ? WHERE id = ?",
            (prompt or 0, cached or 0, max(tokens, 0), cell),
        )
    sums = cells.of(row)
    sums.add(row)
    database.execute(_PUT, _columns(row, run, sums.id, None, plain))


def _columns(row: _Row, run: int, cell: int, start: int | None, outcome: bytes | None) -> tuple[object, ...]:
    options = json.dumps(row.options, sort_keys=True) if row.options else ""
    return (
        run,
        cell,
        key_of(row.trial),
        key_of(row.puzzle, row.instance, row.arm, options, str(row.repeat)),
        column(row.trial),
        _name(row.instance),
        row.repeat,
        row.written,
        row.right,
        MOST if row.lost_at is None else row.lost_at,
        row.turns,
        None if row.finish_reason is None else _name(row.finish_reason),
        None if row.prompt_tokens is None else _bounded(row.prompt_tokens),
        None if row.cached_tokens is None else _bounded(row.cached_tokens),
        -1 if row.completion_tokens is None else _bounded(row.completion_tokens),
        start,
        outcome,
    )


def _budget(row: _Row) -> str:
    limit = "" if row.max_tokens is None else f"{row.max_tokens:,} tokens"
    return ", ".join(filter(None, (limit, _name(row.reasoning_effort or ""))))


def _name(text: str) -> str:
    return column(text if len(text) <= _LONGEST else clip(text, _LONGEST))


def _bounded(number: int) -> int:
    return min(MOST, number)
