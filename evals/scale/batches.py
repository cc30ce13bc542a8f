"""Batches: the requests of a run as files in OpenAI's format, and their results taken into its record.

A line of a request is `{"custom_id", "method", "url", "body"}`, one of a result `{"custom_id", "response":
{"status_code", "body"}, "error"}`, as the OpenAI batch endpoint and `vllm run-batch` write them.
Conversations of several turns go in rounds: what a file of results leaves open is in the next batch.
"""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.arms import known_arm
from evals.client.attempts import Answered, FailedAttempt, body_asked
from evals.client.protocols import chat
from evals.client.provider_errors import is_overflow
from evals.dialogue.dialogue import Turn
from evals.endpoints import ModelAt, mask
from evals.errors import RunError, SpecError
from evals.plan.estimate import total
from evals.plan.grid import trials
from evals.plan.remaining import is_over, survey
from evals.plan.spec import Spec
from evals.plan.variants import variants_of
from evals.record.completion import MalformedReply, read_completion, server_message, strict_json
from evals.record.exchange import OURS, RowKind
from evals.record.exchange_log import Index, Recorder
from evals.record.files import lines_of, opened, write
from evals.record.price import recorded_prices
from evals.record.run import RunDirectory, now
from evals.record.trial import PROMPT
from evals.replay.derive import HeldConversation, opening, texts
from evals.running.trial_log import TrialLog, unfinished
from evals.sandbox.sandbox import run_in_sandbox
from evals.text import clip, printable

MOST_REQUESTS, MOST_BYTES = 50_000, 200_000_000
"""The limits of OpenAI's batch endpoint for one file."""
_URL = "/v1/chat/completions"
_TURN = re.compile(r"\d{1,8}", re.ASCII)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


# --- what is due


@dataclass(frozen=True, slots=True)
class Due:
    """A trial that is not over, with what is recorded of it and what is to be asked next."""

    at: ModelAt
    log: TrialLog
    turn: Turn | None
    """`None` if its last answer is recorded and only what follows from it is not."""

    @property
    def id(self) -> str:
        """The `custom_id` of the request."""
        return f"{self.log.trial.id}.{self.log.turns + 1}"


def due(spec: Spec, recorder: Recorder) -> Iterator[Due]:
    """Yield the trials of a spec that are not over, model by model."""
    begun, variants = unfinished(spec, recorder), variants_of(spec.arm_choices())
    for at in spec.models_at():
        for trial in trials(spec, [at]):
            if not is_over(trial, recorder.index):
                log = TrialLog(trial, begun.get(trial.id, ()), recorder)
                first = variants.get((trial.arm, trial.options.get(PROMPT)))
                yield Due(at, log, _following(log) if log.turns else opening(trial, first))


def _following(log: TrialLog) -> Turn | None:
    if known_arm(log.trial.arm, log.trial.options).ends_with is not RowKind.END:
        return None
    held = HeldConversation(log.trial)
    for row in log.rows:
        held.add(row)
    return held.following()


# --- written


@dataclass(frozen=True, slots=True)
class Written:
    """The files of requests."""

    files: tuple[Path, ...]
    requests: int
    models: tuple[ModelAt, ...] = ()
    """The model of each file."""

    def describe(self) -> Iterator[str]:
        """Yield each file."""
        if not self.files:
            yield "nothing to ask: every trial has its replies"
        for path in self.files:
            yield f"written: {path}"
        if self.files:
            yield f"{self.requests:,} requests; each file is a batch of one model"


