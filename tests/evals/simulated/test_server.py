"""Running the simulated endpoint: beside other tasks, in a thread, as a command; and what long lists do."""

import asyncio
import json
import logging
import signal
import socket
import subprocess
import sys
from typing import Any
from urllib.request import Request, urlopen

import aiohttp
import pytest

from evals.errors import EndpointError
from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.simulated.respondents import Respondent
from evals.simulated.server import SimulatedServer, serve, serve_in_thread
from evals.simulated.trial_headers import ARM, INSTANCE, TRIAL, describe
from tasks import Problem, puzzle

PROMPT = [{"role": "user", "content": "Count."}]
MILLION = 1_000_000


def about(name: str, size: int) -> dict[str, str]:
    instance = {"puzzle": name, "parameters": {"size": size}}
    return {TRIAL: "t", INSTANCE: json.dumps(instance), "Content-Type": "application/json"}


def health(base_url: str) -> dict[str, Any]:
    with urlopen(f"{base_url.removesuffix('/v1')}/health") as response:
        body: dict[str, Any] = json.load(response)
    return body


async def opened(
    session: aiohttp.ClientSession, base_url: str, size: int, *, stream: bool
) -> aiohttp.ClientResponse:
    body = {"model": "steady", "messages": PROMPT, "stream": stream}
    return await session.post(f"{base_url}/chat/completions", json=body, headers=about("counting", size))


@pytest.mark.anyio
async def test_a_long_list_is_streamed_whole_while_others_are_answered() -> None:
    """A million numbers arrive in order; a short request in between does not wait for them."""
    async with SimulatedServer([Respondent("steady")]) as server, aiohttp.ClientSession() as session:
        long = await opened(session, server.base_url, MILLION, stream=True)
        lines = [await long.content.readline() for _ in range(3)]
        async with await opened(session, server.base_url, 5, stream=False) as short:
            assert "\n4\n5" in (await short.json())["choices"][0]["message"]["content"]
        lines += (await long.content.read()).splitlines()
    events = [json.loads(line.removeprefix(b"data: ")) for line in lines if line.startswith(b"data: {")]
    text = "".join(event["choices"][0]["delta"].get("content", "") for event in events)
    assert "\n".join(map(str, range(1, MILLION + 1))) in text
    assert len(events) > 400


@pytest.mark.anyio
async def test_a_long_list_is_also_given_in_one_piece() -> None:
    """As one JSON body."""
    async with SimulatedServer([Respondent("steady")]) as server, aiohttp.ClientSession() as session:
        response = await opened(session, server.base_url, 200_000, stream=False)
        body = await response.json()
    assert "\n199999\n200000" in body["choices"][0]["message"]["content"]


@pytest.mark.anyio
async def test_a_client_that_leaves_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """Its stream is dropped without a word, the next request is answered, and the server ends at once."""
    with caplog.at_level(logging.WARNING):
        async with SimulatedServer([Respondent("steady")]) as server, aiohttp.ClientSession() as session:
            long = await opened(session, server.base_url, 10 * MILLION, stream=True)
            await long.content.readline()
            long.close()
            async with await opened(session, server.base_url, 5, stream=False) as short:
                assert short.status == 200
    assert caplog.records == []


@pytest.mark.anyio
async def test_the_server_ends_in_the_middle_of_a_stream() -> None:
    """A reader left behind gets a broken stream, and the port is free again."""
    async with aiohttp.ClientSession() as session:
        async with SimulatedServer([Respondent("steady")]) as server:
            long = await opened(session, server.base_url, 10 * MILLION, stream=True)
        with pytest.raises(aiohttp.ClientError):
            await long.read()
        with pytest.raises(aiohttp.ClientConnectorError):
            await opened(session, server.base_url, 5, stream=False)


