"""Files as importers read them: their beginning, lines, the rows of a document; all in bounded memory."""

import io
import json
import math
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from gzip import BadGzipFile
from pathlib import Path
from typing import IO, Any

from evals.errors import ImportFailed
from evals.importers.importer import Refused, Sample
from evals.record.completion import strict_json
from evals.record.files import LONGEST_LINE, MEGABYTE, TooLong, decoded, lines_of, opened, unmarked
from evals.record.jsonl import unzipped
from evals.record.model import is_too_deep

NOT_JSON = "not JSON"
"""The kind of a row that cannot be parsed."""
_HEAD = 1 << 16
_LONGEST_FIRST = 1 << 24
"""Bytes of a first line that is parsed to know the format."""
_BLOCK = 1 << 20
_ZIPPED = b"\x1f\x8b"
_WIDE = 1 << 22
"""Bytes of a value that is skipped in one piece."""


@contextmanager
def content(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, plain or gzipped, or a pipe; whatever is wrong with it is an `ImportFailed`."""
    number = 0
    try:
        with opened(path, streams=True) as plain:
            yield unzipped(plain) if plain.peek(2)[:2] == _ZIPPED else plain
    except TooLong as error:
        raise ImportFailed(f"{str(path)!r}, line {error.number}, {error}") from None
    except (EOFError, zlib.error, BadGzipFile) as error:
        told = f" after line {number}" if number else ""
        raise ImportFailed(f"{str(path)!r} cannot be unzipped{told}: {error}") from None
    except OSError as error:
        raise ImportFailed(f"cannot read {str(path)!r}: {error.strerror or error}") from None


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the non-blank lines with their numbers, counted from 1."""
    with content(path) as file:
        for number, data in enumerate(lines_of(file), start=1):
            if line := unmarked(data).strip():
                yield number, line


def sample(path: Path) -> Sample:
    """Return the beginning of a regular file; of a pipe, which can be read only once, nothing."""
    if not path.is_file():
        if path.exists() and not path.is_dir():
            return Sample(path.name, b"", None)
        with content(path):
            pass
    with content(path) as file:
        head = unmarked(file.read(_HEAD)).lstrip()
        line, ended, _ = head.partition(b"\n")
        whole = len(head) < _HEAD - 8
        if not ended and not whole:
            line += file.readline(_LONGEST_FIRST)
            ended = line[-1:]
    value = _value(line) if ended == b"\n" or whole else None
    if value is None and whole:
        value = _value(head)
    return Sample(path.name, head, value)


def _value(data: bytes) -> Any:
    try:
        return strict_json(decoded(data))
    except (ValueError, RecursionError):
        return None


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
    """Yield the objects of a file of JSON lines, and for each line that is none what is wrong with it."""
    for number, line in lines(path):
        yield number, parsed(number, line)


def parsed(number: int, line: bytes) -> dict[str, Any] | Refused:
    """Parse one line, without space around it."""
    try:
        text = line.decode() if line.startswith(b"{") else decoded(line)
        opened = text.count("[") + text.count("{")
        if opened > _MOST_NESTED:
            return Refused(number, NOT_JSON, "is not JSON (it has too many lists and objects)")
        value, end = _SCAN(text, 0)
        if end < len(text) or (opened > _DEEPEST and is_too_deep(value, _DEEPEST)):
            value = strict_json(text)  # which tells what is wrong
    except StopIteration:
        return Refused(number, NOT_JSON, "is not JSON (it begins with no value)")
    except (ValueError, RecursionError) as error:
        return Refused(number, NOT_JSON, f"is not JSON ({error})")
    return value if type(value) is dict else of_object(number, value)


def of_object(number: int, value: object) -> dict[str, Any] | Refused:
    """Return a row that is an object, or else what it is."""
    if isinstance(value, dict):
        return value
    return Refused(number, "no object", f"is {_KINDS.get(type(value), 'a number')} and no object")


_KINDS = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}


