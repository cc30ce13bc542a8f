"""The fields of a record in our own format, checked one by one where a glance does not do."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.importers._fields import first_fault
from evals.record.completion import MalformedReply, check_error, quote
from evals.record.exchange import Message
from evals.record.model import Text


class _Open(BaseModel):
    """The records come from other tools, so fields that we do not use are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class RecordRequest(_Open):
    """The request that was sent."""

    messages: tuple[Message, ...]
    max_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0)


class RecordResponse(_Open):
    """The response that came back."""

    content: Text | None = None
    reasoning: Text | None = None
    """Thinking text, if it was kept."""
    refusal: Text | None = None
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    error: Any = None
    """What came in place of an answer; a record that has one holds no reply, and is refused."""


class Record(_Open):
    """One recorded answer: a line of the file."""

    id: str
    """Unique; becomes the trial's id."""
    task: str
    """The puzzle's name."""
    instance: dict[str, Any]
    """The problem that was asked: `parameters` and `seed`, or the data of an instance given whole."""
    prompt_variant: str | None = None
    """Becomes the arm, unless it is mapped to another."""
    model: str
    request: RecordRequest
    response: RecordResponse
    source: Any = None
    """Where the answer comes from; stored with the reply."""


def checked(row: dict[str, Any]) -> dict[str, Any] | str:
    """Return a record's fields with the types that they should have, or else what is wrong with it."""
    try:
        return Record.model_validate(row).model_dump()
    except ValidationError as error:
        return first_fault(error)


def told_of_error(error: object) -> str:
    """Return what a record is refused with that has an error in place of a response."""
    try:
        check_error(error)
    except MalformedReply as told:
        return f"field 'response.error': {quote(str(told))}; that is no reply: leave the record out"
    raise AssertionError("an error is not empty")
