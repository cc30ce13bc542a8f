"""The simulated endpoint as a web application: chat completions, the list of models, and a health check."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web

from evals.record.model import digest
from evals.simulated import protocol
from evals.simulated.answers import answer
from evals.simulated.decisions import Call
from evals.simulated.protocol import ChatRequest, RequestError
from evals.simulated.replies import MessageField, Reply
from evals.simulated.respondents import Respondent
from evals.simulated.trial_headers import ARM, INSTANCE, OPTIONS, TRIAL, TURN
from tasks import Problem, PuzzleError, given_problem, problem

_LARGEST_BODY = 1 << 28
"""In bytes: a later turn carries the earlier answers, and one answer can take 12 MB."""

_LONGEST_OUTPUT = 1 << 25
"""In tokens: the list for 30 disks would fill the memory of a client that requests it unstreamed."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class SimulatedEndpoint:
    """The request handlers and the state they share: respondents, key and pace."""

    def __init__(
        self,
        respondents: Iterable[Respondent],
        *,
        key: str | None,
        latency: float,
        delta: int,
        fingerprint: str | None = None,
    ) -> None:
        self._respondents: dict[str, Respondent] = {}
        for respondent in respondents:
            if respondent.name in self._respondents:
                raise ValueError(f"two respondents are named {respondent.name!r}; rename one")
            self._respondents[respondent.name] = respondent
        self._key = key
        self._latency = latency
        self._delta = delta
        self._marks = {} if fingerprint is None else {"system_fingerprint": fingerprint}

    def application(self) -> web.Application:
        """Return the application, ready to run."""
        application = web.Application(middlewares=[_as_protocol], client_max_size=_LARGEST_BODY)
        application.router.add_get("/health", self._health)
        application.router.add_get("/v1/models", self._models)
        application.router.add_post("/v1/chat/completions", self._chat)
        return application

    async def _health(self, _: web.Request) -> web.StreamResponse:
        return web.json_response({"status": "ok"})

    async def _models(self, request: web.Request) -> web.StreamResponse:
        self._check_key(request)
        return web.json_response(protocol.models_body(list(self._respondents)))

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        self._check_key(request)
        body = protocol.parse_json(await request.read(), "the body")
        asked = protocol.parse_request(body)
        respondent = self._respondents.get(asked.model)
        if respondent is None:
            known = ", ".join(self._respondents)
            message = f"the model {asked.model!r} does not exist; known are {known}"
            raise RequestError(404, message, "model_not_found")
        asked_problem = _problem(request)
        trial = _sound(request.headers.get(TRIAL)) or _hash(body)
        arm = _sound(request.headers.get(ARM)) or "list"
        turn = protocol.parse_turn(request.headers.get(TURN)) or asked.turn
        call = Call(trial, turn, arm, protocol.parse_options(request.headers.get(OPTIONS), arm))
        limits = [limit for limit in (asked.limit, respondent.max_output_tokens) if limit is not None]
        spoken = answer(respondent, asked_problem, call)
        reply = Reply(spoken, min([*limits, _LONGEST_OUTPUT]), asked.prompt_characters)
        if self._latency:
            await asyncio.sleep(self._latency)
        identity = hashlib.sha256(f"{respondent.name}/{call.trial}/{call.turn}".encode())
        head = {"id": f"chatcmpl-{identity.hexdigest()[:24]}", "created": 0, "model": respondent.name}
        head |= self._marks
        if asked.stream:
            return await self._stream(request, asked, head, reply)
        return await self._plain(head, reply)

    async def _plain(self, head: dict[str, Any], reply: Reply) -> web.StreamResponse:
        texts: dict[MessageField, list[str]] = {part: [] for part in MessageField}
        for delta in reply.deltas(self._delta):
            texts[delta.part].append(delta.text)
            await asyncio.sleep(0)
        message: dict[str, Any] = {"role": "assistant", "content": "".join(texts[MessageField.CONTENT])}
        if texts[MessageField.REASONING]:
            message[MessageField.REASONING] = "".join(texts[MessageField.REASONING])
        if reply.calls:
            message["tool_calls"] = reply.calls
        body = protocol.completion_body(head, message, reply.finish_reason, reply.usage())
        return web.json_response(body)

    async def _stream(
        self, request: web.Request, asked: ChatRequest, head: dict[str, Any], reply: Reply
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Cache-Control": "no-cache"})
        response.content_type = "text/event-stream"
        try:
            await response.prepare(request)
            await response.write(protocol.chunk_event(head, {"role": "assistant", "content": ""}))
            for delta in reply.deltas(self._delta):
                await response.write(protocol.chunk_event(head, {delta.part: delta.text}))
                await asyncio.sleep(0)  # a write alone lets no other task run while the socket takes it all
            for number, made in enumerate(reply.calls):
                await response.write(protocol.chunk_event(head, {"tool_calls": [{"index": number, **made}]}))
            tail = protocol.chunk_event(head, {}, reply.finish_reason)
            if asked.wants_usage:
                tail += protocol.usage_event(head, reply.usage())
            await response.write(tail + protocol.DONE)
            await response.write_eof()
        except ConnectionResetError:
            pass  # the client has disconnected, which is not an error
        return response

    def _check_key(self, request: web.Request) -> None:
        if self._key is None:
            return
        given = request.headers.get("Authorization", "")
        right = f"Bearer {self._key}"
        if not hmac.compare_digest(given.encode(errors="replace"), right.encode(errors="replace")):
            raise RequestError(
                401, "this endpoint wants its key as 'Authorization: Bearer KEY'", "invalid_api_key"
            )


@web.middleware
async def _as_protocol(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Return every error, including the router's, in the protocol's shape."""
    try:
        return await handler(request)
    except RequestError as error:
        return web.json_response(error.body(), status=error.status)
    except web.HTTPClientError as error:
        told = RequestError(error.status, f"{request.method} {request.path}: {error.reason}")
        allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return web.json_response(told.body(), status=error.status, headers=allowed)


def _problem(request: web.Request) -> Problem:
    asked = protocol.parse_instance(request.headers.get(INSTANCE))
    try:
        if asked.data is not None:
            return given_problem(asked.puzzle, asked.data)
        return problem(asked.puzzle, asked.parameters, asked.seed)
    except PuzzleError as error:
        raise RequestError(400, f"the header {INSTANCE} cannot be used: {error}") from error


def _sound(header: str | None) -> str:
    """Escape the lone surrogates that stand for bytes outside UTF-8 in a header."""
    return (header or "").encode(errors="backslashreplace").decode()


def _hash(body: object) -> str:
    """Return a trial id for a client that sends none: equal requests get equal ids, streamed or not."""
    fields = body if isinstance(body, dict) else {}
    return digest({name: value for name, value in fields.items() if name not in ("stream", "stream_options")})
