"""Error messages: what went wrong between us and a server, and what to do about it, in one line."""

import difflib
import json
import os
from collections.abc import Sequence

import aiohttp

from evals.client.failures import TurnedDown, is_transient, words_of
from evals.client.provider_errors import context_named, is_overflow, is_spent
from evals.client.secrets import key_place
from evals.endpoints import Endpoint, Timeouts
from evals.record.completion import MalformedReply, quote, server_message
from evals.text import duration, printable


def reason(body: str) -> str:
    """Return the message in an error body, clipped."""
    try:
        message = server_message(json.loads(body))
    except (ValueError, RecursionError):
        message = None
    return quote(message or body)


def for_failure(error: Exception, endpoint: Endpoint, timeouts: Timeouts, budget: int | None) -> str:
    """Explain why an attempt got no reply.

    Args:
        error: What came instead.
        endpoint: The endpoint that was asked.
        timeouts: How long the client waited.
        budget: The number of tokens that the request asked for.
    """
    match error:
        case TurnedDown():
            line = for_status(endpoint, error)
        case MalformedReply():
            line = str(error)
        case TimeoutError(errno=None) if not isinstance(error, aiohttp.ClientError):
            return f"no whole answer within {timeouts.total:g} s (the endpoint's total_seconds)"
        case _:
            return for_error(error, endpoint, timeouts)
    return line + for_budget(words_of(error), budget)


def for_status(endpoint: Endpoint, error: TurnedDown) -> str:
    """Explain a status that is not a success, and quote the server."""
    status, said = error.status, error.said
    match status:
        case 401 | 403 if endpoint.key_file or endpoint.key_variable:
            what = f"{endpoint.name} refused the key: check {key_place(endpoint)}"
        case 401 | 403:
            what = f"{endpoint.name} asks for a key: put it into {key_place(endpoint)}"
        case 402:
            what = f"{endpoint.name} wants to be paid first"
        case 404 | 405:
            what = f"{endpoint.name} has nothing at {endpoint.base_url}/chat/completions for this model"
        case 429 if is_spent(error.body):
            what = f"{endpoint.name} gives no more: the account is spent, or its limit below one request"
        case 429:
            what = f"{endpoint.name} limits the rate"
        case _ if is_transient(status):
            what = f"{endpoint.name} is in trouble"
        case _ if status < 400:
            what = f"{endpoint.name} has moved: change its base_url"
        case _:
            what = f"{endpoint.name} turned the request down"
    return f"HTTP {status}: {what}" + (f" (it says: '{said}')" if said else "")


def for_budget(said: str, budget: int | None) -> str:
    """Return advice on a request whose max_tokens alone fill the context; empty for other failures."""
    room = context_named(said)
    if budget is None or room is None or not is_overflow(said):
        return ""
    return f"; max_tokens of {budget:,} leaves a prompt no room in a context of {room:,}: ask for fewer"


def for_wait(seconds: float) -> str:
    """Mention a wait that the server asks for and that is too long for the run."""
    return f"; it asks to come back in {duration(seconds)}"


def for_models(model: str, offered: Sequence[str] | None) -> str:
    """Say which models an endpoint offers after one was not found; `None` if it lists none."""
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
    """Explain why a connection failed, by its cause: httpx-aiohttp reports a refused one as a timeout."""
    cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
    url = endpoint.base_url
    match cause:
        case aiohttp.ClientConnectorError() | aiohttp.ClientHttpProxyError():
            line = _not_connected(cause, url)
        case aiohttp.ConnectionTimeoutError():
            line = f"no connection to {url} within {timeouts.connect:g} s (the endpoint's connect_seconds)"
        case aiohttp.ServerTimeoutError():
            line = f"nothing came from {url} for {timeouts.idle:g} s (the endpoint's idle_seconds)"
        case aiohttp.ServerDisconnectedError():
            line = f"{url} closed the connection without an answer"
        case aiohttp.ClientPayloadError():
            line = f"the answer broke off: {_plain(cause)}"
        case TimeoutError(errno=None):
            line = f"no answer came from {url} in time"
        case _:
            line = f"the connection to {url} broke: {_plain(cause)}"
    return line


def _not_connected(cause: aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError, url: str) -> str:
    match cause:
        case aiohttp.ClientConnectorCertificateError():
            return f"the certificate of {url} is not trusted: name your own as the endpoint's ca_file"
        case aiohttp.ClientConnectorSSLError():
            return f"{url} does not speak https: is its address one with http://?"
        case aiohttp.ClientConnectorDNSError():
            return f"cannot find the host of {url}: check its base_url"
        case aiohttp.ClientConnectorError() if not isinstance(cause, aiohttp.ClientProxyConnectionError):
            return f"cannot connect to {url} ({_system(cause.os_error)}): is the server running?"
    return f"the proxy does not let us through to {url}: {_plain(cause)}"


def _system(error: OSError) -> str:
    # The operating system's message, since asyncio's repeats the address.
    return os.strerror(error.errno) if error.errno else str(error)


def _plain(error: BaseException) -> str:
    return quote(f"{type(error).__name__}: {error}".removesuffix(": "))
