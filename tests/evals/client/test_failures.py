"""What a failed attempt means: fatal or not, a rate limit or not, an answer after all or not."""

from dataclasses import replace

import pytest

from evals.client.attempts import Answered, AskFailed, Attempt, FailedAttempt, Question, body_asked
from evals.client.failures import (
    RetryPolicy,
    TurnedDown,
    in_the_end,
    is_fatal,
    is_rate_limit,
    may_be_put_otherwise,
    status_of,
    wait_of,
    words_of,
)
from evals.client.incoming import Incoming
from evals.client.model_list import ListedModel, read_offered, token_count
from evals.record.completion import MalformedReply, TooLarge
from evals.record.exchange import OURS
from evals.record.trial import Sampling

SPENT = '{"error": {"code": "insufficient_quota", "message": "You exceeded your current quota"}}'
ATTEMPT = FailedAttempt("HTTP 500", 500, None, {}, "2026", 0.1)


def turned_down(status: int, body: str = "", wait: float | None = None) -> TurnedDown:
    return TurnedDown(status, body, body, wait)


@pytest.mark.parametrize(
    ("error", "fatal", "rate"),
    [
        (turned_down(400), True, False),
        (turned_down(404), True, False),
        (turned_down(408), False, False),
        (turned_down(409), False, False),
        (turned_down(425), False, False),
        (turned_down(429), False, True),
        (turned_down(429, SPENT), True, True),
        (turned_down(499), True, False),
        (turned_down(500), False, False),
        (turned_down(503), False, False),
        (turned_down(503, wait=1.0), False, True),
        (turned_down(502, wait=1.0), False, False),
        (MalformedReply("no choice"), False, False),
        (MalformedReply("error", 400), True, False),
        (MalformedReply("error", 429), False, True),
        (TooLarge("too large"), True, False),
        (OSError("broken"), False, False),
    ],
)
def test_what_a_failure_means(error: Exception, fatal: bool, rate: bool) -> None:
    """Whether the same request would fail again, and whether it was one too many."""
    assert (is_fatal(error), is_rate_limit(error)) == (fatal, rate)


@pytest.mark.parametrize(
    ("error", "status", "words", "wait", "otherwise"),
    [
        (turned_down(400, "no top_k", 2.0), 400, "no top_k", 2.0, True),
        (turned_down(400), 400, "", None, False),
        (turned_down(422, "x"), 422, "x", None, True),
        (turned_down(500, "x"), 500, "x", None, True),
        (turned_down(501, "x"), 501, "x", None, True),
        (turned_down(401, "x"), 401, "x", None, False),
        (MalformedReply("e", 429, "try again in 3s"), 429, "try again in 3s", 3.0, False),
        (MalformedReply("e", 400, "try again in 3s"), 400, "try again in 3s", None, True),
        (MalformedReply("e", None, "try again in 3s"), None, "try again in 3s", None, True),
        (OSError("try again in 3s"), None, "", None, False),
    ],
)
def test_what_a_failure_says(
    error: Exception, status: int | None, words: str, wait: float | None, otherwise: bool
) -> None:
    """Its status, its words, how long it asks to wait, and whether a parameter may be meant."""
    assert (status_of(error), words_of(error), wait_of(error)) == (status, words, wait)
    assert may_be_put_otherwise(error) is otherwise


PATIENT = RetryPolicy(max_retries=2, max_retry_seconds=60.0, retry_rate_limits=True)
RUDE = RetryPolicy(max_retries=2, max_retry_seconds=60.0, retry_rate_limits=False)


@pytest.mark.parametrize(
    ("policy", "attempts", "since", "next_at", "known", "ends"),
    [
        (PATIENT, 2, None, 9.0, {}, False),
        (PATIENT, 3, None, 9.0, {}, True),
        (PATIENT, 1, 0.0, 60.0, {}, False),
        (PATIENT, 1, 0.0, 60.5, {}, True),
        (PATIENT, 1, 0.5, 60.5, {}, False),
        (PATIENT, 1, None, 9.0, {"rate_limited": True}, False),
        (RUDE, 1, None, 9.0, {"rate_limited": True}, True),
        (RUDE, 1, None, 9.0, {}, False),
        (PATIENT, 1, None, 9.0, {"closed": True}, True),
    ],
)
def test_when_no_further_attempt_is_made(  # noqa: PLR0917 - a row
    policy: RetryPolicy,
    attempts: int,
    since: float | None,
    next_at: float,
    known: dict[str, bool],
    ends: bool,
) -> None:
    """After so many, after so long, and where the run does not wait for rate limits."""
    question = Question("m", [], {}, {}, lambda _: None, since)
    failed = AskFailed(ATTEMPT, fatal=False, **known)
    assert policy.ends(attempts, failed, question, next_at) is ends


