"""How long a server asks clients to wait: Retry-After, rate-limit headers, and error messages."""

import email.utils
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from evals.text import seconds_in

_LIMIT = re.compile(
    r"(?:\w{1,40}-)?ratelimit-(?:(.{1,80})-)?(remaining|reset)(?:-(.{1,80}))?", re.ASCII | re.IGNORECASE
)
_WORDS = re.compile(r"(?:try again|retry) (?:in|after) ((?:[\d.]+\s*(?:ms|s|m|h)\s*)+)", re.IGNORECASE)
_DELAY = re.compile(r'"retryDelay"\s*:\s*"([\d.]+s)"')
_PAIR = re.compile(
    r'"((?:x-)?ratelimit-[\w-]+|retry-after(?:-ms)?)"\s*:\s*"?([\w.:+ ,-]+)', re.ASCII | re.IGNORECASE
)
_EPOCH, _EPOCH_MILLISECONDS = 1e9, 1e12
"""Numbers from here on are timestamps rather than durations."""


def wanted(headers: Mapping[str, str], body: str, now: float) -> float | None:
    """Return how many seconds a refusal asks to wait; `None` if it does not say.

    Args:
        headers: The response's headers; the case of their names does not matter.
        body: The response's body; some gateways put the provider's headers into it.
        now: The time, in seconds since the epoch; the server's own clock takes precedence.
    """
    plain = {name.lower(): value for name, value in {**_pairs(body), **headers}.items()}
    now = _moment(plain.get("date", "")) or now
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        if name in plain and (seconds := _seconds(plain[name], now)) is not None:
            return seconds * unit
    for pattern in (_DELAY, _WORDS):
        if (said := pattern.search(body)) is not None and (seconds := seconds_in(said[1])):
            return seconds
    return _reset(plain, now)


class Allowances:
    """Tracks the allowances that an endpoint's answers report, so that they are not overdrawn.

    An allowance counts only once some of it was seen to be left: some gateways report none with every answer.
    """

    def __init__(self) -> None:
        self._seen = set[str]()

    def pause(self, raw: Iterable[tuple[bytes, bytes]], now: float) -> float | None:
        """Return the seconds until the allowances used up by this answer are renewed; `None` if some is left.

        Args:
            raw: The answer's raw headers.
            now: The time, in seconds since the epoch; the server's own clock takes precedence.
        """
        headers = {
            low.decode("latin-1"): value.decode("latin-1")
            for name, value in raw
            if b"ratelimit-" in (low := name.lower()) or low == b"date"
        }
        date = headers.pop("date", "")
        if not headers:
            return None
        now = _moment(date) or now
        pauses = []
        for limit in _limits(headers, now):
            if limit.left:
                self._seen.add(limit.name)
            elif limit.left == 0 and limit.renewed is not None and limit.name in self._seen:
                pauses.append(limit.renewed)
        return max(pauses, default=None)


@dataclass(frozen=True, slots=True)
class _Limit:
    name: str
    left: float | None
    renewed: float | None
    """Seconds until it is renewed."""


def _reset(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds until all used-up allowances are renewed; if none is used up, until the first is."""
    limits = [limit for limit in _limits(headers, now) if limit.renewed is not None]
    used_up = [limit.renewed or 0 for limit in limits if limit.left == 0]
    return max(used_up) if used_up else min((limit.renewed or 0 for limit in limits), default=None)


def _limits(headers: Mapping[str, str], now: float) -> Iterator[_Limit]:
    found: dict[str, dict[str, str]] = {}
    for name, value in headers.items():
        if (match := _LIMIT.fullmatch(name)) is not None:
            before, what, after = match.groups()
            found.setdefault((before or after or "").lower(), {})[what.lower()] = value
    for name, given in found.items():
        renewed = _seconds(given["reset"], now) if "reset" in given else None
        yield _Limit(name, seconds_in(given.get("remaining", "")), renewed)


def _seconds(value: str, now: float) -> float | None:
    """Return the seconds from now that a header means: a duration, a Unix timestamp or a date."""
    seconds = seconds_in(value)
    if seconds is None:
        moment = _moment(value)
        seconds = None if moment is None else moment - now
    elif seconds >= _EPOCH_MILLISECONDS:
        seconds = seconds / 1000 - now
    elif seconds >= _EPOCH:
        seconds -= now
    return seconds if seconds is not None and seconds > 0 and math.isfinite(seconds) else None


def _moment(value: str) -> float | None:
    """Convert an HTTP or ISO 8601 date to seconds since the epoch."""
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
    try:
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _pairs(body: str) -> dict[str, str]:
    """Return the rate-limit headers contained in the body."""
    return {found[1]: found[2] for found in _PAIR.finditer(body)}
