"""Reads the TOML file of a spec, and describes what is wrong with a spec in one line."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evals.errors import SpecError
from evals.key_shapes import unkeyed
from evals.record.files import text_of
from evals.record.model import FieldFault, is_too_deep
from tasks import close_to


def toml(file: Path) -> dict[str, Any]:
    """Read a TOML file; raises `SpecError`."""
    text = ""
    try:
        text = text_of(file, streams=True)
        given = tomllib.loads(text)
    except OSError as error:
        raise SpecError(f"cannot read spec {str(file)!r}: {error.strerror or error}") from None
    except ValueError as error:
        told = str(error).replace("at end of document", f"at its end, line {len(text.splitlines())}")
        raise SpecError(f"spec {str(file)!r} is not TOML: {told}") from None
    except RecursionError:
        raise SpecError(f"spec {str(file)!r} is nested too deep: no field of it needs that") from None
    if is_too_deep(given):
        raise SpecError(f"spec {str(file)!r} is nested too deep: no field of it needs that")
    for value in _scalars(given):
        if isinstance(value, date | time):
            raise SpecError(
                f"spec {str(file)!r} has the date or time {value}: write it as a string, in quotes"
            )
    return given


def _scalars(value: object) -> Iterator[object]:
    match value:
        case dict():
            for item in value.values():
                yield from _scalars(item)
        case list():
            for item in value:
                yield from _scalars(item)
        case _:
            yield value


def table(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a table of the file, to which options can be added; raises `SpecError`."""
    table = given.get(name, {})
    if not isinstance(table, Mapping):
        raise SpecError(f"field {name!r} must be a table: write [{name}] above its fields")
    return table


_OPTION_OF = {"models": "--model endpoint/model", "puzzles": "--puzzle name:sizes"}


def complaint(error: ValidationError, known: Collection[str], *, options: bool) -> str:
    """Describe what is wrong with the fields, in one line, each with its name.

    Args:
        error: the validation errors.
        known: the names of existing fields.
        options: whether there was no file, so that it is the options that need correcting.
    """
    told = list(dict.fromkeys(_told(fault, known, options=options) for fault in _apart(error)))
    more = f"; and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return "; ".join(told[:_MOST_TOLD]) + more


_MOST_TOLD = 5
_NO_FIELD = re.compile(r"[\[(]|^function-")
"""What pydantic calls one of several things that a field can be."""


def _apart(error: ValidationError) -> Iterator[FieldFault]:
    """Yield the faults; of a field that can be one of several things, the one nearest to what is given.

    Pydantic tells what is wrong with it as each of these, below a name that is no field's.
    """
    deepest: dict[str, FieldFault] = {}
    for fault in FieldFault.all_of(error):
        plain = [part for part in fault.field.split(".") if not _NO_FIELD.search(part)]
        of = ".".join(plain)
        sooner = next((known for known in deepest if known == of or known.startswith(f"{of}.")), None)
        if sooner is not None:
            continue
        for above in [known for known in deepest if of.startswith(f"{known}.")]:
            del deepest[above]
        deepest[of] = replace(fault, field=of)
    yield from deepest.values()


def _told(fault: FieldFault, known: Collection[str], *, options: bool) -> str:
    top, last = fault.field.split(".")[0], fault.field.split(".")[-1]
    if options and fault.kind == "missing" and top in _OPTION_OF:
        return f"give {_OPTION_OF[top]}, or a file with --spec"
    told = fault.message
    match fault.kind:
        case "extra_forbidden":
            told = "there is no such field"
            told += close_to(last, known)
        case "missing":
            told = "it is missing"
            told += f": add it, or give {_OPTION_OF[top]}" if top in _OPTION_OF else ""
        case "value_error":
            pass  # our own words name the value
        # A refused value of an endpoint may be a key that was put in the wrong place.
        case _ if top != "endpoints":
            told += f", not {unkeyed(fault.given)}"
    return f"field {fault.field!r}: {told}"
