"""Replies are read alike whatever dialect a server speaks, and what is no reply is told from an answer."""

import json
from typing import Any

import pytest

from evals.client.protocols.chat import ChatAssembly, assemble
from evals.record import completion
from evals.record.completion import (
    MalformedReply,
    check_error,
    parse,
    quote,
    read_completion,
    reasoning_of,
    server_message,
    strict_json,
    texts_of,
)
from tests.evals.record.completions import body, delta

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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<html>busy</html>", "the server answered with something that is not JSON: '<html>busy</html>'"),
        ("", "the server answered with an empty body"),
        (" \n", "the server answered with an empty body"),
        ("[" * 5_000, "the server answered with something that is not JSON: '[[["),
        ('{"a": 1} b', "the server answered with something that is not JSON: '{\"a\": 1} b'"),
    ],
)
def test_what_is_no_json_is_quoted(text: str, says: str) -> None:
    with pytest.raises(MalformedReply) as caught:
        parse(text)
    assert str(caught.value).startswith(says)
    assert len(str(caught.value)) < 200


def test_what_is_to_hide_is_hidden_in_the_quote() -> None:
    with pytest.raises(MalformedReply, match=r"my \*\*\*!'"):
        parse("my key!", lambda text: text.replace("key", "***"))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{"a": 1.5}', {"a": 1.5}),
        ('{"a": -1e3}', {"a": -1000.0}),
        ('{"a": [1e999, -1e999, NaN, Infinity, -Infinity]}', {"a": [None] * 5}),
    ],
)
def test_a_number_that_is_none_is_missing(text: str, read: object) -> None:
    """Servers write what JSON does not know, and what no float holds; no file of ours could keep it."""
    assert parse(text) == read


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
        ({"input_tokens": 3, "output_tokens": 4}, (3, 4, None)),
        ({"prompt_tokens": 10**15, "completion_tokens": 10**15 + 1}, (10**15, None, None)),
        ({"prompt_tokens": 0, "completion_tokens": 0.5}, (0, None, None)),
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
        (
            {"error": {"message": "Provider returned error", "metadata": {"raw": '{"error": "a"}'}}},
            "Provider returned error: a",
        ),
        (
            {"error": {"message": "Provider returned error", "metadata": {"raw": "gone"}}},
            "Provider returned error: gone",
        ),
        ({"error": {"message": "a", "metadata": {"raw": ""}}}, "a"),
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


def test_parts_may_be_streamed() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": "1"},
    ]
    read = read_completion(assemble([delta(content=parts), delta("stop", content=" 2")]))
    assert (read.content, read.reasoning) == ("1 2", "hm")


def test_a_character_sent_in_two_halves_is_one_and_a_lone_half_stays() -> None:
    made = assemble([delta(content="a\ud83d"), delta(content="\ude00b\ude00\ud83d")])
    content = made["choices"][0]["message"]["content"]
    assert content == "a😀b\ude00\ud83d"
    assert json.loads(json.dumps(content)) == content


def test_a_chunk_that_is_an_error_ends_the_stream() -> None:
    assembly = ChatAssembly()
    assembly.add(delta(content="1, 2"))
    for chunk in (
        {"error": {"message": "gone", "code": 502}},
        {"object": "error", "message": "gone", "code": 502},
    ):
        with pytest.raises(MalformedReply, match="gone") as caught:
            assembly.add(chunk)
        assert caught.value.code == 502
    assert assembly.text == "1, 2"


@pytest.mark.parametrize(
    "last",
    [
        {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}},
        {
            "choices": [
                {"delta": {}, "finish_reason": "stop", "usage": {"prompt_tokens": 3, "completion_tokens": 4}}
            ]
        },
        {"choices": [], "x_groq": {"usage": {"prompt_tokens": 3, "completion_tokens": 4}}},
    ],
)
def test_the_usage_of_a_stream_stands_in_several_places(last: dict[str, Any]) -> None:
    """And where each chunk has one, the last counts."""
    first = {**delta(content="1"), "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
    read = read_completion(assemble([first, delta("stop"), last]))
    assert (read.prompt_tokens, read.completion_tokens) == (3, 4)


def test_odd_chunks_are_passed_over() -> None:
    odd: list[dict[str, Any]] = [{}, {"choices": None}, {"choices": [None, {"delta": None}, {"delta": "x"}]}]
    assert read_completion(assemble([*odd, delta("stop", content="1", tool_calls=[{}])])).content == "1"


@pytest.mark.parametrize(
    ("told", "cached"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 6}}, 6),
        ({"input_tokens_details": {"cached_tokens": 6}}, 6),
        ({"prompt_tokens_details": {"cached_tokens": 0}, "prompt_cache_hit_tokens": 6}, 0),
        ({"prompt_tokens_details": None, "prompt_cache_hit_tokens": 6, "prompt_cache_miss_tokens": 3}, 6),
        ({"cached_tokens": 6}, 6),
        ({"prompt_tokens_details": {"cached_tokens": "6"}}, None),
        ({"prompt_tokens_details": [6]}, None),
        ({}, None),
    ],
)
def test_cached_tokens_stand_in_several_places(told: dict[str, Any], cached: int | None) -> None:
    reply = {**body({"content": "1"}), "usage": {"prompt_tokens": 9, "completion_tokens": 1, **told}}
    assert read_completion(reply).cached_tokens == cached


