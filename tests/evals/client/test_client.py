"""The client brings a whole reply, or says in one line why there is none and what to do."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from evals.client.attempts import AskFailed
from evals.client.client import Client
from evals.errors import EndpointError
from evals.record.trial import Sampling
from tests.evals.client.asking import ANSWER, ENDPOINT, KEY, MESSAGES, STREAMED, URL, Asking, content
from tests.servers.misbehaving import EVENTS, sse

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE_KEY", KEY)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Any:
    with respx.mock(using="httpx", assert_all_called=False) as router:
        yield router


# --- what is sent


async def test_only_what_was_asked_for_is_sent(server: respx.MockRouter) -> None:
    route = server.post(URL).respond(content=STREAMED)
    answered = await Asking().ask()
    request = route.calls.last.request
    assert json.loads(request.content) == {**answered.sent, "messages": MESSAGES}
    assert answered.sent == {"model": "m", "stream": True, "stream_options": {"include_usage": True}}
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["user-agent"].startswith("cantwont/")
    assert request.headers["content-type"] == "application/json"  # without it some servers read no body
    assert content(answered) == "1\n2"
    assert answered.status == 200
    assert datetime.fromisoformat(answered.at).tzinfo == UTC
    assert 0 <= answered.seconds < 5


async def test_sampling_and_headers_go_along(server: respx.MockRouter) -> None:
    route = server.post(URL).respond(json=ANSWER)
    sampling = Sampling(max_tokens=9, temperature=0, extra={"top_k": 3, "messages": "x", "model": "y"})
    endpoint = replace(ENDPOINT, headers={"X-Title": "cantwont"}, stream=False)
    answered = await Asking(endpoint, sampling=sampling, headers={"X-Trial": "t1"}).ask()
    sent = json.loads(route.calls.last.request.content)
    assert sent == {"model": "m", "max_tokens": 9, "temperature": 0, "top_k": 3, "messages": MESSAGES}
    assert answered.sent == {name: value for name, value in sent.items() if name != "messages"}
    assert route.calls.last.request.headers["x-title"] == "cantwont"
    assert route.calls.last.request.headers["x-trial"] == "t1"


async def test_streaming_can_be_turned_off_by_the_user(server: respx.MockRouter) -> None:
    server.post(URL).respond(json=ANSWER)
    answered = await Asking(sampling=Sampling(extra={"stream": False})).ask()
    assert answered.sent == {"model": "m", "stream": False}


async def test_a_lone_surrogate_can_be_sent(server: respx.MockRouter) -> None:
    route = server.post(URL).respond(json=ANSWER)
    messages = [{"role": "user", "content": "\ud83d"}]
    async with Client(ENDPOINT, max_retries=0) as client:
        await client.ask("m", messages, Sampling(), on_attempt=print)
    assert json.loads(route.calls.last.request.content)["messages"] == messages


async def test_without_a_key_no_authorization_is_sent(
    server: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINE_KEY")
    route = server.post(URL).respond(json=ANSWER)
    await Asking().ask()
    assert "authorization" not in route.calls.last.request.headers


def test_a_missing_key_is_told_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MINE_KEY")
    with pytest.raises(EndpointError, match="MINE_KEY"):
        Client(replace(ENDPOINT, needs_key=True))


async def test_a_header_from_the_environment_is_sent(
    server: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE", "az-secret")
    route = server.post(URL).respond(json=ANSWER)
    await Asking(replace(ENDPOINT, header_variables={"api-key": "AZURE"})).ask()
    assert route.calls.last.request.headers["api-key"] == "az-secret"


async def test_a_plain_body_is_taken_for_a_sse(server: respx.MockRouter) -> None:
    server.post(URL).respond(json=ANSWER)
    assert content(await Asking().ask()) == "1\n2"


# --- statuses and bodies

ERROR = {"error": {"message": "because\x1b[31m of this"}}
SAYS = r"it says: 'because\\x1b\[31m of this'"


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 529])
async def test_what_may_pass_is_retried_and_each_attempt_told(server: respx.MockRouter, status: int) -> None:
    route = server.post(URL)
    route.side_effect = [httpx.Response(status, json=ERROR), httpx.Response(200, content=STREAMED)]
    asking = Asking()
    assert content(await asking.ask()) == "1\n2"
    (failed,) = asking.failed
    assert failed.status == status
    assert failed.error.startswith(f"HTTP {status}: mine ")
    assert failed.partial is None
    assert failed.sent["model"] == "m"
    assert len(asking.slept) == 1


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, rf"^HTTP 400: mine turned the request down \({SAYS}\)$"),
        (401, rf"^HTTP 401: mine refused the key: check the environment variable MINE_KEY \({SAYS}\)$"),
        (402, "wants to be paid"),
        (403, "refused the key"),
        (404, "has nothing at http://llm.test/v1/chat/completions"),
        (405, "has nothing at"),
        (413, "turned the request down"),
        (422, "turned the request down"),
    ],
)
async def test_what_cannot_pass_fails_at_once_and_says_what_to_do(
    server: respx.MockRouter, status: int, says: str
) -> None:
    server.get(f"{ENDPOINT.base_url}/models").respond(404)
    route = server.post(URL).respond(status, json=ERROR)
    asking = Asking()
    failed = await asking.fail()
    assert failed.fatal
    assert route.call_count == 1
    assert (failed.attempt.status, asking.slept) == (status, [])
    assert re.search(says, str(failed))


async def test_a_server_that_wants_a_key_and_got_none_is_told_so(server: respx.MockRouter) -> None:
    server.post(URL).respond(401)
    failed = await Asking(replace(ENDPOINT, key_variable=None)).fail()
    assert "mine asks for a key: put it into an environment variable" in str(failed)


async def test_a_redirect_is_told_with_its_target(server: respx.MockRouter) -> None:
    server.post(URL).respond(308, headers={"location": "https://llm.test/v1/chat/completions"})
    failed = await Asking().fail()
    assert failed.fatal
    assert "change its base_url (it says: 'https://llm.test/v1/chat/completions')" in str(failed)


async def test_an_unknown_model_is_told_with_the_closest_offered(server: respx.MockRouter) -> None:
    names = [f"other-{number}" for number in range(12)] + ["M-large"]
    models = server.get(f"{ENDPOINT.base_url}/models")
    models.respond(json={"data": [{"id": name} for name in names]})
    server.post(URL).respond(404, json={"error": {"message": "no such model"}})
    asking = Asking()
    async with Client(ENDPOINT) as client:
        with pytest.raises(AskFailed) as first:
            await asking.ask_by(client)
        with pytest.raises(AskFailed):
            await asking.ask_by(client)
    assert models.call_count == 1
    assert "; it offers 'M-large', 'other-" in str(first.value)
    assert str(first.value).endswith("' and 3 more")


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (httpx.Response(404), "lists no models either: is the base_url right?"),
        (httpx.Response(200, text="<html>"), "lists no models either"),
        (httpx.Response(200, json=[]), "lists no models either"),
        (httpx.Response(200, json={"data": []}), "offers no model"),
        (httpx.Response(200, json={"data": [{"id": "m"}]}), "does list the model 'm'"),
    ],
)
async def test_a_list_of_models_may_be_of_no_help(
    server: respx.MockRouter, response: httpx.Response, says: str
) -> None:
    server.get(f"{ENDPOINT.base_url}/models").mock(return_value=response)
    server.post(URL).respond(404)
    assert says in str(await Asking().fail())


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html><h1>502 Bad\nGateway</h1>", "not JSON: '<html><h1>502 Bad Gateway</h1>'"),
        (b"", "an empty body"),
        (b"{}", "holds no choice"),
        (b'{"choices": []}', "holds no choice"),
        (b'{"error": {"message": "overloaded"}}', "an error: overloaded"),
        (sse({"error": {"message": "overloaded", "code": 503}}), "an error: overloaded"),
        (sse(EVENTS[0], done=False), "ended in mid-answer"),
        (sse(done=True), "holds no choice"),
    ],
)
async def test_a_success_that_is_none_is_retried(server: respx.MockRouter, body: bytes, says: str) -> None:
    route = server.post(URL)
    route.side_effect = [httpx.Response(200, content=body), httpx.Response(200, json=ANSWER)]
    asking = Asking()
    assert content(await asking.ask()) == "1\n2"
    (failed,) = asking.failed
    assert says in failed.error
    assert failed.status == 200


async def test_an_error_in_a_success_is_taken_by_its_own_code(server: respx.MockRouter) -> None:
    server.post(URL).respond(json={"error": {"message": "no such model", "code": 404}})
    failed = await Asking().fail()
    assert failed.fatal
    assert "no such model" in str(failed)


async def test_the_text_of_a_broken_stream_is_kept(server: respx.MockRouter) -> None:
    server.post(URL).respond(content=sse(*EVENTS[:2], {"error": "gone"}, done=False))
    failed = await Asking(max_retries=0).fail()
    assert failed.attempt.partial == "1\n2"