@pytest.mark.parametrize(("wait", "closed"), [(None, False), (60.0, False), (61.0, True)])
def test_a_wait_longer_than_the_run_allows(wait: float | None, closed: bool) -> None:
    failed = in_the_end(turned_down(429, wait=wait), ATTEMPT, PATIENT)
    assert (failed.closed, failed.retry_after, failed.rate_limited, failed.fatal) == (
        closed,
        wait,
        True,
        False,
    )
    assert failed.attempt is ATTEMPT


def test_what_is_asked() -> None:
    """Nobody's further fields replace the model and the messages; usage is asked for in a stream."""
    extra = {"model": "other", "messages": [], "top_k": 3}
    asked = body_asked("m", Sampling(max_tokens=9, extra=extra), stream=True)
    assert asked == {
        "model": "m",
        "max_tokens": 9,
        "top_k": 3,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert body_asked("m", Sampling(), stream=False) == {"model": "m"}
    assert body_asked("m", Sampling(extra={"stream": False}), stream=True) == {"model": "m", "stream": False}


@pytest.mark.parametrize(
    ("model", "listed"),
    [
        ({}, ListedModel()),
        ({"max_model_len": 4096, "context_length": 8192}, ListedModel(4096, True, 8192)),
        ({"context_length": 8192}, ListedModel(8192, False, 8192)),
        ({"context_window": 8192, "context_length": 0}, ListedModel(8192, False, 8192)),
        ({"meta": {"n_ctx": 2048, "n_ctx_train": 32768}}, ListedModel(2048, True, 32768)),
        ({"meta": {"n_ctx_train": 32768}}, ListedModel(32768, False, 32768)),
        ({"meta": {"n_ctx_train": 32768}, "max_context_length": 8192}, ListedModel(8192, False, 32768)),
        ({"meta": [], "owned_by": "vllm"}, ListedModel(owner="vllm")),
        ({"owned_by": 7, "max_model_len": True}, ListedModel()),
    ],
)
def test_what_a_list_says_of_a_model(model: dict[str, object], listed: ListedModel) -> None:
    """The context in use goes before the one on offer, and that before the longest."""
    found = read_offered({"data": [{"id": "m", **model}, {"name": "n"}, 7]}, 200)
    assert (found.names, dict(found.entries), found.status) == (("m",), {"m": listed}, 200)


def test_what_is_no_list_of_models() -> None:
    bodies: tuple[object, ...] = (None, [], {"data": {}}, {"models": []})
    for body in bodies:
        assert (read_offered(body, 404).names, read_offered(body, 404).status) == (None, 404)
    assert [token_count(value) for value in (1, 0, -1, True, "1", 2.0)] == [1, None, None, None, None, None]


def test_the_result_of_an_attempt() -> None:
    """What was sent, with the status that came; one without is taken for a success."""
    incoming = Incoming(str)
    attempt = Attempt({"max_completion_tokens": 9}, incoming)
    answered, failed = attempt.answered({"choices": []}), attempt.failed("broke", "")
    assert (answered.status, answered.streamed, attempt.budget) == (200, False, 9)
    assert (failed.error, failed.status, failed.partial) == ("broke", None, None)
    assert 0 <= answered.seconds < 60
    assert not Answered({}, {}, 200, "2026", 0.1).streamed
    assert Attempt({"max_tokens": "9"}, incoming).budget is None
    noted = replace(answered, body={"id": "a", OURS: {"choices": 2}}).within(4096)
    assert noted.body == {"id": "a", OURS: {"choices": 2, "context": 4096}}
