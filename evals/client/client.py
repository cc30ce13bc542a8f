"""Asks one endpoint: in the dialect it accepts, at the pace it can take, with retries where they may help."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential

from evals.client import advice, failures
from evals.client.attempts import Answered, AskFailed, Attempt, FailedAttempt, Question, body_asked
from evals.client.connection import BROKEN, Connection
from evals.client.dialect import Adaptation, Dialect, Dialects
from evals.client.failures import RetryPolicy, TurnedDown
from evals.client.incoming import Incoming
from evals.client.model_list import ModelList
from evals.client.pace import ConcurrencyLimit
from evals.client.protocols import speech
from evals.client.rate_limits import Allowances
from evals.client.secrets import Secrets
from evals.endpoints import Endpoint, Timeouts
from evals.record.completion import MalformedReply, TooLarge
from evals.record.trial import Sampling
from evals.text import clip, printable

__all__ = ["Adaptation", "Answered", "AskFailed", "Client", "FailedAttempt", "ModelList"]

_BACKOFF = wait_exponential(multiplier=0.5, exp_base=4, max=120)
"""0.5, 2, 8 and 32 seconds: long enough for a server to restart."""
_KEPT = 100_000
"""Characters kept of a text that was too large."""
_LONGEST_HOLD = 60.0
"""The longest pause, in seconds, that a successful answer can impose; only a refusal can exceed it."""


class Client:
    """A client for one endpoint; use it as an asynchronous context manager."""

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
        on_wait: Callable[[str, str, float], None] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare the client; nothing is sent yet.

        Args:
            endpoint: The endpoint to ask.
            concurrency: The most requests in flight at once; fewer if the endpoint reports too many.
            max_retries: The most attempts after the first.
            max_retry_seconds: No attempt begins later than this after the first one failed.
            retry_rate_limits: Whether to retry after a 429.
            timeouts: Timeouts that replace the endpoint's.
            adaptations: What is already known about the endpoint's models: `Adaptation.stored` by model.
            on_adapt: Called with each new adaptation.
            on_wait: Called before a retry with the model, the error, and the seconds until the retry.
            sleep: Waits for a number of seconds.
            clock: A monotonic clock, in seconds.

        Raises:
            EndpointError: A key, a secret header or a certificate is missing.
            RunError: The adaptations are invalid.
        """
        self.endpoint = endpoint
        self._timeouts = timeouts or endpoint.timeouts
        self._sleep, self._clock, self._on_wait = sleep, clock, on_wait
        self._patience = RetryPolicy(max_retries, max_retry_seconds, retry_rate_limits)
        self._pace = ConcurrencyLimit(concurrency, sleep=sleep, clock=clock)
        self._dialects = Dialects(endpoint.name, adaptations, on_adapt)
        self._secrets = Secrets(endpoint)
        self._spoken = speech(endpoint.api)
        self._connection = Connection(endpoint, self._timeouts, self._secrets)
        self._allowances = Allowances()
        self._offered: asyncio.Task[ModelList] | None = None
        self._in_one_piece: set[str] = set()
        """Models that were asked to stream but did not."""

    async def __aenter__(self) -> Self:
        await self._connection.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._offered is not None:
            self._offered.cancel()
        await self._connection.__aexit__(kind, error, trace)

    async def ask(
        self,
        model: str,
        messages: list[dict[str, Any]],
        sampling: Sampling,
        *,
        on_attempt: Callable[[FailedAttempt], None],
        extra_headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Ask until a reply comes or retrying cannot help.

        Args:
            model: The model's name at this endpoint.
            messages: The whole conversation so far.
            sampling: The sampling parameters; no others are sent.
            on_attempt: Called with every failed attempt, including the last, before any retry.
            extra_headers: Headers for this request only.

        Raises:
            AskFailed: No reply came; `on_attempt` has already been called with the failure.
        """
        asked = body_asked(model, sampling, stream=self.endpoint.stream)
        if self._spoken.default_max_tokens is not None and "max_completion_tokens" not in asked:
            asked.setdefault("max_tokens", self._spoken.default_max_tokens)
        question = Question(model, messages, asked, extra_headers or {}, on_attempt)
        try:
            return await self._attempt(question)
        except AskFailed as failed:
            # Nearly all requests succeed at once, so only the others pay for the retry machinery.
            return await self._retried(question, failed)

    async def models(self) -> ModelList:
        """Return the models that the endpoint lists; it is asked only once."""
        if self._offered is None:
            self._offered = asyncio.create_task(self._connection.models())
        return await asyncio.shield(self._offered)

    # --- attempts

    async def _retried(self, question: Question, failed: AskFailed) -> Answered:
        # The retry loop begins with the failure of the first attempt, which is already made.
        first = [failed]

        async def attempt(question: Question) -> Answered:
            if first:
                raise first.pop()
            return await self._attempt(question)

        retrying = AsyncRetrying(
            sleep=self._sleep,
            stop=self._is_enough,
            wait=_pause,
            retry=_MAY_PASS,
            before_sleep=self._tell,
            reraise=True,
        )
        return await retrying(attempt, question)

    async def _attempt(self, question: Question) -> Answered:
        """Ask once, and again immediately while the request only needs a different dialect."""
        async with self._pace.slot() as slot:
            dialect = self._dialects.of(question.model)
            while True:
                attempt = Attempt(dialect.put(question.asked), Incoming(self._secrets.hide, self._spoken))
                try:
                    body = await self._exchange(question, attempt)
                except (TurnedDown, MalformedReply, *BROKEN) as error:
                    taken = failures.taken_as_answer(error, attempt.incoming, attempt.budget)
                    if taken is None:
                        if failures.is_rate_limit(error):
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
        """Return the dialect for an immediate new request; raises `AskFailed` if there is no other."""
        other = None
        if failures.may_be_put_otherwise(error):
            said = failures.words_of(error)
            other = self._dialects.learn(question.model, dialect, question.asked, said)
        line = await self._in_words(error, question, attempt)
        if other is not None:
            line += f"; asked again with {other.describe()}"
        shown = clip(printable(self._secrets.hide(line)), 1000)
        partial = self._secrets.scrub(attempt.incoming.text)
        if isinstance(error, TooLarge):
            partial = partial[:_KEPT]
        failed = attempt.failed(shown, partial)
        question.on_attempt(failed)
        if other is not None:
            return other
        if question.failed_since is None:
            question.failed_since = self._clock()
        ended = failures.in_the_end(error, failed, self._patience)
        if ended.retry_after is not None and self._patience.obeys(ended):
            self._pace.hold(ended.retry_after)
        raise ended from None

    async def _in_words(self, error: Exception, question: Question, attempt: Attempt) -> str:
        line = advice.for_failure(error, self.endpoint, self._timeouts, attempt.budget)
        if isinstance(error, TurnedDown) and error.status == 404:
            line += advice.for_models(question.model, (await self.models()).names)
        if (wait := failures.wait_of(error)) is not None and not self._patience.outlasts(wait):
            line += advice.for_wait(wait)
        return line

    def _tell(self, state: RetryCallState) -> None:
        error, question = state.outcome and state.outcome.exception(), state.args[0]
        if self._on_wait is not None:
            self._on_wait(question.model, str(error), state.upcoming_sleep)

    def _is_enough(self, state: RetryCallState) -> bool:
        error, question = state.outcome and state.outcome.exception(), state.args[0]
        assert isinstance(error, AskFailed)
        next_at = self._clock() + state.upcoming_sleep
        return self._patience.ends(state.attempt_number, error, question, next_at)

    async def _exchange(self, question: Question, attempt: Attempt) -> dict[str, Any]:
        """Send the request once and return the reply; raises what `Connection.post` raises."""
        # ASCII, since a conversation can contain lone surrogates, which UTF-8 cannot encode.
        body = self._spoken.request(attempt.sent, question.messages)
        content = json.dumps(body).encode("ascii")
        # A server that does not stream is silent until the answer is complete.
        streams = attempt.sent.get("stream") and question.model not in self._in_one_piece
        idle = self._timeouts.idle if streams else None
        await self._connection.post(content, question.headers, attempt, idle=idle, on_headers=self._hold)
        return attempt.incoming.body()

    def _hold(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """Delay further requests if these headers say that an allowance is used up."""
        if (used_up := self._allowances.pause(headers, time.time())) is not None:
            self._pace.hold(min(used_up, _LONGEST_HOLD))


_MAY_PASS = retry_if_exception(lambda error: isinstance(error, AskFailed) and not error.fatal)


def _pause(state: RetryCallState) -> float:
    """Return the wait the server asked for, else exponential backoff; with jitter, to spread the retries."""
    error = state.outcome and state.outcome.exception()
    if isinstance(error, AskFailed) and error.retry_after is not None:
        return error.retry_after * (1 + random.random() / 10)
    return _BACKOFF(state) * (1 + random.random() / 2)
