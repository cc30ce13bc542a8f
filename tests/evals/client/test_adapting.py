"""A model that does not take a parameter is asked again without it: found out once, told, and kept."""

import asyncio
import json
from typing import Any

import pytest

from evals.client.attempts import AskFailed
from evals.client.client import Client
from evals.client.dialect import Adaptation, Dialect
from evals.errors import RunError
from evals.record.exchange import request_digest
from evals.record.trial import Sampling
from tests.evals.client.asking import MESSAGES, Asking, content
from tests.servers.misbehaving import GOOD, Asked, Fault, Misbehaving, Plan, Script, says, streams

pytestmark = pytest.mark.anyio

SAMPLING = Sampling(max_tokens=9, temperature=0, top_p=0.5, seed=1, reasoning_effort="low")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def unsupported(name: str, hint: str = "") -> dict[str, Any]:
    message = f"Unsupported parameter: '{name}' is not supported with this model.{hint}"
    return {"error": {"message": message, "param": name, "code": "unsupported_parameter"}}


def without(*names: str, model: str | None = None) -> Plan:
    """A server whose model does not take these parameters, and names the first it meets."""

    def plan(asked: Asked) -> Script:
        met = [name for name in names if name in asked.body and model in (None, asked.body["model"])]
        return says(400, unsupported(met[0])) if met else GOOD

    return plan


@pytest.mark.parametrize("name", ["temperature", "top_p", "seed", "reasoning_effort", "stream_options"])
async def test_a_parameter_that_is_not_taken_is_left_out(name: str) -> None:
    async with Misbehaving(without(name)) as server:
        asking = Asking(server.endpoint, sampling=SAMPLING, max_retries=0)
        answered = await asking.ask()
    first, second = (asked.body for asked in server.asked)
    assert second == {field: value for field, value in first.items() if field != name}
    assert {**answered.sent, "messages": MESSAGES} == second
    (failed,) = asking.failed
    assert (failed.status, failed.sent) == (400, {k: v for k, v in first.items() if k != "messages"})
    assert failed.error.endswith(f"; asked again with '{name}' not sent")
    assert asking.slept == []
    (adapted,) = asking.adapted
    assert (adapted.endpoint, adapted.model) == ("loop", "m")
    assert adapted.told == f"loop/m turns some parameters down: '{name}' not sent from now on"


async def test_the_token_limit_goes_by_its_other_name_and_is_never_left_out() -> None:
    async with Misbehaving(without("max_tokens")) as server:
        asking = Asking(server.endpoint, sampling=SAMPLING, max_retries=0)
        answered = await asking.ask()
    assert answered.sent["max_completion_tokens"] == 9
    assert "max_tokens" not in answered.sent
    assert "'max_tokens' sent as 'max_completion_tokens' from now on" in asking.adapted[0].told
    async with Misbehaving(without("max_tokens", "max_completion_tokens")) as server:
        asking = Asking(server.endpoint, sampling=SAMPLING)
        failed = await asking.fail()
    assert failed.fatal
    assert (len(server.asked), asking.adapted) == (2, [])


async def test_the_newer_name_of_the_limit_may_be_the_one_that_is_not_taken() -> None:
    async with Misbehaving(without("max_completion_tokens")) as server:
        sampling = Sampling(extra={"max_completion_tokens": 9})
        answered = await Asking(server.endpoint, sampling=sampling, max_retries=0).ask()
    assert answered.sent["max_tokens"] == 9


async def test_of_two_limits_none_takes_the_place_of_the_other() -> None:
    """Both were asked for: a server that takes one of them alone is told to by nobody but its user."""
    asked = {"model": "m", "max_tokens": 9, "max_completion_tokens": 5}
    assert Dialect().learn(asked, json.dumps(unsupported("max_tokens"))) is None


@pytest.mark.parametrize("status", [400, 422, 500, 501])
async def test_a_server_that_cannot_stream_is_asked_not_to(status: int) -> None:
    answer = {"choices": [{"message": {"content": "1\n2"}, "finish_reason": "stop"}]}

    def plan(asked: Asked) -> Script:
        refusal = {"error": {"message": "Streaming is not supported for this model"}}
        return says(status, refusal) if "stream" in asked.body else says(200, answer)

    async with Misbehaving(plan) as server:
        answered = await Asking(server.endpoint, max_retries=0).ask()
    assert content(answered) == "1\n2"
    assert answered.sent == {"model": "m"}
    assert not answered.streamed


async def test_several_parameters_are_found_out_one_after_another() -> None:
    async with Misbehaving(without("max_tokens", "temperature", "seed")) as server:
        asking = Asking(server.endpoint, sampling=SAMPLING, max_retries=0)
        answered = await asking.ask()
    assert len(asking.failed) == 3
    assert set(answered.sent) == {
        "model", "max_completion_tokens", "top_p", "reasoning_effort", "stream", "stream_options"
    }  # fmt: skip
    (adapted,) = asking.adapted
    assert adapted.stored == {
        "renamed": {"max_tokens": "max_completion_tokens"},
        "dropped": ["temperature", "seed"],
    }


