"""The client brings a whole reply, or says in one line why there is none and what to do."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import respx

from evals.client import Answered, AskFailed, Client, FailedAttempt
from evals.endpoints import Endpoint, Timeouts
from evals.errors import EndpointError
from evals.trials import Sampling
from evals.wire import read_completion

pytestmark = pytest.mark.anyio

KEY = "sk-0123456789abcdef"
ENDPOINT = Endpoint("mine", "http://llm.test/v1", key_variable="MINE_KEY")
URL = f"{ENDPOINT.base_url}/chat/completions"
MESSAGES = [{"role": "user", "content": "Count to 2."}]
ANSWER = {"choices": [{"message": {"content": "1\n2"}, "finish_reason": "stop"}]}
EVENTS: list[dict[str, Any]] = [
    {"choices": [{"delta": {"content": "1\n"}}]},
    {"choices": [{"delta": {"content": "2"}}]},
    {"choices": [{"delta": {}, "finish_reason": "stop"}]},
]


def stream(*chunks: dict[str, Any], done: bool = True) -> bytes:
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return "".join([*lines, "data: [DONE]\n\n" if done else ""]).encode()


def content(answered: Answered) -> str:
    return read_completion(answered.body).content


@dataclass
class Asking:
    """One way of asking, and what came of it."""

    endpoint: Endpoint = ENDPOINT
    max_retries: int = 4
    sampling: Sampling = field(default_factory=Sampling)
    headers: dict[str, str] = field(default_factory=dict)
    failed: list[FailedAttempt] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def ask(self) -> Answered:
        async with Client(self.endpoint, max_retries=self.max_retries, sleep=self.sleep) as client:
            return await self.ask_by(client)

    async def ask_by(self, client: Client) -> Answered:
        return await client.ask(
            "m", MESSAGES, self.sampling, extra_headers=self.headers, on_attempt=self.failed.append
        )

    async def fail(self) -> AskFailed:
        with pytest.raises(AskFailed) as caught:
            await self.ask()
        assert caught.value.attempt is self.failed[-1]
        assert str(caught.value) == self.failed[-1].error
        return caught.value


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE_KEY", KEY)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Any:
    with respx.mock(using="httpx", assert_all_called=False) as router:
        yield router


# --- what is sent


async def test_only_what_was_asked_for_is_sent(server: respx.MockRouter) -> None:
    route = server.post(URL).respond(content=stream(*EVENTS))
    answered = await Asking().ask()
    request = route.calls.last.request
    assert json.loads(request.content) == {**answered.sent, "messages": MESSAGES}
    assert answered.sent == {"model": "m", "stream": True, "stream_options": {"include_usage": True}}
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["user-agent"].startswith("cantwont/")
    assert content(answered) == "1\n2"
    assert answered.status == 200
    assert datetime.fromisoformat(answered.at).tzinfo == UTC
    assert 0 <= answered.seconds < 5


async def test_sampling_and_headers_go_along(server: respx.MockRouter) -> None:
    route = server.post(URL).respond(json=ANSWER)
    sampling = Sampling(max_tokens=9, temperature=0, extra={"top_k": 3, "messages": "x", "model": "y"})
    endpoint = replace(ENDPOINT, headers={"X-Title": "cantwont"}, stream=False)
    answered = await Asking(endpoint, sampling=sampling, headers={"X-Trial": "t1"}).ask()
    sent = json.loads(route.calls.last.request.content)
    assert sent == {"model": "m", "max_tokens": 9, "temperature": 0, "top_k": 3, "messages": MESSAGES}
    assert answered.sent == {name: value for name, value in sent.items() if name != "messages"}
    assert route.calls.last.request.headers["x-title"] == "cantwont"
    assert route.calls.last.request.headers["x-trial"] == "t1"


async def test_streaming_can_be_turned_off_by_the_user(server: respx.MockRouter) -> None:
    server.post(URL).respond(json=ANSWER)
    answered = await Asking(sampling=Sampling(extra={"stream": False})).ask()
    assert answered.sent == {"model": "m", "stream": False}


async def test_a_lone_surrogate_can_be_sent(server: respx.MockRouter) -> None:
    route = server.post(URL).respond(json=ANSWER)
    messages = [{"role": "user", "content": "\ud83d"}]
    async with Client(ENDPOINT, max_retries=0) as client:
        await client.ask("m", messages, Sampling(), on_attempt=print)
    assert json.loads(route.calls.last.request.content)["messages"] == messages


async def test_without_a_key_no_authorization_is_sent(
    server: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINE_KEY")
    route = server.post(URL).respond(json=ANSWER)
    await Asking().ask()
    assert "authorization" not in route.calls.last.request.headers


def test_a_missing_key_is_told_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MINE_KEY")
    with pytest.raises(EndpointError, match="MINE_KEY"):
        Client(replace(ENDPOINT, needs_key=True))


async def test_a_header_from_the_environment_is_sent(
    server: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE", "az-secret")
    route = server.post(URL).respond(json=ANSWER)
    await Asking(replace(ENDPOINT, header_variables={"api-key": "AZURE"})).ask()
    assert route.calls.last.request.headers["api-key"] == "az-secret"


async def test_a_plain_body_is_taken_for_a_stream(server: respx.MockRouter) -> None:
    server.post(URL).respond(json=ANSWER)
    assert content(await Asking().ask()) == "1\n2"


# --- statuses and bodies

ERROR = {"error": {"message": "because\x1b[31m of this"}}
SAYS = r"it says: 'because\\x1b\[31m of this'"


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 529])
async def test_what_may_pass_is_retried_and_each_attempt_told(server: respx.MockRouter, status: int) -> None:
    route = server.post(URL)
    route.side_effect = [httpx.Response(status, json=ERROR), httpx.Response(200, content=stream(*EVENTS))]
    asking = Asking()
    assert content(await asking.ask()) == "1\n2"
    (failed,) = asking.failed
    assert failed.status == status
    assert failed.error.startswith(f"HTTP {status}: mine ")
    assert failed.partial is None
    assert failed.sent["model"] == "m"
    assert len(asking.slept) == 1


@pytest.mark.parametrize(("retries", "attempts"), [(0, 1), (1, 2), (4, 5)])
async def test_retries_are_bounded(server: respx.MockRouter, retries: int, attempts: int) -> None:
    route = server.post(URL).respond(503, json=ERROR)
    asking = Asking(max_retries=retries)
    failed = await asking.fail()
    assert not failed.fatal
    assert route.call_count == len(asking.failed) == attempts
    assert len(asking.slept) == retries
    assert all(0.5 * 2**number <= slept <= 0.5 * 2**number + 0.5 for number, slept in enumerate(asking.slept))


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, rf"^HTTP 400: mine turned the request down \({SAYS}\)$"),
        (401, rf"^HTTP 401: mine refused the key: check the environment variable MINE_KEY \({SAYS}\)$"),
        (402, "wants to be paid"),
        (403, "refused the key"),
        (404, "has nothing at http://llm.test/v1/chat/completions"),
        (405, "has nothing at"),
        (413, "turned the request down"),
        (422, "turned the request down"),
    ],
)
async def test_what_cannot_pass_fails_at_once_and_says_what_to_do(
    server: respx.MockRouter, status: int, says: str
) -> None:
    server.get(f"{ENDPOINT.base_url}/models").respond(404)
    route = server.post(URL).respond(status, json=ERROR)
    asking = Asking()
    failed = await asking.fail()
    assert failed.fatal
    assert route.call_count == 1
    assert (failed.attempt.status, asking.slept) == (status, [])
    assert re.search(says, str(failed))


async def test_a_server_that_wants_a_key_and_got_none_is_told_so(server: respx.MockRouter) -> None:
    server.post(URL).respond(401)
    failed = await Asking(replace(ENDPOINT, key_variable=None)).fail()
    assert "mine asks for a key: put it into an environment variable" in str(failed)


async def test_a_redirect_is_told_with_its_target(server: respx.MockRouter) -> None:
    server.post(URL).respond(308, headers={"location": "https://llm.test/v1/chat/completions"})
    failed = await Asking().fail()
    assert failed.fatal
    assert "change its base_url (it says: 'https://llm.test/v1/chat/completions')" in str(failed)


async def test_an_unknown_model_is_told_with_the_closest_offered(server: respx.MockRouter) -> None:
    names = [f"other-{number}" for number in range(12)] + ["M-large"]
    models = server.get(f"{ENDPOINT.base_url}/models")
    models.respond(json={"data": [{"id": name} for name in names]})
    server.post(URL).respond(404, json={"error": {"message": "no such model"}})
    asking = Asking()
    async with Client(ENDPOINT) as client:
        with pytest.raises(AskFailed) as first:
            await asking.ask_by(client)
        with pytest.raises(AskFailed):
            await asking.ask_by(client)
    assert models.call_count == 1
    assert "; it offers 'M-large', 'other-" in str(first.value)
    assert str(first.value).endswith("' and 3 more")


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (httpx.Response(404), "lists no models either: is the base_url right?"),
        (httpx.Response(200, text="<html>"), "lists no models either"),
        (httpx.Response(200, json=[]), "lists no models either"),
        (httpx.Response(200, json={"data": []}), "offers no model"),
        (httpx.Response(200, json={"data": [{"id": "m"}]}), "does list the model 'm'"),
    ],
)
async def test_a_list_of_models_may_be_of_no_help(
    server: respx.MockRouter, response: httpx.Response, says: str
) -> None:
    server.get(f"{ENDPOINT.base_url}/models").mock(return_value=response)
    server.post(URL).respond(404)
    assert says in str(await Asking().fail())


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html><h1>502 Bad\nGateway</h1>", "not JSON: '<html><h1>502 Bad Gateway</h1>'"),
        (b"", "an empty body"),
        (b"{}", "holds no choice"),
        (b'{"choices": []}', "holds no choice"),
        (b'{"error": {"message": "overloaded"}}', "an error: overloaded"),
        (stream({"error": {"message": "overloaded", "code": 503}}), "an error: overloaded"),
        (stream(EVENTS[0], done=False), "ended in mid-answer"),
        (stream(done=True), "holds no choice"),
    ],
)
async def test_a_success_that_is_none_is_retried(server: respx.MockRouter, body: bytes, says: str) -> None:
    route = server.post(URL)
    route.side_effect = [httpx.Response(200, content=body), httpx.Response(200, json=ANSWER)]
    asking = Asking()
    assert content(await asking.ask()) == "1\n2"
    (failed,) = asking.failed
    assert says in failed.error
    assert failed.status == 200


async def test_an_error_in_a_success_is_taken_by_its_own_code(server: respx.MockRouter) -> None:
    server.post(URL).respond(json={"error": {"message": "no such model", "code": 404}})
    failed = await Asking().fail()
    assert failed.fatal
    assert "no such model" in str(failed)


async def test_the_text_of_a_broken_stream_is_kept(server: respx.MockRouter) -> None:
    server.post(URL).respond(content=stream(*EVENTS[:2], {"error": "gone"}, done=False))
    failed = await Asking(max_retries=0).fail()
    assert failed.attempt.partial == "1\n2"


# --- waiting


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("7", 7, 7.7),
        ("0.25", 0.25, 0.275),
        (format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True), 60, 132),
        ("86400", 600, 660),
        ("0", 0.5, 1),
        ("-3", 0.5, 1),
        ("nan", 0.5, 1),
        ("inf", 600, 660),
        ("soon", 0.5, 1),
    ],
)
async def test_retry_after_is_obeyed(server: respx.MockRouter, value: str, low: float, high: float) -> None:
    route = server.post(URL)
    route.side_effect = [
        httpx.Response(429, headers={"retry-after": value}),
        httpx.Response(200, json=ANSWER),
    ]
    asking = Asking()
    await asking.ask()
    assert low <= asking.slept[0] <= high


async def test_what_on_attempt_raises_ends_the_asking(server: respx.MockRouter) -> None:
    def disk_full(_: FailedAttempt) -> None:
        raise RuntimeError("disk full")

    route = server.post(URL).respond(503)
    async with Client(ENDPOINT) as client:
        with pytest.raises(RuntimeError, match="disk full"):
            await client.ask("m", MESSAGES, Sampling(), on_attempt=disk_full)
    assert route.call_count == 1


# --- secrets


@pytest.mark.parametrize("status", [200, 400, 401, 503])
async def test_a_key_that_the_server_echoes_is_shown_nowhere(server: respx.MockRouter, status: int) -> None:
    echo = {"error": {"message": f"bad header 'Bearer {KEY}' at http://me:pw@host/"}}
    server.post(URL).respond(status, json=echo)
    asking = Asking(max_retries=0)
    failed = await asking.fail()
    told = f"{failed!r} {failed} {asking.failed!r} {Client(ENDPOINT)!r}"
    assert KEY not in told
    assert "me:pw" not in told
    assert "bad header" in told


async def test_no_part_of_a_key_is_shown_where_a_message_is_clipped(server: respx.MockRouter) -> None:
    server.post(URL).respond(400, text="x" * 290 + KEY)
    assert KEY[:4] not in str(await Asking().fail())


async def test_a_header_of_the_user_takes_the_place_of_ours(server: respx.MockRouter) -> None:
    route = server.post(URL).respond(json=ANSWER)
    await Asking(replace(ENDPOINT, headers={"Authorization": "Basic x", "User-Agent": "me"})).ask()
    sent = route.calls.last.request.headers
    assert sent.get_list("authorization") == ["Basic x"]
    assert sent.get_list("user-agent") == ["me"]


async def test_a_key_in_a_reply_is_not_handed_on(server: respx.MockRouter) -> None:
    server.post(URL).respond(json={**ANSWER, "echo": {"authorization": f"Bearer {KEY}"}})
    assert KEY not in json.dumps((await Asking().ask()).body)


# --- a real connection

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


@asynccontextmanager
async def serving(*scripts: Script) -> AsyncIterator[Endpoint]:
    """A server that plays one script for each request, whatever it asks, the last one for ever."""
    left = list(scripts)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                )
                await reader.readexactly(length)
                await (left.pop(0) if len(left) > 1 else left[0])(reader, writer)
                await writer.drain()
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listener = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    try:
        yield Endpoint("loop", f"http://127.0.0.1:{port}/v1", timeouts=Timeouts(connect=5, idle=5, total=20))
    finally:
        listener.close()
        await listener.wait_closed()


def writes(*pieces: bytes, end: str = "keep") -> Script:
    """Write these pieces, each by itself, and then keep the connection, close it, reset it, or stall."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
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


