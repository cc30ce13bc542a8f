"""What a run is made of: trials, the exchanges of their conversations, and the outcomes derived from them.

All three cross the boundary of the process (they are lines in a run directory), so they are pydantic models.
"""

import hashlib
import json
from collections.abc import Hashable, Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from evals.wire import Completion, read_completion
from tasks import AnyInstance, AnyPuzzle, puzzle

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


class Sampling(Closed):
    """The parameters sent with a request; what is `None` is not sent."""

    max_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    seed: int | None = None
    reasoning_effort: str | None = None
    extra: dict[str, Any] = Field(default_factory=dict)
    """Further fields of the request's body, passed through as they are."""

    def body(self) -> dict[str, Any]:
        """The fields to send, those given only."""
        plain = self.model_dump(exclude_none=True, exclude={"extra"})
        return {**plain, **self.extra}


_PLAIN = Sampling()
"""One for all trials without parameters: a default that is a value would be copied for each of them."""


class RecordedInstance(Closed):
    """An instance as stored: enough to make it again, and the version of the puzzle that first did."""

    puzzle: str
    version: int
    parameters: dict[str, bool | int | str]
    seed: int = 0

    @classmethod
    def of(cls, maker: AnyPuzzle, instance: AnyInstance) -> Self:
        """Store all parameters, also those at their default."""
        names = instance.parameters.__dataclass_fields__
        values = {name: getattr(instance.parameters, name) for name in names}
        return cls(puzzle=maker.name, version=maker.version, parameters=values, seed=instance.seed)

    def restore(self) -> tuple[AnyPuzzle, AnyInstance]:
        """The puzzle and the instance; raises `PuzzleError` where this cantwont does not know them."""
        maker = puzzle(self.puzzle)
        return maker, _generated(cast("Hashable", maker), tuple(self.parameters.items()), self.seed)


@lru_cache(maxsize=1024)
def _generated(
    maker: Hashable, parameters: tuple[tuple[str, bool | int | str], ...], seed: int
) -> AnyInstance:
    """Many trials are about the same instance."""
    return cast("AnyPuzzle", maker).generate(dict(parameters), seed)


class Trial(Closed):
    """One model at one endpoint x instance x arm with its options x sampling x repeat: one conversation."""

    id: str
    """Hash of all the rest; for imported answers the record's own id."""
    model: str
    endpoint: str
    """The endpoint's name in the spec, not its address: a server may move."""
    instance: RecordedInstance
    arm: str
    options: dict[str, Scalar] = Field(default_factory=dict)
    sampling: Sampling = Field(default_factory=lambda: _PLAIN)
    repeat: int = 0

    @property
    def who(self) -> str:
        """The model at its endpoint, e.g. `ollama/llama3.2`."""
        return f"{self.endpoint}/{self.model}"

    @classmethod
    def make(  # noqa: PLR0913 - a trial is exactly these
        cls,
        *,
        model: str,
        endpoint: str,
        instance: RecordedInstance,
        arm: str,
        options: Mapping[str, Scalar],
        sampling: Sampling,
        repeat: int,
    ) -> Self:
        """A trial with its id: 20 hex digits of the hash of exactly these fields, puzzle version apart."""
        _, made = instance.restore()
        plain = {"model": model, "endpoint": endpoint, "arm": arm, "options": dict(options), "repeat": repeat}
        identity = {**plain, "instance": made.canonical, "sampling": sampling.model_dump(mode="json")}
        return cls(id=digest(identity)[:20], instance=instance, sampling=sampling, **plain)


class Message(BaseModel):
    """One message of a conversation, in the shape of the protocol."""

    model_config = ConfigDict(extra="allow", frozen=True)

    role: str
    content: Text


class Kind(StrEnum):
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
        return f"{self.endpoint}/{self.model}"


class Exchange(Closed):
    """One row of the record: what was asked in one turn of a trial, and what came back. Never changed."""

    schema_version: Literal[1, 2] = Field(default=1, alias="schema")
    kind: Kind
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


class Label(StrEnum):
    """How a trial ended. One a trial."""

    SOLVED = "solved"
    REFUSAL = "refusal"
    GIVE_UP = "give_up"
    LOGIC_ERROR = "logic_error"
    MALFORMED = "malformed"
    NO_ANSWER = "no_answer"
    TRUNCATED = "truncated"
    UNSCORABLE = "unscorable"
    FILTERED = "filtered"
    ERROR = "error"


INSTRUMENT = frozenset({Label.TRUNCATED, Label.UNSCORABLE, Label.FILTERED, Label.ERROR})
"""Labels that are nobody's failure: counted beside the denominators, not in them."""


class Evidence(Closed):
    """A place in an answer that shows why it is labelled so. Code points of the text as received."""

    turn: int
    field: Literal["content", "reasoning", "refusal"]
    start: int
    end: int
    quote: Text
    """The text from `start` to `end`, verbatim."""
    shows: str
    """What it shows, e.g. `elision`, `decline`, `offer`, `first_error`."""


class TurnEnd(Closed):
    """How the trial stood after one turn of several."""

    turn: int
    reason: str
    """Why the turn was sent."""
    label: Label
    written: int
    """Steps of the list joined so far."""
    right: int
    lost_at: int | None = None


class Outcome(Closed):
    """The label of a trial with its reason, evidence, flags and numbers. Derived: recomputable any time."""

    trial: str
    model: str
    endpoint: str
    puzzle: str
    instance: str
    """The instance's canonical string."""
    size: int
    steps: int | None
    """L, the fewest steps that solve it; `None` for a control without a solution."""
    arm: str
    options: dict[str, Scalar] = Field(default_factory=dict)
    max_tokens: int | None = None
    temperature: float | None = None
    reasoning_effort: str | None = None
    repeat: int = 0
    label: Label
    reason: str
    """One sentence: the rule that decided."""
    confident: bool = True
    judge_label: Label | None = None
    flags: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    written: int = 0
    """W, steps written before the first elision."""
    right: int = 0
    """C, legal steps before the first error."""
    first_error: int | None = None
    """Number of the first illegal step, counted from 1."""
    lost_at: int | None = None
    """Number of the first step that is illegal or leaves every shortest way, where the goal was not reached;
    for an answer that ends elsewhere without one, its last step."""
    turns: int = 0
    by_turn: tuple[TurnEnd, ...] = ()
    """For conversations of several turns, each of them."""
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
