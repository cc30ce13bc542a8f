"""What may pass is tried again: so often, for so long, and at the pace that the endpoint bears."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from evals.client.attempts import AskFailed, FailedAttempt
from evals.client.client import Client
from evals.endpoints import Timeouts
from evals.record.trial import Sampling
from tests.evals.client.asking import ANSWER, MESSAGES, Asking, content
from tests.servers.misbehaving import GOOD, Asked, Fault, Misbehaving, Script, says, streams

pytestmark = pytest.mark.anyio

BUSY = {"error": {"message": "busy"}}
LIMIT = {"error": {"message": "slow down"}}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


# --- how often and how long


@pytest.mark.parametrize(("retries", "attempts"), [(0, 1), (1, 2), (4, 5)])
async def test_attempts_are_bounded_and_each_wait_is_longer(retries: int, attempts: int) -> None:
    async with Misbehaving([says(503, BUSY)]) as server:
        asking = Asking(server.endpoint, max_retries=retries)
        failed = await asking.fail()
    assert not failed.fatal
    assert len(server.asked) == len(asking.failed) == attempts
    for slept, least in zip(asking.slept, (0.5, 2, 8, 32), strict=False):
        assert least <= slept <= 1.5 * least
    assert len(asking.slept) == retries


async def test_time_is_bounded() -> None:
    """Ten retries were allowed, but 0.5 + 2 + 8 seconds and half as much again leave no time for 32 more."""
    async with Misbehaving([says(503, BUSY)]) as server:
        asking = Asking(server.endpoint, max_retries=10, options={"max_retry_seconds": 30})
        await asking.fail()
    assert len(asking.failed) == 4
    assert asking.now < 1030


async def test_time_is_counted_from_the_first_failure() -> None:
    """A long answer that broke off is asked for again."""
    asking = Asking(options={"max_retry_seconds": 30})

    def plan(asked: Asked) -> Script:
        if asked.number == 0:
            asking.now += 3000
            return Fault.CLOSE_WITHIN.script()
        return GOOD

    async with Misbehaving(plan) as server:
        asking.endpoint = server.endpoint
        assert content(await asking.ask()) == "1\n2"


async def test_what_on_attempt_raises_ends_the_asking() -> None:
    def disk_full(_: FailedAttempt) -> None:
        raise RuntimeError("disk full")

    async with Misbehaving([says(503, BUSY)]) as server, Client(server.endpoint) as client:
        with pytest.raises(RuntimeError, match="disk full"):
            await client.ask("m", MESSAGES, Sampling(), on_attempt=disk_full)
    assert len(server.asked) == 1


# --- what the server asks to wait


DATED = "a date two minutes ahead"
"""Made when the test runs: that may be long after it was collected."""


def dated(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"retry_after": "7"}, 7, 7.7),
        ({"retry_after": "0.25"}, 0.25, 0.275),
        ({"retry_after": DATED}, 110, 132),
        ({"x_ratelimit_remaining_tokens": "0", "x_ratelimit_reset_tokens": "1m12s"}, 72, 79.2),
        ({"retry_after": "0"}, 0.5, 0.75),
        ({"retry_after": "soon"}, 0.5, 0.75),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_what_the_server_asks_to_wait_is_waited(
    status: int, headers: dict[str, str], low: float, high: float
) -> None:
    sent = {name: dated(120) if value == DATED else value for name, value in headers.items()}
    async with Misbehaving([says(status, BUSY, **sent), GOOD]) as server:
        asking = Asking(server.endpoint)
        assert content(await asking.ask()) == "1\n2"
    assert low <= asking.now - 1000 <= high


async def test_a_rate_limit_in_a_success_is_waited_for_too() -> None:
    error = {"error": {"message": "Rate limited. Please try again in 20s.", "code": 429}}
    async with Misbehaving([streams(error), GOOD]) as server:
        asking = Asking(server.endpoint)
        assert content(await asking.ask()) == "1\n2"
    assert 20 <= asking.now - 1000 <= 22


async def test_a_rate_limit_is_called_one() -> None:
    async with Misbehaving([says(429, LIMIT)]) as server:
        failed = await Asking(server.endpoint, max_retries=0).fail()
    assert str(failed) == "HTTP 429: loop limits the rate (it says: 'slow down')"


async def test_what_is_longer_than_may_be_waited_is_not_waited_at_all() -> None:
    async with Misbehaving([says(429, LIMIT, retry_after="21600")]) as server:
        asking = Asking(server.endpoint)
        failed = await asking.fail()
    assert (failed.closed, failed.fatal, failed.rate_limited) == (True, False, True)
    assert failed.retry_after == 21600
    assert asking.slept == []
    assert str(failed).endswith("(it says: 'slow down'); it asks to come back in 6 h")


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}},
        {"error": {"message": "Request too large for m on tokens per min (TPM): Limit 3, Requested 4"}},
    ],
)
async def test_a_limit_that_no_waiting_helps_against_fails_at_once(body: dict[str, Any]) -> None:
    async with Misbehaving([says(429, body, retry_after="5")]) as server:
        asking = Asking(server.endpoint)
        failed = await asking.fail()
    assert failed.fatal
    assert len(server.asked) == 1
    assert "the account is spent, or its limit below one request" in str(failed)


async def test_rate_limits_are_not_retried_where_that_is_not_wanted() -> None:
    async with Misbehaving([says(503, BUSY), says(429, LIMIT, retry_after="7")]) as server:
        asking = Asking(server.endpoint, options={"retry_rate_limits": False})
        failed = await asking.fail()
    assert failed.rate_limited
    assert not failed.fatal
    assert [attempt.status for attempt in asking.failed] == [503, 429]
    assert len(asking.slept) == 1


# --- the pace


async def test_no_more_requests_are_under_way_than_allowed() -> None:
    most, now = 0, 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.005)
        now -= 1
        await GOOD(reader, writer)

    async with Misbehaving([script]) as server:
        await Asking(server.endpoint, options={"concurrency": 3}).ask_often(12)
    assert most == 3


async def test_one_requests_retry_after_delays_the_others_too() -> None:
    """Who was told sleeps 30 seconds and a little more; who comes next, and was told nothing, just 30."""
    script = says(429, LIMIT, retry_after="30")
    async with Misbehaving([script, GOOD]) as server:
        asking = Asking(server.endpoint, options={"concurrency": 1})
        await asking.ask_often(2)
    assert len(server.asked) == 3
    own, others = max(asking.slept), min(asking.slept)
    assert others == 30 < own <= 33


async def test_nobody_is_delayed_where_rate_limits_are_not_waited_for() -> None:
    async with Misbehaving([says(429, LIMIT, retry_after="30"), GOOD]) as server:
        asking = Asking(server.endpoint, options={"retry_rate_limits": False})
        async with asking.client() as client:
            with pytest.raises(AskFailed):
                await asking.ask_by(client)
            await asking.ask_by(client)
    assert asking.slept == []


async def test_after_a_refusal_there_are_fewer_at_once_and_after_answers_more_again() -> None:
    most, now, asked = [0], 0, 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal now, asked
        asked += 1
        if asked == 1:
            return await says(429, LIMIT)(reader, writer)
        now += 1
        most[-1] = max(most[-1], now)
        await asyncio.sleep(0.005)
        now -= 1
        return await GOOD(reader, writer)

    async with Misbehaving([script]) as server:
        asking = Asking(server.endpoint, options={"concurrency": 2})
        async with asking.client() as client:
            await asking.ask_by(client)  # refused at first, and then there is one slot; its answer brings two
            assert most == [1]
            await asyncio.gather(*(asking.ask_by(client) for _ in range(6)))
    assert most == [2]


async def test_a_wait_takes_no_place_from_others() -> None:
    """With one place, the second asker gets it while the first waits for its own retry."""
    order: list[str] = []

    def plan(asked: Asked) -> Script:
        order.append(asked.body["model"])
        return says(500, BUSY) if asked.number == 0 else GOOD

    async with Misbehaving(plan) as server:
        asking = Asking(server.endpoint, options={"concurrency": 1})
        async with asking.client() as client:
            await asyncio.gather(asking.ask_by(client, "first"), asking.ask_by(client, "second"))
    assert order == ["first", "second", "first"]


async def test_an_allowance_that_runs_down_is_not_overdrawn() -> None:
    """The third answer says that nothing is left for 40 seconds, so the fourth request waits so long."""
    moments: list[float] = []
    asking = Asking(options={"concurrency": 1})

    def plan(asked: Asked) -> Script:
        moments.append(asking.now - 1000)
        left = str(max(0, 2 - asked.number))
        return says(200, ANSWER, x_ratelimit_remaining_requests=left, x_ratelimit_reset_requests="40s")

    async with Misbehaving(plan) as server:
        asking.endpoint = server.endpoint
        await asking.ask_often(4)
    assert moments == [0, 0, 0, pytest.approx(40)]


async def test_a_storm_of_rate_limits_ends_with_every_answer_and_few_refusals() -> None:
    """The server bears 5 requests at a time; 40 are asked at once."""
    now, refusals = 0, 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal now, refusals
        if now >= 5:
            refusals += 1
            await says(429, LIMIT, retry_after="1")(reader, writer)
            return
        now += 1
        await asyncio.sleep(0.002)
        await GOOD(reader, writer)
        now -= 1

    async with Misbehaving([script]) as server:
        asking = Asking(server.endpoint, max_retries=20, options={"concurrency": 40})
        answers = await asking.ask_often(200)
    assert [content(answer) for answer in answers] == ["1\n2"] * 200
    assert len(asking.failed) == refusals
    assert refusals < 100


async def test_a_cancelled_asker_gives_its_place_back() -> None:
    async with Misbehaving([Fault.STALL_BEFORE.script(), GOOD]) as server:
        endpoint = replace(server.endpoint, timeouts=Timeouts(idle=30))
        asking = Asking(endpoint, options={"concurrency": 1})
        async with asking.client() as client:
            stalled = asyncio.create_task(asking.ask_by(client))
            while not server.asked:
                await asyncio.sleep(0.001)
            waiting = asyncio.create_task(asking.ask_by(client))
            await asyncio.sleep(0)
            stalled.cancel()
            assert content(await waiting) == "1\n2"
    assert asking.failed == []
