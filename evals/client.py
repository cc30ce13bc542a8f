"""Asks one endpoint over HTTP: streams, retries, and says in one line what went wrong.

httpx's own transport slows down at a few hundred requests at once, so its interface is used over aiohttp's.
"""

import asyncio
import json
import os
import random
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import httpx
from httpx_aiohttp import HttpxAiohttpClient
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential

from evals import _advice, _verdicts
from evals._attempts import Answered, AskFailed, Attempt, FailedAttempt, Question, body_asked
from evals._incoming import Incoming
from evals._offered import Offered, read_offered
from evals._patience import Patience
from evals._secrets import Secrets
from evals._verdicts import TurnedDown
from evals._waits import Allowances, wanted
from evals.dialect import Adaptation, Dialect, Dialects
from evals.endpoints import Endpoint, Timeouts, trust
from evals.pace import Pace
from evals.printable import clip, printable
from evals.trials import Sampling
from evals.wire import MalformedReply, parse

__all__ = ["Adaptation", "Answered", "AskFailed", "Client", "FailedAttempt", "Offered"]

_BROKEN = (httpx.HTTPError, aiohttp.ClientError, OSError)
"""What a connection can die of: httpx-aiohttp lets some of aiohttp's own errors through."""
_ERROR_BODY = 1 << 16  # bytes
_LINGER = 1.0
"""Seconds granted to a stream to end after its [DONE], so that its connection can be used again."""
_LIMITS = httpx.Limits(max_connections=10_000, max_keepalive_connections=10_000, keepalive_expiry=3.0)
"""No limit in effect; idle connections are left before the servers that close them after 5 s do so."""
_BACKOFF = wait_exponential(multiplier=0.5, exp_base=4, max=120)
"""0.5, 2, 8 and 32 seconds: a server that is started again is back by then."""
_JSON = {"content-type": "application/json"}
_LONGEST_HOLD = 60.0
"""Seconds that an answer may ask for before the next request; more than that only a refusal may."""