WHOLE = writes(CHUNKED, chunk(stream(*EVENTS)), b"0\r\n\r\n")


async def test_a_stream_is_the_same_in_any_pieces() -> None:
    data = "".join(f"data: {json.dumps(event, ensure_ascii=False)}\r\n\r\n" for event in EVENTS)
    data = (": hello\r\n\r\n" + data).replace("2", "é→😀") + "data: [DONE]\r\n\r\n"
    bytewise = [chunk(bytes([byte])) for byte in data.encode()]
    async with serving(writes(CHUNKED, *bytewise, b"0\r\n\r\n"), WHOLE) as endpoint:
        asking = Asking(endpoint, max_retries=0)
        assert content(await asking.ask()) == "1\né→😀"
        assert content(await asking.ask()) == "1\n2"


async def test_a_connection_is_used_again() -> None:
    peers = set()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.add(writer.get_extra_info("peername"))
        await WHOLE(reader, writer)

    async with serving(script) as endpoint, Client(endpoint) as client:
        for _ in range(5):
            await Asking(endpoint).ask_by(client)
    assert len(peers) == 1


async def test_a_server_that_holds_the_line_after_done_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("evals.client._LINGER", 0.05)
    async with serving(writes(CHUNKED, chunk(stream(*EVENTS)), end="stall")) as endpoint:
        assert content(await Asking(endpoint).ask()) == "1\n2"


