"""Reads answers while a run goes on: short ones on the spot, long ones in a process of their own."""

import asyncio
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, cast

from evals.arms.dialogue import Turn
from evals.record.exchange import Exchange
from evals.record.outcome import Outcome
from evals.record.trial import Trial
from evals.replay.derive import following, outcome
from tasks import load_file

LONG = 20_000
"""Answers of more characters are read in the other process, so that the other streams go on."""

_PROGRAM = "import sys; sys.path[:] = {path!r}; from evals.running.reader_process import serve; serve()"


class Unread(Exception):
    """An answer on which it depends what to ask next could not be read."""


class _Task(StrEnum):
    OUTCOME = "outcome"
    FOLLOWING = "following"


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of a task; where it failed, nothing."""

    value: Outcome | Turn | None
    failed: bool = False


class Reader:
    """Reads the answers of one trial after another; close it, also after an interrupt."""

    def __init__(self, puzzle_files: Sequence[Path]) -> None:
        self._files = list(puzzle_files)
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = asyncio.Lock()

    async def outcome(self, trial: Trial, rows: Sequence[Exchange], length: int) -> Outcome | None:
        """The outcome, given how long the answer is; `None` where it could not be read now.

        Whatever is the matter then, asking goes on: the answer is recorded, and reading it again at the end
        of the run will tell.
        """
        return cast("Outcome | None", (await self._done(_Task.OUTCOME, trial, rows, length)).value)

    async def following(self, trial: Trial, rows: Sequence[Exchange], length: int) -> Turn | None:
        """What to ask next, given how long all answers are; `None`: nothing. Raises `Unread`."""
        done = await self._done(_Task.FOLLOWING, trial, rows, length)
        if done.failed:
            raise Unread
        return cast("Turn | None", done.value)

    async def _done(self, task: _Task, trial: Trial, rows: Sequence[Exchange], length: int) -> _Done:
        if length <= LONG:
            return _do(task, trial, rows)
        async with self._turn:
            process = self._process = self._process or self._started()
            done = await asyncio.to_thread(_asked, process, (task, trial, list(rows)))
            if process.poll() is not None:
                self.close()
            return done

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
            [sys.executable, "-c", _PROGRAM.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        with suppress(OSError):
            _send(process, self._files)
        return process


def _do(task: _Task, trial: Trial, rows: Sequence[Exchange]) -> _Done:
    read = outcome if task is _Task.OUTCOME else following
    try:
        return _Done(read(trial, rows))
    except Exception:
        return _Done(None, failed=True)


def _send(process: subprocess.Popen[bytes], value: object) -> None:
    assert process.stdin is not None, "it is a pipe"
    pickle.dump(value, process.stdin)
    process.stdin.flush()


def _asked(process: subprocess.Popen[bytes], asked: tuple[_Task, Trial, list[Exchange]]) -> _Done:
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
        while True:
            task, trial, rows = pickle.load(sys.stdin.buffer)  # noqa: S301
            pickle.dump(_do(task, trial, rows), out)
            out.flush()
