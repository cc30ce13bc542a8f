"""Replies of `/v1/responses` are read as chat completions, and the same whole and in events."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.client.protocols.responses import PATH, ResponseAssembly, completion, headers, request
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


def message(*texts: str, **fields: Any) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []} for text in texts]
    item = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": content}
    return item | fields


def reasoning(*summaries: str, **fields: Any) -> dict[str, Any]:
    summary = [{"type": "summary_text", "text": text} for text in summaries]
    return {"id": "rs_1", "type": "reasoning", "summary": summary} | fields


def call(arguments: str = '{"n":3}') -> dict[str, Any]:
    return {
        "id": "fc_1",
        "type": "function_call",
        "status": "completed",
        "call_id": "call_1",
        "name": "move",
        "arguments": arguments,
    }


def response(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A response as OpenAI sends it, with most of what repeats the request."""
    return {
        "id": "resp_68af",
        "object": "response",
        "created_at": 1756315657.0,
        "status": "completed",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": "Answer with the list alone.",
        "max_output_tokens": 16000,
        "model": "gpt-5-2025-08-07",
        "output": list(items),
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": "medium", "summary": "detailed"},
        "service_tier": "default",
        "store": False,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": {
            "input_tokens": 1036,
            "input_tokens_details": {"cached_tokens": 1024},
            "output_tokens": 587,
            "output_tokens_details": {"reasoning_tokens": 512},
            "total_tokens": 1623,
        },
        "metadata": {},
    } | fields


def delta(text: str, kind: str = "output_text", index: int | None = 0, part: int = 0) -> dict[str, Any]:
    place = "summary_index" if "summary" in kind else "content_index"
    return {"type": f"response.{kind}.delta", "output_index": index, place: part, "delta": text}


def ended(*items: dict[str, Any], kind: str = "completed", **fields: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "response": response(*items, **fields)}


def repeated(what: str, **fields: Any) -> Iterator[dict[str, Any]]:
    return ({"type": f"response.{what}.{when}", **fields} for when in ("added", "done"))


def assembled(*events: dict[str, Any]) -> ResponseAssembly:
    assembly = ResponseAssembly()
    for event in events:
        assembly.add(sent(event))
    return assembly


def content(assembly: ResponseAssembly) -> str:
    return read_completion(assembly.body()).content


# --- requests


def test_a_request_says_the_same_in_the_words_of_the_protocol() -> None:
    asked = {
        "model": "gpt-5",
        "max_tokens": 16000,
        "temperature": 0.7,
        "top_p": 0.9,
        "seed": 7,
        "reasoning_effort": "low",
        "stream": True,
        "stream_options": {"include_usage": True},
        "metadata": {"study": "1"},
    }
    assert request(asked, TALK) == {
        "model": "gpt-5",
        "store": False,
        "max_output_tokens": 16000,
        "temperature": 0.7,
        "top_p": 0.9,
        "seed": 7,
        "reasoning": {"effort": "low", "summary": "auto"},
        "stream": True,
        "metadata": {"study": "1"},
        "instructions": "Be brief.",
        "input": TALK[1:],
    }
    assert PATH == "/responses"
    assert headers({"authorization": "Bearer k"}) == {"authorization": "Bearer k"}


def test_nothing_is_asked_for_that_the_body_does_not_hold() -> None:
    assert request({"model": "m"}, TALK[1:]) == {"model": "m", "store": False, "input": TALK[1:]}


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ({"max_completion_tokens": 9}, {"max_output_tokens": 9}),
        ({"store": True}, {"store": True}),
        ({"reasoning": {"summary": "auto"}}, {"reasoning": {"summary": "auto"}}),
        (
            {"reasoning_effort": "high", "reasoning": {"summary": "concise"}},
            {"reasoning": {"effort": "high", "summary": "concise"}},
        ),
        ({"reasoning_effort": "high", "reasoning_summary": None}, {"reasoning": {"effort": "high"}}),
        ({"reasoning_summary": "detailed"}, {"reasoning": {"summary": "detailed"}}),
        (
            {"stream_options": {"include_usage": True, "include_obfuscation": False}},
            {"stream_options": {"include_obfuscation": False}},
        ),
    ],
)
def test_parameters_may_be_given_in_either_protocols_words(
    asked: dict[str, Any], written: dict[str, Any]
) -> None:
    assert request(asked, TALK[1:]) == {"store": False, "input": TALK[1:]} | written


