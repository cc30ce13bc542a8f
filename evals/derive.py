"""From the recorded exchanges to outcomes: the one way, for a new run, for replay, CI and reports alike."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from evals.answers import Answer
from evals.arms import turns_of
from evals.errors import CorruptRecord
from evals.judgements import judge_label
from evals.label import Verdict, label
from evals.recording import Run, exchanges, judge_exchanges
from evals.trials import Evidence, Exchange, Kind, Label, Message, Outcome, Trial
from evals.wire import Completion, MalformedReply, read_completion

_LAST_ROW_COUNTS = re.compile(
    r"\b(?:only (?:its|the|their) (?:last|latest|final)\b[^.\n]{0,40}\b(?:considered|counts?|used)|"
    r"(?:last|latest) (?:row|line|instance|occurrence|version)\b"
    r"[^.\n]{0,40}\b(?:considered|counts?|used|wins))",
    re.IGNORECASE,
)


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
        if row.kind is Kind.REPLY and row.turn >= turns_of(trial):
            yield trial, [*rows, *judged.pop(row.trial, ())]
            del pending[row.trial], trials[row.trial]
    for name, rows in pending.items():
        yield trials[name], [*rows, *judged.pop(name, ())]


def texts(rows: Sequence[Exchange]) -> list[tuple[int, str]]:
    """The content of each reply with its turn."""
    return [(row.turn, _completion(row).content) for row in rows if _answers(row)]


def _answers(row: Exchange) -> bool:
    """Whether it holds an answer of the trial's own model."""
    return row.kind is Kind.REPLY and row.judge is None


def outcome(trial: Trial, rows: Sequence[Exchange]) -> Outcome:
    """Derive the outcome of one trial from its rows."""
    puzzle, instance = trial.instance.restore()
    replies = [row for row in rows if _answers(row)]
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
        "turns": len(replies),
    }
    if not replies:
        return Outcome(**known, label=Label.ERROR, reason=f"no reply: {rows[-1].error or 'unknown error'}")
    last = replies[-1]
    completion = _completion(last)
    try:
        verdict = label(puzzle, instance, _answer(completion, last.messages))
    except Exception as error:
        error.add_note(f"while labelling trial {trial.id!r}")
        raise
    return Outcome(
        **known,
        **_judged(verdict, last.turn, completion),
        judge_label=judge_label(rows, completion.content),
        finish_reason=completion.finish_reason,
        **_tokens([_completion(row) for row in replies[:-1]] + [completion]),
    )


def _completion(row: Exchange) -> Completion:
    try:
        return read_completion(row.reply or {})
    except MalformedReply as error:
        what = f"the reply to turn {row.turn} of trial {row.trial!r}"
        raise CorruptRecord(f"{what} cannot be read ({error}): restore the record") from None


def _answer(completion: Completion, messages: Iterable[Message]) -> Answer:
    return Answer(
        content=completion.content,
        reasoning=completion.reasoning,
        refusal=completion.refusal,
        finish_reason=completion.finish_reason,
        last_row_counts=any(_LAST_ROW_COUNTS.search(message.content) for message in messages),
    )


def _judged(verdict: Verdict, turn: int, completion: Completion) -> dict[str, object]:
    fields: Mapping[str, str | None] = {
        "content": completion.content,
        "reasoning": completion.reasoning,
        "refusal": completion.refusal,
    }
    evidence = tuple(
        Evidence.model_validate(
            {
                "turn": turn,
                "field": place.field,
                "start": place.start,
                "end": place.end,
                "quote": (fields[place.field] or "")[place.start : place.end],
                "shows": place.shows,
            }
        )
        for place in verdict.evidence
    )
    return {
        "label": verdict.label,
        "reason": verdict.reason,
        "confident": verdict.confident,
        "flags": verdict.flags,
        "evidence": evidence,
        "written": verdict.written,
        "right": verdict.right,
        "first_error": verdict.first_error,
        "lost_at": verdict.lost_at,
    }


def _tokens(completions: Sequence[Completion]) -> dict[str, int | None]:
    def total(name: str) -> int | None:
        known = [value for item in completions if (value := getattr(item, name)) is not None]
        return sum(known) if known else None

    return {name: total(name) for name in ("prompt_tokens", "completion_tokens", "reasoning_tokens")}
