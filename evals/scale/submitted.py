"""Batches at a provider: submitted, watched and fetched through OpenAI's files and batches endpoints.

A folder holds the request files of each round, the results, and `submitted.jsonl`: what became of each file,
a row a change, the last one counts. Whatever is interrupted goes on from there; a batch that was created just
before the end is found at the provider by its metadata, so that nothing is asked twice.
"""

import fcntl
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from evals.client.advice import reason
from evals.client.connection import certificates
from evals.client.failures import is_transient
from evals.client.rate_limits import wanted
from evals.client.secrets import Secrets
from evals.endpoints import Endpoint
from evals.errors import EndpointError, RunError
from evals.plan.spec import Spec
from evals.record import jsonl
from evals.record.completion import MalformedReply, server_message, strict_json
from evals.record.files import open_unlinked, opened, write, write_all
from evals.record.model import Closed
from evals.record.run import RunDirectory
from evals.scale.batches import Taken, read_results, write_requests
from evals.text import clip, printable

Result = TypeVar("Result")
STATE = "submitted.jsonl"
_PATH = "/v1/chat/completions"
_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
_ID = re.compile(r"[\w.:-]{1,200}", re.ASCII)
_MARK = "cantwont"
"""The key of our batches' metadata; its value is drawn when the requests are written."""
_MOST_BODY = 8 << 20
"""Bytes of the longest answer about a batch or a list of batches."""
_MOST_RESULTS = 4 << 30
"""Bytes of the longest file of results."""
_NOT_OFFERED = frozenset({404, 405, 501})
_PAGES = 50
"""Pages of a provider's list of batches, of 100 each, in which one of ours is sought."""


# --- what became of each file


class Batch(Closed):
    """A file of requests, and the batch it became."""

    file: str
    """In the folder."""
    sha256: str
    mark: str
    """Tells this batch from all others at the provider."""
    endpoint: str
    model: str
    requests: int
    file_id: str | None = None
    batch_id: str | None = None
    status: str = "written"
    """`written`, `uploaded`, or the provider's word."""
    completed: int = 0
    failed: int = 0
    output: str | None = None
    errors: str | None = None
    """The provider's ids of the files of results."""
    said: str = ""
    """Why the provider refused the whole of it."""
    fetched: bool = False

    @property
    def ended(self) -> bool:
        """Whether the provider does no more of it."""
        return self.status in _ENDED

    def describe(self) -> str:
        """Return it in a line."""
        counts = f", {self.completed:,} of {self.requests:,} answered" if self.batch_id else ""
        counts += f", {self.failed:,} failed" if self.failed else ""
        return f"{self.file}: {self.status}{counts}{f' ({self.said})' if self.said else ''}"


