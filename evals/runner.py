"""The runner: asks what a run has not recorded yet, with bounded concurrency; records each answer at once."""

import asyncio
from collections.abc import Iterator
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
                    trials = desk.unanswered(spec, ours)
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


@dataclass(slots=True)
class _Standing:
    """How a model has fared so far."""

    replies: int
    """Those of earlier runs too."""
    failures: int = 0


class _Desk:
    """Asks the trials of one endpoint."""

    def __init__(
        self, client: Client, recorder: Recorder, reader: Reader, progress: Progress, summary: Summary
    ) -> None:
        self._client, self._recorder, self._reader = client, recorder, reader
        self._progress, self._summary = progress, summary
        self._standing: dict[str, _Standing] = {}

    def unanswered(self, spec: Spec, models: list[ModelAt]) -> Iterator[Trial]:
        """The trials still to ask, of all these models in turns."""
        waiting = []
        for at in models:
            total = done = 0
            for trial in spec.trials([at]):
                total += 1
                done += (trial.id, 1) in self._recorder.index
            who = f"{at.endpoint.name}/{at.model}"
            self._standing[who] = _Standing(replies=done)
            self._summary.left += total - done
            self._progress.planned(who, total, done)
            waiting.append(trial for trial in spec.trials([at]) if (trial.id, 1) not in self._recorder.index)
        while waiting:
            for trials in list(waiting):
                following = next(trials, None)
                if following is None:
                    waiting.remove(trials)
                else:
                    yield following

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
        record = _Record(trial, messages, self._recorder)
        headers = describe(trial) if self._client.endpoint.simulated else {}
        standing = self._standing[trial.who]
        length = 0
        try:
            answered = await self._client.ask(
                trial.model, record.plain, trial.sampling, extra_headers=headers, on_attempt=record.attempt
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
            self._summary.left -= 1
            standing.replies += 1
        self._progress.finished(trial.who, await self._reader.outcome(trial, record.rows, length))

    def _give_up(self, who: str, failed: AskFailed) -> None:
        if who not in self._summary.stopped:
            self._summary.stopped.add(who)
            self._summary.fatal = self._summary.fatal or failed.fatal
            self._progress.stopped(who, failed.attempt.error)


class _Record:
    """Turns what the client tells of one trial into rows."""

    def __init__(self, trial: Trial, messages: tuple[Message, ...], recorder: Recorder) -> None:
        self.rows: list[Exchange] = []
        self.plain = [message.model_dump() for message in messages]
        self._recorder = recorder
        self._known = {
            "trial": trial.id,
            "turn": 1,
            "reason": START,
            "what": trial,
            "messages": messages,
            "asked": request_digest(trial.model, self.plain, trial.sampling),
        }

    def attempt(self, failed: FailedAttempt) -> None:
        """A request that brought no reply."""
        self._add(Kind.ATTEMPT, failed, error=failed.error, partial=failed.partial)

    def reply(self, answered: Answered) -> int:
        """A reply; how long its text is."""
        self._add(Kind.REPLY, answered, reply=answered.body)
        return len(read_completion(answered.body).content)

    def _add(self, kind: Kind, told: Answered | FailedAttempt, **more: object) -> None:
        sent = {"sent": told.sent, "status": told.status, "at": told.at, "seconds": told.seconds}
        row = Exchange.model_validate({"kind": kind, **self._known, **sent, **more})
        self._recorder.append(row)
        self.rows.append(row)
