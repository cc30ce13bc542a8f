"""A run on disk: what was asked (`run.json`), what came back (`exchanges.jsonl`), what follows from it.

The exchanges are the raw evidence. They are only ever appended to, by one process at a time; a reader
changes nothing. `outcomes.jsonl` is derived, and its first line says from what.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Literal, Self

from pydantic import Field

from evals import _jsonl
from evals._run import EXCHANGES, Manifest, Run
from evals.errors import CorruptRecord, RunError
from evals.trials import Closed, Exchange, Kind, Outcome

__all__ = [
    "Index",
    "Manifest",
    "OutcomesHeader",
    "Recorder",
    "Run",
    "exchanges",
    "is_current",
    "judge_exchanges",
    "read_outcomes",
    "write_outcomes",
]

OUTCOMES = "outcomes.jsonl"
_ASKING = (Kind.ATTEMPT, Kind.REPLY)


class Index:
    """Which turns of which trials have a reply, and which conversations are over."""

    __slots__ = ("_turns", "ended")

    def __init__(self) -> None:
        self._turns: dict[str, set[int]] = {}
        self.ended: set[str] = set()
        """The trials of which a row says that nothing more is to come."""

    @classmethod
    def of(cls, run: Run) -> Self:
        """Read the whole record."""
        index = cls()
        for _ in _exchanges(run, index):
            pass
        return index

    def add(self, exchange: Exchange) -> bool:
        """Take note of a row; `False` for a second reply to the same turn."""
        if exchange.kind in (Kind.RESULT, Kind.END):
            self.ended.add(exchange.trial)
        if exchange.kind is not Kind.REPLY:
            return True
        turns = self._turns.setdefault(exchange.trial, set())
        if exchange.turn in turns:
            return False
        turns.add(exchange.turn)
        return True

    def turns(self, trial: str) -> frozenset[int]:
        """The turns of a trial that have a reply."""
        return frozenset(self._turns.get(trial, ()))

    def __contains__(self, key: tuple[str, int]) -> bool:
        trial, turn = key
        return turn in self._turns.get(trial, ())

    def __len__(self) -> int:
        """How many replies there are."""
        return sum(map(len, self._turns.values()))


def exchanges(run: Run) -> Iterator[Exchange]:
    """All rows in the order they were recorded, one at a time; a torn last line is passed over."""
    return _exchanges(run, Index())


def judge_exchanges(run: Run) -> Iterator[Exchange]:
    """The rows of judges alone, for whoever needs them before those of the trials they judge."""
    path = run.exchanges_path
    if not path.exists():
        return
    for line in _jsonl.lines(path):
        # Inside a text, the quotes would be escaped.
        if b'"judge"' in line.data and (line.ended or line.is_whole()):
            exchange = line.read(Exchange)
            if exchange.judge is not None:
                yield exchange


def _exchanges(
    run: Run, index: Index, torn: Callable[[_jsonl.Line], None] | None = None
) -> Iterator[Exchange]:
    path = run.exchanges_path
    if not path.exists():
        return
    for line in _jsonl.lines(path):
        if not line.ended:
            if torn is not None:
                torn(line)
            if not line.is_whole():
                return
        if not run.share.has(line):
            continue
        exchange = line.read(Exchange)
        if not index.add(exchange):
            raise line.corrupt(f"is a second reply to turn {exchange.turn} of trial {exchange.trial!r}")
        yield exchange


class Recorder:
    """Appends to the record of a run, which it holds locked from `__enter__` to `__exit__`.

    What `append` has returned from outlives the process; it outlives a power cut from a second later.
    """

    def __init__(self, run: Run, *, sync_every: float = 1.0) -> None:
        self.run = run
        self.index = Index()
        """What is recorded; kept up by `append`."""
        self._path = run.path / EXCHANGES
        self._sync_every = sync_every
        self._held = ExitStack()
        self._descriptor = -1
        self._end = 0
        self._synced = 0.0
        self._torn = False

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
            self._told(self._sync)

    def append(self, exchange: Exchange) -> None:
        """Record one row; raises `RunError` when the disk is full, and then the record is as it was."""
        if exchange.kind in _ASKING and (exchange.trial, exchange.turn) in self.index:
            raise ValueError(f"turn {exchange.turn} of trial {exchange.trial!r} has a reply already")
        data = _jsonl.encode({"schema": exchange.schema_version} | _jsonl.record(exchange))
        self._told(lambda: self._write(data))
        self.index.add(exchange)
        if time.monotonic() - self._synced >= self._sync_every:
            self._told(self._sync)

    def _open(self) -> None:
        if self.run.exchanges_path != self._path:
            raise RunError(
                f"the record of {str(self.run.path)!r} is gzipped, which can only be read: "
                "gunzip it to continue the run"
            )
        torn: list[_jsonl.Line] = []
        for _ in _exchanges(self.run, self.index, torn.append):
            pass
        self._told(lambda: self._repair(torn))

    def _repair(self, torn: list[_jsonl.Line]) -> None:
        fresh = not self._path.exists()
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(self._path, flags, 0o666)
        if fresh:
            _jsonl.sync_directory(self.run.path)
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
        """Take a half-written line away; should that fail too, the next append tries again."""
        os.ftruncate(self._descriptor, self._end)
        self._torn = False

    def _sync(self) -> None:
        os.fsync(self._descriptor)
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


# --- outcomes


class Source(Closed):
    """The record that outcomes were derived from."""

    bytes: int
    sha256: str


class OutcomesHeader(Closed):
    """The first line of `outcomes.jsonl`."""

    schema_version: Literal[1, 2] = Field(default=1, alias="schema")
    kind: Literal["outcomes"]
    exchanges: Source
    labels: int
    """The version of the rules of labelling."""

    @classmethod
    def of(cls, run: Run, labels: int) -> Self:
        """For outcomes derived now. Made before they are, it can only seem staler than it is."""
        return cls(kind="outcomes", exchanges=_source(run), labels=labels)


def write_outcomes(run: Run, header: OutcomesHeader, outcomes: Iterable[Outcome]) -> None:
    """Replace `outcomes.jsonl`. The outcomes may come in any order, and need not fit into memory."""
    path = run.path / OUTCOMES
    with run.locked(), ExitStack() as stack:
        try:
            spill = stack.enter_context(TemporaryFile(dir=run.path))
            places = _spill(spill, outcomes)
        except OSError as error:
            raise RunError(f"cannot write {str(path)!r}: {error.strerror or error}") from None
        _jsonl.replace(path, _sorted(header, spill, places))


def read_outcomes(run: Run) -> Iterator[Outcome]:
    """The outcomes by trial id, one at a time; raises `RunError` where there are none."""
    lines = _jsonl.lines(run.path / OUTCOMES)
    for first in lines:
        first.read(OutcomesHeader)
        break
    else:
        raise CorruptRecord(f"{str(run.path / OUTCOMES)!r} is empty: derive the outcomes again")
    for line in lines:
        yield line.read(Outcome)


def is_current(run: Run, labels: int) -> bool:
    """Whether `outcomes.jsonl` was derived from all that is recorded, by these rules."""
    path = run.path / OUTCOMES
    if not path.exists():
        return False
    try:
        header = next(_jsonl.lines(path)).read(OutcomesHeader)
    except (StopIteration, CorruptRecord):
        return False
    return header.labels == labels and header.exchanges == _source(run)


def _source(run: Run) -> Source:
    path, size, digest = run.exchanges_path, 0, hashlib.sha256()
    if path.exists():
        for block in _jsonl.blocks(path):
            size += len(block)
            digest.update(block)
    return Source(bytes=size, sha256=digest.hexdigest())


def _spill(file: IO[bytes], outcomes: Iterable[Outcome]) -> dict[str, tuple[int, int]]:
    """Write the lines as they come; where each trial's line begins, and how long it is."""
    places: dict[str, tuple[int, int]] = {}
    end = 0
    for outcome in outcomes:
        if outcome.trial in places:
            raise ValueError(f"two outcomes of trial {outcome.trial!r}")
        size = file.write(_jsonl.encode(_jsonl.record(outcome)))
        places[outcome.trial] = end, size
        end += size
    return places


def _sorted(header: OutcomesHeader, file: IO[bytes], places: dict[str, tuple[int, int]]) -> Iterator[bytes]:
    yield _jsonl.encode(header.model_dump(by_alias=True))
    for _, (start, size) in sorted(places.items()):
        file.seek(start)
        yield file.read(size)
