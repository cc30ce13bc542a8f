"""Exchanges: the rows of a record, each with what was asked in one turn of a trial and what came back."""

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from evals.record.completion import Completion, read_completion
from evals.record.model import Closed, Text, digest
from evals.record.trial import Sampling, Trial
from evals.text import full_name

MOST_TURNS = 1 << 24
"""Turns of a conversation; the longest list of any puzzle has fewer steps than can be asked one by one."""
OURS = "cantwont"
"""The field of a reply in which we store what a plain completion has no place for."""


class Message(BaseModel):
    """One message of a conversation, as in the chat completions protocol."""

    model_config = ConfigDict(extra="allow", frozen=True)

    role: str
    content: Text


class RowKind(StrEnum):
    """The kind of a row in the record."""

    ATTEMPT = "attempt"
    """A request that got no reply."""
    REPLY = "reply"
    """A request that was answered; it is never sent again."""
    RESULT = "result"
    """The sandbox's result for the program in a reply; it is never run again."""
    END = "end"
    """The end of a multi-turn conversation; `reason` names the rule that ended it."""


class Judging(Closed):
    """In a judge's row: which trial's answer was judged, and by which model."""

    of: str
    """The id of the trial whose outcome is judged."""
    model: str
    endpoint: str
    codebook: int
    """The version of the codebook that the judge was given."""

    @property
    def key(self) -> str:
        """What its rows have in place of a trial's id: 20 hex digits, distinct from every trial's id."""
        return digest({"judged": self.of, "model": self.model, "endpoint": self.endpoint})[:20]

    @property
    def who(self) -> str:
        """The model and its endpoint, e.g. `ollama/llama3.2`."""
        return full_name(self.endpoint, self.model)


class Exchange(Closed):
    """One row of the record: what was asked in one turn of a trial, and what came back. Immutable."""

    schema_version: Literal[1, 2, 3] = Field(default=1, alias="schema")
    kind: RowKind
    trial: str
    turn: Annotated[int, Field(ge=1, le=MOST_TURNS)]
    """Counted from 1."""
    reason: str
    """Why this turn was sent, e.g. `start`."""
    what: Trial | None = None
    """The whole trial; only in the rows of turn 1, and never in those of a judge."""
    judge: Judging | None = None
    """Set if a judge was asked rather than the model; `trial` is then the judging's own key."""
    messages: tuple[Message, ...] = ()
    """The messages added since the previous turn."""
    asked: str = ""
    """Hash of the request as asked: before adaptation to the endpoint, and without `stream`."""
    sent: dict[str, Any] = Field(default_factory=dict)
    """The body as actually sent, without its messages."""
    status: int | None = None
    """The HTTP status, if there was one."""
    reply: dict[str, Any] | None = None
    """For a reply: the body, a plain chat completion (assembled, if it was streamed)."""
    result: dict[str, Any] | None = None
    """For a result: how the program ended and what it returned; `None` if the answer has no program."""
    error: Text | None = None
    """For an attempt: what went wrong, in one line."""
    partial: Text | None = None
    """For an attempt: the text of a broken stream, as far as it was received."""
    at: str | None = None
    """When the request was sent: ISO 8601, UTC."""
    seconds: float | None = None
    """Seconds from sending to the last byte."""

    @cached_property
    def completion(self) -> Completion:
        """The parsed reply, cached; raises `MalformedReply` if it cannot be parsed."""
        return read_completion(self.reply or {})

    @property
    def context(self) -> int | None:
        """For a reply: the tokens that its server gave prompt and answer together, where that was known."""
        ours = (self.reply or {}).get(OURS)
        known = ours.get("context") if isinstance(ours, dict) else None
        return known if isinstance(known, int) and 0 < known < 1 << 63 else None


def request_digest(model: str, messages: list[dict[str, Any]], sampling: Sampling) -> str:
    """Return the hash of a request as asked, over its whole conversation so far."""
    return digest({"model": model, "messages": messages, **sampling.body()})
