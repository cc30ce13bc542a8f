"""Strategies for what stands in the files of a stranger."""

import json
import types
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from evals.plan.spec import Spec
from evals.record.exchange import Exchange
from evals.record.outcome import Outcome
from evals.record.outcome_file import OutcomesHeader
from evals.record.run import Manifest

MODELS: dict[str, type[BaseModel]] = {
    "run.json": Manifest,
    "exchanges.jsonl": Exchange,
    "outcomes.jsonl": Outcome,
    "spec.json": Spec,
}
"""What the lines of each file are; the first line of the outcomes is an `OutcomesHeader`."""


def _nested(depth: int) -> str:
    return "[" * depth + "]" * depth


RAW = [
    *("null", "true", "false", "0", "-1", "1", "2", "3e10", "1e30", "1e400", "-0.0", "0.5", "NaN"),
    *("Infinity", "-Infinity", "9223372036854775808", "-1e308"),
    "9" * 400,
    "9" * 4300,
    "9" * 5000,
    *map(_nested, (1, 120, 180, 240, 900, 5000, 100_000)),
    '{"a":' * 240 + "1" + "}" * 240,
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\u001b]0;x\\u0007\\u202e"',
    '"../../../outside"',
    '"/dev/zero"',
    '"http://[::1"',
    '"=cmd|"',
    '"code"',
    '"list"',
    '"window"',
    '"chunked"',
    '"hanoi"',
    '"river_crossing"',
    '"' + "x" * 70_000 + '"',
    "{}",
    '{"a":{"b":[1]}}',
    '{"":null}',
    "[]",
    "[[1,0,2],null,{}]",
    '["a","a"]',
]
"""JSON, and what nearly is, for the place of any value."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """The value at a path of a line; the path is chosen by numbers, whatever the line has."""

    file: str
    line: int
    path: tuple[int, ...]
    raw: str | int
    """JSON; or a number that chooses another value of the same type."""


@dataclass(frozen=True, slots=True)
class Doubled:
    """A key of a line that is given once more, with another value."""

    file: str
    line: int
    key: int
    raw: str


@dataclass(frozen=True, slots=True)
class Record:
    """A whole line, put in the place of another or after it."""

    file: str
    line: int
    raw: str
    added: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """A line that is doubled, moved or removed."""

    file: str
    line: int
    what: Literal["doubled", "moved", "removed"]


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes at a place, as a share of the file, that are replaced by others."""

    file: str
    at: float
    length: int
    data: bytes


Edit = Replaced | Doubled | Record | Lines | Bytes


def values(annotation: Any, depth: int = 3) -> st.SearchStrategy[Any]:
    """Draw what a field of this type may hold, and now and then what it may not."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return values(inner[0], depth)
    if origin in (Union, types.UnionType):
        return st.one_of(*(values(one, depth) for one in inner))
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in (tuple, list):
        return st.lists(values(inner[0], depth - 1), max_size=3 if depth else 0)
    if origin is dict:
        return st.dictionaries(_TEXT, values(inner[1], depth - 1), max_size=3 if depth else 0)
    return _of_class(annotation, depth)


def _of_class(annotation: Any, depth: int) -> st.SearchStrategy[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return records(annotation, depth - 1) if depth > 0 else st.just({})
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from([one.value for one in annotation])
    return _PLAIN.get(annotation, _ANY)


_TEXT = st.sampled_from(["a", "m", "hanoi", "list", "code", "size", "start", "1", ""]) | st.text(max_size=8)
_NUMBER = st.integers(-2, 20) | st.sampled_from([1 << 31, 1 << 63, 10**400, -(1 << 63)])
_REAL = st.floats() | st.sampled_from([0.0, 0.5, 1.0])
_ANY = st.recursive(
    st.none() | st.booleans() | _NUMBER | _REAL | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: _TEXT,
    int: _NUMBER,
    float: _REAL,
    bool: st.booleans(),
    type(None): st.none(),
}


@st.composite
def records(draw: st.DrawFn, model: type[BaseModel], depth: int = 3) -> dict[str, Any]:
    """Draw a record of a schema: the fields that it must have, and some of those it may."""
    made: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if field.is_required() or draw(st.booleans()):
            made[field.alias or name] = draw(values(field.annotation, depth))
    return made


_KINDS = [*[Replaced] * 10, Doubled, Record, Record, Lines, Bytes]
_DATA = [b"\0", b"\n", b"\xff\xfe", b"\xef\xbb\xbf", b"{", b'"', b"\\", b"", b"9", b"\xff", b"\r\n", b"1e999"]


@st.composite
def edits(draw: st.DrawFn, files: Sequence[str]) -> Edit:
    """Draw one edit of one of these files: values as hypothesis likes them, places all alike."""
    dice = draw(st.randoms(use_true_random=True))
    file, line, kind = dice.choice(files), dice.randrange(1000), dice.choice(_KINDS)
    if kind is Replaced:
        path = tuple(dice.randrange(1000) for _ in range(dice.choice([1, 1, 2, 3, 4, 6])))
        return Replaced(file, line, path, dice.randrange(1000) if dice.random() < 0.6 else draw(_RAW))
    if kind is Doubled:
        return Doubled(file, line, dice.randrange(1000), draw(_RAW))
    if kind is Record:
        is_header = file == "outcomes.jsonl" and dice.random() < 0.2
        model = OutcomesHeader if is_header else MODELS.get(file, Exchange)
        made = json.dumps(draw(records(model)))
        return Record(file, 0 if is_header else line, made, added=dice.random() < 0.5)
    if kind is Lines:
        return Lines(file, line, dice.choice(["doubled", "moved", "removed"]))
    return Bytes(file, dice.random(), dice.choice([0, 1, 2, 10, 1 << 30]), dice.choice(_DATA))


_RAW = st.sampled_from(RAW) | _ANY.map(json.dumps)
