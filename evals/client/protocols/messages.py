"""Anthropic's `/v1/messages`: its requests, and its replies, whole or streamed, as plain chat completions."""

import json
import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from evals.client.protocols.growing import Growing, check_parts
from evals.client.protocols.server_errors import check
from evals.record.completion import strict_json

PATH = "/messages"
MAX_TOKENS = 32_000
"""The limit of an answer where none is asked for, since there has to be one. All current models take it."""

# --- requests

_VERSION = "2023-06-01"
_TRANSLATED = frozenset(
    {"messages", "max_tokens", "max_completion_tokens", "reasoning_effort", "stream_options"}
)
_SHARES = {"minimal": 0.1, "low": 0.2, "medium": 0.5, "high": 0.8, "xhigh": 0.95, "max": 0.95}
"""How much of the limit each effort leaves to thinking, where that is asked for as a number of tokens."""
_LEAST_BUDGET = 1024
_MODEL = re.compile(r"claude(?:\D{0,40}(\d+)(?:[-.](\d{1,2})(?!\d))?)?")


def headers(key_headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a request.

    Anthropic wants its keys in a header of its own. Of other servers some read that and some the usual one,
    so that they get both.

    Args:
        key_headers: The headers for chat completions.
    """
    sent = {"anthropic-version": _VERSION} | {name.lower(): value for name, value in key_headers.items()}
    scheme, _, key = sent.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and "x-api-key" not in sent:
        sent["x-api-key"] = key
        if key.startswith("sk-ant-api"):
            del sent["authorization"]
    return sent


def request(sent: Mapping[str, Any], messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the body of a request.

    Thinking is asked for only with `reasoning_effort`: of Claude 4.6 and later as an effort, of all other
    models as a share of the limit; `thinking` and `output_config` in `sent` override that.

    Args:
        sent: The body of the request to chat completions, without messages. What is not known here is
            passed through.
        messages: The conversation. Those without text are left out, since they would be refused.
    """
    body = {name: value for name, value in sent.items() if name not in _TRANSLATED}
    limit = sent.get("max_tokens") or sent.get("max_completion_tokens") or MAX_TOKENS
    body["max_tokens"] = limit
    if (effort := sent.get("reasoning_effort")) is not None:
        body = _thinking(effort, str(sent.get("model")), limit) | body
    told = [message for message in messages if message["content"].strip() or message.get("tool_calls")]
    if system := [message["content"] for message in told if _is_system(message)]:
        body["system"] = "\n\n".join(system)
    body["messages"] = []
    asked = (message for message in told if not _is_system(message))
    for are_results, same in groupby(asked, key=lambda message: message["role"] == "tool"):
        if are_results:
            body["messages"].append({"role": "user", "content": [_result(message) for message in same]})
        else:
            body["messages"] += map(_message, same)
    if tools := body.get("tools"):
        body["tools"] = [_tool(tool["function"]) for tool in tools]
    return body


def _is_system(message: Mapping[str, Any]) -> bool:
    return message["role"] in ("system", "developer")


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    if not (calls := message.get("tool_calls")):
        return {"role": message["role"], "content": message["content"]}
    said = [{"type": "text", "text": message["content"]}] if message["content"].strip() else []
    return {"role": message["role"], "content": [*said, *map(_call, calls)]}


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    function = call["function"]
    given = json.loads(function["arguments"] or "{}")
    return {"type": "tool_use", "id": call["id"], "name": function["name"], "input": given}


def _result(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": message["tool_call_id"], "content": message["content"]}


def _tool(function: Mapping[str, Any]) -> dict[str, Any]:
    told = {"name": function["name"], "description": function["description"]}
    return {**told, "input_schema": function["parameters"]}


def _thinking(effort: str, model: str, limit: int) -> dict[str, Any]:
    if effort == "none":
        return {"thinking": {"type": "disabled"}}
    if effort in _SHARES and not _adapts(model):
        budget = max(int(limit * _SHARES[effort]), _LEAST_BUDGET)
        return {"thinking": {"type": "enabled", "budget_tokens": budget}}
    # Without `display`, most of these models tell nothing of what they think.
    return {
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": effort},
    }


def _adapts(model: str) -> bool:
    """Whether a model takes an effort in place of a number of tokens, as Claude does from 4.6 on."""
    found = _MODEL.search(model.lower())
    if found is None:
        return False
    major, minor = found.groups()
    return major is None or (int(major), int(minor or 0)) >= (4, 6)


# --- replies

_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
}
"""The stop reasons for which chat completions have another word."""
_DELTAS = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "input_json_delta": ("input", "partial_json"),
}
"""Which text of a block each kind of delta continues, and in which field it stands."""
_STOPS = ("stop_reason", "stop_sequence", "stop_details")
_COUNTS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
"""The tokens of the prompt, which are counted in three parts."""
_RECKONED = frozenset({"input_tokens", "output_tokens", "output_tokens_details"})


