"""What is seen of a run that goes on: how fast it answers, what waits, and what was tried in vain."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from threading import Lock
from typing import Self

from evals.record.exchange import Exchange, RowKind

_KEPT = 1_000
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class EndedRequest:
    """One request that came to an end."""

    at: float | None
    """When, in seconds of the Unix epoch."""
    seconds: float | None
    """How long it took."""
    failed: str | None
    """Why it brought no reply; `None` if it did."""

    @classmethod
    def of(cls, row: Exchange) -> Self | None:
        """Return what a row tells; `None` of one that stands for no request."""
        if row.kind not in (RowKind.REPLY, RowKind.ATTEMPT):
            return None
        at = _seconds(row.at)
        took = row.seconds if row.seconds is None or 0 <= row.seconds < 1e9 else None
        ended = None if at is None else at + (took or 0.0)
        return cls(ended, took, (row.error or "no reply") if row.kind is RowKind.ATTEMPT else None)


def _seconds(at: str | None) -> float | None:
    try:
        found = datetime.fromisoformat(at or "")
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


@dataclass(slots=True)
class Recent:
    """The last requests of a run that came to an end; any thread may ask."""

    _ended: deque[EndedRequest] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _lock: Lock = field(default_factory=Lock)

    def add(self, answered: EndedRequest | None) -> None:
        """Add one, where it is one."""
        if answered is not None:
            with self._lock:
                self._ended.append(answered)

    def all(self) -> list[EndedRequest]:
        """Return them, the oldest first."""
        with self._lock:
            return list(self._ended)


@dataclass(frozen=True, slots=True)
class RunningNow:
    """A run at this moment, by what it has recorded: what is asked right now is in no file."""

    answers_a_minute: int
    """Replies recorded in the last minute."""
    last: float | None
    """Seconds since anything was recorded."""
    typical: float | None
    """Median seconds of a reply, of the last thousand requests at most."""
    longest: float | None
    begun: int
    """Conversations with an answer that are not over."""
    waiting: int
    """Trials whose last request failed, and which are not given up yet."""
    failed_a_minute: int
    error: str
    """Why the last failed request did."""

    @classmethod
    def of(cls, recent: Recent, now: float, begun: int, waiting: int) -> Self:
        """Sum up the last requests."""
        ended = recent.all()
        minute = [one for one in ended if one.at is not None and now - one.at <= _MINUTE]
        took = [one.seconds for one in ended if one.failed is None and one.seconds is not None]
        failed = [one.failed for one in minute if one.failed is not None]
        last = max((one.at for one in ended if one.at is not None), default=None)
        return cls(
            answers_a_minute=len(minute) - len(failed),
            last=None if last is None else max(0.0, now - last),
            typical=median(took) if took else None,
            longest=max(took, default=None),
            begun=begun,
            waiting=waiting,
            failed_a_minute=len(failed),
            error=failed[-1] if failed else "",
        )
