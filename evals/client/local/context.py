"""How many tokens a local server really gives a request: its context, which prompt and answer share.

Its list of models says at best what the model could take. Ollama gives 4,096 tokens on most machines and cuts
what is longer without a word, and nothing in a request for a chat completion can change that.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx

from evals.client.connection import BROKEN
from evals.client.local.server import LocalServer, Server, is_local, likely_servers, server_of
from evals.client.model_list import ListedModel, read_offered, token_count
from evals.endpoints import Endpoint
from evals.errors import EndpointError

_WAIT = httpx.Timeout(3.0, connect=2.0)
_ALL = 8.0
"""Seconds for all questions together."""
_LOADING = 120.0
"""Seconds for a model to be loaded."""
_LARGEST = 8 << 20  # bytes
_OLLAMA_DEFAULT = 4096
"""Ollama's own default for little graphics memory; with more it gives more."""
_STEP = 1024
"""Proposed lengths are multiples of this."""
_LISTED = "the list of models"


@dataclass(frozen=True, slots=True)
class Room:
    """The context of a model at its server."""

    tokens: int
    source: str
    """Where that is said, e.g. `/api/ps`."""
    used: bool = True
    """Whether the server really uses it; otherwise it is its default, or the most that it could use."""
    server: Server = Server.OTHER
    most: int | None = None
    """The longest context that the model itself can take."""
    slots: int = 1
    """How many requests the server's whole context may have to be divided among."""

    @classmethod
    def listed(cls, entry: ListedModel, *, used: bool) -> "Room | None":
        """Return what the list of models says; `None` if it says nothing."""
        if entry.context is None:
            return None
        return cls(entry.context, _LISTED, used, server_of(entry.owner), entry.longest)

    def describe(self) -> str:
        """Say how long it is, and how that is known."""
        what = f"its context {'is' if self.used else 'may be'} {self.tokens:,} tokens"
        return what if self.used and self.source == _LISTED else f"{what} ({self.source})"

    def remedy(self, wanted: int) -> str:
        """Say what to do for a context of this many tokens."""
        most = self.most
        if most is not None and most <= self.tokens:
            return "the model can take no more"
        enough = -(-wanted // _STEP) * _STEP
        size = enough if most is None else min(enough, most)
        match self.server:
            case Server.OLLAMA:
                do = f"start Ollama with OLLAMA_CONTEXT_LENGTH={size}, or set num_ctx {size} in a Modelfile"
            case Server.LLAMACPP:
                do = f"start llama-server with -c {size * self.slots}"
                do += f" (its {self.slots} slots divide it, unless they share it)" if self.slots > 1 else ""
            case Server.LMSTUDIO:
                do = f"load the model with a context length of {size}"
            case Server.VLLM:
                do = f"start vLLM with --max-model-len {size}"
            case Server.SGLANG:
                do = f"start SGLang with --context-length {size}"
            case _:
                do = "raise it where the server is started"
        return do if most is None or most >= wanted else f"{do}; the model can take no more than {most:,}"

    def stored(self) -> dict[str, Any]:
        """Return what `run.json` keeps of it."""
        known = {"tokens": self.tokens, "used": self.used, "source": self.source, "server": str(self.server)}
        return known if self.most is None else {**known, "most": self.most}


async def room(endpoint: Endpoint, model: str, *, load: bool = False) -> Room | None:
    """Return the context of a model at a local server; `None` where that cannot be found out.

    Never raises, and asks no endpoint that is not `is_local`.

    Args:
        endpoint: Where the model is.
        model: The model's name.
        load: Have Ollama load the model as it will for the first request, since only then it tells the truth.
    """
    if not is_local(endpoint):
        return None
    try:
        return await _Questions(endpoint, model, load=load).found()
    except (*BROKEN, EndpointError, TimeoutError, UnicodeError):
        return None


class _Questions:
    """The questions to one server about one model."""

    def __init__(self, endpoint: Endpoint, model: str, *, load: bool) -> None:
        self._server = LocalServer(endpoint, largest=_LARGEST)
        self._endpoint, self._model, self._load = endpoint, model, load
        self._hints: list[Server] = []
        self._until = asyncio.get_running_loop().time() + _ALL

    async def found(self) -> Room | None:
        """Ask until one answer says what the server really uses; otherwise return the best guess."""
        # Where not even this connects there is nobody to ask.
        listed = read_offered(await self._json(f"{self._server.base}/models"), 200)
        entry = listed.entries.get(self._model, ListedModel())
        self._hints = likely_servers(self._endpoint, [each.owner for each in listed.entries.values()])
        by_list = Room.listed(entry, used=entry.in_use)
        if by_list is not None and by_list.used and by_list.server is not Server.LLAMACPP:
            return by_list
        guess: Room | None = None
        ways = {Server.OLLAMA: self._ollama, Server.LLAMACPP: self._llamacpp, Server.LMSTUDIO: self._lmstudio}
        for server in sorted(ways, key=lambda server: server not in self._hints):
            told = await ways[server]()
            if told is None:
                continue
            told = replace(told, most=told.most or entry.longest)
            if told.used or server in self._hints:
                return told
            guess = guess or told
        return by_list if by_list is not None and (by_list.used or guess is None) else guess

    async def _ollama(self) -> Room | None:
        running = await self._get("/api/ps")
        if not isinstance(running, dict) or not isinstance(running.get("models"), list):
            return None
        shown = await self._get("/api/show", {"model": self._model})
        if not isinstance(shown, dict) or not isinstance(shown.get("details"), dict):
            return None
        if self._load and Server.OLLAMA in self._hints and not shown.get("remote_host"):
            # Also where it is loaded: another client may have asked for a context of another length.
            wanted = {"model": self._model, "stream": False}
            await self._get("/api/generate", wanted, wait=_LOADING)
            running = await self._get("/api/ps") or running
        return read_ollama(running, shown, self._model)

    async def _llamacpp(self) -> Room | None:
        # A server of several models would load one only to tell.
        query = httpx.QueryParams({"model": self._model, "autoload": "false"})
        return read_props(await self._get(f"/props?{query}"))

    async def _lmstudio(self) -> Room | None:
        older = read_lmstudio_v0(await self._get("/api/v0/models"), self._model)
        if older is None and Server.LMSTUDIO not in self._hints:
            return None
        if older is not None and older.used:
            return older
        return read_lmstudio_v1(await self._get("/api/v1/models"), self._model) or older

    async def _get(self, path: str, body: Mapping[str, Any] | None = None, wait: float | None = None) -> Any:
        """Return what the server has at a path beside `/v1`; `None` for anything but JSON."""
        try:
            return await self._json(self._server.root + path, body, wait)
        except (*BROKEN, TimeoutError):
            return None

    async def _json(self, url: str, body: Mapping[str, Any] | None = None, wait: float | None = None) -> Any:
        """Return the JSON at a URL; `None` for anything else. Raises `BROKEN`."""
        begun = asyncio.get_running_loop().time()
        timeout = _WAIT if wait is None else httpx.Timeout(wait, connect=_WAIT.connect)
        async with asyncio.timeout_at(self._until if wait is None else begun + wait):
            told, _ = await self._server.ask(url, body, timeout=timeout)
        if wait is not None:
            self._until += asyncio.get_running_loop().time() - begun
        return told


def read_ollama(running: object, shown: Mapping[str, Any], model: str) -> Room | None:
    """Read the bodies of Ollama's `GET /api/ps` and `POST /api/show`."""
    loaded = next((each for each in _list(running, "models") if _is_named(each, model)), None)
    most = _longest(shown.get("model_info"))
    chosen = _num_ctx(shown.get("parameters"))
    in_use = token_count(loaded.get("context_length")) if loaded is not None else None
    if in_use is not None:
        return Room(in_use, "/api/ps", server=Server.OLLAMA, most=most)
    if shown.get("remote_host"):
        return None if most is None else Room(most, "/api/show", used=False, server=Server.OLLAMA, most=most)
    if chosen is not None:
        tokens, source, used = chosen, "num_ctx in /api/show", loaded is not None
    else:
        tokens, used = _OLLAMA_DEFAULT, False
        source = "Ollama's default" + ("" if loaded is not None else "; the model is not loaded")
    return Room(tokens if most is None else min(tokens, most), source, used, Server.OLLAMA, most)


def read_props(body: object) -> Room | None:
    """Read the body of llama.cpp's `GET /props`, whose context is that of one slot."""
    settings = body.get("default_generation_settings") if isinstance(body, dict) else None
    tokens = token_count(settings.get("n_ctx")) if isinstance(settings, dict) else None
    if tokens is None or not isinstance(body, dict):
        return None
    return Room(tokens, "/props", server=Server.LLAMACPP, slots=token_count(body.get("total_slots")) or 1)


def read_lmstudio_v0(body: object, model: str) -> Room | None:
    """Read the body of LM Studio's `GET /api/v0/models`."""
    entry = next((each for each in _list(body, "data") if each.get("id") == model and "state" in each), None)
    if entry is None:
        return None
    loaded = entry.get("loaded_context_length") if entry["state"] == "loaded" else None
    return _lmstudio(token_count(loaded), entry, "/api/v0/models")


def read_lmstudio_v1(body: object, model: str) -> Room | None:
    """Read the body of LM Studio's `GET /api/v1/models`."""
    for entry in _list(body, "models"):
        loaded = _list(entry, "loaded_instances")
        if entry.get("key") == model or any(instance.get("id") == model for instance in loaded):
            configs = [instance.get("config") for instance in loaded]
            lengths = [
                token_count(config.get("context_length")) for config in configs if isinstance(config, dict)
            ]
            known = [length for length in lengths if length is not None]
            return _lmstudio(min(known, default=None), entry, "/api/v1/models")
    return None


def _lmstudio(loaded: int | None, entry: Mapping[str, Any], path: str) -> Room | None:
    most = token_count(entry.get("max_context_length"))
    if loaded is not None:
        return Room(loaded, path, server=Server.LMSTUDIO, most=most)
    source = "the most that the model can take; it is not loaded"
    return None if most is None else Room(most, source, used=False, server=Server.LMSTUDIO, most=most)


def _list(body: object, name: str) -> list[dict[str, Any]]:
    """Return the objects in a list of a body."""
    listed = body.get(name) if isinstance(body, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _is_named(entry: Mapping[str, Any], model: str) -> bool:
    return any(
        isinstance(name := entry.get(field), str) and _tagged(name) == _tagged(model)
        for field in ("name", "model")
    )


def _tagged(name: str) -> str:
    return (name if ":" in name.rpartition("/")[2] else f"{name}:latest").lower()


def _longest(info: object) -> int | None:
    """Return the longest context, which is told under the name of the model's architecture."""
    if not isinstance(info, dict):
        return None
    own = f"{info.get('general.architecture')}.context_length"
    names = [own, *(name for name in info if isinstance(name, str) and name.endswith(".context_length"))]
    return next((length for name in names if (length := token_count(info.get(name))) is not None), None)


def _num_ctx(parameters: object) -> int | None:
    """Return `num_ctx` from parameters as Ollama lists them: a name and a value a line."""
    given = parameters if isinstance(parameters, str) else ""
    found = re.search(r"^num_ctx\s+(\d{1,9})\s*$", given, re.MULTILINE)
    return token_count(int(found[1])) if found is not None else None
