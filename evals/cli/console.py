"""The output of the command line: text on standard output, one line on standard error, and exit codes."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from itertools import islice
from typing import NoReturn

from rich.console import Console

from evals.cli import runner_commands, streams
from evals.text import printable


class Exit(IntEnum):
    """The exit codes of the process."""

    DONE = 0
    CHECK_FAILED = 1
    BAD_INPUT = 2
    UNFINISHED = 3
    INTERRUPTED = 130


class _Patient(Console):
    """Goes silent when the reader of a program's own output has gone, since that should not end the run."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def console() -> Console:
    """Return standard output: as wide as the terminal, or for a file or pipe as wide as anything needs."""
    runner_commands.stop()
    bounded = (sys.stdout is not None and sys.stdout.isatty()) or "COLUMNS" in os.environ
    return _Patient(highlight=False, width=None if bounded else 1000)


def say(*lines: str) -> None:
    """Print plain text on standard output, without markup and without wrapping."""
    for line in lines:
        console().print(
            printable(line, keep="\n"), markup=False, emoji=False, highlight=False, soft_wrap=True
        )


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show at a terminal what is being done, on standard error, for as long as it takes."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True).status(what):
        yield


def write(pieces: Iterable[str], *, is_json: bool = False) -> None:
    """Write text unchanged in UTF-8, for files and other programs; stop when the reader has gone.

    Args:
        pieces: The text.
        is_json: Whether it is JSON, which stays JSON in GitHub Actions too: no line is put before it.
    """
    if not is_json:
        runner_commands.stop()
    elif runner_commands.in_actions():
        pieces = (piece.replace("##[", "#\\u0023[") for piece in pieces)
    pass_on(pieces)


def pass_on(pieces: Iterable[str]) -> None:
    """Write text, in GitHub Actions with the commands that it may hold."""
    left = iter(pieces)
    while streams.is_read() and (some := list(islice(left, 1000))):
        sys.stdout.buffer.write("".join(some).encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def fail(text: str, code: int) -> NoReturn:
    """Print one line on standard error, and exit."""
    sys.stdout.flush()
    sys.stderr.write(f"cantwont: {printable(text)}\n")
    sys.exit(code)
