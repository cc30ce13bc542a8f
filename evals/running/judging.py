"""The second reader: a judge model is asked about the outcomes that the rules are not sure of.

Its verdict is stored beside the label and never replaces it. Its exchanges are recorded in the run like all
others, so that replay can use them; its failures do not count as failures of a trial.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evals.client.attempts import Answered, AskFailed, FailedAttempt
from evals.client.client import Client
from evals.client.secrets import key_of, secret_headers
from evals.endpoints import EndpointSettings, ModelAt, resolve
from evals.record.completion import read_completion
from evals.record.exchange import Exchange, Judging, Message, RowKind, request_digest
from evals.record.exchange_log import Recorder
from evals.record.outcome import Label, Outcome
from evals.record.run import RunDirectory
from evals.record.trial import Sampling, Trial
from evals.replay import derive
from evals.running.failure_streak import FailureStreak
from evals.second_reader.codebook import VERSION, question
from evals.second_reader.judgement import Fault, Judgement, read_judgement
from evals.text import printable

REASON = "judge"
"""The reason recorded for a judge's turn."""

_SAMPLING = Sampling()
"""Sends no parameter that a model might reject; verdicts are recorded, so they need not be repeatable."""


@dataclass(frozen=True, slots=True)
class Case:
    """An outcome that the rules are not sure of, with the answer it is about."""

    trial: Trial
    outcome: Outcome
    answer: str
    rows: Sequence[Exchange]


@dataclass(slots=True)
class JudgeSummary:
    """The result of asking a judge."""

    judge: str
    cases: int = 0
    before: int = 0
    """Cases it had replied to earlier."""
    asked: int = 0
    """Cases it replied to now."""
    labels: Counter[Label] = field(default_factory=Counter)
    """Its verdicts, including earlier ones."""
    faults: Counter[Fault] = field(default_factory=Counter)
    """Replies without a valid verdict, by what is wrong with them."""
    error: str | None = None
    """Why it last failed to reply."""

    @property
    def left(self) -> int:
        """Cases without a reply."""
        return self.cases - self.before - self.asked

    def describe(self) -> Iterator[str]:
        """Yield one line of results, then the warnings."""
        judge = printable(self.judge)
        told = ", ".join(f"{label} {self.labels[label]:,}" for label in Label if self.labels[label])
        earlier = f", {self.before:,} of them replied to before" if self.before else ""
        unsure = "1 outcome is not sure" if self.cases == 1 else f"{self.cases:,} outcomes are not sure"
        yield f"judge {judge}: {unsure}{earlier}; verdicts: {told or 'none'}"
        for fault in Fault:
            if self.faults[fault]:
                yield f"warning: judge {judge}: {self.faults[fault]:,} without a verdict: its reply {fault}"
        if self.left:
            why = f": {printable(self.error)}" if self.error is not None else ""
            yield f"warning: judge {judge}: {self.left:,} without a verdict: no reply{why}"

    def add(self, judgement: Judgement) -> None:
        """Count the verdict of a reply, or its fault."""
        if judgement.label is not None:
            self.labels[judgement.label] += 1
        elif judgement.fault is not None:
            self.faults[judgement.fault] += 1


def judge_at(model: str, endpoints: Mapping[str, EndpointSettings]) -> ModelAt:
    """Return the judge with its endpoint; raises `EndpointError`, also if its key is missing."""
    at = resolve(model, endpoints)
    key_of(at.endpoint)
    secret_headers(at.endpoint)
    return at


def judge_run(run: RunDirectory, at: ModelAt, *, concurrency: int = 8, max_retries: int = 4) -> JudgeSummary:
    """Ask the judge about every unsure outcome of the run that it has not judged before."""
    with Recorder(run) as recorder:
        return asyncio.run(
            judge_all(list(cases(run)), at, recorder, concurrency=concurrency, max_retries=max_retries)
        )


def cases(run: RunDirectory) -> Iterator[Case]:
    """Yield the outcomes that the rules are not sure of."""
    for trial, rows in derive.conversations(run):
        outcome = derive.outcome(trial, rows)
        if outcome.turns and not outcome.confident:
            _, content = derive.texts(rows)[-1]
            yield Case(trial, outcome, content, [row for row in rows if row.judge is not None])


async def judge_all(
    found: Iterable[Case], at: ModelAt, recorder: Recorder, *, concurrency: int = 8, max_retries: int = 4
) -> JudgeSummary:
    """Ask the judge about each of these cases once, and record every exchange."""
    summary = JudgeSummary(at.who)
    known = recorder.run.manifest.adaptations.get(at.endpoint.name)
    client = Client(at.endpoint, concurrency=concurrency, max_retries=max_retries, adaptations=known)
    async with client:
        queue = JudgeQueue(client, at, recorder, summary, concurrency)
        waiting = queue.unanswered(found)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(queue.work(waiting))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
    return summary


class JudgeQueue:
    """The queue of cases for one judge."""

    def __init__(
        self, client: Client, at: ModelAt, recorder: Recorder, summary: JudgeSummary, wide: int
    ) -> None:
        self._client, self._at, self._recorder, self._summary = client, at, recorder, summary
        self._wide = wide
        self._streak = FailureStreak()
        self._given_up = False

    def unanswered(self, found: Iterable[Case]) -> Iterator[Case]:
        """Yield the cases that the judge has not replied to; earlier replies are counted in the summary."""
        for case in found:
            self._summary.cases += 1
            key = self._judging(case).key
            reply = next((row for row in case.rows if row.trial == key and row.kind is RowKind.REPLY), None)
            if reply is not None and reply.reply is not None:
                self._summary.before += 1
                self._summary.add(read_judgement(read_completion(reply.reply).content, case.answer))
            elif not self._given_up:
                yield case

    async def work(self, waiting: Iterator[Case]) -> None:
        """Ask about one case after another until there are no more."""
        for case in waiting:
            await self._ask(case)

    async def _ask(self, case: Case) -> None:
        messages = question(case.trial, case.outcome, case.answer)
        plain = [message.model_dump() for message in messages]

        def attempt(failed: FailedAttempt) -> None:
            self._recorder.append(self._row(case, messages, failed))

        try:
            answered = await self._client.ask(self._at.model, plain, _SAMPLING, on_attempt=attempt)
        except AskFailed as failed:
            self._summary.error = failed.attempt.error
            self._given_up |= self._streak.failed(failed, self._wide)
            return
        self._streak.replied()
        self._recorder.append(self._row(case, messages, answered))
        self._summary.asked += 1
        self._summary.add(read_judgement(read_completion(answered.body).content, case.answer))

    def _judging(self, case: Case) -> Judging:
        return Judging(
            of=case.trial.id, model=self._at.model, endpoint=self._at.endpoint.name, codebook=VERSION
        )

    def _row(self, case: Case, messages: tuple[Message, ...], came: Answered | FailedAttempt) -> Exchange:
        judging = self._judging(case)
        plain = [message.model_dump() for message in messages]
        return Exchange(
            kind=RowKind.REPLY if isinstance(came, Answered) else RowKind.ATTEMPT,
            trial=judging.key,
            turn=1,
            reason=REASON,
            judge=judging,
            messages=messages,
            asked=request_digest(self._at.model, plain, _SAMPLING),
            sent=came.sent,
            status=came.status,
            at=came.at,
            seconds=came.seconds,
            reply=came.body if isinstance(came, Answered) else None,
            error=came.error if isinstance(came, FailedAttempt) else None,
            partial=came.partial if isinstance(came, FailedAttempt) else None,
        )
