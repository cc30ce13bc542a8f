"""The runner: asks what a run has not recorded yet, with bounded concurrency; records each answer at once."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Protocol

from evals._worker import Reader
from evals.arms import START, arm
from evals.client import Answered, AskFailed, Client, FailedAttempt
from evals.endpoints import ModelAt
from evals.recording import Recorder
from evals.simulated.headers import describe
from evals.spec import Spec
from evals.trials import Exchange, Kind, Message, Outcome, Trial, request_digest
from evals.wire import read_completion
from tasks import CantwontError

_ALIKE = 3
"""After so many trials of a model have failed for good, and none succeeded, it is not asked again."""
_HOPELESS = frozenset({401, 403, 404})
"""Statuses after which one failure is enough: the key or the name of the model is wrong."""


class Progress(Protocol):
    """Whoever wants to know how a run goes."""

    def planned(self, model: str, total: int, done: int) -> None:
        """A model has so many trials, of which so many were recorded before."""

    def finished(self, model: str, outcome: Outcome | None) -> None:
        """A trial ended, with or without a reply; `None`: its answer could not be read yet."""

    def stopped(self, model: str, why: str) -> None:
        """A model is not asked any more in this run."""


@dataclass(slots=True)
class Summary:
    """What a run did."""

    asked: int = 0
    """Trials that got a reply."""
    failed: int = 0
    """Trials that got none."""
    skipped: int = 0
    """Not asked, because the model's trials had all failed alike."""
    errors: dict[str, str] = field(default_factory=dict)
    """For each model with a failed trial, what was wrong the last time."""
    stopped: set[str] = field(default_factory=set)
    """The models that were given up."""
    fatal: bool = False
    """Whether some model was given up for what trying again would not mend: key, model name, address."""
    broken: str | None = None
    """What ended the run before its time, such as a full disk."""
    left: int = 0
    """Trials of the spec that still have no reply."""


async def ask_all(spec: Spec, models: tuple[ModelAt, ...], recorder: Recorder, progress: Progress) -> Summary:
    """Ask every trial of the spec that has no recorded reply.

    A trial that fails is recorded and the run goes on; each endpoint has its own workers, so that a slow one
    never holds up another.
    """
    summary = Summary()
    async with AsyncExitStack() as stack:
        reader = Reader(spec.puzzle_files())
        stack.callback(reader.close)
        clients: dict[str, Client] = {}
        for at in models:
            if at.endpoint.name not in clients:
                client = Client(at.endpoint, max_retries=spec.max_retries)
                clients[at.endpoint.name] = await stack.enter_async_context(client)
        try:
            async with asyncio.TaskGroup() as group:
                for name, client in clients.items():
                    ours = [at for at in models if at.endpoint.name == name]
                    desk = _Desk(client, recorder, reader, progress, summary)
                    trials = _unanswered(spec, ours, recorder, progress)
                    for _ in range(spec.concurrency):
                        group.create_task(desk.work(trials))
        except ExceptionGroup as failures:
            summary.broken = _told(failures)
    return summary


def _told(failures: ExceptionGroup[Exception]) -> str:
    """What ended all workers, in one line; what is no error of ours to tell is raised."""
    foreign = failures.subgroup(lambda error: not isinstance(error, CantwontError | ExceptionGroup))
    first = (foreign or failures).exceptions[0]
    if foreign is not None:
        raise first from None
    return str(first)


def _unanswered(spec: Spec, models: list[ModelAt], recorder: Recorder, progress: Progress) -> Iterator[Trial]:
    """The trials still to ask, of all models of one endpoint in turns."""
    waiting = []
    for at in models:
        total = done = 0
        for trial in spec.trials([at]):
            total += 1
            done += (trial.id, 1) in recorder.index
        progress.planned(f"{at.endpoint.name}/{at.model}", total, done)
        waiting.append(trial for trial in spec.trials([at]) if (trial.id, 1) not in recorder.index)
    while waiting:
        for trials in list(waiting):
            following = next(trials, None)
            if following is None:
                waiting.remove(trials)
            else:
                yield following


@dataclass(slots=True)
class _Standing:
    """How a model has fared so far."""

    replies: int = 0
    failures: int = 0


class _Desk:
    """Asks the trials of one endpoint."""

    def __init__(
        self, client: Client, recorder: Recorder, reader: Reader, progress: Progress, summary: Summary
    ) -> None:
        self._client, self._recorder, self._reader = client, recorder, reader
        self._progress, self._summary = progress, summary
        self._standing: dict[str, _Standing] = {}

    async def work(self, trials: Iterator[Trial]) -> None:
        """Take one trial after another until there are no more."""
        for trial in trials:
            if trial.who in self._summary.stopped:
                self._summary.skipped += 1
            else:
                await self._ask(trial)

    async def _ask(self, trial: Trial) -> None:
        puzzle, instance = trial.instance.restore()
        messages = arm(trial.arm).open(puzzle, instance)
        rows: list[Exchange] = []
        record = _recording(trial, messages, self._recorder, rows)
        plain = [message.model_dump() for message in messages]
        headers = describe(trial) if self._client.endpoint.simulated else {}
        standing = self._standing.setdefault(trial.who, _Standing())
        length = 0
        try:
            answered = await self._client.ask(
                trial.model, plain, trial.sampling, extra_headers=headers, on_attempt=record.attempt
            )
        except AskFailed as failed:
            self._summary.failed += 1
            self._summary.errors[trial.who] = failed.attempt.error
            standing.failures += 1
            enough = 1 if failed.attempt.status in _HOPELESS else _ALIKE
            if standing.failures >= enough and not standing.replies:
                self._give_up(trial.who, failed)
        else:
            length = record.reply(answered)
            self._summary.asked += 1
            standing.replies += 1
        self._progress.finished(trial.who, await self._reader.outcome(trial, rows, length))

    def _give_up(self, who: str, failed: AskFailed) -> None:
        if who not in self._summary.stopped:
            self._summary.stopped.add(who)
            self._summary.fatal = self._summary.fatal or failed.fatal
            self._progress.stopped(who, failed.attempt.error)


@dataclass(frozen=True, slots=True)
class _Record:
    """Turns what the client tells into rows."""

    attempt: Callable[[FailedAttempt], None]
    reply: Callable[[Answered], int]


def _recording(
    trial: Trial, messages: tuple[Message, ...], recorder: Recorder, rows: list[Exchange]
) -> _Record:
    plain = [message.model_dump() for message in messages]
    asked = request_digest(trial.model, plain, trial.sampling)

    def add(row: Exchange) -> None:
        recorder.append(row)
        rows.append(row)

    def row(kind: Kind, **fields: object) -> Exchange:
        known = {
            "trial": trial.id,
            "turn": 1,
            "reason": START,
            "what": trial,
            "messages": messages,
            "asked": asked,
        }
        return Exchange.model_validate({"kind": kind, **known, **fields})

    def attempt(failed: FailedAttempt) -> None:
        add(
            row(
                Kind.ATTEMPT,
                sent=failed.sent,
                status=failed.status,
                error=failed.error,
                partial=failed.partial,
                at=failed.at,
                seconds=failed.seconds,
            )
        )

    def reply(answered: Answered) -> int:
        add(
            row(
                Kind.REPLY,
                sent=answered.sent,
                status=answered.status,
                reply=answered.body,
                at=answered.at,
                seconds=answered.seconds,
            )
        )
        return len(read_completion(answered.body).content)

    return _Record(attempt, reply)
