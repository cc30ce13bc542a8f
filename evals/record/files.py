"""Files that people bring, and files that we write: no other code opens either.

What is read is a regular file (or a link that ends in one) and is bounded; a pipe or a device in the place of
a file is refused at once. What is written goes through no link: whoever gave us a folder may have put links
into it, to files that are not theirs.
"""

import codecs
import errno
import os
import re
import secrets
import select
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

MEGABYTE = 1_000_000
LARGEST_TEXT = 10 * MEGABYTE
"""Bytes of a file that a person writes: a spec, a puzzle, a key."""
LONGEST_LINE = 256 * MEGABYTE
"""Bytes: far more than an answer of the greatest size has, escaped as JSON."""
_BLOCK = 1 << 20

_STREAM = re.compile(r"/dev/(?:stdin|fd/\d+)|/proc/self/fd/\d+")
"""What a shell puts in the place of a file, as in `<(zcat answers.gz)`."""
_PATIENCE = 3.0
"""Seconds for somebody to write to a named pipe."""
_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def opened(path: Path, *, streams: bool = False) -> BufferedReader:
    """Open a regular file for reading, without waiting for anybody.

    Args:
        path: The file, or a link to it.
        streams: Whether it may also be a pipe, as users name them: `/dev/fd/63`, or a named one to which
            somebody is about to write.

    Raises:
        OSError: It cannot be read, or is no such file; `strerror` says why.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except ValueError:  # a name with NUL, or with a lone surrogate
        raise OSError(errno.EINVAL, "no file can have that name", str(path)) from None
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise _irregular(path, "a socket") from None
        raise
    try:
        if not (streams and _is_stream(descriptor, path)):
            _check_kind(descriptor, path)
        os.set_blocking(descriptor, True)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _is_stream(descriptor: int, path: Path) -> bool:
    if _STREAM.fullmatch(str(path)):
        return os.isatty(descriptor) or stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    if not stat.S_ISFIFO(path.lstat().st_mode):
        return False
    waiting, until = select.poll(), time.monotonic() + _PATIENCE
    waiting.register(descriptor, select.POLLIN)
    while time.monotonic() < until:
        if any(events & select.POLLIN for _, events in waiting.poll(100)):
            return True
        time.sleep(0.01)
    told = f"it is a named pipe, and nobody has written to it for {_PATIENCE:g} s"
    raise OSError(errno.ETIMEDOUT, told, str(path))


def _check_kind(descriptor: int, path: Path) -> None:
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        if _is_of_the_kernel(descriptor):
            raise _irregular(path, "no file of a disk but one of the kernel's")
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise _irregular(path, next((name for is_it, name in _KINDS if is_it(mode)), "something else"))


def _is_of_the_kernel(descriptor: int) -> bool:
    """Return whether reading may wait or never end, as of `/proc/kmsg`, though it is said to be regular."""
    try:
        return str(Path(f"/proc/self/fd/{descriptor}").readlink()).startswith(("/proc/", "/sys/"))
    except OSError:  # there is no /proc
        return False


def _irregular(path: Path, what: str) -> OSError:
    return OSError(errno.EINVAL, f"it is {what}, and must be a regular file", str(path))


def bytes_of(path: Path, most: int = LARGEST_TEXT, *, streams: bool = False) -> bytes:
    """Return the content of a regular file; raises `OSError`, also if it has more than `most` bytes."""
    with opened(path, streams=streams) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most // MEGABYTE:,} MB, the most that is read of it")
    return data


class TooLong(ValueError):
    """A line has more bytes than any that we write."""

    def __init__(self, number: int) -> None:
        super().__init__(f"has more than {LONGEST_LINE // MEGABYTE:,} MB, the most that a line may have")
        self.number = number
        """The line's number, counted from 1."""


