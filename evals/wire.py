"""Providers' JSON, in the dialects that servers really speak, turned into our own values.

A reply is a plain chat completion, read by `read_completion`; the chunks of a streamed one are first put
together by an `Assembly`.
"""

import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator, ValidationError

from evals.printable import clip, printable
from tasks import CantwontError


class MalformedReply(CantwontError):
    """A server's success that is none: not a chat completion, an error object, or a stream that broke off."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        """The HTTP status that the error object itself claims."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What a reply says; its texts code point for code point."""

    content: str
    reasoning: str | None
    refusal: str | None
    finish_reason: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    reasoning_tokens: int | None


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value % 1:
        return None
    return int(value)


def _object(value: object) -> object:
    return value if isinstance(value, Mapping) else {}


def _first(value: object) -> object:
    return value[:1] if isinstance(value, list) else []


_String = Annotated[str | None, PlainValidator(_string)]
_Count = Annotated[int | None, PlainValidator(_count)]
_Object = BeforeValidator(_object)


class _Provided(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Details(_Provided):
    reasoning_tokens: _Count = None


class _Usage(_Provided):
    prompt_tokens: _Count = None
    completion_tokens: _Count = None
    completion_tokens_details: Annotated[_Details, _Object] = _Details()


class _Message(_Provided):
    content: Any = None
    reasoning_content: _String = None
    reasoning: _String = None
    refusal: _String = None


class _Choice(_Provided):
    message: Annotated[_Message, _Object] = _Message()
    text: _String = None
    """What the older completions gave."""
    finish_reason: _String = None
    error: Any = None


class _Reply(_Provided):
    choices: Annotated[list[_Choice], BeforeValidator(_first)] = []
    usage: Annotated[_Usage, _Object] = _Usage()
    error: Any = None
    object: Any = None


def read_completion(body: Mapping[str, Any]) -> Completion:
    """The first choice of a chat completion; raises `MalformedReply` where there is none."""
    try:
        reply = _Reply.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MalformedReply(f"the reply is no chat completion: {place!r} {first['msg']}") from None
    _check_error(reply.error or (body if reply.object == "error" else None))
    if not reply.choices:
        raise MalformedReply("the reply holds no choice")
    choice = reply.choices[0]
    _check_error(choice.error)
    if choice.finish_reason == "error":
        raise MalformedReply("the server broke the answer off with finish_reason 'error'")
    said, thought = _texts(choice.message.content)
    message = choice.message
    return Completion(
        content=said or choice.text or "",
        reasoning=message.reasoning_content or message.reasoning or thought or None,
        refusal=message.refusal,
        finish_reason=choice.finish_reason,
        prompt_tokens=reply.usage.prompt_tokens,
        completion_tokens=reply.usage.completion_tokens,
        reasoning_tokens=reply.usage.completion_tokens_details.reasoning_tokens,
    )


def _texts(content: object) -> tuple[str, str]:
    """The said and the thought text of a content: a string, a list of parts, or nothing."""
    if isinstance(content, str):
        return content, ""
    said, thought = [], []
    for part in content if isinstance(content, list) else ():
        if isinstance(part, str):
            said.append(part)
        elif isinstance(part, Mapping) and isinstance(part.get("text"), str):
            said.append(part["text"])
        elif isinstance(part, Mapping) and part.get("type") == "thinking":
            thought.append("".join(_texts(part.get("thinking"))))
    return "".join(said), "".join(thought)


def _check_error(error: object) -> None:
    if not error:
        return
    code = error.get("code") if isinstance(error, Mapping) else None
    code = int(code) if isinstance(code, str) and re.fullmatch("[45][0-9]{2}", code) else code
    message = server_message({"error": error}) or "no reason given"
    raise MalformedReply(
        f"the server answered with an error: {message}", code if isinstance(code, int) else None
    )


def server_message(body: object) -> str | None:
    """What an error's body says, as it came; `None` where it is in no known shape."""
    match body:
        case str():
            return body or None
        case [first, *_]:
            return server_message(first)
        case {"msg": message} | {"error": {"message": message}} | {"error": message} if message:
            return message if isinstance(message, str) else server_message(message)
        case {"detail": message} | {"message": message} if message:
            return message if isinstance(message, str) else server_message(message)
    return None


def quote(text: str, length: int = 300) -> str:
    """The beginning of a server's text, in one line that is safe to show."""
    return clip(printable(" ".join(text[: length * 4].split())), length)


def parse(text: str) -> Any:
    """JSON; raises `MalformedReply` with the beginning of what came in its place."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        shown = quote(text, 120)
        what = f"something that is not JSON: '{shown}'" if shown else "an empty body"
        raise MalformedReply(f"the server answered with {what}") from None


# --- streams

_APART = frozenset({"choices", "object", "usage", "error", "obfuscation"})
_CHOICE_APART = frozenset({"index", "delta", "message", "text", "finish_reason", "logprobs"})
_SPLIT_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class _Growing:
    """A text that comes in pieces; millions of them cost no more than their letters."""

    __slots__ = ("_buffer", "begun")

    def __init__(self) -> None:
        self._buffer = io.StringIO()
        self.begun = False

    def add(self, piece: str) -> None:
        self.begun = True
        self._buffer.write(piece)

    def __str__(self) -> str:
        text = self._buffer.getvalue()
        if _SPLIT_PAIR.search(text) is None:
            return text
        # One character sent as two halves in two chunks: JSON would join them on the next reading.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


class Assembly:
    """Puts the chunks of a stream together into a plain chat completion; of several choices, number 0."""

    def __init__(self) -> None:
        self._body: dict[str, Any] = {}
        self._known = set(_APART)
        self._choice: dict[str, Any] = {}
        self._choice_known = set(_CHOICE_APART)
        self._usage: Any = None
        self._texts = {name: _Growing() for name in ("content", "reasoning_content", "reasoning", "refusal")}
        self._begun = False
        self.finish_reason: str | None = None

    @property
    def text(self) -> str:
        """The content so far."""
        return str(self._texts["content"])

    def add(self, chunk: dict[str, Any]) -> None:
        """Take the next chunk; raises `MalformedReply` when it is an error."""
        if "error" in chunk or chunk.get("object") == "error":
            _check_error(chunk.get("error", chunk))
        _note(chunk, self._known, self._body)
        self._usage = chunk.get("usage") or self._usage
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, dict) and not choice.get("index"):
                self._add_choice(choice)

    def body(self) -> dict[str, Any]:
        """The chat completion."""
        message = {"role": "assistant", "content": None} | {
            name: str(text) for name, text in self._texts.items() if text.begun
        }
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason} | self._choice
        body = {"object": "chat.completion", **self._body, "choices": [choice] if self._begun else []}
        return body if self._usage is None else body | {"usage": self._usage}

    def _add_choice(self, choice: dict[str, Any]) -> None:
        self._begun = True
        if "error" in choice:
            _check_error(choice["error"])
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            self._add_delta(delta)
        if "text" in choice and isinstance(choice["text"], str):
            self._texts["content"].add(choice["text"])
        if choice.get("finish_reason"):
            self.finish_reason = _string(choice["finish_reason"])
        _note(choice, self._choice_known, self._choice)

    def _add_delta(self, delta: dict[str, Any]) -> None:
        for name, piece in delta.items():
            if isinstance(piece, str):
                text = self._texts.get(name)
                if text is not None:
                    text.add(piece)
            elif name == "content":
                said, thought = _texts(piece)
                if said:
                    self._texts["content"].add(said)
                if thought:
                    self._texts["reasoning_content"].add(thought)


def _note(fields: dict[str, Any], known: set[str], kept: dict[str, Any]) -> None:
    """Keep the first value of each field that is none of those known."""
    for name, value in fields.items():
        if name not in known and value:
            known.add(name)
            kept[name] = value


def assemble(chunks: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """All chunks of a stream as one chat completion."""
    assembly = Assembly()
    for chunk in chunks:
        assembly.add(chunk)
    return assembly.body()