# --- bounds


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_how_deep_json_may_be(opening: str) -> None:
    """A hundred levels; however long the text is otherwise."""
    closing = "]" if opening == "[" else "}"
    for padding in ("", " " * 1000):
        assert strict_json(padding + opening * 99 + "[]" + closing * 99)
        with pytest.raises(ValueError, match="it is nested too deep"):
            strict_json(padding + opening * 100 + "[]" + closing * 100)
    assert strict_json(f"[{'[],' * 200}[]]")


@pytest.mark.parametrize("item", ["[]", "{}"])
def test_how_many_lists_json_may_have(item: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Far more than any answer; each takes its memory once it is parsed."""
    assert completion._MOST_NESTED == 4_000_000
    monkeypatch.setattr(completion, "_MOST_NESTED", 200)
    assert len(strict_json(f"[{(item + ',') * 198}{item}]")) == 199
    with pytest.raises(ValueError, match="it has too many lists and objects"):
        strict_json(f"[{(item + ',') * 199}{item}]")


def test_bytes_in_any_encoding_of_json() -> None:
    """Lone surrogates included."""
    for encoding in ("utf-8", "utf-16", "utf-32", "utf-16-le"):
        assert strict_json('{"a": "é"}'.encode(encoding)) == {"a": "é"}
    assert strict_json('"\ud800"'.encode("utf-8", "surrogatepass")) == "\ud800"


def test_how_much_is_quoted() -> None:
    """The first words, of a text that is mostly space from its first four times as many characters."""
    assert quote("a b" * 200, 7) == "a ba b…"
    assert [quote(" " * spaces + "ab", 3) for spaces in (0, 10, 11, 12)] == ["ab", "ab", "a", ""]
    assert quote("x" * 301) == "x" * 299 + "…"
    assert quote("x" * 300) == "x" * 300
    shown: list[int] = []

    def hide(text: str) -> str:
        shown.append(len(text))
        return text

    with pytest.raises(MalformedReply) as caught:
        parse("x" * 20_000, hide)
    assert shown == [16_384]
    assert str(caught.value) == f"the server answered with something that is not JSON: '{'x' * 119}…'"


@pytest.mark.parametrize(
    ("code", "read"),
    [
        (400, 400),
        ("400", 400),
        ("599", 599),
        ("399", None),
        ("600", None),
        ("4000", None),
        (None, None),
        (1.5, None),
    ],
)
def test_the_status_of_an_error(code: object, read: int | None) -> None:
    """A number, or three digits of a failure; the error itself is kept as JSON."""
    with pytest.raises(MalformedReply, match="the server answered with an error: no") as caught:
        check_error({"message": "no", "code": code})
    assert (caught.value.code, json.loads(caught.value.said)) == (read, {"message": "no", "code": code})
    nothings: tuple[object, ...] = (None, "", {}, [], 0)
    for nothing in nothings:
        check_error(nothing)


def test_of_what_is_said_twice_the_first_counts() -> None:
    """Content before a legacy text, a message before a delta, a field of reasoning before parts of it."""
    assert read_completion(body({"content": "a"}, text="b")).content == "a"
    assert read_completion(body({"content": ""}, text="b")).content == "b"
    both = {"choices": [{"message": {"content": "a"}, "delta": {"content": "b"}}]}
    assert read_completion(both).content == "a"
    assert read_completion({"choices": [{"message": {}, "delta": {"content": "b"}}]}).content == "b"
    assert (
        read_completion({"choices": [{"message": {"reasoning": "a"}, "delta": {"content": "b"}}]}).content
        == ""
    )
    thought = {"content": [{"type": "thinking", "thinking": "b"}, "c"], "reasoning": "a"}
    read = read_completion(body(thought))
    assert (read.content, read.reasoning) == ("c", "a")
    assert read_completion(body({**thought, "reasoning": ""})).reasoning == "b"
    assert read_completion({**body(), "usage": {"prompt_tokens": 1, "input_tokens": 2}}).prompt_tokens == 1


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ({"text": "a"}, ("a", "")),
        ({"type": "text", "text": {"value": "a"}}, ("a", "")),
        ([{"text": {"value": 1}}, "a"], ("a", "")),
        ([{"text": 1}, {"image": "x"}, 7], ("", "")),
        ([{"text": "a", "thought": True}, {"text": "b", "thought": False}, {"text": "c"}], ("bc", "a")),
        ([{"type": "summary_text", "text": "a"}, {"type": "redacted_thinking", "data": "x"}], ("", "a")),
        ([{"type": "reasoning", "summary": [{"text": "a"}, {"text": "b"}]}], ("", "ab")),
        (None, ("", "")),
        (7, ("", "")),
    ],
)
def test_parts_of_any_shape(content: object, texts: tuple[str, str]) -> None:
    assert texts_of(content) == texts


@pytest.mark.parametrize(
    ("message", "thought"),
    [
        ({"reasoning_details": [{"text": "a"}, {"summary": "b"}]}, "ab"),
        ({"reasoning_details": [{"text": "a"}], "thinking": "b"}, "b"),
        ({"thought": "", "reasoning_text": "a"}, "a"),
        ({"reasoning": {"content": [1, "a", {"thinking": "b"}]}}, "ab"),
        ({"reasoning": 7}, ""),
        ({}, ""),
    ],
)
def test_thinking_of_any_shape(message: dict[str, Any], thought: str) -> None:
    assert reasoning_of(message) == thought
