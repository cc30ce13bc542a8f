"""Labels given by people, read from a file."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.record import jsonl
from evals.record.files import decoded
from evals.record.model import FieldFault, Text
from evals.record.outcome import Label
from tasks import CantwontError


class BadLabels(CantwontError):
    """A file of human labels cannot be used; the message names the line."""


class HumanLabel(BaseModel):
    """A human reader's label of one answer: a line of the file. Fields that we do not use are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    """The trial's id."""
    label: Label
    alternative: Label | None = None
    """A second defensible label; a rule that chose it counts as agreeing."""
    first_illegal_move: int | None = Field(default=None, ge=0)
    """Counted from 0; shown, not compared."""
    random_sample: bool | None = None
    """Whether the answer was drawn at random rather than picked."""
    tags: tuple[Text, ...] | None = None
    note: Text | None = None


def read_labels(file: Path) -> list[HumanLabel]:
    """Return the labels of a JSON Lines file, which may be gzipped (`.gz`).

    Raises:
        BadLabels: a line is not a valid label; the message names file, line and field.
        RunError: the file cannot be read.
    """
    found: dict[str, int] = {}
    labels = []
    for number, label in _numbered(file):
        if label.id in found:
            raise BadLabels(
                f"{str(file)!r}, line {number}: field 'id': {label.id!r} is labelled in line "
                f"{found[label.id]} too; keep the one that holds"
            )
        found[label.id] = number
        labels.append(label)
    if not labels:
        raise BadLabels(f"there are no labels in {str(file)!r}: each line is one, e.g. {_EXAMPLE}")
    return labels


_EXAMPLE = '{"id": "…", "label": "give_up"}'


def _numbered(file: Path) -> Iterator[tuple[int, HumanLabel]]:
    for line in jsonl.lines(file, streams=True):
        if line.data.strip():
            yield line.number, _parsed(line.data, f"{str(file)!r}, line {line.number}")


def _parsed(data: bytes, where: str) -> HumanLabel:
    try:
        value = json.loads(decoded(data))
    except (ValueError, RecursionError) as error:
        raise BadLabels(f"{where}: is not JSON ({error}); write one label a line, as {_EXAMPLE}") from None
    if not isinstance(value, dict):
        raise BadLabels(f"{where}: is not an object: write each label as {_EXAMPLE}")
    try:
        return HumanLabel.model_validate(value)
    except ValidationError as error:
        raise BadLabels(f"{where}: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    fault = FieldFault.first_of(error)
    match fault.kind:
        case "enum":
            return f"field {fault.field!r}: unknown label {fault.given}; labels are {', '.join(Label)}"
        case "missing":
            return f"field {fault.field!r}: it is missing"
    return f"field {fault.field!r}: {fault.message}, not {fault.given}"
