"""What went wrong between us and a server, in one line that says what to do about it."""

import difflib
import email.utils
import json
import math
import os
import time
from collections.abc import Sequence

import aiohttp

from evals.endpoints import Endpoint, Timeouts, key_place
from evals.printable import printable
from evals.wire import quote, server_message

_TRANSIENT = frozenset({408, 409, 425, 429})
_LONGEST_WAIT = 600.0
"""Seconds that a server may ask to wait between two attempts."""


def is_transient(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status in _TRANSIENT or status >= 500


def retry_after(value: str | None) -> float | None:
    """The seconds that a Retry-After header asks to wait; it gives them as a number or as a date."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return min(seconds, _LONGEST_WAIT) if seconds > 0 and not math.isnan(seconds) else None


def reason(body: str) -> str:
    """What an error's body says, clipped."""
    try:
        message = server_message(json.loads(body))
    except (ValueError, RecursionError):
        message = None
    return quote(message or body)


def for_status(endpoint: Endpoint, status: int, said: str) -> str:
    """What a status other than success means, and the server's own words."""
    match status:
        case 401 | 403 if endpoint.key_file or endpoint.key_variable:
            what = f"{endpoint.name} refused the key: check {key_place(endpoint)}"
        case 401 | 403:
            what = f"{endpoint.name} asks for a key: put it into {key_place(endpoint)}"
        case 402:
            what = f"{endpoint.name} wants to be paid first"
        case 404 | 405:
            what = f"{endpoint.name} has nothing at {endpoint.base_url}/chat/completions for this model"
        case 429:
            what = f"{endpoint.name} limits the rate"
        case _ if is_transient(status):
            what = f"{endpoint.name} is in trouble"
        case _ if status < 400:
            what = f"{endpoint.name} has moved: change its base_url"
        case _:
            what = f"{endpoint.name} turned the request down"
    return f"HTTP {status}: {what}" + (f" (it says: '{said}')" if said else "")


def for_models(model: str, offered: Sequence[str] | None) -> str:
    """Which models there are in place of one that was not found; `None`: the server did not say."""
    if offered is None:
        return "; it lists no models either: is the base_url right? Most end in /v1"
    if model in offered:
        return f"; it does list the model {model!r}"
    if not offered:
        return "; it offers no model"
    closest = sorted(offered, key=lambda name: _likeness(name, model), reverse=True)[:10]
    return f"; it offers {', '.join(repr(printable(name)) for name in closest)}" + (
        f" and {len(offered) - len(closest)} more" if len(offered) > len(closest) else ""
    )


def _likeness(name: str, model: str) -> float:
    return difflib.SequenceMatcher(None, name.lower(), model.lower()).ratio()


def for_error(error: BaseException, endpoint: Endpoint, timeouts: Timeouts) -> str:
    """What a connection died of. The cause tells: httpx-aiohttp reports a refused one as a time-out."""
    cause = error.__cause__ or error
    url = endpoint.base_url
    match cause:
        case aiohttp.ClientConnectorCertificateError():
            line = f"the certificate of {url} is not trusted: set SSL_CERT_FILE if it is your own"
        case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
            line = f"the proxy does not let us through to {url}: {_plain(cause)}"
        case aiohttp.ClientConnectorDNSError():
            line = f"cannot find the host of {url}: check its base_url"
        case aiohttp.ClientConnectorError():
            line = f"cannot connect to {url} ({_system(cause.os_error)}): is the server running?"
        case aiohttp.ConnectionTimeoutError():
            line = f"no connection to {url} within {timeouts.connect:g} s (the endpoint's connect_seconds)"
        case aiohttp.ServerTimeoutError():
            line = f"nothing came from {url} for {timeouts.idle:g} s (the endpoint's idle_seconds)"
        case aiohttp.ServerDisconnectedError():
            line = f"{url} closed the connection without an answer"
        case aiohttp.ClientPayloadError():
            line = f"the answer broke off: {_plain(cause)}"
        case _:
            line = f"the connection to {url} broke: {_plain(cause)}"
    return line


def _system(error: OSError) -> str:
    """In the system's words; those of asyncio repeat the address."""
    return os.strerror(error.errno) if error.errno else str(error)


def _plain(error: BaseException) -> str:
    return quote(f"{type(error).__name__}: {error}".removesuffix(": "))
