"""Files that people bring: UTF-8 as any editor saves it, under a name of any length."""

import codecs
from pathlib import Path


def unmarked(data: bytes) -> bytes:
    """Return the beginning of a UTF-8 file, or a line of one, without the byte order mark."""
    return data.removeprefix(codecs.BOM_UTF8)


def decoded(data: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark; raises `ValueError`."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError("it is in UTF-16: save it as UTF-8")
    return unmarked(data).decode()


def text_of(path: Path) -> str:
    """Return a text file's content, with newlines as line ends.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not UTF-8.
    """
    return decoded(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")


def exists(path: Path) -> bool:
    """Return whether there is something at this path; nothing is at one too long for the file system.

    `Path.exists` raises an error for such a path, except in the newest versions of Python.
    """
    try:
        return path.exists()
    except OSError:
        return False
