"""One reply's bytes as they arrive, whether the server streams or not."""

import json
import re
from collections.abc import Sequence
from typing import Any

from evals.wire import Assembly, MalformedReply, parse, quote, read_completion, server_message

_FIELD = re.compile(rb":|(?:data|event|id|retry):")
_LONGEST_EVENT = 100
"""Lines of one event; nobody sends more than one, and each is tried."""


class Incoming:
    """Takes server-sent events, or a plain body from a server that does not stream."""

    def __init__(self, hide: Sequence[bytes] = ()) -> None:
        self._hide = hide
        self._assembly = Assembly()
        self._streamed: bool | None = None
        self._pieces: list[bytes] = []
        """The plain body; of a stream, the beginning of a line."""
        self._event: list[bytes] = []
        self.done = False
        """Whether the stream has said that it is."""

    @property
    def whole(self) -> bool:
        """Whether nothing of the answer itself can be missing."""
        return self.done or self._assembly.finish_reason is not None

    @property
    def text(self) -> str:
        """The answer's text as far as it came; empty for a plain body."""
        return self._assembly.text

    def feed(self, data: bytes) -> None:
        """Take the next bytes; raises `MalformedReply`."""
        if self._streamed is None:
            data = b"".join((*self._pieces, data)).lstrip(b"\xef\xbb\xbf \t\r\n")
            self._pieces = []
            if len(data) >= 6 or b"\n" in data:
                self._streamed = _FIELD.match(data) is not None
        if not self._streamed:
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
        if self._streamed:
            self._line(rest.rstrip(b"\r"))
            if not self.whole:
                raise MalformedReply("the stream ended in mid-answer: no finish_reason and no [DONE] came")
            body: object = self._assembly.body()
        else:
            body = parse(self._decoded(rest))
        if not isinstance(body, dict):
            raise MalformedReply(server_message(body) or "the reply is no object")
        read_completion(body)
        return body

    def _line(self, line: bytes) -> None:
        if self.done:
            return
        if line.startswith(b"data:"):
            data = line[5:].strip()
            if data == b"[DONE]":
                self.done = True
            elif data:
                self._data(data)
        elif not line and self._event:
            raise self._not_json()

    def _data(self, data: bytes) -> None:
        """One data line is nearly always one event; where it is not JSON, the event goes on in the next."""
        self._event.append(data)
        try:
            chunk = json.loads(self._decoded(b"\n".join(self._event)))
        except (ValueError, RecursionError):
            if len(self._event) > _LONGEST_EVENT:
                raise self._not_json() from None
            return
        self._event = []
        if isinstance(chunk, dict):
            self._assembly.add(chunk)

    def _not_json(self) -> MalformedReply:
        shown = quote(self._decoded(self._event[0]), 120)
        return MalformedReply(f"the stream holds what is not JSON: '{shown}'")

    def _decoded(self, data: bytes) -> str:
        for secret in self._hide:
            data = data.replace(secret, b"***")
        return data.decode("utf-8", "replace")