@pytest.mark.parametrize("end", ["close", "reset"])
@pytest.mark.parametrize("head", [CHUNKED, HEAD + b"Content-Length: 9999\r\n\r\n", HEAD + b"\r\n"])
async def test_a_broken_stream_is_asked_again_and_its_text_kept(head: bytes, end: str) -> None:
    start = stream(*EVENTS[:2], done=False)
    broken = writes(head, chunk(start) if head is CHUNKED else start, end=end)
    async with serving(broken, WHOLE) as endpoint:
        asking = Asking(endpoint)
        assert content(await asking.ask()) == "1\n2"
    (failed,) = asking.failed
    assert (failed.status, failed.partial) == (200, "1\n2") or (
        end == "reset" and failed.partial in (None, "1\n")
    )


async def test_a_stream_that_breaks_after_its_answer_is_an_answer() -> None:
    async with serving(writes(CHUNKED, chunk(stream(*EVENTS, done=False)), end="close")) as endpoint:
        assert content(await Asking(endpoint, max_retries=0).ask()) == "1\n2"


async def test_a_stalled_stream_is_left_after_the_idle_time_and_its_text_kept() -> None:
    stalled = writes(CHUNKED, chunk(stream(EVENTS[0], done=False)), end="stall")
    async with serving(stalled, WHOLE) as endpoint:
        asking = Asking(replace(endpoint, timeouts=Timeouts(connect=5, idle=0.1)))
        assert content(await asking.ask()) == "1\n2"
    (failed,) = asking.failed
    assert failed.partial == "1\n"
    assert "nothing came from http://127.0.0.1:" in failed.error
    assert failed.error.endswith("for 0.1 s (the endpoint's idle_seconds)")


