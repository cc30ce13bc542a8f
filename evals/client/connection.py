"""HTTP to one endpoint: sends a request and reads the response as it arrives.

httpx's own transport slows down at a few hundred concurrent requests, so its interface is used over aiohttp.
"""

import asyncio
import os
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.request import getproxies

import aiohttp
import httpx
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong
from httpx_aiohttp import AiohttpTransport, HttpxAiohttpClient
from httpx_aiohttp.transport import AiohttpResponseStream, map_aiohttp_exceptions

from evals.client import advice, failures
from evals.client.attempts import Attempt
from evals.client.bodies import ENCODINGS, beginning, pieces
from evals.client.failures import TurnedDown
from evals.client.incoming import Incoming
from evals.client.model_list import ModelList, read_offered
from evals.client.protocols import speech
from evals.client.rate_limits import wanted
from evals.client.secrets import Secrets, trust
from evals.endpoints import Endpoint, Timeouts
from evals.record.completion import MalformedReply, TooLarge, parse
from evals.text import clip, printable

BROKEN = (httpx.HTTPError, aiohttp.ClientError, OSError)
"""The errors of a failed connection: httpx-aiohttp lets some of aiohttp's own errors through."""
_ERROR_BODY = 1 << 16  # bytes
_LIST = 8 << 20
"""Bytes of the longest list of models that is read."""
_LINGER = 1.0
"""Seconds for a stream to end after its [DONE], so that its connection can be reused."""
_AT_ONCE = 1.0
"""Seconds within which a request on a closed connection fails."""
_AFTER_LAST = 5.0
"""Seconds for the usage and [DONE] to come after the last piece of an answer."""
_LIMITS = httpx.Limits(max_connections=10_000, max_keepalive_connections=10_000, keepalive_expiry=3.0)
"""Effectively no limit; idle connections are closed before servers with a 5 s limit close them."""
_JSON = {"content-type": "application/json"}


_REUSED: ContextVar[list[bool] | None] = ContextVar("_REUSED", default=None)
"""Gets an entry for each request that is sent on a connection that had been used before."""


async def _note_reuse(*_: object) -> None:
    if (reused := _REUSED.get()) is not None:
        reused.append(True)


class _Transport(AiohttpTransport):
    """Tells whether a connection is a new one, and asks it to do no more than is needed for each request."""

    def get_client(self) -> aiohttp.ClientSession:
        session = super().get_client()
        trace = aiohttp.TraceConfig()
        trace.on_connection_reuseconn.append(_note_reuse)
        trace.freeze()
        session.trace_configs.append(trace)
        return session

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not isinstance(self.client, aiohttp.ClientSession):
            self.client = self.get_client()
        timeout, proxy = request.extensions["timeout"], self.proxy
        with map_aiohttp_exceptions():
            response = await self.client.request(
                request.method,
                str(request.url),
                headers=[
                    (name.decode("ascii"), value.decode("ascii")) for name, value in request.headers.raw
                ],
                data=request.content or None,
                allow_redirects=False,
                auto_decompress=False,
                timeout=_timeouts(timeout["connect"], timeout["read"]),
                proxy=None if proxy is None else str(proxy.url),
                proxy_auth=None if proxy is None or proxy.auth is None else aiohttp.BasicAuth(*proxy.auth),
                proxy_headers=None if proxy is None else proxy.headers,
            )
        return httpx.Response(
            response.status,
            headers=response.raw_headers,
            stream=AiohttpResponseStream(response),
            request=request,
        )


