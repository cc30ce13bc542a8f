"""HTTP to one endpoint: sends a request and reads the response as it arrives.

httpx's own transport slows down at a few hundred concurrent requests, so its interface is used over aiohttp.
"""

import asyncio
import os
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
import httpx
from httpx_aiohttp import HttpxAiohttpClient

from evals.client import advice, failures
from evals.client.attempts import Attempt
from evals.client.failures import TurnedDown
from evals.client.incoming import Incoming
from evals.client.model_list import ModelList, read_offered
from evals.client.rate_limits import wanted
from evals.client.secrets import Secrets, trust
from evals.endpoints import Endpoint, Timeouts
from evals.record.completion import MalformedReply, parse
from evals.text import clip, printable

BROKEN = (httpx.HTTPError, aiohttp.ClientError, OSError)
"""The errors of a failed connection: httpx-aiohttp lets some of aiohttp's own errors through."""
_ERROR_BODY = 1 << 16  # bytes
_LINGER = 1.0
"""Seconds for a stream to end after its [DONE], so that its connection can be reused."""
_LIMITS = httpx.Limits(max_connections=10_000, max_keepalive_connections=10_000, keepalive_expiry=3.0)
"""Effectively no limit; idle connections are closed before servers with a 5 s limit close them."""
_JSON = {"content-type": "application/json"}


class _NoCookies(httpx.Cookies):
    """These APIs set no cookies, and looking for them takes a large part of the time of a short request."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Ignore cookies."""


class _Http(HttpxAiohttpClient):
    @property
    def cookies(self) -> httpx.Cookies:
        return _NO_COOKIES

    @cookies.setter
    def cookies(self, cookies: object) -> None:
        raise NotImplementedError


_NO_COOKIES = _NoCookies()


class Connection:
    """The connections to one endpoint; use it as an asynchronous context manager."""

    def __init__(self, endpoint: Endpoint, timeouts: Timeouts, secrets: Secrets) -> None:
        self._endpoint, self._timeouts, self._secrets = endpoint, timeouts, secrets
        self._url = httpx.URL(f"{endpoint.base_url}/chat/completions")

    async def __aenter__(self) -> Self:
        verify = _certificates(self._endpoint.ca_file, os.environ.get("SSL_CERT_FILE"))
        self._http = _Http(headers=self._secrets.headers, limits=_LIMITS, verify=verify)
        self._always = [*self._http.headers.multi_items(), *_JSON.items()]
        await self._http.__aenter__()
        return self

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
        # Built by hand, since httpx would merge the same default headers again for every request.
        request = httpx.Request(
            "POST",
            self._url,
            headers=[*self._always, *headers.items()],
            content=content,
            extensions={"timeout": self._waiting(idle).as_dict()},
        )
        incoming = attempt.incoming
        try:
            async with asyncio.timeout(self._timeouts.total) as limit:
                response = await self._http.send(request, stream=True)
                try:
                    attempt.status = response.status_code
                    if not response.is_success:
                        raise await self._turned_down(response)
                    on_headers(response.headers.raw)
                    await _read(response, incoming, limit)
                finally:
                    await response.aclose()
        except TimeoutError:
            if not incoming.done:
                raise

    async def models(self) -> ModelList:
        """Return the models that the endpoint lists; an error is part of the result."""
        try:
            async with asyncio.timeout(self._timeouts.connect):
                url = f"{self._endpoint.base_url}/models"
                # Some servers close the connection after an error without announcing it.
                once = {"connection": "close"}
                response = await self._http.get(url, headers=once, timeout=self._waiting(None))
            body = parse(response.text, self._secrets.hide) if response.is_success else None
            return read_offered(body, response.status_code)
        except MalformedReply:
            return ModelList(status=response.status_code)
        except BROKEN as error:
            line = advice.for_error(error, self._endpoint, self._timeouts)
            return ModelList(error=clip(printable(self._secrets.hide(line)), 1000))

    async def _turned_down(self, response: httpx.Response) -> TurnedDown:
        start = bytearray()
        try:
            async for piece in response.aiter_bytes():
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


@cache
def _certificates(more: Path | None, _: str | None) -> ssl.SSLContext:
    """Trust the environment's default certificates and those of a file; raises `EndpointError`."""
    context = httpx.create_ssl_context()
    if more is not None:
        trust(more, context)
    return context


async def _read(response: httpx.Response, incoming: Incoming, limit: asyncio.Timeout) -> None:
    """Feed the body as it arrives; after the stream says it is done, only for `_LINGER` seconds more."""
    try:
        async for piece in response.aiter_bytes():
            was_done = incoming.done
            incoming.feed(piece)
            if incoming.done and not was_done:
                limit.reschedule(asyncio.get_running_loop().time() + _LINGER)
    except BROKEN:
        if not incoming.is_whole():
            raise
