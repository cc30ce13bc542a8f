"""Checks that a model is ready for a run, with one short request and the endpoint's list of models."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import get_args

from evals.client.attempts import Answered, AskFailed, FailedAttempt
from evals.client.client import Client
from evals.client.dialect import Adaptation
from evals.client.local.context import Room, room
from evals.client.model_list import ModelList
from evals.client.secrets import key_of
from evals.endpoints import Api, Endpoint, ModelAt, Timeouts
from evals.errors import EndpointError, RunError
from evals.record.completion import Completion, read_completion
from evals.record.exchange import OURS
from evals.record.finish_reasons import Finish, finish_of
from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.sandbox.sandbox import check_sandbox
from evals.sandbox.walls import MEANING, Wall, in_reach
from evals.simulated.trial_headers import describe
from tasks import problem

_LIMIT = 64
"""`max_tokens` of the request: enough for one word and a little thinking."""
_ROOMY = 32_768
"""Context in tokens below which the doctor warns; this much has room for lists of a few thousand steps."""
_A_STEP = 10
"""Approximate number of tokens per step of a list."""
_PATIENT = Timeouts(connect=10, idle=120, total=300)
"""Long timeouts, because a local server may have to load the model first."""


class Level(StrEnum):
    """The severity of a finding."""

    OK = "ok"
    WARNING = "warning"
    """A run would work, but there is something worth knowing."""
    PROBLEM = "problem"
    """A run would fail."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of the examination."""

    level: Level
    what: str
    do: str = ""
    """What to do about it."""

    def describe(self) -> str:
        """Format the finding as one line, which may quote the server (made printable)."""
        return f"{self.level:<8} {self.what}" + (f": {self.do}" if self.do else "")


@dataclass(slots=True)
class _Visit:
    """What the endpoint returned, and how requests had to be adapted to it."""

    offered: ModelList
    failed: list[FailedAttempt]
    adapted: list[Adaptation]
    answered: Answered | None = None
    spoken: Api | None = None
    """Another protocol, in which the endpoint answered."""
    room: Room | None = None
    """The context that a local server gives the model, asked for once the model is loaded."""


def doctor(at: ModelAt) -> list[Finding]:
    """Examine a model at its endpoint."""
    return asyncio.run(examine(at))


def examine_sandbox() -> list[Finding]:
    """Examine the sandbox of the `code` arm: whether it works here, and which walls stand round it."""
    try:
        standing = check_sandbox()
    except RunError as error:
        return [Finding(Level.PROBLEM, str(error))]
    open_to = in_reach(standing)
    found = [Finding(Level.OK, "the sandbox runs programs")]
    for wall in Wall:
        stands = wall in standing
        what = f"the wall {wall} {'stands' if stands else 'is lacking'}"
        found.append(Finding(Level.OK if stands else Level.WARNING, what, MEANING[wall]))
    if open_to:
        what = f"only the interpreter keeps {' and '.join(open_to)} from the programs of models"
        found.append(Finding(Level.PROBLEM, what, "outcomes of the arm `code` get the flag `unwalled`"))
    return found


def is_sound(findings: list[Finding]) -> bool:
    """Return whether a run would work."""
    return all(finding.level is not Level.PROBLEM for finding in findings)


async def examine(at: ModelAt) -> list[Finding]:
    """Examine a model at its endpoint, with two requests, and a few small ones if it is a local server."""
    adapted: list[Adaptation] = []
    try:
        client = Client(at.endpoint, max_retries=0, timeouts=_PATIENT, on_adapt=adapted.append)
        async with client:
            visit = _Visit(await client.models(), [], adapted)
            if visit.offered.error is None:
                visit.answered = await _ask(client, at, visit)
        if visit.answered is not None:
            visit.room = await room(at.endpoint, at.model)
        elif visit.failed and visit.failed[-1].status in _OTHER_PROTOCOL:
            visit.spoken = await _spoken(at)
    except EndpointError as error:
        return [Finding(Level.PROBLEM, str(error))]
    return list(_findings(at, visit))


_OTHER_PROTOCOL = frozenset({400, 404, 405, 501})
"""What a server answers that speaks another protocol than it was asked in."""


async def _spoken(at: ModelAt) -> Api | None:
    """The first other protocol in which the model answers."""
    apis: tuple[Api, ...] = get_args(Api)
    for api in apis:
        if api == at.endpoint.api:
            continue
        other = ModelAt(replace(at.endpoint, api=api), at.model)
        visit = _Visit(ModelList(), [], [])
        async with Client(other.endpoint, max_retries=0, timeouts=_PATIENT) as client:
            if await _ask(client, other, visit) is not None:
                return api
    return None


async def _ask(client: Client, at: ModelAt, visit: _Visit) -> Answered | None:
    messages = [{"role": "user", "content": "Reply with the word ok and nothing else."}]
    headers = describe(_trial(at)) if at.endpoint.simulated else {}
    try:
        return await client.ask(
            at.model,
            messages,
            Sampling(max_tokens=_LIMIT),
            on_attempt=visit.failed.append,
            extra_headers=headers,
        )
    except AskFailed:
        return None