@cache
def _timeouts(connect: float | None, idle: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(connect=connect, sock_connect=connect, sock_read=idle)


class _Http(HttpxAiohttpClient):
    def _init_transport(self, *_: Any, **options: Any) -> httpx.AsyncBaseTransport:
        options.pop("transport", None)
        return _Transport(**options)

    def _init_proxy_transport(self, proxy: httpx.Proxy, *_: Any, **options: Any) -> httpx.AsyncBaseTransport:
        return _Transport(proxy=proxy, **options)

    def transport(self, url: httpx.URL) -> httpx.AsyncBaseTransport:
        """Return what sends the requests to this URL: through a proxy, if the environment names one."""
        return self._transport_for_url(url)


class Connection:
    """The connections to one endpoint; use it as an asynchronous context manager."""

    def __init__(self, endpoint: Endpoint, timeouts: Timeouts, secrets: Secrets) -> None:
        self._endpoint, self._timeouts, self._secrets = endpoint, timeouts, secrets
        self._spoken = speech(endpoint.api)
        self._url = httpx.URL(endpoint.base_url + self._spoken.path)

    async def __aenter__(self) -> Self:
        self._http = self._new()
        self._always = httpx.Headers([*self._http.headers.multi_items(), *_JSON.items()])
        self._transport = self._http.transport(self._url)
        await self._http.__aenter__()
        return self

    def _new(self) -> _Http:
        verify = certificates(self._endpoint)
        headers = {"accept-encoding": ENCODINGS} | dict(self._spoken.headers(self._secrets.headers))
        return _Http(headers=headers, limits=_LIMITS, verify=verify)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    async def post(
        self,
        content: bytes,
        headers: Mapping[str, str],
        attempt: Attempt,
        *,
        idle: float | None,
        on_headers: Callable[[Sequence[tuple[bytes, bytes]]], None],
    ) -> None:
        """Send a request and feed the response to its attempt.

        Args:
            content: The body to send, as JSON.
            headers: Headers for this request only.
            attempt: Receives the status and, on success, the bytes of the body.
            idle: The longest silence, in seconds; `None` for no limit.
            on_headers: Called with the raw headers of a success, before its body is read.

        Raises:
            TurnedDown: The status is not a success.
            MalformedReply: The body is not a reply.
            BROKEN: The connection failed or timed out.
        """
        # Sent without httpx's client, which would look for defaults, cookies and redirects each time.
        request = httpx.Request(
            "POST",
            self._url,
            headers=[*self._always.multi_items(), *headers.items()] if headers else self._always,
            content=content,
            extensions={"timeout": {"connect": self._timeouts.connect, "read": idle}},
        )
        incoming = attempt.incoming
        try:
            async with asyncio.timeout(self._timeouts.total) as limit:
                response = await self._sent(request)
                try:
                    attempt.status = response.status_code
                    if not response.is_success:
                        raise await self._turned_down(response)
                    on_headers(response.headers.raw)
                    await _read(response, incoming, limit)
                finally:
                    await response.aclose()
        except TimeoutError:
            if not incoming.ended:
                raise

    async def _sent(self, request: httpx.Request) -> httpx.Response:
        """Send a request; a kept connection that the server has closed meanwhile is replaced by a new one."""
        while True:
            reused: list[bool] = []
            _REUSED.set(reused)
            begun = time.monotonic()
            try:
                return await self._transport.handle_async_request(request)
            except BROKEN as error:
                if _are_headers_too_large(error):
                    raise TooLarge(
                        "its headers are larger than any server's: nothing else was read"
                    ) from None
                # Only such a connection breaks at once, and before anything of the response has come.
                if not reused or time.monotonic() - begun > _AT_ONCE or not _is_closed(error):
                    raise

    async def models(self) -> ModelList:
        """Return the models that the endpoint lists; an error is part of the result."""
        try:
            async with asyncio.timeout(self._timeouts.connect), self._new() as http:
                # A connection of its own: some servers close it without announcing that.
                url, once = f"{self._endpoint.base_url}/models", {"connection": "close"}
                async with http.stream("GET", url, headers=once, timeout=self._waiting(None)) as response:
                    text = await beginning(response, _LIST) if response.is_success else None
            body = None if text is None else parse(text.decode("utf-8", "replace"))
            return read_offered(body, response.status_code)
        except MalformedReply:
            return ModelList(status=response.status_code)
        except BROKEN as error:
            line = advice.for_error(error, self._endpoint, self._timeouts)
            return ModelList(error=clip(printable(self._secrets.hide(line)), 1000))

    async def _turned_down(self, response: httpx.Response) -> TurnedDown:
        start = bytearray()
        try:
            async for piece in pieces(response, 2 * _ERROR_BODY):
                start += piece
                if len(start) > _ERROR_BODY:
                    break
        except BROKEN:
            start += b" (and breaks off)"
        body = self._secrets.hide(start.decode("utf-8", "replace"))
        said = response.headers.get("location", body) if response.is_redirect else advice.reason(body)
        status, wait = response.status_code, wanted(response.headers, body, time.time())
        return TurnedDown(status, said, body, wait if failures.is_transient(status) else None)

    def _waiting(self, idle: float | None) -> httpx.Timeout:
        connect = self._timeouts.connect
        return httpx.Timeout(None, connect=connect, pool=connect, read=idle)


def _is_closed(error: BaseException | None) -> bool:
    """Whether a request failed because its connection was closed, not because none could be made."""
    while error is not None:
        if isinstance(error, (aiohttp.ClientConnectorError, TimeoutError)):
            return False
        if isinstance(error, (aiohttp.ServerDisconnectedError, ConnectionError, aiohttp.ClientOSError)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _are_headers_too_large(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, LineTooLong):
            return True
        if isinstance(error, BadHttpMessage) and error.message == "Too many headers received":
            return True
        error = error.__cause__ or error.__context__
    return False


def certificates(endpoint: Endpoint) -> ssl.SSLContext:
    """Trust the environment's default certificates and the endpoint's own; raises `EndpointError`.

    Where no certificate is ever seen none is trusted, since reading them all takes a while.
    """
    if endpoint.base_url.startswith("http://") and endpoint.ca_file is None and not getproxies():
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return _certificates(endpoint.ca_file, os.environ.get("SSL_CERT_FILE"))


@cache
def _certificates(more: Path | None, _: str | None) -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    if more is not None:
        trust(more, context)
    return context


async def _read(response: httpx.Response, incoming: Incoming, limit: asyncio.Timeout) -> None:
    """Feed the body as it arrives; when nothing of the answer is still to come, only for a moment more."""
    was_done = False
    try:
        async for piece in pieces(response):
            incoming.feed(piece)
            if incoming.ended and not was_done:
                was_done = incoming.done
                more = _LINGER if was_done else _AFTER_LAST
                limit.reschedule(asyncio.get_running_loop().time() + more)
    except BROKEN:
        if not incoming.is_whole():
            raise
