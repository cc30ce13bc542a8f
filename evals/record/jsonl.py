"""Files of one JSON object a line: read with line numbers, written so that a crash leaves them whole."""

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
from evals.record.model import SCHEMA, FieldFault

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class JsonLine:
    """One line of a file, as its bytes."""

    path: Path
    number: int
    """Counted from 1."""
    start: int
    """The offset of its first byte."""
    data: bytes

    @property
    def ended(self) -> bool:
        """Whether it has its newline; without one it is the last, and may be torn."""
        return self.data.endswith(b"\n")

    def read(self, model: type[Model]) -> Model:
        """Parse and validate it; raises `NewerSchema` or `CorruptRecord`, which name the line."""
        try:
            return model.model_validate_json(self.data)
        except ValidationError:
            pass  # a lone surrogate, which that parser refuses; or what is said below
        try:
            value = json.loads(self.data.decode())
        except (ValueError, RecursionError) as error:
            raise self.corrupt(f"is not JSON ({error})") from None
        return validated(model, value, f"{str(self.path)!r}, line {self.number}")

    def is_whole(self) -> bool:
        """Whether it parses. No proper beginning of an object does, so a torn line never seems whole."""
        try:
            json.loads(self.data.decode())
        except (ValueError, RecursionError):
            return False
        return True

    def corrupt(self, what: str) -> CorruptRecord:
        """The error that says what is wrong with this line."""
        place = f"{str(self.path)!r}, line {self.number},"
        return CorruptRecord(f"{place} {what}: restore the file, or remove the line to do without it")


def validated(model: type[Model], value: object, place: str) -> Model:
    """A parsed value as one of our records; `place` is where it stands, for the messages."""
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
    """The lines of a file, which may be gzipped, one at a time."""
    start = 0
    with _opened(path) as file:
        for number, data in enumerate(file, 1):
            yield JsonLine(path, number, start, data)
            start += len(data)


def blocks(path: Path) -> Iterator[bytes]:
    """The content of a file, which may be gzipped, a piece at a time."""
    with _opened(path) as file:
        while block := file.read(1 << 20):
            yield block


def encode(value: Mapping[str, Any]) -> bytes:
    """A line: ASCII, so that a lone surrogate is an escape and every reader agrees on what a line is."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def record(model: BaseModel) -> dict[str, Any]:
    """One of our records as plain values, the fields at their default left out."""
    return model.model_dump(by_alias=True, exclude_defaults=True)


def replace(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file whole or not at all. Its name never stands for half of it, also after a power cut.

    One named `.gz` is gzipped, and the same pieces give the same bytes.
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
    """Make the names in a directory durable."""
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
