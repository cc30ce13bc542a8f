"""A local server is asked for the context that it really uses, in its own way, and never at any cost."""

import time
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from evals.client.local.context import Room, room
from evals.client.local.server import Server, is_local
from evals.endpoints import Endpoint
from tests.servers.local import listed, llamacpp, lmstudio, ollama, serving
from tests.servers.misbehaving import Body, Fault, Misbehaving, Plan, says, writes

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


async def found(bodies: dict[str, Body] | Plan, model: str = "m", **options: Any) -> Room | None:
    plan = serving(bodies) if isinstance(bodies, dict) else bodies
    async with Misbehaving(plan) as server:
        return await room(server.endpoint, model, **options)


V1 = {
    "key": "m",
    "loaded_instances": [{"id": "m", "config": {"context_length": 8192, "parallel": 4}}],
    "max_context_length": 32_768,
}


@pytest.mark.parametrize(
    ("bodies", "tokens", "source", "used", "most"),
    [
        (ollama(4096), 4096, "/api/ps", True, 131_072),
        (ollama(4096, "num_ctx   8192"), 4096, "/api/ps", True, 131_072),
        (ollama(None, 'stop "x"\nnum_ctx                        8192'), 8192, "num_ctx", False, 131_072),
        (ollama(None, "num_ctx 65536", longest=8192), 8192, "num_ctx", False, 8192),
        (ollama(None), 4096, "default", False, 131_072),
        (ollama(None, longest=2048), 2048, "default", False, 2048),
        (llamacpp(1024), 1024, "/props", True, 32_768),
        (listed("llamacpp", meta={"n_ctx": 512, "n_ctx_train": 2048}), 512, "list", True, 2048),
        (listed("llamacpp", meta={"n_ctx_train": 2048}), 2048, "list", False, 2048),
        (listed("vllm", max_model_len=2048), 2048, "list", True, None),
        (listed("sglang", max_model_len=2048), 2048, "list", True, None),
        (listed("me", context_length=2048), 2048, "list", False, 2048),
        (lmstudio(4096), 4096, "/api/v0/models", True, 32_768),
        (lmstudio(None), 32_768, "not loaded", False, 32_768),
        (lmstudio(None) | {"GET /api/v1/models": {"models": [V1]}}, 8192, "/api/v1/models", True, 32_768),
    ],
)
async def test_each_server_tells_it_in_its_own_way(
    bodies: dict[str, Body], tokens: int, source: str, used: bool, most: int | None
) -> None:
    told = await found(bodies)
    assert told is not None
    assert (told.tokens, told.used, told.most) == (tokens, used, most)
    assert source in told.source


async def test_of_an_older_ollama_the_model_itself_tells_what_it_is_loaded_with() -> None:
    """Before 0.10 there was no context_length in /api/ps."""
    bodies = ollama(1, "num_ctx 8192")
    del bodies["GET /api/ps"]["models"][0]["context_length"]
    told = await found(bodies)
    assert told is not None
    assert (told.tokens, told.used) == (8192, True)


async def test_names_of_ollama_have_a_tag() -> None:
    for name in ("m:latest", "M"):
        told = await found(ollama(2048), name)
        assert told is not None
        assert (told.tokens, told.used) == (2048, True)
    told = await found(ollama(2048), "m:8b")
    assert told is not None
    assert not told.used


async def test_ollama_loads_the_model_first_where_that_is_wanted() -> None:
    """What another client has loaded may have another context than our requests will get."""
    before, after = ollama(16_384), ollama(4096)
    loads: list[Body] = []

    def plan(asked: Any) -> Any:
        if asked.path == "/api/generate":
            loads.append(asked.body)
            return says(200, {"model": "m", "response": "", "done": True, "done_reason": "load"})
        return serving(after if loads else before)(asked)

    told = await found(plan, load=True)
    assert told is not None
    assert (told.tokens, told.used) == (4096, True)
    assert loads == [{"model": "m", "stream": False}]


async def test_a_model_elsewhere_is_not_loaded() -> None:
    bodies = ollama(None)
    bodies["POST /api/show"]["remote_host"] = "https://ollama.com:443"
    async with Misbehaving(serving(bodies)) as server:
        told = await room(server.endpoint, "m", load=True)
    assert told is not None
    assert (told.tokens, told.used) == (131_072, False)
    assert "/api/generate" not in [asked.path for asked in server.asked]


async def test_a_server_of_several_models_is_not_made_to_load_one() -> None:
    async with Misbehaving(serving(llamacpp())) as server:
        await room(server.endpoint, "a/b c")
    [query] = [urlsplit(asked.path).query for asked in server.asked if asked.path.startswith("/props")]
    assert parse_qs(query) == {"model": ["a/b c"], "autoload": ["false"]}


async def test_where_the_list_is_enough_nothing_more_is_asked() -> None:
    async with Misbehaving(serving(listed("vllm", max_model_len=2048))) as server:
        await room(server.endpoint, "m")
    assert [asked.path for asked in server.asked] == ["/v1/models"]


async def test_a_server_that_only_looks_like_ollama_is_asked_further() -> None:
    """KoboldCpp has most of Ollama's paths, and llama.cpp's /props."""
    bodies = ollama(None) | llamacpp(6144, 1) | listed("koboldcpp")
    async with Misbehaving(serving(bodies)) as server:
        told = await room(server.endpoint, "m", load=True)
    assert told is not None
    assert (told.tokens, told.used, told.server) == (6144, True, Server.LLAMACPP)
    assert "/api/generate" not in [asked.path for asked in server.asked], "that would write a text"


