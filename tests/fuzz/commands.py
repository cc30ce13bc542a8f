"""What every command must do with any file: end with a code of its own, and harm nobody."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from tests.program import inside

CODES = (0, 1, 2, 3)
SECONDS = 30
"""Of the processor, for one command on a run of a few trials."""
PATIENCE = 10
"""Times as long by the clock: for what waits and does nothing, on a busy machine."""
BYTES = 3 << 30
"""Of addresses, beyond those that Python and its libraries have before."""

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("replay", "run"),
    ("replay", "run", "--check"),
    ("replay", "run", "--strict", "--junit", "run/junit.xml"),
    ("replay", "run", "--update"),
    ("replay", "run", "--spec", "run/spec.toml"),
    ("report", "run"),
    ("report", "run", "--format", "md"),
    *(
        ("report", "run", "--format", "csv", "--out", "-", "--table", table)
        for table in ("trials", "horizons", "verdicts", "costs", "pairs", "sensitivity", "repeats", "course")
    ),
    ("report", "run", "--format", "json"),
    ("show", "run", "a"),
    ("show", "run", "ID", "--prompt", "--full"),
    ("compare", "run", "other"),
    ("agree", "run", "run/labels.jsonl", "--fail-under", "0.9"),
    ("shrink", "run", "--out", "shrunk", "--gzip"),
    ("import", "run/answers.jsonl", "--out", "imported"),
    ("run", "--spec", "run/spec.toml", "--out", "run"),
    ("run", "--spec", "run/spec.toml", "--out", "run", "--extend", "--dry-run"),
)


class Broken(AssertionError):
    """A command did what none may do."""


class Overdue(Exception):
    """A command takes too long; no `TimeoutError`, which would be taken for one of reading a file."""


class _Writes:
    """What is opened for writing, made, moved or removed outside of some folders while it is watched."""

    def __init__(self) -> None:
        self._allowed: tuple[str, ...] = ()
        self.found: list[str] = []
        sys.addaudithook(self._heard)

    @contextmanager
    def watched(self, *allowed: Path) -> Iterator[None]:
        self.found.clear()
        sandbox = str(Path(tempfile.gettempdir()).resolve() / "cantwont-")
        self._allowed = ("/dev/", "/proc/", sandbox, *(f"{folder.resolve()}{os.sep}" for folder in allowed))
        try:
            yield
        finally:
            self._allowed = ()

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._allowed:
            return
        match event, arguments:
            case "open", (str() | bytes() as path, _, int(flags)) if flags & (
                os.O_WRONLY | os.O_RDWR | os.O_CREAT
            ):
                self._note(event, path)
            case (("os.rename" | "os.link"), (_, path, *_)):
                self._note(event, path)
            case "os.symlink", (_, path, *_):
                self._note(event, path)
            case (("os.remove" | "os.mkdir" | "os.rmdir" | "os.truncate" | "os.chmod"), (path, *_)):
                self._note(event, path)

    def _note(self, event: str, path: object) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        name = Path(os.fsdecode(path))
        place = str(Path(os.path.realpath(name.parent)) / name.name)  # `resolve` raises where links go round
        if not f"{place}/".startswith(self._allowed) and "__pycache__" not in place:
            self.found.append(f"{event} {place}")


_WRITES: _Writes | None = None


def check(arguments: tuple[str, ...], folder: Path, **environment: str) -> int:
    """Run a command in a folder and return its code; raises as `examined`."""
    return examined(arguments, folder, **environment).returncode


def examined(
    arguments: tuple[str, ...], folder: Path, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command in a folder, and return how it ended and what it printed.

    Raises:
        Broken: It ended with an unknown code, printed a stack trace, or wrote beside the folder.
        Exception: It ended with an error that is not the project's, or exceeded a bound.
    """
    global _WRITES  # noqa: PLW0603 - a hook cannot be taken away again
    _WRITES = _WRITES or _Writes()
    with _bounded(), _WRITES.watched(folder), warnings.catch_warnings():
        warnings.simplefilter("error")  # what would be printed among the output
        ended = inside(*arguments, cwd=folder, **environment)
    if ended.returncode not in CODES:
        raise Broken(f"it ended with code {ended.returncode}")
    if "Traceback" in ended.stderr:
        raise Broken(ended.stderr)
    # Of rows that are left out `import` tells a few, each in a line that names the file.
    rows = ("'", "\u2026") if arguments[:1] == ("import",) else ()
    lines = [line for line in ended.stderr.splitlines() if not line.startswith(rows)]
    if ended.returncode == 2 and len(lines) != 1:
        raise Broken(f"it complained in more than a line: {ended.stderr!r}")
    if _WRITES.found:
        raise Broken(f"it wrote elsewhere: {_WRITES.found[:3]}")
    return ended


@contextmanager
def _bounded() -> Iterator[None]:
    """Hold the time, and on Linux the memory."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    if sys.platform == "linux":
        now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + BYTES, before[1]))
    handlers = {number: signal.signal(number, _late) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(PATIENCE * SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        resource.setrlimit(resource.RLIMIT_AS, before)


def _late(number: int, frame: FrameType | None) -> None:
    what = f"{SECONDS} s of the processor" if number == signal.SIGPROF else f"{PATIENCE * SECONDS} s"
    raise Overdue(f"not done after {what}")
