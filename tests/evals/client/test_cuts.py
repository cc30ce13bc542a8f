"""A conversation that is too long or filtered is an answer that was cut: no error, and never asked again."""

import json
from typing import Any

import pytest

from evals.labelling.answer import Answer
from evals.labelling.rules import label
from evals.record.completion import read_completion
from evals.record.exchange import OURS
from evals.record.outcome import Label
from evals.record.trial import Sampling
from tasks import Problem, puzzle
from tests.evals.client.asking import Asking, content
from tests.evals.client.overflows import OVERFLOWS
from tests.evals.client.refusals import FILTERS, NO_OVERFLOWS, wrapped
from tests.servers.misbehaving import EVENTS, Misbehaving, Script, response, streams, writes

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def refusal(status: int, said: str) -> Script:
    return writes(response(status, said.encode()))


def labelled(body: dict[str, Any]) -> Label:
    hanoi = puzzle("hanoi")
    read = read_completion(json.loads(json.dumps(body)))
    answer = Answer(read.content, read.reasoning, read.refusal, read.finish_reason)
    return label(Problem(hanoi, hanoi.generate({"size": 3})), answer).label


@pytest.mark.parametrize("status", [400, 413, 422, 500])
@pytest.mark.parametrize("server", ["OpenAI", "llama.cpp", "LM Studio", "Gemini"])
async def test_a_context_overflow_is_an_empty_answer_that_was_cut(status: int, server: str) -> None:
    async with Misbehaving([refusal(status, OVERFLOWS[server])]) as loop:
        asking = Asking(loop.endpoint)
        answered = await asking.ask()
    assert (asking.failed, len(loop.asked)) == ([], 1)
    assert (answered.status, content(answered)) == (status, "")
    assert answered.body["choices"][0]["finish_reason"] == "length"
    note = answered.body[OURS]["context_overflow"]
    assert note.isprintable()
    assert "context" in note.lower() or "token" in note
    assert labelled(answered.body) is Label.TRUNCATED


@pytest.mark.parametrize("server", OVERFLOWS)
async def test_every_servers_overflow_is_one_also_behind_a_gateway_and_in_a_stream(server: str) -> None:
    said = OVERFLOWS[server]
    error = json.loads(wrapped(said))
    async with Misbehaving([refusal(400, said), refusal(400, wrapped(said)), streams(error)]) as loop:
        asking = Asking(loop.endpoint, max_retries=0)
        async with asking.client() as client:
            for _ in range(3):
                answered = await asking.ask_by(client)
                assert list(answered.body[OURS]) == ["context_overflow"]
                assert labelled(answered.body) is Label.TRUNCATED


async def test_what_was_written_before_the_context_was_full_is_kept() -> None:
    error = json.loads(OVERFLOWS["llama.cpp"])
    async with Misbehaving([streams(EVENTS[0], error)]) as server:
        answered = await Asking(server.endpoint, max_retries=0).ask()
    assert content(answered) == "1\n"
    assert answered.body["choices"][0]["finish_reason"] == "length"
    assert answered.status == 200


@pytest.mark.parametrize("server", FILTERS)
async def test_a_content_filter_is_an_answer_that_was_filtered(server: str) -> None:
    status = 403 if server == "OpenRouter" else 400
    async with Misbehaving([refusal(status, FILTERS[server])]) as loop:
        asking = Asking(loop.endpoint)
        answered = await asking.ask()
    assert (asking.failed, len(loop.asked)) == ([], 1)
    assert list(answered.body[OURS]) == ["content_filter"]
    assert labelled(answered.body) is Label.FILTERED


@pytest.mark.parametrize("case", NO_OVERFLOWS)
async def test_other_refusals_are_errors(case: str) -> None:
    async with Misbehaving([refusal(400, NO_OVERFLOWS[case])]) as server:
        failed = await Asking(server.endpoint).fail()
    assert failed.fatal


@pytest.mark.parametrize("status", [401, 403, 404, 429])
async def test_a_status_that_means_something_else_is_an_error(status: int) -> None:
    async with Misbehaving([refusal(status, OVERFLOWS["OpenAI"])]) as server:
        failed = await Asking(server.endpoint, max_retries=0).fail()
    assert failed.attempt.status == status


async def test_a_budget_that_leaves_no_prompt_any_room_is_an_error_that_says_so() -> None:
    """Else every trial would be recorded as cut at once, and never be asked again."""
    async with Misbehaving([refusal(400, OVERFLOWS["vLLM, newer"])]) as server:
        failed = await Asking(server.endpoint, sampling=Sampling(max_tokens=4096)).fail()
        assert failed.fatal
        assert str(failed).endswith(
            "; max_tokens of 4,096 leaves a prompt no room in a context of 4,096: ask for fewer"
        )
        answered = await Asking(server.endpoint, sampling=Sampling(max_tokens=2000)).ask()
    assert "context_overflow" in answered.body[OURS]


async def test_a_cut_counts_as_an_answer_for_the_pace() -> None:
    async with Misbehaving([refusal(400, OVERFLOWS["OpenAI"])]) as server:
        asking = Asking(server.endpoint, options={"concurrency": 2})
        await asking.ask_often(6)
    assert len(server.asked) == 6


async def test_the_usage_and_the_model_of_a_cut_are_kept_where_they_came() -> None:
    error = json.loads(OVERFLOWS["llama.cpp"])
    begun = {**EVENTS[0], "usage": {"prompt_tokens": 7, "completion_tokens": 1}, "model": "m-large"}
    async with Misbehaving([streams(begun, error)]) as server:
        answered = await Asking(server.endpoint, max_retries=0).ask()
    assert answered.body["model"] == "m-large"
    assert read_completion(answered.body).prompt_tokens == 7
