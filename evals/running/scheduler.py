"""The runner: asks what a run has not recorded yet, with bounded concurrency; records each answer at once."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from evals.arms.arms import Talk, talk_of
from evals.arms.code_answer import run_in_sandbox
from evals.arms.dialogue import Turn
from evals.arms.open_dialogue import dialogue
from evals.client.attempts import AskFailed
from evals.client.client import Client
from evals.client.dialect import Adaptation
from evals.client.incoming import OURS
from evals.endpoints import ModelAt
from evals.plan.grid import cells, trials
from evals.plan.limits import Meter
from evals.plan.remaining import is_over, left
from evals.plan.spec import Spec
from evals.record.exchange import Exchange, Kind
from evals.record.exchange_log import Recorder, exchanges
from evals.record.trial import Trial
from evals.record.trial_headers import describe
from evals.replay.derive import texts
from evals.replay.finish import Gathered
from evals.running.reader_process import Reader, Unread
from evals.running.summary import Progress, Summary
from evals.running.trial_log import Logbook
from tasks import CantwontError

_ALIKE = 3
"""After so many trials of a model have failed in a row, and none succeeded, it is not asked again."""
_GONE = 10
"""After so many in a row at least, or thrice as many as are under way, one that did answer is not asked."""
_TOO_MANY = 429
"""Where trying again is of no use, the account is spent."""
_HOPELESS = frozenset({401, 403, 404})
"""Statuses after which one failure is enough: the key or the name of the model is wrong."""


async def ask_all(
    spec: Spec, models: tuple[ModelAt, ...], recorder: Recorder, progress: Progress, gathered: Gathered
) -> Summary:
    """Ask every trial of the spec that has no recorded reply, and gather the outcomes.

    A trial that fails is recorded and the run goes on; each endpoint has its own workers, so that a slow one
    never holds up another.
    """
    summary = Summary()
    async with AsyncExitStack() as stack:
        reader = Reader(spec.puzzle_files())
        stack.callback(reader.close)
        meter = Meter(spec.limits, spec.prices, [f"{at.endpoint.name}/{at.model}" for at in models])
        night = _Night(recorder, gathered, reader, progress, summary, meter, _begun(spec, recorder))
        clients: dict[str, Client] = {}
        for at in models:
            if at.endpoint.name not in clients:
                clients[at.endpoint.name] = await stack.enter_async_context(_client(at, spec, night))
        try:
            async with asyncio.TaskGroup() as group:
                for name, client in clients.items():
                    ours = [at for at in models if at.endpoint.name == name]
                    wide = client.endpoint.concurrency or spec.concurrency
                    desk = _Desk(client, night, wide)
                    waiting = desk.unanswered(spec, ours)
                    for _ in range(wide):
                        group.create_task(desk.work(waiting))
        except ExceptionGroup as failures:
            summary.broken = _told(failures)
    if len(gathered.kept) == recorder.index.trials:
        gathered.record_size = recorder.size
    summary.spent = tuple(meter.in_words())
    return summary


@dataclass(frozen=True, slots=True)
class _Night:
    """What all endpoints of a run share."""

    recorder: Recorder
    gathered: Gathered
    reader: Reader
    progress: Progress
    summary: Summary
    meter: Meter
    begun: dict[str, list[Exchange]]
    told: set[str] = field(default_factory=set)
    """The models of which it was said that they fail."""

    def adapted(self, adaptation: Adaptation) -> None:
        """A model takes requests in another dialect; `run.json` keeps it, so that it is found out once."""
        run = self.recorder.run
        known = run.manifest.adaptations
        ours = {**known.get(adaptation.endpoint, {}), adaptation.model: adaptation.stored}
        run.save(run.manifest.model_copy(update={"adaptations": {**known, adaptation.endpoint: ours}}))
        self.progress.noted(f"{adaptation.endpoint}/{adaptation.model}", adaptation.told)

    def waiting(self, who: str, error: str, seconds: float) -> None:
        """A model fails; told the first time, so that nobody waits without knowing for what."""
        if who not in self.told:
            self.told.add(who)
            self.progress.noted(who, f"{error}; asked again in {seconds:.0f} s (told once)")


def _client(at: ModelAt, spec: Spec, night: _Night) -> Client:
    return Client(
        at.endpoint,
        concurrency=at.endpoint.concurrency or spec.concurrency,
        max_retries=spec.max_retries,
        max_retry_seconds=spec.max_retry_seconds,
        retry_rate_limits=spec.retry_rate_limits,
        adaptations=night.recorder.run.manifest.adaptations.get(at.endpoint.name),
        on_adapt=night.adapted,
        on_wait=lambda model, error, seconds: night.waiting(f"{at.endpoint.name}/{model}", error, seconds),
    )


def _begun(spec: Spec, recorder: Recorder) -> dict[str, list[Exchange]]:
    """The answers to conversations that an earlier run did not bring to their end."""
    begun: dict[str, list[Exchange]] = {}
    if all(chosen.arm.talk is Talk.ONCE for chosen in spec.ways()):
        return begun
    several: set[str] = set()
    for row in exchanges(recorder.run):
        if row.what is not None and talk_of(row.what.arm) is not Talk.ONCE:
            several.add(row.trial)
        if row.trial in several and row.kind is Kind.REPLY and row.trial not in recorder.index.ended:
            begun.setdefault(row.trial, []).append(row)
    return begun


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
    """In a row."""

    def replied(self) -> None:
        """One more reply."""
        self.replies, self.failures = self.replies + 1, 0


class _Desk:
    """Asks the trials of one endpoint."""

    def __init__(self, client: Client, night: _Night, wide: int) -> None:
        self._wide = wide
        self._client, self._reader = client, night.reader
        self._recorder, self._gathered = night.recorder, night.gathered
        self._progress, self._summary, self._begun = night.progress, night.summary, night.begun
        self._meter = night.meter
        self._standing: dict[str, _Standing] = {}

    def unanswered(self, spec: Spec, models: list[ModelAt]) -> Iterator[Trial]:
        """The trials still to ask, of all these models in turns."""
        waiting, index = [], self._recorder.index
        for at in models:
            total = lacking = 0
            for cell in cells(spec, [at]):
                total += cell.repeats
                lacking += left(cell, index)
            who = f"{at.endpoint.name}/{at.model}"
            self._standing[who] = _Standing(replies=total - lacking)
            self._summary.left += lacking
            self._progress.planned(who, total, total - lacking)
            waiting.append(trial for trial in trials(spec, [at]) if not is_over(trial, index))
        while waiting:
            for ours in list(waiting):
                following = next(ours, None)
                if following is None:
                    waiting.remove(ours)
                else:
                    yield following

    async def work(self, trials: Iterator[Trial]) -> None:
        """Take one trial after another until there are no more."""
        for trial in trials:
            if self._is_limited():
                return
            if trial.who in self._summary.stopped:
                self._summary.skipped += 1
            else:
                await self._hold(trial)

    def _is_limited(self) -> bool:
        """Whether nothing more is to be asked; what is under way is finished."""
        if self._summary.limit is None:
            self._summary.limit = self._meter.why_stop()
        return self._summary.limit is not None

    async def _hold(self, trial: Trial) -> None:
        """Hold the whole conversation of a trial, or what is left of it."""
        record = Logbook(trial, self._begun.pop(trial.id, ()), self._recorder)
        try:
            while (turn := await self._next(record)) is not None:
                if turn.number > 1 and self._is_limited():
                    return
                await self._ask(record, turn)
        except AskFailed as failed:
            self._failed(trial.who, failed)
        except Unread:
            self._summary.failed += 1
            self._summary.errors[trial.who] = "an answer could not be read; this is a bug of cantwont"
        else:
            self._summary.asked += 1
            self._summary.left -= 1
        outcome = await self._reader.outcome(trial, record.rows, record.length)
        if outcome is not None:
            self._gathered.add(trial, record.rows, outcome)
        self._progress.finished(trial.who, outcome)

    async def _next(self, record: Logbook) -> Turn | None:
        """What to ask now; what ends a conversation of several turns is recorded."""
        trial = record.trial
        if not record.turns:
            return dialogue(trial, *trial.instance.restore()).opening()
        talk = talk_of(trial.arm)
        if talk is Talk.ONCE:
            return None
        if talk is Talk.PROGRAM:
            record.result(await run_in_sandbox(texts(record.rows)[-1][1]))
            return None
        turn = await self._reader.following(trial, record.rows, record.length)
        if turn is None:
            record.end()
        return turn

    async def _ask(self, record: Logbook, turn: Turn) -> None:
        trial = record.trial
        headers = describe(trial, turn.number) if self._client.endpoint.simulated else {}
        asking = record.asking(turn)
        answered = await self._client.ask(
            trial.model, asking.plain, trial.sampling, extra_headers=headers, on_attempt=asking.attempt
        )
        completion = asking.reply(answered)
        sent = sum(len(message["content"]) for message in asking.plain)
        self._meter.add(trial.who, completion, sent, turned_down=OURS in answered.body)
        self._standing[trial.who].replied()

    def _failed(self, who: str, failed: AskFailed) -> None:
        self._summary.failed += 1
        self._summary.errors[who] = failed.attempt.error
        standing = self._standing[who]
        standing.failures += 1
        if self._is_hopeless(standing, failed) and who not in self._summary.stopped:
            self._summary.stopped.add(who)
            self._summary.fatal = self._summary.fatal or failed.fatal
            self._progress.stopped(who, failed.attempt.error)

    def _is_hopeless(self, standing: _Standing, failed: AskFailed) -> bool:
        """Whether the model's other trials would fail alike."""
        if failed.closed:
            return True
        if standing.replies:
            # It has answered before: this many failures in a row mean that the server is gone.
            return standing.failures >= max(_GONE, _ALIKE * self._wide)
        status = failed.attempt.status
        at_once = status in _HOPELESS or (failed.fatal and status == _TOO_MANY)
        return at_once or standing.failures >= _ALIKE
