"""What all rows of a run directory share: closed pydantic models, text that survives, canonical hashes."""

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, PlainValidator, ValidationError

from evals.text import clip

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


@dataclass(frozen=True, slots=True)
class FieldFault:
    """The first thing that pydantic finds wrong with a value, for a message in one line."""

    field: str
    """Its path, e.g. `puzzles.0.name`; empty where it is the value itself."""
    kind: str
    """Pydantic's name for it, e.g. `missing`."""
    message: str
    given: str
    """The value found there, as Python writes it, clipped."""

    @classmethod
    def first_of(cls, error: ValidationError) -> Self:
        """The first of an error's complaints."""
        first = error.errors(include_url=False)[0]
        return cls(
            field=".".join(map(str, first["loc"])),
            kind=first["type"],
            message=first["msg"].removeprefix("Value error, "),
            given=clip(repr(first["input"]), 100),
        )
