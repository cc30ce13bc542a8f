"""Addresses of endpoints: checked, made plain, and safe to show."""

import re
from urllib.parse import urlsplit

from evals.errors import EndpointError


def ollama_url(host: str) -> str:
    """As Ollama itself reads the variable; the address it binds to is not always one to connect to."""
    scheme, mark, rest = host.rpartition("://")
    authority, slash, path = rest.partition("/")
    if not re.search(r":\d+$", authority):
        default = {"http": "80", "https": "443"}.get(scheme, "11434")
        authority = f"{authority.rstrip(':')}:{default}"
    authority = re.sub(r"^(?:0\.0\.0\.0|\[::\]|)(?=:\d+$)", "localhost", authority)
    path = path.strip("/")
    return f"{scheme if mark else 'http'}://{authority}{slash if path else ''}{path}/v1"


def clean_url(url: str) -> str:
    """The address without a slash at its end; raises `EndpointError` where it cannot be a base URL."""
    shown = mask(url)
    if "@" in authority(url):
        raise EndpointError(
            f"address {shown!r} holds a password, which would be recorded: use key_variable or key_file"
        )
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or not url.isprintable() or " " in url:
        raise EndpointError(f"address {shown!r} is none: write it as http://host:port/v1")
    if parts.query or parts.fragment:
        raise EndpointError(f"address {shown!r} has a part after '?' or '#': a base_url ends with its path")
    return url.rstrip("/")


def mask(text: str) -> str:
    """The text with the user and password of any address in it starred out."""
    return re.sub(r"://\S*@", "://***@", text)


def authority(url: str) -> str:
    """What stands between the scheme and the path."""
    return url.partition("://")[2].partition("/")[0]
