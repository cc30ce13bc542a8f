"""The record of a run: `exchanges.jsonl`, appended row by row.

The exchanges are the raw evidence. They are only ever appended to, by one process at a time; readers change
nothing. What is derived from them is in `evals.record.outcome_file`.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Timer
from types import TracebackType
from typing import Self

from evals.errors import RunError
from evals.id_table import IdTable
from evals.record import jsonl
from evals.record.exchange import Exchange, RowKind
from evals.record.files import LONGEST_LINE, MEGABYTE, open_unlinked, sync_directory
from evals.record.outcome_file import OUTCOMES
from evals.record.run import EXCHANGES, Manifest, RunDirectory

__all__ = [
    "Index",
    "Manifest",
    "Recorder",
    "RunDirectory",
    "exchanges",
    "judge_exchanges",
]

_ASKING = (RowKind.ATTEMPT, RowKind.REPLY)
_BITS = 64
"""Turns that have a bit of their own; a row of a few bytes can name any turn."""
_ENDED = 1
"""The bit of turn 0, which there is none of."""


class Index:
    """Knows which turns of which trials have a reply, and which conversations are over."""

    __slots__ = ("_late", "_turns")

    def __init__(self) -> None:
        self._turns = IdTable()
        """By trial, bit n is set when turn n has a reply: compact, for many trials of mostly one turn."""
        self._late: set[tuple[str, int]] = set()
        """Replies to turns after those that have a bit."""

    @classmethod
    def of(cls, run: RunDirectory) -> Self:
        """Build the index by reading the whole record."""
        index = cls()
        for _ in _exchanges(run, index):
            pass
        return index

    def add(self, exchange: Exchange) -> bool:
        """Index a row; returns `False` for a second reply to the same turn."""
        known = self._turns.get(exchange.trial)
        turns = known or 0
        if exchange.kind in (RowKind.RESULT, RowKind.END):
            turns |= _ENDED
        elif exchange.kind is RowKind.REPLY:
            if (exchange.trial, exchange.turn) in self:
                return False
            if exchange.turn < _BITS:
                turns |= 1 << exchange.turn
            else:
                self._late.add((exchange.trial, exchange.turn))
        if turns != known:
            self._turns[exchange.trial] = turns
        return True

    def __contains__(self, key: tuple[str, int]) -> bool:
        trial, turn = key
        if turn >= _BITS:
            return key in self._late
        return bool((self._turns.get(trial) or 0) >> turn & 1)

    def has_ended(self, trial: str) -> bool:
        """Return whether a trial has a row that ends it: a sandbox result or the end of a conversation."""
        return bool((self._turns.get(trial) or 0) & _ENDED)

    @property
    def trials(self) -> int:
        """The number of trials, including judgings of trials, that have a row."""
        return len(self._turns)

    def __len__(self) -> int:
        """Return the number of replies."""
        return sum((turns & ~_ENDED).bit_count() for turns in self._turns.values()) + len(self._late)


def exchanges(run: RunDirectory) -> Iterator[Exchange]:
    """Yield all rows in the order in which they were recorded; a torn last line is skipped."""
    return (exchange for _, exchange in located(run))


def located(run: RunDirectory) -> Iterator[tuple[jsonl.JsonLine, Exchange]]:
    """Yield the same, each with its line, which can say what is wrong with it."""
    return _exchanges(run, Index())


def judge_exchanges(run: RunDirectory) -> Iterator[Exchange]:
    """Yield only the judges' rows, for callers that need them before the rows of the trials they judge."""
    path = run.exchanges_path
    if not path.exists():
        return
    for line in jsonl.lines(path):
        # Inside a text, these quotes would be escaped.
        if b'"judge"' in line.data and (line.ended or line.is_whole()):
            exchange = line.read(Exchange)
            if exchange.judge is not None:
                yield exchange


def _exchanges(
    run: RunDirectory, index: Index, torn: Callable[[jsonl.JsonLine], None] | None = None
) -> Iterator[tuple[jsonl.JsonLine, Exchange]]:
    path = run.exchanges_path
    if not path.exists():
        if (run.path / OUTCOMES).exists():
            raise RunError(
                f"{str(run.path)!r} has outcomes and no {EXCHANGES!r} that they follow from: restore it"
            )
        return
    following = jsonl.lines(path)
    for line in following:
        if not line.ended or _is_foreign(line, following):
            if torn is not None:
                torn(line)
            if not line.is_whole():
                return
        if not run.share.has(line):
            continue
        exchange = line.read(Exchange)
        if not index.add(exchange):
            raise line.corrupt(f"is a second reply to turn {exchange.turn} of trial {exchange.trial!r}")
        if not run.share.owns(exchange.trial):
            raise line.corrupt("has the field 'trial' twice")
        yield line, exchange


