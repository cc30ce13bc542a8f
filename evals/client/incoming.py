"""From the bytes of a response to a chat completion: framing, and what is an answer at all."""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from evals.client.protocols import Assembling, Speech, speech
from evals.record.completion import (
    MalformedReply,
    TooLarge,
    parse,
    quote,
    read_completion,
    server_message,
    strict_json,
)
from evals.record.exchange import OURS
from evals.record.finish_reasons import Finish, finish_of

_FIELD = re.compile(rb":|(?:data|event|id|retry|error)[:\r\n]")
_STREAM_WITHIN = re.compile(rb"(?:^|[\r\n])data:")
_LINE_END = re.compile(rb"\r\n|\r(?!\Z)|\n")
"""A carriage return at the very end may be the first half of CR LF."""
_LONGEST_EVENT = 100
"""The most lines of one event. Servers send only one, and the event is parsed again with each line."""
_LARGEST_LINES = 1 << 20
"""Bytes of the largest event of several lines."""
_LARGEST_BODY, _LARGEST_EVENT, _LARGEST_STREAM = 64 << 20, 32 << 20, 512 << 20
"""Bytes: an answer of a million tokens has 5 million as a text, and 300 million in events of a token each."""
_MOST_SILENCE = 4 << 20
"""Bytes of comments and blank lines, of which servers send a few a second to keep a connection alive."""
_SMALL, _LARGE_EVENTS = 1 << 10, 128 << 20
"""Events of more bytes than this are counted, and may have this much together."""


