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

import httpx

from evals.client.connection import BROKEN
from evals.client.local.server import LocalServer, Server, likely_servers
from evals.endpoints import Endpoint, is_loopback, is_private
from evals.errors import EndpointError
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
_TELLING = {Server.OLLAMA: "ollama", Server.LLAMACPP: "llama.cpp", Server.VLLM: "vllm"}
"""The servers that tell something of themselves, by the names that are kept of them."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What was found out about a model and its server."""

    facts: ServerFacts
    weights: Path | None = None
    """The file on this machine that the server has loaded, if it can be read and is not too large to hash."""


async def server_facts(endpoint: Endpoint, models: Sequence[str]) -> dict[str, ModelFacts]:
    """Return what a server says, by model; empty if it is not private or does not answer. Never raises."""
    if endpoint.simulated or not is_private(endpoint.base_url):
        return {}
    try:
        async with asyncio.timeout(_ALL):
            return await _Questions(endpoint).found(models)
    except (*BROKEN, EndpointError, TimeoutError):
        return {}


class _Questions:
    """The questions to one server."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._server = LocalServer(endpoint, largest=_LARGEST)

    async def found(self, models: Sequence[str]) -> dict[str, ModelFacts]:
        listed, header = await self._get(f"{self._server.base}/models")
        facts = ServerFacts(at=now(), software=self._software(listed), header=self._text(header))
        match facts.software:
            case "ollama":
                return await self._ollama(facts, models)
            case "llama.cpp":
                return dict.fromkeys(models, await self._llamacpp(facts))
            case "vllm":
                body, _ = await self._get(f"{self._server.root}/version")
                facts = facts.model_copy(update={"version": self._text(body.get("version"))})
        return dict.fromkeys(models, ModelFacts(facts)) if facts.software or facts.header else {}

    def _software(self, listed: Mapping[str, Any]) -> str | None:
        owners = [str(entry.get("owned_by")) for entry in _objects(listed.get("data"))]
        likely = likely_servers(self._endpoint, owners)
        return next((_TELLING[server] for server in likely if server in _TELLING), None)

    async def _ollama(self, facts: ServerFacts, models: Sequence[str]) -> dict[str, ModelFacts]:
        body, _ = await self._get(f"{self._server.root}/api/version")
        tags, _ = await self._get(f"{self._server.root}/api/tags")
        digests = {str(entry.get("name")): entry.get("digest") for entry in _objects(tags.get("models"))}
        version = self._text(body.get("version"))
        found = {}
        for model in models:
            digest = self._text(digests.get(model, digests.get(f"{model}:latest")))
            found[model] = ModelFacts(facts.model_copy(update={"version": version, "digest": digest}))
        return found

    async def _llamacpp(self, facts: ServerFacts) -> ModelFacts:
        body, _ = await self._get(f"{self._server.root}/props")
        path = body.get("model_path")
        file, weights = None, None
        if isinstance(path, str) and path:
            name = self._text(re.split(r"[/\\]", path)[-1]) or ""
            here = is_loopback(self._endpoint.base_url)
            file, weights = _file_here(Path(path), name) if here else (ModelFile(name=name), None)
        told = {"version": self._text(body.get("build_info")), "file": file}
        return ModelFacts(facts.model_copy(update=told), weights)

    async def _get(self, url: str) -> tuple[Mapping[str, Any], str | None]:
        """Return the object at a URL, empty if there is none, and the response's header `server`."""
        body, headers = await self._server.ask(url, timeout=httpx.Timeout(_ALL))
        return body if isinstance(body, dict) else {}, headers.get("server")

    def _text(self, value: object) -> str | None:
        """Return a text of the server as it can be kept; `None` for anything else."""
        if not isinstance(value, str) or not value:
            return None
        return clip(printable(self._server.secrets.hide(value)), _LONGEST)


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
