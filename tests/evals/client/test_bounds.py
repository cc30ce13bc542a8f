"""Limits of the client, each with what is just allowed and what is just not: no server is asked."""

import asyncio
import json
import os
import random
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from tenacity import RetryCallState

from evals.client import bodies, connection, incoming
from evals.client import client as clients
from evals.client.attempts import AskFailed, Attempt, FailedAttempt
from evals.client.bodies import beginning
from evals.client.client import Client
from evals.client.connection import Connection
from evals.client.failures import (
    TurnedDown,
    is_rate_limit,
    is_transient,
    may_be_put_otherwise,
    taken_as_answer,
)
from evals.client.incoming import Incoming
from evals.client.masking import Masker
from evals.client.rate_limits import Allowances, wanted
from evals.client.secrets import Secrets, parts_of, trust
from evals.endpoints import Endpoint, Timeouts
from evals.errors import EndpointError
from evals.record.completion import MalformedReply, TooLarge
from evals.record.exchange import OURS
from evals.record.trial import Sampling
from tests.evals.client.asking import ANSWER, MESSAGES

ENDPOINT = Endpoint("mine", "http://llm.test/v1")
OVERFLOW, FILTERED = "the prompt is too long", "blocked by the content filter"

# --- what a status means


def statuses(said: str, note: str) -> list[int | None]:
    """Those with which these words are taken as an answer."""
    found: list[int | None] = []
    for status in (None, *range(200, 600)):
        error = TurnedDown(status, said, said, None) if status else MalformedReply("no", None, said)
        taken = taken_as_answer(error, Incoming(), None)
        if taken is not None and note in taken[OURS]:
            found.append(status)
    return found


def test_statuses() -> None:
    """Each stands for itself alone, as the servers use it."""
    assert statuses(OVERFLOW, "context_overflow") == [None, 400, 413, 422, 500]
    assert statuses(FILTERED, "content_filter") == [None, 400, 403, 422, 451]
    assert statuses("so", "context_overflow") == statuses("", "content_filter") == []
    every = [TurnedDown(status, "so", "so", None) for status in range(400, 600)]
    put_otherwise = [error.status for error in every if may_be_put_otherwise(error)]
    assert put_otherwise == [400, 422, 500, 501]
    assert may_be_put_otherwise(MalformedReply("no", None, "so"))
    assert not may_be_put_otherwise(TurnedDown(400, "", "", None))
    assert [status for status in range(100, 500) if is_transient(status)] == [408, 409, 425, 429]
    assert all(map(is_transient, range(500, 600)))
    assert [error.status for error in every if is_rate_limit(error)] == [429]


def test_how_much_of_a_message_is_kept() -> None:
    """A thousand characters."""
    for length in (1000, 1001):
        said = OVERFLOW.ljust(length, "x")
        taken = taken_as_answer(TurnedDown(400, said, said, None), Incoming(), None)
        assert taken is not None
        assert taken[OURS]["context_overflow"] == (said if length == 1000 else f"{said[:999]}…")


# --- how long is waited


def state(error: BaseException, attempt: int) -> RetryCallState:
    outcome = SimpleNamespace(exception=lambda: error)
    return cast("RetryCallState", SimpleNamespace(attempt_number=attempt, outcome=outcome))


def failed(retry_after: float | None) -> AskFailed:
    return AskFailed(FailedAttempt("no", 500, None, {}, "2026", 0.1), fatal=False, retry_after=retry_after)