def test_only_system_messages_at_the_beginning_are_instructions() -> None:
    late = {"role": "system", "content": "Now in German."}
    developer = {"role": "developer", "content": "No prose."}
    written = request({}, [TALK[0], developer, TALK[1], late])
    assert written["instructions"] == "Be brief.\n\nNo prose."
    assert written["input"] == [TALK[1], late]


# --- whole replies


def test_a_whole_reply_is_a_plain_completion() -> None:
    whole = response(reasoning("**Planning**\n\nHm.", "**Moving**\n\nAha."), message("1\n2\n3"))
    assert completion(whole) == {
        "object": "chat.completion",
        "id": "resp_68af",
        "model": "gpt-5-2025-08-07",
        "service_tier": "default",
        "status": "completed",
        "created": 1756315657,
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": "1\n2\n3",
                    "reasoning_content": "**Planning**\n\nHm.\n\n**Moving**\n\nAha.",
                },
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": 1036,
            "prompt_tokens_details": {"cached_tokens": 1024},
            "completion_tokens": 587,
            "completion_tokens_details": {"reasoning_tokens": 512},
            "total_tokens": 1623,
        },
    }
    read = read_completion(completion(whole))
    assert (read.prompt_tokens, read.completion_tokens, read.reasoning_tokens) == (1036, 587, 512)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "stop"),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, "length"),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, "content_filter"),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_tool_calls"}}, "max_tool_calls"),
        ({"status": "incomplete"}, "incomplete"),
        ({"incomplete_details": {"reason": "max_output_tokens"}}, "length"),
        ({"status": "in_progress"}, None),
        ({"status": "expired"}, "expired"),
        ({"status": None}, "stop"),  # that of its message
        ({"status": ["odd"]}, "stop"),
    ],
)
def test_the_status_says_how_it_ended(fields: dict[str, Any], reason: str | None) -> None:
    read = read_completion(completion(response(message("1"), **fields)))
    assert (read.content, read.finish_reason) == ("1", reason)


def test_details_of_what_is_incomplete_are_kept() -> None:
    cut = completion(response(status="incomplete", incomplete_details={"reason": "max_output_tokens"}))
    assert cut["incomplete_details"] == {"reason": "max_output_tokens"}
    assert read_completion(cut).content == ""


def test_a_refusal_is_read() -> None:
    item = message(content=[{"type": "refusal", "refusal": "I'm sorry, I can't."}])
    read = read_completion(completion(response(item)))
    assert (read.content, read.refusal, read.finish_reason) == ("", "I'm sorry, I can't.", "stop")


