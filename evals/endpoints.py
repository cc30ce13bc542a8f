"""Endpoints: the known servers, and what `endpoint/model` in a spec refers to.

No secret is held here: keys are read from the environment or a file when a client is created
(`client.secrets`), so that nothing else can store or print them.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from evals.errors import EndpointError
from evals.key_shapes import beginning, has_prefix, looks_like_key, unkeyed
from evals.text import full_name


def ollama_url(host: str) -> str:
    """Return the base URL for a value of OLLAMA_HOST, read as Ollama itself reads it.

    The address that Ollama binds to is not always one to connect to.
    """
    scheme, mark, rest = host.rpartition("://")
    authority, slash, path = rest.partition("/")
    if not re.search(r":\d+$", authority):
        default = {"http": "80", "https": "443"}.get(scheme, "11434")
        authority = f"{authority.rstrip(':')}:{default}"
    authority = re.sub(r"^(?:0\.0\.0\.0|\[::\]|)(?=:\d+$)", "localhost", authority)
    path = path.strip("/")
    return f"{scheme if mark else 'http'}://{authority}{slash if path else ''}{path}/v1"


def clean_url(url: str) -> str:
    """Return the URL without a trailing slash; raises `EndpointError` if it cannot be a base URL."""
    shown = unkeyed(_without_query(mask(url)))
    if "@" in authority(url):
        raise EndpointError(
            f"address {shown!r} holds a password, which would be recorded: use key_variable or key_file"
        )
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        (parts.hostname or "").encode("idna")  # no part of a host name is empty or longer than 63 letters
    except ValueError:
        fits = False
    if not fits or not url.isprintable() or " " in url:
        raise EndpointError(f"address {shown!r} is none: write it as http://host:port/v1")
    if any(map(has_prefix, re.split(r"[^\w.-]", parts.path))):
        raise EndpointError(
            f"address {shown!r} holds a key, which would be recorded: use key_variable or key_file"
        )
    if parts.query or parts.fragment:
        raise EndpointError(f"address {shown!r} has a part after '?' or '#': a base_url ends with its path")
    return url.rstrip("/")


def _without_query(url: str) -> str:
    before, mark, _ = url.partition("?")
    return f"{before}?***" if mark else before


def mask(text: str) -> str:
    """Mask the user and password of every URL in a text."""
    return _WORD.sub(_masked, text) if "@" in text and "://" in text else text


_WORD = re.compile(r"\S+")


def _masked(word: re.Match[str]) -> str:
    before, mark, rest = word[0].partition("://")
    return f"{before}://***@{rest.rpartition('@')[2]}" if mark and "@" in rest else word[0]


def authority(url: str) -> str:
    """Return the part of a URL between the scheme and the path."""
    return url.partition("://")[2].partition("/")[0]


def is_loopback(url: str) -> bool:
    """Return whether a URL leads to this machine, as far as the URL itself tells."""
    host = urlsplit(url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def is_private(url: str) -> bool:
    """Return whether a URL leads to this machine or a network of its own, as far as the URL itself tells."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE)


_PRIVATE = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
"""The ends of names that no public server has."""


SIMULATED = "sim"
"""The short name of the simulated server, which has no address of its own."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds."""

    connect: float = 10
    idle: float = 300
    """For the first piece of an answer, and between any two pieces."""
    total: float | None = 3600
    """For a whole answer."""


Api: TypeAlias = Literal["chat", "responses", "messages"]
"""The protocol that a server speaks: OpenAI's chat completions or responses, or Anthropic's messages."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server, without its secrets."""

    name: str
    base_url: str
    key_variable: str | None = None
    """The environment variable that holds the key."""
    key_file: Path | None = None
    needs_key: bool = False
    """Whether a request without a key would be refused."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    header_variables: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Further headers, each with the environment variable that holds its value."""
    simulated: bool = False
    stream: bool = True
    api: Api = "chat"
    concurrency: int | None = None
    """The most requests in flight at once; `None` for the run's limit."""
    ca_file: Path | None = None
    """Further certificates to trust, e.g. for a self-hosted server."""
    timeouts: Timeouts = Timeouts()


@dataclass(frozen=True, slots=True)
class ModelAt:
    """A model and the endpoint where it is asked."""

    endpoint: Endpoint
    model: str

    @property
    def who(self) -> str:
        """The model and its endpoint, e.g. `ollama/llama3.2`."""
        return full_name(self.endpoint.name, self.model)


def _checked(url: str) -> str:
    try:
        return clean_url(url)
    except EndpointError as error:
        raise ValueError(str(error)) from None


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) or not (
            value.isascii() and value.isprintable()
        ):
            raise ValueError(
                f"header {name!r} cannot be sent: its name or value is not plain ASCII in one line"
            )
    return headers


def _named(variable: str) -> str:
    check_variable(variable)
    return variable


