"""OpenAI's `/v1/responses`: its requests, and its replies, whole or streamed, as plain chat completions."""

from collections.abc import Iterator, Mapping
from typing import Any

from evals.client.protocols.growing import Growing, check_parts, settled
from evals.client.protocols.server_errors import check

PATH = "/responses"

# --- requests

_RENAMED = {"max_tokens": "max_output_tokens", "max_completion_tokens": "max_output_tokens"}
_TRANSLATED = frozenset({"messages", "reasoning", "reasoning_effort", "reasoning_summary", "stream_options"})


def headers(key_headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a request: those of chat completions."""
    return dict(key_headers)


def request(sent: Mapping[str, Any], messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the body of a request.

    The answer is not stored, unless `store` says so. With `reasoning_effort` a summary of the reasoning is
    asked for too; `reasoning_summary` names another kind, or none, since OpenAI refuses it to accounts that
    are not verified.

    Args:
        sent: The body of the request to chat completions, without messages. What is not known here is
            passed through.
        messages: The conversation. System messages at its beginning become the instructions.
    """
    passed = {_RENAMED.get(name, name): value for name, value in sent.items() if name not in _TRANSLATED}
    body = {"store": False} | passed
    # The usage comes unasked, and asking for it is an error.
    options = dict(_object(sent.get("stream_options")))
    options.pop("include_usage", None)
    if options:
        body["stream_options"] = options
    if reasoning := _reasoning(sent):
        body["reasoning"] = reasoning
    first = next((at for at, message in enumerate(messages) if not _is_system(message)), len(messages))
    if first:
        body["instructions"] = "\n\n".join(message["content"] for message in messages[:first])
    body["input"] = [item for message in messages[first:] for item in _items(message)]
    if tools := body.get("tools"):
        body["tools"] = [{"type": "function", "strict": False, **tool["function"]} for tool in tools]
    return body


def _items(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The items that one message is here: calls of tools, and their results, stand for themselves."""
    if message["role"] == "tool":
        yield {
            "type": "function_call_output",
            "call_id": message["tool_call_id"],
            "output": message["content"],
        }
        return
    calls = message.get("tool_calls", ())
    if message["content"] or not calls:
        yield {"role": message["role"], "content": message["content"]}
    for call in calls:
        yield {"type": "function_call", "call_id": call["id"], **call["function"]}


def _is_system(message: Mapping[str, Any]) -> bool:
    return message["role"] in ("system", "developer")


def _reasoning(sent: Mapping[str, Any]) -> dict[str, Any]:
    effort = sent.get("reasoning_effort")
    summary = sent.get("reasoning_summary", None if effort is None else "auto")
    asked = {"effort": effort, "summary": summary, **_object(sent.get("reasoning"))}
    return {name: value for name, value in asked.items() if value is not None}


# --- replies

_KEPT = ("id", "model", "service_tier", "system_fingerprint", "provider", "status", "incomplete_details")
"""The fields of a response that are kept under their own names; most others repeat the request."""
_USAGE = {
    "input_tokens": "prompt_tokens",
    "output_tokens": "completion_tokens",
    "input_tokens_details": "prompt_tokens_details",
    "output_tokens_details": "completion_tokens_details",
}
_ENDS = {"response.completed": "completed", "response.incomplete": "incomplete"}
_BEGINNINGS = frozenset({"response.created", "response.queued", "response.in_progress"})
_PENDING = frozenset({"queued", "in_progress"})
_FAILED = frozenset({"failed", "cancelled"})
_REASONS = {"max_output_tokens": "length", "max_tokens": "length"}
"""The reasons of an incomplete response for which chat completions have another word."""


def completion(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole reply as a plain chat completion; it has no choice if the reply is no response.

    Raises:
        MalformedReply: The reply is an error, or the response failed.
    """
    assembly = ResponseAssembly()
    assembly.add(dict(body))
    return assembly.body()


class ResponseAssembly:
    """Assembles the events of a stream into a plain chat completion."""

    def __init__(self) -> None:
        self._response: dict[str, Any] = {}
        """The fields of the response that are known so far."""
        self._pieces = _Output()
        """The output as it comes in pieces."""
        self._whole = _Output()
        """The output as the response itself lists it: from some servers empty, or the last piece alone."""
        self.finish_reason: str | None = None
        self.done = False
        """Whether the response has ended."""

    def add(self, event: dict[str, Any]) -> None:
        """Add the next event; raises `MalformedReply` if it is an error."""
        if self.done:
            return
        kind = str(event.get("type") or "")
        # What has no type is a response, without an event around it.
        response = _object(event.get("response") if kind else event)
        _check(event, kind, response)
        if response:
            self._take(response, kind)
        else:
            self._pieces.add(kind, event)

    def note_usage(self, event: Mapping[str, Any]) -> None:
        """Take nothing: the usage has come with the end."""

    def body(self) -> dict[str, Any]:
        """Return the chat completion."""
        pieces, whole, response = self._pieces, self._whole, self._response
        message: dict[str, Any] = {"role": "assistant", "content": self.text or None}
        if thought := settled(pieces.reasoning(), whole.reasoning()):
            message["reasoning_content"] = thought
        if refusal := settled(pieces.text("refusal"), whole.text("refusal")):
            message["refusal"] = refusal
        if calls := whole.tool_calls() or pieces.tool_calls():
            message["tool_calls"] = calls
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        body = {"object": "chat.completion"} | {name: response[name] for name in _KEPT if response.get(name)}
        created = response.get("created_at")
        if isinstance(created, int | float) and created % 1 == 0:
            body["created"] = int(created)
        body["choices"] = [choice] if self.choices else []
        usage = {_USAGE.get(name, name): value for name, value in _object(response.get("usage")).items()}
        return body | {"usage": usage} if usage else body

    @property
    def text(self) -> str:
        """The content so far."""
        whole = self._whole.text("output_text") or _string(self._response.get("output_text"))
        return settled(self._pieces.text("output_text"), whole)

    @property
    def choices(self) -> int:
        """1 as soon as there is an answer, else 0."""
        return int(self.done or self._pieces.begun or self._whole.begun)

    def _take(self, response: Mapping[str, Any], kind: str) -> None:
        known = response.items()
        self._response |= {name: value for name, value in known if value is not None and name != "output"}
        check_parts(self._response)
        if output := response.get("output"):
            self._whole = _Output(output)
        if kind in _BEGINNINGS:
            # Their status is not always true.
            return
        reason = _string(_object(response.get("incomplete_details")).get("reason"))
        status = _string(response.get("status")) or self._whole.status
        ends = {_ENDS.get(kind), status}
        if reason or "incomplete" in ends:
            self.finish_reason = _REASONS.get(reason, reason) or "incomplete"
        elif "completed" in ends:
            calls = self._whole.tool_calls() or self._pieces.tool_calls()
            self.finish_reason = "tool_calls" if calls else "stop"
        elif status not in _PENDING:
            self.finish_reason = status or None
        self.done = self.finish_reason is not None


def _check(event: Mapping[str, Any], kind: str, response: Mapping[str, Any]) -> None:
    check(event.get("error") or response.get("error"))
    if kind in ("error", "response.error") or event.get("object") == "error":
        check(event)
    status = _string(response.get("status"))
    if kind == "response.failed" or status in _FAILED:
        check(f"the response ended with status {status or 'failed'!r}")


_PIECES = {
    "output_text": "output_text",
    "refusal": "refusal",
    "reasoning_text": "reasoning_text",
    "reasoning_summary_text": "summary_text",
    "function_call_arguments": "arguments",
    "custom_tool_call_input": "input",
}
"""The texts that events bring, and what part of an item each is."""
_PARTS = frozenset({"output_text", "refusal", "reasoning_text", "summary_text"})
_CALLS = {"function_call": "arguments", "custom_tool_call": "input"}
_FIELDS = {"refusal": "refusal", "arguments": "arguments", "input": "input"}
"""The field that holds a part's whole text; of all others, `text`."""


class _Output:
    """The items of a response, each with its texts."""

    def __init__(self, items: object = ()) -> None:
        self._items: dict[int, dict[str, str]] = {}
        self._texts: dict[tuple[int, str, int], Growing] = {}
        """By the index of the item, the kind of text, and the index of the part."""
        self._places: dict[str, int] = {}
        """The index under which each item was first spoken of, by its id."""
        self._last = 0
        for index, item in enumerate(items if isinstance(items, list) else ()):
            self._take(index, _object(item))

    def add(self, kind: str, event: Mapping[str, Any]) -> None:
        """Add an event, if it is about an item."""
        what, _, change = kind.removeprefix("response.").rpartition(".")
        if name := _PIECES.get(what):
            text = self._text(self._index(event, event.get("item_id")), name, event)
            if change == "delta":
                text.add(_string(event.get("delta")))
            else:
                text.settle(_string(event.get(_FIELDS.get(name, "text"))))
        elif what in ("content_part", "reasoning_summary_part"):
            self._take_part(self._index(event, event.get("item_id")), _object(event.get("part")), event)
        elif what == "output_item":
            item = _object(event.get("item"))
            self._take(self._index(event, item.get("id")), item)

    @property
    def begun(self) -> bool:
        """Whether there is any item."""
        return bool(self._items or self._texts)

    @property
    def status(self) -> str:
        """The status of the last item."""
        return self._items[max(self._items)].get("status", "") if self._items else ""

    def text(self, name: str) -> str:
        """Return one kind of text, with a blank line between different items."""
        return "\n\n".join("".join(parts) for parts in self._by_item(name).values())

    def reasoning(self) -> str:
        """Return the summaries of the reasoning and the reasoning itself, as far as they are told."""
        summaries, thoughts = self._by_item("summary_text"), self._by_item("reasoning_text")
        told: list[str] = []
        for index in sorted({*summaries, *thoughts}):
            both = ("\n\n".join(parts.get(index, ())) for parts in (summaries, thoughts))
            told += dict.fromkeys(filter(None, both))
        return "\n\n".join(told)

    def tool_calls(self) -> list[dict[str, Any]]:
        """Return the calls of tools as chat completions write them."""
        texts = {name: self._by_item(name) for name in _CALLS.values()}
        calls: list[dict[str, Any]] = []
        for index, item in sorted(self._items.items()):
            if name := _CALLS.get(item.get("type", "")):
                kind = "function" if name == "arguments" else "custom"
                called = {"name": item.get("name"), name: "".join(texts[name].get(index, ()))}
                calls.append({"id": item.get("call_id") or item.get("id"), "type": kind, kind: called})
        return calls

    def _by_item(self, name: str) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for (index, kind, _), text in sorted(self._texts.items(), key=lambda entry: entry[0]):
            if kind == name and text:
                found.setdefault(index, []).append(str(text))
        return found

    def _index(self, event: Mapping[str, Any], name: object) -> int:
        # Some servers give an item another index later, and some give none: then it is the last one.
        index = _number(event.get("output_index"), self._last)
        self._last = self._places.setdefault(name, index) if isinstance(name, str) and name else index
        check_parts(self._places)
        return self._last

    def _text(self, index: int, name: str, place: Mapping[str, Any]) -> Growing:
        part = _number(place.get("summary_index" if name == "summary_text" else "content_index"), 0)
        check_parts(self._texts)
        return self._texts.setdefault((index, name, part), Growing())

    def _take(self, index: int, item: Mapping[str, Any]) -> None:
        """Take an item as it is when it begins or ends."""
        kept = ("id", "call_id", "type", "name", "status")
        known = self._items.setdefault(index, {})
        check_parts(self._items)
        known |= {name: item[name] for name in kept if _string(item.get(name))}
        if name := _CALLS.get(known.get("type", "")):
            self._text(index, name, {}).settle(_string(item.get(name)))
        untyped = "reasoning_text" if known.get("type") == "reasoning" else "output_text"
        for field, kind in (("summary", "summary_text"), ("content", untyped)):
            parts = item.get(field)
            for at, part in enumerate(parts if isinstance(parts, list) else [parts]):
                typed = {"type": kind, **({"text": part} if isinstance(part, str) else _object(part))}
                self._take_part(index, typed, {"summary_index": at, "content_index": at})

    def _take_part(self, index: int, part: Mapping[str, Any], place: Mapping[str, Any]) -> None:
        if (name := _string(part.get("type"))) in _PARTS:
            self._text(index, name, place).settle(_string(part.get(_FIELDS.get(name, "text"))))


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise
