"""Keys and secret headers of an endpoint: kept out of every output, even if a server echoes them."""

import os
import ssl
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evals.endpoints import Endpoint, mask
from evals.errors import EndpointError
from evals.record.files import text_of

_LONG = 16
"""Secrets of at least this many characters are also masked in a model's text; shorter ones may be words."""
_OPEN = frozenset({"user-agent", "http-referer", "referer", "x-title", "accept", "content-type"})
"""Headers that contain no secret."""


class Secrets:
    """An endpoint's secrets: sent with requests, and masked in texts."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Read the secrets; raises `EndpointError` if one is missing."""
        key, hidden, given = key_of(endpoint), secret_headers(endpoint), endpoint.headers
        ours = {"user-agent": f"cantwont/{version('cantwont')}"}
        if key is not None:
            ours["authorization"] = f"Bearer {key}"
        self.headers = ours | {name.lower(): value for name, value in {**given, **hidden}.items()}
        """The headers of every request, by lower-case name."""
        named = [value for name, value in given.items() if name.lower() not in _OPEN]
        told = {value for value in (key or "", *hidden.values()) if len(value) >= 4}
        told |= {value for value in given.values() if len(value) >= 8}
        certain = {value for value in (key or "", *hidden.values(), *named) if len(value) >= _LONG}
        self._told = sorted(told, key=len, reverse=True)
        self._certain = sorted(certain, key=len, reverse=True)

    def hide(self, text: str) -> str:
        """Mask all secrets, and passwords in URLs, in a message of our own or of an error."""
        for value in self._told:
            text = text.replace(value, "***")
        return mask(text)

    def scrub(self, value: Any) -> Any:
        """Mask, in a model's reply as JSON, the secrets that are too long to occur by chance."""
        if not self._certain:
            return value
        match value:
            case str():
                for secret in self._certain:
                    value = value.replace(secret, "***")
                return value
            case list():
                return [self.scrub(item) for item in value]
            case dict():
                return {self.scrub(name): self.scrub(item) for name, item in value.items()}
        return value


# --- secrets


def key_of(endpoint: Endpoint) -> str | None:
    """Return the endpoint's key; raises `EndpointError` if it needs one and there is none."""
    if endpoint.key_file is not None:
        key = _read_key(endpoint.key_file)
    elif endpoint.key_variable is not None:
        key = os.environ.get(endpoint.key_variable, "").strip()
    else:
        return None
    place = key_place(endpoint)
    if not key and endpoint.needs_key:
        raise EndpointError(f"endpoint {endpoint.name!r} needs a key: put it into {place}")
    _check_secret(key, place)
    return key or None


def key_place(endpoint: Endpoint) -> str:
    """Say in words where the endpoint's key is read from."""
    if endpoint.key_file is not None:
        return f"the file {str(endpoint.key_file)!r}"
    if endpoint.key_variable is not None:
        return f"the environment variable {endpoint.key_variable}"
    return "an environment variable, and name that as the endpoint's key_variable"


def secret_headers(endpoint: Endpoint) -> dict[str, str]:
    """Return the headers whose values come from the environment; raises `EndpointError` if one is not set."""
    found = {}
    for header, variable in endpoint.header_variables.items():
        value = os.environ.get(variable, "").strip()
        if not value:
            raise EndpointError(
                f"endpoint {endpoint.name!r} sends the header {header!r}: put its value into "
                f"the environment variable {variable}"
            )
        _check_secret(value, f"the environment variable {variable}")
        found[header] = value
    return found


def trust(file: Path, certificates: ssl.SSLContext) -> None:
    """Also trust the certificates in a file; raises `EndpointError` if they cannot be read."""
    try:
        certificates.load_verify_locations(file.expanduser())
    except OSError as error:
        why = error.strerror or error
        raise EndpointError(f"cannot read the certificates in {str(file)!r}: {why}") from None


def _read_key(path: Path) -> str:
    try:
        return text_of(path.expanduser()).strip()
    except OSError as error:
        raise EndpointError(f"cannot read the key file {str(path)!r}: {error.strerror or error}") from None
    except ValueError:
        raise EndpointError(f"the key file {str(path)!r} is not text") from None


def _check_secret(value: str, place: str) -> None:
    if not value.isascii() or not value.isprintable():
        raise EndpointError(f"what {place} holds cannot be sent in a header: is it one line, copied whole?")
