"""The models that an endpoint lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_SERVED = ("max_model_len",)
"""Fields with the length of the context that is in use: vLLM, SGLang."""
_OFFERED = ("context_length", "context_window", "max_context_length")
"""Fields with a length that may be more than is in use: OpenRouter, Together; Groq; Mistral."""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """What the list says about one model."""

    context: int | None = None
    """The length of its context in tokens: of the one in use, or else of the longest."""
    in_use: bool = False
    """Whether that context is the one in use."""
    longest: int | None = None
    """The longest context that the model can take."""
    owner: str = ""
    """What the server calls the model's owner; local servers name themselves."""


@dataclass(frozen=True, slots=True)
class ModelList:
    """An endpoint's answer when asked for its models."""

    names: tuple[str, ...] | None = None
    """The models' names; `None` if the endpoint gave no list."""
    entries: Mapping[str, ListedModel] = field(default_factory=dict)
    """What is said about each, by name."""
    status: int | None = None
    error: str | None = None
    """Why there was no answer at all, in one line."""


def read_offered(body: object, status: int) -> ModelList:
    """Read the models from a response body; without names if the body is not a list of models."""
    listed = body.get("data") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        return ModelList(status=status)
    models: list[dict[str, Any]] = [model for model in listed if isinstance(model, dict) and "id" in model]
    entries = {str(model["id"]): _entry(model) for model in models}
    return ModelList(tuple(entries), entries, status)


def token_count(value: object) -> int | None:
    """Return a positive number of tokens, and `None` for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _entry(model: Mapping[str, Any]) -> ListedModel:
    meta = model["meta"] if isinstance(model.get("meta"), dict) else {}  # llama.cpp
    served = _first(model, _SERVED) or token_count(meta.get("n_ctx"))
    offered = _first(model, _OFFERED)
    longest = token_count(meta.get("n_ctx_train")) or offered
    owner = model.get("owned_by")
    return ListedModel(
        context=served or offered or longest,
        in_use=served is not None,
        longest=longest,
        owner=owner if isinstance(owner, str) else "",
    )


def _first(model: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    return next((length for name in names if (length := token_count(model.get(name))) is not None), None)
