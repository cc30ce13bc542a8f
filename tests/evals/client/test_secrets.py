"""A key is sent to its endpoint and stands nowhere else, whatever the endpoint does with it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.client.client import Client
from evals.client.secrets import Secrets, parts_of
from evals.endpoints import Endpoint
from tests.evals.client.asking import ANSWER, ENDPOINT, KEY, Asking
from tests.evals.client.refusals import error
from tests.servers.misbehaving import (
    CHUNKED,
    EVENTS,
    Asked,
    Misbehaving,
    Script,
    chunk,
    response,
    says,
    sse,
    streams,
    writes,
)

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE_KEY", KEY)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def keyed(server: Misbehaving) -> Asking:
    return Asking(replace(server.endpoint, key_variable="MINE_KEY"), max_retries=0)


async def test_a_key_goes_along() -> None:
    async with Misbehaving([says(200, ANSWER)]) as server:
        await keyed(server).ask()
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.asked[0].headers["user-agent"].startswith("cantwont/")


async def test_a_header_of_the_user_takes_the_place_of_ours() -> None:
    async with Misbehaving([says(200, ANSWER)]) as server:
        asking = keyed(server)
        asking.endpoint = replace(asking.endpoint, headers={"Authorization": "Basic x", "User-Agent": "me"})
        await asking.ask()
    assert server.asked[0].headers["authorization"] == "Basic x"
    assert server.asked[0].headers["user-agent"] == "me"


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 429, 503])
async def test_a_key_that_the_server_echoes_is_shown_nowhere(status: int) -> None:
    echo = {"error": {"message": f"bad header 'Bearer {KEY}' at http://me:pw@host/"}}
    async with Misbehaving([says(status, echo, location=f"/{KEY}")]) as server:
        asking = keyed(server)
        failed = await asking.fail()
        told = f"{failed!r} {failed} {asking.failed!r} {Client(asking.endpoint)!r}"
    assert KEY not in told
    assert "me:pw" not in told
    assert "***" in told


@pytest.mark.parametrize("said", ["x" * 290, "x" * 295, "x" * 112])
async def test_no_part_of_a_key_is_shown_where_a_message_is_clipped(said: str) -> None:
    for script in (says(400, f"{said}{KEY}".encode()), says(200, f"{said}{KEY}".encode())):
        async with Misbehaving([script]) as server:
            assert KEY[:4] not in str(await keyed(server).fail())


def deltas(text: str, size: int) -> list[dict[str, Any]]:
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return [{"choices": [{"delta": {"content": piece, "reasoning": piece}}]} for piece in pieces]


@pytest.mark.parametrize("size", [1, 4, 1000])
async def test_a_key_in_an_answer_is_not_handed_on(size: int) -> None:
    """However it is cut into pieces, and wherever in the answer it stands."""
    said = f"your header was Bearer {KEY}, and {KEY}"
    end = {"choices": [{"delta": {}, "finish_reason": "stop"}], "echo": {KEY: [KEY]}}
    async with Misbehaving([streams(*deltas(said, size), end)]) as server:
        body = (await keyed(server).ask()).body
    assert KEY not in json.dumps(body)
    assert body["choices"][0]["message"]["content"] == "your header was Bearer ***, and ***"


async def test_a_key_in_a_broken_answer_is_not_handed_on() -> None:
    begun = writes(CHUNKED, chunk(sse(*deltas(f"key {KEY}", 3), done=False)), end="close")
    async with Misbehaving([begun]) as server:
        failed = await keyed(server).fail()
    assert failed.attempt.partial == "key ***"


async def test_a_key_in_a_servers_words_about_a_cut_is_not_handed_on() -> None:
    said = error(f"maximum context length is 4 tokens for {KEY} and short-1", code=400)
    async with Misbehaving([says(400, json.loads(said)), streams(EVENTS[0], json.loads(said))]) as server:
        asking = keyed(server)
        async with asking.client() as client:
            for _ in range(2):
                assert KEY not in json.dumps((await asking.ask_by(client)).body)


async def test_a_key_that_json_escapes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    key = 'sk-/"quoted"\\and/slashed'
    monkeypatch.setenv("MINE_KEY", key)

    def plan(asked: Asked) -> Script:
        escaped = json.dumps({**ANSWER, "echo": asked.headers["authorization"]}).replace("/", "\\/")
        return says(200, json.loads(escaped)) if asked.number else writes(response(200, escaped.encode()))

    async with Misbehaving(plan) as server:
        for _ in range(2):
            assert "slashed" not in json.dumps((await keyed(server).ask()).body)


def test_what_is_too_short_to_be_a_secret_for_sure_stays_in_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MINE_KEY", "hanoi")
    secrets = Secrets(ENDPOINT)
    assert secrets.scrub({"a": ["Towers of hanoi"]}) == {"a": ["Towers of hanoi"]}
    assert secrets.hide("bad key hanoi") == "bad key ***"


def test_headers_that_hold_secrets_are_hidden_and_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENANT", "tenant-0123456789")
    (tmp_path / "key").write_text("file-key-0123456789\n")
    endpoint = replace(
        ENDPOINT,
        key_variable=None,
        key_file=tmp_path / "key",
        headers={"X-Title": "a run of long lists", "Cookie": "session=0123456789"},
        header_variables={"X-Tenant": "TENANT"},
    )
    secrets = Secrets(endpoint)
    assert secrets.headers["authorization"] == "Bearer file-key-0123456789"
    assert secrets.headers["x-tenant"] == "tenant-0123456789"
    told = "file-key-0123456789 tenant-0123456789 session=0123456789"
    assert secrets.scrub(f"{told} a run of long lists") == "*** *** *** a run of long lists"
    assert secrets.hide(told) == "*** *** ***"


@pytest.mark.parametrize(("value", "hidden"), [("opqrstu", False), ("opqrstuv", True)])
def test_a_short_header_of_a_spec_may_be_a_word(value: str, hidden: bool) -> None:
    """It is masked from eight characters on."""
    secrets = Secrets(Endpoint("mine", "http://127.0.0.1:9/v1", headers={"x-team": value}))
    assert secrets.hide(f"team {value}!") == ("team ***!" if hidden else f"team {value}!")


def test_the_parts_of_a_secret() -> None:
    """Its words from eight characters on, what is assigned in them, and what at most two dots join."""
    assert set(parts_of("Bearer opqrstu")) == {"Bearer opqrstu"}
    assert set(parts_of("Bearer opqrstuv")) == {"Bearer opqrstuv", "opqrstuv"}
    assert set(parts_of("id=opqrstuv==")) == {"id=opqrstuv==", "opqrstuv"}
    assert "opqrstuv" in parts_of("abcdefgh.opqrstuv.x")
    assert "opqrstuv" not in parts_of("abcdefgh.opqrstuv.x.y")
    assert {"me:secret", "secret"} <= set(parts_of("Basic bWU6c2VjcmV0"))