def lines_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of an open file with their line ends; raises `TooLong` instead of filling memory."""
    number = 1
    while data := file.readline(_BLOCK):
        if len(data) == _BLOCK and not data.endswith(b"\n"):
            data = _long_line(file, data, number)
        yield data
        number += 1


def _long_line(file: IO[bytes], begun: bytes, number: int) -> bytes:
    line = bytearray(begun)
    while not line.endswith(b"\n") and (more := file.readline(_BLOCK)):
        line += more
        if len(line) > LONGEST_LINE:
            raise TooLong(number)
    return bytes(line)


def unmarked(data: bytes) -> bytes:
    """Return the beginning of a UTF-8 file, or a line of one, without the byte order mark."""
    return data.removeprefix(codecs.BOM_UTF8)


def decoded(data: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark; raises `ValueError`."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError("it is in UTF-16: save it as UTF-8")
    return unmarked(data).decode()


def text_of(path: Path, most: int = LARGEST_TEXT, *, streams: bool = False) -> str:
    """Return a text file's content, with newlines as line ends.

    Raises:
        OSError: It cannot be read, is no regular file, or has more than `most` bytes.
        ValueError: It is not UTF-8.
    """
    return decoded(bytes_of(path, most, streams=streams)).replace("\r\n", "\n").replace("\r", "\n")


def exists(path: Path) -> bool:
    """Return whether there is something at this path; nothing is at one too long for the file system.

    `Path.exists` raises an error for such a path, except in the newest versions of Python.
    """
    try:
        return path.exists()
    except OSError:
        return False


# --- writing


_FRESH = re.compile(r"\.cantwont-[0-9a-f]{16}\.new|\.run\.json\.new")
"""Files that are being written, and those of a writer that was killed; earlier versions wrote the second."""
_OLD = 3600.0
"""Seconds without a change after which nobody is writing a file any more."""
_SYSTEM = ("/dev/", "/proc/")
"""Where names stand for streams and devices, as in `--out /dev/stdout`."""


def write(path: Path, pieces: Iterable[bytes], *, durable: bool = False, mode: int = 0o666) -> None:
    """Replace a file atomically: its name never refers to a partly written file.

    A link of that name is replaced; what it leads to is left alone.

    Args:
        path: The file.
        pieces: Its content.
        durable: Whether that holds after a power cut, too.
        mode: Who may read and write it, as far as the user's mask lets them.

    Raises:
        OSError: It cannot be written; what stood there before still does.
    """
    if str(path.absolute()).startswith(_SYSTEM):
        with path.open("wb") as stream:
            stream.writelines(pieces)
        return
    with suppress(FileNotFoundError):
        _check_replaceable(path)
    fresh = path.with_name(f".cantwont-{secrets.token_hex(8)}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)  # which goes through no link
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        fresh.replace(path)
        if durable:
            sync_directory(path.parent)
    finally:
        _discard(fresh)


def _check_replaceable(path: Path) -> None:
    mode = path.lstat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode) or stat.S_ISDIR(mode)):
        raise _irregular(path, next((name for is_it, name in _KINDS if is_it(mode)), "something else"))


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of the data, in as many pieces as the system takes; raises `OSError`."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def open_unlinked(path: Path, flags: int) -> int:
    """Open a file of ours to be changed in place, and make it where it is missing; return the descriptor.

    Raises:
        OSError: It cannot be opened, or is a link or no regular file; `strerror` says which.
    """
    ours = os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags | ours, 0o666)
    except OSError as error:
        if path.is_symlink():
            told = "it is a symbolic link, through which nothing is written: put the file itself there"
            raise OSError(errno.ELOOP, told, str(path)) from None
        if error.errno == errno.ENXIO:
            raise _irregular(path, "a socket") from None
        raise
    try:
        _check_kind(descriptor, path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_unfinished(name: str) -> bool:
    """Return whether a file of this name is one that `write` has not finished."""
    return _FRESH.fullmatch(name) is not None


def discard_unfinished(folder: Path, older_than: float = _OLD) -> None:
    """Remove what killed writers have left in a folder; what cannot be removed is left there."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not is_unfinished(entry.name):
                continue
            if time.time() - entry.stat(follow_symlinks=False).st_mtime >= older_than:
                _discard(Path(entry.path))


def is_vacant(path: Path) -> bool:
    """Return whether a folder can be put at a path: there is nothing, or an empty folder that is no link.

    Raises:
        OSError: It cannot be looked at.
    """
    if path.is_symlink():
        return False
    return not path.exists() or (path.is_dir() and not any(path.iterdir()))


@contextmanager
def unfinished_folder(path: Path, prefix: str) -> Iterator[Path]:
    """Make a temporary folder beside a path, for what is renamed to it when it is whole.

    It is removed at the end, and so are folders above the path that were made for it, where they are empty.

    Raises:
        OSError: No folder can be made there.
    """
    above = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=prefix, dir=path.parent) as made:
            yield Path(made)
    finally:
        with suppress(OSError):  # the first that is not empty
            for folder in above:
                folder.rmdir()


def user_folder(variable: str, *otherwise: str) -> Path | None:
    """Return one of the user's own folders of the XDG standard; `None` where there is no home directory.

    A relative path in the variable counts for nothing, as the standard says: it would lead into whatever
    folder the command is run in.

    Args:
        variable: Names the folder, such as `XDG_CACHE_HOME`.
        otherwise: Where it is in the home directory if the variable does not say.
    """
    named = Path(os.environ.get(variable, ""))
    if named.is_absolute():
        return named
    with suppress(RuntimeError):
        if (home := Path.home()).is_absolute():
            return home.joinpath(*otherwise)
    return None


def sync_directory(path: Path) -> None:
    """Make the entries of a directory durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _discard(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
