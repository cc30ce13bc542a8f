"""Chat completions and their chunks, as short as tests want them."""

from typing import Any


def body(message: dict[str, Any] | None = None, **choice: Any) -> dict[str, Any]:
    return {"choices": [{"message": message or {}, "finish_reason": "stop", **choice}]}


def delta(finish_reason: str | None = None, index: int = 0, **fields: Any) -> dict[str, Any]:
    return {"id": "1", "choices": [{"index": index, "delta": fields, "finish_reason": finish_reason}]}
