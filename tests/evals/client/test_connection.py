"""Whatever a connection dies of, the client says so in time, keeps what came, and tries again."""

import asyncio
import json
import random
import socket
from dataclasses import replace
from typing import Any

import pytest

from evals.client.attempts import FailedAttempt
from evals.client.client import Client
from evals.endpoints import Timeouts
from evals.record.trial import Sampling
from tests.evals.client.asking import ANSWER, MESSAGES, Asking, content
from tests.servers.misbehaving import (
    CHUNKED,
    END,
    EVENTS,
    GOOD,
    STREAM,
    Asked,
    Fault,
    Misbehaving,
    Script,
    chunk,
    response,
    says,
    sse,
    streams,
    writes,
)

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


async def test_a_stream_is_the_same_in_any_pieces() -> None:
    data = "".join(f"data: {json.dumps(event, ensure_ascii=False)}\r\n\r\n" for event in EVENTS)
    data = (": hello\r\n\r\n" + data).replace('"2"', '"é→😀"') + "data: [DONE]\r\n\r\n"
    bytewise = [chunk(bytes([byte])) for byte in data.encode()]
    async with Misbehaving([writes(CHUNKED, *bytewise, END), GOOD]) as server:
        asking = Asking(server.endpoint, max_retries=0)
        assert content(await asking.ask()) == "1\né→😀"
        assert content(await asking.ask()) == "1\n2"


async def test_a_connection_is_used_again() -> None:
    async with Misbehaving([GOOD]) as server, Client(server.endpoint) as client:
        for _ in range(5):
            await Asking(server.endpoint).ask_by(client)
    assert len({asked.peer for asked in server.asked}) == 1


@pytest.mark.parametrize("end", ["close", "reset"])
async def test_a_kept_connection_that_was_closed_meanwhile_is_replaced_in_silence(end: str) -> None:
    """Whichever way the server closes it, after any answer and without a word."""
    whole = response(200, {"choices": [{"message": {"content": "1"}, "finish_reason": "stop"}]})

    async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await writes(whole)(reader, writer)
        # What is sent on this connection from now on is never read.
        await reader.readexactly(1)
        await writes(end=end)(reader, writer)

    async with Misbehaving([closes]) as server, Client(server.endpoint) as client:
        for _ in range(4):
            asking = Asking(server.endpoint, max_retries=0)
            assert content(await asking.ask_by(client)) == "1"
            assert asking.failed == []


async def test_a_connection_that_breaks_while_the_server_works_is_a_failed_attempt() -> None:
    """It is not a kept one that was closed: the server had begun."""

    async def breaks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1.2)
        await writes(end="reset")(reader, writer)

    async with Misbehaving([GOOD, breaks, GOOD]) as server, Client(server.endpoint) as client:
        assert content(await Asking(server.endpoint).ask_by(client)) == "1\n2"
        asking = Asking(server.endpoint)
        assert content(await asking.ask_by(client)) == "1\n2"
        assert len(asking.failed) == 1


async def test_a_finished_answer_whose_stream_goes_on_is_taken_after_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("evals.client.connection._AFTER_LAST", 0.05)
    held = writes(CHUNKED, chunk(sse(*EVENTS[:3], done=False)), end="stall")
    async with Misbehaving([held]) as server:
        asking = Asking(replace(server.endpoint, timeouts=Timeouts(idle=30)), max_retries=0)
        async with asyncio.timeout(5):
            assert content(await asking.ask()) == "1\n2"


async def test_a_server_that_holds_the_line_after_done_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("evals.client.connection._LINGER", 0.05)
    async with Misbehaving([writes(CHUNKED, chunk(sse(*EVENTS)), end="stall")]) as server:
        asking = Asking(replace(server.endpoint, timeouts=Timeouts(idle=30)))
        async with asyncio.timeout(5):
            assert content(await asking.ask()) == "1\n2"


@pytest.mark.parametrize("end", ["close", "reset"])
@pytest.mark.parametrize("head", [CHUNKED, STREAM + b"Content-Length: 9999\r\n\r\n", STREAM + b"\r\n"])
async def test_a_broken_stream_is_asked_again_and_its_text_kept(head: bytes, end: str) -> None:
    start = sse(*EVENTS[:2], done=False)
    broken = writes(head, chunk(start) if head is CHUNKED else start, end=end)
    async with Misbehaving([broken, GOOD]) as server:
        asking = Asking(server.endpoint)
        assert content(await asking.ask()) == "1\n2"
    (failed,) = asking.failed
    assert (failed.status, failed.partial) == (200, "1\n2") or (
        end == "reset" and failed.partial in (None, "1\n")
    )


