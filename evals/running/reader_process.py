"""Reads answers while a run goes on: short ones on the spot, long ones in a process of their own."""

import asyncio
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import IO, cast

from evals.dialogue.dialogue import Turn
from evals.record.exchange import Exchange
from evals.record.outcome import Outcome
from evals.record.trial import Trial
from evals.replay.derive import HeldConversation
from evals.running.trial_log import TrialLog
from tasks import PuzzleFile, load_file

LONG = 20_000
"""Answers of more characters are read in the other process, so that the other streams go on."""

_PROGRAM = "import sys; sys.path[:] = {path!r}; from {module} import serve; serve()"


class Unread(Exception):
    """An answer on which it depends what to ask next could not be read."""


class _Wanted(StrEnum):
    OUTCOME = "outcome"
    FOLLOWING = "following"


@dataclass(frozen=True, slots=True)
class _Request:
    """To the other process."""

    wanted: _Wanted
    trial: Trial
    rows: Sequence[Exchange]
    """Those that it was not given yet."""


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of a request; where it failed, nothing."""

    value: Outcome | Turn | None
    failed: bool = False


class AnswerReader:
    """Reads the answers of all trials of a run; close it, also after an interrupt."""

    def __init__(self, puzzle_files: Iterable[PuzzleFile]) -> None:
        self._files = list(puzzle_files)
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = asyncio.Lock()

    def conversation(self, log: TrialLog) -> "KeptConversation":
        """The conversation that is recorded there, for as long as it lasts."""
        return KeptConversation(self, log)

    async def ask(
        self, request: _Request, known_by: int | None, rows: Sequence[Exchange]
    ) -> tuple[_Done, int | None]:
        """Have a request done in the other process, and say which process has the trial's rows now.

        Args:
            request: with the rows that are new to it.
            known_by: the process that has the earlier ones.
            rows: all rows, for a process that has none.
        """
        async with self._turn:
            process = self._process = self._process or self._started()
            if process.pid != known_by:
                request = replace(request, rows=list(rows))
            done = await asyncio.to_thread(_asked, process, request)
            if process.poll() is None:
                return done, process.pid
            self.close()
            return done, None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    cast("IO[bytes]", pipe).close()

    def _started(self) -> subprocess.Popen[bytes]:
        """In a process group of its own, so that a Ctrl-C is ours alone to hear; it ends with its input."""
        process = subprocess.Popen(  # noqa: S603 - Python itself, with our own words
            [sys.executable, "-c", _PROGRAM.format(path=sys.path, module=__name__)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        with suppress(OSError):
            _send(process, self._files)
        return process


class KeptConversation:
    """The conversation of one trial while it is asked, read as it goes.

    Short answers are read on the spot. Once all of them together are long, the other process reads them, so
    that the other streams go on; it keeps the conversation from then on, and is sent only what is new.
    """

    def __init__(self, reader: AnswerReader, log: TrialLog) -> None:
        self._reader, self._log = reader, log
        self._held: HeldConversation | None = HeldConversation(log.trial)
        self._given = 0
        """Rows that whoever reads the conversation has."""
        self._process: int | None = None

    async def outcome(self) -> Outcome | None:
        """What the trial has come to; `None` where that could not be read now. Nothing may follow.

        Whatever is the matter then, asking goes on: the answer is recorded, and reading it again at the end
        of the run will tell.
        """
        return cast("Outcome | None", (await self._done(_Wanted.OUTCOME)).value)

    async def following(self) -> Turn | None:
        """What to ask next; `None`: nothing. Raises `Unread`."""
        done = await self._done(_Wanted.FOLLOWING)
        if done.failed:
            raise Unread
        return cast("Turn | None", done.value)

    async def _done(self, wanted: _Wanted) -> _Done:
        rows = self._log.rows
        if self._log.length <= LONG:
            assert self._held is not None, "a conversation never gets shorter"
            new, self._given = rows[self._given :], len(rows)
            return _do(wanted, self._held, new)
        self._held = None
        request = _Request(wanted, self._log.trial, rows[self._given :])
        try:
            done, self._process = await self._reader.ask(request, self._process, rows)
        except (OSError, RuntimeError):  # no process or thread is to be had just now
            self._process = None
            return _do(wanted, HeldConversation(self._log.trial), rows)
        self._given = len(rows)
        return done


def _do(wanted: _Wanted, held: HeldConversation, rows: Sequence[Exchange]) -> _Done:
    try:
        for row in rows:
            held.add(row)
        return _Done(held.outcome() if wanted is _Wanted.OUTCOME else held.following())
    except Exception:
        return _Done(None, failed=True)


def _send(process: subprocess.Popen[bytes], value: object) -> None:
    assert process.stdin is not None, "it is a pipe"
    pickle.dump(value, process.stdin)
    process.stdin.flush()


def _asked(process: subprocess.Popen[bytes], asked: _Request) -> _Done:
    assert process.stdout is not None, "it is a pipe"
    try:
        _send(process, asked)
        return cast("_Done", pickle.load(process.stdout))  # noqa: S301 - from our own process
    except (OSError, EOFError, ValueError, pickle.UnpicklingError):
        process.kill()
        process.wait()
        return _Done(None, failed=True)


def serve() -> None:
    """The other process: takes the puzzle files, then answers, and gives the outcomes."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a puzzle may print
    with out, suppress(EOFError, BrokenPipeError):
        for file in pickle.load(sys.stdin.buffer):  # noqa: S301 - from the process that started us
            load_file(file)
        held: dict[str, HeldConversation] = {}
        while True:
            request = cast("_Request", pickle.load(sys.stdin.buffer))  # noqa: S301
            name = request.trial.id
            known = held.pop(name, None) or HeldConversation(request.trial)
            done = _do(request.wanted, known, request.rows)
            if request.wanted is _Wanted.FOLLOWING:
                held[name] = known
            pickle.dump(done, out)
            out.flush()
