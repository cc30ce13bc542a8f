"""The results of asking: a reply, or attempts that failed."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from evals.client.incoming import Incoming
from evals.record.exchange import OURS
from evals.record.trial import Sampling
from tasks import CantwontError


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that got a reply."""

    body: dict[str, Any]
    """A plain chat completion, even if it was streamed.

    A conversation that is too long, or that the provider's filter stopped, also yields one: with the answer
    so far, the finish reason `length` or `content_filter`, and the server's message in the field `cantwont`,
    under `context_overflow` or `content_filter`.
    """
    sent: dict[str, Any]
    """The body sent, without its messages."""
    status: int
    at: str
    """When the request was sent: ISO 8601, UTC."""
    seconds: float
    streamed: bool = False
    """Whether the reply was streamed."""

    def within(self, context: int) -> Self:
        """Return a copy whose body notes the context that it was given, in tokens."""
        notes = {**self.body.get(OURS, {}), "context": context}
        return replace(self, body={**self.body, OURS: notes})


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """A request that got no reply."""

    error: str
    """What went wrong, in one line that is safe to display."""
    status: int | None
    partial: str | None
    """The text of a broken stream, as far as it was received."""
    sent: dict[str, Any]
    at: str
    seconds: float


class AskFailed(CantwontError):
    """No reply came, even after retries."""

    def __init__(
        self,
        attempt: FailedAttempt,
        *,
        fatal: bool,
        retry_after: float | None = None,
        rate_limited: bool = False,
        closed: bool = False,
    ) -> None:
        super().__init__(attempt.error)
        self.attempt = attempt
        """The last attempt."""
        self.fatal = fatal
        """Whether retrying cannot help, so that none was made; other trials may fail for the same reason."""
        self.retry_after = retry_after
        """How many seconds the server asked to wait."""
        self.rate_limited = rate_limited
        """Whether the endpoint reported too many requests."""
        self.closed = closed
        """Whether that wait is longer than the run allows, so that the endpoint should not be asked again."""


def body_asked(model: str, sampling: Sampling, *, stream: bool) -> dict[str, Any]:
    """Return the body of a request, without its messages, before it is adapted to the model's dialect."""
    body = {"model": model, **sampling.body()} | {"model": model}
    body.pop("messages", None)
    if stream and body.setdefault("stream", True):
        body.setdefault("stream_options", {"include_usage": True})
    return body


@dataclass(slots=True)
class Question:
    """What is asked, over all attempts."""

    model: str
    messages: list[dict[str, Any]]
    asked: dict[str, Any]
    """See `body_asked`."""
    headers: Mapping[str, str]
    on_attempt: Callable[[FailedAttempt], None]
    failed_since: float | None = None
    """When the first attempt failed, on the client's clock."""


@dataclass(slots=True)
class Attempt:
    """One request, and its response so far."""

    sent: dict[str, Any]
    incoming: Incoming
    status: int | None = None
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    _started: float = field(default_factory=time.monotonic)

    @property
    def budget(self) -> int | None:
        """The number of tokens that the request asks for."""
        given = self.sent.get("max_tokens", self.sent.get("max_completion_tokens"))
        return given if isinstance(given, int) else None

    @property
    def streamed(self) -> bool:
        """Whether the answer is streamed."""
        return bool(self.incoming.streamed)

    def answered(self, body: dict[str, Any]) -> Answered:
        """Return the result of an attempt that got this reply."""
        return Answered(body, self.sent, self.status or 200, self.at, self._seconds, self.streamed)

    def failed(self, error: str, partial: str) -> FailedAttempt:
        """Return the result of an attempt that failed with this error, after this much text."""
        return FailedAttempt(error, self.status, partial or None, self.sent, self.at, self._seconds)

    @property
    def _seconds(self) -> float:
        return round(time.monotonic() - self._started, 3)
