"""Replies are read alike whatever dialect a server speaks, and what is no reply is told from an answer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals._incoming import Incoming
from evals.wire import Assembly, MalformedReply, assemble, quote, read_completion, server_message


def body(message: dict[str, Any] | None = None, **choice: Any) -> dict[str, Any]:
    return {"choices": [{"message": message or {}, "finish_reason": "stop", **choice}]}


def delta(finish_reason: str | None = None, index: int = 0, **fields: Any) -> dict[str, Any]:
    return {"id": "1", "choices": [{"index": index, "delta": fields, "finish_reason": finish_reason}]}


# --- plain bodies


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ("[1, 0, 2]\r\n", "[1, 0, 2]\r\n"),
        ("\ud83d", "\ud83d"),
        (None, ""),
        (7, ""),
        ([], ""),
        ([{"type": "text", "text": "a"}, {"type": "image"}, "b", None, {"type": "text", "text": "c"}], "abc"),
    ],
)
def test_content_is_a_string_or_parts_or_nothing(content: Any, read: str) -> None:
    assert read_completion(body({"content": content})).content == read


def test_content_may_be_missing() -> None:
    assert read_completion(body()).content == ""
    assert read_completion({"choices": [{"message": None}]}).content == ""


def test_older_completions_hold_a_text() -> None:
    assert read_completion({"choices": [{"text": "1 2 3"}]}).content == "1 2 3"


@pytest.mark.parametrize(
    ("message", "reasoning"),
    [
        ({"reasoning_content": "hm"}, "hm"),
        ({"reasoning": "hm"}, "hm"),
        ({"reasoning": "hm", "reasoning_content": "hm"}, "hm"),
        ({"reasoning": None, "reasoning_content": ""}, None),
        ({"reasoning": {"effort": "low"}}, None),
        ({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]}, "hm"),
        ({"content": "<think>hm</think>1"}, None),
    ],
)
def test_reasoning_stands_in_several_places(message: dict[str, Any], reasoning: str | None) -> None:
    assert read_completion(body(message)).reasoning == reasoning


def test_inline_thinking_stays_in_the_content() -> None:
    assert read_completion(body({"content": "<think>hm"})).content == "<think>hm"


def test_a_refusal_is_read() -> None:
    assert read_completion(body({"content": None, "refusal": "I can't."})).refusal == "I can't."


def test_of_two_choices_the_first_counts() -> None:
    two = {"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}]}
    assert read_completion(two).content == "a"
    assert read_completion({"choices": [{"message": {"content": "a"}}, None]}).content == "a"


@pytest.mark.parametrize("reason", ["stop", "length", "content_filter", "eos_token", None])
def test_any_finish_reason_is_kept(reason: str | None) -> None:
    assert read_completion(body({"content": "1"}, finish_reason=reason)).finish_reason == reason


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        (None, (None, None, None)),
        ([], (None, None, None)),
        ({"prompt_tokens": 3, "completion_tokens": 4}, (3, 4, None)),
        ({"prompt_tokens": 3.0, "completion_tokens": "4"}, (3, None, None)),
        ({"prompt_tokens": True, "completion_tokens": -1}, (None, None, None)),
        ({"prompt_tokens": float("nan"), "completion_tokens": float("inf")}, (None, None, None)),
        ({"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 5}}, (None, 9, 5)),
        ({"completion_tokens": 9, "completion_tokens_details": None}, (None, 9, None)),
    ],
)
def test_usage_may_be_missing_or_odd(usage: Any, tokens: tuple[int | None, ...]) -> None:
    read = read_completion({**body({"content": "1"}), "usage": usage})
    assert (read.prompt_tokens, read.completion_tokens, read.reasoning_tokens) == tokens


@pytest.mark.parametrize(
    ("reply", "says", "code"),
    [
        ({}, "holds no choice", None),
        ({"choices": []}, "holds no choice", None),
        ({"choices": None}, "holds no choice", None),
        ({"choices": ["x"]}, "'choices.0'", None),
        ({"error": {"message": "overloaded", "code": 529}}, "an error: overloaded", 529),
        ({"error": {"message": "slow down", "code": "429"}}, "slow down", 429),
        ({"error": {"message": "no", "code": "invalid_api_key"}}, "no", None),
        ({"error": "CUDA out of memory"}, "CUDA out of memory", None),
        ({"error": {"type": "x"}}, "no reason given", None),
        ({"object": "error", "message": "too long", "code": 400}, "too long", 400),
        (body({"content": "1"}, error={"message": "upstream", "code": 502}), "upstream", 502),
        (body({"content": "1"}, finish_reason="error"), "finish_reason 'error'", None),
    ],
)
def test_what_is_no_answer_is_malformed(reply: dict[str, Any], says: str, code: int | None) -> None:
    with pytest.raises(MalformedReply, match=says) as caught:
        read_completion(reply)
    assert caught.value.code == code


def test_an_empty_error_beside_an_answer_means_nothing() -> None:
    assert read_completion({**body({"content": "1"}), "error": None}).content == "1"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ({"error": {"message": "a"}}, "a"),
        ({"error": "a"}, "a"),
        ([{"error": {"message": "a"}}], "a"),
        ({"detail": "a"}, "a"),
        ({"detail": [{"loc": ["body"], "msg": "a"}]}, "a"),
        ({"message": "a"}, "a"),
        ("a", "a"),
        ({"message": ""}, None),
        ({"error": {}}, None),
        ({}, None),
        ([], None),
        (None, None),
        (7, None),
    ],
)
def test_an_error_has_a_message_in_many_shapes(error: object, message: str | None) -> None:
    assert server_message(error) == message


def test_a_quote_is_one_clipped_line_that_is_safe_to_show() -> None:
    assert quote("<html>\n  <b>\x1b[31mBad\u202e gateway") == r"<html> <b>\x1b[31mBad\u202e gateway"
    assert len(quote("x" * 10_000)) == 300


# --- chunks


def test_chunks_make_a_plain_completion() -> None:
    made = assemble(
        [
            {"choices": [], "prompt_filter_results": [{"safe": True}], "id": "", "model": ""},
            {"id": "c1", "object": "chat.completion.chunk", "created": 5, "model": "m", "obfuscation": "x"}
            | delta(role="assistant", content="", refusal=None),
            delta(content="[1, "),
            delta(content="0, 2]", index=1),
            delta(content="0, 2]"),
            {"id": "c1", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop", "stop_reason": 7}]},
            {"id": "c1", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}},
        ]
    )
    assert made == {
        "object": "chat.completion",
        "id": "1",
        "created": 5,
        "model": "m",
        "prompt_filter_results": [{"safe": True}],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "[1, 0, 2]"},
                "finish_reason": "stop",
                "stop_reason": 7,
            }
        ],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4},
    }
    assert read_completion(made).content == "[1, 0, 2]"


def test_reasoning_and_refusal_are_put_together_too() -> None:
    made = assemble(
        [
            delta(reasoning_content="h", reasoning="h"),
            delta(reasoning_content="m", reasoning="m"),
            delta(refusal="I "),
            delta("stop", refusal="can't."),
        ]
    )
    read = read_completion(made)
    assert (read.content, read.reasoning, read.refusal) == ("", "hm", "I can't.")
    assert made["choices"][0]["message"]["content"] is None


def test_parts_older_texts_and_whole_messages_may_be_streamed() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": "1"},
    ]
    read = read_completion(
        assemble(
            [
                delta(content=parts),
                {"choices": [{"text": " 2"}]},
                {"choices": [{"message": {"content": " 3"}, "finish_reason": "stop"}]},
            ]
        )
    )
    assert (read.content, read.reasoning) == ("1 2 3", "hm")


def test_a_character_sent_in_two_halves_is_one_and_a_lone_half_stays() -> None:
    made = assemble([delta(content="a\ud83d"), delta(content="\ude00b\ude00\ud83d")])
    content = made["choices"][0]["message"]["content"]
    assert content == "a😀b\ude00\ud83d"
    assert json.loads(json.dumps(content)) == content


def test_a_chunk_that_is_an_error_ends_the_stream() -> None:
    assembly = Assembly()
    assembly.add(delta(content="1, 2"))
    for chunk in (
        {"error": {"message": "gone", "code": 502}},
        {"object": "error", "message": "gone", "code": 502},
    ):
        with pytest.raises(MalformedReply, match="gone") as caught:
            assembly.add(chunk)
        assert caught.value.code == 502
    assert assembly.text == "1, 2"


def test_odd_chunks_are_passed_over() -> None:
    odd: list[dict[str, Any]] = [{}, {"choices": None}, {"choices": [None, {"delta": None}, {"delta": "x"}]}]
    assert read_completion(assemble([*odd, delta("stop", content="1", tool_calls=[{}])])).content == "1"


# --- bytes


def events(*chunks: dict[str, Any], end: str = "\n", space: str = " ") -> bytes:
    lines = [f"data:{space}{json.dumps(chunk, ensure_ascii=False)}{end}{end}" for chunk in chunks]
    return "".join(lines).encode()


ANSWER = (delta(role="assistant", content=""), delta(content="é→😀"), delta("stop"))
DONE = b"data: [DONE]\n\n"


def taken(data: bytes, size: int | None = None) -> Incoming:
    incoming = Incoming()
    for start in range(0, len(data), size or len(data) or 1):
        incoming.feed(data[start : start + (size or len(data))])
    return incoming


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, None])
@pytest.mark.parametrize(
    "data",
    [
        events(*ANSWER) + DONE,
        events(*ANSWER, space="") + b"data:[DONE]",
        events(*ANSWER, end="\r\n") + b"data: [DONE]\r\n\r\n",
        events(*ANSWER),
        events(*ANSWER).rstrip(),
        events(*ANSWER[:2]) + DONE,
        b"\xef\xbb\xbf" + events(*ANSWER) + DONE,
        b"\r\n: OPENROUTER PROCESSING\n\n" + events(*ANSWER) + b": ping\n\n" + DONE,
        b"event: message\nid: 7\nretry: 10\n" + events(*ANSWER) + b"\n\nunknown line\ndata:\n\n" + DONE,
        events(*ANSWER).replace(b"\n\n", b"\n") + DONE,
        b'data: {"choices": [{"delta":\ndata: {"content": "\xc3\xa9\xe2\x86\x92\xf0\x9f\x98\x80"}}]}\n\n'
        + DONE,
        events(*ANSWER) + DONE + b"data: junk\n\n" + events(delta(content="more")),
        json.dumps(body({"content": "é→😀"})).encode(),
        b"\xef\xbb\xbf\n" + json.dumps(body({"content": "é→😀"}), ensure_ascii=False, indent=1).encode(),
    ],
)
def test_a_reply_is_the_same_however_it_is_framed_and_cut(data: bytes, size: int | None) -> None:
    incoming = taken(data, size)
    assert read_completion(incoming.body()).content == "é→😀"


@given(st.lists(st.text(st.characters(), max_size=4), max_size=12), st.integers(1, 50))
def test_any_text_comes_through_whole(pieces: list[str], size: int) -> None:
    """Sent as escapes, lone surrogates too."""
    chunks = [f"data: {json.dumps(delta(content=piece))}\n\n".encode() for piece in pieces]
    read = read_completion(taken(b"".join([*chunks, DONE]), size).body()) if pieces else None
    whole = "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    assert read is None or read.content == whole


@pytest.mark.parametrize(
    ("data", "says", "text"),
    [
        (b"", "an empty body", ""),
        (b"<html><body>Bad\ngateway", r"not JSON: '<html><body>Bad gateway'", ""),
        (b"Internal Server Error", "not JSON: 'Internal Server Error'", ""),
        (b"null", "is no object", ""),
        (b'"overloaded"', "overloaded", ""),
        (b'{"choices": [', "not JSON", ""),
        (b"[" * 100_000, "not JSON", ""),
        (b'{"error": {"message": "busy"}}', "busy", ""),
        (DONE, "holds no choice", ""),
        (b": ping\n\n", "ended in mid-answer", ""),
        (events(*ANSWER[:2]), "ended in mid-answer", "é→😀"),
        (events(*ANSWER[:2]) + b'data: {"choi', "ended in mid-answer", "é→😀"),
        (events(*ANSWER[:2]) + b"data: <html>\n\n", "not JSON: '<html>'", "é→😀"),
        (events(*ANSWER[:2]) + b"data: <\n" * 200, "not JSON: '<'", "é→😀"),
        (events(*ANSWER[:2], {"error": "busy"}), "busy", "é→😀"),
        (events(*ANSWER[:2], delta("error")) + DONE, "finish_reason 'error'", "é→😀"),
    ],
)
def test_what_is_no_whole_reply_is_malformed_and_its_text_kept(data: bytes, says: str, text: str) -> None:
    for size in (1, None):
        incoming = Incoming()
        with pytest.raises(MalformedReply, match=says):  # noqa: PT012 - either may find it out
            for start in range(0, len(data), size or len(data) or 1):
                incoming.feed(data[start : start + (size or len(data))])
            incoming.body()
        assert incoming.text == text


def test_broken_utf_8_is_marked_rather_than_fatal() -> None:
    data = b'data: {"choices": [{"delta": {"content": "a\xffb"}}]}\n\n' + DONE
    assert read_completion(taken(data).body()).content == "a\ufffdb"


def test_a_secret_that_a_server_echoes_is_not_kept() -> None:
    for data in (
        events(delta("stop", content="key abc-1"), {"id": "abc-1"}),
        json.dumps(body({"content": "abc-1"})).encode(),
    ):
        incoming = Incoming([b"abc-1"])
        incoming.feed(data)
        assert "abc-1" not in json.dumps(incoming.body())


def test_many_deltas_take_linear_time_and_little_memory() -> None:
    """A hundred thousand of them, in one line each and in one line altogether."""
    chunk = events(delta(content="[1, "))
    incoming = Incoming()
    for _ in range(1000):
        incoming.feed(chunk * 100)
    incoming.feed(DONE)
    assert incoming.body()["choices"][0]["message"]["content"] == "[1, " * 100_000
    long = taken(json.dumps(body({"content": "[1, " * 1_000_000})).encode(), 4096)
    assert len(read_completion(long.body()).content) == 4_000_000
