"""The scheduler: asks a run's missing trials with bounded concurrency, and records each answer at once."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evals.arms import Arm, known_arm
from evals.client.attempts import AskFailed
from evals.client.client import Client
from evals.client.dialect import Adaptation
from evals.dialogue.dialogue import Turn
from evals.endpoints import ModelAt
from evals.errors import NotStarted
from evals.plan.limits import Meter
from evals.plan.remaining import Survey, pending_trials
from evals.plan.spec import Spec
from evals.plan.variants import VariantKey, variants_of
from evals.record.exchange import OURS, Exchange, RowKind
from evals.record.exchange_log import Recorder
from evals.record.placements import PlacementLog
from evals.record.price import recorded_prices
from evals.record.trial import PROMPT, Trial
from evals.replay.derive import opening, texts
from evals.replay.finish import OutcomeCollector
from evals.running.contexts import Contexts
from evals.running.failure_streak import FailureStreak
from evals.running.provenance import keep_provenance
from evals.running.reader_process import AnswerReader, KeptConversation, Unread
from evals.running.server_log import ServerLog
from evals.running.summary import Progress, RequestProgress, Summary
from evals.running.trial_log import TrialLog, unfinished
from evals.sandbox.sandbox import run_in_sandbox
from evals.simulated.trial_headers import describe
from evals.text import full_name
from tasks import CantwontError

if TYPE_CHECKING:
    from evals.running.placer import Placer


async def ask_all(
    spec: Spec, surveyed: Survey, recorder: Recorder, progress: Progress, gathered: OutcomeCollector
) -> Summary:
    """Ask every trial of the spec that has no recorded reply, and collect the outcomes.

    A trial that fails is recorded and the run goes on. Each endpoint has its own workers, so that a slow one
    never holds up another.
    """
    summary, models = Summary(), spec.models_at()
    async with AsyncExitStack() as stack:
        reader = AnswerReader(spec.puzzle_files().values())
        stack.callback(reader.close)
        meter = Meter(spec.limits, recorded_prices(recorder.run), [at.who for at in models])
        pending = [at for at in models if surveyed.pending.get(at.who) or surveyed.found_later.get(at.who)]
        contexts = Contexts(recorder.run, pending)
        stack.push_async_callback(contexts.close)
        await contexts.find(spec, progress)
        servers = await stack.enter_async_context(ServerLog(recorder.run))
        if pending:
            await keep_provenance(recorder.run)
            await servers.ask(pending)
        begun = unfinished(spec, recorder)
        placer = None
        if surveyed.lines:
            from evals.running.placer import Placer  # noqa: PLC0415 - only these runs need numpy

            log = stack.enter_context(PlacementLog(recorder.run))
            placer = Placer(spec, surveyed.lines, recorder, log, summary)
        context = RunContext(
            recorder, gathered, reader, progress, summary, meter, begun, contexts, servers, placer
        )
        variants = variants_of(spec.arm_choices())
        clients: dict[str, Client] = {}
        for at in models:
            if at.endpoint.name not in clients:
                clients[at.endpoint.name] = await stack.enter_async_context(_client(at, spec, context))
        try:
            async with asyncio.TaskGroup() as group:
                for name, client in clients.items():
                    ours = [at for at in models if at.endpoint.name == name]
                    wide = client.endpoint.concurrency or spec.concurrency
                    queue = EndpointQueue(client, context, wide, variants)
                    waiting = queue.unanswered(spec, ours, surveyed)
                    for _ in range(wide):
                        group.create_task(queue.work(waiting))
        except ExceptionGroup as failures:
            summary.broken = _told(failures)
    if len(gathered.kept) == recorder.index.trials:
        gathered.record_size = recorder.size
    summary.spent = tuple(meter.describe())
    if placer is not None:
        summary.left += placer.undecided
        summary.found = tuple(placer.told())
    return summary


@dataclass(frozen=True, slots=True)
class RunContext:
    """The state that all endpoints of a run share."""

    recorder: Recorder
    gathered: OutcomeCollector
    reader: AnswerReader
    progress: Progress
    summary: Summary
    meter: Meter
    begun: dict[str, list[Exchange]]
    contexts: Contexts
    servers: ServerLog
    placer: "Placer | None" = None
    """Where sizes are found while asking."""
    told: set[str] = field(default_factory=set)
    """The models whose failures have been reported to the user."""

    def adapted(self, adaptation: Adaptation) -> None:
        """Save a model's request dialect in `run.json`, so that it is found out only once."""
        run = self.recorder.run
        known = run.manifest.adaptations
        ours = {**known.get(adaptation.endpoint, {}), adaptation.model: adaptation.stored}
        run.save(run.manifest.model_copy(update={"adaptations": {**known, adaptation.endpoint: ours}}))
        self.progress.noted(full_name(adaptation.endpoint, adaptation.model), adaptation.told)

    @property
    def requests(self) -> RequestProgress | None:
        """What wants to know of single requests."""
        return self.progress if isinstance(self.progress, RequestProgress) else None

    def waiting(self, who: str, error: str, seconds: float) -> None:
        """Report a model's failure the first time, so that the user knows what the run is waiting for."""
        if self.requests is not None:
            self.requests.waits(who, seconds)
        if who not in self.told:
            self.told.add(who)
            self.progress.noted(who, f"{error}; asked again in {seconds:.0f} s (told once)")