def test_calls_of_tools_are_kept() -> None:
    custom = {"type": "custom_tool_call", "call_id": "call_2", "name": "run", "input": "print(1)"}
    choice = completion(response(call(), custom))["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None
    assert choice["message"]["tool_calls"] == [
        {"id": "call_1", "type": "function", "function": {"name": "move", "arguments": '{"n":3}'}},
        {"id": "call_2", "type": "custom", "custom": {"name": "run", "input": "print(1)"}},
    ]


def test_parts_of_a_message_are_joined_and_two_messages_stand_apart() -> None:
    """The preamble of an agent must not share a line with the first step of the list."""
    items = (message("I will list them.", phase="commentary"), message("1\n", "2", phase="final_answer"))
    assert read_completion(completion(response(*items))).content == "I will list them.\n\n1\n2"


@pytest.mark.parametrize(
    ("item", "thought"),
    [
        (reasoning(), None),
        (reasoning(content=[{"type": "reasoning_text", "text": "Hm."}]), "Hm."),
        (reasoning("Hm.", content=[{"type": "reasoning_text", "text": "Hm."}]), "Hm."),
        (
            reasoning("In short.", content=[{"type": "reasoning_text", "text": "At length."}]),
            "In short.\n\nAt length.",
        ),
        (reasoning(content=None, encrypted_content="gAAAA"), None),
        (reasoning(content="Hm."), "Hm."),
        ({"type": "reasoning", "content": [{"text": "Hm."}]}, "Hm."),
    ],
)
def test_reasoning_is_read_from_summaries_and_from_its_own_text(
    item: dict[str, Any], thought: str | None
) -> None:
    assert read_completion(completion(response(item, message("1")))).reasoning == thought


@pytest.mark.parametrize(
    "whole",
    [
        {"output": [{"type": "message", "content": "1"}], "status": "completed"},
        {"output": [{"content": [{"text": "1"}]}], "status": "completed"},
        {"output": [], "output_text": "1", "status": "completed"},
        {"output": [message("1"), None, 7, {"type": "web_search_call"}, {"content": [None, 7]}]},
    ],
)
def test_less_careful_servers_are_read_too(whole: dict[str, Any]) -> None:
    assert read_completion(completion(whole)).content == "1"


@pytest.mark.parametrize("created", [None, "now", 1e400, float("nan"), []])
def test_an_odd_date_is_left_out(created: Any) -> None:
    assert "created" not in completion(response(created_at=created))


@pytest.mark.parametrize(
    ("reply", "says", "code"),
    [
        ({"error": {"message": "busy", "code": 503}}, "busy", 503),
        ({"error": {"message": "busy", "type": "server_error", "code": None}}, "busy", 500),
        ({"object": "error", "message": "too long", "code": 400}, "too long", 400),
        (
            response(
                status="failed", error={"code": "rate_limit_exceeded", "message": "Limit 30000, Used 29000"}
            ),
            "Limit 30000",
            429,
        ),
        (response(status="failed"), "status 'failed'", None),
        (response(status="cancelled"), "status 'cancelled'", None),
    ],
)
def test_an_error_is_malformed(reply: dict[str, Any], says: str, code: int | None) -> None:
    with pytest.raises(MalformedReply, match=says) as caught:
        completion(reply)
    assert caught.value.code == code


@pytest.mark.parametrize("reply", [{}, {"choices": [{"message": {"content": "1"}}]}, {"output": None}])
def test_what_is_no_response_holds_no_choice(reply: dict[str, Any]) -> None:
    with pytest.raises(MalformedReply, match="holds no choice"):
        read_completion(completion(reply))


# --- streams


def stream(draw: Draw, whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Cut a response into events; what comes again behind the pieces is up to the server."""
    begun = {**whole, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for index, item in enumerate(whole["output"]):
        empty = {"content": [], "summary": [], "arguments": "", "status": "in_progress"}
        at = {"output_index": index, "item_id": item["id"]}
        yield {"type": "response.output_item.added", "item": item | empty, **at}
        for event in _of_parts(draw, item):
            yield event | at
        if draw(st.booleans()):
            yield {"type": "response.output_item.done", "item": item, **at}
        yield draw(
            st.sampled_from([{"type": "response.output_text.annotation.added"}, {"type": "keepalive"}])
        )
    output = draw(st.sampled_from([whole["output"], [], None]))
    kind = "incomplete" if whole["status"] == "incomplete" else "completed"
    yield {"type": f"response.{kind}", "response": {**whole, "output": output}}


def _of_parts(draw: Draw, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if item["type"] == "function_call":
        yield from _of_text(draw, "function_call_arguments", "arguments", item["arguments"], {})
        return
    parts = [("summary_index", at, part) for at, part in enumerate(item.get("summary", ()))]
    parts += [("content_index", at, part) for at, part in enumerate(item.get("content", ()))]
    for place, at, part in parts:
        event = "reasoning_summary_part" if place == "summary_index" else "content_part"
        field = "refusal" if part["type"] == "refusal" else "text"
        name = "reasoning_summary_text" if part["type"] == "summary_text" else part["type"]
        if draw(st.booleans()):
            yield {"type": f"response.{event}.added", "part": part | {field: ""}, place: at}
        yield from _of_text(draw, name, field, part[field], {place: at})
        if draw(st.booleans()):
            yield {"type": f"response.{event}.done", "part": part, place: at}


def _of_text(draw: Draw, name: str, field: str, text: str, place: dict[str, int]) -> Iterator[dict[str, Any]]:
    for piece in pieces(draw, text):
        yield {"type": f"response.{name}.delta", "delta": piece, "obfuscation": "x", **place}
    if draw(st.booleans()):
        yield {"type": f"response.{name}.done", field: text, **place}


IDS = st.uuids().map(str)
ITEMS = st.one_of(
    st.builds(
        lambda given, texts, refusals: (
            message(id=given)
            | {
                "content": [{"type": "output_text", "text": text} for text in texts]
                + [{"type": "refusal", "refusal": text} for text in refusals]
            }
        ),
        IDS,
        st.lists(TEXTS, max_size=3),
        st.lists(TEXTS, max_size=1),
    ),
    st.builds(
        lambda given, summaries, texts: (
            reasoning(*summaries, id=given)
            | {"content": [{"type": "reasoning_text", "text": text} for text in texts]}
        ),
        IDS,
        st.lists(TEXTS, max_size=3),
        st.lists(TEXTS, max_size=2),
    ),
    st.builds(lambda given, arguments: call(arguments) | {"id": given, "call_id": given}, IDS, TEXTS),
)
ENDS = st.sampled_from(
    [
        {"status": "completed"},
        {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
        {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
        {"status": "incomplete"},
    ]
)
RESPONSES = st.builds(
    lambda items, end, tokens: response(
        *items, **end, usage={"input_tokens": tokens, "output_tokens": 3, "total_tokens": tokens + 3}
    ),
    st.lists(ITEMS, max_size=4),
    ENDS,
    COUNTS,
)


@given(RESPONSES, st.data())
def test_a_reply_in_events_is_the_same_as_in_one_piece(whole: dict[str, Any], data: st.DataObject) -> None:
    expected = completion(sent(whole))
    assembly = assembled(*stream(data.draw, whole))
    assert assembly.body() == expected
    assert assembly.text == (expected["choices"][0]["message"]["content"] or "")
    assert assembly.finish_reason == expected["choices"][0]["finish_reason"]
    assert (assembly.done, assembly.choices) == (True, 1)
    assert json.loads(json.dumps(expected)) == expected


def test_before_anything_is_said_there_is_no_choice_and_no_end() -> None:
    begun = {"type": "response.created", "response": response(status="in_progress")}
    assembly = assembled(begun)
    assert (assembly.text, assembly.finish_reason, assembly.choices, assembly.done) == ("", None, 0, False)
    assembly.add(delta("1"))
    assert (assembly.text, assembly.finish_reason, assembly.choices, assembly.done) == ("1", None, 1, False)
    assert assembly.body()["choices"][0]["finish_reason"] is None


def test_a_beginning_that_claims_to_be_completed_is_none() -> None:
    begun = {"type": "response.created", "response": response()}
    assert not assembled(begun).done
    assert content(assembled(begun, delta("1"), ended(message("1")))) == "1"


def test_an_empty_answer_is_an_answer() -> None:
    read = read_completion(assembled(ended()).body())
    assert (read.content, read.finish_reason) == ("", "stop")


def test_the_event_says_how_it_ended_where_the_response_does_not() -> None:
    for status in (None, "in_progress"):
        assert assembled(delta("1"), ended(status=status)).finish_reason == "stop"
        assert assembled(delta("1"), ended(kind="incomplete", status=status)).finish_reason == "incomplete"
    assert assembled(delta("1"), ended(status="incomplete")).finish_reason == "incomplete"


@pytest.mark.parametrize(
    ("events", "text"),
    [
        # vLLM leaves the last token alone in the final output.
        ((delta("1\n"), delta("2"), ended(message("2"))), "1\n2"),
        # A piece was lost on the way.
        ((delta("1\n"), ended(message("1\n2"))), "1\n2"),
        # Only the end says anything.
        ((ended(message("1\n2")),), "1\n2"),
        ((ended(output_text="1\n2"),), "1\n2"),
        # The text comes once more as a piece.
        ((delta("1\n"), delta("2"), delta("1\n2"), ended(message("1\n2"))), "1\n2"),
        # The item that is done is another than the one that was begun.
        (
            (
                delta("1\n2"),
                {"type": "response.output_item.done", "output_index": 3, "item": message("1\n2")},
                ended(message("1\n2")),
            ),
            "1\n2",
        ),
        (
            (
                delta("1\n2") | {"item_id": "msg_1"},
                {"type": "response.output_item.done", "output_index": 3, "item": message("1\n2")},
                ended(),
            ),
            "1\n2",
        ),
        # No index at all, or one that names several items.
        ((delta("1", index=None), delta("2", index=None), ended()), "12"),
        ((delta("Hm.", "reasoning_text"), delta("1\n"), delta("2"), ended()), "1\n2"),
        (
            (
                *(
                    {"type": "response.output_item.added", "output_index": 0, "item": message()},
                    delta("1", index=None),
                ),
                *({"type": "response.output_item.added", "output_index": 1, "item": message(id="msg_2")},),
                *(delta("2", index=None), ended()),
            ),
            "1\n\n2",
        ),
        # A whole text, part or item, without pieces.
        (({"type": "response.output_text.done", "text": "1"}, ended()), "1"),
        ((*repeated("content_part", part={"type": "output_text", "text": "1"}), ended()), "1"),
        ((*repeated("output_item", item=message("1")), ended()), "1"),
        # The whole response with each event, and no events around it.
        ((response(message("1"), status="in_progress"), response(message("12"))), "12"),
    ],
)
def test_the_text_comes_once_whatever_a_server_repeats(events: tuple[dict[str, Any], ...], text: str) -> None:
    assembly = assembled(*events)
    assert (content(assembly), assembly.text, assembly.done) == (text, text, True)


def test_what_comes_behind_the_end_is_passed_over() -> None:
    late = ({"type": "error", "message": "gone"}, delta("2"), ended(message("2")))
    assert content(assembled(delta("1"), ended(message("1")), *late)) == "1"


@pytest.mark.parametrize(
    ("event", "says", "code"),
    [
        (
            {"type": "error", "code": "server_error", "message": "overloaded", "param": None},
            "overloaded",
            500,
        ),
        ({"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}, "no", 400),
        ({"type": "error", "error": {"code": "unknown-error", "message": "Foobar"}}, "Foobar", None),
        ({"type": "error"}, "no reason given", None),
        ({"type": "response.error", "error": {"message": "no"}}, "no", None),
        ({"error": {"message": "CUDA out of memory", "code": 500}}, "CUDA out of memory", 500),
        (
            ended(kind="failed", status="failed", error={"code": "server_error", "message": "oops"}),
            "oops",
            500,
        ),
        ({"type": "response.failed", "response": {}}, "status 'failed'", None),
        ({"type": "response.failed", "error": {"message": "oops"}}, "oops", None),
        (ended(kind="cancelled", status="cancelled"), "status 'cancelled'", None),
    ],
)
def test_an_error_in_mid_stream_is_malformed_and_the_text_kept(
    event: dict[str, Any], says: str, code: int | None
) -> None:
    assembly = assembled(delta("1\n2"))
    with pytest.raises(MalformedReply, match=says) as caught:
        assembly.add(event)
    assert caught.value.code == code
    assert (assembly.text, assembly.finish_reason, assembly.done) == ("1\n2", None, False)


KINDS = st.sampled_from(
    [
        *(f"response.{name}" for name in ("created", "completed", "incomplete", "failed", "queued", "done")),
        *(f"response.output_item.{when}" for when in ("added", "done")),
        *(f"response.content_part.{when}" for when in ("added", "done")),
        *(
            f"response.{name}.{change}"
            for name in (
                "output_text",
                "refusal",
                "reasoning_summary_text",
                "function_call_arguments",
                "audio",
            )
            for change in ("delta", "done", "")
        ),
        "",
        None,
        7,
    ]
)
FIELDS = anything(
    "response item part delta text output_index content_index summary_index item_id output type status "
    "content summary incomplete_details reason usage created_at id arguments call_id name refusal",
    "message reasoning function_call output_text summary_text completed",
)


@given(st.lists(st.tuples(KINDS, FIELDS), max_size=4))
def test_whatever_comes_is_read_or_malformed(events: list[tuple[Any, dict[str, Any]]]) -> None:
    read_whatever_comes(ResponseAssembly(), completion, events)


def test_many_pieces_take_linear_time_and_little_memory() -> None:
    assembly = ResponseAssembly()
    for _ in range(30_000):
        assembly.add(delta("[1, 0, 2], "))
        assembly.add(delta("hm ", "reasoning_summary_text"))
    text = "[1, 0, 2], " * 30_000
    for _ in range(50):
        assembly.add({"type": "response.output_text.done", "text": text, "output_index": 0})
    assembly.add(ended(message(text)))
    assert content(assembly) == text
