"""Reading providers' JSON, in the dialects that servers actually use, into our own types.

A reply is a plain chat completion, read by `read_completion`; the chunks of a streamed one are first
assembled by `evals.client.protocols.chat.ChatAssembly`.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from evals.record.finish_reasons import reason_text
from evals.record.model import is_too_deep
from evals.record.tool_calls import ToolCall, tool_calls_of
from evals.text import clip, printable
from tasks import CantwontError


class MalformedReply(CantwontError):
    """A 2xx response without a usable reply: no chat completion, an error object, or a broken stream."""

    def __init__(self, message: str, code: int | None = None, said: str = "") -> None:
        super().__init__(message)
        self.code = code
        """The HTTP status that the error object itself gives."""
        self.said = said
        """The error object as JSON; empty if there was none."""


class TooLarge(MalformedReply):
    """A response of which more came than any answer has; asking again would bring the same."""


@dataclass(frozen=True, slots=True)
class Completion:
    """The content of a reply; its texts are kept code point for code point."""

    content: str
    reasoning: str | None
    refusal: str | None
    finish_reason: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    reasoning_tokens: int | None
    cached_tokens: int | None = None
    """Those of the prompt's tokens that the server had kept from an earlier prompt."""
    calls: tuple[ToolCall, ...] = ()
    """The calls of tools."""


def text_or_none(value: object) -> str | None:
    """Return a non-empty string as it is, and `None` for anything else."""
    return value if isinstance(value, str) and value else None


_MOST_TOKENS = 10**15
"""No count of tokens is larger, and a float holds all that are not."""


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= _MOST_TOKENS and not value % 1 else None


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _first_of(fields: Mapping[str, Any], *names: str) -> object:
    """Return the value of the first of these fields that is there at all."""
    for name in names:
        if name in fields:
            return fields[name]
    return None


def read_completion(body: Mapping[str, Any]) -> Completion:
    """Return the first choice of a chat completion; raises `MalformedReply` if there is none."""
    # Read by hand: every reply passes here, and a model of pydantic takes several times as long.
    listed = body.get("choices")
    choices = listed if isinstance(listed, list) else []
    if choices and not isinstance(choices[0], Mapping):
        raise MalformedReply("the reply is no chat completion: 'choices.0' must be a table")
    check_error(body.get("error") or (body if body.get("object") == "error" else None))
    if not choices:
        raise MalformedReply("the reply holds no choice")
    choice = choices[0]
    check_error(choice.get("error"))
    # Some servers send a delta in place of a message, also in one piece.
    message = _object(choice.get("message")) or _object(choice.get("delta"))
    said, thought = texts_of(message.get("content"))
    usage = _object(body.get("usage"))
    prompt_details = _first_of(usage, "prompt_tokens_details", "input_tokens_details")
    cached = _count(_object(prompt_details).get("cached_tokens"))
    if cached is None:  # where DeepSeek and Moonshot tell it
        cached = _count(_first_of(usage, "prompt_cache_hit_tokens", "cached_tokens"))
    return Completion(
        # The text of a choice itself is that of the legacy completions format.
        content=said or text_or_none(choice.get("text")) or "",
        reasoning=reasoning_of(message) or thought or None,
        refusal=text_or_none(message.get("refusal")),
        finish_reason=reason_text(choice.get("finish_reason")),
        prompt_tokens=_count(_first_of(usage, "prompt_tokens", "input_tokens")),
        completion_tokens=_count(_first_of(usage, "completion_tokens", "output_tokens")),
        reasoning_tokens=_count(_object(usage.get("completion_tokens_details")).get("reasoning_tokens")),
        cached_tokens=cached,
        calls=tool_calls_of(message),
    )


REASONING = ("reasoning_content", "reasoning", "thinking", "thought", "reasoning_text")
"""The fields of a message that hold its thinking, as servers name them; the first that has some counts."""


def reasoning_of(message: Mapping[str, Any]) -> str:
    """Return the thinking that a message or a delta carries, in any field and shape; empty without any."""
    for name in (*REASONING, "reasoning_details"):
        if thought := _thought(message.get(name)):
            return thought
    return ""


_THOUGHT_IN = ("text", "thinking", "content", "summary", "reasoning")


