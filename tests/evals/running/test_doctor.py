"""Before a night's run one learns whether the endpoint is ready for it, and if not, what to do."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from evals.endpoints import Endpoint, ModelAt
from evals.errors import RunError
from evals.running.doctor import Finding, Level, doctor, examine, examine_sandbox, is_sound
from evals.sandbox.walls import Wall
from evals.simulated.server import SimulatedServer
from tests.evals.client.asking import ANSWER
from tests.evals.client.overflows import OVERFLOWS
from tests.evals.client.refusals import error
from tests.servers.misbehaving import EVENTS, GOOD, Asked, Misbehaving, Plan, Script, says, streams

pytestmark = pytest.mark.anyio

USAGE = {"prompt_tokens": 5, "completion_tokens": 1}
OK = {**ANSWER, "usage": USAGE}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "MINE_KEY"):
        monkeypatch.delenv(name, raising=False)


def answering(script: Script, models: Script | None = None) -> Plan:
    listed = models or says(200, {"data": [{"id": "m"}]})
    return lambda asked: listed if asked.method == "GET" else script


async def examined(plan: Plan, **changes: Any) -> list[Finding]:
    async with Misbehaving(plan) as server:
        return await examine(ModelAt(replace(server.endpoint, **changes), "m"))


def told(findings: Sequence[Finding], level: Level) -> list[str]:
    return [finding.what for finding in findings if finding.level is level]


def only(findings: Sequence[Finding], level: Level) -> str:
    (finding,) = (finding for finding in findings if finding.level is level)
    return finding.describe()


@pytest.mark.parametrize(
    ("standing", "sound"),
    [([], False), (["landlock-files"], False), (list(Wall), True), (["seccomp", "seccomp-sealed"], True)],
)
def test_the_walls_round_the_sandbox_are_told(
    standing: list[str], sound: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.running.doctor.check_sandbox", lambda: tuple(standing))
    findings = examine_sandbox()
    assert is_sound(findings) is sound
    words = "\n".join(finding.describe() for finding in findings)
    for wall in Wall:
        assert f"the wall {wall} {'stands' if wall in standing else 'is lacking'}: " in words
    assert ("only the interpreter keeps" in words) is not sound


def test_a_sandbox_that_does_not_work_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> tuple[str, ...]:
        raise RunError("the sandbox does not work here")

    monkeypatch.setattr("evals.running.doctor.check_sandbox", broken)
    assert only(examine_sandbox(), Level.PROBLEM) == "problem  the sandbox does not work here"


async def test_a_sound_endpoint_is_found_so_in_every_respect() -> None:
    findings = await examined(answering(GOOD))
    assert is_sound(findings)
    assert told(findings, Level.WARNING) == []
    words = "\n".join(finding.describe() for finding in findings)
    for said in (
        "/v1 answers",
        "no key is needed",
        "the model 'm' is listed, and answers",
        "it streams",
        "it reports its usage (3 prompt and 2 completion tokens)",
    ):
        assert said in words
    assert all(line.startswith("ok ") for line in words.splitlines())


@pytest.mark.parametrize("key", [None, "right"])
async def test_the_simulated_endpoint_is_sound(key: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE_KEY", "right")
    async with SimulatedServer(key=key) as server:
        endpoint = Endpoint("sim", server.base_url, simulated=True, key_variable="MINE_KEY")
        findings = await examine(ModelAt(endpoint, "steady"))
    assert told(findings, Level.PROBLEM) == []
    assert "the key is accepted, or not looked at" in told(findings, Level.OK)


async def test_the_simulated_endpoint_refuses_a_wrong_key_and_an_unknown_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MINE_KEY", "wrong")
    async with SimulatedServer(key="right") as server:
        endpoint = Endpoint("sim", server.base_url, simulated=True, key_variable="MINE_KEY")
        findings = await examine(ModelAt(endpoint, "steady"))
        assert "refused the key: check the environment variable MINE_KEY" in only(findings, Level.PROBLEM)
    async with SimulatedServer() as server:
        endpoint = Endpoint("sim", server.base_url, simulated=True)
        findings = await examine(ModelAt(endpoint, "steadi"))
        assert "it offers 'steady'" in only(findings, Level.PROBLEM)


async def test_a_server_that_is_not_there_is_told_and_nothing_more_is_tried() -> None:
    async with Misbehaving([GOOD]) as server:
        at = ModelAt(server.endpoint, "m")
    (finding,) = await examine(at)
    assert finding.level is Level.PROBLEM
    assert "is the server running?" in finding.what
    assert not is_sound([finding])


async def test_a_missing_key_is_told_before_anything_is_sent() -> None:
    async with Misbehaving([GOOD]) as server:
        endpoint = replace(server.endpoint, key_variable="MINE_KEY", needs_key=True)
        (finding,) = await examine(ModelAt(endpoint, "m"))
    assert server.asked == []
    assert finding.describe() == (
        "problem  endpoint 'loop' needs a key: put it into the environment variable MINE_KEY"
    )


@pytest.mark.parametrize(
    ("script", "says_so"),
    [
        (says(401, {"error": "no"}), "asks for a key"),
        (says(402, {"error": "no"}), "wants to be paid first"),
        (says(404, {"error": "no"}), "; it does list the model 'm'"),
        (says(429, {"error": "no"}), "limits the rate"),
        (says(503, {"error": "no"}), "is in trouble"),
        (says(200, b"<html>"), "not JSON: '<html>'"),
        (says(400, b"maximum context length"), "even a short prompt is turned down"),
        (says(400, {"error": {"message": "Content Exists Risk"}}), "even a short prompt is turned down"),
    ],
)
async def test_what_a_run_would_fail_of_is_a_problem(script: Script, says_so: str) -> None:
    findings = await examined(answering(script))
    assert says_so in only(findings, Level.PROBLEM)
    assert not is_sound(findings)


@pytest.mark.parametrize(
    ("script", "says_so"),
    [
        (says(200, OK), "it does not stream: a proxy may cut long answers"),
        (streams(*EVENTS[:3]), "it does not report its usage: limits of tokens and costs will rest on"),
        (
            streams({"choices": [{"delta": {"reasoning": "hm"}, "finish_reason": "length"}], "usage": USAGE}),
            "64 tokens were gone before the answer: it thinks first: give it a max_tokens",
        ),
        (streams({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": USAGE}), "answer is empty"),
        (
            streams(*EVENTS[:3], {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 900}}),
            "it wrote 900 tokens where 64 were allowed",
        ),
    ],
)
async def test_what_is_worth_knowing_is_a_warning(script: Script, says_so: str) -> None:
    findings = await examined(answering(script))
    assert says_so in only(findings, Level.WARNING)
    assert is_sound(findings)


async def test_a_dialect_is_found_out_and_told() -> None:
    def plan(asked: Asked) -> Script:
        if asked.method == "GET":
            return says(200, {"data": [{"id": "m"}]})
        refusal = error("Unsupported parameter: 'max_tokens' is not supported with this model.")
        return says(400, refusal.encode()) if "max_tokens" in asked.body else GOOD

    findings = await examined(plan)
    assert "'max_tokens' sent as 'max_completion_tokens' from now on" in only(findings, Level.WARNING)


@pytest.mark.parametrize(
    ("models", "level", "says_so"),
    [
        (says(200, {"data": [{"id": "n"}]}), Level.WARNING, "'m' answers, but is not among those listed"),
        (says(404, b""), Level.OK, "'m' answers; the endpoint lists no models"),
        (says(200, b"<html>"), Level.OK, "'m' answers; the endpoint lists no models"),
        (
            says(200, {"data": [{"id": "m", "max_model_len": 4096}]}),
            Level.WARNING,
            "its context is 4,096 tokens: lists of more than about 409 steps will be cut",
        ),
        (
            says(200, {"data": [{"id": "m", "context_length": 131_072}]}),
            Level.OK,
            "its context may be 131,072 tokens (the list of models)",
        ),
    ],
)
async def test_the_list_of_models_tells_more(models: Script, level: Level, says_so: str) -> None:
    findings = await examined(answering(GOOD, models))
    assert any(says_so in what for what in told(findings, level))
    assert is_sound(findings)


async def test_ollama_is_warned_of_by_name() -> None:
    findings = await examined(answering(GOOD), name="ollama")
    assert "set OLLAMA_CONTEXT_LENGTH" in only(findings, Level.WARNING)


async def test_an_endpoint_that_was_not_to_stream_is_not_blamed_for_it() -> None:
    findings = await examined(answering(says(200, OK)), stream=False)
    assert told(findings, Level.WARNING) == []


async def test_a_servers_words_are_harmless() -> None:
    hostile = {"error": {"message": "\x1b[31mno\u202e"}}
    for status in (400, 200):
        findings = await examined(answering(says(status, hostile)))
        assert all(finding.describe().isprintable() for finding in findings)
    overflow = {"error": {"message": f"\x1b[31m{OVERFLOWS['OpenAI']}"}}
    findings = await examined(answering(says(400, overflow)))
    assert all(finding.describe().isprintable() for finding in findings)


def test_it_may_be_called_from_plain_code() -> None:
    (finding,) = doctor(ModelAt(Endpoint("none", "http://127.0.0.1:9/v1"), "m"))
    assert finding.level is Level.PROBLEM
