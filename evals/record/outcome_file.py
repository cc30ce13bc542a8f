"""`outcomes.jsonl`: what is derived from the record of a run; its first line identifies that record."""

import hashlib
import math
import os
import re
import weakref
from array import array
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import cached_property
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self

from pydantic import Field

from evals.errors import CorruptRecord, RunError
from evals.id_table import IdTable
from evals.record import jsonl
from evals.record.files import opened
from evals.record.model import Closed
from evals.record.outcome import Outcome
from evals.record.run import RunDirectory

OUTCOMES = "outcomes.jsonl"


class Source(Closed):
    """Identifies the record that outcomes were derived from."""

    bytes: int
    sha256: str

    @classmethod
    def of(cls, run: RunDirectory) -> Self:
        """Hash the record as it is now."""
        found = cls._read(run, math.inf)
        assert found is not None
        return found

    def is_of(self, run: RunDirectory) -> bool:
        """Return whether this is the record as it is now; no more of it is read than it should hold."""
        return self._read(run, self.bytes) == self

    @classmethod
    def _read(cls, run: RunDirectory, most: float) -> Self | None:
        """Hash the record; `None` if it has more than so many bytes."""
        path, size, digest = run.exchanges_path, 0, hashlib.sha256()
        for block in jsonl.blocks(path) if path.exists() else ():
            size += len(block)
            if size > most:
                return None
            digest.update(block)
        return cls(bytes=size, sha256=digest.hexdigest())


class OutcomesHeader(Closed):
    """The first line of `outcomes.jsonl`."""

    schema_version: Literal[1, 2] = Field(default=1, alias="schema")
    kind: Literal["outcomes"]
    exchanges: Source
    labels: int
    """The version of the labelling rules."""
    model: str = ""
    """SHA-256 of the learnt weights that the rules used; empty before version 4."""

    @classmethod
    def of(cls, run: RunDirectory, labels: int, model: str = "") -> Self:
        """Make the header for outcomes derived now.

        Call it before deriving them: the header can then only look staler than the outcomes are.
        """
        return cls(kind="outcomes", exchanges=Source.of(run), labels=labels, model=model)


