"""How the command line speaks: on standard output, in one line on standard error, and by its exit code."""

import os
import sys
from collections.abc import Iterable
from enum import IntEnum
from typing import NoReturn

from rich.console import Console

from evals.text import printable


class Exit(IntEnum):
    """What the process ends with."""

    DONE = 0
    CHECK_FAILED = 1
    BAD_INPUT = 2
    UNFINISHED = 3
    INTERRUPTED = 130


class _Patient(Console):
    """Goes on in silence when its reader has gone: a run is not to end with whoever looked at it."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        _silence()


def _silence() -> None:
    """Let what is still to be printed go nowhere, without a complaint."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def console() -> Console:
    """Standard output: as wide as the terminal; for a file or a pipe, as wide as anything needs."""
    bounded = sys.stdout.isatty() or "COLUMNS" in os.environ
    return _Patient(highlight=False, width=None if bounded else 1000)


def say(*lines: str) -> None:
    """Plain text on standard output: no markup is read, no line is broken."""
    for line in lines:
        console().print(
            printable(line, keep="\n"), markup=False, emoji=False, highlight=False, soft_wrap=True
        )


def write(pieces: Iterable[str]) -> None:
    """Text as it is, in UTF-8, for files and other programs; ends when its reader has gone."""
    try:
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _silence()


def fail(text: str, code: Exit) -> NoReturn:
    """One line on standard error, and the end."""
    sys.stdout.flush()
    sys.stderr.write(f"cantwont: {printable(text)}\n")
    sys.exit(code)
