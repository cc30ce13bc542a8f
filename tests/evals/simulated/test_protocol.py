"""The simulated endpoint speaks the OpenAI protocol: plain and streamed, with its errors and token counts."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from evals.simulated.respondents import NAMED, Respondent, Stop, Thinking
from evals.simulated.server import SimulatedServer
from evals.simulated.trial_headers import ARM, INSTANCE, TRIAL
from tasks import puzzle

pytestmark = pytest.mark.anyio

RESPONDENTS = (
    *NAMED,
    Respondent("half", willing_50=31, error_rate=0.01, stops={Stop.OFFER: 1}),
    Respondent("inline", thinking=Thinking.INLINE),
)
PROMPT = [{"role": "user", "content": "Please solve this puzzle."}]
Headers = dict[str, str]


class Client:
    """A bare client: nothing between the test and the wire."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str) -> None:
        self.session = session
        self.base_url = base_url

    async def post(self, body: object, headers: Headers | None = None) -> tuple[int, dict[str, Any]]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = f"{self.base_url}/chat/completions"
        async with self.session.post(address, data=data, headers=headers or {}) as response:
            return response.status, await response.json()

    async def ask(self, model: str, headers: Headers, **more: Any) -> dict[str, Any]:
        status, body = await self.post({"model": model, "messages": PROMPT, **more}, headers)
        assert status == 200, body
        return body

    async def events(self, model: str, headers: Headers, **more: Any) -> list[dict[str, Any]]:
        body = {"model": model, "messages": PROMPT, "stream": True, **more}
        address = f"{self.base_url}/chat/completions"
        async with self.session.post(address, json=body, headers=headers) as response:
            assert response.status == 200
            assert response.content_type == "text/event-stream"
            *events, done, end = (await response.text()).split("\n\n")
        assert (done, end) == ("data: [DONE]", "")
        return [json.loads(event.removeprefix("data: ")) for event in events]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with SimulatedServer(RESPONDENTS, delta=50) as server, aiohttp.ClientSession() as session:
        yield Client(session, server.base_url)


def about(size: int, trial: str = "t0", arm: str = "list", name: str = "hanoi") -> Headers:
    instance = {"puzzle": name, "parameters": {"size": size}, "seed": 0}
    return {TRIAL: trial, INSTANCE: json.dumps(instance), ARM: arm}