class Incoming:
    """Reads server-sent events, or the plain body of a server that does not stream."""

    def __init__(self, hide: Callable[[str], str] = str, spoken: Speech | None = None) -> None:
        """Start with an empty response.

        Args:
            hide: Masks secrets in a text that an error message quotes.
            spoken: The protocol; chat completions by default.
        """
        self.hide = hide
        self._spoken = spoken or speech("chat")
        self.streamed: bool | None = None
        """Whether the response is a stream of events; `None` until that is known."""
        self._pieces: list[bytes] = []
        """The plain body so far, or the beginning of a line of a stream."""
        self._event: list[bytes] = []
        self._is_error = False
        """Whether the current event was announced as an error."""
        self._is_bare = False
        """Whether the current event has no field's name."""
        self._said_done = False
        """Whether the stream has sent its [DONE]."""
        self._received = self._begun = self._silent = self._large = 0
        """Bytes of the whole response, of a body or a line that is not at its end, that brought nothing, and
        of large events."""

    @cached_property
    def _assembly(self) -> Assembling:
        # Made when a stream begins: most answers in one piece need none.
        return self._spoken.assembly()

    @property
    def done(self) -> bool:
        """Whether the stream has said that nothing more comes."""
        return self._said_done or self._assembly.done

    def is_whole(self) -> bool:
        """Return whether the answer itself is complete even though its connection broke."""
        if not self.streamed:
            try:
                return isinstance(strict_json(b"".join(self._pieces)), dict)
            except (ValueError, RecursionError):
                return False
        return self.ended

    @property
    def ended(self) -> bool:
        """Whether nothing of the answer is still to come, though the stream may go on."""
        return bool(self.streamed) and (self.done or self._assembly.finish_reason is not None)

    @property
    def text(self) -> str:
        """The answer's text so far; empty for a plain body."""
        return self._assembly.text

    def feed(self, data: bytes) -> None:
        """Process the next bytes; raises `MalformedReply`, and `TooLarge` if there are too many."""
        self._received += len(data)
        self._begun += len(data)
        if self.streamed is None:
            data = b"".join((*self._pieces, data)).lstrip(b"\xef\xbb\xbf \t\r\n")
            self._pieces = []
            if len(data) >= _ENOUGH or b"\n" in data:
                self.streamed = _FIELD.match(data) is not None
        if not self.streamed:
            self._pieces.append(data)
            _check_size(self._begun, _LARGEST_BODY, "the body")
            return
        if b"\r" in data or (self._pieces and self._pieces[-1].endswith(b"\r")):
            lines = _LINE_END.split(b"".join((*self._pieces, data)))
            self._pieces = []
        else:
            # Nearly all servers end lines so, and splitting at one byte is fastest.
            lines = data.split(b"\n")
        if len(lines) > 1:
            lines[0] = b"".join((*self._pieces, lines[0]))
            self._pieces = []
        self._pieces.append(lines.pop())
        if lines:
            self._begun = len(self._pieces[-1])
        for line in lines:
            self._line(line)
        if self._begun > _LARGEST_EVENT or self._silent > _MOST_SILENCE or self._received > _LARGEST_STREAM:
            self._check_sizes()

    def _check_sizes(self) -> None:
        if not self.ended:
            _check_size(self._begun, _LARGEST_EVENT, "a line of the stream")
            _check_size(self._silent, _MOST_SILENCE, "what the stream sends without an answer")
        _check_size(self._received, _LARGEST_STREAM, "the stream")

    def body(self) -> dict[str, Any]:
        """Return the reply as a plain chat completion; raises `MalformedReply` if invalid or incomplete."""
        rest = b"".join(self._pieces)
        if not self.streamed and _is_stream(rest):
            self.streamed, self._pieces = True, []
            self.feed(rest)
            rest = b"".join(self._pieces)
        if self.streamed:
            self._line(rest.rstrip(b"\r"))
            if not self.is_whole():
                raise MalformedReply("the stream ended in mid-answer: no finish_reason and no [DONE] came")
            body = self._assembly.body()
            choices = self._assembly.choices
        else:
            body = parse(rest.decode("utf-8", "replace"), self.hide)
            if not isinstance(body, dict):
                raise MalformedReply(server_message(body) or "the reply is no object")
            body = self._spoken.completion(body)
            listed = body.get("choices")
            choices = len(listed) if isinstance(listed, list) else 0
        reason = read_completion(body).finish_reason
        if finish_of(reason) is Finish.FAILED:
            raise MalformedReply(f"the server broke the answer off with finish_reason {reason!r}")
        body.pop(OURS, None)
        return body if choices < 2 else {**body, OURS: {"choices": choices}}

    def cut(self, finish_reason: str) -> dict[str, Any]:
        """Return what was received so far as a chat completion with this finish reason."""
        body = self._assembly.body()
        choice = (body["choices"] or [{"index": 0, "message": {"role": "assistant", "content": ""}}])[0]
        return {**body, "choices": [{**choice, "finish_reason": finish_reason}]}

    def _line(self, line: bytes) -> None:
        self._silent += len(line) + 1
        if not line:
            self._end_event()
            return
        name, _, value = line.partition(b":")
        if self._is_bare or line.startswith(b"{"):
            # A line of JSON without a field's name: an error, or a stream of such lines.
            name, value = b"data", line
            self._is_bare = True
        value = value.strip()
        if name == b"data" and value:
            self._value(value)
        elif name == b"event":
            self._is_error = value == b"error"
        elif name == b"error" and not self.done:  # older llama.cpp
            self._is_error = True
            self._data(value)

    def _end_event(self) -> None:
        if self._event and not self.done:
            raise self._not_json()
        self._is_error = self._is_bare = False

    def _value(self, value: bytes) -> None:
        if self.done:
            # Some servers report the usage behind the end.
            self._note_usage(value)
        elif value == b"[DONE]":
            self._said_done = True
        else:
            self._data(value)

    def _note_usage(self, data: bytes) -> None:
        try:
            chunk = strict_json(data)
        except (ValueError, RecursionError):
            return
        if isinstance(chunk, dict):
            self._assembly.note_usage(chunk)

    def _data(self, data: bytes) -> None:
        # A data line is nearly always a whole event; if it is not JSON, the event continues on the next line.
        whole = data if not self._event else b"\n".join((*self._event, data))
        self._event.append(data)
        try:
            chunk = strict_json(whole.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            several = len(self._event) > 1
            if len(self._event) > _LONGEST_EVENT or (several and len(whole) > _LARGEST_LINES):
                raise self._not_json() from None
            return
        self._event, self._is_bare = [], False
        self._silent = 0
        if len(whole) > _SMALL:
            self._large += len(whole)
            _check_size(self._large, _LARGE_EVENTS, "what the stream repeats")
        if self._is_error and not (isinstance(chunk, dict) and "error" in chunk):
            chunk = {"error": chunk or "no reason given"}
        if isinstance(chunk, dict):
            self._assembly.add(chunk)

    def _not_json(self) -> MalformedReply:
        said = b"\n".join(self._event)[:_EXAMINED].decode("utf-8", "replace")
        shown = quote(self.hide(said.partition("\n")[0]), 120)
        return MalformedReply(f"the stream holds what is not JSON: '{shown}'", said=said[:_QUOTED])


_ENOUGH, _QUOTED, _EXAMINED = 6, 4000, 1 << 16


def _check_size(size: int, most: int, what: str) -> None:
    if size > most:
        raise TooLarge(f"{what} passed {most >> 20} MB, far more than any answer: the rest was not read")


def _is_stream(body: bytes) -> bool:
    """Whether what looked like a plain body is a stream: after an unknown field, or of bare lines of JSON."""
    if not body.startswith((b"{", b"[")):
        return _STREAM_WITHIN.search(body) is not None
    first, more, _ = body.partition(b"\n")
    if not more or not first.startswith(b"{"):
        return False
    try:
        return isinstance(strict_json(first), dict)
    except (ValueError, RecursionError):
        return False
