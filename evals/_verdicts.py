"""What to do about an attempt that failed: put it otherwise, take it for an answer, try again, or give up."""

import time
from typing import Any

import aiohttp

from evals._attempts import AskFailed, FailedAttempt
from evals._incoming import OURS, Incoming
from evals._patience import Patience
from evals._waits import wanted
from evals.dialect_words import is_filtered, is_overflow, is_spent
from evals.wire import MalformedReply, quote

_TRANSIENT = frozenset({408, 409, 425, 429})
_MAY_OVERFLOW = frozenset({None, 400, 413, 422, 500})
_MAY_BE_FILTERED = frozenset({None, 400, 403, 422, 451})
_MAY_BE_PUT_OTHERWISE = frozenset({None, 400, 422, 500, 501})
_QUOTED = 1000
"""Characters kept of the server's words."""


class TurnedDown(Exception):
    """A status other than success."""

    def __init__(self, status: int, said: str, body: str, wait: float | None) -> None:
        super().__init__(status)
        self.status = status
        self.said = said
        """Its words, in one line."""
        self.body = body
        """All of it, as far as it was read."""
        self.wait = wait
        """The seconds that it asks to wait."""


def status_of(error: Exception) -> int | None:
    """The HTTP status of a failure, or the one that an error object in a success claims."""
    match error:
        case TurnedDown():
            return error.status
        case MalformedReply():
            return error.code
    return None


def words_of(error: Exception) -> str:
    """A refusal's whole body; empty where there was none."""
    match error:
        case TurnedDown():
            return error.body
        case MalformedReply():
            return error.said
    return ""


def wait_of(error: Exception) -> float | None:
    """The seconds that a failure asks to wait."""
    match error:
        case TurnedDown():
            return error.wait
        case MalformedReply(code=int(status)) if is_transient(status):
            return wanted({}, error.said, time.time())
    return None


def may_be_put_otherwise(error: Exception) -> bool:
    """Whether the failure may be about a parameter."""
    return bool(words_of(error)) and status_of(error) in _MAY_BE_PUT_OTHERWISE


def taken_as_answer(error: Exception, incoming: Incoming, budget: int | None) -> dict[str, Any] | None:
    """The completion that stands for a conversation too long or filtered; `None` for other failures.

    Args:
        error: Why there is no reply.
        incoming: What had come of one.
        budget: The tokens that the request asked for.
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
    """Whether the endpoint gets too many requests."""
    status = status_of(error)
    return status == 429 or (status == 503 and wait_of(error) is not None)


def is_fatal(error: Exception) -> bool:
    """Whether the same request would fail again, however long one waits."""
    status = status_of(error)
    if status is None:
        return isinstance(error.__cause__, aiohttp.ClientConnectorCertificateError)
    if status == 429:
        return is_spent(words_of(error))
    return not is_transient(status)


def is_transient(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status in _TRANSIENT or status >= 500


def in_the_end(error: Exception, attempt: FailedAttempt, patience: Patience) -> AskFailed:
    """What the asker is told, should no further attempt be made."""
    wait = wait_of(error)
    return AskFailed(
        attempt,
        fatal=is_fatal(error),
        retry_after=wait,
        rate_limited=is_rate_limit(error),
        closed=not patience.outlasts(wait),
    )