class Document:
    """A JSON document whose rows stand in one list: read row by row, without holding the whole.

    Args:
        path: The file.
        where: The names that lead to the list, e.g. `("results", "results")`; none if the document is a list.
        keep: Names of other values at the top to keep in `kept`, if they stand before the list.
    """

    def __init__(self, path: Path, where: Sequence[str], keep: Sequence[str] = ()) -> None:
        self._path, self._where, self._keep = path, tuple(where), frozenset(keep)
        self.kept: dict[str, Any] = {}
        self.found = False
        """Whether the list was met."""

    def rows(self) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
        """Yield the rows with their numbers, counted from 1; raises `ImportFailed` if it is no JSON."""
        with content(self._path) as file:
            reader = _Reader(file)
            try:
                yield from self._inside(reader, self._where)
                reader.end()
            except (ValueError, RecursionError) as error:
                raise ImportFailed(f"{str(self._path)!r} is not JSON ({error})") from None

    def _inside(
        self, reader: "_Reader", where: Sequence[str]
    ) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
        opening = reader.peek()
        if not where:
            if opening != "[" or self.found:
                reader.skip()
                return
            self.found = True
            for number, value in enumerate(reader.items(), start=1):
                yield number, of_object(number, value)
            return
        if opening != "{":
            reader.skip()
            return
        for name in reader.names():
            if name == where[0]:
                yield from self._inside(reader, where[1:])
            elif name in self._keep and name not in self.kept:
                self.kept[name] = reader.value()
            else:
                reader.skip()


_SPACE = re.compile(r"[ \t\r\n]*")


class _Reader:
    """Reads JSON from a file piece by piece; every method raises `ValueError` for what is no JSON."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        self._text, self._at, self._over = "", 0, False

    def peek(self) -> str:
        """Return the next character that is no space; empty at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, expected: str) -> None:
        """Go past this character."""
        found = self.peek()
        if found != expected:
            raise ValueError(f"{expected!r} is missing" if found else "it breaks off")
        self._at += 1

    def value(self) -> Any:
        """Read a value whole."""
        self.peek()
        size = _BLOCK
        while True:
            found = self._parsed()
            if found is not None:
                value, end = found
                opened = self._text.count("[", self._at, end) + self._text.count("{", self._at, end)
                if opened > _DEEPEST and is_too_deep(value, _DEEPEST):
                    raise ValueError("it is nested too deep")
                self._at = end
                return value
            if not self._more(size):
                raise ValueError("it breaks off" if self._over else "it is no value")
            size *= 2

    def _parsed(self) -> tuple[Any, int] | None:
        """Parse the value that begins here; `None` if more of the file is needed to know it."""
        try:
            value, end = _SCAN(self._text, self._at)
        except StopIteration as stop:
            if self._over or len(self._text) - stop.value > _WORD:
                raise ValueError("a value is missing") from None
            return None
        except json.JSONDecodeError as error:
            if self._over:
                raise ValueError(error.msg) from None
            if len(self._text) - error.pos > _WORD and "Unterminated" not in error.msg:
                raise ValueError(error.msg) from None
            return None
        if end == len(self._text) and not self._over and self._text[-1] not in '"]}':
            return None  # a number of which more may follow
        return value, end

    def items(self) -> Iterator[Any]:
        """Read a list, value by value."""
        self.take("[")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            yield self.value()
            if self.peek() != ",":
                break
            self._at += 1
        self.take("]")

    def names(self) -> Iterator[str]:
        """Read an object, name by name; whoever asks for the next name has read the value."""
        self.take("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                raise ValueError("a name is missing" if self.peek() else "it breaks off")
            name = self.value()
            self.take(":")
            yield name
            if self.peek() != ",":
                break
            self._at += 1
        self.take("}")

    def skip(self, depth: int = 0) -> None:
        """Read a value, and keep nothing of it."""
        opening = self.peek()
        if opening not in ("{", "["):
            self.value()
            return
        if len(self._text) - self._at < _WIDE and not self._over:
            self._more(_WIDE)
        try:
            found = self._parsed()
        except ValueError:
            found = None
        if found is not None:
            self._at = found[1]
        elif depth >= _DEEPEST:
            raise ValueError("it is nested too deep")
        elif opening == "{":
            for _ in self.names():
                self.skip(depth + 1)
        else:
            self._skip_items(depth)

    def _skip_items(self, depth: int) -> None:
        self.take("[")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            self.skip(depth + 1)
            if self.peek() != ",":
                break
            self._at += 1
        self.take("]")

    def end(self) -> None:
        """Check that nothing follows."""
        if self.peek():
            raise ValueError("something follows the document")

    def _more(self, size: int = _BLOCK) -> bool:
        read = self._file.read(size)
        if not read:
            self._over = True
            return False
        self._text, self._at = self._text[self._at :] + read, 0
        if len(self._text) > LONGEST_LINE:
            raise ValueError(f"a value has more than {LONGEST_LINE // MEGABYTE:,} MB")
        return True


_DEEPEST = 100
_MOST_NESTED = 4_000_000
"""The most lists and objects in a line, each of which takes twenty times its bytes as memory."""
_WORD = 64
"""Characters in which a name of a value, a number or an escape ends."""


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


_DECODER: Any = json.JSONDecoder(parse_constant=lambda _: None, parse_float=_finite)
_SCAN = _DECODER.scan_once
