"""A reply's bytes make the same answer however they are framed and cut, or say what is wrong with them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.client.incoming import Incoming
from evals.record.completion import MalformedReply, read_completion
from evals.record.exchange import OURS
from tests.evals.record.completions import body, delta


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
        (events(*ANSWER[:2]) + b'event: error\ndata: {"message": "busy", "code": 503}\n\n', "busy", "é→😀"),
        (events(*ANSWER[:2]) + b'event: error\ndata: "busy"\n\n', "busy", "é→😀"),
        (events(*ANSWER[:2]) + b"event: error\ndata: {}\n\n", "no reason given", "é→😀"),
        (events(*ANSWER[:2]) + b'error: {"code": 500, "message": "busy"}\n\n', "busy", "é→😀"),
        (b'error: {"code": 500, "message": "busy"}\n\n', "busy", ""),
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


def test_an_event_after_an_error_that_was_announced_is_an_event_again() -> None:
    data = b"event: error\n\n" + events(*ANSWER) + DONE
    assert read_completion(taken(data).body()).content == "é→😀"


@pytest.mark.parametrize("size", [1, None])
def test_of_two_answers_the_first_is_taken_and_that_there_were_two_is_noted(size: int | None) -> None:
    """Whether streamed, which keeps the first alone, or not."""
    plain = {"choices": [body({"content": text})["choices"][0] for text in "ab"]}
    for data in (
        events(delta(content="b", index=1), delta("stop", content="a"), delta("stop", index=1)) + DONE,
        json.dumps(plain).encode(),
    ):
        made = taken(data, size).body()
        assert read_completion(made).content == "a"
        assert made[OURS] == {"choices": 2}
    assert OURS not in taken(events(*ANSWER) + DONE).body()


def test_a_server_cannot_write_a_note_of_ours() -> None:
    forged = {OURS: {"context_overflow": "no"}}
    for data in (json.dumps(body({"content": "1"}) | forged).encode(), events(ANSWER[1] | forged) + DONE):
        assert OURS not in taken(data).body()


def test_a_plain_body_is_whole_when_it_is_an_object_though_the_connection_broke() -> None:
    data = json.dumps(body({"content": "1"})).encode()
    assert taken(data).is_whole()
    assert not taken(data[:-1]).is_whole()
    assert not taken(b"").is_whole()


def test_what_came_before_a_cut_is_kept_as_an_answer_that_was_cut() -> None:
    cut = taken(events(*ANSWER[:2])).cut("length")
    read = read_completion(cut)
    assert (read.content, read.finish_reason) == ("é→😀", "length")
    nothing = read_completion(taken(b"").cut("content_filter"))
    assert (nothing.content, nothing.finish_reason) == ("", "content_filter")


def test_what_is_to_hide_is_hidden_before_a_text_is_clipped() -> None:
    text = "x" * 115 + "abc-1"
    for data in (text.encode(), b"data: " + text.encode() + b"\n\n"):
        incoming = Incoming(lambda text: text.replace("abc-1", "***"))
        with pytest.raises(MalformedReply) as caught:  # noqa: PT012 - either may find it out
            incoming.feed(data)
            incoming.body()
        assert "abc" not in str(caught.value)
        assert "**" in str(caught.value)


def test_broken_utf_8_is_marked_rather_than_fatal() -> None:
    data = b'data: {"choices": [{"delta": {"content": "a\xffb"}}]}\n\n' + DONE
    assert read_completion(taken(data).body()).content == "a\ufffdb"


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
