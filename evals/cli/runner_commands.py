"""Keeps what we print from giving commands to the runner of GitHub Actions, which reads both our outputs.

It takes a line that begins with `::`, and `##[` anywhere in one, for a command. So it is told to stop that
before anything is printed on standard output. It reads standard error beside that, in an order that nobody
knows, so there a space is put into whatever would be one.
"""

import os
import re
import stat
import sys
from collections.abc import Iterable
from typing import Any, TextIO

_COMMAND = re.compile(r"(?<=##)\[|(?<=[\r\n])[^\S\r\n]*:(:)")
"""What would begin a command; a space goes before the bracket, or the second colon."""
_token: str | None = None
"""Ends the time in which there are no commands; `None` outside it."""


def in_actions() -> bool:
    """Return whether this process is a step of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def stop() -> None:
    """In Actions, have everything printed from now on treated as plain text; elsewhere do nothing."""
    global _token  # noqa: PLW0603 - the runner's state, of which there is one a process
    if _token is None and in_actions() and not _is_file():
        _token = os.urandom(16).hex()  # cannot be guessed
        sys.stdout.write(f"::stop-commands::{_token}\n")
        sys.stdout.flush()


def resume() -> None:
    """End that."""
    global _token  # noqa: PLW0603
    if _token is not None:
        sys.stdout.write(f"::{_token}::\n")
        sys.stdout.flush()
        _token = None


def _is_file() -> bool:
    """Whether standard output goes to a file, which the runner does not read."""
    try:
        return stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):
        return False


class Harmless:
    """A text stream in which nothing that is written is a command."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._before = "\n"
        """As much of what was written as a command may have begun with."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write the text, with a space in every beginning of a command."""
        at, whole = len(self._before), self._before + text
        pieces: list[str] = []
        for found in _COMMAND.finditer(whole):
            place = found.start(1) if found[1] else found.start()
            if place >= at:
                pieces += (whole[at:place], " ")
                at = place
        self._stream.write("".join((*pieces, whole[at:])))
        line = _LINE_END.split(whole)[-1].lstrip()
        self._before = f"\n{line}" if len(line) < 2 else f".{line[-2:]}"
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write them one after another."""
        for line in lines:
            self.write(line)


_LINE_END = re.compile(r"[\r\n]")
