"""A run directory: its manifest, its lock, and which of its trials are read.

What it records is handled by `evals.record.exchange_log`.
"""

import errno
import fcntl
import hashlib
import json
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, field_validator

from evals.errors import CorruptRecord, RunBusy, RunError
from evals.record import jsonl
from evals.record.exchange import Exchange
from evals.record.files import (
    MEGABYTE,
    bytes_of,
    discard_unfinished,
    is_unfinished,
    open_unlinked,
    sync_directory,
    text_of,
)
from evals.record.jsonl import JsonLine
from evals.record.model import Closed
from evals.record.provenance import Provenance, ServerFacts
from evals.text import clip

_TRIAL = re.compile(rb'\{"schema":\d,"kind":"\w+","trial":"([ !#-\[\]-~]*)"')
"""The beginning of a row as `Recorder` writes it, for trial ids that need no escapes."""


MOST_SHARDS = 100_000
_SHARD = re.compile(r"(\d{1,6})/(\d{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of a run. All rows of a trial belong to the same shard."""

    number: int = 0
    """Counted from 0."""
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse `1/16` to `16/16`; raises `ValueError`."""
        found = _SHARD.fullmatch(text)
        if found is None:
            raise ValueError(f"shard {text!r} is none: write it as 1/16 to 16/16")
        return cls(int(found[1]) - 1, int(found[2]))

    def __post_init__(self) -> None:
        if not 0 <= self.number < self.of <= MOST_SHARDS:
            raise ValueError(f"shard {self.number + 1}/{self.of} is none: write it as 1/16 to 16/16")

    def __str__(self) -> str:
        return f"{self.number + 1}/{self.of}"

    def has(self, line: JsonLine) -> bool:
        """Return whether this row belongs to the shard; raises `CorruptRecord`."""
        if self.of == 1:
            return True
        begun = _TRIAL.match(line.data)
        return self._has(begun[1]) if begun else self.owns(line.read(Exchange).trial)

    def owns(self, trial: str) -> bool:
        """Return whether the rows of this trial belong to the shard."""
        return self._has(trial.encode("utf-8", "surrogatepass"))

    def _has(self, trial: bytes) -> bool:
        return zlib.crc32(trial) % self.of == self.number


IMPORTED = "imported"
"""The key that the spec of a run of imported answers has in place of `asked`."""
ENDPOINT = "imported"
"""The endpoint in trials that another tool asked."""
_MANIFEST, EXCHANGES, _LOCK = "run.json", "exchanges.jsonl", ".lock"
COPY_OF = ".copy-of"
"""Marks a copy, which is only read, of a run that lives elsewhere."""
_OF_A_RUN = frozenset({_MANIFEST, EXCHANGES, "outcomes.jsonl", "placements.jsonl", _LOCK})
_LARGEST = 64 * MEGABYTE
"""Bytes of a manifest."""
_MISSING = frozenset({errno.ENOENT, errno.ENOTDIR})


class Manifest(Closed):
    """What was asked, as stored in `run.json`. Never contains an API key or a header."""

    schema_version: Literal[1, 2] = Field(default=1, alias="schema")
    name: str | None = None
    created: str
    """ISO 8601, UTC."""
    cantwont: str
    """The version of cantwont that created the run."""
    spec: dict[str, Any]
    """The resolved spec."""
    puzzles: dict[str, int] = Field(default_factory=dict)
    """The version of each puzzle."""
    puzzle_files: dict[str, str] = Field(default_factory=dict)
    """The SHA-256 of each puzzle that was given as a file."""
    arms: dict[str, int] = Field(default_factory=dict)
    """The version of each arm."""
    prompts: int = 1
    """The version of the wording that all arms share."""
    adaptations: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """How requests were adapted to an endpoint, by the endpoint's name."""
    contexts: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """The context that a local server gives a model, by `endpoint/model`: tokens, and who says so."""
    shard: Shard | None = None
    """Which of the spec's trials the run asks, where several runs share them."""
    extensions: list[dict[str, Any]] = Field(default_factory=list)
    """Trials added later, oldest first."""
    provenance: tuple[Provenance, ...] = ()
    """With what it was asked, oldest first; a new entry where it was continued with something else."""
    servers: dict[str, tuple[ServerFacts, ...]] = Field(default_factory=dict)
    """What the server of each model said of itself, by `endpoint/model`; likewise."""

    @field_validator("spec")
    @classmethod
    def _usable(cls, spec: dict[str, Any]) -> dict[str, Any]:
        """Check what is read of the spec, which is otherwise the affair of those who asked."""
        for name, kind in (("asked", None), ("endpoints", dict), ("puzzle_paths", str), ("prices", None)):
            if name in spec and not (name == "prices" and spec[name] is None):
                _check_table(name, spec[name], kind)
        for name, file in spec.get("puzzle_paths", {}).items():
            if "\0" in file or not _is_encodable(file):
                raise ValueError(
                    f"the path of puzzle {name!r} in 'puzzle_paths' is none: {clip(repr(file), 100)}"
                )
        return spec


def _check_table(name: str, value: object, kind: type | None) -> None:
    if not isinstance(value, dict):
        raise ValueError(f"{name!r} must be an object, not {clip(repr(value), 100)}")  # noqa: TRY004
    for key, item in value.items():
        if kind is not None and not isinstance(item, kind):
            told = "a string" if kind is str else "an object"
            raise ValueError(f"{key!r} in {name!r} must be {told}, not {clip(repr(item), 100)}")


def _is_encodable(file: str) -> bool:
    try:
        os.fsencode(file)
    except UnicodeEncodeError:
        return False
    return True


WHOLE = Shard()
"""All trials."""


class RunDirectory:
    """A run directory: `create` makes one, `open` opens one. It is only written to under `locked`."""

    def __init__(self, path: Path, manifest: Manifest, share: Shard | None = None) -> None:
        self.path = path
        self.manifest = manifest
        self.share = share or Shard()
        """The shard of trials that are read."""
        self._depth = 0
        self._stored: str | None = None
        """The text of the manifest as it was last read or written here."""

    @classmethod
    def create(cls, path: Path | str, manifest: Manifest) -> Self:
        """Create the directory with its manifest; raises `RunError` if something is already there."""
        path = Path(path)
        try:
            made = [folder for folder in (path, *path.parents) if not folder.exists()]
            path.mkdir(parents=True, exist_ok=True)
            for folder in made:
                sync_directory(folder.parent)
            found = {entry.name for entry in path.iterdir() if not is_unfinished(entry.name)} - {_LOCK}
        except OSError as error:
            raise RunError(f"cannot make a run at {str(path)!r}: {error.strerror or error}") from None
        there = RunError(f"there is a run at {str(path)!r} already: continue it, or name another directory")
        if _MANIFEST in found:
            raise there
        if found:
            raise RunError(f"{str(path)!r} exists and is not a run: name another directory, or an empty one")
        run = cls(path, manifest)
        with run.locked():
            if (path / _MANIFEST).exists():
                raise there
            discard_unfinished(path, older_than=0)
            run.save(manifest)
        return run

    @staticmethod
    def is_at(path: Path) -> bool:
        """Return whether there is a run at this path; raises `RunError` where there can be none."""
        try:
            (path / _MANIFEST).stat()
        except OSError as error:
            if error.errno in _MISSING:
                return False
            raise RunError(_no_run(path, error)) from None
        return True

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open the run at this path; raises `RunError`, `NewerSchema` or `CorruptRecord`."""
        path = Path(path)
        file = path / _MANIFEST
        try:
            text = text_of(file, _LARGEST)
        except OSError as error:
            raise RunError(_no_run(path, error)) from None
        except ValueError as error:
            raise CorruptRecord(f"{str(file)!r} is not text ({error}): restore it") from None
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise CorruptRecord(f"{str(file)!r} is not JSON ({error}): restore it") from None
        run = cls(path, jsonl.validated(Manifest, value, repr(str(file))))
        run._stored = text
        return run

    def part(self, share: Shard) -> Self:
        """Return the same run restricted to one shard of its trials."""
        return type(self)(self.path, self.manifest, share)

    def save(self, manifest: Manifest) -> None:
        """Replace the manifest, after an adaptation or an extension was added."""
        text = json.dumps(manifest.model_dump(by_alias=True), indent=2, ensure_ascii=True)
        with self.locked():
            jsonl.replace(self.path / _MANIFEST, [text.encode("ascii"), b"\n"])
        self.manifest, self._stored = manifest, f"{text}\n"

    def discard(self) -> None:
        """Remove a run that has just been made and holds no reply; with other files in it, it is kept."""
        with suppress(OSError, RunError), self.locked():
            if {entry.name for entry in self.path.iterdir()} <= _OF_A_RUN:
                for name in _OF_A_RUN:
                    (self.path / name).unlink(missing_ok=True)
                self.path.rmdir()

    @property
    def exchanges_path(self) -> Path:
        """Path of the exchanges: the plain file, or else a gzipped one; raises `RunError` if both exist."""
        plain, zipped = self.path / EXCHANGES, self.path / f"{EXCHANGES}.gz"
        if not zipped.exists():
            return plain
        if plain.exists():
            raise RunError(
                f"{str(self.path)!r} holds {EXCHANGES!r} and {zipped.name!r}: keep the one that is right"
            )
        return zipped

    def is_locked(self) -> bool:
        """Return whether another process is writing to the run; nothing is written to find out."""
        try:
            descriptor = os.open(self.path / _LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the run against other writers; raises `RunBusy`. May be nested."""
        if self._depth:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
            return
        descriptor = self._lock()
        self._depth = 1
        try:
            self._check_unchanged()
            discard_unfinished(self.path)
            yield
        finally:
            self._depth = 0
            os.close(descriptor)

    def _check_unchanged(self) -> None:
        """Raise `RunBusy` where another process has written a manifest since ours was read."""
        with suppress(OSError, ValueError):
            if self._stored is not None and text_of(self.path / _MANIFEST, _LARGEST) != self._stored:
                raise RunBusy(
                    f"another cantwont has changed the run at {str(self.path)!r} meanwhile: "
                    "give the same command again"
                )

    def _lock(self) -> int:
        if (self.path / COPY_OF).exists():
            raise RunError(
                f"{str(self.path)!r} is a copy of a run elsewhere, and only read: "
                "take it here with `cantwont copy ADDRESS RUN`"
            )
        path = self.path / _LOCK
        descriptor = -1
        try:
            descriptor = open_unlinked(path, os.O_RDWR)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise RunBusy(
                f"another cantwont is writing to {str(self.path)!r}: wait until it has ended, or stop it"
            ) from None
        except OSError as error:
            if descriptor >= 0:
                os.close(descriptor)
            about = f"{_LOCK!r}: " if error.errno in (errno.EINVAL, errno.ELOOP) else ""
            raise RunError(
                f"cannot write to the run at {str(self.path)!r}: {about}{error.strerror or error}"
            ) from None
        return descriptor


def _no_run(path: Path, error: OSError) -> str:
    if error.errno not in _MISSING:
        return f"cannot read the run at {str(path)!r}: {error.strerror or error}"
    if not path.exists():
        beside = path.parent.glob(f"*/{_MANIFEST}") if path.parent.is_dir() else ()
        names = sorted(str(manifest.parent) for manifest in beside)[:10]
        return f"there is no run at {str(path)!r}; " + (
            f"runs beside it: {', '.join(map(repr, names))}"
            if names
            else "check the path, or start a run there"
        )
    if not path.is_dir():
        return f"{str(path)!r} is a file and no run: name the directory that holds {_MANIFEST!r}"
    return f"{str(path)!r} is not a run: it has no {_MANIFEST!r}"


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a regular file, as 64 hex digits; raises `OSError`."""
    return hashlib.sha256(bytes_of(path)).hexdigest()


def now() -> str:
    """Return the current time, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
