"""A client asked by a test: what it sent, what it was told, and how long it would have slept."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from evals.client.attempts import Answered, AskFailed, FailedAttempt
from evals.client.client import Client
from evals.client.dialect import Adaptation
from evals.endpoints import Endpoint
from evals.record.completion import read_completion
from evals.record.trial import Sampling
from tests.servers.misbehaving import EVENTS, sse

KEY = "sk-0123456789abcdef"
ENDPOINT = Endpoint("mine", "http://llm.test/v1", key_variable="MINE_KEY")
URL = f"{ENDPOINT.base_url}/chat/completions"
MESSAGES = [{"role": "user", "content": "Count to 2."}]
ANSWER = {"choices": [{"message": {"content": "1\n2"}, "finish_reason": "stop"}]}
STREAMED = sse(*EVENTS)


def content(answered: Answered) -> str:
    return read_completion(answered.body).content


@dataclass
class Asking:
    """One way of asking, and what came of it. Its clock runs only while it sleeps."""

    endpoint: Endpoint = ENDPOINT
    max_retries: int = 4
    sampling: Sampling = field(default_factory=Sampling)
    headers: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    """Further ones of the client."""
    failed: list[FailedAttempt] = field(default_factory=list)
    adapted: list[Adaptation] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    now: float = 1000.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)
        self.now += seconds

    def client(self) -> Client:
        return Client(
            self.endpoint,
            max_retries=self.max_retries,
            on_adapt=self.adapted.append,
            sleep=self.sleep,
            clock=lambda: self.now,
            **self.options,
        )

    async def ask(self) -> Answered:
        async with self.client() as client:
            return await self.ask_by(client)

    async def ask_by(self, client: Client, model: str = "m") -> Answered:
        return await client.ask(
            model, MESSAGES, self.sampling, extra_headers=self.headers, on_attempt=self.failed.append
        )

    async def ask_often(self, times: int) -> list[Answered]:
        """At the same time, by one client."""
        async with self.client() as client:
            return await asyncio.gather(*(self.ask_by(client) for _ in range(times)))

    async def fail(self) -> AskFailed:
        with pytest.raises(AskFailed) as caught:
            await self.ask()
        assert caught.value.attempt is self.failed[-1]
        assert str(caught.value) == self.failed[-1].error
        return caught.value
