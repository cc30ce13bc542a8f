"""The basis of all rows: bounds of numbers, hashes that never change, depth, and faults in one line."""

import hashlib
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from evals.record.model import DEEPEST, Closed, Count, FieldFault, Place, Text, Whole, digest, is_too_deep


@pytest.mark.parametrize(
    ("kind", "least", "most"), [(Whole, 0, 1 << 200), (Count, 0, (1 << 63) - 1), (Place, 1, (1 << 63) - 1)]
)
def test_bounds(kind: Any, least: int, most: int) -> None:
    """Counts fit into tables and files; a place is counted from 1."""
    adapter: TypeAdapter[int] = TypeAdapter(kind)
    assert [adapter.validate_python(number) for number in (least, most)] == [least, most]
    for number in (least - 1, *([] if kind is Whole else [most + 1])):
        with pytest.raises(ValidationError):
            adapter.validate_python(number)


def test_a_hash_never_changes() -> None:
    """It names trials in runs of years ago: the fields in their order, without spaces, in ASCII."""
    plain = rb'{"a":null,"b":[1,"\u00fc","\ud800"]}'
    assert digest({"b": [1, "ü", "\ud800"], "a": None}) == hashlib.sha256(plain).hexdigest()


@pytest.mark.parametrize("opening", ["list", "object", "both"])
def test_how_deep_is_too_deep(opening: str) -> None:
    """As many levels as are allowed, and one more."""

    def nested(levels: int) -> object:
        value: object = 1
        for level in range(levels):
            value = [0, value] if opening == "list" or (opening == "both" and level % 2) else {"a": value}
        return value

    assert [is_too_deep(nested(levels)) for levels in (0, 1, DEEPEST - 1, DEEPEST)] == [False] * 3 + [True]
    assert [is_too_deep(nested(levels), 2) for levels in (2, 3)] == [False, True]


def test_the_first_fault() -> None:
    """Where it is, what kind it is, and what stands there, clipped."""

    class Row(Closed):
        places: list[Place]

    with pytest.raises(ValidationError) as caught:
        Row.model_validate({"places": [1, "x" * 1000]})
    fault = FieldFault.first_of(caught.value)
    assert (fault.field, fault.kind) == ("places.1", "int_parsing")
    assert fault.message.startswith("must be a whole number")
    assert fault.given.startswith("'xxx")
    assert len(fault.given) == 100


@pytest.mark.parametrize("value", [1, None, b"a", ["a"]])
def test_a_text_is_a_string(value: object) -> None:
    """With lone surrogates, and nothing that is turned into one."""
    adapter: TypeAdapter[str] = TypeAdapter(Text)
    assert adapter.validate_python("\ud800") == "\ud800"
    with pytest.raises(ValidationError, match="must be a string"):
        adapter.validate_python(value)
