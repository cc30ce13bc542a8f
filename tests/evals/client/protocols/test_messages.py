"""Replies of `/v1/messages` are read as chat completions, and the same whole and in events."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.client.protocols.messages import MAX_TOKENS, PATH, MessageAssembly, completion, headers, request
from evals.record.completion import MalformedReply, read_completion
from tests.evals.client.protocols.cutting import (
    COUNTS,
    TALK,
    TEXTS,
    Draw,
    anything,
    pieces,
    read_whatever_comes,
    sent,
)


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


def thinking(thought: str) -> dict[str, Any]:
    return {"type": "thinking", "thinking": thought, "signature": "EqQBCgIYAhIM"}


def tool(given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": "toolu_1", "name": "move", "input": given}


def message(*blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A message as Anthropic sends it."""
    return {
        "id": "msg_01XF",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5-20250929",
        "content": list(blocks),
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": 12,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 1024,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "output_tokens": 503,
            "output_tokens_details": {"thinking_tokens": 450},
            "service_tier": "standard",
        },
    } | fields


def begun(**fields: Any) -> dict[str, Any]:
    usage = {"input_tokens": 25, "output_tokens": 1}
    return {"type": "message_start", "message": message(stop_reason=None, usage=usage, **fields)}


def start(block: dict[str, Any], index: int | None = 0) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(said: str, index: int | None = 0, kind: str = "text", field: str = "") -> dict[str, Any]:
    change = {"type": f"{kind}_delta", field or kind: said}
    return {"type": "content_block_delta", "index": index, "delta": change}


def ended(reason: str | None = "end_turn", **fields: Any) -> tuple[dict[str, Any], ...]:
    last = {
        "type": "message_delta",
        "delta": {"stop_reason": reason, **fields},
        "usage": {"output_tokens": 15},
    }
    return last, {"type": "message_stop"}


def assembled(*events: dict[str, Any]) -> MessageAssembly:
    assembly = MessageAssembly()
    for event in events:
        assembly.add(sent(event))
    return assembly


# --- requests


def test_a_request_says_the_same_in_the_words_of_the_protocol() -> None:
    asked = {
        "model": "claude-haiku-4-5",
        "max_tokens": 16000,
        "temperature": 0.7,
        "top_p": 0.9,
        "seed": 7,
        "stream": True,
        "stream_options": {"include_usage": True},
        "top_k": 5,
    }
    assert request(asked, TALK) == {
        "model": "claude-haiku-4-5",
        "max_tokens": 16000,
        "temperature": 0.7,
        "top_p": 0.9,
        "seed": 7,
        "stream": True,
        "top_k": 5,
        "system": "Be brief.",
        "messages": TALK[1:],
    }
    assert PATH == "/messages"


@pytest.mark.parametrize(
    ("asked", "limit"),
    [
        ({}, MAX_TOKENS),
        ({"max_tokens": 9}, 9),
        ({"max_completion_tokens": 9}, 9),
        ({"max_tokens": None}, MAX_TOKENS),
    ],
)
def test_there_always_is_a_limit(asked: dict[str, Any], limit: int) -> None:
    assert request(asked, TALK[1:]) == {"max_tokens": limit, "messages": TALK[1:]}


def test_every_system_message_is_in_one_place_and_empty_messages_are_left_out() -> None:
    late = {"role": "developer", "content": "Now in German."}
    written = request({}, [*TALK[:2], {"role": "assistant", "content": " \n"}, late, TALK[3]])
    assert written["system"] == "Be brief.\n\nNow in German."
    assert written["messages"] == [TALK[1], TALK[3]]


ADAPTIVE = {"type": "adaptive", "display": "summarized"}


@pytest.mark.parametrize(
    "model",
    [
        "claude-opus-4-6",
        "claude-sonnet-4.6",
        "anthropic/claude-opus-4-7-20260416",
        "anthropic.claude-fable-5",
        "claude-opus-5-5",
        "Claude-Haiku-10",
        "claude-mythos-preview",
    ],
)
def test_newer_claudes_are_given_an_effort(model: str) -> None:
    written = request({"model": model, "reasoning_effort": "high"}, TALK)
    assert (written["thinking"], written["output_config"]) == (ADAPTIVE, {"effort": "high"})


