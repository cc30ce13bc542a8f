"""Asks one endpoint over HTTP: streams, retries, and says in one line what went wrong.

httpx's own transport slows down at a few hundred requests at once, so its interface is used over aiohttp's.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

import aiohttp
import httpx
from httpx_aiohttp import HttpxAiohttpClient
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from evals import _advice
from evals._attempts import Answered, AskFailed, FailedAttempt
from evals._incoming import Incoming
from evals.endpoints import Endpoint, Timeouts, key_of, mask, secret_headers
from evals.printable import clip, printable
from evals.trials import Sampling
from evals.wire import MalformedReply, parse

__all__ = ["Answered", "AskFailed", "Client", "FailedAttempt"]

_BROKEN = (httpx.HTTPError, aiohttp.ClientError, OSError)
"""What a connection can die of: httpx-aiohttp lets some of aiohttp's own errors through."""
_ERROR_BODY = 1 << 16
"""Bytes read of an error's body."""
_LINGER = 1.0
"""Seconds granted to a stream to end after its [DONE], so that its connection can be used again."""
_LIMITS = httpx.Limits(max_connections=10_000, max_keepalive_connections=10_000, keepalive_expiry=3.0)
"""No limit in effect; idle connections are left before the servers that close them after 5 s do so."""
_BACKOFF = wait_exponential(multiplier=0.5, max=60) + wait_random(0, 0.5)


class _TurnedDown(Exception):
    """A status other than success."""

    def __init__(self, status: int, said: str, retry_after: float | None) -> None:
        super().__init__(status)
        self.status = status
        self.said = said
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class _Request:
    model: str
    sent: dict[str, Any]
    content: bytes
    headers: dict[str, str]


@dataclass(slots=True)
class _Receipt:
    """What has come of one attempt so far."""

    incoming: Incoming
    status: int | None = None


