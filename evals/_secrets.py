"""What must stand nowhere: the keys and secret headers of an endpoint, also where a server echoes them."""

from importlib.metadata import version
from typing import Any

from evals._addresses import mask
from evals.endpoints import Endpoint, key_of, secret_headers

_LONG = 16
"""Characters from which on a secret is cut out of a model's text too; a shorter one may well be a word."""
_OPEN = frozenset({"user-agent", "http-referer", "referer", "x-title", "accept", "content-type"})
"""Headers that hold no secret."""


class Secrets:
    """Knows an endpoint's secrets, sends them along, and takes them out of texts."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Read them; raises `EndpointError` where one is missing."""
        key, hidden, given = key_of(endpoint), secret_headers(endpoint), endpoint.headers
        ours = {"user-agent": f"cantwont/{version('cantwont')}"}
        if key is not None:
            ours["authorization"] = f"Bearer {key}"
        self.headers = ours | {name.lower(): value for name, value in {**given, **hidden}.items()}
        """Of every request, by names in lower case."""
        named = [value for name, value in given.items() if name.lower() not in _OPEN]
        told = {value for value in (key or "", *hidden.values()) if len(value) >= 4}
        told |= {value for value in given.values() if len(value) >= 8}
        certain = {value for value in (key or "", *hidden.values(), *named) if len(value) >= _LONG}
        self._told = sorted(told, key=len, reverse=True)
        self._certain = sorted(certain, key=len, reverse=True)

    def hide(self, text: str) -> str:
        """A text of our own or of an error, without any of them and without passwords in addresses."""
        for value in self._told:
            text = text.replace(value, "***")
        return mask(text)

    def scrub(self, value: Any) -> Any:
        """A model's reply, as JSON, without those that are too long to be there by chance."""
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
