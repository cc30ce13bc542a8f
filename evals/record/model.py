"""The basis of all rows of a run directory: closed pydantic models, lossless text, canonical hashes."""

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError
from pydantic_core import ErrorDetails

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


_CANONICAL = json.JSONEncoder(check_circular=False, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def canonical(value: object) -> bytes:
    """Return a JSON value in canonical form: sorted keys, no spaces, ASCII."""
    return _CANONICAL.encode(value).encode("ascii")


def digest(value: object) -> str:
    """Return the SHA-256 of a JSON value in canonical form: 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


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
    """An error that pydantic finds in a value, for a one-line message."""

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
        return cls.all_of(error)[0]

    @classmethod
    def all_of(cls, error: ValidationError) -> list[Self]:
        """Return all faults of a validation error, in order."""
        return [
            cls(
                field=".".join(map(str, found["loc"])),
                kind=found["type"],
                message=_in_words(found),
                given=clip(repr(found["input"]), 100),
            )
            for found in error.errors()
        ]


_SORTS = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "dict": "a table",
    "model": "a table",
    "mapping": "a table",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}
NAME = r"^\w[\w.+-]*$"
"""What a name may be that becomes part of a path."""


def _in_words(found: ErrorDetails) -> str:
    """Describe a fault as one would say it; in pydantic's words where we have none."""
    kind, limits = found["type"], found.get("ctx", {})
    for ending in ("_type", "_parsing", "_from_float"):
        if kind.endswith(ending) and (sort := _SORTS.get(kind.removesuffix(ending))) is not None:
            return f"must be {sort}"
    match kind:
        case "greater_than_equal" | "greater_than" | "less_than_equal" | "less_than":
            words, limit = _BOUNDS[kind]
            told = f"must be {words} {limits[limit]}"
        case "literal_error" | "enum":
            told = f"must be {limits['expected']}"
        case "string_pattern_mismatch" if limits["pattern"] == NAME:
            told = "must be of letters, digits and _ . + - alone, and begin with a letter, a digit or _"
        case "too_short":
            told = f"must hold at least {limits['min_length']}"
        case "too_long":
            told = f"must hold at most {limits['max_length']}"
        case "finite_number":
            told = "must be a number that is not infinite"
        case _:
            told = found["msg"].removeprefix("Value error, ")
    return told