async def test_a_stream_that_breaks_after_its_answer_is_an_answer() -> None:
    async with Misbehaving([writes(CHUNKED, chunk(sse(*EVENTS, done=False)), end="close")]) as server:
        assert content(await Asking(server.endpoint, max_retries=0).ask()) == "1\n2"


async def test_a_stalled_stream_is_left_after_the_idle_time_and_its_text_kept() -> None:
    stalled = writes(CHUNKED, chunk(sse(EVENTS[0], done=False)), end="stall")
    async with Misbehaving([stalled, GOOD]) as server:
        asking = Asking(replace(server.endpoint, timeouts=Timeouts(connect=5, idle=0.1)))
        assert content(await asking.ask()) == "1\n2"
    (failed,) = asking.failed
    assert failed.partial == "1\n"
    assert "nothing came from http://127.0.0.1:" in failed.error
    assert failed.error.endswith("for 0.1 s (the endpoint's idle_seconds)")


async def test_a_server_that_never_answers_is_left_after_the_idle_time() -> None:
    async with Misbehaving([writes(end="stall")]) as server:
        failed = await Asking(replace(server.endpoint, timeouts=Timeouts(idle=0.1)), max_retries=0).fail()
    assert "idle_seconds" in str(failed)
    assert failed.attempt.status is None


async def test_a_stream_that_trickles_for_ever_is_left_after_the_total_time() -> None:
    async with Misbehaving([Fault.TRICKLE.script()]) as server:
        asking = Asking(replace(server.endpoint, timeouts=Timeouts(idle=5, total=0.2)), max_retries=0)
        failed = await asking.fail()
    assert str(failed) == "no whole answer within 0.2 s (the endpoint's total_seconds)"
    assert failed.attempt.partial == "1\n"


@pytest.mark.parametrize("end", ["close", "reset"])
async def test_a_connection_that_dies_before_an_answer_is_tried_again(end: str) -> None:
    async with Misbehaving([writes(end=end), GOOD]) as server:
        asking = Asking(server.endpoint)
        assert content(await asking.ask()) == "1\n2"
    assert asking.failed[0].status is None
    assert server.endpoint.base_url in asking.failed[0].error


async def test_a_refusal_whose_body_breaks_off_is_a_refusal() -> None:
    head = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 99\r\n\r\n"
    async with Misbehaving([writes(head + b"no, beca", end="close")]) as server:
        failed = await Asking(server.endpoint).fail()
    assert failed.fatal
    assert failed.attempt.status == 403
    assert "no, beca (and breaks off)" in str(failed)


HASTY = Timeouts(connect=5, idle=0.1, total=0.3)


@pytest.mark.parametrize("fault", Fault)
async def test_whatever_goes_wrong_once_is_told_in_a_line_and_tried_again(fault: Fault) -> None:
    async with Misbehaving([fault.script(), GOOD]) as server:
        asking = Asking(replace(server.endpoint, timeouts=HASTY))
        assert content(await asking.ask()) == "1\n2"
    (failed,) = asking.failed
    assert failed.error.isprintable()
    assert 10 < len(failed.error) < 400
    assert failed.partial in (None, "1\n")
    assert len(server.asked) == 2


async def test_a_storm_of_faults_leaves_every_asker_with_one_right_answer() -> None:
    """Each of 200 meets up to four faults, the same each time, of every kind."""
    kinds = [fault for fault in Fault if fault not in (Fault.TRICKLE, Fault.STALL_BEFORE, Fault.STALL_WITHIN)]

    def plan(asked: Asked) -> Script:
        number, seen = int(asked.headers["x-number"]), counts
        turn = seen[number] = seen.get(number, -1) + 1
        draw = random.Random(f"{number}/{turn}")
        if turn < 4 and draw.random() < 0.4:
            fault = draw.choice(kinds)
            closed[number] = closed.get(number, 0) + (fault in (Fault.CLOSE_BEFORE, Fault.RESET_BEFORE))
            return fault.script()
        return streams({"choices": [{"delta": {"content": str(number)}, "finish_reason": "stop"}]})

    counts: dict[int, int] = {}
    closed: dict[int, int] = {}
    """What looks like a kept connection that was closed meanwhile, where the connection is not new."""
    told: dict[int, list[FailedAttempt]] = {number: [] for number in range(200)}
    async with Misbehaving(plan) as server, Asking(server.endpoint).client() as client:

        async def ask(number: int) -> str:
            heads = {"x-number": str(number)}
            note = told[number].append
            return content(await client.ask("m", MESSAGES, Sampling(), on_attempt=note, extra_headers=heads))

        answers = await asyncio.gather(*map(ask, range(200)))
    assert answers == [str(number) for number in range(200)]
    assert sum(map(len, told.values())) > 80
    for number, failed in told.items():
        assert counts[number] - closed.get(number, 0) <= len(failed) <= counts[number]


