"""Files with one JSON object per line: read with line numbers, written so that a crash keeps them whole."""

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from evals.errors import CorruptRecord, NewerSchema, RunError
from evals.record.files import decoded, unmarked
from evals.record.model import SCHEMA, FieldFault

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


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    zipped = path.suffix == ".gz"
    try:
        with cast("IO[bytes]", gzip.open(path)) if zipped else path.open("rb") as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CorruptRecord(f"{str(path)!r} cannot be unzipped ({error}): restore it") from None
    except OSError as error:
        raise RunError(f"cannot read {str(path)!r}: {error.strerror or error}") from None


def lines(path: Path) -> Iterator[JsonLine]:
    """Yield the lines of a file, which may be gzipped."""
    start = 0
    with _opened(path) as file:
        for number, data in enumerate(file, 1):
            yield JsonLine(path, number, start, unmarked(data))
            start += len(data)


def blocks(path: Path) -> Iterator[bytes]:
    """Yield the content of a file, which may be gzipped, in blocks."""
    with _opened(path) as file:
        while block := file.read(1 << 20):
            yield block


def encode(value: Mapping[str, Any]) -> bytes:
    """Encode a line as ASCII, so that a lone surrogate is escaped and all readers agree where a line ends."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def record(model: BaseModel) -> dict[str, Any]:
    """Return one of our records as plain values, without fields at their default."""
    return model.model_dump(by_alias=True, exclude_defaults=True)


def replace(path: Path, pieces: Iterable[bytes]) -> None:
    """Replace a file atomically: its name never refers to a partly written file, even after a power cut.

    A file named `.gz` is gzipped, and the same pieces give the same bytes.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("wb") as file:
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as zipped:
                    zipped.writelines(pieces)
            else:
                file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        raise RunError(
            f"cannot write {str(path)!r}: {error.strerror or error}; what stood there before still does"
        ) from None
    finally:
        _discard(fresh)


def sync_directory(path: Path) -> None:
    """Make the entries of a directory durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _discard(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