class Client:
    """One endpoint's connections; use it as an asynchronous context manager.

    How many requests are under way at once is the caller's business.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        max_retries: int = 4,
        timeouts: Timeouts | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.endpoint = endpoint
        self._timeouts = timeouts or endpoint.timeouts
        self._sleep = sleep
        self._stop = stop_after_attempt(max_retries + 1)
        key, secrets = key_of(endpoint), secret_headers(endpoint)
        self._headers = httpx.Headers({"user-agent": f"cantwont/{version('cantwont')}"})
        if key is not None:
            self._headers["authorization"] = f"Bearer {key}"
        self._headers.update({**endpoint.headers, **secrets})
        self._secrets = [value for value in (key or "", *secrets.values()) if len(value) >= 4]
        self._offered: asyncio.Task[list[str] | None] | None = None

    async def __aenter__(self) -> Self:
        # A server that does not stream is silent until its answer is whole.
        read = self._timeouts.idle if self.endpoint.stream else None
        self._http = HttpxAiohttpClient(
            headers=self._headers,
            timeout=httpx.Timeout(None, connect=self._timeouts.connect, read=read),
            limits=_LIMITS,
        )
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._offered is not None:
            self._offered.cancel()
        await self._http.__aexit__(kind, error, trace)

    async def ask(
        self,
        model: str,
        messages: list[dict[str, Any]],
        sampling: Sampling,
        *,
        on_attempt: Callable[[FailedAttempt], None],
        extra_headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Ask until there is a reply, or retrying is of no use.

        Args:
            model: The model's name at this endpoint.
            messages: The whole conversation so far.
            sampling: What is sent with it; nothing that was not asked for is.
            on_attempt: Told of every failed attempt, the last one too, before anything is tried again.
            extra_headers: Sent with this request alone.

        Raises:
            AskFailed: No reply came; `on_attempt` has heard of it.
        """
        request = self._request(model, messages, sampling, extra_headers or {})
        retrying = AsyncRetrying(
            sleep=self._sleep,
            stop=self._stop,
            wait=_pause,
            retry=retry_if_exception(lambda error: isinstance(error, AskFailed) and not error.fatal),
            reraise=True,
        )
        return await retrying(self._attempt, request, on_attempt)

    def _request(
        self,
        model: str,
        messages: list[dict[str, Any]],
        sampling: Sampling,
        extra_headers: Mapping[str, str],
    ) -> _Request:
        sent = {"model": model, **sampling.body()} | {"model": model}
        sent.pop("messages", None)
        if self.endpoint.stream and sent.setdefault("stream", True):
            sent.setdefault("stream_options", {"include_usage": True})
        # ASCII, since a conversation may hold lone surrogates, which no other encoding can carry.
        content = json.dumps({**sent, "messages": messages}).encode("ascii")
        return _Request(model, sent, content, {"content-type": "application/json", **extra_headers})

    async def _attempt(self, request: _Request, on_attempt: Callable[[FailedAttempt], None]) -> Answered:
        # What is too short to be a secret for sure must not be cut out of a model's text.
        receipt = _Receipt(Incoming([value.encode() for value in self._secrets if len(value) >= 16]))
        at, started = datetime.now(UTC).isoformat(timespec="milliseconds"), time.monotonic()
        try:
            body = await self._exchange(request, receipt)
        except (_TurnedDown, MalformedReply, *_BROKEN) as error:
            seconds = round(time.monotonic() - started, 3)
            failed = FailedAttempt(
                error=clip(printable(self._hide(await self._in_words(error, request))), 1000),
                status=receipt.status,
                partial=receipt.incoming.text or None,
                sent=request.sent,
                at=at,
                seconds=seconds,
            )
            on_attempt(failed)
            wait = error.retry_after if isinstance(error, _TurnedDown) else None
            raise AskFailed(failed, fatal=_is_fatal(error), retry_after=wait) from None
        seconds = round(time.monotonic() - started, 3)
        return Answered(body, request.sent, receipt.status or 200, at, seconds)

    async def _exchange(self, request: _Request, receipt: _Receipt) -> dict[str, Any]:
        url = f"{self.endpoint.base_url}/chat/completions"
        async with (
            asyncio.timeout(self._timeouts.total),
            self._http.stream("POST", url, content=request.content, headers=request.headers) as response,
        ):
            receipt.status = response.status_code
            if not response.is_success:
                raise await self._turned_down(response)
            pieces = response.aiter_bytes()
            try:
                async for piece in pieces:
                    receipt.incoming.feed(piece)
                    if receipt.incoming.done:
                        await _drain(pieces)
                        break
            except _BROKEN:
                if not receipt.incoming.whole:
                    raise
        return receipt.incoming.body()

    async def _in_words(self, error: Exception, request: _Request) -> str:
        match error:
            case _TurnedDown():
                line = _advice.for_status(self.endpoint, error.status, error.said)
                if error.status != 404:
                    return line
                return line + _advice.for_models(request.model, await self._models())
            case MalformedReply():
                return str(error)
            case TimeoutError() if not isinstance(error, aiohttp.ClientError):
                return f"no whole answer within {self._timeouts.total:g} s (the endpoint's total_seconds)"
        return _advice.for_error(error, self.endpoint, self._timeouts)

    async def _models(self) -> list[str] | None:
        """The models that the endpoint lists; asked once, however many trials need to know."""
        if self._offered is None:
            self._offered = asyncio.create_task(self._list_models())
        return await asyncio.shield(self._offered)

    async def _list_models(self) -> list[str] | None:
        try:
            async with asyncio.timeout(self._timeouts.connect):
                response = await self._http.get(f"{self.endpoint.base_url}/models")
            listed = parse(response.text)["data"] if response.is_success else None
            return [str(model["id"]) for model in listed] if listed is not None else None
        except (*_BROKEN, MalformedReply, KeyError, TypeError):
            return None

    async def _turned_down(self, response: httpx.Response) -> _TurnedDown:
        start = bytearray()
        try:
            async for piece in response.aiter_bytes():
                start += piece
                if len(start) > _ERROR_BODY:
                    break
        except _BROKEN:
            start += b" (and breaks off)"
        said = _advice.reason(self._hide(start.decode("utf-8", "replace")))
        if response.is_redirect:
            said = response.headers.get("location", said)
        wait = _advice.retry_after(response.headers.get("retry-after"))
        return _TurnedDown(response.status_code, said, wait)

    def _hide(self, text: str) -> str:
        """The text without our secrets, also where a server echoes them."""
        named = [value for value in self.endpoint.headers.values() if len(value) >= 8]
        for value in sorted(self._secrets + named, key=len, reverse=True):
            text = text.replace(value, "***")
        return mask(text)


def _is_fatal(error: Exception) -> bool:
    status = error.status if isinstance(error, _TurnedDown) else None
    if isinstance(error, MalformedReply):
        status = error.code
    if status is None:
        return isinstance(error.__cause__, aiohttp.ClientConnectorCertificateError)
    return not _advice.is_transient(status)


def _pause(state: RetryCallState) -> float:
    """What the server asks for and a little more, so that not all come back at once; else ever longer."""
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, AskFailed) and error.retry_after is not None:
        return error.retry_after * (1 + random.random() / 10)
    return _BACKOFF(state)


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    """Read to the end of a stream that is done, where that comes soon."""
    try:
        async with asyncio.timeout(_LINGER):
            async for _ in pieces:
                pass
    except _BROKEN:
        return