def check_variable(name: str) -> None:
    """Raise `ValueError` if this cannot be the name of an environment variable; it may be a key."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) is None or looks_like_key(name):
        raise ValueError(
            f"{beginning(name)!r} is not the name of a variable: put the key into an environment variable, "
            "and its name here"
        )


def _file(path: Path) -> Path:
    if looks_like_key(path.name) and not path.expanduser().exists():
        raise ValueError(
            f"{beginning(path.name)!r} is not the name of a file: put the key into a file, and its path here"
        )
    return path


def _all_named(variables: dict[str, str]) -> dict[str, str]:
    for name in variables.values():
        check_variable(name)
    return variables


Headers = Annotated[dict[str, str], AfterValidator(_sendable)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class EndpointSettings(BaseModel):
    """An endpoint as defined in a spec; what is left out is taken from the known endpoint of that name."""

    # An invalid value may be a key that was put in the wrong place.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: Annotated[str, AfterValidator(_checked)] | None = None
    key_variable: Annotated[str, AfterValidator(_named)] | None = None
    key_file: Annotated[Path, AfterValidator(_file)] | None = None
    headers: Headers = Field(default={}, exclude=True, repr=False)
    """Omitted whenever the settings are stored."""
    header_variables: Annotated[Headers, AfterValidator(_all_named)] = {}
    simulated: bool = False
    stream: bool = True
    api: Api | None = None
    ca_file: Path | None = None
    connect_seconds: Seconds = 10
    idle_seconds: Seconds = 300
    total_seconds: Seconds | None = 3600
    concurrency: Annotated[int, Field(ge=1, le=1024)] | None = None
    """The most requests in flight at once, in place of the run's limit."""


_KNOWN = {
    known.name: known
    for known in (
        Endpoint("openai", "https://api.openai.com/v1", "OPENAI_API_KEY", needs_key=True),
        Endpoint("openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", needs_key=True),
        Endpoint(
            "anthropic", "https://api.anthropic.com/v1", "ANTHROPIC_API_KEY", needs_key=True, api="messages"
        ),
        Endpoint("ollama", "http://localhost:11434/v1"),
        Endpoint("vllm", "http://localhost:8000/v1", "VLLM_API_KEY"),
        Endpoint("llamacpp", "http://localhost:8080/v1"),
        Endpoint("lmstudio", "http://localhost:1234/v1"),
    )
}


def resolve(model: str, defined: Mapping[str, EndpointSettings]) -> ModelAt:
    """Return the endpoint and model that a spec's `endpoint/model` or `http://host/v1#model` refers to.

    Args:
        model: As in the spec. Everything after the first slash is the model's name, further slashes included.
        defined: The endpoints that the spec defines, by name; they take precedence over the known ones.

    Raises:
        EndpointError: The endpoint is unknown, has no address, or the model has no name.
    """
    if "://" in model:
        return _by_address(model)
    name, slash, rest = model.partition("/")
    if not slash or not name or not rest:
        raise EndpointError(
            f"model {unkeyed(model)!r} names no endpoint: write it as endpoint/model, e.g. 'openai/gpt-5'"
        )
    return ModelAt(_by_name(name, defined), rest)


def _by_address(model: str) -> ModelAt:
    address, _, name = model.partition("#")
    url = clean_url(address if "@" not in authority(model) else model)
    if not name:
        raise EndpointError(f"address {unkeyed(url)!r} names no model: write it as '{url}#model'")
    return ModelAt(Endpoint(url, url), name)


def _by_name(name: str, defined: Mapping[str, EndpointSettings]) -> Endpoint:
    settings, known = defined.get(name), _KNOWN.get(name)
    if settings is None and known is None:
        raise EndpointError(_unknown(name, defined))
    base_url = (settings and settings.base_url) or _from_environment(name) or (known and known.base_url)
    if not base_url:
        raise EndpointError(f"endpoint {name!r} has no address: give it a base_url")
    base_url = clean_url(base_url)
    if known is None:
        endpoint = Endpoint(name, base_url)
    else:
        # A key is required only at the provider's own address: a self-hosted server may work without one.
        endpoint = replace(known, base_url=base_url, needs_key=known.needs_key and base_url == known.base_url)
    return endpoint if settings is None else _with(endpoint, settings)


def _with(endpoint: Endpoint, settings: EndpointSettings) -> Endpoint:
    if settings.key_variable or settings.key_file:
        endpoint = replace(
            endpoint, key_variable=settings.key_variable, key_file=settings.key_file, needs_key=True
        )
    return replace(
        endpoint,
        headers=settings.headers,
        header_variables=settings.header_variables,
        simulated=settings.simulated or endpoint.name == SIMULATED,
        stream=settings.stream,
        api=settings.api or endpoint.api,
        concurrency=settings.concurrency,
        ca_file=settings.ca_file,
        timeouts=Timeouts(settings.connect_seconds, settings.idle_seconds, settings.total_seconds),
    )


def _unknown(name: str, defined: Mapping[str, EndpointSettings]) -> str:
    if name == SIMULATED:
        return (
            f"endpoint {SIMULATED!r} is the simulated server, and it is not said where it listens: "
            "give its address with --sim, or as base_url in the spec"
        )
    names = ", ".join(sorted({*_KNOWN, *defined, SIMULATED}))
    return (
        f"endpoint {name!r} is not known ({names} are): define it in the spec with a base_url, "
        "or write the model as http://host:port/v1#model"
    )


def _from_environment(name: str) -> str | None:
    if name == "openai":
        return os.environ.get("OPENAI_BASE_URL") or None
    host = os.environ.get("OLLAMA_HOST", "").strip() if name == "ollama" else ""
    return ollama_url(host) if host else None
