"""From the recorded exchanges to outcomes: the one way, for a new run, for replay, CI and reports alike."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache

from evals.arms.arms import Talk, talk_of
from evals.arms.dialogue import Dialogue, Turn
from evals.arms.ending import Ending
from evals.arms.open_dialogue import dialogue
from evals.errors import CorruptRecord
from evals.labelling.answer import Answer
from evals.record.completion import Completion, MalformedReply
from evals.record.exchange import Exchange, Kind, Message
from evals.record.exchange_log import exchanges, judge_exchanges
from evals.record.outcome import Label, Outcome
from evals.record.run import Run
from evals.record.trial import Trial
from evals.second_reader.judgement import judge_label

_LAST_ROW_COUNTS = re.compile(
    r"\b(?:only (?:its|the|their) (?:last|latest|final)\b[^.\n]{0,40}\b(?:considered|counts?|used)|"
    r"(?:last|latest) (?:row|line|instance|occurrence|version)\b"
    r"[^.\n]{0,40}\b(?:considered|counts?|used|wins))",
    re.IGNORECASE,
)


_LAST = {
    Talk.ONCE: (Kind.REPLY,),
    Talk.PROGRAM: (Kind.RESULT,),
    Talk.NUDGES: (Kind.END,),
    Talk.CHUNKS: (Kind.END,),
}
"""Behind a row of this kind no other of the trial follows."""


def outcomes(run: Run) -> Iterator[Outcome]:
    """Derive the outcome of every recorded trial, in no particular order."""
    return (outcome(trial, rows) for trial, rows in conversations(run))


def conversations(run: Run) -> Iterator[tuple[Trial, Sequence[Exchange]]]:
    """The rows of each trial, together with the trial; handed out as soon as nothing can follow.

    Behind its own rows stand those of judges who read its answer.
    """
    trials: dict[str, Trial] = {}
    pending: dict[str, list[Exchange]] = {}
    judged: dict[str, list[Exchange]] = {}
    for row in judge_exchanges(run):
        if row.judge is not None:
            judged.setdefault(row.judge.of, []).append(row)
    for row in exchanges(run):
        if row.judge is not None:
            continue
        if row.what is not None:
            trials[row.trial] = row.what
        rows = pending.setdefault(row.trial, [])
        rows.append(row)
        trial = trials.get(row.trial)
        if trial is None:
            raise CorruptRecord(
                f"{str(run.exchanges_path)!r}: trial {row.trial!r} has turn {row.turn} and no turn 1 before: "
                "restore the file"
            )
        if row.kind in _LAST[talk_of(trial.arm)]:
            yield trial, [*rows, *judged.pop(row.trial, ())]
            del pending[row.trial], trials[row.trial]
    for name, rows in pending.items():
        yield trials[name], [*rows, *judged.pop(name, ())]


def texts(rows: Sequence[Exchange]) -> list[tuple[int, str]]:
    """The content of each reply with its turn."""
    return [(row.turn, completion_of(row).content) for row in rows if answers(row)]


def answers(row: Exchange) -> bool:
    """Whether it holds an answer of the trial's own model."""
    return row.kind is Kind.REPLY and row.judge is None


def following(trial: Trial, rows: Sequence[Exchange]) -> Turn | None:
    """What to ask next, after these replies; `None`: nothing."""
    return _held(dialogue(trial, *trial.instance.restore()), rows).dialogue.following()


def outcome(trial: Trial, rows: Sequence[Exchange]) -> Outcome:
    """Derive the outcome of one trial from its rows."""
    puzzle, instance = trial.instance.restore()
    held = _held(dialogue(trial, puzzle, instance), rows)
    known = {
        "trial": trial.id,
        "model": trial.model,
        "endpoint": trial.endpoint,
        "puzzle": puzzle.name,
        "instance": instance.canonical,
        "size": instance.parameters.size,
        "steps": puzzle.fewest_steps(instance),
        "arm": trial.arm,
        "options": trial.options,
        "max_tokens": trial.sampling.max_tokens,
        "temperature": trial.sampling.temperature,
        "reasoning_effort": trial.sampling.reasoning_effort,
        "repeat": trial.repeat,
        "turns": len(held.completions),
    }
    if not held.completions:
        return Outcome(**known, label=Label.ERROR, reason=f"no reply: {rows[-1].error or 'unknown error'}")
    ending, completions = _ending(held, rows), held.completions
    return Outcome(
        **known,
        **{field.name: getattr(ending, field.name) for field in fields(ending)},
        judge_label=judge_label(rows, completions[-1].content),
        finish_reason=completions[-1].finish_reason,
        **_tokens(completions),
    )


def _ending(held: "_Held", rows: Sequence[Exchange]) -> Ending:
    """How the trial ended: of the turns that were recorded, by the rules of today."""
    ending = held.dialogue.ending()
    due = held.dialogue.following()
    branched = held.branched
    if due is not None:
        if not any(row.kind is Kind.END for row in rows):
            tried = [row.error for row in rows if row.turn == due.number and row.error is not None]
            why = f"no reply to turn {due.number}: {tried[-1] if tried else 'it was not asked yet'}"
            return replace(ending, label=Label.ERROR, reason=why, evidence=())
        branched = True
    return ending.flagged(ASKED_OTHERWISE) if branched else ending


ASKED_OTHERWISE = "asked_otherwise"
"""The flag of a conversation that today's rules would have led in another way."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A conversation as recorded."""

    dialogue: Dialogue
    completions: Sequence[Completion]
    branched: bool
    """Whether today's rules would have asked otherwise."""


def _held(opened: Dialogue, rows: Sequence[Exchange]) -> _Held:
    """Hold the conversation again, with the recorded answers."""
    branched = False
    said: list[Message] = []
    completions: list[Completion] = []
    for row in rows:
        if row.kind is Kind.RESULT:
            opened.take_result(row.result)
        if not answers(row):
            continue
        if completions:
            due = opened.following()
            branched = branched or due is None or (due.reason, due.messages) != (row.reason, row.messages)
        said += row.messages
        completions.append(completion_of(row))
        try:
            opened.take(_answer(completions[-1], said), row.reason)
        except Exception as error:
            error.add_note(f"while labelling trial {row.trial!r}")
            raise
    return _Held(opened, completions, branched)


def completion_of(row: Exchange) -> Completion:
    """The reply of a row; raises `CorruptRecord`."""
    try:
        return row.completion
    except MalformedReply as error:
        what = f"the reply to turn {row.turn} of trial {row.trial!r}"
        raise CorruptRecord(f"{what} cannot be read ({error}): restore the record") from None


def _answer(completion: Completion, messages: Iterable[Message]) -> Answer:
    return Answer(
        content=completion.content,
        reasoning=completion.reasoning,
        refusal=completion.refusal,
        finish_reason=completion.finish_reason,
        last_row_counts=any(
            _last_row_counts(message.content) for message in messages if message.role != "assistant"
        ),
    )


@lru_cache(maxsize=1024)
def _last_row_counts(asked: str) -> bool:
    """Many trials are asked in the same words."""
    return _LAST_ROW_COUNTS.search(asked) is not None


def _tokens(completions: Sequence[Completion]) -> dict[str, int | None]:
    def total(name: str) -> int | None:
        known = [value for item in completions if (value := getattr(item, name)) is not None]
        return sum(known) if known else None

    return {name: total(name) for name in ("prompt_tokens", "completion_tokens", "reasoning_tokens")}