class Folder:
    """A folder of batches; a command that writes in it is `alone` there."""

    def __init__(self, path: Path) -> None:
        """Read what became of the files; raises `RunError` if that cannot be read."""
        self.path = path
        self._batches: dict[str, Batch] = {}
        state = path / STATE
        if state.exists():
            for line in jsonl.lines(state):
                if line.ended:
                    batch = line.read(Batch)
                    self._batches[batch.file] = batch

    @classmethod
    @contextmanager
    def alone(cls, path: Path) -> Iterator[Self]:
        """Make a folder if it is not there, and keep others out; raises `RunError` if one is in it."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            descriptor = open_unlinked(path / ".lock", os.O_RDWR)
        except OSError as error:
            raise RunError(f"cannot write in {str(path)!r}: {error.strerror or error}") from None
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunError(
                    f"another command is at the batches in {str(path)!r}: wait for its end"
                ) from None
            yield cls(path)
        finally:
            os.close(descriptor)

    @property
    def batches(self) -> list[Batch]:
        """All batches, in the order in which they were written."""
        return list(self._batches.values())

    @property
    def open(self) -> list[Batch]:
        """The batches whose results are not fetched."""
        return [batch for batch in self.batches if not batch.fetched]

    def keep(self, *batches: Batch) -> None:
        """Note what became of some files, durably."""
        rows = b"".join(jsonl.encode(jsonl.record(batch)) for batch in batches)
        path = self.path / STATE
        try:
            before = self._whole(path)
            write(path, (before, rows), durable=True)
        except OSError as error:
            raise RunError(f"cannot write {str(path)!r}: {error.strerror or error}") from None
        self._batches |= {batch.file: batch for batch in batches}

    @staticmethod
    def _whole(path: Path) -> bytes:
        """The rows that are there, without one that was torn."""
        if not path.exists():
            return b""
        with opened(path) as file:
            data = file.read()
        return data[: data.rfind(b"\n") + 1]

    def next_round(self) -> Path:
        """Return a folder for the next round of requests."""
        number = 1 + max(
            (int(found[1]) for path in self.path.glob("round-*") if (found := _ROUND.fullmatch(path.name))),
            default=0,
        )
        return self.path / f"round-{number:03}"


_ROUND = re.compile(r"round-(\d{1,6})", re.ASCII)


# --- what is done


def submit(spec: Spec, run: RunDirectory, path: Path, say: Callable[[str], None]) -> None:
    """Submit the next requests of a run, or what an interrupted `submit` left.

    Args:
        spec: What to ask; its limits are held before anything is sent.
        run: The run directory.
        path: The folder of the batches.
        say: Gets a line for each batch.

    Raises:
        EndpointError: The provider refuses, or cannot be reached.
        RunError: Earlier batches are not fetched yet, or a file cannot be read or written.
        SpecError: As `write_requests`.
    """
    with Folder.alone(path) as folder:
        if not folder.open:
            _write(spec, run, folder)
            if not folder.open:
                say("nothing to ask: every trial has its replies")
                return
        waiting = [batch for batch in folder.open if batch.batch_id is None]
        if not waiting:
            raise RunError(
                f"{len(folder.open)} batches in {str(path)!r} are not fetched yet: "
                "`cantwont batch status` tells how far they are, `cantwont batch fetch` takes their results"
            )
        for batch, provider in _each(spec, waiting):
            say(_sent(batch, provider, folder).describe())


def _write(spec: Spec, run: RunDirectory, folder: Folder) -> None:
    """Write the next round of requests."""
    written = write_requests(spec, run, folder.next_round())
    folder.keep(
        *(
            Batch(
                file=str(file.relative_to(folder.path)),
                sha256=_digest(file),
                mark=secrets.token_hex(16),
                endpoint=at.endpoint.name,
                model=at.model,
                requests=_count(file),
            )
            for file, at in zip(written.files, written.models, strict=True)
        )
    )


def _sent(batch: Batch, provider: "Provider", folder: Folder) -> Batch:
    path = folder.path / batch.file
    if _digest(path) != batch.sha256:
        raise RunError(f"{str(path)!r} is not what was written: move the folder away, and submit again")
    if batch.file_id is None:
        batch = batch.model_copy(update={"file_id": provider.upload(path), "status": "uploaded"})
        folder.keep(batch)
    assert batch.file_id is not None
    told = provider.create(batch.file_id, batch.mark)
    batch = _told(batch, told, provider)
    folder.keep(batch)
    return batch


def status(spec: Spec, path: Path) -> list[Batch]:
    """Ask what became of the batches that are not fetched; returns all. Raises as `submit`."""
    with Folder.alone(path) as folder:
        _ask(spec, folder)
        return folder.batches


def _ask(spec: Spec, folder: Folder) -> None:
    running = [batch for batch in folder.open if batch.batch_id is not None and not batch.ended]
    for batch, provider in _each(spec, running):
        assert batch.batch_id is not None
        found = _told(batch, provider.get(batch.batch_id), provider)
        if found != batch:
            folder.keep(found)


@dataclass(slots=True)
class Fetched:
    """What came of the batches that had ended."""

    taken: Taken = field(default_factory=Taken)
    batches: int = 0
    waiting: int = 0
    """Batches that the provider is not done with, or that are not submitted."""
    refused: tuple[Batch, ...] = ()
    """Batches that the provider refused as a whole: their requests are in the next one again."""


def fetch(spec: Spec, run: RunDirectory, path: Path) -> Fetched:
    """Fetch the results of all batches that have ended, and take them into the record.

    Raises as `submit`; what was fetched before stays taken.
    """
    with Folder.alone(path) as folder:
        _ask(spec, folder)
        ended = [batch for batch in folder.open if batch.ended]
        files: list[Path] = []
        for batch, provider in _each(spec, ended):
            for which, name in ((batch.output, "results"), (batch.errors, "errors")):
                if which is not None:
                    target = folder.path / f"{batch.file.removesuffix('.jsonl')}.{name}.jsonl"
                    if not target.exists():
                        provider.download(which, target)
                    files.append(target)
        taken = read_results(spec, run, files)
        if ended:
            folder.keep(*(batch.model_copy(update={"fetched": True}) for batch in ended))
        refused = tuple(batch for batch in ended if batch.status == "failed")
        return Fetched(taken, len(ended), len(folder.open), refused)


def _told(batch: Batch, told: dict[str, Any], provider: "Provider") -> Batch:
    """Return a batch with what the provider says of it."""
    counts = told.get("request_counts")
    counts = counts if isinstance(counts, dict) else {}
    errors = told.get("errors")
    listed = errors.get("data") if isinstance(errors, dict) else errors
    first = listed[0] if isinstance(listed, list) and listed else listed
    said = server_message({"error": first}) if isinstance(first, dict) else None
    status = told.get("status")
    return batch.model_copy(
        update={
            "batch_id": provider.id_of(told, "id", "batch"),
            "status": status if isinstance(status, str) and status.isidentifier() else "unknown",
            "completed": _number(counts.get("completed")),
            "failed": _number(counts.get("failed")),
            "output": provider.id_of(told, "output_file_id", "file", optional=True),
            "errors": provider.id_of(told, "error_file_id", "file", optional=True),
            "said": provider.plain(said or ""),
        }
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31 else 0


def _each(spec: Spec, batches: Sequence[Batch]) -> Iterator[tuple[Batch, "Provider"]]:
    """Yield batches with the provider of each."""
    endpoints = {at.endpoint.name: at.endpoint for at in spec.models_at()}
    for name in dict.fromkeys(batch.endpoint for batch in batches):
        if name not in endpoints:
            raise RunError(f"a batch is at the endpoint {name!r}, which the spec does not name")
        with Provider(endpoints[name]) as provider:
            yield from ((batch, provider) for batch in batches if batch.endpoint == name)


def _digest(path: Path) -> str:
    found = sha256()
    try:
        with opened(path) as file:
            while block := file.read(1 << 20):
                found.update(block)
    except OSError as error:
        raise RunError(f"cannot read {str(path)!r}: {error.strerror or error}") from None
    return found.hexdigest()


def _count(path: Path) -> int:
    with opened(path) as file:
        return sum(1 for _ in file)


# --- the provider


class Provider:
    """The files and batches of one endpoint; use it as a context manager."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Read the secrets; raises `EndpointError` if one is missing."""
        self._endpoint, self._secrets = endpoint, Secrets(endpoint)

    def __enter__(self) -> Self:
        timeouts = self._endpoint.timeouts
        self._http = httpx.Client(
            base_url=self._endpoint.base_url + "/",
            headers={**self._secrets.headers, "accept-encoding": "identity"},
            timeout=httpx.Timeout(timeouts.idle, connect=timeouts.connect),
            verify=certificates(self._endpoint),
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def upload(self, path: Path) -> str:
        """Upload a file of requests; returns its id."""

        def send() -> str:
            with opened(path) as file:
                parts = {"file": (path.name, file, "application/jsonl")}
                told = self._json("POST", "files", data={"purpose": "batch"}, files=parts)
            return str(self.id_of(told, "id", "file"))

        return self._retried(send, f"uploading {path.name!r}")

    def create(self, file_id: str, mark: str) -> dict[str, Any]:
        """Create a batch of an uploaded file; one that is there already is returned in its place."""

        def send() -> dict[str, Any]:
            return self.find(mark) or self._json(
                "POST",
                "batches",
                json={
                    "input_file_id": file_id,
                    "endpoint": _PATH,
                    "completion_window": "24h",
                    "metadata": {_MARK: mark},
                },
            )

        return self._retried(send, "creating a batch")

    def find(self, mark: str) -> dict[str, Any] | None:
        """Return the batch with our mark, if the provider lists one that has not failed."""
        after = ""
        for _ in range(_PAGES):
            page = {"limit": "100", "after": after} if after else {"limit": "100"}
            try:
                told = self._json("GET", "batches", params=page)
            except _Refused as error:
                if error.status in _NOT_OFFERED:
                    return None
                raise
            data = told.get("data")
            rows: list[dict[str, Any]] = (
                [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
            )
            for row in rows:
                metadata = row.get("metadata")
                ours = isinstance(metadata, dict) and metadata.get(_MARK) == mark
                if ours and row.get("status") != "failed":
                    return row
            if told.get("has_more") is not True or not rows:
                break
            after = str(self.id_of(rows[-1], "id", "batch"))
        return None

    def get(self, batch: str) -> dict[str, Any]:
        """Return what the provider says of a batch."""
        return self._retried(
            lambda: self._json("GET", f"batches/{quote(batch, safe='')}"), f"asking for the batch {batch!r}"
        )

    def download(self, file_id: str, path: Path) -> None:
        """Write the content of a file of results; its name never refers to a part of it."""
        address = f"files/{quote(file_id, safe='')}/content"

        def send() -> None:
            part = path.with_name(f".{path.name}.part")
            size = 0
            with self._streamed("GET", address) as response, _emptied(part) as put:
                for piece in response.iter_raw(1 << 16):
                    size += len(piece)
                    if size > _MOST_RESULTS:
                        raise EndpointError(
                            f"{self._endpoint.name}: the results are longer than {_MOST_RESULTS >> 30} GiB"
                        )
                    put(piece)
            part.replace(path)

        try:
            self._retried(send, f"fetching {path.name!r}")
        except OSError as error:
            raise RunError(f"cannot write {str(path)!r}: {error.strerror or error}") from None

    def id_of(self, told: dict[str, Any], name: str, what: str, *, optional: bool = False) -> str | None:
        """Return an id that the provider gave; raises `EndpointError` if it can be none."""
        found = told.get(name)
        if optional and found is None:
            return None
        if isinstance(found, str) and _ID.fullmatch(found) and found.strip("."):
            return found
        raise EndpointError(
            f"{self._endpoint.name} gives no id of a {what}: {name} is {clip(repr(found), 80)}"
        )

    def plain(self, text: str) -> str:
        """Return a text of the provider's, fit for a line of ours."""
        return clip(printable(self._secrets.hide(text)), 500)

    def _json(self, method: str, address: str, **options: Any) -> dict[str, Any]:
        with self._streamed(method, address, **options) as response:
            body = bytearray()
            for piece in response.iter_raw(1 << 16):
                body += piece
                if len(body) > _MOST_BODY:
                    raise EndpointError(f"{self._endpoint.name}: the answer to {address} has no end")
        try:
            told = strict_json(bytes(body))
        except (ValueError, RecursionError, MalformedReply):
            told = None
        if not isinstance(told, dict):
            shown = self.plain(body[:200].decode("utf-8", "replace"))
            raise EndpointError(
                f"{self._endpoint.name}: the answer to {address} is no JSON object: {shown!r}"
            )
        return told

    @contextmanager
    def _streamed(self, method: str, address: str, **options: Any) -> Iterator[httpx.Response]:
        with self._http.stream(method, address, **options) as response:
            if not response.is_success:
                body = bytearray()
                for piece in response.iter_raw(1 << 12):
                    body += piece
                    if len(body) > 1 << 16:
                        break
                raise _Refused(response.status_code, body.decode("utf-8", "replace"), response.headers)
            yield response

    def _retried(self, send: Callable[[], Result], what: str) -> Result:
        """Send until it succeeds, fails for good, or was tried often enough."""
        try:
            return Retrying(
                retry=retry_if_exception(_may_pass),
                stop=stop_after_attempt(_TRIES),
                wait=_pause,
                reraise=True,
            )(send)
        except _Refused as error:
            raise EndpointError(self._in_words(error, what)) from None
        except httpx.HTTPError as error:
            line = self.plain(str(error) or type(error).__name__)
            raise EndpointError(f"{self._endpoint.name}, {what}: {line}; the same command goes on") from None

    def _in_words(self, error: "_Refused", what: str) -> str:
        name, said = self._endpoint.name, self.plain(reason(self._secrets.hide(error.body)))
        cure = {
            401: ": it refuses the key",
            403: ": it refuses the key",
            404: ": it has no such thing; does it offer batches?",
            413: ": the file is too long for it",
        }.get(error.status, "")
        return f"{name}, {what}: HTTP {error.status}{cure}" + (f" (it says: '{said}')" if said else "")


@contextmanager
def _emptied(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Open a file of our own anew, and yield what writes to it; it is on the disk in the end."""
    descriptor = open_unlinked(path, os.O_WRONLY | os.O_TRUNC)
    try:
        yield lambda data: write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Refused(Exception):
    """A status that is no success."""

    def __init__(self, status: int, body: str, headers: httpx.Headers) -> None:
        super().__init__(f"HTTP {status}")
        self.status, self.body = status, body
        self.wait = wanted(headers, body, time.time()) if is_transient(status) else None


_TRIES = 6
_BACKOFF = wait_exponential_jitter(initial=1, max=60)
_LONGEST_WAIT = 120.0


def _may_pass(error: BaseException) -> bool:
    return (
        is_transient(error.status) if isinstance(error, _Refused) else isinstance(error, httpx.TransportError)
    )


def _pause(state: RetryCallState) -> float:
    error = state.outcome and state.outcome.exception()
    if isinstance(error, _Refused) and error.wait is not None:
        return min(error.wait, _LONGEST_WAIT)
    return float(_BACKOFF(state))
