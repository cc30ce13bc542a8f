"""What comes of asking: a reply, or attempts that brought none."""

from dataclasses import dataclass
from typing import Any

from tasks import CantwontError


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that brought a reply."""

    body: dict[str, Any]
    """A plain chat completion, also when it was streamed."""
    sent: dict[str, Any]
    """The body sent, without its messages."""
    status: int
    at: str
    """When it was sent: ISO 8601, UTC."""
    seconds: float


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

    def __init__(self, attempt: FailedAttempt, *, fatal: bool, retry_after: float | None = None) -> None:
        super().__init__(attempt.error)
        self.attempt = attempt
        """The last one."""
        self.fatal = fatal
        """Whether no retry could help, and none was made: for another trial it may be the same."""
        self.retry_after = retry_after
