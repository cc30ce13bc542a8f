"""Streams as servers really send them: text once, nothing lost, and every failure found."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.client.incoming import Incoming
from evals.client.protocols.chat import assemble
from evals.record.completion import MalformedReply, read_completion
from tests.evals.client.test_incoming import DONE, events, taken
from tests.evals.record.completions import body, delta

PIECES = ["moves ", "= ", "[[1, 0, 2], ", "[2, 0, 1], ", "[1, 2, 1]", "]"]
WHOLE = "".join(PIECES)
TOTALS = ["".join(PIECES[: at + 1]) for at in range(len(PIECES))]
END: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


def choice(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "finish_reason": None, **fields}]}


STREAMS = {
    "deltas": [delta(content=piece) for piece in PIECES],
    "the piece beside its delta": [choice(text=piece, delta={"content": piece}) for piece in PIECES],
    "the total beside its delta": [
        choice(text=total, delta={"content": piece}) for piece, total in zip(PIECES, TOTALS, strict=True)
    ],
    "the message so far beside its delta": [
        choice(message={"content": total}, delta={"content": piece})
        for piece, total in zip(PIECES, TOTALS, strict=True)
    ],
    "texts": [choice(text=piece) for piece in PIECES],
    "texts with empty deltas": [choice(text=piece, delta={}) for piece in PIECES],
    "totals as texts": [choice(text=total) for total in TOTALS],
    "messages in pieces": [choice(message={"content": piece}) for piece in PIECES],
    "messages as totals": [choice(message={"content": total}) for total in TOTALS],
    "one whole message": [choice(message={"role": "assistant", "content": WHOLE})],
    "deltas, then the whole message": [
        *(delta(content=piece) for piece in PIECES),
        choice(message={"role": "assistant", "content": WHOLE}),
    ],
    "deltas, then the whole text": [*(delta(content=piece) for piece in PIECES), choice(text=WHOLE)],
    "messages in pieces, then whole": [
        *(choice(message={"content": piece}) for piece in PIECES),
        choice(message={"content": WHOLE}),
    ],
    "texts in pieces, then whole": [*(choice(text=piece) for piece in PIECES), choice(text=WHOLE)],
}


@pytest.mark.parametrize("chunks", STREAMS.values(), ids=STREAMS)
def test_the_text_comes_once(chunks: list[dict[str, Any]]) -> None:
    read = read_completion(taken(events(*chunks, END) + DONE).body())
    assert read.content == WHOLE


@given(st.lists(st.text("ab1\n", max_size=3), max_size=30))
def test_pieces_are_never_taken_for_totals_by_chance(pieces: list[str]) -> None:
    """In deltas nothing is guessed."""
    chunks = [delta(content=piece) for piece in pieces]
    assert read_completion(assemble([*chunks, END])).content == "".join(pieces)


THOUGHTS: dict[str, dict[str, Any]] = {
    "reasoning_content": {"reasoning_content": "Let me think."},
    "reasoning": {"reasoning": "Let me think."},
    "thinking": {"thinking": "Let me think."},
    "an object": {"reasoning": {"content": "Let me think."}},
    "details alone": {"reasoning_details": [{"type": "reasoning.text", "text": "Let me think."}]},
    "a summary in details": {
        "reasoning_details": [{"type": "reasoning.summary", "summary": "Let me think."}]
    },
    "both": {
        "reasoning": "Let me think.",
        "reasoning_details": [{"type": "reasoning.text", "text": "Let me think."}],
    },
    "parts": {"content": [{"type": "thinking", "thinking": "Let me think."}]},
    "reasoning parts": {"content": [{"type": "reasoning", "summary": [{"text": "Let me think."}]}]},
}


@pytest.mark.parametrize("fields", THOUGHTS.values(), ids=THOUGHTS)
def test_thinking_is_kept_streamed_or_not(fields: dict[str, Any]) -> None:
    streamed = taken(events(delta(**fields), delta(content="1"), END) + DONE).body()
    said = [*fields.get("content", []), {"type": "text", "text": "1"}] if "content" in fields else "1"
    plain = body({**fields, "content": said})
    for made in (streamed, json.loads(json.dumps(plain))):
        read = read_completion(made)
        assert (read.content, read.reasoning) == ("1", "Let me think.")


def test_thinking_in_many_pieces_is_joined() -> None:
    for name in ("reasoning", "reasoning_details"):
        pieces: list[Any] = ["Let ", "me ", "think."]
        chunks = [
            {"choices": [{"index": 0, "delta": {name: piece if name == "reasoning" else [{"text": piece}]}}]}
            for piece in pieces
        ]
        made = assemble(chunks)
        assert read_completion(made).reasoning == "Let me think."


def test_calls_of_tools_are_the_same_streamed_or_not() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "move", "arguments": '{"disk": 1, "to": 2}'}}
    other = {"id": "c2", "type": "function", "function": {"name": "stop", "arguments": "{}"}}
    chunks = [
        delta(
            tool_calls=[
                {"index": 0, "id": "c1", "type": "function", "function": {"name": "move", "arguments": ""}}
            ]
        ),
        delta(tool_calls=[{"index": 0, "function": {"arguments": '{"disk": 1,'}}]),
        delta(tool_calls=[{"index": 1, "id": "c2", "type": "function", "function": {"name": "stop"}}]),
        delta(
            tool_calls=[
                {"index": 0, "function": {"arguments": ' "to": 2}'}},
                {"index": 1, "function": {"arguments": "{}"}},
            ]
        ),
        delta("tool_calls"),
    ]
    made = taken(events(*chunks) + DONE).body()["choices"][0]
    assert made["message"]["tool_calls"] == [call, other]
    assert made["finish_reason"] == "tool_calls"
    old = assemble(
        [delta(function_call={"name": "f", "arguments": "{"}), delta(function_call={"arguments": "}"})]
    )
    assert old["choices"][0]["message"]["function_call"] == {"name": "f", "arguments": "{}"}


USAGES = {
    "a chunk of its own": [END, {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}],
    "the last choice": [choice(delta={}, usage={"prompt_tokens": 3, "completion_tokens": 4}), END],
    "groq": [END, {"choices": [], "x_groq": {"usage": {"prompt_tokens": 3, "completion_tokens": 4}}}],
    "llama.cpp's timings": [END | {"timings": {"prompt_n": 1, "cache_n": 2, "predicted_n": 4}}],
    "ollama's counts": [END | {"prompt_eval_count": 3, "eval_count": 4}],
}


@pytest.mark.parametrize("chunks", USAGES.values(), ids=USAGES)
def test_usage_in_all_its_places(chunks: list[dict[str, Any]]) -> None:
    read = read_completion(taken(events(delta(content="1"), *chunks) + DONE).body())
    assert (read.prompt_tokens, read.completion_tokens) == (3, 4)


def test_usage_behind_the_end() -> None:
    late = events({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}})
    read = read_completion(taken(events(delta(content="1"), END) + DONE + late).body())
    assert (read.content, read.completion_tokens) == ("1", 4)


def test_nan_is_never_kept() -> None:
    data = b'data: {"choices": [{"delta": {"content": "1"}, "finish_reason": "stop"}], "score": NaN}\n\n'
    for made in (
        taken(data + DONE).body(),
        taken(b'{"choices": [{"message": {"content": "1"}}], "x": -Infinity}').body(),
    ):
        assert read_completion(made).content == "1"
        json.dumps(made, allow_nan=False)


FRAMES = {
    "carriage returns": events(delta(content="1"), END, end="\r") + b"data: [DONE]\r\r",
    "an unknown field first": b"x-request: 7\n" + events(delta(content="1"), END) + DONE,
    "lines of JSON": b"\n".join(json.dumps(chunk).encode() for chunk in (delta(content="1"), END)),
    "lines of JSON within": events(delta(content="1")) + json.dumps(END).encode() + b"\n\n" + DONE,
    "a mark and a comment": b"\xef\xbb\xbf: hello\n\n" + events(delta(content="1"), END) + DONE,
    "fields without a value": b"data\nevent\nid\n" + events(delta(content="1"), END) + DONE,
}


@pytest.mark.parametrize("size", [1, 5, None])
@pytest.mark.parametrize("data", FRAMES.values(), ids=FRAMES)
def test_any_framing(data: bytes, size: int | None) -> None:
    assert read_completion(taken(data, size).body()).content == "1"


TROUBLE = "CUDA out of memory"
FAILURES = {
    "without a field": f'{{"error": {{"message": "{TROUBLE}"}}}}\n\n'.encode(),
    "without a field, on several lines": json.dumps({"error": {"message": TROUBLE}}, indent=1).encode()
    + b"\n\n",
    "announced": f'event: error\ndata: {{"message": "{TROUBLE}"}}\n\n'.encode(),
    "announced, as text": f"event: error\ndata: {TROUBLE}\n\n".encode(),
    "by its type": events({"type": "error", "error": {"message": TROUBLE}}),
    "by its object": events({"object": "error", "message": TROUBLE, "code": 500}),
    "as a string": events({"error": TROUBLE}),
    "within the choice": events(choice(delta={}, error={"message": TROUBLE})),
    "bare, with a code": events({"code": 500, "message": TROUBLE}),
    "bare, with a status": events({"status": "error", "message": TROUBLE}),
    "not JSON": f"data: [ERROR] {TROUBLE}\n\n".encode(),
}


@pytest.mark.parametrize("size", [1, None])
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_failure_in_mid_stream_is_no_answer(failure: bytes, size: int | None) -> None:
    """Though the stream then ends as if all were well."""
    incoming = Incoming()
    with pytest.raises(MalformedReply, match=TROUBLE):  # noqa: PT012 - either may find it out
        data = events(delta(content="1")) + failure + DONE
        for start in range(0, len(data), size or len(data)):
            incoming.feed(data[start : start + (size or len(data))])
        incoming.body()
    assert incoming.text == "1"


@pytest.mark.parametrize(
    "reason", ["abort", "error", "ABORTED", "cancelled", "network_error", {"type": "error"}]
)
def test_an_answer_that_the_server_broke_off_is_none(reason: object) -> None:
    broken = {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
    plain = body({"content": "1"})
    plain["choices"][0]["finish_reason"] = reason
    for data in (events(delta(content="1"), broken) + DONE, json.dumps(plain).encode()):
        with pytest.raises(MalformedReply, match="broke the answer off"):
            taken(data).body()
