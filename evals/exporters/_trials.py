"""Trials as exporters see them: what was asked, what came back, and what it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evals.labelling.acts import model_hash
from evals.labelling.rules import VERSION
from evals.record.completion import Completion
from evals.record.exchange import OURS, Exchange, Message
from evals.record.outcome import INSTRUMENT, STOPS, Label, Outcome
from evals.record.outcome_file import is_current, read_outcomes
from evals.record.run import Manifest, RunDirectory
from evals.record.trial import Trial
from evals.replay import derive
from evals.text import clip, printable

__all__ = ["OURS", "LabelledTrial", "LabelledTrials"]


@dataclass(frozen=True, slots=True)
class LabelledTrial:
    """A trial with its replies and its label."""

    trial: Trial
    replies: Sequence[Exchange]
    """One a turn, at least one."""
    outcome: Outcome

    @property
    def solved(self) -> bool | None:
        """Whether it is solved; `None` where the instrument lost the answer, so that it counts for nobody."""
        return None if self.outcome.label in INSTRUMENT else self.outcome.label is Label.SOLVED

    @property
    def stopped(self) -> bool | None:
        """Whether it stopped by its own choice; `None` where the instrument lost the answer."""
        return None if self.outcome.label in INSTRUMENT else self.outcome.label in STOPS

    @property
    def model(self) -> str:
        """The model's name: that of another tool as it was there, else `endpoint/model`."""
        return self.trial.model if self.trial.endpoint == "imported" else self.trial.who

    @property
    def completion(self) -> Completion:
        """The last reply."""
        return derive.completion_of(self.replies[-1])

    @property
    def asked(self) -> Sequence[Message]:
        """The messages of the first turn."""
        return self.replies[0].messages

    @property
    def prompt(self) -> str:
        """The texts of the first turn."""
        return "\n\n".join(message.content for message in self.asked)

    @property
    def source(self) -> Mapping[str, Any]:
        """What the importer kept to lead back to the row; empty where we asked ourselves."""
        kept = (self.replies[0].reply or {}).get("source")
        return kept if isinstance(kept, dict) else {}

    def conversation(self) -> Iterator[tuple[str, str, Completion | None]]:
        """Yield role and text of all messages in order; with those that came back, the whole reply."""
        for row in self.replies:
            for message in row.messages:
                if message.role != "assistant" or row is self.replies[0]:
                    yield message.role, message.content, None
            reply = derive.completion_of(row)
            yield "assistant", reply.content, reply

    def ours(self, *, answers: bool = False) -> dict[str, Any]:
        """Return the object that leads back to this trial, for the place that a format has for such things.

        Args:
            answers: Whether the format has no place for all that came back, even of a single turn.
        """
        trial = self.trial
        told: dict[str, Any] = {
            "puzzle": trial.instance.puzzle,
            "instance": trial.instance.told,
            "id": trial.id,
            "variant": trial.arm,
            "options": trial.options,
            "model": self.model,
            "repeat": trial.repeat,
            "sampling": trial.sampling.body(),
        }
        if answers or len(self.replies) > 1:
            told["answers"] = [_turn(row) for row in self.replies]
        return {name: value for name, value in told.items() if value != {}}

    def found(self) -> dict[str, Any]:
        """Return the label with all that stands beside it, in plain JSON."""
        plain = self.outcome.model_dump(mode="json", include=set(_FOUND))
        return {name: plain[name] for name in _FOUND}

    def why(self) -> str:
        """Return the label with its reason and the words that it rests on, in one line of plain text."""
        found = self.outcome
        steps = f"of {found.steps:,} steps" if found.steps is not None else "steps"
        told = f"{found.label}: {found.reason} ({found.written:,} {steps} written, {found.right:,} right)"
        if found.evidence and found.label is not Label.SOLVED:
            told += f'; "{clip(printable(found.evidence[0].quote), 200)}"'
        return told


_FOUND = (
    "label",
    "reason",
    "confident",
    "probability",
    "judge_label",
    "flags",
    "evidence",
    "size",
    "steps",
    "written",
    "right",
    "first_error",
    "lost_at",
    "turns",
)
"""The fields of an outcome that are not about what was asked."""


def _turn(row: Exchange) -> dict[str, Any]:
    reply = derive.completion_of(row)
    usage = (row.reply or {}).get("usage")
    told = {
        "messages": [message.model_dump() for message in row.messages],
        "content": reply.content,
        "reasoning": reply.reasoning,
        "refusal": reply.refusal,
        "finish_reason": reply.finish_reason,
        "usage": usage if isinstance(usage, dict) else None,
        "context": row.context,
    }
    return {name: value for name, value in told.items() if value is not None}


@dataclass(slots=True)
class LabelledTrials:
    """The trials of a run that have an answer, one by one; counts them as they go by."""

    run: RunDirectory
    count: int = field(default=0, init=False)
    without_answer: int = field(default=0, init=False)

    @property
    def manifest(self) -> Manifest:
        """What was asked."""
        return self.run.manifest

    @property
    def name(self) -> str:
        """The run's name."""
        return self.run.manifest.name or self.run.path.resolve().name

    def __iter__(self) -> Iterator[LabelledTrial]:
        """Yield them in the order in which they were recorded."""
        run = self.run
        stored = {}
        if is_current(run, VERSION, model_hash()):
            stored = {outcome.trial: outcome for outcome in read_outcomes(run)}
        for trial, rows in derive.conversations(run):
            outcome = stored.get(trial.id) or derive.outcome(trial, rows)
            replies = tuple(row for row in rows if derive.answers(row))
            if not replies or outcome.label is Label.ERROR:
                self.without_answer += 1
                continue
            self.count += 1
            yield LabelledTrial(trial, replies, outcome)
