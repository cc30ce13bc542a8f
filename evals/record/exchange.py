"""Exchanges: one row of a record each. What was asked in one turn of a trial, and what came back."""

from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from evals.record.completion import Completion, read_completion
from evals.record.model import Closed, Text, digest
from evals.record.trial import Sampling, Trial
from evals.text import full_name


class Message(BaseModel):
    """One message of a conversation, in the shape of the protocol."""

    model_config = ConfigDict(extra="allow", frozen=True)

    role: str
    content: Text


class RowKind(StrEnum):
    """What a row of the record is."""

    ATTEMPT = "attempt"
    """A request that brought no reply."""
    REPLY = "reply"
    """A request that was answered; never asked again."""
    RESULT = "result"
    """What the sandbox made of the program in a reply; never run again."""
    END = "end"
    """A conversation of several turns is over; `reason` says by which rule."""


class Judging(Closed):
    """In the row of a judge: whose answer was read, and by whom."""

    of: str
    """The id of the trial whose outcome is judged."""
    model: str
    endpoint: str
    codebook: int
    """The version of the codebook it was given."""

    @property
    def key(self) -> str:
        """What its rows have in place of a trial's id: 20 hex digits; of no trial's own conversation."""
        return digest({"judged": self.of, "model": self.model, "endpoint": self.endpoint})[:20]

    @property
    def who(self) -> str:
        """The model at its endpoint, e.g. `ollama/llama3.2`."""
        return full_name(self.endpoint, self.model)


class Exchange(Closed):
    """One row of the record: what was asked in one turn of a trial, and what came back. Never changed."""

    schema_version: Literal[1, 2] = Field(default=1, alias="schema")
    kind: RowKind
    trial: str
    turn: int
    """Counted from 1."""
    reason: str
    """Why this turn was sent, e.g. `start`."""
    what: Trial | None = None
    """The whole trial; in the rows of turn 1 only, and not in those of a judge."""
    judge: Judging | None = None
    """Set where a judge was asked, and not the model; `trial` is then the judging's own key."""
    messages: tuple[Message, ...] = ()
    """The messages added since the turn before."""
    asked: str = ""
    """Hash of the request as asked: before any adaptation to the endpoint, and without `stream`."""
    sent: dict[str, Any] = Field(default_factory=dict)
    """The body really sent, without its messages."""
    status: int | None = None
    """HTTP status, where there was one."""
    reply: dict[str, Any] | None = None
    """For a reply: the body, a plain chat completion (a stream's is assembled)."""
    result: dict[str, Any] | None = None
    """For a result: how the program ended, and what it gave; none where the answer has no program."""
    error: Text | None = None
    """For an attempt: what went wrong, in one line."""
    partial: Text | None = None
    """For an attempt: the text of a broken stream, as far as it came."""
    at: str | None = None
    """When it was sent: ISO 8601, UTC."""
    seconds: float | None = None
    """From sending to the last byte."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @cached_property
    def completion(self) -> Completion:
        """What the reply says; raises `MalformedReply` where it is none. Read once, however often asked."""
        return read_completion(self.reply or {})


def request_digest(model: str, messages: list[dict[str, Any]], sampling: Sampling) -> str:
    """The hash of a request as asked, over its whole conversation so far."""
    return digest({"model": model, "messages": messages, **sampling.body()})
