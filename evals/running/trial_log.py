"""The rows of one trial, recorded as results arrive from the client and the sandbox."""

from collections.abc import Sequence
from typing import Any

from evals.arms import known_arm
from evals.client.attempts import Answered, FailedAttempt
from evals.dialogue.dialogue import Turn
from evals.plan.spec import Spec
from evals.record.completion import Completion
from evals.record.exchange import Exchange, RowKind, request_digest
from evals.record.exchange_log import Recorder, exchanges
from evals.record.trial import Trial, base_of
from evals.replay.derive import answers, completion_of, sampling_of, texts


class TrialLog:
    """The rows of one trial: those recorded earlier, and new ones."""

    def __init__(self, trial: Trial, rows: Sequence[Exchange], recorder: Recorder) -> None:
        self.trial = trial
        self.rows = list(rows)
        self.length = sum(len(text) for _, text in texts(rows))
        """Total number of characters in all answers."""
        self._recorder = recorder
        self.sampling = sampling_of(trial)
        """What each request asks for, besides its messages."""

    @property
    def turns(self) -> int:
        """Number of answered turns."""
        return sum(map(answers, self.rows))

    @property
    def plain(self) -> list[dict[str, Any]]:
        """The conversation so far as it is sent, without the last answer."""
        return [message.model_dump() for row in self.rows if answers(row) for message in row.messages]

    def asking(self, turn: Turn) -> "TurnLog":
        """Return the log for the rows of one turn."""
        return TurnLog(self, turn)

    def result(self, made: dict[str, Any] | None) -> None:
        """Record the sandbox's result; `None` if the answer has no program."""
        self.length += len((made or {}).get("text") or "")
        schema = 3 if made is not None and "walls" in made else 2
        self.add(schema=schema, kind=RowKind.RESULT, turn=self.turns, reason=RowKind.RESULT, result=made)

    def end(self) -> None:
        """Record that the conversation is over."""
        self.add(kind=RowKind.END, turn=self.turns, reason=RowKind.END)

    def add(self, *, schema: int = 2, **fields: object) -> Exchange:
        """Record a row."""
        row = Exchange.model_validate({"schema": schema, "trial": self.trial.id, **fields})
        self._recorder.append(row)
        self.rows.append(row)
        return row


_AS_BEFORE = "as in turn 1"
"""What later turns record in place of tools, which would be most of a long conversation's rows."""


class TurnLog:
    """Turns the client's results for one turn into rows."""

    def __init__(self, record: TrialLog, turn: Turn) -> None:
        self._record = record
        self.plain = [*record.plain, *(message.model_dump() for message in turn.messages)]
        trial = record.trial
        is_plain = trial.instance.data is None and base_of(trial.options) is None
        self._schema = 1 if is_plain or turn.number > 1 else 3
        self._known = {
            "turn": turn.number,
            "reason": turn.reason,
            "what": trial if turn.number == 1 else None,
            "messages": turn.messages,
            "asked": request_digest(trial.model, self.plain, record.sampling),
        }

    def attempt(self, failed: FailedAttempt) -> None:
        """Record a request that brought no reply."""
        self._add(RowKind.ATTEMPT, failed, error=failed.error, partial=failed.partial)

    def reply(self, answered: Answered) -> Completion:
        """Record a reply, and return its completion."""
        completion = completion_of(self._add(RowKind.REPLY, answered, reply=answered.body))
        self._record.length += len(completion.content)
        return completion

    def _add(self, kind: RowKind, told: Answered | FailedAttempt, **more: object) -> Exchange:
        body = told.sent
        if self._known["turn"] != 1 and "tools" in body:
            body = {**body, "tools": _AS_BEFORE}
        sent = {"sent": body, "status": told.status, "at": told.at, "seconds": told.seconds}
        return self._record.add(schema=self._schema, kind=kind, **self._known, **sent, **more)


def unfinished(spec: Spec, recorder: Recorder) -> dict[str, list[Exchange]]:
    """Return the recorded replies of conversations that an earlier run left unfinished, by trial."""
    begun: dict[str, list[Exchange]] = {}
    if all(chosen.arm.ends_with is RowKind.REPLY for chosen in spec.arm_choices()):
        return begun
    several: set[str] = set()
    for row in exchanges(recorder.run):
        if row.what is not None and known_arm(row.what.arm, row.what.options).ends_with is not RowKind.REPLY:
            several.add(row.trial)
        if row.trial in several and row.kind is RowKind.REPLY and not recorder.index.has_ended(row.trial):
            begun.setdefault(row.trial, []).append(row)
    return begun
