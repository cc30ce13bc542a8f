"""The models that an endpoint lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_CONTEXTS = ("max_model_len", "context_length", "context_window", "max_context_length")
"""Fields with the length of a model's context: vLLM; OpenRouter, Together; Groq; Mistral."""


@dataclass(frozen=True, slots=True)
class ModelList:
    """An endpoint's answer when asked for its models."""

    names: tuple[str, ...] | None = None
    """The models' names; `None` if the endpoint gave no list."""
    contexts: Mapping[str, int] = field(default_factory=dict)
    """The context length in tokens, for models whose entry gives it."""
    status: int | None = None
    error: str | None = None
    """Why there was no answer at all, in one line."""


def read_offered(body: object, status: int) -> ModelList:
    """Read the models from a response body; without names if the body is not a list of models."""
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
