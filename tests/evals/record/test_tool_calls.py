"""Calls of tools are read in any shape that servers send, and sent back in one that they take."""

from typing import Any

import pytest

from evals.record import tool_calls
from evals.record.tool_calls import (
    ToolCall,
    arguments_of,
    identified,
    sent_back,
    text_of_calls,
    tool_calls_of,
)


@pytest.mark.parametrize(
    ("message", "calls"),
    [
        ({}, []),
        ({"tool_calls": None, "function_call": None}, []),
        ({"tool_calls": "so", "function_call": {}}, []),
        ({"tool_calls": [None, {}, "so"], "function_call": "so"}, []),
        ({"tool_calls": [{"id": "a", "function": {"name": "n", "arguments": "{}"}}]}, [("a", "n", "{}")]),
        ({"tool_calls": [{"id": 1, "name": "n", "arguments": {"é": 1}}]}, [("", "n", '{"é": 1}')]),
        ({"tool_calls": [{"function": "so", "name": None, "input": [1]}]}, [("", "", "[1]")]),
        ({"tool_calls": [{"function": {"name": "n", "arguments": None}}]}, [("", "n", "")]),
        ({"tool_calls": [{"function": {"name": "n", "arguments": "", "input": "x"}}]}, [("", "n", "")]),
        ({"function_call": {"name": "n", "arguments": "{"}}, [("", "n", "{")]),
        ({"tool_calls": [{"name": "n"}], "function_call": {"name": "m"}}, [("", "n", "")]),
        ({"tool_calls": [{}], "function_call": {"name": "m"}}, [("", "m", "")]),
    ],
)
def test_calls_of_any_shape(message: dict[str, Any], calls: list[tuple[str, str, str]]) -> None:
    """Text, or already parsed; the older single call counts where there are no others."""
    assert tool_calls_of(message) == tuple(ToolCall(*call) for call in calls)


def test_how_many_calls_are_read() -> None:
    """The first two hundred and fifty-six."""
    listed = [{"name": str(number)} for number in range(300)]
    assert [call.name for call in tool_calls_of({"tool_calls": listed})] == list(map(str, range(256)))


def test_calls_as_text() -> None:
    """A line each."""
    assert text_of_calls([ToolCall("a", "n", '{"x": 1}'), ToolCall("", "", "")]) == 'n({"x": 1})\n()'
    assert text_of_calls([]) == ""


def test_ids_differ() -> None:
    """What has none, or the same as an earlier one, gets one by its turn and place."""
    calls = [ToolCall(given, "n", "{}") for given in ("a", "", "a", "b", "")]
    assert [call.id for call in identified(calls, 3)] == ["a", "call_3_1", "call_3_2", "b", "call_3_4"]
    assert [(call.name, call.arguments) for call in identified(calls, 3)] == [("n", "{}")] * 5
    again = [ToolCall("call_3_1", "n", ""), ToolCall("call_3_1", "n", ""), ToolCall("x", "n", "")]
    assert [call.id for call in identified(again, 3)][::2] == ["call_3_1", "x"]


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("n", "n"),
        ("a-B_9", "a-B_9"),
        ("x" * 64, "x" * 64),
        ("x" * 65, "unnamed"),
        ("", "unnamed"),
        ("a b", "unnamed"),
    ],
)
def test_names_that_are_sent_back(name: str, sent: str) -> None:
    """Those that servers parse."""
    assert sent_back([ToolCall("a", name, '{"x": 1}')]) == [
        {"id": "a", "type": "function", "function": {"name": sent, "arguments": '{"x": 1}'}}
    ]


@pytest.mark.parametrize(
    ("arguments", "read", "sent"),
    [
        ('{"x": 1}', {"x": 1}, '{"x": 1}'),
        ("", {}, "{}"),
        ("{", None, "{}"),
        ("[1]", None, "{}"),
        ("7", None, "{}"),
        ('{"x": NaN}', None, "{}"),
        ('{"x": -Infinity}', None, "{}"),
        ("[" * 100_000, None, "{}"),
        (f'{{"x":"{"y" * 199_992}"}}', {"x": "y" * 199_992}, f'{{"x":"{"y" * 199_992}"}}'),
        (f'{{"x":"{"y" * 199_993}"}}', None, "{}"),
    ],
    ids=["object", "none", "half", "list", "number", "nan", "infinity", "deep", "longest", "too long"],
)
def test_arguments(arguments: str, read: dict[str, Any] | None, sent: str) -> None:
    """An object of at most two hundred thousand characters, or none; an empty one is sent in its place."""
    call = ToolCall("a", "n", arguments)
    assert tool_calls._LONGEST == 200_000
    assert arguments_of(call) == read
    assert sent_back([call])[0]["function"]["arguments"] == sent
