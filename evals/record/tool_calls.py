"""Calls of tools: as servers send them, in any shape, and as they are sent back to them."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_CALLS = 256
"""Calls of one reply that are read; what comes behind them is left out."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a tool in a reply."""

    id: str
    """Empty if the server sent none."""
    name: str
    arguments: str
    """JSON, as the model wrote it; it need not be valid."""

    def __str__(self) -> str:
        return f"{self.name}({self.arguments})"


def tool_calls_of(message: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    """Return the calls in a message of a chat completion, the older `function_call` included."""
    listed = message.get("tool_calls")
    calls = [call for call in (listed if isinstance(listed, list) else [])[:MOST_CALLS] if call]
    found = tuple(_call(call) for call in calls if isinstance(call, Mapping))
    single = message.get("function_call")
    return found or ((_call(single),) if isinstance(single, Mapping) and single else ())


def _call(call: Mapping[str, Any]) -> ToolCall:
    function = call.get("function")
    told = function if isinstance(function, Mapping) else call
    name, arguments = told.get("name"), told.get("arguments", told.get("input"))
    return ToolCall(_text(call.get("id")), _text(name), _json(arguments))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _json(arguments: object) -> str:
    """What a server sends as text, or already parsed."""
    if isinstance(arguments, str):
        return arguments
    return "" if arguments is None else json.dumps(arguments, ensure_ascii=False)


def text_of_calls(calls: Iterable[ToolCall]) -> str:
    """Return the calls as text, one a line: what evidence quotes from."""
    return "\n".join(map(str, calls))


def identified(calls: Iterable[ToolCall], turn: int) -> tuple[ToolCall, ...]:
    """Return the calls with ids that differ: servers refuse to take back what has none, or the same twice."""
    seen: set[str] = set()
    found = []
    for number, call in enumerate(calls):
        fresh = call.id if call.id and call.id not in seen else f"call_{turn}_{number}"
        seen.add(fresh)
        found.append(ToolCall(fresh, call.name, call.arguments))
    return tuple(found)


def sent_back(calls: Iterable[ToolCall]) -> list[dict[str, Any]]:
    """Return the calls as a later request repeats them.

    Servers' chat templates parse names and arguments, so that what is malformed would fail the request: such
    a name becomes `unnamed`, and such arguments an empty object.
    """
    return [
        {
            "id": call.id,
            "type": "function",
            "function": {
                "name": call.name if _NAME.fullmatch(call.name) else _UNNAMED,
                "arguments": call.arguments if call.arguments and arguments_of(call) is not None else "{}",
            },
        }
        for call in calls
    ]


def arguments_of(call: ToolCall) -> dict[str, Any] | None:
    """Return the arguments of a call; `None` if they are no JSON object."""
    if len(call.arguments) > _LONGEST:
        return None
    try:
        value = json.loads(call.arguments or "{}", parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


_LONGEST = 200_000
"""Characters of arguments; no step takes as many."""


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
