"""What comes of asking: a reply, or attempts that brought none."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from evals.client.incoming import Incoming
from evals.record.trial import Sampling
from tasks import CantwontError


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that brought a reply."""

    body: dict[str, Any]
    """A plain chat completion, also when it was streamed.

    A conversation that was too long, or that the provider's filter stopped, ends in one too: with what there
    is of an answer, the finish reason `length` or `content_filter`, and the server's words in the field
    `cantwont`, under `context_overflow` or `content_filter`.
    """
    sent: dict[str, Any]
    """The body sent, without its messages."""
    status: int
    at: str
    """When it was sent: ISO 8601, UTC."""
    seconds: float
    streamed: bool = False
    """Whether it came in pieces."""


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """A request that brought none."""

    error: str
    """What went wrong, in one line that is safe to show."""
    status: int | None
    partial: str | None
    """The text of a broken stream, as far as it came."""
    sent: dict[str, Any]
    at: str
    seconds: float


class AskFailed(CantwontError):
    """No reply, retries included."""

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
        """The last one."""
        self.fatal = fatal
        """Whether no retry could help, and none was made: for another trial it may be the same."""
        self.retry_after = retry_after
        """The seconds that the server asks to wait."""
        self.rate_limited = rate_limited
        """Whether the endpoint found that it gets too many requests."""
        self.closed = closed
        """Whether that is longer than was to be waited: asking this endpoint more is of no use now."""


def body_asked(model: str, sampling: Sampling, *, stream: bool) -> dict[str, Any]:
    """The body of a request without its messages, as asked: before it is put into the model's dialect."""
    body = {"model": model, **sampling.body()} | {"model": model}
    body.pop("messages", None)
    if stream and body.setdefault("stream", True):
        body.setdefault("stream_options", {"include_usage": True})
    return body


@dataclass(slots=True)
class Question:
    """What is asked, however many attempts it takes."""

    model: str
    messages: list[dict[str, Any]]
    asked: dict[str, Any]
    """See `body_asked`."""
    headers: Mapping[str, str]
    on_attempt: Callable[[FailedAttempt], None]
    failed_since: float | None = None
    """When the first attempt failed, by the client's clock."""


@dataclass(slots=True)
class Attempt:
    """One request, and what has come of it so far."""

    sent: dict[str, Any]
    incoming: Incoming
    status: int | None = None
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    _started: float = field(default_factory=time.monotonic)

    @property
    def budget(self) -> int | None:
        """The tokens it asks for."""
        given = self.sent.get("max_tokens", self.sent.get("max_completion_tokens"))
        return given if isinstance(given, int) else None

    @property
    def streamed(self) -> bool:
        """Whether the answer came in pieces."""
        return bool(self.incoming.streamed)

    def answered(self, body: dict[str, Any]) -> Answered:
        """It brought this reply."""
        return Answered(body, self.sent, self.status or 200, self.at, self._seconds, self.streamed)

    def failed(self, error: str, partial: str) -> FailedAttempt:
        """It brought none, for this reason and with this much of a text."""
        return FailedAttempt(error, self.status, partial or None, self.sent, self.at, self._seconds)

    @property
    def _seconds(self) -> float:
        return round(time.monotonic() - self._started, 3)
