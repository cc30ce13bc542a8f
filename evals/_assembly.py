"""The chunks of a streamed reply, put together into a plain chat completion."""

import io
import re
from collections.abc import Iterable
from typing import Any

from evals.wire import check_error, text_or_none, texts_of

_APART = frozenset({"choices", "object", "usage", "error", "obfuscation"})
_CHOICE_APART = frozenset({"index", "delta", "message", "text", "finish_reason", "logprobs", "usage"})
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
        self._others = set[int]()
        self.finish_reason: str | None = None

    @property
    def text(self) -> str:
        """The content so far."""
        return str(self._texts["content"])

    def add(self, chunk: dict[str, Any]) -> None:
        """Take the next chunk; raises `MalformedReply` when it is an error."""
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
        """The chat completion."""
        message = {"role": "assistant", "content": None} | {
            name: str(text) for name, text in self._texts.items() if text.begun
        }
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason} | self._choice
        body = {"object": "chat.completion", **self._body, "choices": [choice] if self._begun else []}
        return body if self._usage is None else body | {"usage": self._usage}

    @property
    def choices(self) -> int:
        """How many there were; all but number 0 are left out."""
        return self._begun + len(self._others)

    def _note_usage(self, chunk: dict[str, Any]) -> None:
        """The last one counts: some servers keep a running total."""
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
            # Moonshot gives the usage with the choice.
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
    """Keep the first value of each field that is none of those known."""
    if fields.keys() <= known:
        return
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