@pytest.mark.parametrize(("drawn", "more", "asked"), [(0.0, 1.0, 1.0), (0.5, 1.25, 1.05), (1.0, 1.5, 1.1)])
def test_pauses_are_spread(drawn: float, more: float, asked: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """By up to a half, or by a tenth of what a server asks for."""
    monkeypatch.setattr(random, "random", lambda: drawn)
    pauses = [clients._pause(state(failed(None), attempt)) for attempt in (1, 2, 3, 4, 5, 9)]
    assert pauses == pytest.approx([more * wait for wait in (0.5, 2, 8, 32, 120, 120)])
    assert clients._pause(state(failed(7.0), 3)) == pytest.approx(asked * 7)


def plain_client(**options: Any) -> tuple[Client, list[float]]:
    """A client that sends nothing, and how long it was told to hold its requests."""
    client = Client(ENDPOINT, clock=lambda: 100.0, **options)
    held: list[float] = []
    client._pace.hold = held.append  # type: ignore[method-assign, assignment]
    return client, held


def test_how_long_an_answer_may_hold_others() -> None:
    """A minute, whatever it says."""
    client, held = plain_client()
    for left, reset in (("1", "9"), ("0", "59"), ("0", "61"), ("0", "600")):
        headers = [("x-ratelimit-remaining-requests", left), ("x-ratelimit-reset-requests", reset)]
        client._hold([(name.encode(), value.encode()) for name, value in headers])
    assert held == [59, 60, 60]


async def fails(client: Client, error: Exception) -> AskFailed:
    """Ask once, and get this in place of a reply."""

    async def exchange(*_: object) -> dict[str, Any]:
        raise error

    client._exchange = exchange  # type: ignore[method-assign, assignment]
    with pytest.raises(AskFailed) as caught:
        await client.ask("m", MESSAGES, Sampling(), on_attempt=lambda _: None)
    return caught.value


@pytest.mark.anyio
async def test_a_refusal_leaves_fewer_slots_and_holds_the_others() -> None:
    """Half as many as were in use, and one more after as many answers; other failures leave all."""
    client, held = plain_client(concurrency=8, max_retries=0)
    client._pace.under_way = 7
    await fails(client, TurnedDown(500, "no", "no", None))
    assert (client._pace.width, held) == (8, [])
    await fails(client, TurnedDown(429, "no", "no", 7.0))
    assert (client._pace.width, held) == (4, [7.0])

    async def exchange(*_: object) -> dict[str, Any]:
        return dict(ANSWER)

    client._exchange = exchange  # type: ignore[method-assign, assignment]
    client._pace.under_way = 0
    for _ in range(4):
        await client.ask("m", MESSAGES, Sampling(), on_attempt=lambda _: None)
    assert client._pace.width == 5


@pytest.mark.anyio
async def test_what_nobody_set_of_a_client() -> None:
    """Four retries within half an hour, of 1,024 requests at once."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    client = Client(ENDPOINT, sleep=sleep, clock=lambda: 100.0)
    assert client._pace.width == 1024
    assert (client._patience.max_retry_seconds, client._patience.retry_rate_limits) == (1800, True)
    await fails(client, OSError("broken"))
    assert len(slept) == 4


@pytest.mark.anyio
async def test_what_was_too_large_is_kept_in_part() -> None:
    """A hundred thousand characters of it; of what merely broke, all."""
    for error, kept in ((TooLarge("too much"), 100_000), (OSError("broken"), 100_001)):
        client, _ = plain_client(max_retries=0)
        told: list[FailedAttempt] = []
        text = "x" * 100_001

        async def exchange(_: object, attempt: Attempt, error: Exception = error, text: str = text) -> Any:
            attempt.incoming.feed(f'data: {{"choices": [{{"delta": {{"content": "{text}"}}}}]}}\n\n'.encode())
            raise error

        client._exchange = exchange  # type: ignore[method-assign, assignment]
        with pytest.raises(AskFailed):
            await client.ask("m", MESSAGES, Sampling(), on_attempt=told.append)
        assert len(told[0].partial or "") == kept


def test_seconds_to_the_thousandth(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clock of ours is better."""
    monkeypatch.setattr(time, "monotonic", lambda: 100.12345)
    attempt = Attempt({"max_tokens": 5}, Incoming(), _started=100.0)
    assert attempt.answered({}).seconds == 0.123
    assert attempt.budget == 5
    assert Attempt({"max_completion_tokens": 6}, Incoming(), _started=0).budget == 6
    assert Attempt({"max_tokens": "x"}, Incoming(), _started=0).budget is None


# --- how much is read


def chunk(size: int) -> bytes:
    """A line of a stream of so many bytes, its end included."""
    line = 'data: {"choices": [{"delta": {"content": ""}}]}\n'
    return (line[:42] + "x" * (size - len(line)) + line[42:]).encode()


def fits(*parts: bytes) -> bool:
    reader = Incoming()
    try:
        for part in parts:
            reader.feed(part)
    except TooLarge:
        return False
    return True


@pytest.mark.parametrize("more", [0, 1])
def test_the_most_that_is_read(more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a body, of a line, of silence, of large events, of a stream: to the byte."""
    assert len(chunk(100)) == 100
    small = {"_LARGEST_BODY": 100, "_LARGEST_EVENT": 200, "_LARGEST_STREAM": 1000}
    for name, most in {**small, "_MOST_SILENCE": 300, "_SMALL": 120, "_LARGE_EVENTS": 400}.items():
        monkeypatch.setattr(incoming, name, most)
    within = not more
    assert fits(b"x" * 50, b"x" * (50 + more)) is within
    assert fits(chunk(100), b"data: ".ljust(200 + more, b"x")) is within
    assert fits(chunk(100), b"data: ".ljust(100, b"x"), b"x" * (100 + more)) is within
    assert fits(chunk(100), b":".ljust(99, b"x") + b"\n", b":".ljust(199 + more, b"x") + b"\n") is within
    assert fits(chunk(100), b"\n" * 290, chunk(100), b"\n" * (300 + more)) is within
    assert fits(*[chunk(100)] * 9, chunk(100 + more)) is within
    large = chunk(207)
    assert fits(large, chunk(100), chunk(207 + more)) is within


def test_the_most_that_is_promised() -> None:
    """In bytes; and a hundred lines of an event, together a megabyte."""
    assert (incoming._LARGEST_BODY, incoming._LARGEST_EVENT) == (64 << 20, 32 << 20)
    assert (incoming._LARGEST_STREAM, incoming._LARGE_EVENTS) == (512 << 20, 128 << 20)
    assert (incoming._MOST_SILENCE, incoming._LARGEST_LINES, incoming._SMALL) == (4 << 20, 1 << 20, 1 << 10)
    assert (connection._ERROR_BODY, connection._LIST) == (1 << 16, 8 << 20)
    for lines, told in ((100, False), (101, True)):
        reader = Incoming()
        feed = b"data: [1,\n" * lines
        if told:
            with pytest.raises(MalformedReply, match=r"the stream holds what is not JSON: '\[1,'"):
                reader.feed(feed)
        else:
            reader.feed(feed)


def test_how_much_of_what_is_no_json_is_kept() -> None:
    """Four thousand characters for whoever looks for the reason, a hundred and twenty for the message."""
    reader = Incoming()
    with pytest.raises(MalformedReply) as caught:
        reader.feed(b"data: " + b"x" * 5000 + b"\n\n")
    assert caught.value.said == "x" * 4000
    assert str(caught.value).endswith(f"'{'x' * 119}…'")


class Fake(httpx.AsyncByteStream):
    """A body in pieces, which counts those that were asked for."""

    def __init__(self, *parts: bytes) -> None:
        self.parts, self.asked = parts, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            self.asked += 1
            yield part


@pytest.mark.anyio
async def test_a_body_of_at_most_so_many_bytes() -> None:
    for most, body in ((6, b"abcdef"), (5, None)):
        response = httpx.Response(200, stream=Fake(b"abc", b"def"))
        assert await beginning(response, most) == body
    with pytest.raises(httpx.DecodingError, match="is gzip, gzip, gzip, not gzip, deflate"):
        bodies._unpackings(httpx.Response(200, headers={"content-encoding": "gzip, gzip, gzip"}))
    twice = httpx.Response(200, headers={"content-encoding": "gzip, identity, , deflate"})
    assert [one._may_lack_header for one in bodies._unpackings(twice)] == [True, False]


def plain_connection() -> Connection:
    return Connection(ENDPOINT, Timeouts(), Secrets(ENDPOINT))


@pytest.mark.anyio
async def test_the_beginning_of_a_refusal() -> None:
    """It is read up to more than 65,536 bytes; a status that passes keeps its wait, another has none."""
    stream = Fake(*[b"x" * (1 << 15)] * 5)
    error = await plain_connection()._turned_down(
        httpx.Response(503, headers={"retry-after": "7"}, stream=stream)
    )
    assert (len(error.body), stream.asked, error.wait) == (3 << 15, 3, 7)
    refused = httpx.Response(400, headers={"retry-after": "7"}, stream=Fake(b'{"error": "no"}'))
    error = await plain_connection()._turned_down(refused)
    assert (error.status, error.said, error.wait) == (400, "no", None)
    moved = httpx.Response(301, headers={"location": "http://other.test"}, stream=Fake(b"so"))
    assert (await plain_connection()._turned_down(moved)).said == "http://other.test"


@pytest.mark.anyio
async def test_how_long_a_stream_may_linger() -> None:
    """A second behind its end, and five behind its last piece; once each."""
    chosen = {"choices": [{"delta": {"content": "1"}, "finish_reason": "stop"}]}
    last, end = f"data: {json.dumps(chosen)}\n\n".encode(), b"data: [DONE]\n\n"
    for parts, waits in (
        ((last, end), [5.0, 1.0]),
        ((last + end,), [1.0]),
        ((last, b"\n", b"\n"), [5.0] * 3),
    ):
        now, until = asyncio.get_running_loop().time(), list[float]()
        limit = cast("asyncio.Timeout", SimpleNamespace(reschedule=until.append))
        await connection._read(httpx.Response(200, stream=Fake(*parts)), Incoming(), limit)
        assert [round(moment - now, 1) for moment in until] == waits


@pytest.mark.anyio
async def test_a_connection_is_opened_and_closed() -> None:
    """With all that it holds."""
    done: list[str] = []

    class Http:
        headers = httpx.Headers({"accept": "x"})

        async def __aenter__(self) -> None:
            done.append("opened")

        async def __aexit__(self, *_: object) -> None:
            done.append("closed")

        def transport(self, url: httpx.URL) -> None:
            assert str(url).endswith("/chat/completions")

    made = plain_connection()
    made._new = Http  # type: ignore[method-assign, assignment]
    async with made:
        assert done == ["opened"]
        assert made._always.multi_items() == [("accept", "x"), ("content-type", "application/json")]
    assert done == ["opened", "closed"]
    assert connection._LIMITS.keepalive_expiry == 3.0
    waiting = plain_connection()._waiting(7.0)
    assert (waiting.read, waiting.write, waiting.connect, waiting.pool) == (
        7,
        None,
        *[Timeouts().connect] * 2,
    )


# --- what a server asks to wait


@pytest.mark.parametrize(
    ("value", "now", "seconds"),
    [
        ("999999999", 1e9 - 5, 999_999_999),
        ("1000000000", 1e9 - 5, 5),
        ("999999999999", 999_999_999_994, 5),
        ("1000000000000", 1e9 - 5, 5),
        ("2026-01-01T02:00:10+02:00", 1_767_225_600, 10),
        ("2026-01-01T00:00:10", 1_767_225_600, 10),
        ("2026-01-01T00:00:10Z", 1_767_225_600, 10),
        ("Thu, 01 Jan 2026 00:00:10 GMT", 1_767_225_600, 10),
        ("Thu, 01 Jan 2026 02:00:10 +0200", 1_767_225_600, 10),
        ("2025-12-31T23:59:59", 1_767_225_600, None),
        ("0", 0, None),
        ("soon", 0, None),
        ("1e999", 0, None),
    ],
)
def test_durations_timestamps_and_dates(value: str, now: float, seconds: float | None) -> None:
    """In any zone; a number is a timestamp from 10^9 on, and one of milliseconds from 10^12 on."""
    assert wanted({"retry-after": value}, "", now) == seconds


def test_of_several_allowances() -> None:
    """Until all that are used up are renewed, or else the first; one never seen counts for nothing."""

    def headers(**told: object) -> list[tuple[bytes, bytes]]:
        return [
            (f"x-ratelimit-{name.replace('_', '-')}".encode(), str(value).encode())
            for name, value in told.items()
        ]

    used = {"remaining_requests": 0, "reset_requests": 5, "remaining_tokens": 0, "reset_tokens": 9}
    plain = {name.decode(): value.decode() for name, value in headers(**used)}
    assert wanted(plain, "", 0) == 9
    assert wanted({**plain, "x-ratelimit-remaining-tokens": "1"}, "", 0) == 5
    left = {**plain, "x-ratelimit-remaining-tokens": "1", "x-ratelimit-remaining-requests": "1"}
    assert wanted(left, "", 0) == 5
    seen = Allowances()
    assert seen.pause(headers(**used), 0) is None
    assert seen.pause(headers(remaining_requests=1, remaining_tokens=1), 0) is None
    assert seen.pause(headers(**used), 0) == 9
    assert seen.pause(headers(**used | {"remaining_tokens": 1}), 0) == 5
    assert seen.pause(headers(remaining_requests=0), 0) is None


# --- what is masked


@pytest.mark.parametrize(("levels", "masked"), [(1, True), (4, True), (5, False)])
def test_how_often_a_secret_may_be_escaped(levels: int, masked: bool) -> None:
    """Four times, one in the other."""
    escaped = "%" + "25" * (levels - 1) + "2D"
    text = f"so key{escaped}0123456789 it goes"
    assert Masker(["key-0123456789"]).mask(text) == ("so *** it goes" if masked else text)


def test_the_shortest_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a key four characters, of a header of the spec eight; in a model's text none that may be chance."""
    for key, is_hidden in (("abc", False), ("abcd", True)):
        monkeypatch.setenv("MINE_KEY", key)
        secrets = Secrets(Endpoint("mine", "http://llm.test/v1", key_variable="MINE_KEY"))
        assert (secrets.hide(f"so {key}!") == "so ***!") is is_hidden
        assert secrets.headers["authorization"] == f"Bearer {key}"
    for value, is_hidden in (("x7y8z9w", False), ("x7y8z9wv", True)):
        secrets = Secrets(Endpoint("mine", "http://llm.test/v1", headers={"X-Other": value}))
        assert (secrets.hide(f"so {value}!") == "so ***!") is is_hidden
        assert (secrets.scrub({"a": [f"so {value}!", 7]}) == {"a": ["so ***!", 7]}) is is_hidden
    for key, is_certain in (
        ("abcdefghijklmno", False),
        ("abcdefghijklmnop", True),
        ("abcdefg1", True),
        ("abcdef1", False),
    ):
        monkeypatch.setenv("MINE_KEY", key)
        secrets = Secrets(Endpoint("mine", "http://llm.test/v1", key_variable="MINE_KEY"))
        assert (secrets.scrub(key) == "***") is is_certain


def test_the_shortest_coded_form() -> None:
    """Eight characters of base64 or hexadecimal; shorter ones may be words."""
    for secret, hidden in (("abc", False), ("abcd", True)):
        text = f"so {secret.encode().hex()} it goes"
        assert (Masker([secret]).mask(text) != text) is hidden


def test_the_parts_of_a_secret() -> None:
    """Words of eight characters without their scheme, what is assigned, the parts of a token."""
    assert list(parts_of("Bearer abcdefg")) == ["Bearer abcdefg"]
    assert list(parts_of("Bearer abcdefgh")) == ["Bearer abcdefgh", "abcdefgh", "abcdefgh"]
    token = "aaaaaaaa.bbbbbbbb.ccccccc"
    assert set(parts_of(token)) == {token, "aaaaaaaa", "bbbbbbbb"}
    assert set(parts_of(f"{token}.dddddddd")) == {f"{token}.dddddddd"}
    assert set(parts_of("a=12345678=; b=1234567")) == {
        "a=12345678=; b=1234567",
        "a=12345678=",
        "12345678",
        "b=1234567",
    }


def test_certificates_are_in_a_file(tmp_path: Path) -> None:
    """What is none is told at once, and nobody waits for who writes to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for path, told in (
        (Path("/dev/null"), "it is a device"),
        (tmp_path, "Is a directory"),
        (tmp_path / "a", "No such"),
    ):
        with pytest.raises(EndpointError, match=f"cannot read the certificates in '.*': {told}"):
            trust(path, context)
    (tmp_path / "a").write_text("so")
    with pytest.raises(EndpointError, match="cannot read the certificates"):
        trust(tmp_path / "a", context)


def test_certificates_are_read_only_where_one_may_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise none is trusted; a proxy may show one for a server that has none."""
    for name in (*os.environ,):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    plain, secure = ENDPOINT, Endpoint("mine", "https://llm.test/v1")
    trusted = connection.certificates(secure)
    assert connection.certificates(plain) is not trusted
    assert connection.certificates(plain).verify_mode is ssl.CERT_REQUIRED
    assert connection.certificates(plain).get_ca_certs() == []
    monkeypatch.setenv("http_proxy", "https://proxy.test")
    assert connection.certificates(plain) is trusted


def test_a_refusal_names_its_status() -> None:
    assert str(TurnedDown(429, "so", "so", None)) == "429"
