"""The standard streams: no command ends because one of them is closed, or because its reader has gone."""

import errno
import io
import os
import select
import stat
import sys
from typing import TYPE_CHECKING, TextIO, cast

from evals.cli import runner_commands

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_NOBODY_READS = frozenset({errno.EPIPE, errno.EBADF})


class _Output(io.FileIO):
    """Writes to a descriptor until that fails, and from then on nowhere."""

    def __init__(self, descriptor: int, failure: OSError | None = None) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.failure = failure

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write all of it: where Python runs unbuffered, nobody above would write the rest."""
        left = memoryview(data).cast("B")
        size = len(left)
        while left and self.failure is None:
            try:
                written: int | None = super().write(left)
            except OSError as error:
                self.failure = error
                break
            if written is None:  # a full pipe that somebody made non-blocking
                select.select([], [self.fileno()], [])
            else:
                left = left[written:]
        return size

    @property
    def loss(self) -> OSError | None:
        """Why text was lost that somebody may miss: a full disk, say, but not a reader that has gone."""
        failure = self.failure
        if failure is None or failure.errno in _NOBODY_READS:
            return None
        if failure.errno == errno.EIO and stat.S_ISCHR(os.fstat(self.fileno()).st_mode):
            return None  # a terminal whose window was closed
        return failure


def prepare() -> None:
    """Make standard output and error safe to write to, in whatever state they are or come to be.

    A closed descriptor is filled, so that no file that is opened later gets its number, and with it what is
    meant for the terminal.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    sys.stdout = _safe(sys.stdout, sys.__stdout__)
    sys.stderr = _safe(sys.stderr, sys.__stderr__)
    if runner_commands.in_actions():
        sys.stderr = cast("TextIO", runner_commands.Harmless(sys.stderr))


def _safe(stream: TextIO | None, original: TextIO | None) -> TextIO:
    if stream is None:
        closed = OSError(errno.EBADF, os.strerror(errno.EBADF))
        nowhere = _Output(os.open(os.devnull, os.O_WRONLY), closed)
        return io.TextIOWrapper(io.BufferedWriter(nowhere), encoding="utf-8", errors="backslashreplace")
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    if stream is not original:
        stream.reconfigure(errors="backslashreplace")
        return stream
    output = _Output(stream.fileno())
    unbuffered = isinstance(stream.buffer, io.RawIOBase)
    return io.TextIOWrapper(
        output if unbuffered else io.BufferedWriter(output),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def is_read() -> bool:
    """Return whether anything written to standard output may still arrive somewhere."""
    output = _output()
    return output is None or output.failure is None


def loss() -> OSError | None:
    """Flush standard output; return why text was lost that somebody may miss, `None` if none was."""
    sys.stdout.flush()
    output = _output()
    return None if output is None else output.loss


def _output() -> _Output | None:
    buffer = getattr(sys.stdout, "buffer", None)
    raw = getattr(buffer, "raw", buffer)
    return raw if isinstance(raw, _Output) else None
