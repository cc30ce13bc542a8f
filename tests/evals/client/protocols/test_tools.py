"""Tools, calls and results in the requests of each protocol."""

from typing import Any

import pytest

from evals.client.protocols import speech
from evals.endpoints import Api

TOOL = {
    "type": "function",
    "function": {"name": "move", "description": "Takes a step.", "parameters": {"type": "object"}},
}


def call(name: str) -> dict[str, Any]:
    return {"id": name, "type": "function", "function": {"name": "move", "arguments": '{"steps": "1"}'}}


MESSAGES: list[dict[str, Any]] = [
    {"role": "user", "content": "Go."},
    {"role": "assistant", "content": "Well.", "tool_calls": [call("a"), call("b")]},
    {"role": "tool", "tool_call_id": "a", "content": "Taken."},
    {"role": "tool", "tool_call_id": "b", "content": "Rejected."},
    {"role": "assistant", "content": "", "tool_calls": [call("c")]},
    {"role": "tool", "tool_call_id": "c", "content": "Taken."},
    {"role": "user", "content": "And?"},
]


def body(api: Api) -> dict[str, Any]:
    return speech(api).request({"model": "m", "tools": [TOOL]}, MESSAGES)


def test_chat_sends_them_as_they_are() -> None:
    """It is the form in which they are recorded."""
    assert body("chat")["messages"] == MESSAGES
    assert body("chat")["tools"] == [TOOL]


def test_responses_has_items_for_calls_and_results() -> None:
    """In the order of the conversation; a message without text is left out where there are calls."""
    sent = body("responses")
    assert sent["tools"] == [{"type": "function", "strict": False, **TOOL["function"]}]  # type: ignore[dict-item]
    kinds = [item.get("type", item.get("role")) for item in sent["input"]]
    assert kinds == [
        *("user", "assistant", "function_call", "function_call"),
        *("function_call_output", "function_call_output", "function_call", "function_call_output", "user"),
    ]
    assert sent["input"][2] == {
        "type": "function_call",
        "call_id": "a",
        "name": "move",
        "arguments": '{"steps": "1"}',
    }
    assert sent["input"][4] == {"type": "function_call_output", "call_id": "a", "output": "Taken."}


def test_messages_has_blocks_and_the_results_of_a_turn_in_one_message() -> None:
    """Anthropic refuses results that stand in several messages."""
    sent = body("messages")
    function: Any = TOOL["function"]
    assert sent["tools"] == [
        {"name": "move", "description": "Takes a step.", "input_schema": function["parameters"]}
    ]
    assert [message["role"] for message in sent["messages"]] == [
        *("user", "assistant", "user", "assistant", "user", "user"),
    ]
    used = {"type": "tool_use", "id": "a", "name": "move", "input": {"steps": "1"}}
    assert sent["messages"][1]["content"][:2] == [{"type": "text", "text": "Well."}, used]
    assert [block["tool_use_id"] for block in sent["messages"][2]["content"]] == ["a", "b"]
    assert [block["type"] for block in sent["messages"][3]["content"]] == ["tool_use"]


@pytest.mark.parametrize("api", ["responses", "messages"])
def test_requests_without_tools_are_as_before(api: Api) -> None:
    """No field of theirs."""
    assert "tools" not in speech(api).request({"model": "m"}, MESSAGES[:1])
