"""Keys among the parameters of a request, where they would be recorded with every trial."""

import re
from collections.abc import Iterator
from typing import Any

from evals.key_shapes import has_prefix

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SECRET = frozenset(
    {
        "apikey",
        "auth",
        "authorization",
        "bearer",
        "cookie",
        "credential",
        "credentials",
        "passphrase",
        "passwd",
        "password",
        "pwd",
        "secret",
        "secrets",
    }
)
_MAYBE = frozenset({"key", "keys", "token"})
"""Words that name a secret at the end of a name, unless what stands before says otherwise."""
_HARMLESS = frozenset(
    {
        "bos",
        "cache",
        "cls",
        "conversation",
        "dedup",
        "end",
        "eos",
        "foreign",
        "group",
        "idempotency",
        "image",
        "mask",
        "max",
        "min",
        "next",
        "pad",
        "partition",
        "prefix",
        "prompt",
        "public",
        "routing",
        "sep",
        "shard",
        "sort",
        "special",
        "start",
        "stop",
        "think",
        "unk",
    }
)


def secret_fields(fields: object, path: str = "") -> Iterator[str]:
    """Yield the path of each field that holds a secret, by its name or its value, at any depth."""
    if isinstance(fields, dict):
        for name, value in fields.items():
            place = f"{path}.{name}" if path else str(name)
            if _names_secret(str(name)) and _is_filled(value):
                yield place
            else:
                yield from secret_fields(value, place)
    elif isinstance(fields, list | tuple):
        for value in fields:
            yield from secret_fields(value, path)
    elif isinstance(fields, str) and (has_prefix(fields) or _HEADER.match(fields)):
        yield path


_HEADER = re.compile(r"(?:Bearer|Basic|Token) +\S{8}", re.IGNORECASE)


def _names_secret(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    if not words:
        return False
    if not _SECRET.isdisjoint(words):
        return True
    return words[-1] in _MAYBE and (len(words) < 2 or words[-2] not in _HARMLESS)


def _is_filled(value: Any) -> bool:
    return isinstance(value, str | list | tuple | dict) and bool(value)