async def test_a_refused_connection_says_so() -> None:
    async with Misbehaving([GOOD]) as server:
        endpoint = server.endpoint
    asking = Asking(endpoint, max_retries=2)
    failed = await asking.fail()
    assert (
        str(failed) == f"cannot connect to {endpoint.base_url} (Connection refused): is the server running?"
    )
    assert len(asking.failed) == 3
    assert not failed.fatal


async def test_a_server_that_is_down_for_a_while_is_found_again() -> None:
    """Also by a client that has connections to it from before."""
    async with Misbehaving([GOOD]) as server:
        asking = Asking(server.endpoint)

        async def sleep(seconds: float) -> None:
            asking.slept.append(seconds)
            if len(asking.slept) == 2:
                await server.up()

        asking.options = {"sleep": sleep}
        async with Client(server.endpoint, sleep=sleep) as client:
            assert content(await asking.ask_by(client)) == "1\n2"
            await server.down()
            assert content(await asking.ask_by(client)) == "1\n2"
    assert len(asking.slept) == len(asking.failed) == 2


async def test_an_unknown_host_is_told_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    failed = await Asking(max_retries=0).fail()
    assert str(failed) == "cannot find the host of http://llm.test/v1: check its base_url"


async def test_a_host_that_cannot_be_looked_up_in_time_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> list[Any]:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    endpoint = replace(Asking().endpoint, timeouts=Timeouts(connect=0.1))
    async with asyncio.timeout(5):
        failed = await Asking(endpoint, max_retries=0).fail()
    assert str(failed) == "no connection to http://llm.test/v1 within 0.1 s (the endpoint's connect_seconds)"


async def test_a_list_of_models_that_never_comes_is_not_waited_for() -> None:
    async with Misbehaving(lambda _: Fault.STALL_BEFORE.script()) as server:
        async with Client(server.endpoint, timeouts=Timeouts(connect=0.1)) as client:
            offered = await client.models()
        assert offered.error == f"no answer came from {server.endpoint.base_url} in time"


async def test_an_interrupted_ask_is_no_failed_attempt() -> None:
    async with Misbehaving([writes(CHUNKED, end="stall")]) as server:
        asking = Asking(server.endpoint)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await asking.ask()
    assert asking.failed == []


async def test_many_requests_are_under_way_at_once() -> None:
    """None waits for another's connection: all have come in before the first is answered."""
    everybody = asyncio.Barrier(150)

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await everybody.wait()
        await GOOD(reader, writer)

    async with Misbehaving([script]) as server, Client(server.endpoint) as client, asyncio.timeout(8):
        answers = await asyncio.gather(*(Asking(server.endpoint).ask_by(client) for _ in range(150)))
    assert {content(answer) for answer in answers} == {"1\n2"}


async def test_a_whole_plain_answer_is_taken_though_the_connection_breaks_behind_it() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
    async with Misbehaving([writes(head + json.dumps(ANSWER).encode(), end="close")]) as server:
        answered = await Asking(server.endpoint, max_retries=0).ask()
    assert content(answered) == "1\n2"
    assert not answered.streamed


def late(data: bytes) -> Script:
    """A server that is silent until its answer is whole."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(data)

    return script


@pytest.mark.parametrize("by", ["the endpoint", "the request"])
async def test_a_server_that_was_not_asked_to_stream_may_be_silent(by: str) -> None:
    async with Misbehaving([late(response(200, ANSWER))]) as server:
        endpoint = replace(server.endpoint, timeouts=Timeouts(idle=0.1, total=5))
        if by == "the endpoint":
            asking = Asking(replace(endpoint, stream=False), max_retries=0)
        else:
            asking = Asking(endpoint, max_retries=0, sampling=Sampling(extra={"stream": False}))
        assert content(await asking.ask()) == "1\n2"


async def test_a_server_that_did_not_stream_when_asked_to_may_be_silent_the_next_time() -> None:
    async with Misbehaving([says(200, ANSWER), late(response(200, ANSWER))]) as server:
        asking = Asking(replace(server.endpoint, timeouts=Timeouts(idle=0.1, total=5)), max_retries=0)
        async with asking.client() as client:
            for _ in range(2):
                assert content(await asking.ask_by(client)) == "1\n2"


async def test_an_answer_says_whether_it_was_streamed() -> None:
    async with Misbehaving([GOOD]) as server:
        assert (await Asking(server.endpoint).ask()).streamed
