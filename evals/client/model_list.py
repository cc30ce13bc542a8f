"""The models that an endpoint lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_CONTEXTS = ("max_model_len", "context_length", "context_window", "max_context_length")
"""Where servers put the length of a model's context: vLLM; OpenRouter, Together; Groq; Mistral."""


@dataclass(frozen=True, slots=True)
class ModelList:
    """What an endpoint answers when asked for its models."""

    names: tuple[str, ...] | None = None
    """`None` where it gave no list."""
    contexts: Mapping[str, int] = field(default_factory=dict)
    """The length of the context, in tokens, of those for which it is given."""
    status: int | None = None
    error: str | None = None
    """Why there is no answer at all, in one line."""


def read_offered(body: object, status: int) -> ModelList:
    """The models in the body of a list; without names where it is none."""
    listed = body.get("data") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        return ModelList(status=status)
    models: list[dict[str, Any]] = [model for model in listed if isinstance(model, dict) and "id" in model]
    lengths = {str(model["id"]): _context(model) for model in models}
    contexts = {name: length for name, length in lengths.items() if length is not None}
    return ModelList(tuple(lengths), contexts, status)


def _context(model: Mapping[str, Any]) -> int | None:
    given = (model.get(name) for name in _CONTEXTS)
    return next((length for length in given if isinstance(length, int) and length > 0), None)
