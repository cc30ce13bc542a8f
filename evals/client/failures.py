"""What to do about a failed attempt: change its dialect, take it as an answer, retry, or give up."""

import time
from dataclasses import dataclass
from typing import Any

import aiohttp

from evals.client.attempts import AskFailed, FailedAttempt, Question
from evals.client.incoming import Incoming
from evals.client.provider_errors import is_filtered, is_overflow, is_spent
from evals.client.rate_limits import wanted
from evals.record.completion import MalformedReply, TooLarge, quote
from evals.record.exchange import OURS


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The retries that a run allows."""

    max_retries: int
    max_retry_seconds: float
    retry_rate_limits: bool

    def outlasts(self, wait: float | None) -> bool:
        """Return whether the run allows the wait that a server asks for."""
        return wait is None or wait <= self.max_retry_seconds

    def obeys(self, failed: AskFailed) -> bool:
        """Return whether to wait and retry after this failure."""
        return not failed.closed and (self.retry_rate_limits or not failed.rate_limited)

    def ends(self, attempts: int, failed: AskFailed, question: Question, next_at: float) -> bool:
        """Return whether to stop trying, although another attempt might help.

        Args:
            attempts: How many attempts were made.
            failed: The last failure.
            question: What is asked.
            next_at: When the next attempt would begin, on the clock of `question.failed_since`.
        """
        if not self.obeys(failed):
            return True
        since = next_at if question.failed_since is None else question.failed_since
        return attempts > self.max_retries or next_at > since + self.max_retry_seconds


_TRANSIENT = frozenset({408, 409, 425, 429})
_MAY_OVERFLOW = frozenset({None, 400, 413, 422, 500})
_MAY_BE_FILTERED = frozenset({None, 400, 403, 422, 451})
_MAY_BE_PUT_OTHERWISE = frozenset({None, 400, 422, 500, 501})
_QUOTED = 1000
"""How many characters of the server's message are kept."""


class TurnedDown(Exception):
    """A response whose status is not a success."""

    def __init__(self, status: int, said: str, body: str, wait: float | None) -> None:
        super().__init__(status)
        self.status = status
        self.said = said
        """The server's message, in one line."""
        self.body = body
        """The whole body, as far as it was read."""
        self.wait = wait
        """How many seconds the server asked to wait."""


def status_of(error: Exception) -> int | None:
    """Return the HTTP status of a failure, or the one given by an error object in a 2xx response."""
    match error:
        case TurnedDown():
            return error.status
        case MalformedReply():
            return error.code
    return None


def words_of(error: Exception) -> str:
    """Return the whole body of a refusal; empty if there was none."""
    match error:
        case TurnedDown():
            return error.body
        case MalformedReply():
            return error.said
    return ""


def wait_of(error: Exception) -> float | None:
    """Return how many seconds a failure asks to wait."""
    match error:
        case TurnedDown():
            return error.wait
        case MalformedReply(code=int(status)) if is_transient(status):
            return wanted({}, error.said, time.time())
    return None


def may_be_put_otherwise(error: Exception) -> bool:
    """Return whether the failure may be about a parameter."""
    return bool(words_of(error)) and status_of(error) in _MAY_BE_PUT_OTHERWISE


def taken_as_answer(error: Exception, incoming: Incoming, budget: int | None) -> dict[str, Any] | None:
    """Return a completion for a conversation that is too long or was filtered; `None` for other failures.

    Args:
        error: Why there is no reply.
        incoming: The response so far.
        budget: The number of tokens that the request asked for.
    """
    said, status = words_of(error), status_of(error)
    if said and status in _MAY_OVERFLOW and is_overflow(said, budget):
        reason, note = "length", "context_overflow"
    elif said and status in _MAY_BE_FILTERED and is_filtered(said):
        reason, note = "content_filter", "content_filter"
    else:
        return None
    shown = error.said if isinstance(error, TurnedDown) else str(error)
    return {**incoming.cut(reason), OURS: {note: quote(incoming.hide(shown), _QUOTED)}}


def is_rate_limit(error: Exception) -> bool:
    """Return whether the endpoint reports too many requests."""
    status = status_of(error)
    return status == 429 or (status == 503 and wait_of(error) is not None)


def is_fatal(error: Exception) -> bool:
    """Return whether the same request would fail again, no matter how long one waits."""
    status = status_of(error)
    if isinstance(error, TooLarge):
        return True
    if status is None:
        return isinstance(error.__cause__, aiohttp.ClientConnectorCertificateError)
    if status == 429:
        return is_spent(words_of(error))
    return not is_transient(status)


def is_transient(status: int) -> bool:
    """Return whether the same request may succeed later."""
    return status in _TRANSIENT or status >= 500


def in_the_end(error: Exception, attempt: FailedAttempt, patience: RetryPolicy) -> AskFailed:
    """Return the error to raise if no further attempt is made."""
    wait = wait_of(error)
    return AskFailed(
        attempt,
        fatal=is_fatal(error),
        retry_after=wait,
        rate_limited=is_rate_limit(error),
        closed=not patience.outlasts(wait),
    )
