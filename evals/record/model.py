"""What all rows of a run directory share: closed pydantic models, text that survives, canonical hashes."""

import hashlib
import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainValidator

SCHEMA = 2
"""The newest version of what stands in a run directory; a row says the oldest that can read it.

1: attempts and replies. 2: results of the sandbox, and ends of conversations.
"""


def _as_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")  # noqa: TRY004 - pydantic turns a ValueError into its own error
    return value


Text = Annotated[str, PlainValidator(_as_text)]
"""A model's text, code point for code point. Pydantic's own `str` refuses lone surrogates."""

Scalar = bool | int | float | str


class Closed(BaseModel):
    """One of our own records: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def digest(value: object) -> str:
    """SHA-256 of a JSON value in its canonical form (sorted keys, no spaces, ASCII), as 64 hex digits."""
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(plain.encode("ascii")).hexdigest()