def write_requests(spec: Spec, run: RunDirectory, folder: Path) -> Written:
    """Write the next request of every trial that is not over, in files of one model each.

    Raises:
        SpecError: An endpoint does not speak chat completions, or the budget of the spec does not suffice.
        RunError: A file cannot be written.
    """
    for at in spec.models_at():
        if at.endpoint.api != "chat":
            raise SpecError(
                f"endpoint {at.endpoint.name!r} speaks {at.endpoint.api!r}: batches are of chat completions"
            )
    files: list[Path] = []
    models: list[ModelAt] = []
    count = 0
    with Recorder(run) as recorder:
        _check_budget(spec, run, recorder.index)
        for name, at, lines in _in_files(due(spec, recorder)):
            path = folder / name
            try:
                folder.mkdir(parents=True, exist_ok=True)
                write(path, lines, durable=True)
            except OSError as error:
                raise RunError(f"cannot write {str(path)!r}: {error.strerror or error}") from None
            files.append(path)
            models.append(at)
            count += len(lines)
    return Written(tuple(files), count, tuple(models))


def _check_budget(spec: Spec, run: RunDirectory, index: Index) -> None:
    """Raise `SpecError` if what is still to ask would take more than the limits of the spec."""
    limits = spec.limits
    if limits.max_cost is None and limits.max_tokens_total is None:
        return
    found = total(survey(spec, index, recorded_prices(run)).estimates)
    tokens = found.prompt_tokens + found.completion_tokens
    if limits.max_tokens_total is not None and tokens > limits.max_tokens_total:
        most = f"{limits.max_tokens_total:,}"
        raise SpecError(f"the batch would take about {tokens:,} tokens, and the limit is {most}: raise it")
    if limits.max_cost is not None and (found.cost is None or found.cost > limits.max_cost):
        cost = "a cost that is not known" if found.cost is None else f"about {found.cost:,.2f}"
        most = f"{limits.max_cost:,.2f}"
        raise SpecError(f"the batch would take {cost}, and the limit is {most}: raise it, or give prices")


def _in_files(waiting: Iterable[Due]) -> Iterator[tuple[str, ModelAt, list[bytes]]]:
    """Yield name, model and lines of each file: of one model, and within the limits of OpenAI's endpoint."""
    lines: list[bytes] = []
    size, number = 0, 0
    at: ModelAt | None = None
    for one in waiting:
        if one.turn is None:
            continue
        line = json.dumps(_request(one), ensure_ascii=True).encode("ascii") + b"\n"
        full = len(lines) >= MOST_REQUESTS or size + len(line) > MOST_BYTES
        if at is not None and lines and (full or one.at.who != at.who):
            number += 1
            yield _name(number, at.who), at, lines
            lines, size = [], 0
        lines.append(line)
        size, at = size + len(line), one.at
    if at is not None and lines:
        yield _name(number + 1, at.who), at, lines


def _name(number: int, who: str) -> str:
    return f"batch-{number:04}-{_UNSAFE.sub('-', who)[:80]}.jsonl"


def _request(one: Due) -> dict[str, Any]:
    assert one.turn is not None
    log = one.log
    messages = [*log.plain, *(message.model_dump() for message in one.turn.messages)]
    return {
        "custom_id": one.id,
        "method": "POST",
        "url": _URL,
        "body": chat.request(_body(one), messages),
    }


def _body(one: Due) -> dict[str, Any]:
    return body_asked(one.log.trial.model, one.log.sampling, stream=False)


# --- read


@dataclass(slots=True)
class Taken:
    """What came of files of results."""

    replies: int = 0
    failed: int = 0
    """Requests that brought no reply: recorded as attempts, and asked again by the next batch."""
    known: int = 0
    """Results that were recorded before."""
    foreign: int = 0
    """Results of no trial of this run, or of a turn that is not due yet."""
    faults: list[str] = field(default_factory=list)
    """Lines that cannot be read."""
    left: int = 0
    """Trials that are not over."""

    def describe(self) -> Iterator[str]:
        """Yield what was taken in, and what is left."""
        yield f"{self.replies:,} replies recorded, {self.failed:,} failed, {self.known:,} known already"
        if self.foreign:
            yield f"{self.foreign:,} results are of no request that this run waits for"
        yield from (f"left out: {fault}" for fault in self.faults[:_SHOWN])
        if len(self.faults) > _SHOWN:
            yield f"{len(self.faults) - _SHOWN:,} more lines are left out"
        if self.left:
            yield f"{self.left:,} trials are not over: write the next batch for them"