class OutcomeBuffer:
    """Buffers outcomes on disk until they can be written sorted; a long run has too many for memory.

    Use it as a context manager; raises `RunError` if the disk is full.
    """

    def __init__(self, run: RunDirectory) -> None:
        self._run = run
        self._path = run.path / OUTCOMES
        self._starts = IdTable()
        """The offset of each trial's line."""
        self._end = 0
        self._moved = False
        """Whether the file may stand elsewhere than at its end."""
        self._held = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._file = self._held.enter_context(TemporaryFile(dir=self._run.path))
        except OSError as error:
            raise self._failed(error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # what is still in its buffer could not be written before, either
            self._held.close()

    def add(self, outcome: Outcome) -> dict[str, Any]:
        """Add an outcome and return it as plain JSON; raises `ValueError` if its trial already has one."""
        if outcome.trial in self._starts:
            raise ValueError(f"two outcomes of trial {outcome.trial!r}")
        plain = jsonl.record(outcome)
        line = jsonl.encode(plain)
        try:
            if self._moved:
                self._file.seek(self._end)
                self._moved = False
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            self._moved = True
            raise self._failed(error) from None
        self._starts[outcome.trial] = self._end
        self._end += len(line)
        return plain

    def __len__(self) -> int:
        """Return the number of outcomes."""
        return len(self._starts)

    def line(self, trial: str) -> bytes | None:
        """Return the outcome of a trial as a line of JSON; `None` if it has none."""
        start = self._starts.get(trial)
        return None if start is None else self._line_at(start)

    def _line_at(self, start: int) -> bytes:
        self._moved = True
        self._file.seek(start)
        return self._file.readline()

    def write(self, header: OutcomesHeader) -> None:
        """Replace the run's `outcomes.jsonl` with these outcomes, sorted by trial id."""
        with self._run.locked():
            jsonl.replace(self._path, self._sorted(header))

    def _sorted(self, header: OutcomesHeader) -> Iterator[bytes]:
        yield jsonl.encode(header.model_dump(by_alias=True))
        for _, start in self._starts.in_order():
            yield self._line_at(start)

    def _failed(self, error: OSError) -> RunError:
        return RunError(f"cannot write {str(self._path)!r}: {error.strerror or error}")


def read_outcomes(run: RunDirectory) -> Iterator[Outcome]:
    """Yield the outcomes, sorted by trial id; raises `RunError` if there are none."""
    return (line.read(Outcome) for line in _outcome_lines(run))


def _outcome_lines(run: RunDirectory) -> Iterator[jsonl.JsonLine]:
    lines = jsonl.lines(run.path / OUTCOMES)
    for first in lines:
        first.read(OutcomesHeader)
        break
    else:
        raise CorruptRecord(f"{str(run.path / OUTCOMES)!r} is empty: derive the outcomes again")
    yield from lines


class StoredOutcomes:
    """The stored outcomes of the trials that a run reads, by trial; the lines stay on disk until asked for.

    Of two lines for a trial the last one counts. They remain those that were there at the beginning, even if
    the file is replaced.
    """

    def __init__(self, run: RunDirectory) -> None:
        """Open the file; raises `RunError`."""
        self._run, self._path = run, run.path / OUTCOMES
        try:
            with opened(self._path) as file:
                self._file = os.dup(file.fileno())
        except OSError as error:
            raise RunError(f"cannot read {str(self._path)!r}: {error.strerror or error}") from None
        weakref.finalize(self, os.close, self._file)

    def line(self, trial: str) -> jsonl.JsonLine | None:
        """Return the line of a trial; `None` if it has none."""
        place = self._lines.place.get(trial)
        if place is None:
            return None
        start, end = self._lines.starts[place : place + 2]
        return jsonl.JsonLine(self._path, place + _FIRST, start, os.pread(self._file, end - start, start))

    def read(self, trial: str) -> Outcome:
        """Return the outcome of a trial; raises `KeyError` if it has none, and `CorruptRecord`."""
        line = self.line(trial)
        if line is None:
            raise KeyError(trial)
        outcome = line.read(Outcome)
        if outcome.trial != trial:
            raise line.corrupt("has the field 'trial' twice")
        return outcome

    def __iter__(self) -> Iterator[str]:
        """Yield the trials, in the order of their ids."""
        return (trial for trial, _ in self._lines.place.in_order())

    def __len__(self) -> int:
        """Return the number of trials."""
        return len(self._lines.place)

    @property
    def last(self) -> int:
        """The number of the last line, counted from 1, of whatever trial."""
        return len(self._lines.starts) + _FIRST - 2

    @cached_property
    def _lines(self) -> "_Lines":
        place, starts, end = IdTable(), array("Q"), 0
        for line in _outcome_lines(self._run):
            begun = _TRIAL.match(line.data)
            trial = begun[1].decode("ascii") if begun else line.read(Outcome).trial
            if self._run.share.owns(trial):
                place[trial] = len(starts)
            starts.append(line.start)
            end = line.start + len(line.data)
        starts.append(end)
        return _Lines(place, starts)


_FIRST = 2
"""The number of the line of the first outcome."""
_TRIAL = re.compile(rb'\{"trial":"([ !#-\[\]-~]*)"')
"""The beginning of an outcome as `OutcomeBuffer` writes it, for trial ids that need no escapes."""


class _Lines(NamedTuple):
    """Where the lines of outcomes are."""

    place: IdTable
    """The place of each trial's line among them, counted from 0."""
    starts: "array[int]"
    """The offset of each line, and that behind the last one."""


def is_current(run: RunDirectory, labels: int, model: str = "") -> bool:
    """Return whether `outcomes.jsonl` was derived from all that is recorded, by these rules and weights."""
    header = stored_header(run)
    if header is None or (header.labels, header.model) != (labels, model):
        return False
    return header.exchanges.is_of(run)


def stored_header(run: RunDirectory) -> OutcomesHeader | None:
    """Return the first line of `outcomes.jsonl`; `None` where there is none that can be read."""
    path = run.path / OUTCOMES
    if not path.exists():
        return None
    try:
        return next(jsonl.lines(path)).read(OutcomesHeader)
    except (StopIteration, CorruptRecord):
        return None