def completion(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole reply as a plain chat completion; it has no choice if the reply is no message.

    Raises:
        MalformedReply: The reply is an error.
    """
    assembly = MessageAssembly()
    assembly.add({"type": "message"} | dict(body))
    return assembly.body()


class MessageAssembly:
    """Assembles the events of a stream into a plain chat completion."""

    def __init__(self) -> None:
        self._message: dict[str, Any] = {}
        """The fields of the message that are known so far."""
        self._usage: dict[str, Any] = {}
        self._blocks: dict[int, _Block] = {}
        self._last = 0
        self._is_preview = False
        """Whether the blocks are those of a message that had some at its beginning; pieces may still come."""
        self.finish_reason: str | None = None
        self.done = False
        """Whether the message has ended."""

    def add(self, event: dict[str, Any]) -> None:
        """Add the next event; raises `MalformedReply` if it is an error."""
        if self.done:
            return
        kind = event.get("type")
        if event.get("error") or kind == "error" or event.get("object") == "error":
            check(event.get("error") or event)
        match kind:
            case "message_start":
                message = _object(event.get("message"))
                self._take(message)
                self._is_preview = bool(message.get("content"))
            case "message":
                self._take(event)
                self.done = self.finish_reason is not None
            case "content_block_start":
                if self._is_preview:
                    self._blocks, self._is_preview = {}, False
                self._last = max(self._blocks, default=-1) + 1
                self._block(event).begin(_object(event.get("content_block")))
            case "content_block_delta":
                self._block(event).add(_object(event.get("delta")))
            case "message_delta":
                self._take(_object(event.get("delta")))
                self._count(event)
            case "message_stop":
                self.done = True

    def note_usage(self, event: Mapping[str, Any]) -> None:
        """Take nothing: the usage has come with the end."""

    def body(self) -> dict[str, Any]:
        """Return the chat completion."""
        blocks = self._in_order()
        message: dict[str, Any] = {"role": "assistant", "content": self.text or None}
        if thought := "\n\n".join(text for block in blocks if (text := block.text("thinking"))):
            message["reasoning_content"] = thought
        # What the provider says of a refusal; the model's own words are text.
        if refusal := _string(_object(self._message.get("stop_details")).get("explanation")):
            message["refusal"] = refusal
        if calls := [call for block in blocks if (call := block.tool_call()) is not None]:
            message["tool_calls"] = calls
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        choice |= {name: self._message[name] for name in _STOPS if self._message.get(name)}
        kept = {name: self._message[name] for name in ("id", "model") if self._message.get(name)}
        body = {"object": "chat.completion", **kept, "choices": [choice] if self.choices else []}
        return body | {"usage": _usage(self._usage)} if self._usage else body

    @property
    def text(self) -> str:
        """The content so far; a blank line stands where there is something else between two texts."""
        runs = groupby(self._in_order(), key=lambda block: block.kind == "text")
        texts = ("".join(block.text("text") for block in run) for _, run in runs)
        return "\n\n".join(filter(None, texts))

    @property
    def choices(self) -> int:
        """1 as soon as there is an answer, else 0."""
        return int(bool(self._blocks) or self.done or self.finish_reason is not None)

    def _in_order(self) -> list["_Block"]:
        return [block for _, block in sorted(self._blocks.items())]

    def _take(self, fields: Mapping[str, Any]) -> None:
        """Take fields of the message."""
        self._message |= {name: value for name, value in fields.items() if value is not None}
        check_parts(self._message)
        self._count(fields)
        content = self._message.pop("content", None)
        for index, block in enumerate(content if isinstance(content, list) else [content]):
            if block:
                text = isinstance(block, str)
                self._block({"index": index}).begin(
                    {"type": "text", "text": block} if text else _object(block)
                )
        if reason := _string(fields.get("stop_reason")):
            self.finish_reason = _REASONS.get(reason, reason)

    def _count(self, holder: Mapping[str, Any]) -> None:
        # Counts are totals so far. Some servers give those of the prompt at the beginning, and 0 at the end.
        self._usage |= {name: value for name, value in _object(holder.get("usage")).items() if value}
        check_parts(self._usage)

    def _block(self, event: Mapping[str, Any]) -> "_Block":
        if isinstance(index := event.get("index"), int):
            self._last = index
        check_parts(self._blocks)
        return self._blocks.setdefault(self._last, _Block())


class _Block:
    """A block of a message's content."""

    def __init__(self) -> None:
        self._fields: dict[str, Any] = {}
        self._texts = {"text": Growing(), "thinking": Growing(), "input": Growing()}

    @property
    def kind(self) -> str:
        return _string(self._fields.get("type"))

    def begin(self, fields: Mapping[str, Any]) -> None:
        """Take the block as it is when it begins, or as a whole."""
        self._fields |= fields
        for name in ("text", "thinking"):
            if not self._texts[name]:
                self._texts[name].add(_string(fields.get(name)))

    def add(self, delta: Mapping[str, Any]) -> None:
        """Add a delta."""
        name, field = _DELTAS.get(_string(delta.get("type")), ("", ""))
        if name:
            self._texts[name].add(_string(delta.get(field)))

    def text(self, name: str) -> str:
        """Return the text or the thinking."""
        return str(self._texts[name])

    def tool_call(self) -> dict[str, Any] | None:
        """Return the block as chat completions write a call of a tool; `None` if it is none."""
        if self.kind != "tool_use":
            return None
        arguments = self.text("input")
        try:
            given = strict_json(arguments) if arguments else self._fields.get("input", {})
        except (ValueError, RecursionError):
            pass  # it was cut
        else:
            arguments = json.dumps(given)
        function = {"name": self._fields.get("name"), "arguments": arguments}
        return {"id": self._fields.get("id"), "type": "function", "function": function}


def _usage(counted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the usage as chat completions count it."""
    usage = {name: value for name, value in counted.items() if name not in _RECKONED}
    if parts := [value for name in _COUNTS if isinstance(value := counted.get(name), int)]:
        usage["prompt_tokens"] = sum(parts)
    if "output_tokens" in counted:
        usage["completion_tokens"] = counted["output_tokens"]
    if isinstance(cached := counted.get("cache_read_input_tokens"), int):
        usage["prompt_tokens_details"] = {"cached_tokens": cached}
    thinking = _object(counted.get("output_tokens_details")).get("thinking_tokens")
    if isinstance(thinking, int):
        usage["completion_tokens_details"] = {"reasoning_tokens": thinking}
    return usage


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
