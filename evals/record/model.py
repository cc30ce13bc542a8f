"""The basis of all rows of a run directory: closed pydantic models, lossless text, canonical hashes."""

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from evals.text import clip

SCHEMA = 3
"""The newest schema version of a run directory; each row gives the oldest version that can read it.

1: attempts and replies. 2: sandbox results, and ends of conversations.
3: sandbox results that name the walls, instances given whole, and variants of arms.
"""


def _as_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")  # noqa: TRY004 - pydantic turns a ValueError into its own error
    return value


Text = Annotated[str, PlainValidator(_as_text)]
"""A model's text, code point for code point. Pydantic's own `str` rejects lone surrogates."""

Scalar = bool | int | float | str

Whole = Annotated[int, Field(ge=0)]
"""A number of any size: of the steps of a puzzle, say."""
Count = Annotated[int, Field(ge=0, lt=1 << 63)]
"""A number of things, of the size that tables and files can hold."""
Place = Annotated[int, Field(ge=1, lt=1 << 63)]
"""The same, counted from 1."""
DEEPEST = 150
"""Levels of nesting in what we read: fewer than those at which anything that writes it again gives up."""


class Closed(BaseModel):
    """One of our own records: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def digest(value: object) -> str:
    """Return the SHA-256 of a JSON value in canonical form (sorted keys, no spaces, ASCII): 64 hex digits."""
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(plain.encode("ascii")).hexdigest()


_HOLDING = (list, dict)


def is_too_deep(value: object, most: int = DEEPEST - 1) -> bool:
    """Return whether a JSON value has a list or object within `most` others, one in the other.

    Whoever recurses into it would fail. By default these are as many as leave `DEEPEST` levels with what the
    innermost one holds.
    """
    level: list[Any] = [value] if isinstance(value, _HOLDING) else []
    for _ in range(most):
        if not level:
            return False
        level = [
            item
            for outer in level
            for item in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(item, _HOLDING)
        ]
    return bool(level)


@dataclass(frozen=True, slots=True)
class FieldFault:
    """The first error that pydantic finds in a value, for a one-line message."""

    field: str
    """The field's path, e.g. `puzzles.0.name`; empty for the value itself."""
    kind: str
    """Pydantic's name for the error, e.g. `missing`."""
    message: str
    given: str
    """The `repr` of the value found there, clipped."""

    @classmethod
    def first_of(cls, error: ValidationError) -> Self:
        """Return the first fault of a validation error."""
        first = error.errors()[0]
        return cls(
            field=".".join(map(str, first["loc"])),
            kind=first["type"],
            message=first["msg"].removeprefix("Value error, "),
            given=clip(repr(first["input"]), 100),
        )