class Client:
    """One endpoint's connections; use it as an asynchronous context manager."""

    def __init__(  # noqa: PLR0913 - each is one thing a run may set
        self,
        endpoint: Endpoint,
        *,
        concurrency: int = 1024,
        max_retries: int = 4,
        max_retry_seconds: float = 1800,
        retry_rate_limits: bool = True,
        timeouts: Timeouts | None = None,
        adaptations: Mapping[str, Any] | None = None,
        on_adapt: Callable[[Adaptation], None] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            endpoint: Where to ask.
            concurrency: Requests under way at once, at most; fewer where the endpoint finds them too many.
            max_retries: Attempts after the first.
            max_retry_seconds: No attempt begins later than this after the first one failed.
            retry_rate_limits: Whether to try again after a 429.
            timeouts: In place of the endpoint's.
            adaptations: What is known of the endpoint's models from earlier: `Adaptation.stored` by model.
            on_adapt: Told of what is found out about them.
            sleep: Waits so many seconds.
            clock: Seconds since any moment.

        Raises:
            EndpointError: A key, a secret header or a certificate is missing.
            RunError: The adaptations are none.
        """
        self.endpoint = endpoint
        self._timeouts = timeouts or endpoint.timeouts
        self._sleep, self._clock = sleep, clock
        self._patience = Patience(max_retries, max_retry_seconds, retry_rate_limits)
        self._pace = Pace(concurrency, sleep=sleep, clock=clock)
        self._dialects = Dialects(endpoint.name, adaptations, on_adapt)
        self._secrets = Secrets(endpoint)
        self._allowances = Allowances()
        self._offered: asyncio.Task[Offered] | None = None
        self._in_one_piece: set[str] = set()
        """Models that were asked to stream and did not."""

    async def __aenter__(self) -> Self:
        verify = _certificates(self.endpoint.ca_file, os.environ.get("SSL_CERT_FILE"))
        self._http = HttpxAiohttpClient(headers=self._secrets.headers, limits=_LIMITS, verify=verify)
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
            model: Its name at this endpoint.
            messages: The whole conversation so far.
            sampling: What is sent with it; nothing that was not asked for is.
            on_attempt: Told of every failed attempt, the last one too, before anything is tried again.
            extra_headers: Sent with this request alone.

        Raises:
            AskFailed: No reply came; `on_attempt` has heard of it.
        """
        asked = body_asked(model, sampling, stream=self.endpoint.stream)
        retrying = AsyncRetrying(
            sleep=self._sleep, stop=self._is_enough, wait=_pause, retry=_MAY_PASS, reraise=True
        )
        return await retrying(
            self._attempt, Question(model, messages, asked, extra_headers or {}, on_attempt)
        )

    async def models(self) -> Offered:
        """The models that the endpoint lists; asked once, however many trials need to know."""
        if self._offered is None:
            self._offered = asyncio.create_task(self._list_models())
        return await asyncio.shield(self._offered)

    # --- attempts

    async def _attempt(self, question: Question) -> Answered:
        """Ask once, and again at once as long as the request has only to be put otherwise."""
        async with self._pace.slot() as slot:
            dialect = self._dialects.of(question.model)
            while True:
                attempt = Attempt(dialect.put(question.asked), Incoming(self._secrets.hide))
                try:
                    body = await self._exchange(question, attempt)
                except (TurnedDown, MalformedReply, *_BROKEN) as error:
                    taken = _verdicts.taken_as_answer(error, attempt.incoming, attempt.budget)
                    if taken is None:
                        if _verdicts.is_rate_limit(error):
                            slot.refused()
                        dialect = await self._other_way(error, question, attempt, dialect)
                        continue
                    body = {"model": question.model, **taken}
                slot.succeeded()
                self._dialects.keep(question.model, dialect)
                if attempt.streamed:
                    self._in_one_piece.discard(question.model)
                elif attempt.sent.get("stream"):
                    self._in_one_piece.add(question.model)
                return attempt.answered(self._secrets.scrub(body))

    async def _other_way(
        self, error: Exception, question: Question, attempt: Attempt, dialect: Dialect
    ) -> Dialect:
        """How to put the request at once, after a failure; raises `AskFailed` where that is of no use."""
        other = None
        if _verdicts.may_be_put_otherwise(error):
            said = _verdicts.words_of(error)
            other = self._dialects.learn(question.model, dialect, question.asked, said)
        line = await self._in_words(error, question, attempt)
        if other is not None:
            line += f"; asked again with {other.in_words()}"
        shown = clip(printable(self._secrets.hide(line)), 1000)
        failed = attempt.failed(shown, self._secrets.scrub(attempt.incoming.text))
        question.on_attempt(failed)
        if other is not None:
            return other
        if question.failed_since is None:
            question.failed_since = self._clock()
        ended = _verdicts.in_the_end(error, failed, self._patience)
        if ended.retry_after is not None and self._patience.obeys(ended):
            self._pace.hold(ended.retry_after)
        raise ended from None

    async def _in_words(self, error: Exception, question: Question, attempt: Attempt) -> str:
        line = _advice.for_failure(error, self.endpoint, self._timeouts, attempt.budget)
        if isinstance(error, TurnedDown) and error.status == 404:
            line += _advice.for_models(question.model, (await self.models()).names)
        if (wait := _verdicts.wait_of(error)) is not None and not self._patience.outlasts(wait):
            line += _advice.for_wait(wait)
        return line

    def _is_enough(self, state: RetryCallState) -> bool:
        error, question = state.outcome and state.outcome.exception(), state.args[0]
        assert isinstance(error, AskFailed)
        next_at = self._clock() + state.upcoming_sleep
        return self._patience.ends(state.attempt_number, error, question, next_at)

    # --- HTTP

    async def _exchange(self, question: Question, attempt: Attempt) -> dict[str, Any]:
        # ASCII, since a conversation may hold lone surrogates, which no other encoding can carry.
        content = json.dumps({**attempt.sent, "messages": question.messages}).encode("ascii")
        url, headers = f"{self.endpoint.base_url}/chat/completions", {**_JSON, **question.headers}
        # Who does not stream is silent until the answer is whole.
        streams = attempt.sent.get("stream") and question.model not in self._in_one_piece
        times, incoming = self._waiting(self._timeouts.idle if streams else None), attempt.incoming
        async with (
            asyncio.timeout(self._timeouts.total),
            self._http.stream("POST", url, content=content, headers=headers, timeout=times) as response,
        ):
            attempt.status = response.status_code
            if not response.is_success:
                raise await self._turned_down(response)
            if (used_up := self._allowances.pause(response.headers.raw, time.time())) is not None:
                self._pace.hold(min(used_up, _LONGEST_HOLD))
            pieces = response.aiter_bytes()
            try:
                async for piece in pieces:
                    incoming.feed(piece)
                    if incoming.done:
                        await _drain(pieces)
                        break
            except _BROKEN:
                if not incoming.is_whole():
                    raise
        return incoming.body()

    async def _turned_down(self, response: httpx.Response) -> TurnedDown:
        start = bytearray()
        try:
            async for piece in response.aiter_bytes():
                start += piece
                if len(start) > _ERROR_BODY:
                    break
        except _BROKEN:
            start += b" (and breaks off)"
        body = self._secrets.hide(start.decode("utf-8", "replace"))
        said = response.headers.get("location", body) if response.is_redirect else _advice.reason(body)
        status, wait = response.status_code, wanted(response.headers, body, time.time())
        return TurnedDown(status, said, body, wait if _verdicts.is_transient(status) else None)

    async def _list_models(self) -> Offered:
        try:
            async with asyncio.timeout(self._timeouts.connect):
                url = f"{self.endpoint.base_url}/models"
                # Some servers close the connection after a failure without saying so.
                once = {"connection": "close"}
                response = await self._http.get(url, headers=once, timeout=self._waiting(None))
            body = parse(response.text, self._secrets.hide) if response.is_success else None
            return read_offered(body, response.status_code)
        except MalformedReply:
            return Offered(status=response.status_code)
        except _BROKEN as error:
            line = _advice.for_error(error, self.endpoint, self._timeouts)
            return Offered(error=clip(printable(self._secrets.hide(line)), 1000))

    def _waiting(self, idle: float | None) -> httpx.Timeout:
        connect = self._timeouts.connect
        return httpx.Timeout(None, connect=connect, pool=connect, read=idle)


_MAY_PASS = retry_if_exception(lambda error: isinstance(error, AskFailed) and not error.fatal)


def _pause(state: RetryCallState) -> float:
    """What the server asks for, else ever longer; and a little more, so that not all come back at once."""
    error = state.outcome and state.outcome.exception()
    if isinstance(error, AskFailed) and error.retry_after is not None:
        return error.retry_after * (1 + random.random() / 10)
    return _BACKOFF(state) * (1 + random.random() / 2)


@cache
def _certificates(more: Path | None, _: str | None) -> ssl.SSLContext:
    """The usual ones, as the environment names them, and those of a file; raises `EndpointError`."""
    context = httpx.create_ssl_context()
    if more is not None:
        trust(more, context)
    return context


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    """Read to the end of a stream that is done, where that comes soon."""
    try:
        async with asyncio.timeout(_LINGER):
            async for _ in pieces:
                pass
    except _BROKEN:
        return