@pytest.mark.parametrize(
    "model",
    [
        "claude-haiku-4-5-20251001",
        "anthropic/claude-opus-4.5",
        "claude-opus-4-20250514",
        "claude-3-7-sonnet-20250219",
        "qwen3-8b",
    ],
)
def test_other_models_are_given_a_number_of_tokens_that_leaves_room_for_the_answer(model: str) -> None:
    written = request({"model": model, "reasoning_effort": "medium", "max_tokens": 16000}, TALK)
    assert written["thinking"] == {"type": "enabled", "budget_tokens": 8000}
    assert "output_config" not in written


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ({}, {}),
        ({"reasoning_effort": "none"}, {"thinking": {"type": "disabled"}}),
        (
            {"reasoning_effort": "low", "max_tokens": 2000},
            {"thinking": {"type": "enabled", "budget_tokens": 1024}},
        ),
        # A word that nobody knows is the server's to refuse.
        ({"reasoning_effort": "huge"}, {"thinking": ADAPTIVE, "output_config": {"effort": "huge"}}),
        (
            {"reasoning_effort": "high", "thinking": {"type": "enabled", "budget_tokens": 5000}},
            {"thinking": {"type": "enabled", "budget_tokens": 5000}},
        ),
    ],
)
def test_thinking_is_asked_for_only_where_the_run_asks_for_it(
    asked: dict[str, Any], written: dict[str, Any]
) -> None:
    body = request(asked, TALK)
    assert {name: body[name] for name in ("thinking", "output_config") if name in body} == written


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, {}),
        ({"authorization": "Bearer sk-ant-api03-k"}, {"x-api-key": "sk-ant-api03-k"}),
        ({"Authorization": "Bearer k"}, {"authorization": "Bearer k", "x-api-key": "k"}),
        ({"authorization": "Basic k"}, {"authorization": "Basic k"}),
        (
            {"authorization": "Bearer k", "X-Api-Key": "own"},
            {"authorization": "Bearer k", "x-api-key": "own"},
        ),
        ({"user-agent": "cantwont/1"}, {"user-agent": "cantwont/1"}),
    ],
)
def test_the_key_stands_where_anthropic_and_others_look_for_it(
    given: dict[str, str], sent: dict[str, str]
) -> None:
    assert headers(given) == {"anthropic-version": "2023-06-01"} | sent


def test_another_version_may_be_asked_for() -> None:
    assert headers({"Anthropic-Version": "2026-10-21"}) == {"anthropic-version": "2026-10-21"}


# --- whole replies


def test_a_whole_reply_is_a_plain_completion() -> None:
    whole = message(thinking("Hm."), {"type": "redacted_thinking", "data": "EmwKAhgBEgy3"}, text("1\n2\n3"))
    assert completion(whole) == {
        "object": "chat.completion",
        "id": "msg_01XF",
        "model": "claude-sonnet-4-5-20250929",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "1\n2\n3", "reasoning_content": "Hm."},
                "finish_reason": "stop",
                "stop_reason": "end_turn",
            }
        ],
        "usage": {
            "prompt_tokens": 1036,
            "prompt_tokens_details": {"cached_tokens": 1024},
            "completion_tokens": 503,
            "completion_tokens_details": {"reasoning_tokens": 450},
            "cache_read_input_tokens": 1024,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "service_tier": "standard",
        },
    }
    read = read_completion(completion(whole))
    assert (read.prompt_tokens, read.completion_tokens, read.reasoning_tokens) == (1036, 503, 450)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("tool_use", "tool_calls"),
        ("refusal", "refusal"),
        ("pause_turn", "pause_turn"),
        ("sensitive", "sensitive"),
        (None, None),
        ({"odd": 1}, None),
    ],
)
def test_the_stop_reason_says_how_it_ended(told: Any, reason: str | None) -> None:
    assert read_completion(completion(message(text("1"), stop_reason=told))).finish_reason == reason


def test_a_refusal_keeps_what_was_said_before_it_and_what_the_provider_says_of_it() -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "This request was declined."}
    made = completion(message(text("Hello.."), stop_reason="refusal", stop_details=details))
    read = read_completion(made)
    assert (read.content, read.refusal, read.finish_reason) == (
        "Hello..",
        "This request was declined.",
        "refusal",
    )
    assert made["choices"][0]["stop_details"] == details
    bare = read_completion(completion(message(stop_reason="refusal")))
    assert (bare.content, bare.refusal, bare.finish_reason) == ("", None, "refusal")