_SHOWN = 10


def read_results(spec: Spec, run: RunDirectory, files: Sequence[Path]) -> Taken:
    """Take files of results into the record, in any order and as often as one likes: nothing is there twice.

    Raises:
        RunError: A file cannot be read.
    """
    taken = Taken()
    with Recorder(run) as recorder:
        waiting = {one.log.trial.id: one for one in due(spec, recorder)}
        for path in files:
            try:
                with opened(path, streams=True) as file:
                    for number, data in enumerate(lines_of(file), start=1):
                        if data.strip():
                            _take(data, f"{str(path)!r}, line {number}", waiting, recorder, taken)
            except OSError as error:
                raise RunError(f"cannot read {str(path)!r}: {error.strerror or error}") from None
        for one in list(waiting.values()):
            _go_on(one, waiting)
        taken.left = len(waiting)
    return taken


def _take(data: bytes, where: str, waiting: dict[str, Due], recorder: Recorder, taken: Taken) -> None:
    try:
        row = strict_json(data)
    except (ValueError, RecursionError) as error:
        taken.faults.append(f"{where} is not JSON ({clip(str(error), 100)})")
        return
    name = row.get("custom_id") if isinstance(row, dict) else None
    trial, _, number = name.rpartition(".") if isinstance(name, str) else ("", "", "")
    if not trial or _TURN.fullmatch(number) is None:
        taken.faults.append(f"{where} has no 'custom_id' of a request of ours")
        return
    turn = int(number)
    if (trial, turn) in recorder.index:
        taken.known += 1
        return
    one = waiting.get(trial)
    if one is None or one.turn is None or one.turn.number != turn:
        taken.foreign += 1
        return
    asking = one.log.asking(one.turn)
    body, failure, status = _outcome(row)
    if body is None:
        asking.attempt(FailedAttempt(failure, status, None, _body(one), now(), 0.0))
        taken.failed += 1
        return
    asking.reply(Answered(body, _body(one), status or 200, now(), 0.0))
    taken.replies += 1
    _go_on(Due(one.at, one.log, None), waiting)


def _outcome(row: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str, int | None]:
    """Return the reply of a result, or else what went wrong, and the HTTP status."""
    response = row.get("response")
    told = response if isinstance(response, dict) else {}
    status, body = told.get("status_code"), told.get("body")
    status = status if isinstance(status, int) and not isinstance(status, bool) else None
    if isinstance(body, dict) and not row.get("error") and status in (200, None):
        try:
            read_completion(chat.completion(body))
        except MalformedReply as fault:
            return None, _one_line(str(fault)), status
        return body, "", status
    failure = row.get("error") or body or "the batch has no reply to it"
    text = server_message({"error": failure}) or json.dumps(failure)
    if not is_overflow(text):
        return None, _one_line(text), status
    choice = {"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "length"}
    noted = {"context_overflow": mask(text)}
    return {"object": "chat.completion", "choices": [choice], OURS: noted}, "", status


def _one_line(text: str) -> str:
    return clip(printable(mask(text)), 1000)


def _go_on(one: Due, waiting: dict[str, Due]) -> None:
    """Record what follows from an answer by itself, and note what is to be asked next."""
    trial, log = one.log.trial, one.log
    if not log.turns or one.turn is not None:
        return
    match known_arm(trial.arm, trial.options).ends_with:
        case RowKind.RESULT:
            log.result(asyncio.run(run_in_sandbox(texts(log.rows)[-1][1])))
        case RowKind.END:
            following = _following(log)
            if following is not None:
                waiting[trial.id] = Due(one.at, log, following)
                return
            log.end()
    waiting.pop(trial.id, None)
