"""Servers of one's own are asked who they are and which weights they have; all others are left alone."""

import hashlib
import json
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from evals.client.local import facts as module
from evals.client.local import server as local_server
from evals.client.local.facts import ModelFacts, server_facts, weights_hash
from evals.endpoints import Endpoint

pytestmark = pytest.mark.anyio

SECRET = "sk-0123456789abcdef"


@contextmanager
def serving(bodies: Mapping[str, Any], header: str = "fake/1") -> Iterator[tuple[str, list[str]]]:
    """A server with these bodies by path; its address, and the paths that are asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def version_string(self) -> str:
            return header

        def do_GET(self) -> None:
            asked.append(self.path)
            body = bodies.get(self.path)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(404 if body is None else 200)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()


def listed(owner: str, *names: str) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": name, "owned_by": owner} for name in names or ("m",)]}


async def found_at(address: str, *models: str, name: str = "mine", **more: Any) -> dict[str, ModelFacts]:
    return await server_facts(Endpoint(name, f"{address}/v1", **more), models or ("m",))


@pytest.mark.parametrize(("name", "owner"), [("ollama", "somebody"), ("mine", "library")])
async def test_ollama(name: str, owner: str) -> None:
    """By the endpoint's name, or as its list of models shows; a name without a tag is the latest."""
    tags = [{"name": "m:latest", "digest": "d1"}, {"name": "m:1b", "digest": "d2"}, {"name": 7}, "x"]
    bodies = {
        "/v1/models": listed(owner),
        "/api/version": {"version": "0.12.3"},
        "/api/tags": {"models": tags},
    }
    with serving(bodies) as (address, _):
        found = await found_at(address, "m", "m:1b", "other", name=name)
    facts = {model: told.facts for model, told in found.items()}
    assert {(told.software, told.version, told.header) for told in facts.values()} == {
        ("ollama", "0.12.3", "fake/1")
    }
    assert {model: told.digest for model, told in facts.items()} == {"m": "d1", "m:1b": "d2", "other": None}


async def test_llamacpp(tmp_path: Path) -> None:
    """The file is named without its folder; what can be read here can be hashed."""
    weights = tmp_path / "somebody" / "m.gguf"
    weights.parent.mkdir()
    weights.write_bytes(b"GGUF weights")
    os.utime(weights, (0, 0))
    props = {"build_info": "b77-abc", "model_path": str(weights)}
    with serving({"/v1/models": listed("llamacpp"), "/props": props}) as (address, _):
        told = (await found_at(address))["m"]
    assert (told.facts.software, told.facts.version) == ("llama.cpp", "b77-abc")
    assert told.facts.file is not None
    assert told.facts.file.model_dump(exclude_none=True) == {
        "name": "m.gguf",
        "bytes": 12,
        "modified": "1970-01-01T00:00:00+00:00",
    }
    assert told.weights == weights
    assert "somebody" not in told.facts.model_dump_json()


@pytest.mark.parametrize("path", ["/nowhere/there/m.gguf", "C:\\models\\m.gguf", "/dev\\m.gguf"])
async def test_a_file_of_another_machine_has_a_name_alone(path: str) -> None:
    with serving({"/v1/models": listed("llamacpp"), "/props": {"model_path": path}}) as (address, _):
        told = (await found_at(address))["m"]
    assert told.facts.file is not None
    assert told.facts.file.model_dump(exclude_none=True) == {"name": "m.gguf"}
    assert told.weights is None


async def test_a_file_that_is_too_large_is_not_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "m.gguf"
    weights.write_bytes(b"GGUF weights")
    monkeypatch.setattr(module, "LARGEST_FILE", 11)
    with serving({"/v1/models": listed("llamacpp"), "/props": {"model_path": str(weights)}}) as (address, _):
        told = (await found_at(address))["m"]
    assert told.weights is None
    assert told.facts.file is not None
    assert told.facts.file.bytes == 12


async def test_what_is_no_file_is_not_to_be_read() -> None:
    for path in ("/dev/zero", "/tmp"):
        with serving({"/v1/models": listed("llamacpp"), "/props": {"model_path": path}}) as (address, _):
            assert (await found_at(address))["m"].weights is None


async def test_vllm() -> None:
    with serving({"/v1/models": listed("vllm"), "/version": {"version": "0.9"}}) as (address, _):
        told = (await found_at(address))["m"].facts
    assert (told.software, told.version, told.header) == ("vllm", "0.9", "fake/1")


async def test_of_others_only_what_they_say_by_the_way_is_kept() -> None:
    """Nobody is asked for paths that only other servers have."""
    with serving({"/v1/models": listed("somebody")}) as (address, asked):
        told = (await found_at(address))["m"].facts
    assert (told.software, told.version, told.header) == (None, None, "fake/1")
    assert asked == ["/v1/models"]


@pytest.mark.parametrize(
    "bodies",
    [
        {},
        {"/v1/models": b"<html>", "/api/version": b"\xff", "/api/tags": b"["},
        {"/v1/models": [], "/api/version": [], "/api/tags": {"models": {"m": 1}}},
        {"/api/version": {"version": 7}, "/api/tags": {"models": [{"name": "m", "digest": ["d"]}]}},
    ],
)
async def test_what_is_not_understood_is_left_out(bodies: dict[str, Any]) -> None:
    with serving(bodies) as (address, _):
        told = (await found_at(address, name="ollama"))["m"].facts
    assert (told.software, told.version, told.digest) == ("ollama", None, None)


async def test_what_is_kept_is_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret that a server echoes, no control characters, and nothing endless."""
    monkeypatch.setenv("KEY", SECRET)
    bodies = {
        "/v1/models": listed("vllm"),
        "/version": {"version": f"\x1b[31m\ud800 {SECRET} {'x' * 10_000}"},
    }
    with serving(bodies) as (address, _):
        told = (await found_at(address, key_variable="KEY"))["m"].facts
    assert told.version is not None
    assert told.version.startswith("\\x1b[31m\\ud800 *** xxx")
    assert len(told.version) == 200


async def test_only_servers_of_ones_own_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """And no simulated one; the others are not even connected to."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("somebody was asked")

    monkeypatch.setattr(local_server, "HttpxAiohttpClient", refuse)
    assert await server_facts(Endpoint("ollama", "https://ollama.example.com/v1"), ["m"]) == {}
    assert await server_facts(Endpoint("sim", "http://127.0.0.1:1/v1", simulated=True), ["m"]) == {}


async def test_who_does_not_answer_tells_nothing() -> None:
    with serving({}) as (address, _):
        pass
    assert await found_at(address, name="ollama") == {}
    assert await found_at(address, key_variable="NO_SUCH_VARIABLE", needs_key=True) == {}


async def test_a_run_does_not_wait_for_a_server_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ALL", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert await found_at(f"http://127.0.0.1:{silent.getsockname()[1]}", name="ollama") == {}


def test_the_hash_of_weights(tmp_path: Path) -> None:
    """Of weights alone, whatever a server calls its file; and no longer than it is wanted."""
    weights, other = tmp_path / "m.gguf", tmp_path / "other.gguf"
    data = b"GGUF" + bytes(9_000_000)
    weights.write_bytes(data)
    other.write_bytes(b"root:x:0:0")
    assert weights_hash(weights, lambda: False) == hashlib.sha256(data).hexdigest()
    assert weights_hash(weights, lambda: True) is None
    assert weights_hash(other, lambda: False) is None
    assert weights_hash(tmp_path / "nothing", lambda: False) is None