def _thought(value: object) -> str:
    """The text of a string, of an object with one, or of a list of these."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(_thought, value))
    if isinstance(value, Mapping):
        return next((text for name in _THOUGHT_IN if (text := _thought(value.get(name)))), "")
    return ""


_THINKS = frozenset(
    {"thinking", "reasoning", "reasoning_text", "summary_text", "thought", "redacted_thinking"}
)


def texts_of(content: object) -> tuple[str, str]:
    """Return answer and reasoning text of a message's content: a string, an object, a list of parts."""
    if isinstance(content, str):
        return content, ""
    said, thought = [], []
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            said.append(part)
        elif isinstance(part, Mapping) and (part.get("type") in _THINKS or part.get("thought") is True):
            thought.append(_thought(part))
        elif isinstance(part, Mapping) and isinstance(part.get("text"), str):
            said.append(part["text"])
        elif isinstance(part, Mapping) and isinstance(text := part.get("text"), Mapping):
            said.append(text["value"] if isinstance(text.get("value"), str) else "")
    return "".join(said), "".join(thought)


def check_error(error: object) -> None:
    """Raise `MalformedReply` for an error object that is not empty."""
    if not error:
        return
    code = error.get("code") if isinstance(error, Mapping) else None
    code = int(code) if isinstance(code, str) and re.fullmatch("[45][0-9]{2}", code) else code
    message = server_message({"error": error}) or "no reason given"
    raise MalformedReply(
        f"the server answered with an error: {message}",
        code if isinstance(code, int) else None,
        json.dumps(error),
    )


def server_message(body: object) -> str | None:
    """Return the message in an error body, unmodified; `None` if the body has no known shape."""
    match body:
        case str():
            return body or None
        case [first, *_]:
            return server_message(first)
        case {"error": {"message": str(message), "metadata": {"raw": str(raw)}}} if raw:
            # A gateway's own message is uninformative; the provider's is nested inside, as text.
            return f"{message}: {_inner(raw) or raw}"
        case {"msg": message} | {"error": {"message": message}} | {"error": message} if message:
            return message if isinstance(message, str) else server_message(message)
        case {"detail": message} | {"message": message} if message:
            return message if isinstance(message, str) else server_message(message)
    return None


def _inner(raw: str) -> str | None:
    try:
        return server_message(json.loads(raw))
    except (ValueError, RecursionError):
        return None


def quote(text: str, length: int = 300) -> str:
    """Return the beginning of a server's text, in one line that is safe to display."""
    return clip(printable(" ".join(text[: length * 4].split())), length)


def strict_json(text: str | bytes) -> Any:
    """Parse JSON, with `null` for NaN and infinities, which JSON does not have.

    Raises:
        ValueError: It is not JSON, or is nested too deep or too often for any purpose.
        RecursionError: It is nested deeper still.
    """
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "surrogatepass")
    opened = text.count("[") + text.count("{") if len(text) > _DEEPEST else 0
    if opened > _MOST_NESTED:
        raise ValueError("it has too many lists and objects")
    value = _DECODER.decode(text)
    if opened > _DEEPEST and is_too_deep(value, _DEEPEST):
        raise ValueError("it is nested too deep")
    return value


_DEEPEST = 100
"""How deep JSON may be nested; everything that walks through it can go as deep."""
_MOST_NESTED = 4_000_000
"""The most lists and objects, each of which takes twenty times its bytes as memory."""


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


_DECODER = json.JSONDecoder(parse_constant=lambda _: None, parse_float=_finite)


_SHOWN = 1 << 14
"""Characters in which secrets are masked before their beginning is quoted."""


def parse(text: str, hide: Callable[[str], str] = str) -> Any:
    """Parse JSON.

    Args:
        text: The body of a response.
        hide: Masks secrets in the part of the text that an error message quotes.

    Raises:
        MalformedReply: The text is not JSON; the message quotes its beginning.
    """
    try:
        return strict_json(text)
    except (ValueError, RecursionError):
        shown = quote(hide(text[:_SHOWN]), 120)
        what = f"something that is not JSON: '{shown}'" if shown else "an empty body"
        raise MalformedReply(f"the server answered with {what}") from None