@pytest.mark.anyio
async def test_latency_is_waited_before_each_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """By sleeping that long, once."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def record(seconds: float) -> None:
        if seconds:
            waited.append(seconds)
        await sleep(0)

    async with SimulatedServer(latency=0.25) as server, aiohttp.ClientSession() as session:
        monkeypatch.setattr("evals.simulated.application.asyncio.sleep", record)
        async with await opened(session, server.base_url, 5, stream=False) as response:
            await response.read()
        monkeypatch.undo()
    assert waited == [0.25]


def test_in_a_thread_it_serves_synchronous_callers_and_is_gone_afterwards() -> None:
    """Two of them side by side, each on a port of its own."""
    with serve_in_thread() as one, serve_in_thread([Respondent("other")], key="k") as two:
        assert one.startswith("http://127.0.0.1:")
        assert one.endswith("/v1")
        assert one != two
        assert health(one) == health(two) == {"status": "ok"}
        body = json.dumps({"model": "steady", "messages": PROMPT}).encode()
        with urlopen(Request(f"{one}/chat/completions", body, about("hanoi", 3))) as response:
            assert json.load(response)["model"] == "steady"
    for base_url in (one, two):
        with pytest.raises(OSError, match="refused"):
            health(base_url)


def test_an_error_of_the_caller_passes_through_the_thread() -> None:
    """And the server is ended all the same."""
    with pytest.raises(KeyError, match="mine"), serve_in_thread() as base_url:
        raise KeyError("mine")
    with pytest.raises(OSError, match="refused"):
        health(base_url)


def test_a_taken_port_is_an_error_that_names_it() -> None:
    """From the blocking call, before anything is announced."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        announced: list[str] = []
        with pytest.raises(EndpointError, match=f"'127.0.0.1:{port}'.*choose another"):
            serve("127.0.0.1", port, announce=announced.append)
    assert announced == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_as_a_command_it_ends_cleanly_on_a_signal(number: signal.Signals) -> None:
    """Exit status 0 and not a word, even while a client hangs in a stream."""
    script = (
        "from evals.simulated.server import serve\n"
        "serve('127.0.0.1', 0, announce=lambda base_url: print(base_url, flush=True))\n"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base_url = process.stdout.readline().strip()
        assert health(base_url) == {"status": "ok"}
        body = json.dumps({"model": "steady", "messages": PROMPT, "stream": True}).encode()
        with urlopen(Request(f"{base_url}/chat/completions", body, about("counting", 10 * MILLION))) as long:
            assert long.readline()
            process.send_signal(number)
            output, errors = process.communicate(timeout=10)
    assert (process.returncode, output, errors) == (0, "", "")


def test_names_must_be_distinct_and_deltas_not_empty() -> None:
    """Mistakes of whoever sets it up are told at once."""
    with pytest.raises(ValueError, match="two respondents are named 'a'"):
        SimulatedServer([Respondent("a"), Respondent("a")])
    with pytest.raises(ValueError, match="delta"):
        SimulatedServer(delta=0)


def test_the_headers_can_be_had_without_the_server() -> None:
    """The client imports them, and must not load a web server with them."""
    script = "import sys, evals.simulated.trial_headers; print('aiohttp' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout == "False\n"


def test_a_trial_describes_itself_in_headers() -> None:
    """What the client sends is what the server reads: plain ASCII, all parameters."""
    solver = puzzle("hanoi")
    instance = solver.generate({"size": 4, "target": 1})
    recorded = RecordedInstance.of(Problem(solver, instance))
    trial = Trial.make(
        model="steady",
        endpoint="e",
        instance=recorded,
        arm="insist",
        options={},
        sampling=Sampling(),
        repeat=0,
    )
    headers = describe(trial)
    assert (headers[TRIAL], headers[ARM]) == (trial.id, "insist")
    assert all(text.isascii() for text in headers.values())
    body = json.dumps({"model": "steady", "messages": PROMPT}).encode()
    with (
        serve_in_thread() as base_url,
        urlopen(Request(f"{base_url}/chat/completions", body, headers)) as response,
    ):
        content = json.load(response)["choices"][0]["message"]["content"]
    assert "".join(solver.format(instance, solver.solution(instance))) in content
