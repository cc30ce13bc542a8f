"""Chat completions, the form that the record keeps; a streamed one is assembled from its chunks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from evals.client.protocols.growing import Growing, check_parts
from evals.record.completion import REASONING, check_error, reasoning_of, texts_of
from evals.record.finish_reasons import reason_text

PATH = "/chat/completions"


def request(sent: Mapping[str, Any], messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the body of a request: as it is sent, with the messages."""
    return {**sent, "messages": messages}


def completion(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole reply as it is; raises `MalformedReply` if it is an error."""
    check_chunk(body)
    return dict(body)


# --- replies

_APART = frozenset({"choices", "object", "usage", "error", "obfuscation", "x_groq", "timings"})
_CHOICE_APART = frozenset({"index", "delta", "message", "text", "finish_reason", "logprobs", "usage"})
_TEXTS = ("content", *REASONING, "refusal")
_DETAILS = "reasoning_details"
_ODD = frozenset({"content", "tool_calls", "function_call", _DETAILS, *REASONING})
"""The fields of a delta that can hold more than a piece of text."""


_TOTALS = 4
"""So many pieces, each beginning with the one before and longer, are running totals of a text."""


class _Aside:
    """A text beside the deltas or in their place: in pieces, as a running total, or whole at the end."""

    def __init__(self) -> None:
        self._text = Growing()
        self._last = ""
        self._totals = 0
        self.begun = False

    def add(self, piece: str) -> None:
        grows = self.begun and len(piece) > len(self._last) and piece.startswith(self._last)
        if self._totals < _TOTALS:
            self._totals = self._totals + 1 if grows else 0
            self._text.add(piece)
        elif piece and not piece.startswith(self._last):
            # The running total was finished by a text that is none.
            self._text = Growing()
            self._text.add(self._last)
            self._totals = 0
            self._text.add(piece)
        self.begun = True
        self._last = piece or self._last

    def __str__(self) -> str:
        if self._totals >= _TOTALS:
            return self._last
        text = str(self._text)
        # All that came in pieces may come once more as a whole.
        half = len(self._last)
        return self._last if half and text[:-half] == self._last else text


class ChatAssembly:
    """Assembles the chunks of a stream into a plain chat completion; of several choices, only number 0."""

    def __init__(self) -> None:
        self._body: dict[str, Any] = {}
        self._known = set(_APART)
        self._choice: dict[str, Any] = {}
        self._choice_known = set(_CHOICE_APART)
        self._usage: Any = None
        self._texts: defaultdict[str, Growing] = defaultdict(Growing)
        self._details = Growing()
        """The text of `reasoning_details`."""
        self._text, self._message = _Aside(), _Aside()
        self._whole: dict[str, Any] = {}
        """What else whole messages hold that came with the stream."""
        self._tools = _Tools()
        self._begun = False
        self._others = set[int]()
        self.finish_reason: str | None = None
        self.done = False
        """Never: it is a line of its own that ends the stream."""

    @property
    def text(self) -> str:
        """The content so far."""
        return str(self._texts.get("content", "")) or str(self._text) or str(self._message)

    def add(self, chunk: dict[str, Any]) -> None:
        """Add the next chunk; raises `MalformedReply` if it is an error."""
        check_chunk(chunk)
        _note(chunk, self._known, self._body)
        self.note_usage(chunk)
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            if not isinstance(choice, dict):
                continue
            if isinstance(index := choice.get("index"), int) and index > 0:
                self._others.add(index)
                check_parts(self._others)
            else:
                self._add_choice(choice)

    def note_usage(self, chunk: Mapping[str, Any]) -> None:
        """Take the usage that a chunk reports; the last one counts: some servers send running totals."""
        if not _USAGE_PLACES.isdisjoint(chunk):
            self._usage = usage_of(chunk) or self._usage

    def body(self) -> dict[str, Any]:
        """Return the chat completion."""
        message: dict[str, Any] = {"role": "assistant", "content": None} | {
            name: str(self._texts[name]) for name in _TEXTS if name in self._texts
        }
        if not message["content"] and (self._text.begun or self._message.begun):
            message["content"] = self.text
        if self._details:
            message["reasoning_details"] = [{"type": "reasoning.text", "text": str(self._details)}]
        message |= {name: value for name, value in self._whole.items() if not message.get(name)}
        message |= self._tools.fields()
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason} | self._choice
        body = {"object": "chat.completion", **self._body, "choices": [choice] if self._begun else []}
        return body if self._usage is None else body | {"usage": self._usage}

    @property
    def choices(self) -> int:
        """How many choices there were; all but number 0 are left out."""
        return self._begun + len(self._others)

    def _add_choice(self, choice: dict[str, Any]) -> None:
        self._begun = True
        if "error" in choice:
            check_error(choice["error"])
        delta, message = choice.get("delta"), choice.get("message")
        if isinstance(delta, dict) and delta:
            self._add_delta(delta)
        elif isinstance(text := choice.get("text"), str):
            self._text.add(text)
        elif isinstance(message, dict):
            self._add_message(message)
        if (ended := choice.get("finish_reason")) and (reason := reason_text(ended)):
            self.finish_reason = reason
        # Moonshot sends the usage with the choice.
        self.note_usage(choice)
        _note(choice, self._choice_known, self._choice)

    def _add_delta(self, delta: dict[str, Any]) -> None:
        for name, piece in delta.items():
            if name in _TEXTS and isinstance(piece, str):
                self._texts[name].add(piece)
            elif piece and name in _ODD:
                self._add_odd(name, piece)

    def _add_odd(self, name: str, piece: object) -> None:
        """Add what is no plain piece of a text."""
        if name == "content":
            said, thought = texts_of(piece)
            for where, text in (("content", said), ("reasoning_content", thought)):
                if text:
                    self._texts[where].add(text)
        elif name == "tool_calls":
            self._tools.add(piece)
        elif name == "function_call":
            self._tools.add_function(piece)
        elif thought := reasoning_of({name: piece}):
            (self._details if name == _DETAILS else self._texts[name]).add(thought)

    def _add_message(self, message: dict[str, Any]) -> None:
        said, thought = texts_of(message.get("content"))
        self._message.add(said)
        self._whole |= {
            name: value for name, value in message.items() if name not in ("content", "role") and value
        }
        check_parts(self._whole)
        if thought:
            self._whole.setdefault("reasoning_content", thought)


class _Tools:
    """Calls of tools, whose arguments arrive in pieces."""

    def __init__(self) -> None:
        self._calls: dict[object, dict[str, Any]] = {}
        self._function: dict[str, Any] | None = None

    def add(self, pieces: object) -> None:
        for at, piece in enumerate(pieces if isinstance(pieces, list) else ()):
            if not isinstance(piece, dict):
                continue
            key = piece.get("index", piece.get("id", at))
            call = self._calls.setdefault(str(key), {"type": "function", "function": {}})
            call |= {
                name: value for name, value in piece.items() if value and name not in ("index", "function")
            }
            check_parts(self._calls)
            check_parts(call)
            _add_function(call["function"], piece.get("function"))

    def add_function(self, piece: object) -> None:
        self._function = {} if self._function is None else self._function
        _add_function(self._function, piece)

    def fields(self) -> dict[str, Any]:
        """The fields of the message."""
        fields: dict[str, Any] = {}
        if self._calls:
            fields["tool_calls"] = [
                call | {"function": _joined(call["function"])} for call in self._calls.values()
            ]
        if self._function is not None:
            fields["function_call"] = _joined(self._function)
        return fields


def _add_function(function: dict[str, Any], piece: object) -> None:
    for name, value in piece.items() if isinstance(piece, dict) else ():
        if name == "arguments" and isinstance(value, str):
            function.setdefault(name, Growing()).add(value)
        elif value:
            function[name] = value
            check_parts(function)


def _joined(function: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Growing) else value for name, value in function.items()}


def check_chunk(chunk: Mapping[str, Any]) -> None:
    """Raise `MalformedReply` if a chunk, or a whole reply, is an error in any shape that servers send."""
    if "error" in chunk or chunk.get("object") == "error" or chunk.get("type") == "error":
        check_error(chunk.get("error") or chunk)
    if chunk.get("choices") or "message" not in chunk or isinstance(chunk["message"], Mapping):
        return
    # A bare object such as {"code": 500, "message": "CUDA out of memory"}.
    if any(name in chunk for name in ("code", "status", "statusCode", "status_code", "type", "success")):
        check_error(chunk)


_USAGE_PLACES = frozenset(
    {"usage", "x_groq", "message", "metadata", "timings", "prompt_eval_count", "eval_count"}
)


def usage_of(chunk: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the usage that a chunk, a choice or a whole reply reports, wherever it stands, if it does."""
    for holder in (chunk, chunk.get("x_groq"), chunk.get("message"), chunk.get("metadata")):
        usage = holder.get("usage") if isinstance(holder, dict) else None
        if isinstance(usage, dict) and usage:
            return usage
    timings = chunk.get("timings")
    if isinstance(timings, dict) and {"prompt_n", "predicted_n"} <= timings.keys():  # llama.cpp
        counted = (timings.get(name) for name in ("prompt_n", "cache_n", "predicted_n"))
        prompt, cached, said = (count if isinstance(count, int) else 0 for count in counted)
        return {"prompt_tokens": prompt + cached, "completion_tokens": said}
    if "prompt_eval_count" in chunk or "eval_count" in chunk:  # Ollama
        return {
            "prompt_tokens": chunk.get("prompt_eval_count"),
            "completion_tokens": chunk.get("eval_count"),
        }
    return None


def _note(fields: dict[str, Any], known: set[str], kept: dict[str, Any]) -> None:
    """Keep the first value of each field that is not yet known."""
    if known.issuperset(fields):
        return
    for name, value in fields.items():
        if name not in known and value:
            known.add(name)
            kept[name] = value
            check_parts(known)


def assemble(chunks: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Assemble all chunks of a stream into one chat completion."""
    assembly = ChatAssembly()
    for chunk in chunks:
        assembly.add(chunk)
    return assembly.body()