async def test_a_server_that_never_answers_is_left_after_the_idle_time() -> None:
    async with serving(writes(end="stall")) as endpoint:
        failed = await Asking(replace(endpoint, timeouts=Timeouts(idle=0.1)), max_retries=0).fail()
    assert "idle_seconds" in str(failed)
    assert failed.attempt.status is None


async def test_a_stream_that_trickles_for_ever_is_left_after_the_total_time() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + chunk(stream(EVENTS[0], done=False)))
        while not writer.is_closing():
            writer.write(chunk(b": ping\n\n"))
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serving(trickle) as endpoint:
        asking = Asking(replace(endpoint, timeouts=Timeouts(idle=5, total=0.2)), max_retries=0)
        failed = await asking.fail()
    assert str(failed) == "no whole answer within 0.2 s (the endpoint's total_seconds)"
    assert failed.attempt.partial == "1\n"


@pytest.mark.parametrize("end", ["close", "reset"])
async def test_a_connection_that_dies_before_an_answer_is_tried_again(end: str) -> None:
    async with serving(writes(end=end), WHOLE) as endpoint:
        asking = Asking(endpoint)
        assert content(await asking.ask()) == "1\n2"
    assert asking.failed[0].status is None
    assert endpoint.base_url in asking.failed[0].error


async def test_a_refusal_whose_body_breaks_off_is_a_refusal() -> None:
    head = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 99\r\n\r\n"
    async with serving(writes(head + b"no, beca", end="close")) as endpoint:
        failed = await Asking(endpoint).fail()
    assert failed.fatal
    assert failed.attempt.status == 403
    assert "no, beca (and breaks off)" in str(failed)


async def test_what_is_not_http_is_a_failed_attempt() -> None:
    async with serving(writes(b"220 mail.example ESMTP\r\n\r\n", end="close")) as endpoint:
        failed = await Asking(endpoint, max_retries=0).fail()
    assert "\n" not in str(failed)
    assert not failed.fatal


async def test_a_refused_connection_says_so_and_may_come_up_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    endpoint = Endpoint("loop", f"http://127.0.0.1:{port}/v1")
    asking = Asking(endpoint, max_retries=2)
    failed = await asking.fail()
    assert (
        str(failed) == f"cannot connect to {endpoint.base_url} (Connection refused): is the server running?"
    )
    assert len(asking.failed) == 3
    assert not failed.fatal


async def test_an_unknown_host_is_told_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    failed = await Asking(max_retries=0).fail()
    assert str(failed) == "cannot find the host of http://llm.test/v1: check its base_url"


async def test_an_interrupted_ask_is_no_failed_attempt() -> None:
    async with serving(writes(CHUNKED, end="stall")) as endpoint:
        asking = Asking(endpoint)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await asking.ask()
    assert asking.failed == []


async def test_many_requests_are_under_way_at_once() -> None:
    """None waits for another's connection: all have come in before the first is answered."""
    everybody = asyncio.Barrier(150)

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await everybody.wait()
        await WHOLE(reader, writer)

    async with serving(script) as endpoint, Client(endpoint) as client, asyncio.timeout(8):
        answers = await asyncio.gather(*(Asking(endpoint).ask_by(client) for _ in range(150)))
    assert {content(answer) for answer in answers} == {"1\n2"}


async def test_a_proxy_is_used_where_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(WHOLE) as proxy:
        monkeypatch.setenv("http_proxy", proxy.base_url.removesuffix("/v1"))
        monkeypatch.setenv("no_proxy", "")
        assert content(await Asking().ask()) == "1\n2"
