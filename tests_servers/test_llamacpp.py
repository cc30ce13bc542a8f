"""What llama.cpp's own server does with a real model."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from evals.client.client import Client
from evals.endpoints import Endpoint
from evals.record.trial import Sampling
from tests.program import cantwont
from tests_servers.asking import Changes, ask, asking, spec
from tests_servers.llamacpp import LlamaCpp
from tests_servers.serving import HERE, Server, fetch, free_port

WAYS = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "plain"])
COUNTING = '[[puzzles]]\nname = "counting"\nsizes = [12]\n'
LIST = "\n".join(map(str, range(1, 13)))
COUNTED = f"Voilà, 数 🙂:\n{LIST}"
IN_FULL = "exceeds the available context size (256 tokens)"
IN_THE_MIDST = "Context size has been exceeded."


def says(text: str) -> str:
    """The sampling that leaves the model no other answer: a real stream of a text that is known."""
    grammar = f"root ::= {json.dumps(text, ensure_ascii=False)}"
    return f"extra = {{ grammar = {json.dumps(grammar, ensure_ascii=False)} }}"


WHOLE: Changes = {"puzzles": COUNTING, "max_tokens": 64, "max_retries": 4, "sampling": says(COUNTED)}
ENDLESS: Changes = {"puzzles": COUNTING, "max_tokens": 4000, "sampling": "extra = { ignore_eos = true }"}


def under_way(server: Server) -> list[int]:
    """How long the answers are that it is writing, in tokens."""
    status, body = fetch(server.port, "/slots")
    assert status == 200, body
    return [slot["next_token"][0]["n_decoded"] for slot in json.loads(body) if slot["is_processing"]]


def until(holds: Callable[[], bool], patience: float = 120) -> None:
    """Wait for it."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def notes(reply: dict[str, Any]) -> str:
    """What the server said of an answer that it cut."""
    said = reply["reply"]["cantwont"]["context_overflow"]
    assert isinstance(said, str)
    return said


# --- answers