def _trial(at: ModelAt) -> Trial:
    """Return a minimal trial; the simulated endpoint needs to know which problem a request is about."""
    instance = RecordedInstance.of(problem("hanoi", {"size": 2}))
    return Trial.make(
        model=at.model,
        endpoint=at.endpoint.name,
        instance=instance,
        arm="list",
        options={},
        sampling=Sampling(max_tokens=_LIMIT),
        repeat=0,
    )


def _findings(at: ModelAt, visit: _Visit) -> Iterator[Finding]:
    if visit.offered.error is not None:
        yield Finding(Level.PROBLEM, visit.offered.error)
        return
    yield Finding(Level.OK, f"{at.endpoint.base_url} answers")
    if visit.answered is None:
        do = "" if visit.spoken is None else f'in the spec, give the endpoint api = "{visit.spoken}"'
        yield Finding(Level.PROBLEM, visit.failed[-1].error, do)
        return
    yield from _key(at.endpoint)
    yield from _listed(at, visit.offered)
    read = read_completion(visit.answered.body)
    yield from _answer(visit.answered, read)
    yield from _stream(at.endpoint, visit.answered)
    yield from _usage(read)
    for adaptation in visit.adapted:
        yield Finding(Level.WARNING, adaptation.told, "a run finds that out by itself and keeps it")
    yield from _context(at, visit)


def _key(endpoint: Endpoint) -> Iterator[Finding]:
    if key_of(endpoint) is not None:
        yield Finding(Level.OK, "the key is accepted, or not looked at")
    else:
        yield Finding(Level.OK, "no key is needed")


def _listed(at: ModelAt, offered: ModelList) -> Iterator[Finding]:
    if offered.names is None:
        yield Finding(Level.OK, f"the model {at.model!r} answers; the endpoint lists no models")
    elif at.model in offered.names:
        yield Finding(Level.OK, f"the model {at.model!r} is listed, and answers")
    else:
        what = f"the model {at.model!r} answers, but is not among those listed"
        yield Finding(Level.WARNING, what, "it may be another model under this name")


def _answer(answered: Answered, read: Completion) -> Iterator[Finding]:
    notes = answered.body.get(OURS, {})
    for note in ("context_overflow", "content_filter"):
        if note in notes:
            yield Finding(Level.PROBLEM, f"even a short prompt is turned down (it says: '{notes[note]}')")
            return
    yield Finding(Level.OK, f"it answered in {answered.seconds:.1f} s")
    if not read.content.strip() and finish_of(read.finish_reason) is Finish.LENGTH:
        what = f"its {_LIMIT} tokens were gone before the answer: it thinks first"
        yield Finding(Level.WARNING, what, "give it a max_tokens that has room for both")
    elif not read.content.strip():
        yield Finding(Level.WARNING, f"its answer is empty (finish_reason {read.finish_reason!r})")
    if read.completion_tokens is not None and read.completion_tokens > _LIMIT:
        what = f"it wrote {read.completion_tokens:,} tokens where {_LIMIT} were allowed"
        yield Finding(Level.WARNING, what, "max_tokens is not obeyed, or does not count its thinking")


def _stream(endpoint: Endpoint, answered: Answered) -> Iterator[Finding]:
    if answered.streamed:
        yield Finding(Level.OK, "it streams")
    elif not endpoint.stream:
        yield Finding(Level.OK, "it was not asked to stream")
    else:
        do = "a proxy may cut long answers; see that its own time limit is long enough"
        yield Finding(Level.WARNING, "it does not stream", do)


def _usage(read: Completion) -> Iterator[Finding]:
    if read.prompt_tokens is None or read.completion_tokens is None:
        do = "limits of tokens and costs will rest on estimates"
        yield Finding(Level.WARNING, "it does not report its usage", do)
    else:
        tokens = f"{read.prompt_tokens:,} prompt and {read.completion_tokens:,} completion tokens"
        yield Finding(Level.OK, f"it reports its usage ({tokens})")


def _context(at: ModelAt, visit: _Visit) -> Iterator[Finding]:
    entry = visit.offered.entries.get(at.model)
    found = visit.room or (None if entry is None else Room.listed(entry, used=True))
    if found is not None and found.tokens < _ROOMY:
        what = f"{found.describe()}: lists of more than about {found.tokens // _A_STEP:,} steps will be cut"
        yield Finding(Level.WARNING, what, found.remedy(_ROOMY))
    elif found is not None:
        yield Finding(Level.OK, found.describe())
    elif at.endpoint.name == "ollama" or ":11434/" in at.endpoint.base_url:
        what = "Ollama cuts long conversations at the start without saying so"
        yield Finding(Level.WARNING, what, "set OLLAMA_CONTEXT_LENGTH where it is started")