def _is_foreign(line: jsonl.JsonLine, following: Iterator[jsonl.JsonLine]) -> bool:
    """Return whether a power cut has left something that is no text from here to the end of the file."""
    if line.data.isascii() and b"\0" not in line.data:
        return False
    return not line.is_whole() and not any(other.is_whole() for other in following)


class Recorder:
    """Appends to the record of a run, which it keeps locked from `__enter__` to `__exit__`.

    A row survives a crash of the process once `append` has returned, and a power cut about a second later.
    """

    def __init__(self, run: RunDirectory, *, sync_every: float = 1.0) -> None:
        self.run = run
        self.index = Index()
        """An index of what is recorded, kept up to date by `append`."""
        self._path = run.path / EXCHANGES
        self._sync_every = sync_every
        self._held = ExitStack()
        self._descriptor = -1
        self._end = 0
        self._synced = 0.0
        self._torn = False
        self._soon: Timer | None = None
        """Syncs the rows that nothing follows for a while."""
        self._failed: OSError | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.run.locked())
            stack.callback(self._close)
            self._open()
            self._held = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._held:
            if (soon := self._soon) is not None:
                soon.cancel()
                soon.join()
            self._told(self._sync)

    def append(self, exchange: Exchange) -> None:
        """Record one row; raises `RunError` if the disk is full, leaving the record as it was."""
        if exchange.kind in _ASKING and (exchange.trial, exchange.turn) in self.index:
            raise ValueError(f"turn {exchange.turn} of trial {exchange.trial!r} has a reply already")
        data = jsonl.encode({"schema": exchange.schema_version} | jsonl.record(exchange))
        if len(data) > LONGEST_LINE:
            raise RunError(
                f"turn {exchange.turn} of trial {exchange.trial!r} is too long to be recorded "
                f"({len(data) // MEGABYTE:,} MB): ask for shorter answers"
            )
        self._told(lambda: self._write(data))
        self.index.add(exchange)
        if time.monotonic() - self._synced >= self._sync_every:
            self._told(self._sync)
        elif self._soon is None:
            self._told(self._sync_soon)

    @property
    def size(self) -> int:
        """The size of the record in bytes."""
        return self._end

    def _open(self) -> None:
        if self.run.exchanges_path != self._path:
            raise RunError(
                f"the record of {str(self.run.path)!r} is gzipped, which can only be read: "
                "gunzip it to continue the run"
            )
        torn: list[jsonl.JsonLine] = []
        for _ in _exchanges(self.run, self.index, torn.append):
            pass
        self._told(lambda: self._repair(torn))

    def _repair(self, torn: list[jsonl.JsonLine]) -> None:
        fresh = not self._path.exists()
        self._descriptor = open_unlinked(self._path, os.O_RDWR | os.O_APPEND)
        if fresh:
            sync_directory(self.run.path)
        self._end = os.fstat(self._descriptor).st_size
        for line in torn:
            if line.is_whole():
                self._write(b"\n")
            else:
                self._end = line.start
                os.ftruncate(self._descriptor, self._end)
        self._sync()

    def _write(self, data: bytes) -> None:
        if self._torn:
            self._cut()
        written = 0
        self._torn = True
        try:
            while written < len(data):
                written += os.write(self._descriptor, memoryview(data)[written:])
        finally:
            if written == len(data):
                self._end += written
                self._torn = False
            else:
                self._cut()

    def _cut(self) -> None:
        # Removes a half-written line; if that fails too, the next append tries again.
        os.ftruncate(self._descriptor, self._end)
        self._torn = False

    def _sync(self) -> None:
        if (failed := self._failed) is not None:
            self._failed = None
            raise failed
        os.fsync(self._descriptor)
        self._synced = time.monotonic()

    def _sync_soon(self) -> None:
        soon = Timer(self._sync_every, self._sync_alone)
        soon.daemon = True
        self._soon = soon
        try:
            soon.start()
        except RuntimeError:  # no thread is to be had
            self._soon = None
            self._sync()

    def _sync_alone(self) -> None:
        self._soon = None
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            self._failed = error
        else:
            self._synced = time.monotonic()

    def _told(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError as error:
            raise RunError(
                f"cannot write {str(self._path)!r}: {error.strerror or error}; "
                "everything recorded before is kept, and the next run goes on from there"
            ) from None

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