def _client(at: ModelAt, spec: Spec, context: RunContext) -> Client:
    return Client(
        at.endpoint,
        concurrency=at.endpoint.concurrency or spec.concurrency,
        max_retries=spec.max_retries,
        max_retry_seconds=spec.max_retry_seconds,
        retry_rate_limits=spec.retry_rate_limits,
        adaptations=context.recorder.run.manifest.adaptations.get(at.endpoint.name),
        on_adapt=context.adapted,
        on_wait=lambda model, error, seconds: context.waiting(
            full_name(at.endpoint.name, model), error, seconds
        ),
    )


def _told(failures: ExceptionGroup[Exception]) -> str:
    """Return what ended all workers, as one line; re-raise an error that is not one of ours."""
    foreign = failures.subgroup(lambda error: not isinstance(error, CantwontError | ExceptionGroup))
    first = (foreign or failures).exceptions[0]
    if foreign is not None:
        raise first from None
    return str(first)


class EndpointQueue:
    """The queue of trials for one endpoint."""

    def __init__(
        self, client: Client, context: RunContext, wide: int, variants: Mapping[VariantKey, Arm]
    ) -> None:
        self._wide, self._variants = wide, variants
        self._client, self._reader = client, context.reader
        self._recorder, self._gathered = context.recorder, context.gathered
        self._progress, self._summary, self._begun = context.progress, context.summary, context.begun
        self._meter, self._contexts, self._servers = context.meter, context.contexts, context.servers
        self._placer, self._requests = context.placer, context.requests
        self._standing: dict[str, FailureStreak] = {}

    def unanswered(self, spec: Spec, models: list[ModelAt], surveyed: Survey) -> Iterator[Trial]:
        """Yield the trials still to ask, alternating between the models."""
        waiting = []
        for at in models:
            total, pending = surveyed.totals.get(at.who, 0), surveyed.pending.get(at.who, 0)
            most, over = (0, 0) if self._placer is None else self._placer.begun(at.who)
            done = total - pending + over
            self._standing[at.who] = FailureStreak(replies=done)
            self._summary.left += pending
            self._progress.planned(at.who, total + most, done)
            waiting.append(pending_trials(spec, at, self._recorder.index))
            if self._placer is not None:
                waiting.append(self._placer.trials(at.who))
        while waiting:
            for ours in list(waiting):
                following = next(ours, None)
                if following is None:
                    waiting.remove(ours)
                else:
                    yield following

    async def work(self, trials: Iterator[Trial]) -> None:
        """Ask one trial after another until there are no more, or a limit is reached."""
        for trial in trials:
            if self._is_limited():
                return
            if trial.who in self._summary.stopped:
                self._summary.skipped += 1
            else:
                await self._converse(trial)

    def _is_limited(self) -> bool:
        """Return whether to stop asking; requests under way are still finished."""
        if self._summary.limit is None:
            self._summary.limit = self._meter.why_stop()
        return self._summary.limit is not None

    async def _converse(self, trial: Trial) -> None:
        """Hold the conversation of a trial, or what is left of it."""
        record = TrialLog(trial, self._begun.pop(trial.id, ()), self._recorder)
        kept = self._reader.conversation(record)
        try:
            while (turn := await self._next(record, kept)) is not None:
                if turn.number > 1 and self._is_limited():
                    return
                await self._ask(record, turn)
        except AskFailed as failed:
            self._failed(trial.who, failed)
        except NotStarted as error:
            self._summary.failed += 1
            self._summary.errors[trial.who] = f"a program was not run: {error}"
        except Unread:
            self._summary.failed += 1
            self._summary.errors[trial.who] = "an answer could not be read; this is a bug of cantwont"
        else:
            self._summary.asked += 1
            self._summary.left -= 1
        outcome = await kept.outcome()
        if outcome is not None:
            self._gathered.add(trial, record.rows, outcome)
        if self._placer is not None:
            self._placer.ended(trial, outcome)
        self._progress.finished(trial.who, outcome)

    async def _next(self, record: TrialLog, kept: KeptConversation) -> Turn | None:
        """Return the next turn, or `None` after recording whatever ends the conversation."""
        trial = record.trial
        if not record.turns:
            return opening(trial, self._variants.get((trial.arm, trial.options.get(PROMPT))))
        match known_arm(trial.arm, trial.options).ends_with:
            case RowKind.REPLY:
                return None
            case RowKind.RESULT:
                record.result(await run_in_sandbox(texts(record.rows)[-1][1]))
                return None
        turn = await kept.following()
        if turn is None:
            record.end()
        return turn

    async def _ask(self, record: TrialLog, turn: Turn) -> None:
        trial = record.trial
        headers = describe(trial, turn.number) if self._client.endpoint.simulated else {}
        asking = record.asking(turn)
        if self._requests is not None:
            self._requests.sent(trial.who)
        try:
            answered = await self._client.ask(
                trial.model, asking.plain, record.sampling, extra_headers=headers, on_attempt=asking.attempt
            )
        finally:
            if self._requests is not None:
                self._requests.received(trial.who)
        within = self._contexts.of(trial.who)
        completion = asking.reply(answered if within is None else answered.within(within))
        sent = sum(len(message["content"]) for message in asking.plain)
        if self._meter.add(trial.who, completion, sent, turned_down=OURS in answered.body):
            told = "it reports no usage: its tokens are estimated from the length of the texts (told once)"
            self._progress.noted(trial.who, told)
        self._servers.replied(trial.who, answered.body)
        self._standing[trial.who].replied()

    def _failed(self, who: str, failed: AskFailed) -> None:
        self._summary.failed += 1
        self._summary.errors[who] = failed.attempt.error
        if self._standing[who].failed(failed, self._wide) and who not in self._summary.stopped:
            self._summary.stopped.add(who)
            self._summary.fatal = self._summary.fatal or failed.fatal
            self._progress.stopped(who, failed.attempt.error)