async def test_each_question_has_a_connection_of_its_own() -> None:
    """Some servers close a connection without announcing that."""
    async with Misbehaving(serving(lmstudio(None))) as server:
        await room(server.endpoint, "m")
    assert len(server.asked) > 2
    assert len({asked.peer for asked in server.asked}) == len(server.asked)


async def test_the_key_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE_KEY", "sk-mine")
    async with Misbehaving(serving(llamacpp())) as server:
        await room(replace(server.endpoint, key_variable="MINE_KEY"), "m")
    assert {asked.headers["authorization"] for asked in server.asked} == {"Bearer sk-mine"}


HOSTILE: tuple[Body | bytes, ...] = (
    b"",
    b"<html>",
    b"[" * 100_000,
    {"data": None, "models": None, "default_generation_settings": None},
    {"data": [7], "models": [7, {"name": 7}], "default_generation_settings": {"n_ctx": "4096"}},
    {"models": [{"name": "m:latest", "context_length": -1}], "default_generation_settings": {"n_ctx": 0}},
    {"data": [{"id": "m", "state": 7, "meta": 7, "max_model_len": True, "context_length": 1e400}]},
)


async def test_names_that_cannot_be_sent_do_no_harm() -> None:
    for bodies in (ollama(), llamacpp()):
        await found(bodies, "m\udcff")


@pytest.mark.parametrize("body", HOSTILE)
async def test_bodies_of_any_shape_do_no_harm(body: Body | bytes) -> None:
    assert await found(lambda _: says(200, body)) is None


@pytest.mark.parametrize(
    "fault", [Fault.CLOSE_BEFORE, Fault.RESET_WITHIN, Fault.NOT_HTTP, Fault.BUSY, Fault.LENGTH_TOO_LONG]
)
async def test_no_failure_does_harm(fault: Fault) -> None:
    """Not if it comes at the first question, and not if it comes at a later one."""
    assert await found(lambda _: fault.script()) is None
    bodies = serving(llamacpp())
    told = await found(lambda asked: fault.script() if asked.path == "/api/ps" else bodies(asked))
    assert told is not None
    assert told.tokens == 1024


async def test_nobody_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.client.local.context._ALL", 0.2)
    begun = time.monotonic()
    assert await found(lambda _: writes(end="stall")) is None
    assert await found(lambda _: Fault.TRICKLE.script()) is None
    assert time.monotonic() - begun < 2


async def test_a_server_that_is_not_there_is_no_failure() -> None:
    async with Misbehaving(serving(ollama())) as server:
        endpoint = server.endpoint
    assert await room(endpoint, "m") is None
    assert await room(replace(endpoint, needs_key=True, key_variable="NOBODY_SET_THIS"), "m") is None


@pytest.mark.parametrize(
    ("name", "url", "local"),
    [
        ("mine", "http://localhost:8000/v1", True),
        ("mine", "http://127.0.0.1:8000/v1", True),
        ("mine", "http://[::1]:8000/v1", True),
        ("mine", "http://192.168.0.7:8000/v1", True),
        ("mine", "http://10.1.2.3/v1", True),
        ("mine", "http://gpu:8000/v1", True),
        ("mine", "http://gpu.local:8000/v1", True),
        ("ollama", "https://ollama.example.org/v1", True),
        ("vllm", "https://203.0.113.7/v1", True),
        ("mine", "https://api.example.org/v1", False),
        ("mine", "https://8.8.8.8/v1", False),
        ("openai", "https://api.openai.com/v1", False),
        ("openrouter", "https://openrouter.ai/api/v1", False),
        ("anthropic", "https://api.anthropic.com/v1", False),
    ],
)
async def test_only_a_server_of_ones_own_is_asked(name: str, url: str, local: bool) -> None:
    assert is_local(Endpoint(name, url)) is local


async def test_who_is_not_local_is_asked_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.client.local.context.is_local", lambda _: False)
    async with Misbehaving(serving(ollama())) as server:
        assert await room(server.endpoint, "m") is None
    assert server.asked == []
    assert not is_local(Endpoint("sim", "http://127.0.0.1:8123/v1", simulated=True))


@pytest.mark.parametrize(
    ("told", "do"),
    [
        (Room(4096, "", server=Server.OLLAMA), "OLLAMA_CONTEXT_LENGTH=10240, or set num_ctx 10240"),
        (Room(4096, "", server=Server.LLAMACPP), "llama-server with -c 10240"),
        (
            Room(4096, "", server=Server.LLAMACPP, slots=4),
            "llama-server with -c 40960 (its 4 slots divide it",
        ),
        (Room(4096, "", server=Server.VLLM), "--max-model-len 10240"),
        (Room(4096, "", server=Server.SGLANG), "--context-length 10240"),
        (Room(4096, "", server=Server.LMSTUDIO), "context length of 10240"),
        (Room(4096, ""), "raise it where the server is started"),
        (Room(4096, "", server=Server.VLLM, most=8192), "--max-model-len 8192; the model can take no more"),
        (Room(4096, "", server=Server.OLLAMA, most=4096), "the model can take no more"),
    ],
)
def test_what_to_do_is_told_in_the_servers_own_words(told: Room, do: str) -> None:
    assert do in told.remedy(10_000)
