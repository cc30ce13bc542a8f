"""Labels of answers that no outcomes follow from yet: those of a run that goes on, or was left."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from evals.arms import known_arm
from evals.errors import CorruptRecord
from evals.record.exchange import Exchange, RowKind
from evals.record.jsonl import JsonLine, lines
from evals.record.run import RunDirectory
from evals.record.trial import Trial
from evals.replay import derive
from evals.replay.row_checks import check_row, check_trial
from evals.run_index.database import column, key_of
from evals.run_index.outcomes_in import CellTable, put_derived
from evals.run_index.record_in import places_of, rows_at
from evals.run_index.running_now import EndedRequest, Recent
from evals.trust.run_puzzles import load_needed
from tasks import CantwontError

_MOST_KNOWN = 100_000
_TOGETHER = 200
"""Conversations that were left, labelled at a time."""


class Labeller:
    """Labels the answers of one run as they are recorded, with the functions of replay.

    What it knows between two calls could be read again; all else is in the database.
    """

    def __init__(self, database: sqlite3.Connection, run: int) -> None:
        self._database, self._run = database, run
        self._ends: dict[str, RowKind] = {}
        """By trial, the kind of row with which it is over."""
        self.recent = Recent()

    def label(
        self, run: RunDirectory, start: int, until: float, *, left: bool
    ) -> tuple[int, CantwontError | None]:
        """Label answers from a place of the record on.

        Return the place that was reached, and what is wrong with the row there, if anything is.

        Args:
            run: The run.
            start: The place.
            until: When to leave off, by the monotonic clock; at least one row is read.
            left: Whether nobody writes to the run, so that what is not over is labelled as it stands.

        Raises:
            UntrustedPuzzle: The run needs a puzzle file that the user does not trust.
            RunError: The record cannot be read.
        """
        path = run.exchanges_path
        [number] = self._database.execute(
            "SELECT count(*) FROM places WHERE run = ? AND start < ?", (self._run, start)
        ).fetchone()
        cells = CellTable(self._database, self._run)
        reached = start
        if start < self._end():
            load_needed([run])
        try:
            for line in lines(path, start=start, first=number + 1):
                if not line.ended and not line.is_whole():
                    break
                if line.data.strip():
                    self._take(path, line, cells)
                reached = line.start + len(line.data)
                if time.monotonic() >= until:
                    return reached, None
            if left:
                load_needed([run])
                self._take_left(run, cells, until)
        except CorruptRecord as error:
            return reached, error
        finally:
            cells.save()
        return reached, None

    def _end(self) -> int:
        [end] = self._database.execute("SELECT scanned FROM runs WHERE id = ?", (self._run,)).fetchone()
        return int(end)

    def _take(self, path: Path, line: JsonLine, cells: CellTable) -> None:
        row = line.read(Exchange)
        if row.judge is not None:
            if self._is_labelled(row.judge.of):
                self._derive(path, row.judge.of, cells)
            return
        if row.what is not None:
            check_trial(row.what, row.trial, line)
            self._know(row.what)
        ends = self._ends_with(path, row.trial, line)
        self.recent.add(EndedRequest.of(row))
        if row.kind is not ends:
            self._database.execute(
                "INSERT OR REPLACE INTO begun VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(self._run, key_of(row.trial), column(row.trial), row.turn),
                    *(None if row.error is None else column(row.error), row.at and column(row.at)),
                ),
            )
            return
        self._derive(path, row.trial, cells)
        self._database.execute("DELETE FROM begun WHERE run = ? AND key = ?", (self._run, key_of(row.trial)))

    def _take_left(self, run: RunDirectory, cells: CellTable, until: float) -> None:
        """Label conversations that nobody goes on with."""
        found = self._database.execute(
            "SELECT key FROM begun WHERE run = ? LIMIT ?", (self._run, _TOGETHER)
        ).fetchall()
        for (key,) in found:
            self._derive_by_key(run.exchanges_path, key, None, cells)
            self._database.execute("DELETE FROM begun WHERE run = ? AND key = ?", (self._run, key))
            if time.monotonic() >= until:
                return

    def _derive(self, path: Path, trial: str, cells: CellTable) -> None:
        self._derive_by_key(path, key_of(trial), trial, cells)

    def _derive_by_key(self, path: Path, key: int, named: str | None, cells: CellTable) -> None:
        trial, rows = None, []
        for line, row in rows_at(path, places_of(self._database, self._run, [key])):
            if row.judge is None:
                if named is not None and row.trial != named:
                    continue
                if row.what is not None:
                    trial = row.what
                if trial is None:
                    raise line.corrupt(f"goes on with trial {row.trial!r}, which has no turn 1 before")
                check_row(row, trial, line)
            rows.append(row)
        if trial is None:
            raise CorruptRecord(f"{str(path)!r} has no turn 1 of trial {named!r}: restore the file")
        put_derived(self._database, self._run, cells, derive.outcome(trial, rows))

    def _is_labelled(self, trial: str) -> bool:
        found = self._database.execute(
            "SELECT 1 FROM trials WHERE run = ? AND key = ?", (self._run, key_of(trial))
        ).fetchone()
        return found is not None

    def _know(self, trial: Trial) -> None:
        if len(self._ends) >= _MOST_KNOWN:
            self._ends.clear()
        self._ends[trial.id] = known_arm(trial.arm, trial.options).ends_with

    def _ends_with(self, path: Path, trial: str, line: JsonLine) -> RowKind:
        if trial not in self._ends:
            for first in self._first_rows(path, trial):
                if first.what is not None:
                    self._know(first.what)
                    break
            else:
                raise line.corrupt(f"goes on with trial {trial!r}, which has no turn 1 before")
        return self._ends[trial]

    def _first_rows(self, path: Path, trial: str) -> Iterator[Exchange]:
        places = places_of(self._database, self._run, [key_of(trial)])
        return (row for _, row in rows_at(path, places) if row.trial == trial)
