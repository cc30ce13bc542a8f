"""Files with one JSON object per line: read with line numbers, written so that a crash keeps them whole."""

import gzip
import io
import json
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import IO, Any, TypeVar

from pydantic import BaseModel, ValidationError

from evals.errors import CorruptRecord, NewerSchema, RunError
from evals.record.files import TooLong, decoded, lines_of, opened, unmarked, write
from evals.record.model import DEEPEST, SCHEMA, FieldFault, is_too_deep

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class JsonLine:
    """One line of a file, as bytes."""

    path: Path
    number: int
    """Counted from 1."""
    start: int
    """The offset of its first byte."""
    data: bytes
    """Without a byte order mark."""

    @property
    def ended(self) -> bool:
        """Whether the line ends with a newline; without one it is the last line, and may be torn."""
        return self.data.endswith(b"\n")

    def read(self, model: type[Model]) -> Model:
        """Parse and validate the line; raises `NewerSchema` or `CorruptRecord`, which name it."""
        try:
            return model.model_validate_json(self.data)
        except ValidationError:
            pass  # a lone surrogate, which that parser rejects, or an error that is explained below
        try:
            value = json.loads(decoded(self.data))
        except (ValueError, RecursionError) as error:
            raise self.corrupt(f"is not JSON ({error})") from None
        return validated(model, value, f"{str(self.path)!r}, line {self.number}")

    def is_whole(self) -> bool:
        """Return whether the line parses; no proper prefix of an object does, so a torn line never will."""
        try:
            json.loads(self.data.decode())
        except (ValueError, RecursionError):
            return False
        return True

    def corrupt(self, what: str) -> CorruptRecord:
        """Return the error that says what is wrong with this line."""
        place = f"{str(self.path)!r}, line {self.number},"
        return CorruptRecord(f"{place} {what}: restore the file, or remove the line to do without it")


def validated(model: type[Model], value: object, place: str) -> Model:
    """Validate a parsed value as one of our records.

    Args:
        model: The type of the record.
        value: The parsed JSON.
        place: Where the value is, for error messages.

    Raises:
        NewerSchema: A later version of cantwont wrote it.
        CorruptRecord: It is not such a record.
    """
    if not isinstance(value, dict):
        raise CorruptRecord(f"{place}, is not an object: restore the file")
    if is_too_deep(value):
        raise CorruptRecord(f"{place}, has more than {DEEPEST} levels of nesting: restore the file")
    schema = value.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise NewerSchema(
            f"{place}, was written by a later cantwont "
            f"(schema {schema}; this one reads up to {SCHEMA}): upgrade"
        )
    try:
        return model.model_validate(value)
    except ValidationError as error:
        fault = FieldFault.first_of(error)
        raise CorruptRecord(f"{place}, field {fault.field!r}: {fault.message}: restore the file") from None


_MOST_NESTED = 10_000_000
"""Bytes of a line, and lists and objects in one that is longer: parsed, each takes twenty times its bytes."""
_PACKED = 500
"""Lists of moves are packed to a 160th; a large file that is packed further is there to fill a memory."""
_PACKED_FREE = 1 << 27
"""Bytes that any file may have unpacked."""


_LINES_FREE, _LINE_PACKED = 2_000_000, 4
"""Lines that any file may have; and bytes that a line takes packed: each has an id or a text of its own."""


class _Unpacked(io.RawIOBase):
    """A gzipped file, unpacked as far as is sensible for its size."""

    def __init__(self, file: IO[bytes]) -> None:
        self._unzipped = gzip.GzipFile(fileobj=file, mode="rb")
        packed = os.fstat(file.fileno())
        known = S_ISREG(packed.st_mode)
        self._left = max(_PACKED_FREE, _PACKED * packed.st_size) if known else sys.maxsize
        self._lines = max(_LINES_FREE, packed.st_size // _LINE_PACKED) if known else sys.maxsize

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._unzipped.read1(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise gzip.BadGzipFile(f"it has more than {_PACKED} times its size unpacked")
        self._lines -= data.count(b"\n")
        if self._lines < 0:
            raise gzip.BadGzipFile("it has more lines than a file of its size can hold")
        buffer[: len(data)] = data
        return len(data)


def unzipped(file: IO[bytes]) -> IO[bytes]:
    """Return the content of a gzipped file, in bounded memory; reading it raises what `gzip` does."""
    return io.BufferedReader(_Unpacked(file), 1 << 20)


@contextmanager
def _opened(path: Path, *, streams: bool = False) -> Iterator[IO[bytes]]:
    try:
        with opened(path, streams=streams) as file:
            yield unzipped(file) if path.suffix == ".gz" else file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CorruptRecord(f"{str(path)!r} cannot be unzipped ({error}): restore it") from None
    except TooLong as error:
        raise CorruptRecord(f"{str(path)!r}, line {error.number}, {error}: restore the file") from None
    except OSError as error:
        raise RunError(f"cannot read {str(path)!r}: {error.strerror or error}") from None


def lines(path: Path, *, streams: bool = False, start: int = 0, first: int = 1) -> Iterator[JsonLine]:
    """Yield the lines of a file, which may be gzipped.

    Args:
        path: The file.
        streams: Whether it may also be a pipe that the user's shell names.
        start: Where the first of them begins, in bytes of the file unpacked.
        first: The number of that line.
    """
    with _opened(path, streams=streams) as file:
        if start:
            _skip(file, start)
        for number, data in enumerate(lines_of(file), first):
            line = JsonLine(path, number, start, unmarked(data))
            if len(data) > _MOST_NESTED and data.count(b"[") + data.count(b"{") > _MOST_NESTED:
                raise line.corrupt(f"holds more than {_MOST_NESTED:,} lists and objects")
            yield line
            start += len(data)


def _skip(file: IO[bytes], size: int) -> None:
    if file.seekable():
        file.seek(size)
        return
    while size > 0 and (block := file.read(min(size, 1 << 20))):
        size -= len(block)


def blocks(path: Path) -> Iterator[bytes]:
    """Yield the content of a file, which may be gzipped, in blocks."""
    with _opened(path) as file:
        while block := file.read(1 << 20):
            yield block


def encode(value: Mapping[str, Any]) -> bytes:
    """Encode a line, in ASCII."""
    return ascii_json(value) + b"\n"


def ascii_json(value: Any) -> bytes:
    """Encode as ASCII, so that a lone surrogate is escaped and all readers agree where a line ends."""
    return _COMPACT.encode(value).encode("ascii")


_COMPACT = json.JSONEncoder(check_circular=False, ensure_ascii=True, separators=(",", ":"))


def record(model: BaseModel) -> dict[str, Any]:
    """Return one of our records as plain values, without fields at their default."""
    return model.model_dump(by_alias=True, exclude_defaults=True)


def replace(path: Path, pieces: Iterable[bytes]) -> None:
    """Replace a file atomically: its name never refers to a partly written file, even after a power cut.

    A file named `.gz` is gzipped, and the same pieces give the same bytes.
    """
    try:
        write(path, _zipped(pieces) if path.suffix == ".gz" else pieces, durable=True)
    except OSError as error:
        kept = "; what stood there before still does" if os.path.lexists(path) else ""
        raise RunError(f"cannot write {str(path)!r}: {error.strerror or error}{kept}") from None


def _zipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", fileobj=packed, mtime=0) as file:
        for piece in pieces:
            file.write(piece)
            if packed.tell():
                yield packed.getvalue()
                packed.seek(0)
                packed.truncate()
    yield packed.getvalue()
