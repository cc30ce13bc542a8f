"""Endpoints that speak another protocol than chat completions: asked, and read, in theirs."""

import json
from dataclasses import replace
from typing import Any

import pytest

from evals.endpoints import Api, EndpointSettings, resolve
from evals.record.completion import read_completion
from evals.record.trial import Sampling
from evals.running.doctor import examine
from tests.evals.client.asking import Asking
from tests.servers.misbehaving import CHUNKED, END, Asked, Misbehaving, Script, chunk, response, writes

pytestmark = pytest.mark.anyio

RESPONSE: dict[str, Any] = {
    "id": "resp_1",
    "object": "response",
    "status": "completed",
    "model": "m",
    "output": [
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "hm"}]},
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": "1\n2", "annotations": []}],
        },
    ],
    "usage": {"input_tokens": 3, "output_tokens": 4, "output_tokens_details": {"reasoning_tokens": 1}},
}
MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "1\n2"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 3, "output_tokens": 4},
}
RESPONSE_EVENTS: list[dict[str, Any]] = [
    {"type": "response.created", "response": RESPONSE | {"status": "in_progress", "output": []}},
    {"type": "response.reasoning_summary_text.delta", "output_index": 0, "summary_index": 0, "delta": "hm"},
    {"type": "response.output_text.delta", "output_index": 1, "content_index": 0, "delta": "1\n"},
    {"type": "response.output_text.delta", "output_index": 1, "content_index": 0, "delta": "2"},
    {"type": "response.output_text.done", "output_index": 1, "content_index": 0, "text": "1\n2"},
    {"type": "response.completed", "response": RESPONSE},
]
MESSAGE_EVENTS: list[dict[str, Any]] = [
    {"type": "message_start", "message": MESSAGE | {"content": [], "stop_reason": None}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "1\n"}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "2"}},
    {"type": "content_block_stop", "index": 1},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 4}},
    {"type": "message_stop"},
]
APIS: dict[Api, tuple[str, dict[str, Any], list[dict[str, Any]]]] = {
    "responses": ("/v1/responses", RESPONSE, RESPONSE_EVENTS),
    "messages": ("/v1/messages", MESSAGE, MESSAGE_EVENTS),
}


def speaks(api: Api) -> Any:
    """What a server does that knows one protocol alone."""
    path, whole, events = APIS[api]

    def plan(asked: Asked) -> Script:
        if asked.path != path:
            return writes(response(404, {"error": {"message": f"no {asked.path} here"}}))
        if not asked.body.get("stream"):
            return writes(response(200, whole))
        lines = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
        return writes(CHUNKED, chunk(lines.encode()), END)

    return plan


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("api", APIS)
async def test_the_record_has_one_shape(api: Api, stream: bool) -> None:
    async with Misbehaving(speaks(api)) as server:
        asking = Asking(replace(server.endpoint, api=api, stream=stream), sampling=Sampling(max_tokens=50))
        answered = await asking.ask()
    read = read_completion(answered.body)
    assert (read.content, read.reasoning, read.finish_reason) == ("1\n2", "hm", "stop")
    assert (read.prompt_tokens, read.completion_tokens) == (3, 4)
    assert asking.failed == []
    sent = server.asked[0].body
    assert sent.get("max_output_tokens", sent.get("max_tokens")) == 50
    assert answered.sent["max_tokens"] == 50


async def test_a_limit_is_asked_for_where_there_has_to_be_one() -> None:
    async with Misbehaving(speaks("messages")) as server:
        answered = await Asking(replace(server.endpoint, api="messages")).ask()
    assert answered.sent["max_tokens"] == server.asked[0].body["max_tokens"] == 32_000


@pytest.mark.parametrize("api", APIS)
async def test_the_doctor_finds_out_which_protocol_is_spoken(api: Api) -> None:
    async with Misbehaving(speaks(api)) as server:
        at = resolve(f"{server.endpoint.base_url}#m", {})
        told = "\n".join(finding.describe() for finding in await examine(at))
        assert f'give the endpoint api = "{api}"' in told
        fitting = replace(at, endpoint=replace(at.endpoint, api=api))
        assert "problem" not in "\n".join(finding.describe() for finding in await examine(fitting))


def test_a_spec_says_which_protocol() -> None:
    settings = EndpointSettings.model_validate({"base_url": "http://localhost:1/v1", "api": "responses"})
    assert resolve("mine/m", {"mine": settings}).endpoint.api == "responses"
    assert resolve("anthropic/claude", {}).endpoint.api == "messages"
    assert resolve("openai/gpt", {}).endpoint.api == "chat"