def test_the_doctor_warns_of_a_name_that_is_not_listed(llamacpp: Server, tmp_path: Path) -> None:
    """There is one model, and it answers to any name."""
    done = cantwont("doctor", "there/nobody", "--spec", spec(llamacpp, tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "'nobody' answers, but is not among those listed" in done.stdout


@WAYS
def test_four_slots_at_once(llamacpp: Server, tmp_path: Path, stream: bool) -> None:
    """Each answer is whole, ends by itself, and is nobody else's."""
    most = 0
    wide: Changes = {**WHOLE, "repeats": 4, "concurrency": 4, "stream": stream}
    with asking(llamacpp, tmp_path, **wide) as running:
        while not running.is_over:
            most = max(most, len(under_way(llamacpp)))
            time.sleep(0.05)
        made = running.end()
    assert made.done.returncode == 0, made.done.stderr
    assert most == 4
    assert made.labels == ["solved"] * 4
    assert made.texts == [COUNTED] * 4
    assert {choice["finish_reason"] for choice in made.choices} == {"stop"}
    assert not made.attempts


# --- its other protocols

PROTOCOLS = pytest.mark.parametrize("api", ["responses", "messages"])


@WAYS
@PROTOCOLS
def test_an_answer_that_is_cut(llamacpp: Server, tmp_path: Path, api: str, stream: bool) -> None:
    """At a limit of tokens, behind a step: of `responses` no word says so, only the usage is the limit."""
    cut: Changes = {**WHOLE, "api": api, "stream": stream, "max_tokens": 12, "sampling": says(LIST)}
    made = ask(llamacpp, tmp_path, **cut)
    assert made.done.returncode == 0, made.done.stderr
    assert made.replies[0]["reply"]["usage"]["completion_tokens"] == 12
    assert made.labels == ["truncated"]
    assert not made.attempts


@WAYS
@PROTOCOLS
def test_an_answer_that_ends_by_itself(llamacpp: Server, tmp_path: Path, api: str, stream: bool) -> None:
    """It is whole, and its end is no cut. `messages` knows no grammar: there, a line is the answer."""
    line = 'extra = { stop_sequences = ["\\n"] }'
    ended: Changes = {**WHOLE, "api": api, "stream": stream}
    if api == "messages":
        ended["sampling"] = line
    made = ask(llamacpp, tmp_path, **ended)
    assert made.done.returncode == 0, made.done.stderr
    assert made.choices[0]["finish_reason"] == "stop"
    if api == "responses":
        assert (made.labels, made.texts) == (["solved"], [COUNTED])
    assert not made.attempts


@WAYS
@PROTOCOLS
def test_a_shared_context_that_is_full(cramped: Server, tmp_path: Path, api: str, stream: bool) -> None:
    """As in chat completions, though the error comes in another form."""
    wide: Changes = {**ENDLESS, "repeats": 2, "concurrency": 2, "stream": stream, "api": api}
    made = ask(cramped, tmp_path, **wide)
    assert made.labels == ["truncated"] * 2, made.done.stderr
    assert not made.attempts


# --- a context that is too short


@WAYS
def test_a_prompt_that_is_too_long(cramped: Server, tmp_path: Path, stream: bool) -> None:
    """HTTP 400, streamed or not: one request a trial, and nobody's failure."""
    words = '[[puzzles]]\nname = "copying"\nsizes = [200, 400]\n'
    made = ask(cramped, tmp_path, stream=stream, puzzles=words)
    assert made.done.returncode == 0, made.done.stderr
    assert made.labels == ["truncated"] * 2
    assert all(IN_FULL in notes(reply) for reply in made.replies)
    assert {reply["status"] for reply in made.replies} == {400}
    assert not made.attempts


@WAYS
def test_an_answer_that_fills_the_context(cramped: Server, tmp_path: Path, stream: bool) -> None:
    """It ends there like at a limit of tokens."""
    alone: Changes = {**ENDLESS, "stream": stream}
    made = ask(cramped, tmp_path, **alone)
    assert made.done.returncode == 0, made.done.stderr
    assert made.labels == ["truncated"]
    assert made.choices[0]["finish_reason"] == "length"
    assert made.replies[0]["reply"]["usage"]["total_tokens"] == 256
    assert not made.attempts


@WAYS
def test_answers_that_fill_a_shared_context(cramped: Server, tmp_path: Path, stream: bool) -> None:
    """An error in mid-stream: the text so far is kept. In one piece, HTTP 500, and no text."""
    wide: Changes = {**ENDLESS, "repeats": 2, "concurrency": 2, "stream": stream}
    made = ask(cramped, tmp_path, **wide)
    assert made.done.returncode == 0, made.done.stderr
    assert made.labels == ["truncated"] * 2
    cut = [reply for reply in made.replies if "cantwont" in reply["reply"]]
    assert cut
    assert all(IN_THE_MIDST in notes(reply) for reply in cut)
    assert {reply["status"] for reply in cut} == {200 if stream else 500}
    assert all(bool(reply["reply"]["choices"][0]["message"]["content"]) is stream for reply in cut)
    assert not made.attempts


# --- connections


@WAYS
def test_a_connection_that_the_server_has_closed(llamacpp: Server, tmp_path: Path, stream: bool) -> None:
    """It closes them at once after a stream, whatever its headers say: no attempt is lost by that."""
    one_by_one: Changes = {**WHOLE, "repeats": 6, "concurrency": 1, "stream": stream, "max_tokens": 4}
    made = ask(llamacpp, tmp_path, **one_by_one)
    assert made.done.returncode == 0, made.done.stderr
    assert len(made.replies) == 6
    assert not [attempt["error"] for attempt in made.attempts]


@WAYS
def test_a_pause_that_is_longer_than_it_keeps_connections(llamacpp: Server, stream: bool) -> None:
    """It keeps them for five seconds; the request after that is answered like any other."""
    failed: list[str] = []

    async def paused() -> None:
        async with Client(Endpoint("there", llamacpp.base_url, stream=stream)) as client:
            for pause in (0, 4.9, 5.1):
                await asyncio.sleep(pause)
                await client.ask(
                    llamacpp.model,
                    [{"role": "user", "content": "Hello."}],
                    Sampling(max_tokens=2),
                    on_attempt=lambda attempt: failed.append(attempt.error),
                )

    asyncio.run(paused())
    assert not failed


@WAYS
def test_the_server_is_killed_in_mid_run(llamacpp_program: LlamaCpp, tmp_path: Path, stream: bool) -> None:
    """And comes back: every trial ends once, with nothing lost, and nothing of a torn answer in another."""
    port, up = free_port(), llamacpp_program.up
    wide: Changes = {**WHOLE, "repeats": 6, "concurrency": 3, "stream": stream}
    with up(port) as (server, process), asking(server, tmp_path, **wide) as running:
        until(lambda: running.replies > 0 and {4 < at < 16 for at in under_way(server)} == {True})
        process.kill()
        process.wait()
        before = running.replies
        with up(port):
            made = running.end()
            again = ask(server, tmp_path, **wide)
    assert 0 < before < 6
    assert made.done.returncode == 0, made.done.stderr
    assert len({reply["trial"] for reply in made.replies}) == len(made.replies) == 6
    assert made.labels == ["solved"] * 6
    assert made.texts == [COUNTED] * 6
    assert made.attempts
    assert any(attempt.get("partial") for attempt in made.attempts) is stream
    assert cantwont("replay", tmp_path / "run", "--check", cwd=tmp_path).returncode == 0
    assert again.done.returncode == 0, again.done.stderr
    assert again.replies == made.replies


# --- what it sends

HELLO = [{"role": "user", "content": "Say hello."}]
LONG = "Write the whole numbers from 1 to 999, and nothing else. " * 6
LONGEST = {"messages": [{"role": "user", "content": LONG}], "max_tokens": 200, "ignore_eos": True}
STREAMED = {"stream": True, "stream_options": {"include_usage": True}}
BODIES: dict[str, tuple[str, dict[str, Any] | None]] = {
    "models.json": ("/v1/models", None),
    "props.json": ("/props", None),
    "plain.json": ("/v1/chat/completions", {"messages": HELLO, "max_tokens": 4}),
    "streamed.txt": ("/v1/chat/completions", {"messages": HELLO, "max_tokens": 4, **STREAMED}),
    "overflow.json": ("/v1/chat/completions", {"messages": HELLO * 400, "max_tokens": 4}),
    "responses.json": ("/v1/responses", {"input": "Say hello.", "max_output_tokens": 4}),
    "responses-streamed.txt": (
        "/v1/responses",
        {"input": "Say hello.", "max_output_tokens": 4, "stream": True},
    ),
    "messages.json": ("/v1/messages", {"messages": HELLO, "max_tokens": 4}),
    "messages-streamed.txt": ("/v1/messages", {"messages": HELLO, "max_tokens": 4, "stream": True}),
}
"""The bodies that are kept in `bodies/llamacpp`, with what is sent for them."""


@pytest.mark.parametrize("name", BODIES)
def test_it_sends_what_is_written_down(llamacpp: Server, name: str) -> None:
    """The same fields, kinds and fixed words as in the body that is kept."""
    path, wanted = BODIES[name]
    _, body = fetch(llamacpp.port, path, wanted)
    _compare(name, body)


SHARED: dict[str, tuple[str, dict[str, Any]]] = {
    "overflow-in-stream.txt": ("/v1/chat/completions", {**LONGEST, **STREAMED}),
    "overflow-shared.json": ("/v1/chat/completions", LONGEST),
    "responses-overflow-in-stream.txt": (
        "/v1/responses",
        {"input": LONG, "max_output_tokens": 200, "ignore_eos": True, "stream": True},
    ),
    "messages-overflow-in-stream.txt": ("/v1/messages", {**LONGEST, "stream": True}),
}
"""The same of two answers at once, of which neither has room to its end."""


@pytest.mark.parametrize("name", SHARED)
def test_it_sends_what_is_written_down_of_a_shared_context(cramped: Server, name: str) -> None:
    """One of them is cut at least."""
    with ThreadPoolExecutor(2) as both:
        asked = [both.submit(fetch, cramped.port, *SHARED[name]) for _ in range(2)]
        bodies = [each.result()[1] for each in asked]
    _compare(name, next(body for body in bodies if IN_THE_MIDST in body))


def _compare(name: str, body: str) -> None:
    kept = HERE / "bodies" / "llamacpp" / name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(re.sub(r'(?<="model_path":")[^"]*/', "/models/", body), encoding="utf-8")
        pytest.fail(f"{kept.name} was not there: it is written now; read it, and run this again")
    assert _shapes(body) == _shapes(kept.read_text(encoding="utf-8"))


def _shapes(body: str) -> list[Any]:
    """Of a JSON text, or of each event of a stream; the same one several times in a row counts once."""
    shapes: list[Any] = []
    for line in body.splitlines():
        field, colon, rest = ("", "", line) if line.startswith("{") else line.partition(":")
        shape = field + colon, _shape(json.loads(rest)) if rest.lstrip().startswith("{") else rest
        if shape not in shapes[-3:]:
            shapes.append(shape)
    return shapes


FIXED = {"type", "object", "status", "finish_reason", "stop_reason", "message"}


def _shape(value: Any, name: str = "") -> Any:
    match value:
        case dict():
            return {key: _shape(inner, key) for key, inner in value.items()}
        case list():
            return [_shape(inner) for inner in value]
        case bool() | None:
            return value
        case int() | float():
            return "number"
    return value if name in FIXED else "text"
