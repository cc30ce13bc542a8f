"""From the bytes of a response to a chat completion: framing, assembling, and enforcing bounds."""

import io
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from evals.record.completion import (
    MalformedReply,
    check_error,
    parse,
    quote,
    read_completion,
    server_message,
    text_or_none,
    texts_of,
)

OURS = "cantwont"
"""The field of a reply in which we store what a plain completion has no place for."""

_FIELD = re.compile(rb":|(?:data|event|id|retry|error):")
_LONGEST_EVENT = 100
"""The most lines of one event. Servers send only one, and the event is parsed again with each line."""


class Incoming:
    """Reads server-sent events, or the plain body of a server that does not stream."""

    def __init__(self, hide: Callable[[str], str] = str) -> None:
        """Start with an empty response.

        Args:
            hide: Masks secrets in a text that an error message quotes.
        """
        self.hide = hide
        self._assembly = Assembly()
        self.streamed: bool | None = None
        """Whether the response is a stream of events; `None` until that is known."""
        self._pieces: list[bytes] = []
        """The plain body so far, or the beginning of a line of a stream."""
        self._event: list[bytes] = []
        self._is_error = False
        """Whether the current event was announced as an error."""
        self.done = False
        """Whether the stream has sent its [DONE]."""

    def is_whole(self) -> bool:
        """Return whether the answer itself is complete even though its connection broke."""
        if not self.streamed:
            try:
                return isinstance(json.loads(b"".join(self._pieces)), dict)
            except (ValueError, RecursionError):
                return False
        return self.done or self._assembly.finish_reason is not None

    @property
    def text(self) -> str:
        """The answer's text so far; empty for a plain body."""
        return self._assembly.text

    def feed(self, data: bytes) -> None:
        """Process the next bytes; raises `MalformedReply`."""
        if self.streamed is None:
            data = b"".join((*self._pieces, data)).lstrip(b"\xef\xbb\xbf \t\r\n")
            self._pieces = []
            if len(data) >= 6 or b"\n" in data:
                self.streamed = _FIELD.match(data) is not None
        if not self.streamed:
            self._pieces.append(data)
            return
        first, *rest = data.split(b"\n")
        self._pieces.append(first)
        for line in rest:
            self._line(b"".join(self._pieces).rstrip(b"\r"))
            self._pieces = [line]

    def body(self) -> dict[str, Any]:
        """Return the reply as a plain chat completion; raises `MalformedReply` if invalid or incomplete."""
        rest = b"".join(self._pieces)
        if self.streamed:
            self._line(rest.rstrip(b"\r"))
            if not self.is_whole():
                raise MalformedReply("the stream ended in mid-answer: no finish_reason and no [DONE] came")
            body: object = self._assembly.body()
            choices = self._assembly.choices
        else:
            body = parse(rest.decode("utf-8", "replace"), self.hide)
            listed = body.get("choices") if isinstance(body, dict) else None
            choices = len(listed) if isinstance(listed, list) else 0
        if not isinstance(body, dict):
            raise MalformedReply(server_message(body) or "the reply is no object")
        read_completion(body)
        body.pop(OURS, None)
        return body if choices < 2 else {**body, OURS: {"choices": choices}}

    def cut(self, finish_reason: str) -> dict[str, Any]:
        """Return what was received so far as a chat completion with this finish reason."""
        body = self._assembly.body()
        choice = (body["choices"] or [{"index": 0, "message": {"role": "assistant", "content": ""}}])[0]
        return {**body, "choices": [{**choice, "finish_reason": finish_reason}]}

    def _line(self, line: bytes) -> None:
        if self.done:
            return
        if line.startswith(b"data:"):
            data = line[5:].strip()
            if data == b"[DONE]":
                self.done = True
            elif data:
                self._data(data)
        elif not line:
            if self._event:
                raise self._not_json()
            self._is_error = False
        elif line.startswith(b"event:"):
            self._is_error = line[6:].strip() == b"error"
        elif line.startswith(b"error:"):  # older llama.cpp
            self._is_error = True
            self._data(line[6:].strip())

    def _data(self, data: bytes) -> None:
        # A data line is nearly always a whole event; if it is not JSON, the event continues on the next line.
        self._event.append(data)
        try:
            chunk = json.loads(b"\n".join(self._event).decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            if len(self._event) > _LONGEST_EVENT:
                raise self._not_json() from None
            return
        self._event = []
        if self._is_error and not (isinstance(chunk, dict) and "error" in chunk):
            chunk = {"error": chunk or "no reason given"}
        if isinstance(chunk, dict):
            self._assembly.add(chunk)

    def _not_json(self) -> MalformedReply:
        shown = quote(self.hide(self._event[0].decode("utf-8", "replace")), 120)
        return MalformedReply(f"the stream holds what is not JSON: '{shown}'")


_APART = frozenset({"choices", "object", "usage", "error", "obfuscation"})
_CHOICE_APART = frozenset({"index", "delta", "message", "text", "finish_reason", "logprobs", "usage"})
_SPLIT_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class _Growing:
    """A text that arrives in pieces; even millions of pieces cost no more than their characters."""

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
        # One character sent as two surrogates in two chunks: parsing the stored JSON would join them.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


class Assembly:
    """Assembles the chunks of a stream into a plain chat completion; of several choices, only number 0."""

    def __init__(self) -> None:
        self._body: dict[str, Any] = {}
        self._known = set(_APART)
        self._choice: dict[str, Any] = {}
        self._choice_known = set(_CHOICE_APART)
        self._usage: Any = None
        self._texts = {name: _Growing() for name in ("content", "reasoning_content", "reasoning", "refusal")}
        self._begun = False
        self._others = set[int]()
        self.finish_reason: str | None = None

    @property
    def text(self) -> str:
        """The content so far."""
        return str(self._texts["content"])

    def add(self, chunk: dict[str, Any]) -> None:
        """Add the next chunk; raises `MalformedReply` if it is an error."""
        if "error" in chunk or chunk.get("object") == "error":
            check_error(chunk.get("error", chunk))
        _note(chunk, self._known, self._body)
        self._note_usage(chunk)
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            if not isinstance(choice, dict):
                continue
            if isinstance(index := choice.get("index"), int) and index > 0:
                self._others.add(index)
            else:
                self._add_choice(choice)

    def body(self) -> dict[str, Any]:
        """Return the chat completion."""
        message = {"role": "assistant", "content": None} | {
            name: str(text) for name, text in self._texts.items() if text.begun
        }
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason} | self._choice
        body = {"object": "chat.completion", **self._body, "choices": [choice] if self._begun else []}
        return body if self._usage is None else body | {"usage": self._usage}

    @property
    def choices(self) -> int:
        """How many choices there were; all but number 0 are left out."""
        return self._begun + len(self._others)

    def _note_usage(self, chunk: dict[str, Any]) -> None:
        # The last usage counts, since some servers send a running total.
        groq = chunk.get("x_groq")
        self._usage = (
            chunk.get("usage") or (groq.get("usage") if isinstance(groq, dict) else None) or self._usage
        )

    def _add_choice(self, choice: dict[str, Any]) -> None:
        self._begun = True
        if "error" in choice:
            check_error(choice["error"])
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            self._add_delta(delta)
        if "text" in choice and isinstance(choice["text"], str):
            self._texts["content"].add(choice["text"])
        if choice.get("finish_reason"):
            self.finish_reason = text_or_none(choice["finish_reason"])
            # Moonshot sends the usage with the choice.
            self._usage = choice.get("usage") or self._usage
        _note(choice, self._choice_known, self._choice)

    def _add_delta(self, delta: dict[str, Any]) -> None:
        for name, piece in delta.items():
            if isinstance(piece, str):
                text = self._texts.get(name)
                if text is not None:
                    text.add(piece)
            elif name == "content":
                said, thought = texts_of(piece)
                if said:
                    self._texts["content"].add(said)
                if thought:
                    self._texts["reasoning_content"].add(thought)


def _note(fields: dict[str, Any], known: set[str], kept: dict[str, Any]) -> None:
    """Keep the first value of each field that is not yet known."""
    if fields.keys() <= known:
        return
    for name, value in fields.items():
        if name not in known and value:
            known.add(name)
            kept[name] = value


def assemble(chunks: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Assemble all chunks of a stream into one chat completion."""
    assembly = Assembly()
    for chunk in chunks:
        assembly.add(chunk)
    return assembly.body()
