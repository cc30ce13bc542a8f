"""An endpoint on loopback that does to its clients what servers and proxies do on bad days.

Each request is answered by a script, which writes to the connection whatever it wants. A plan chooses it.
"""

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from evals.endpoints import Endpoint, Timeouts

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in."""

    number: int
    """Counted from 0, over all connections."""
    method: str
    path: str
    headers: Mapping[str, str]
    """By names in lower case."""
    body: Body
    peer: Any
    """The other end of the connection."""


Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Plan = Callable[[Asked], Script]

EVENTS: tuple[Body, ...] = (
    {"choices": [{"delta": {"role": "assistant", "content": "1\n"}}]},
    {"choices": [{"delta": {"content": "2"}}]},
    {"choices": [{"delta": {}, "finish_reason": "stop"}]},
    {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}},
)
"""A streamed answer, `1` and `2` on lines of their own."""

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
CHUNKED = STREAM + b"Transfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """Data in HTTP's chunked coding."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def sse(*chunks: Body, done: bool = True) -> bytes:
    """Chunks as server-sent events."""
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return "".join([*lines, "data: [DONE]\n\n" if done else ""]).encode()


def response(status: int, body: Body | bytes, **headers: str) -> bytes:
    """A whole HTTP response; of the headers' names `_` becomes `-`."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/html" if isinstance(body, bytes) else "application/json"
    given = {"content-type": kind, "content-length": str(len(data)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in given.items()]
    return f"HTTP/1.1 {status} Status\r\n{''.join(lines)}\r\n".encode() + data


def writes(*pieces: bytes, end: str = "keep", pause: float = 0) -> Script:
    """Write these pieces, each by itself, and then keep the connection, close it, reset it, or stall."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if end == "close":
            writer.close()
        elif end == "reset":
            # With nothing to linger for, closing sends a reset.
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
            )
            writer.transport.abort()
        elif end == "stall":
            await reader.read()

    return script


def says(status: int, body: Body | bytes, **headers: str) -> Script:
    """A whole response."""
    return writes(response(status, body, **headers))


def streams(*chunks: Body, done: bool = True) -> Script:
    """A whole stream."""
    return writes(CHUNKED, chunk(sse(*chunks, done=done)), END)


GOOD = streams(*EVENTS)


class Fault(StrEnum):
    """What may go wrong once, and must not matter the next time."""

    STALL_BEFORE = "stall before the answer"
    STALL_WITHIN = "stall in mid-stream"
    TRICKLE = "trickle for ever"
    CLOSE_BEFORE = "close before the answer"
    CLOSE_WITHIN = "close in mid-stream"
    RESET_BEFORE = "reset before the answer"
    RESET_WITHIN = "reset in mid-stream"
    LENGTH_TOO_LONG = "a Content-Length that is too long"
    LENGTH_TOO_SHORT = "a Content-Length that is too short"
    NOT_HTTP = "what is not HTTP"
    RATE_LIMIT = "429 with Retry-After"
    RATE_LIMIT_BARE = "429 without a word"
    BUSY = "503"
    HTML_502 = "502 with HTML"
    HTML_200 = "200 with HTML"
    EMPTY = "200 without a body"
    NO_CHOICES = "200 without a choice"
    ERROR_200 = "200 with an error object"
    ERROR_WITHIN = "an error in mid-stream"
    CUT = "a stream that ends in mid-answer"

    def script(self, retry_after: str = "0.01") -> Script:
        """What a server does that has it."""
        return _scripts(retry_after)[self]


def _scripts(retry_after: str) -> dict[Fault, Script]:
    begun = sse(EVENTS[0], done=False)
    error = {"error": {"message": "upstream has gone", "code": 502}}
    html = b"<html><h1>502 Bad Gateway</h1></html>"
    return {
        Fault.STALL_BEFORE: writes(end="stall"),
        Fault.STALL_WITHIN: writes(CHUNKED, chunk(begun), end="stall"),
        Fault.TRICKLE: _trickle,
        Fault.CLOSE_BEFORE: writes(end="close"),
        Fault.CLOSE_WITHIN: writes(CHUNKED, chunk(begun), end="close"),
        Fault.RESET_BEFORE: writes(end="reset"),
        Fault.RESET_WITHIN: writes(CHUNKED, chunk(begun), end="reset"),
        Fault.LENGTH_TOO_LONG: writes(STREAM + b"Content-Length: 9999\r\n\r\n", begun, end="close"),
        Fault.LENGTH_TOO_SHORT: writes(STREAM + b"Content-Length: 30\r\n\r\n", sse(*EVENTS), end="close"),
        Fault.NOT_HTTP: writes(b"220 mail.example ESMTP\r\n\r\n", end="close"),
        Fault.RATE_LIMIT: says(429, {"error": {"message": "slow down"}}, retry_after=retry_after),
        Fault.RATE_LIMIT_BARE: says(429, {"error": {"message": "slow down"}}),
        Fault.BUSY: says(503, {"error": {"message": "busy"}}),
        Fault.HTML_502: says(502, html),
        Fault.HTML_200: says(200, html),
        Fault.EMPTY: says(200, b""),
        Fault.NO_CHOICES: says(200, {"choices": []}),
        Fault.ERROR_200: says(200, error),
        Fault.ERROR_WITHIN: streams(EVENTS[0], error),
        Fault.CUT: streams(EVENTS[0], done=False),
    }


async def _trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED + chunk(sse(EVENTS[0], done=False)))
    while not writer.is_closing():
        writer.write(chunk(b": ping\n\n"))
        await writer.drain()
        await asyncio.sleep(0.01)


def in_turn(*scripts: Script) -> Plan:
    """One script after another, whatever is asked, the last one for ever; the models are listed aside."""
    left = list(scripts)

    def plan(asked: Asked) -> Script:
        if asked.method == "GET":
            return says(200, {"data": [{"id": "m"}]})
        return left.pop(0) if len(left) > 1 else left[0]

    return plan


class Misbehaving:
    """The endpoint, as an asynchronous context manager."""

    def __init__(self, plan: Plan | Sequence[Script], *, certificates: ssl.SSLContext | None = None) -> None:
        self._plan = plan if callable(plan) else in_turn(*plan)
        self._certificates = certificates
        self._port = 0
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self.asked: list[Asked] = []

    @property
    def endpoint(self) -> Endpoint:
        """How to reach it; its port is known once it was up."""
        scheme = "http" if self._certificates is None else "https"
        url = f"{scheme}://127.0.0.1:{self._port}/v1"
        return Endpoint("loop", url, timeouts=Timeouts(connect=5, idle=5, total=20))

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.down()

    async def up(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(
            self._talk, "127.0.0.1", self._port, backlog=1024, ssl=self._certificates
        )
        self._port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Refuse connections, and drop those there are."""
        if self._server is not None:
            self._server.close()
            for talk in self._talks:
                talk.cancel()
            await asyncio.gather(*self._talks, return_exceptions=True)
            self._server = None

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                while not writer.is_closing():
                    asked = await self._hear(reader, writer)
                    self.asked.append(asked)
                    await self._plan(asked)(reader, writer)
                    await writer.drain()
        finally:
            self._talks.discard(task)
            writer.close()

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Asked:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        data = await reader.readexactly(int(headers.get("content-length", "0")))
        body = json.loads(data) if data else {}
        return Asked(len(self.asked), method, path, headers, body, writer.get_extra_info("peername"))


@contextmanager
def in_thread(plan: Plan | Sequence[Script]) -> Iterator[Misbehaving]:
    """The endpoint in a thread of its own, for callers that are not asynchronous."""
    server = Misbehaving(plan)
    loop, started, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def run() -> None:
        async with server:
            started.set()
            await stop.wait()

    def work() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    thread = threading.Thread(target=work, name="misbehaving endpoint", daemon=True)
    thread.start()
    started.wait()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
