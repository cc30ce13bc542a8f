"""The hashes of the puzzle files that this user trusts: one text file in the user's own state directory."""

import fcntl
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from evals.errors import SpecError, TrustError
from evals.record.files import user_folder, write
from evals.record.run import now
from evals.text import clip, printable

LARGEST = 10_000_000
"""Bytes of the file; some seventy thousand hashes."""
_SHA256 = re.compile("[0-9a-f]{64}")


def is_sha256(text: str) -> bool:
    """Return whether this is a SHA-256 as we write it: 64 hex digits, the letters small."""
    return _SHA256.fullmatch(text) is not None


def given_hashes(given: Iterable[str]) -> frozenset[str]:
    """Return hashes as a user gives them, one by one; raises `SpecError`."""
    hashes = frozenset(text.strip().lower() for text in given)
    for text in sorted(hashes):
        if not is_sha256(text):
            raise SpecError(
                f"no puzzle file can be trusted by {text!r}: give the 64 hex digits of its SHA-256"
            )
    return hashes


def store_path() -> Path:
    """Return the path of the file: `$XDG_STATE_HOME/cantwont/trusted`; raises `TrustError`."""
    state = user_folder("XDG_STATE_HOME", ".local", "state")
    if state is None:
        raise TrustError("there is no home directory to keep what is trusted in: set XDG_STATE_HOME")
    return state / "cantwont" / "trusted"


def trusted() -> frozenset[str]:
    """Return the hashes that are trusted; raises `TrustError` where the file cannot be read."""
    return frozenset(_hashes(_content(store_path())))


def trust(files: Iterable[tuple[str, str]]) -> None:
    """Trust files from now on; raises `TrustError` where that cannot be kept.

    Args:
        files: the name and the SHA-256 of each.
    """
    wanted = {sha256: name for name, sha256 in files}
    if not wanted:
        return
    path = store_path()
    if wanted.keys() <= set(_hashes(_content(path))):
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(path.parent):
            before = _content(path)
            at, known = now(), set(_hashes(before))
            fresh = [
                f"{sha256} {at} {_shown(name)}\n" for sha256, name in wanted.items() if sha256 not in known
            ]
            ended = before if before.endswith("\n") or not before else f"{before}\n"
            write(path, [line.encode() for line in (ended, *fresh)], durable=True, mode=0o600)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise TrustError(
            f"cannot note in {str(path)!r} what is trusted: {why}; make it writable, or set XDG_STATE_HOME"
        ) from None


def _shown(name: str) -> str:
    return clip(printable(name), 200)


def _hashes(content: str) -> Iterator[str]:
    for line in content.split("\n"):
        first = line.partition(" ")[0]
        if is_sha256(first):
            yield first


def _content(path: Path) -> str:
    """Return what stands in the file; nothing where there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise TrustError(f"{str(path)!r} is not a regular file: remove it")
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        if path.is_symlink():
            raise TrustError(f"{str(path)!r} is a link, and none is followed there: remove it") from None
        why = getattr(error, "strerror", None) or error
        raise TrustError(
            f"cannot read in {str(path)!r} what is trusted: {why}; make it readable, or set XDG_STATE_HOME"
        ) from None
    if len(data) > LARGEST:
        raise TrustError(f"{str(path)!r} has more than {LARGEST:,} bytes: remove it, and trust again")
    return data.decode("utf-8", "replace")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process after another change the file; where a folder cannot be locked, do without."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
