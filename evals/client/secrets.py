"""Keys and secret headers of an endpoint: kept out of every output, even if a server echoes them."""

import binascii
import os
import re
import ssl
from base64 import b64decode
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment

from evals.client.masking import Masker
from evals.endpoints import Endpoint, mask
from evals.errors import EndpointError
from evals.key_shapes import unkeyed
from evals.record.files import opened, text_of

_OPEN = frozenset({"user-agent", "http-referer", "referer", "x-title", "accept", "content-type"})
"""Headers that contain no secret."""
_SCHEMES = frozenset({"basic", "bearer", "token", "apikey", "api-key", "digest", "negotiate"})
"""The words before the secret of a header."""
_PART = re.compile(r"[^\s,;\"']+")
_LEAST, _LEAST_GIVEN, _LEAST_PART = 4, 8, 8
"""Characters of the shortest secret masked in messages: of a key, of a header in a spec, of a part."""


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
        told, certain = set[str](), set[str]()
        for value in (key or "", *hidden.values(), *_of_proxies()):
            told |= {part for part in parts_of(value) if len(part) >= _LEAST}
            certain |= set(filter(_is_certain, parts_of(value)))
        for name, value in given.items():
            told |= {part for part in parts_of(value) if len(part) >= _LEAST_GIVEN}
            if name.lower() not in _OPEN:
                certain |= set(filter(_is_certain, parts_of(value)))
        self._told, self._certain = Masker(told), Masker(certain)

    def hide(self, text: str) -> str:
        """Mask all secrets, and passwords in URLs, in a message of our own or of an error."""
        return mask(self._told.mask(text))

    def scrub(self, value: Any) -> Any:
        """Mask, in a model's reply as JSON, the secrets that do not occur by chance."""
        return self._scrubbed(value) if self._certain else value

    def _scrubbed(self, value: Any) -> Any:
        match value:
            case str():
                return self._certain.mask(value)
            case list():
                return [self._scrubbed(item) for item in value]
            case dict():
                return {self._certain.mask(name): self._scrubbed(item) for name, item in value.items()}
        return value


def parts_of(value: str) -> Iterator[str]:
    """Yield a secret and each part of it that a server may repeat alone.

    These are the words without the scheme before them, the values of cookies and of parameters, user and
    password together and the password alone (also where they are in base64), and the parts of a token.
    """
    yield value
    for word in dict.fromkeys(_PART.findall(value)):
        if word.lower() not in _SCHEMES and len(word) >= _LEAST_PART:
            yield word
        _, _, assigned = word.partition("=")
        pieces = [assigned.rstrip("="), *(word.split(".") if word.count(".") <= _TOKEN_DOTS else ())]
        yield from (piece for piece in pieces if len(piece) >= _LEAST_PART)
        if ":" in (pair := _decoded(word)):
            yield pair
            yield pair.partition(":")[2]


_TOKEN_DOTS = 2


def _decoded(word: str) -> str:
    """Return what a word in base64 holds, empty if it is no text in base64."""
    try:
        text = b64decode(word + "=" * (-len(word) % 4), validate=True).decode("ascii")
    except (ValueError, binascii.Error):
        return ""
    return text if text.isprintable() else ""


def _is_certain(secret: str) -> bool:
    """Whether a secret cannot stand in a model's text by chance, as a word or a number may."""
    mixed = any(char.isdigit() for char in secret) and any(char.isalpha() for char in secret)
    return len(secret) >= _LONG or (len(secret) >= _LEAST_PART and mixed)


_LONG = 16


def _of_proxies() -> Iterator[str]:
    """Yield the passwords of the proxies that the environment names, as they stand there and decoded."""
    for address in getproxies_environment().values():
        try:
            password = urlsplit(address).password or ""
        except ValueError:
            continue
        yield from (each for each in {password, unquote(password)} if each.isascii())


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
        return f"the file {unkeyed(str(endpoint.key_file))!r}"
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
        opened(file.expanduser()).close()  # OpenSSL waits for the writer of a pipe
        certificates.load_verify_locations(file.expanduser())
    except OSError as error:
        why = error.strerror or error
        raise EndpointError(f"cannot read the certificates in {str(file)!r}: {why}") from None


def _read_key(path: Path) -> str:
    try:
        return text_of(path.expanduser()).strip()
    except OSError as error:
        shown = unkeyed(str(path))
        raise EndpointError(f"cannot read the key file {shown!r}: {error.strerror or 'it is none'}") from None
    except ValueError:
        raise EndpointError(f"the key file {unkeyed(str(path))!r} is not text") from None


def _check_secret(value: str, place: str) -> None:
    if not value.isascii() or not value.isprintable():
        raise EndpointError(f"what {place} holds cannot be sent in a header: is it one line, copied whole?")