async def test_it_is_found_out_once_for_all_later_requests_to_that_model() -> None:
    async with Misbehaving(without("temperature", model="m")) as server:
        asking = Asking(server.endpoint, sampling=SAMPLING)
        async with asking.client() as client:
            for model in ("m", "m", "other", "m"):
                await asking.ask_by(client, model)
    assert ["temperature" in asked.body for asked in server.asked] == [True, False, False, True, False]
    assert len(asking.adapted) == 1


async def test_many_requests_at_once_find_it_out_together() -> None:
    """All 64 have come in before the first is refused; each is asked once more, and it is told once."""
    everybody = asyncio.Barrier(64)

    def plan(asked: Asked) -> Script:
        if "temperature" not in asked.body:
            return GOOD

        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await everybody.wait()
            await says(400, unsupported("temperature"))(reader, writer)

        return script

    async with Misbehaving(plan) as server, asyncio.timeout(8):
        asking = Asking(server.endpoint, sampling=SAMPLING, max_retries=0, options={"concurrency": 64})
        answers = await asking.ask_often(64)
    assert [content(answer) for answer in answers] == ["1\n2"] * 64
    assert (len(server.asked), len(asking.failed), len(asking.adapted)) == (128, 64, 1)


async def test_what_different_requests_find_out_is_kept_together() -> None:
    async with Misbehaving(without("temperature", "seed")) as server:
        asking = Asking(server.endpoint)
        async with asking.client() as client:
            for sampling in (Sampling(temperature=1), Sampling(seed=1), SAMPLING):
                asking.sampling = sampling
                await asking.ask_by(client)
    assert len(server.asked) == 5
    assert [adapted.stored["dropped"] for adapted in asking.adapted] == [
        ["temperature"],
        ["temperature", "seed"],
    ]


async def test_what_is_stored_is_known_from_the_start_the_next_time() -> None:
    async with Misbehaving(without("max_tokens", "temperature")) as server:
        first = Asking(server.endpoint, sampling=SAMPLING)
        await first.ask()
        stored = json.loads(json.dumps({change.model: change.stored for change in first.adapted}))
        second = Asking(server.endpoint, sampling=SAMPLING, options={"adaptations": stored})
        answered = await second.ask()
    assert (second.failed, second.adapted) == ([], [])
    assert answered.sent["max_completion_tokens"] == 9


async def test_the_hash_is_of_the_request_as_asked() -> None:
    """It is made from the same values that the client gets, which it does not change."""
    async with Misbehaving(without("temperature")) as server:
        before = request_digest("m", MESSAGES, SAMPLING)
        await Asking(server.endpoint, sampling=SAMPLING).ask()
    assert request_digest("m", MESSAGES, SAMPLING) == before


async def test_a_change_that_does_not_help_is_not_kept() -> None:
    """The refusal only seemed to be about the temperature."""
    refusal = {"error": {"message": "temperature sensor: model not supported"}}
    async with Misbehaving([says(400, refusal)]) as server:
        asking = Asking(server.endpoint, sampling=SAMPLING)
        failed = await asking.fail()
        assert failed.fatal
        assert asking.adapted == []
        with pytest.raises(AskFailed):
            await asking.ask()
    assert ["temperature" in asked.body for asked in server.asked] == [True, False, True, False]


async def test_a_change_is_kept_though_the_answer_takes_retries() -> None:
    async with Misbehaving(
        [
            says(400, unsupported("temperature")),
            Fault.BUSY.script(),
            says(400, unsupported("temperature")),
            GOOD,
        ]
    ) as server:
        asking = Asking(server.endpoint, sampling=SAMPLING)
        assert content(await asking.ask()) == "1\n2"
    assert [attempt.status for attempt in asking.failed] == [400, 503, 400]
    assert len(asking.adapted) == 1


async def test_an_error_object_in_a_stream_may_be_about_a_parameter() -> None:
    async with Misbehaving([streams(unsupported("seed")), GOOD]) as server:
        answered = await Asking(server.endpoint, sampling=SAMPLING, max_retries=0).ask()
    assert "seed" not in answered.sent


async def test_what_on_adapt_raises_ends_the_asking() -> None:
    def disk_full(_: Adaptation) -> None:
        raise RunError("disk full")

    async with (
        Misbehaving(without("seed")) as server,
        Client(server.endpoint, on_adapt=disk_full) as client,
    ):
        with pytest.raises(RunError, match="disk full"):
            await client.ask("m", MESSAGES, SAMPLING, on_attempt=lambda _: None)


@pytest.mark.parametrize("stored", [{"m": {"dropt": []}}, {"m": 3}, {"m": {"dropped": "seed"}}])
def test_adaptations_that_cannot_be_read_are_an_error(stored: dict[str, Any]) -> None:
    with pytest.raises(
        RunError, match=r"adaptations to endpoint 'mine' cannot be read \('.*restore run.json"
    ):
        Client(Asking().endpoint, adaptations=stored)


def test_a_dialect_changes_what_is_sent_and_nothing_else() -> None:
    dialect = Dialect(renamed={"max_tokens": "max_completion_tokens"}, dropped=("seed",))
    asked = {"model": "m", "max_tokens": 9, "seed": 1, "top_k": 3}
    assert dialect.put(asked) == {"model": "m", "max_completion_tokens": 9, "top_k": 3}
    assert Dialect().put(asked) == asked
