"""What must stand nowhere: the keys and secret headers of an endpoint, also where a server echoes them."""

from collections.abc import Mapping
from typing import Any

from evals.endpoints import Endpoint, mask

_LONG = 16
"""Characters from which on a secret is cut out of a model's text too; a shorter one may well be a word."""
_OPEN = frozenset({"user-agent", "http-referer", "referer", "x-title", "accept", "content-type"})
"""Headers that hold no secret."""


class Secrets:
    """Knows an endpoint's secrets, and takes them out of texts."""

    def __init__(self, endpoint: Endpoint, key: str | None, headers: Mapping[str, str]) -> None:
        """Gather them.

        Args:
            endpoint: For the headers that its spec gives as they are.
            key: Its key.
            headers: Its headers from the environment.
        """
        named = [value for name, value in endpoint.headers.items() if name.lower() not in _OPEN]
        told = [value for value in (key or "", *headers.values()) if len(value) >= 4]
        told += (value for value in endpoint.headers.values() if len(value) >= 8)
        self._told = sorted(set(told), key=len, reverse=True)
        certain = {value for value in (key or "", *headers.values(), *named) if len(value) >= _LONG}
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
                return {name: self.scrub(item) for name, item in value.items()}
        return value