async def test_a_plain_reply_is_a_chat_completion(client: Client) -> None:
    """With every field a client may read, and nothing that hangs on the clock."""
    body = await client.ask("steady", about(3))
    (choice,) = body["choices"]
    assert body["object"] == "chat.completion"
    assert body["created"] == 0
    assert body["model"] == "steady"
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["role"] == "assistant"
    assert "[1, 0, 2], [2, 0, 1]" in choice["message"]["content"]
    tokens = -(-len(choice["message"]["content"]) // 4)
    assert body["usage"] == {"prompt_tokens": 7, "completion_tokens": tokens, "total_tokens": 7 + tokens}


@pytest.mark.parametrize("model", [respondent.name for respondent in RESPONDENTS])
async def test_streamed_deltas_assemble_to_the_plain_reply(client: Client, model: str) -> None:
    """The same text, thinking, reason, tokens and id, whichever way it comes."""
    plain = await client.ask(model, about(6), max_tokens=700)
    (choice,) = plain["choices"]
    *events, usage = await client.events(
        model, about(6), max_tokens=700, stream_options={"include_usage": True}
    )
    deltas = [event["choices"][0]["delta"] for event in events]
    assert deltas[0] == {"role": "assistant", "content": ""}
    for part in ("content", "reasoning_content"):
        joined = "".join(delta.get(part, "") for delta in deltas)
        assert joined == choice["message"].get(part, "")
        assert all(len(delta.get(part, "")) <= 50 for delta in deltas)
    reasons = [event["choices"][0]["finish_reason"] for event in events]
    assert reasons == [None] * (len(events) - 1) + [choice["finish_reason"]]
    assert (usage["choices"], usage["usage"]) == ([], plain["usage"])
    assert {(event["id"], event["created"], event["object"]) for event in [*events, usage]} == {
        (plain["id"], 0, "chat.completion.chunk")
    }


async def test_a_stream_has_token_counts_only_on_request(client: Client) -> None:
    """Without `include_usage` every chunk has its choice."""
    events = await client.events("steady", about(3))
    assert all(len(event["choices"]) == 1 and "usage" not in event for event in events)


async def test_replies_hang_on_model_trial_and_turn_alone(client: Client) -> None:
    """Not on order, wording or repetition; another trial or turn has another id."""
    first = await client.ask("half", about(5, "a"))
    other = await client.ask("half", about(5, "b"))
    assert await client.ask("half", about(5, "a"), temperature=0.7, seed=3) == first
    status, later = await client.post(
        {"model": "half", "messages": [*PROMPT, {"role": "assistant", "content": "…"}, *PROMPT]},
        about(5, "a"),
    )
    assert status == 200
    assert len({first["id"], other["id"], later["id"]}) == 3
    texts = {
        (await client.ask("half", about(5, f"t{n}")))["choices"][0]["message"]["content"] for n in range(12)
    }
    assert len(texts) > 4


async def test_without_a_trial_the_request_itself_is_the_trial(client: Client) -> None:
    """The same body has the same reply, streamed or not; another prompt another."""
    headers = {INSTANCE: about(5)[INSTANCE]}
    plain = await client.ask("half", headers)
    assert await client.ask("half", headers) == plain
    assert (await client.events("half", headers))[0]["id"] == plain["id"]
    assert (await client.ask("half", headers, temperature=0.5))["id"] != plain["id"]


async def test_stop_and_error_shares_are_near_the_truth(client: Client) -> None:
    """Three hundred trials over the wire, judged by their text."""
    solver = puzzle("hanoi")
    instance = solver.generate({"size": 5})
    listed = "".join(solver.format(instance, solver.solution(instance)))
    truth = next(r for r in RESPONDENTS if r.name == "half").truth(31)
    whole = right = 0
    for number in range(300):
        body = await client.ask("half", about(5, f"trial {number}"))
        text = body["choices"][0]["message"]["content"]
        whole += text.count("],") == 30
        right += listed in text
    assert whole / 300 == pytest.approx(truth.willing, abs=0.08)
    assert right / whole == pytest.approx(truth.able, abs=0.1)


@pytest.mark.parametrize("field", ["max_tokens", "max_completion_tokens"])
async def test_the_clients_limit_cuts_the_text(client: Client, field: str) -> None:
    """The first 40 tokens of the whole reply, and the reason says so."""
    whole = await client.ask("steady", about(6))
    cut = await client.ask("steady", about(6), **{field: 40})
    assert cut["choices"][0]["finish_reason"] == "length"
    assert cut["choices"][0]["message"]["content"] == whole["choices"][0]["message"]["content"][:160]
    assert cut["usage"]["completion_tokens"] == 40


async def test_the_thinkers_own_limit_is_spent_in_thinking_first(client: Client) -> None:
    """Short tasks are whole, longer ones cut in the list, the longest leave no content at all."""
    bodies = [await client.ask("thinker", about(size)) for size in (6, 9, 10)]
    choices = [body["choices"][0] for body in bodies]
    assert [choice["finish_reason"] for choice in choices] == ["stop", "length", "length"]
    assert [bool(choice["message"]["content"]) for choice in choices] == [True, True, False]
    assert bodies[2]["usage"]["completion_tokens_details"] == {"reasoning_tokens": 3072}


async def test_insisting_frees_the_tired_one(client: Client) -> None:
    """The arm's header reaches the respondent."""
    whole = {}
    for arm in ("list", "insist", "unheard-of"):
        bodies = [await client.ask("tired", about(7, f"t{n}", arm)) for n in range(30)]
        whole[arm] = sum(body["choices"][0]["message"]["content"].count("],") == 126 for body in bodies)
    assert whole["list"] < 10
    assert whole["insist"] == 30
    assert whole["unheard-of"] == whole["list"]


async def test_models_and_health(client: Client) -> None:
    """The list of models in the protocol's shape; health beside it."""
    async with client.session.get(f"{client.base_url}/models") as response:
        body = await response.json()
    assert body["object"] == "list"
    assert [entry["id"] for entry in body["data"]] == [respondent.name for respondent in RESPONDENTS]
    async with client.session.get(f"{client.base_url.removesuffix('/v1')}/health") as response:
        assert (response.status, await response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("name", ["gpt-0", "", "\ud800"])
async def test_an_unknown_model_is_a_404_with_the_known_ones(client: Client, name: str) -> None:
    """In the words of the protocol."""
    status, body = await client.post({"model": name, "messages": PROMPT}, about(3))
    assert status == 404
    assert body["error"]["code"] == "model_not_found"
    assert body["error"]["type"] == "invalid_request_error"
    assert repr(name) in body["error"]["message"]
    assert "careless" in body["error"]["message"]


async def test_a_missing_instance_is_a_400_that_shows_the_header(client: Client) -> None:
    """Whoever tries it with curl learns what to send."""
    status, body = await client.post({"model": "steady", "messages": PROMPT})
    assert status == 400
    assert body["error"]["code"] == "missing_instance"
    assert f'curl -H \'{INSTANCE}: {{"puzzle": "hanoi"' in body["error"]["message"]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("not json", "not valid JSON"),
        ("[" * 5000, "not valid JSON"),
        ("[1]", "cannot be used"),
        ('{"puzzle": "hanoi"}', "parameters"),
        ('{"puzzle": "chess", "parameters": {}}', "unknown puzzle 'chess'"),
        ('{"puzzle": "hanoi", "parameters": {"size": 99}}', "from 1 to 30, not 99"),
        ('{"puzzle": "hanoi", "parameters": {"size": 2.5}}', "parameters.size"),
        ('{"puzzle": "\\ud800", "parameters": {"size": 5}}', "puzzle"),
        ('{"puzzle": "hanoi", "parameters": {"size": 5}, "peed": 1}', "peed"),
    ],
)
async def test_an_unusable_instance_is_a_400_that_says_why(client: Client, header: str, told: str) -> None:
    """Bad JSON, bad fields, unknown puzzles and sizes out of range."""
    status, body = await client.post({"model": "steady", "messages": PROMPT}, {INSTANCE: header})
    assert status == 400
    assert told in body["error"]["message"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        ([], "the body"),
        ({"model": "steady"}, "messages"),
        ({"model": "steady", "messages": []}, "messages"),
        ({"model": "steady", "messages": [{"content": "x"}]}, "messages.0.role"),
        ({"messages": PROMPT}, "model"),
        ({"model": 5, "messages": PROMPT}, "model"),
        ({"model": "steady", "messages": PROMPT, "max_tokens": 0}, "max_tokens"),
        ({"model": "steady", "messages": PROMPT, "max_tokens": "9"}, "max_tokens"),
        ({"model": "steady", "messages": PROMPT, "n": 2}, "n"),
    ],
)
async def test_a_malformed_request_is_a_400_that_names_the_field(
    client: Client, body: object, told: str
) -> None:
    """Never a 500."""
    status, reply = await client.post(body, about(3))
    assert status == 400
    assert told in reply["error"]["message"]


