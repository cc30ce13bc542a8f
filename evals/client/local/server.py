"""Servers of the user's own: which one it is, and asking it for more than a protocol of models has."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
from httpx_aiohttp import HttpxAiohttpClient

from evals.client.bodies import ENCODINGS, beginning
from evals.client.connection import certificates
from evals.client.secrets import Secrets
from evals.endpoints import Endpoint, is_private
from evals.record.completion import MalformedReply, parse


class Server(StrEnum):
    """The servers of which we know how to find out more, or how to raise their context."""

    OLLAMA = "Ollama"
    LLAMACPP = "llama.cpp"
    LMSTUDIO = "LM Studio"
    VLLM = "vLLM"
    SGLANG = "SGLang"
    OTHER = "other"


_NAMED = {
    "ollama": Server.OLLAMA,
    "llamacpp": Server.LLAMACPP,
    "lmstudio": Server.LMSTUDIO,
    "vllm": Server.VLLM,
}
"""Servers by the names of their known endpoints."""
_OWNERS = {
    "library": Server.OLLAMA,
    "llamacpp": Server.LLAMACPP,
    "organization_owner": Server.LMSTUDIO,
    "vllm": Server.VLLM,
    "sglang": Server.SGLANG,
}
"""Servers by the owner that their lists of models name."""
_PORTS = {11434: Server.OLLAMA, 1234: Server.LMSTUDIO}


def is_local(endpoint: Endpoint) -> bool:
    """Return whether an endpoint is a server of the user's own, by its name or its address."""
    return not endpoint.simulated and (endpoint.name in _NAMED or is_private(endpoint.base_url))


def server_of(owner: str) -> Server:
    """Return the server that names this owner in its list of models."""
    return _OWNERS.get(owner, Server.OTHER)


def likely_servers(endpoint: Endpoint, owners: Iterable[str] = ()) -> list[Server]:
    """Return which servers an endpoint may be, the most likely first.

    Args:
        endpoint: The endpoint, whose name and port tell most.
        owners: The owners of its models, by its own list.
    """
    port = _PORTS.get(urlsplit(endpoint.base_url).port or 0)
    told = [_NAMED.get(endpoint.name), port, *map(_OWNERS.get, owners)]
    return list(dict.fromkeys(server for server in told if server is not None))


class LocalServer:
    """One server, and its paths beside `/v1`."""

    def __init__(self, endpoint: Endpoint, *, largest: int) -> None:
        """Prepare the questions.

        Args:
            endpoint: Where it is.
            largest: The longest body that is read, in bytes.

        Raises:
            EndpointError: A key, a secret header or a certificate is missing.
        """
        self.secrets = Secrets(endpoint)
        self.base = endpoint.base_url
        self.root = self.base.removesuffix("/v1")
        self._verify, self._largest = certificates(endpoint), largest

    async def ask(
        self, url: str, body: Mapping[str, Any] | None = None, *, timeout: httpx.Timeout
    ) -> tuple[Any, httpx.Headers]:
        """Return the JSON at a URL, `None` for anything else, and the headers of the response.

        Args:
            url: What to ask for.
            body: What to post; without it, a GET.
            timeout: For connecting, and between two pieces of the response.

        Raises:
            BROKEN: There is no response.
        """
        method: Literal["GET", "POST"] = "GET" if body is None else "POST"
        headers = {"accept-encoding": ENCODINGS} | self.secrets.headers
        async with (
            # A connection for each: some servers close it without announcing that.
            HttpxAiohttpClient(headers=headers, verify=self._verify) as http,
            http.stream(method, url, json=body, timeout=timeout) as response,
        ):
            text = await beginning(response, self._largest) if response.is_success else None
        try:
            told = None if text is None else parse(text.decode("utf-8", "replace"))
        except MalformedReply:
            told = None
        return told, response.headers