def test_calls_of_tools_are_kept() -> None:
    server = {
        "type": "server_tool_use",
        "id": "srvtoolu_1",
        "name": "web_search",
        "input": {"query": "hanoi"},
    }
    choice = completion(message(server, tool({"disk": 1, "to": "é"}), stop_reason="tool_use"))["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None
    (call,) = choice["message"]["tool_calls"]
    assert (call["id"], call["type"], call["function"]["name"]) == ("toolu_1", "function", "move")
    assert json.loads(call["function"]["arguments"]) == {"disk": 1, "to": "é"}


def test_texts_that_follow_each_other_are_one_and_others_stand_apart() -> None:
    """A text with citations comes in many blocks; what stands on both sides of a thought does not go on."""
    blocks = (text("I will "), text("list them."), thinking("Hm."), text("1\n"), text("2"))
    assert read_completion(completion(message(*blocks))).content == "I will list them.\n\n1\n2"


@pytest.mark.parametrize(
    "whole",
    [
        {"type": "message", "content": "1"},
        {"content": [text("1")]},
        {"type": "message", "content": [None, 7, "1", {"type": "text", "text": None}, {"text": 7}]},
    ],
)
def test_less_careful_servers_are_read_too(whole: dict[str, Any]) -> None:
    assert read_completion(completion(whole)).content == "1"


@pytest.mark.parametrize(
    ("reply", "says", "code"),
    [
        (
            {
                "type": "error",
                "error": {"type": "overloaded_error", "message": "Overloaded"},
                "request_id": "r",
            },
            "Overloaded",
            529,
        ),
        ({"error": {"type": "rate_limit_error", "message": "slow down"}}, "slow down", 429),
        ({"error": {"type": "new_error", "message": "no"}}, "no", None),
        ({"object": "error", "message": "too long", "code": 400}, "too long", 400),
    ],
)
def test_an_error_is_malformed(reply: dict[str, Any], says: str, code: int | None) -> None:
    with pytest.raises(MalformedReply, match=says) as caught:
        completion(reply)
    assert caught.value.code == code


@pytest.mark.parametrize("reply", [{}, {"choices": [{"message": {"content": "1"}}]}, {"content": None}])
def test_what_is_no_message_holds_no_choice(reply: dict[str, Any]) -> None:
    with pytest.raises(MalformedReply, match="holds no choice"):
        read_completion(completion(reply))


@pytest.mark.parametrize(
    ("usage", "made"),
    [
        (None, None),
        ([], None),
        ({"input_tokens": 0, "output_tokens": 0}, None),
        ({"input_tokens": 3}, {"prompt_tokens": 3}),
        ({"output_tokens": 3}, {"completion_tokens": 3}),
        (
            {"input_tokens": 3, "cache_creation_input_tokens": 4, "cache_read_input_tokens": "5"},
            {"prompt_tokens": 7, "cache_creation_input_tokens": 4, "cache_read_input_tokens": "5"},
        ),
    ],
)
def test_usage_may_be_missing_or_odd(usage: Any, made: dict[str, Any] | None) -> None:
    assert completion(message(text("1"), usage=usage)).get("usage") == made


# --- streams


def stream(draw: Draw, whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Cut a message into events."""
    usage = whole["usage"]
    known = {name: usage[name] for name in ("input_tokens", "cache_read_input_tokens")}
    first = {
        **whole,
        "content": [],
        "stop_reason": None,
        "stop_details": None,
        "usage": known | {"output_tokens": 1},
    }
    for _ in range(draw(st.integers(1, 2))):
        yield {"type": "message_start", "message": first}
    yield {"type": "ping"}
    for index, block in enumerate(whole["content"]):
        at = {"index": index}
        yield {"type": "content_block_start", "content_block": _emptied(block), **at}
        for change in _changes(draw, block):
            yield {"type": "content_block_delta", "delta": change, **at}
        yield {"type": "content_block_stop", **at}
    # Some servers know the tokens of the prompt only now, and some have forgotten them.
    last = draw(
        st.sampled_from([usage, {"output_tokens": usage["output_tokens"]}, usage | dict.fromkeys(known, 0)])
    )
    delta = {name: whole[name] for name in ("stop_reason", "stop_sequence", "stop_details")}
    yield {"type": "message_delta", "delta": delta, "usage": last}
    yield {"type": "message_stop"}


def _emptied(block: dict[str, Any]) -> dict[str, Any]:
    empty = {"text": "", "thinking": "", "signature": "", "input": {}}
    return {name: empty.get(name, value) for name, value in block.items()}


def _changes(draw: Draw, block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    match block["type"]:
        case "text":
            yield from ({"type": "text_delta", "text": piece} for piece in pieces(draw, block["text"]))
            yield {"type": "citations_delta", "citation": {"type": "char_location", "cited_text": "no"}}
        case "thinking":
            thought = pieces(draw, block["thinking"])
            yield from ({"type": "thinking_delta", "thinking": piece} for piece in thought)
            yield {"type": "signature_delta", "signature": block["signature"]}
        case "tool_use" if block["input"]:
            compact = json.dumps(block["input"], ensure_ascii=False, separators=(",", ":"))
            yield from (
                {"type": "input_json_delta", "partial_json": piece} for piece in pieces(draw, compact)
            )


BLOCKS = st.one_of(
    st.builds(text, TEXTS),
    st.builds(thinking, TEXTS),
    st.builds(tool, st.dictionaries(st.sampled_from(["disk", "to"]), st.integers() | st.text(max_size=5))),
    st.just({"type": "redacted_thinking", "data": "EmwKAhgBEgy3"}),
)
MESSAGES = st.builds(
    lambda blocks, reason, prompt, cached, said: message(
        *blocks,
        stop_reason=reason,
        stop_details={"type": "refusal", "explanation": "Declined."} if reason == "refusal" else None,
        usage={"input_tokens": prompt, "cache_read_input_tokens": cached, "output_tokens": said},
    ),
    st.lists(BLOCKS, max_size=5),
    st.sampled_from(["end_turn", "max_tokens", "stop_sequence", "tool_use", "refusal", "pause_turn"]),
    COUNTS,
    COUNTS,
    COUNTS,
)


@given(MESSAGES, st.data())
def test_a_reply_in_events_is_the_same_as_in_one_piece(whole: dict[str, Any], data: st.DataObject) -> None:
    expected = completion(sent(whole))
    assembly = assembled(*stream(data.draw, whole))
    assert assembly.body() == expected
    assert assembly.text == (expected["choices"][0]["message"]["content"] or "")
    assert assembly.finish_reason == expected["choices"][0]["finish_reason"]
    assert (assembly.done, assembly.choices) == (True, 1)
    assert json.loads(json.dumps(expected)) == expected


def test_before_anything_is_said_there_is_no_choice_and_no_end() -> None:
    assembly = assembled(begun(), {"type": "ping"})
    assert (assembly.text, assembly.finish_reason, assembly.choices, assembly.done) == ("", None, 0, False)
    assembly.add(start(text("")))
    assembly.add(delta("1"))
    assert (assembly.text, assembly.finish_reason, assembly.choices, assembly.done) == ("1", None, 1, False)
    last, stop = ended()
    assembly.add(last)
    assert (assembly.finish_reason, assembly.done) == ("stop", False)
    assembly.add(stop)
    assert assembly.done


def test_the_usage_at_the_end_completes_that_of_the_beginning() -> None:
    made = assembled(begun(), start(text("")), delta("1"), *ended()).body()
    assert made["usage"] == {"prompt_tokens": 25, "completion_tokens": 15}


def test_an_empty_answer_is_an_answer() -> None:
    read = read_completion(assembled(begun(), *ended()).body())
    assert (read.content, read.finish_reason) == ("", "stop")


@pytest.mark.parametrize(
    ("events", "said", "thought"),
    [
        # LiteLLM thinks within a block of text.
        ((start(text("")), delta("Hm.", kind="thinking"), delta("1"), *ended()), "1", "Hm."),
        # Pieces of a block that was never begun.
        ((delta("Hm.", 0, "thinking"), delta("1", 1), *ended()), "1", "Hm."),
        # No indices: what comes is of the last block.
        (
            (
                *(start(thinking(""), None), delta("Hm.", None, "thinking")),
                *(start(text(""), None), delta("1", None), *ended()),
            ),
            "1",
            "Hm.",
        ),
        (
            (
                *(start(text(""), None), delta("1", None), start(thinking(""), None)),
                *(delta("Hm.", None, "thinking"), start(text(""), None), delta("2", None), *ended()),
            ),
            "1\n\n2",
            "Hm.",
        ),
        # A block that begins with text goes on from there, and begins once.
        ((start(text("1\n")), start(text("1\n")), delta("2"), *ended()), "1\n2", None),
        ((start(text("1\n")), delta("2"), *ended()), "1\n2", None),
        ((start(text("1\n2")), *ended()), "1\n2", None),
        # A message that is whole at its beginning, with and without the pieces.
        ((begun(content=[text("1\n2")]), *ended()), "1\n2", None),
        ((begun(content=[text("1\n2")]), start(text("")), delta("1\n"), delta("2"), *ended()), "1\n2", None),
        ((message(text("1"), thinking("Hm.")),), "1", "Hm."),
        # A beginning that is repeated, and a thought that is kept back.
        (
            (
                *(begun(), start(thinking("")), delta("x", 0, "signature")),
                *(begun(), start(text(""), 1), start(text(""), 1), delta("1", 1), *ended()),
            ),
            "1",
            None,
        ),
        # Events and deltas that nobody knows.
        (
            (
                *({"type": "usage_report", "delta": {"text": "no"}}, delta("no", kind="audio")),
                *(delta("1"), {"type": None}, {}, *ended()),
            ),
            "1",
            None,
        ),
    ],
)
def test_odd_streams_are_read_and_the_text_comes_once(
    events: tuple[dict[str, Any], ...], said: str, thought: str | None
) -> None:
    assembly = assembled(*events)
    read = read_completion(assembly.body())
    assert (read.content, read.reasoning, assembly.text, assembly.done) == (said, thought, said, True)


def test_arguments_that_were_cut_are_kept_as_they_came() -> None:
    whole = (start(tool({})), delta('{"disk": ', kind="input_json", field="partial_json"))
    (call,) = assembled(*whole, *ended("max_tokens")).body()["choices"][0]["message"]["tool_calls"]
    assert call["function"]["arguments"] == '{"disk": '


def test_what_comes_behind_the_end_is_passed_over() -> None:
    late = ({"type": "error", "error": {"message": "gone"}}, delta("2"))
    assert assembled(delta("1"), *ended(), *late).text == "1"


@pytest.mark.parametrize(
    ("event", "says", "code"),
    [
        (
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
            "Overloaded",
            529,
        ),
        (
            {"type": "error", "error": {"type": "api_error", "message": "Internal server error"}},
            "Internal",
            500,
        ),
        ({"type": "error", "message": "gone", "code": 502}, "gone", 502),
        ({"type": "error"}, "no reason given", None),
        ({"error": "CUDA out of memory"}, "CUDA out of memory", None),
    ],
)
def test_an_error_in_mid_stream_is_malformed_and_the_text_kept(
    event: dict[str, Any], says: str, code: int | None
) -> None:
    assembly = assembled(begun(), start(text("")), delta("1\n2"))
    with pytest.raises(MalformedReply, match=says) as caught:
        assembly.add(event)
    assert caught.value.code == code
    assert (assembly.text, assembly.finish_reason, assembly.done) == ("1\n2", None, False)


KINDS = st.sampled_from(
    [
        *(f"message_{when}" for when in ("start", "delta", "stop")),
        *(f"content_block_{when}" for when in ("start", "delta", "stop")),
        *("message", "ping", "error", "", None, 7),
    ]
)
FIELDS = anything(
    "message content_block delta index usage type text thinking partial_json input name id content model "
    "stop_reason stop_details explanation input_tokens output_tokens_details cache_read_input_tokens",
    "text thinking tool_use text_delta input_json_delta end_turn",
)


@given(st.lists(st.tuples(KINDS, FIELDS), max_size=4))
def test_whatever_comes_is_read_or_malformed(events: list[tuple[Any, dict[str, Any]]]) -> None:
    read_whatever_comes(MessageAssembly(), completion, events)


def test_many_pieces_take_linear_time_and_little_memory() -> None:
    assembly = assembled(begun(), start(thinking("")), start(text(""), 1))
    for _ in range(30_000):
        assembly.add(delta("hm ", kind="thinking"))
        assembly.add(delta("[1, 0, 2], ", 1))
    for event in ended():
        assembly.add(event)
    assert read_completion(assembly.body()).content == "[1, 0, 2], " * 30_000
