"""Reads answers while a run goes on: short ones on the spot, long ones in a process of their own."""

import asyncio
import signal
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from evals.derive import outcome
from evals.trials import Exchange, Outcome, Trial
from tasks import load_file

LONG = 20_000
"""Answers of more characters are read in the other process, so that the other streams go on."""


class Reader:
    """Derives the outcome of one trial after another; close it, also after an interrupt."""

    def __init__(self, puzzle_files: list[Path]) -> None:
        self._files = puzzle_files
        self._pool: ProcessPoolExecutor | None = None
        self._processes: set[BaseProcess] = set()

    async def outcome(self, trial: Trial, rows: list[Exchange], length: int) -> Outcome | None:
        """The outcome, given how long the answer is; `None` where it could not be read now.

        Whatever is the matter then, asking goes on: the answer is recorded, and reading it again at the end
        of the run will tell.
        """
        pool: ProcessPoolExecutor | None = None
        try:
            if length <= LONG:
                return outcome(trial, rows)
            pool = self._started()
            return await asyncio.get_running_loop().run_in_executor(pool, outcome, trial, rows)
        except Exception as error:
            if isinstance(error, BrokenExecutor) and self._pool is pool:
                self._pool = None
            return None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
        for process in self._processes:
            process.terminate()
        self._processes = set()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            before = set(active_children())
            self._pool = ProcessPoolExecutor(
                1, get_context("spawn"), initializer=_load_files, initargs=(self._files,)
            )
            with _interrupts_held():
                self._pool.submit(len, ())  # starts the process
            self._processes = set(active_children()) - before
        return self._pool


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """What is started meanwhile never hears of a Ctrl-C: it is ours to end it, and it would only complain."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _load_files(files: list[Path]) -> None:
    for file in files:
        load_file(file)
