"""What a server of the user's own says of itself and of its models: its version, and which weights it has.

Only servers on this machine or on a private network are asked.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import Any
from urllib.parse import urlsplit

import httpx
from httpx_aiohttp import HttpxAiohttpClient

from evals.client.connection import BROKEN, certificates
from evals.client.secrets import Secrets
from evals.endpoints import Endpoint, is_loopback, is_private
from evals.errors import EndpointError
from evals.record.completion import MalformedReply, parse
from evals.record.provenance import ModelFile, ServerFacts
from evals.record.run import now
from evals.text import clip, printable

LARGEST_FILE = 20 * 10**9
"""Bytes of the largest file whose hash is worth its time."""
_ALL = 3.0
"""Seconds for all questions to a server together."""
_LARGEST = 4 << 20  # bytes
_LONGEST = 200
"""Characters kept of anything that a server says."""
_OWNERS = {"library": "ollama", "llamacpp": "llama.cpp", "vllm": "vllm"}
"""Servers by the owner that their lists of models name."""
_NAMED = {"ollama": "ollama", "llamacpp": "llama.cpp", "vllm": "vllm"}
"""Servers by the names of their known endpoints."""
_OLLAMA_PORT = 11434


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out about a model and its server."""

    facts: ServerFacts
    weights: Path | None = None
    """The file on this machine that the server has loaded, if it can be read and is not too large to hash."""


async def server_facts(endpoint: Endpoint, models: Sequence[str]) -> dict[str, Found]:
    """Return what a server says, by model; empty if it is not private or does not answer. Never raises."""
    if endpoint.simulated or not is_private(endpoint.base_url):
        return {}
    try:
        secrets, verify = Secrets(endpoint), certificates(endpoint)

        def connected() -> httpx.AsyncClient:
            return HttpxAiohttpClient(headers=secrets.headers, verify=verify, timeout=_ALL)

        async with asyncio.timeout(_ALL):
            return await _Questions(connected, endpoint, secrets).found(models)
    except (*BROKEN, EndpointError, TimeoutError):
        return {}


class _Questions:
    """The questions to one server."""

    def __init__(
        self, connected: Callable[[], httpx.AsyncClient], endpoint: Endpoint, secrets: Secrets
    ) -> None:
        self._connected, self._endpoint, self._secrets = connected, endpoint, secrets
        self._root = endpoint.base_url.removesuffix("/v1")

    async def found(self, models: Sequence[str]) -> dict[str, Found]:
        listed, header = await self._get(f"{self._endpoint.base_url}/models")
        facts = ServerFacts(at=now(), software=self._software(listed), header=self._text(header))
        match facts.software:
            case "ollama":
                return await self._ollama(facts, models)
            case "llama.cpp":
                return dict.fromkeys(models, await self._llamacpp(facts))
            case "vllm":
                body, _ = await self._get(f"{self._root}/version")
                facts = facts.model_copy(update={"version": self._text(body.get("version"))})
        return dict.fromkeys(models, Found(facts)) if facts.software or facts.header else {}

    def _software(self, listed: Mapping[str, Any]) -> str | None:
        if (known := _NAMED.get(self._endpoint.name)) is not None:
            return known
        if urlsplit(self._endpoint.base_url).port == _OLLAMA_PORT:
            return "ollama"
        owners = (str(entry.get("owned_by")) for entry in _objects(listed.get("data")))
        return next((_OWNERS[owner] for owner in owners if owner in _OWNERS), None)

    async def _ollama(self, facts: ServerFacts, models: Sequence[str]) -> dict[str, Found]:
        body, _ = await self._get(f"{self._root}/api/version")
        tags, _ = await self._get(f"{self._root}/api/tags")
        digests = {str(entry.get("name")): entry.get("digest") for entry in _objects(tags.get("models"))}
        version = self._text(body.get("version"))
        found = {}
        for model in models:
            digest = self._text(digests.get(model, digests.get(f"{model}:latest")))
            found[model] = Found(facts.model_copy(update={"version": version, "digest": digest}))
        return found

    async def _llamacpp(self, facts: ServerFacts) -> Found:
        body, _ = await self._get(f"{self._root}/props")
        path = body.get("model_path")
        file, weights = None, None
        if isinstance(path, str) and path:
            name = self._text(re.split(r"[/\\]", path)[-1]) or ""
            here = is_loopback(self._endpoint.base_url)
            file, weights = _file_here(Path(path), name) if here else (ModelFile(name=name), None)
        told = {"version": self._text(body.get("build_info")), "file": file}
        return Found(facts.model_copy(update=told), weights)

    async def _get(self, url: str) -> tuple[Mapping[str, Any], str | None]:
        """Return the object at a URL, empty if there is none, and the response's header `server`."""
        # A connection for each: some servers close it without announcing that.
        async with self._connected() as http, http.stream("GET", url) as response:
            text = bytearray()
            async for piece in response.aiter_bytes():
                text += piece
                if len(text) > _LARGEST:
                    break
        try:
            body = parse(text.decode("utf-8", "replace")) if response.is_success else None
        except MalformedReply:
            body = None
        return body if isinstance(body, dict) else {}, response.headers.get("server")

    def _text(self, value: object) -> str | None:
        """Return a text of the server as it can be kept; `None` for anything else."""
        if not isinstance(value, str) or not value:
            return None
        return clip(printable(self._secrets.hide(value)), _LONGEST)


def _objects(listed: object) -> list[dict[str, Any]]:
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def _file_here(path: Path, name: str) -> tuple[ModelFile, Path | None]:
    """Return what is known of a file, and its path if it is worth reading."""
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return ModelFile(name=name), None
    if not S_ISREG(stat.st_mode):
        return ModelFile(name=name), None
    modified = datetime.fromtimestamp(int(stat.st_mtime), UTC).isoformat()
    file = ModelFile(name=name, bytes=stat.st_size, modified=modified)
    return file, path if stat.st_size <= LARGEST_FILE else None


def weights_hash(path: Path, is_stopped: Callable[[], bool]) -> str | None:
    """Return the SHA-256 of a file of weights; `None` if it is none or cannot be read, or was stopped."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 22):
                if is_stopped() or not (file.tell() > len(block) or block.startswith(b"GGUF")):
                    return None
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()
