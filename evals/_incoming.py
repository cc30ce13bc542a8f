"""One reply's bytes as they arrive, whether the server streams or not."""

import json
import re
from collections.abc import Callable
from typing import Any

from evals._assembly import Assembly
from evals.wire import MalformedReply, parse, quote, read_completion, server_message

OURS = "cantwont"
"""The field of a reply in which we note what a plain completion has no place for."""

_FIELD = re.compile(rb":|(?:data|event|id|retry|error):")
_LONGEST_EVENT = 100
"""Lines of one event; nobody sends more than one, and each is tried."""


class Incoming:
    """Takes server-sent events, or a plain body from a server that does not stream."""

    def __init__(self, hide: Callable[[str], str] = str) -> None:
        """Begin with nothing.

        Args:
            hide: Takes out of a text what no error may show.
        """
        self.hide = hide
        self._assembly = Assembly()
        self.streamed: bool | None = None
        """Whether it comes as events; `None` before the first."""
        self._pieces: list[bytes] = []
        """The plain body; of a stream, the beginning of a line."""
        self._event: list[bytes] = []
        self._is_error = False
        """Whether the event under way was announced as an error."""
        self.done = False
        """Whether the stream has said that it is."""

    def is_whole(self) -> bool:
        """Whether nothing of the answer itself can be missing, though its connection broke."""
        if not self.streamed:
            try:
                return isinstance(json.loads(b"".join(self._pieces)), dict)
            except (ValueError, RecursionError):
                return False
        return self.done or self._assembly.finish_reason is not None

    @property
    def text(self) -> str:
        """The answer's text as far as it came; empty for a plain body."""
        return self._assembly.text

    def feed(self, data: bytes) -> None:
        """Take the next bytes; raises `MalformedReply`."""
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
        """The reply as a plain chat completion; raises `MalformedReply` when it is none, or not whole."""
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
        """What has come so far as a chat completion that ended for this reason."""
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
        """One data line is nearly always one event; where it is not JSON, the event goes on in the next."""
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
