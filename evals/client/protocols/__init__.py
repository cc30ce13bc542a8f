"""The protocols that servers speak: each writes its own requests, and reads replies as chat completions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from evals.client.protocols import chat, messages, responses
from evals.endpoints import Api


class Assembling(Protocol):
    """Assembles the events of a stream into a plain chat completion."""

    finish_reason: str | None
    done: bool
    """Whether the stream has said that nothing more comes."""

    @property
    def text(self) -> str:
        """The content so far."""

    @property
    def choices(self) -> int:
        """How many choices there were; all but number 0 are left out."""

    def add(self, event: dict[str, Any], /) -> None:
        """Add the next event; raises `MalformedReply` if it is an error."""

    def note_usage(self, event: Mapping[str, Any], /) -> None:
        """Take the usage from an event behind the end, where the protocol has it there."""

    def body(self) -> dict[str, Any]:
        """Return the chat completion."""


@dataclass(frozen=True, slots=True)
class Speech:
    """One protocol."""

    path: str
    """Behind the base URL."""
    headers: Callable[[Mapping[str, str]], Mapping[str, str]]
    """Turns the headers for chat completions, keys included, into those of this protocol."""
    request: Callable[[Mapping[str, Any], list[dict[str, Any]]], dict[str, Any]]
    """Turns the body for chat completions, and the messages, into the body of this protocol."""
    completion: Callable[[Mapping[str, Any]], dict[str, Any]]
    """Turns a whole reply into a chat completion; raises `MalformedReply` if it is an error."""
    assembly: Callable[[], Assembling]
    default_max_tokens: int | None = None
    """The limit that is asked for where the spec gives none, if there has to be one."""


_SPOKEN: dict[Api, Speech] = {
    "chat": Speech(chat.PATH, dict, chat.request, chat.completion, chat.ChatAssembly),
    "responses": Speech(
        responses.PATH,
        responses.headers,
        responses.request,
        responses.completion,
        responses.ResponseAssembly,
    ),
    "messages": Speech(
        messages.PATH,
        messages.headers,
        messages.request,
        messages.completion,
        messages.MessageAssembly,
        messages.MAX_TOKENS,
    ),
}


def speech(api: Api) -> Speech:
    """Return a protocol by the name that a spec gives it."""
    return _SPOKEN[api]