async def test_other_paths_and_methods_are_errors_in_the_same_shape(client: Client) -> None:
    """A wrong base URL is told as JSON too."""
    for path, status in (("/completions", 404), ("/chat/completions", 405)):
        async with client.session.get(client.base_url + path) as response:
            assert response.status == status
            assert path in (await response.json())["error"]["message"]


async def test_odd_but_valid_messages_are_answered(client: Client) -> None:
    """Content in parts, no content, lone surrogates, a trial's name outside ASCII."""
    messages = [
        {"role": "system", "content": [{"type": "text", "text": "12345678"}, {"type": "image_url"}]},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "user", "content": "\ud800"},
    ]
    for trial in ("é", "\udcff"):
        headers = {**about(3), TRIAL: trial}
        status, body = await client.post({"model": "steady", "messages": messages}, headers)
        assert status == 200
        assert body["usage"]["prompt_tokens"] == 3


async def test_a_key_is_asked_for_where_one_is_set() -> None:
    """401 in the protocol's shape without it, with a wrong one, and not for health."""
    async with SimulatedServer(key="secret") as server, aiohttp.ClientSession() as session:
        client = Client(session, server.base_url)
        for headers in (about(3), {**about(3), "Authorization": "Bearer secre"}, {"Authorization": "secret"}):
            status, body = await client.post({"model": "steady", "messages": PROMPT}, headers)
            assert (status, body["error"]["code"]) == (401, "invalid_api_key")
            assert body["error"]["type"] == "authentication_error"
        async with session.get(f"{server.base_url}/models") as response:
            assert response.status == 401
        async with session.get(f"{server.base_url.removesuffix('/v1')}/health") as response:
            assert response.status == 200
        await client.ask("steady", {**about(3), "Authorization": "Bearer secret"})
