"""The bodies of the OpenAI chat-completions protocol, as far as the simulated endpoint supports it."""

import json
import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.arms import arm_names, known_arm
from evals.record.model import FieldFault, Scalar
from evals.simulated.trial_headers import ARM, INSTANCE, OPTIONS, TRIAL, TURN

_EXAMPLE = '{"puzzle": "hanoi", "parameters": {"size": 5}, "seed": 0}'
MISSING_INSTANCE = (
    f"the header {INSTANCE} is missing: it says which problem the prompt is about, e.g. "
    f"curl -H '{INSTANCE}: {_EXAMPLE}' ... (optional beside it: {TRIAL}: any-text, {ARM}: list)"
)


class RequestError(Exception):
    """A request that is answered with an error: a status, and a body that says what to do."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code

    def body(self) -> dict[str, Any]:
        """Return the body in the protocol's shape."""
        kind = "authentication_error" if self.status == 401 else "invalid_request_error"
        return {"error": {"message": self.message, "type": kind, "param": None, "code": self.code}}


class _Asked(BaseModel):
    """Part of a client's request; fields that do not matter to a scripted respondent are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class AskedMessage(_Asked):
    """A message; only the length of its content counts."""

    role: str
    content: object = None

    @property
    def characters(self) -> int:
        """The length of its text."""
        if isinstance(self.content, str):
            return len(self.content)
        parts = self.content if isinstance(self.content, list) else []
        texts = (part.get("text") for part in parts if isinstance(part, dict))
        return sum(len(text) for text in texts if isinstance(text, str))


class StreamOptions(_Asked):
    """What a stream contains besides the text."""

    include_usage: bool | None = None


class AskedInstance(BaseModel):
    """The instance as given in its header."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    puzzle: str
    parameters: dict[str, bool | int | str]
    seed: int = 0
    data: dict[str, Any] | None = None
    """All of an instance that is given whole."""


class ChatRequest(_Asked):
    """A request for a completion."""

    model: str
    messages: list[AskedMessage] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    n: Literal[1] | None = None

    @property
    def turn(self) -> int:
        """The number of the requested turn, counted from 1."""
        return 1 + sum(message.role == "assistant" for message in self.messages)

    @property
    def limit(self) -> int | None:
        """The client's token limit."""
        given = [limit for limit in (self.max_tokens, self.max_completion_tokens) if limit is not None]
        return min(given, default=None)

    @property
    def prompt_characters(self) -> int:
        """The length of the whole conversation."""
        return sum(message.characters for message in self.messages)

    @property
    def wants_usage(self) -> bool:
        """Whether a stream should end with the token counts."""
        return self.stream_options is not None and self.stream_options.include_usage is True


_TURN = re.compile(r"[1-9][0-9]{0,4}")


def parse_json(body: bytes | str, where: str) -> object:
    """Parse the JSON of the body or of a header; raises `RequestError`."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError(400, f"{where} is not valid JSON: {error}") from error
    return value


def parse_request(value: object) -> ChatRequest:
    """Parse the request in a body; raises `RequestError`."""
    try:
        return ChatRequest.model_validate(value)
    except ValidationError as error:
        raise RequestError(400, _first_fault("the body", error)) from error


def parse_instance(header: str | None) -> AskedInstance:
    """Parse the instance in its header; raises `RequestError`."""
    if header is None:
        raise RequestError(400, MISSING_INSTANCE, "missing_instance")
    try:
        return AskedInstance.model_validate(parse_json(header, f"the header {INSTANCE}"))
    except ValidationError as error:
        message = f"{_first_fault(f'the header {INSTANCE}', error)}; write it like {_EXAMPLE}"
        raise RequestError(400, message) from error


def parse_turn(header: str | None) -> int | None:
    """Parse the turn number in its header, `None` if that is missing; raises `RequestError`."""
    if header is None:
        return None
    if not _TURN.fullmatch(header):
        raise RequestError(400, f"the header {TURN} must be a number from 1 to 99999, not {header!r:.200}")
    return int(header)


def parse_options(header: str | None, arm: str) -> Mapping[str, Scalar]:
    """Parse the arm's options in their header; raises `RequestError`."""
    where = f"the header {OPTIONS}"
    if header is None or arm not in arm_names():
        return {}
    try:
        return known_arm(arm).options.model_validate(parse_json(header, where)).model_dump()
    except ValidationError as error:
        raise RequestError(400, f"{_first_fault(where, error)}, as an option of arm {arm!r}") from error


def _first_fault(where: str, error: ValidationError) -> str:
    fault = FieldFault.first_of(error)
    what = f"{fault.field}: {fault.message}" if fault.field else fault.message
    return f"{where} cannot be used: {what}, not {fault.given}"


def models_body(names: list[str]) -> dict[str, Any]:
    """Return the list of models."""
    entries = [{"id": name, "object": "model", "created": 0, "owned_by": "cantwont"} for name in names]
    return {"object": "list", "data": entries}


def completion_body(
    head: dict[str, Any], message: dict[str, Any], finish: str, usage: dict[str, Any]
) -> dict[str, Any]:
    """Return a plain completion, not streamed."""
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    return {**head, "object": "chat.completion", "choices": [choice], "usage": usage}


def event(value: dict[str, Any]) -> bytes:
    """Encode one event of a stream."""
    return b"data: " + json.dumps(value).encode("ascii") + b"\n\n"


def chunk_event(head: dict[str, Any], delta: dict[str, Any], finish: str | None = None) -> bytes:
    """Encode one chunk of a streamed completion."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return event({**head, "object": "chat.completion.chunk", "choices": [choice]})


def usage_event(head: dict[str, Any], usage: dict[str, Any]) -> bytes:
    """Encode the chunk with the token counts, which has no choices."""
    return event({**head, "object": "chat.completion.chunk", "choices": [], "usage": usage})


DONE = b"data: [DONE]\n\n"
