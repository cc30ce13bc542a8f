"""An answer on its way to the client: cut into deltas, held to a token budget, and counted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from evals.simulated.answers import CHARACTERS_PER_TOKEN, SimulatedAnswer


class MessageField(StrEnum):
    """The fields of a message, as the protocol names them."""

    REASONING = "reasoning_content"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer."""

    part: MessageField
    text: str


class Reply:
    """One reply. Its deltas are generated on demand; how it ended is known after the last one."""

    def __init__(self, answer: SimulatedAnswer, limit: int, prompt_characters: int) -> None:
        self._answer = answer
        self._left = limit * CHARACTERS_PER_TOKEN
        self._prompt = prompt_characters
        self._written = dict.fromkeys(MessageField, 0)
        self.finish_reason = "tool_calls" if answer.calls else "stop"

    def deltas(self, size: int) -> Iterator[Delta]:
        """Yield the answer in deltas of at most `size` characters, up to the budget."""
        for part, pieces in (
            (MessageField.REASONING, self._answer.reasoning),
            (MessageField.CONTENT, self._answer.content),
        ):
            for text in sliced(pieces, size):
                kept = text[: self._left]
                if kept:
                    self._written[part] += len(kept)
                    yield Delta(part, kept)
                if len(kept) < len(text):
                    self.finish_reason = "length"
                    return
                self._left -= len(kept)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The calls of tools, as the protocol writes them."""
        return [
            {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for number, (name, arguments) in enumerate(self._answer.calls)
        ]

    def usage(self) -> dict[str, Any]:
        """Return the token counts: an approximation, four characters per token."""
        reasoning = self._written[MessageField.REASONING]
        called = sum(len(name) + len(arguments) for name, arguments in self._answer.calls)
        prompt, completion = _tokens(self._prompt), _tokens(sum(self._written.values()) + called)
        counts = {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }
        details = {"completion_tokens_details": {"reasoning_tokens": _tokens(reasoning)}} if reasoning else {}
        return {**counts, **details}


def sliced(pieces: Iterable[str], size: int) -> Iterator[str]:
    """Yield the same text in slices of `size` characters; only the last may be shorter."""
    held: list[str] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= size:
            text = "".join(held)
            whole = length - length % size
            yield from (text[start : start + size] for start in range(0, whole, size))
            held, length = [text[whole:]], length - whole
    if length:
        yield "".join(held)


def _tokens(characters: int) -> int:
    return -(-characters // CHARACTERS_PER_TOKEN)
