"""A server that sends without end: memory stays small, the reason is told, and nothing is asked again."""

import asyncio
import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, get_args

import pytest

from evals.client.attempts import AskFailed
from evals.client.client import Client
from evals.client.local.context import room
from evals.client.local.facts import server_facts
from evals.endpoints import Api
from tests.evals.client.asking import ANSWER, Asking, content
from tests.servers.misbehaving import CHUNKED, END, GOOD, Asked, Misbehaving, Script, chunk, says, writes

pytestmark = pytest.mark.anyio

MEGABYTE = 1 << 20
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
PACKED = WHOLE + b"Content-Encoding: gzip\r\n\r\n"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def floods(
    head: bytes, pieces: Callable[[], Iterable[bytes]], framed: Callable[[bytes], bytes] = chunk
) -> Script:
    """Write the head, and then these pieces until nobody reads any more."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        with suppress(ConnectionError):
            for piece in pieces():
                writer.write(framed(piece))
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()

    return script


def forever(piece: bytes, begin: bytes = b"") -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        if begin:
            yield begin
        while True:
            yield piece

    return pieces


def numbered(line: Callable[[int], str]) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        number = 0
        while True:
            yield "".join(line(number + more) for more in range(1000)).encode()
            number += 1000

    return pieces


def bomb(data: bytes, begin: bytes = b"", layers: int = 1) -> Callable[[], Iterator[bytes]]:
    """Gzip that never ends: after a full flush the same packed bytes can come again."""
    first, again = begin + data, data
    for _ in range(layers):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        first = packer.compress(first) + packer.flush(zlib.Z_FULL_FLUSH)
        again = packer.compress(again) + packer.flush(zlib.Z_FULL_FLUSH)
    return forever(again, first)


def event(body: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(body)}\n\n".encode()


LONG = b"x" * (1 << 16)
DELTAS: dict[str, dict[str, Any]] = {
    "chat": {"choices": [{"delta": {"content": "x" * 60_000}}]},
    "responses": {"type": "response.output_text.delta", "output_index": 0, "delta": "x" * 60_000},
    "messages": {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": "x" * 60_000},
    },
}
PARTS: dict[str, Callable[[int], str]] = {
    "chat": lambda number: event({"choices": [{"delta": {}}], f"field{number}": "x" * 100}).decode(),
    "responses": lambda number: event(
        {"type": "response.output_text.delta", "output_index": number, "delta": "x"}
    ).decode(),
    "messages": lambda number: event(
        {"type": "content_block_delta", "index": number, "delta": {"type": "text_delta", "text": "x"}}
    ).decode(),
}
APIS = get_args(Api)


async def refused(script: Script, api: Api = "chat") -> str:
    """What one attempt at this server ends with; it is fatal, told once, and needs little memory."""
    async with Misbehaving([script]) as server:
        asking = Asking(replace(server.endpoint, api=api))
        began = time.process_time()
        failed = await asking.fail()
        took = time.process_time() - began
    assert failed.fatal
    assert len(asking.failed) == 1
    assert len(server.asked) == 1
    assert took < 60
    assert len(failed.attempt.partial or "") <= 100_000
    return str(failed)


@pytest.mark.parametrize("api", APIS)
async def test_a_whole_body(api: Api) -> None:
    begun = forever(LONG, b'{"choices": [{"message": {"content": "')
    assert "the body passed 64 MB" in await refused(floods(WHOLE + b"\r\n", begun), api)


@pytest.mark.parametrize("api", APIS)
async def test_a_line_of_a_stream(api: Api) -> None:
    assert "a line of the stream passed 32 MB" in await refused(
        floods(CHUNKED, forever(LONG, b"data: ")), api
    )


@pytest.mark.parametrize("api", APIS)
async def test_the_text_of_a_stream(api: Api) -> None:
    told = await refused(floods(CHUNKED, forever(event(DELTAS[api]))), api)
    assert "a text of the answer passed 16 million characters" in told


@pytest.mark.parametrize("api", APIS)
async def test_the_parts_of_a_stream(api: Api) -> None:
    assert "more than 10,000 parts" in await refused(floods(CHUNKED, numbered(PARTS[api])), api)


@pytest.mark.parametrize("line", [": still here\n\n", "\n", "id: 1\n", "event: ping\n\n", "\r\n"])
async def test_what_is_no_answer(line: str) -> None:
    begun = forever(line.encode() * 1000, event({"choices": [{"delta": {"content": "1"}}]}))
    assert "what the stream sends without an answer passed 4 MB" in await refused(floods(CHUNKED, begun))


async def test_events_that_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.client.incoming._LARGEST_STREAM", 8 * MEGABYTE)
    told = await refused(floods(CHUNKED, forever(event({"choices": [{"delta": {"content": ""}}]}) * 100)))
    assert "the stream passed 8 MB" in told


async def test_what_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.client.incoming._LARGE_EVENTS", 8 * MEGABYTE)
    item = {"type": "response.in_progress", "response": {"status": "in_progress", "metadata": "x" * 60_000}}
    assert "what the stream repeats passed 8 MB" in await refused(
        floods(CHUNKED, forever(event(item))), "responses"
    )


@pytest.mark.parametrize("layers", [1, 2])
async def test_a_body_that_unpacks_to_far_more(layers: int) -> None:
    head = PACKED.replace(b"gzip", b", ".join([b"gzip"] * layers))
    script = floods(head, bomb(b" " * 10 * MEGABYTE, b"[", layers))
    assert "the body passed 64 MB" in await refused(script)


async def test_a_stream_that_unpacks_to_far_more() -> None:
    head = CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    assert "a line of the stream passed" in await refused(floods(head, bomb(b"x" * 10 * MEGABYTE, b"data: ")))


@pytest.mark.parametrize("status", [400, 401, 503])
async def test_the_body_of_an_error(status: int) -> None:
    heads = (WHOLE + b"\r\n", PACKED)
    for head, pieces in zip(heads, (forever(LONG), bomb(LONG * 160)), strict=True):
        script = floods(head.replace(b"200", b"%d" % status), pieces)
        async with Misbehaving([script]) as server:
            asking = Asking(server.endpoint, max_retries=0)
            tracemalloc.start()
            failed = await asking.fail()
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert failed.attempt.status == status
        assert most < 20 * MEGABYTE
        assert len(failed.attempt.error) <= 1000


@pytest.mark.parametrize(
    "header", ["x-many-{}: {}\r\n", "x-long: {1}{1}{1}{1}{1}{1}{1}{1}{1}{1}{1}\r\n", "x{1}"]
)
async def test_headers(header: str) -> None:
    def lines() -> Iterator[bytes]:
        for number in range(100_000):
            yield header.format(number, "x" * 1000).encode()

    told = await refused(floods(b"HTTP/1.1 200 OK\r\n", lines, bytes))
    assert "its headers are larger than any server's" in told


@pytest.mark.parametrize("api", APIS)
async def test_the_next_question_is_answered(api: Api) -> None:
    """The connection of the flood is closed, and the client goes on with another."""
    answers: dict[str, dict[str, Any]] = {
        "chat": ANSWER,
        "responses": {
            "status": "completed",
            "output": [{"content": [{"type": "output_text", "text": "1\n2"}]}],
        },
        "messages": {"content": [{"type": "text", "text": "1\n2"}], "stop_reason": "end_turn"},
    }
    async with Misbehaving([floods(CHUNKED, forever(LONG, b"data: ")), says(200, answers[api])]) as server:
        asking = Asking(replace(server.endpoint, api=api))
        async with asking.client() as client:
            with pytest.raises(AskFailed):
                await asking.ask_by(client)
            assert content(await asking.ask_by(client)) == "1\n2"
    assert server.asked[0].peer != server.asked[1].peer


@pytest.mark.parametrize("packed", [False, True])
async def test_the_list_of_models_and_facts(packed: bool) -> None:
    def plan(asked: Asked) -> Script:
        return (
            floods(PACKED, bomb(b" " * 10 * MEGABYTE)) if packed else floods(WHOLE + b"\r\n", forever(LONG))
        )

    async with Misbehaving(plan) as server:
        tracemalloc.start()
        async with Client(server.endpoint) as client:
            assert (await client.models()).names is None
        assert await room(server.endpoint, "m") is None
        assert await server_facts(server.endpoint, ["m"]) == {}
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 100 * MEGABYTE


DEEP = b'{"a": ' * 3000 + b"1" + b"}" * 3000
DEEPISH = b'{"choices": [{"message": {"content": "1"}, "x": ' + b"[" * 400 + b"]" * 400 + b"}]}"
HUGE = b'{"choices": [{"message": {"content": "1"}}], "created": %s, "usage": {"prompt_tokens": %s}}'


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("body", [DEEP, DEEPISH, b"[" * 100_000, HUGE % ((b"9" * 5000,) * 2)])
async def test_json_that_nobody_can_walk_through(body: bytes, streamed: bool, api: Api) -> None:
    script = writes(CHUNKED, chunk(b"data: " + body + b"\n\n"), END) if streamed else says(200, body)
    async with Misbehaving([script]) as server:
        failed = await Asking(replace(server.endpoint, api=api), max_retries=0).fail()
    assert "not JSON" in str(failed)


@pytest.mark.parametrize("number", [b"9" * 4000, b"1e999", b"-1", b"1e300", b"NaN"])
async def test_numbers_that_are_no_counts(number: bytes) -> None:
    async with Misbehaving([says(200, HUGE % (number, number))]) as server:
        answered = await Asking(server.endpoint).ask()
    assert content(answered) == "1"
    json.dumps(answered.body, allow_nan=False)


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 6),
    "x-gzip": lambda data: gzip.compress(data, 6),
    "deflate": lambda data: zlib.compress(data, 6),
}


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "deflate, gzip", "identity", "GZIP"])
async def test_what_is_packed_is_unpacked(coding: str) -> None:
    data = json.dumps(ANSWER).encode()
    for name in coding.lower().split(", "):
        data = PACKERS.get(name, bytes)(data)
    async with Misbehaving([says(200, data, content_encoding=coding), GOOD]) as server:
        assert content(await Asking(server.endpoint).ask()) == "1\n2"
    assert server.asked[0].headers["accept-encoding"] == "gzip, deflate"


async def test_deflate_without_its_header() -> None:
    packer = zlib.compressobj(wbits=-15)
    data = packer.compress(json.dumps(ANSWER).encode()) + packer.flush()
    async with Misbehaving([says(200, data, content_encoding="deflate")]) as server:
        assert content(await Asking(server.endpoint).ask()) == "1\n2"


@pytest.mark.parametrize(("coding", "body"), [("br", b"x"), ("gzip, gzip, gzip", b"x")])
async def test_what_is_packed_in_another_way_is_refused(coding: str, body: bytes) -> None:
    async with Misbehaving([says(200, body, content_encoding=coding)]) as server:
        failed = await Asking(server.endpoint, max_retries=0).fail()
    assert "content-encoding" in str(failed)


@pytest.mark.parametrize("inside", [b"", b" "])
async def test_an_error_of_many_gzips_that_hold_next_to_nothing(inside: bytes) -> None:
    """What arrives is bounded, not only what comes of it unpacked."""
    sent = 0

    def gzips() -> Iterator[bytes]:
        nonlocal sent
        packed = gzip.compress(inside) * 100
        while True:
            sent += len(packed)
            yield packed

    async with Misbehaving([floods(PACKED.replace(b"200", b"400"), gzips)]) as server:
        failed = await Asking(server.endpoint, max_retries=0).fail()
    assert failed.attempt.status == 400
    assert sent < 8 * MEGABYTE


async def test_a_stream_that_goes_on_behind_its_packed_end() -> None:
    """One gzip behind the other: only the first is read, and the rest ends the attempt soon."""
    head = CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    packed = gzip.compress(event({"choices": [{"index": 0, "delta": {"content": "x"}}]}))
    async with Misbehaving([floods(head, forever(packed))]) as server:
        failed = await Asking(server.endpoint, max_retries=0).fail()
    assert "goes on behind its end" in failed.attempt.error
