"""Derives outcomes from recorded exchanges: the only way, for new runs, replay, CI and reports alike."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from functools import lru_cache

from evals.arms import START, Arm, known_arm
from evals.dialogue.dialogue import Turn
from evals.dialogue.ending import Ending
from evals.errors import CorruptRecord
from evals.id_table import IdTable
from evals.labelling.answer import Answer, repeats_of
from evals.record.completion import Completion, MalformedReply
from evals.record.exchange import Exchange, Message, RowKind
from evals.record.exchange_log import judge_exchanges, located
from evals.record.jsonl import JsonLine
from evals.record.model import Scalar
from evals.record.outcome import Label, Outcome
from evals.record.run import RunDirectory
from evals.record.trial import Sampling, Trial
from evals.replay.row_checks import check_row, check_trial
from evals.second_reader.judgement import judge_label
from tasks import Problem

_LAST_ROW_COUNTS = re.compile(
    r"\b(?:only (?:its|the|their) (?:last|latest|final)\b[^.\n]{0,40}\b(?:considered|counts?|used)|"
    r"(?:last|latest) (?:row|line|instance|occurrence|version)\b"
    r"[^.\n]{0,40}\b(?:considered|counts?|used|wins))",
    re.IGNORECASE,
)


def outcomes(run: RunDirectory) -> Iterator[Outcome]:
    """Derive the outcome of every recorded trial, in no particular order."""
    return (outcome(trial, rows) for trial, rows in conversations(run))


def conversations(
    run: RunDirectory, read: Iterable[tuple[JsonLine, Exchange]] | None = None
) -> Iterator[tuple[Trial, Sequence[Exchange]]]:
    """Yield each trial with its rows, as soon as no more rows can follow.

    The rows of judges who read its answer come after its own.

    Args:
        run: The run.
        read: All its rows, each with its line, for a caller that has another use for them, too.
    """
    trials: dict[str, Trial] = {}
    over = IdTable()
    pending: dict[str, list[Exchange]] = {}
    judged: dict[str, list[Exchange]] = {}
    for row in judge_exchanges(run):
        if row.judge is not None:
            judged.setdefault(row.judge.of, []).append(row)
    for line, row in located(run) if read is None else read:
        if row.judge is not None:
            continue
        if row.what is not None:
            if row.trial in over:
                raise line.corrupt(f"goes on with trial {row.trial!r}, which is over")
            check_trial(row.what, row.trial, line)
            trials[row.trial] = row.what
        rows = pending.setdefault(row.trial, [])
        rows.append(row)
        trial = trials.get(row.trial)
        if trial is None:
            raise CorruptRecord(
                f"{str(run.exchanges_path)!r}: trial {row.trial!r} has turn {row.turn} and no turn 1 before: "
                "restore the file"
            )
        check_row(row, trial, line)
        if row.kind is known_arm(trial.arm, trial.options).ends_with:
            yield trial, [*rows, *judged.pop(row.trial, ())]
            del pending[row.trial], trials[row.trial]
            over[row.trial] = row.turn
    for name, rows in pending.items():
        yield trials[name], [*rows, *judged.pop(name, ())]


def texts(rows: Sequence[Exchange]) -> list[tuple[int, str]]:
    """Return the turn and the content of each reply."""
    return [(row.turn, completion_of(row).content) for row in rows if answers(row)]


def answers(row: Exchange) -> bool:
    """Return whether the row holds an answer of the trial's own model, not of a judge."""
    return row.kind is RowKind.REPLY and row.judge is None


def opening(trial: Trial, arm: Arm | None = None) -> Turn:
    """Return the first turn of a trial.

    Args:
        trial: What is asked.
        arm: Its arm; of a variant the one with the texts, which the trial does not hold.
    """
    way = arm or known_arm(trial.arm, trial.options)
    messages = _first_messages(way, trial.instance.restore(), tuple(trial.options.items()))
    return Turn(1, START, messages)


# Many trials begin with the same messages.
@lru_cache(maxsize=64)
def _first_messages(
    arm: Arm, problem: Problem, options: tuple[tuple[str, Scalar], ...]
) -> tuple[Message, ...]:
    return arm.open(problem, dict(options))


def sampling_of(trial: Trial) -> Sampling:
    """Return what the requests of a trial hold besides messages: its sampling, and its arm's fields."""
    fields = known_arm(trial.arm, trial.options).fields(trial.instance.restore(), trial.options)
    if not fields:
        return trial.sampling
    return trial.sampling.model_copy(update={"extra": {**fields, **trial.sampling.extra}})


def outcome(trial: Trial, rows: Sequence[Exchange]) -> Outcome:
    """Derive the outcome of one trial from its rows."""
    held = HeldConversation(trial)
    for row in rows:
        held.add(row)
    return held.outcome()


ASKED_OTHERWISE = "asked_otherwise"
"""Flag of a conversation that today's rules would have continued differently."""
CONTEXT_FULL = "context_full"
"""Flag of an answer that filled the server's context, so that it was cut or lost its beginning."""
PROMPT_CUT = "prompt_cut"
"""Flag of a conversation of which the server kept only a part, so that the model did not see all of it."""
CUT_PROMPT = "the server cut the prompt to make it fit its context"
"""The reason of a label that rests on nothing but that."""


class HeldConversation:
    """The conversation of one trial, built from its recorded rows one by one.

    A run keeps it from turn to turn; replay builds it in one go. It follows the recorded turns, and notes
    where today's rules would have asked something else.
    """

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self._problem = trial.instance.restore()
        self._dialogue = known_arm(trial.arm, trial.options).dialogue(trial, self._problem)
        self._rows: list[Exchange] = []
        self._said: list[Message] = []
        self._shown: tuple[str, ...] = ()
        self._completions: list[Completion] = []
        self._branched = False
        self._flags: set[str] = set()

    def add(self, row: Exchange) -> None:
        """Add a row: an attempt, a reply, a sandbox result, an end, or a judge's row."""
        if row.kind is RowKind.RESULT:
            self._dialogue.take_result(row.result)
        if answers(row):
            self._take(row)
        self._rows.append(row)

    def _take(self, row: Exchange) -> None:
        if self._completions:
            due = self._dialogue.following()
            self._branched |= due is None or (due.reason, due.messages) != (row.reason, row.messages)
        self._said += row.messages
        completion = completion_of(row)
        self._completions.append(completion)
        if row.turn == 1:
            self._shown = tuple(message.content for message in row.messages if message.role == "assistant")
        limit = self.trial.sampling.max_tokens
        answer = answer_of(completion, self._said, limit, row.context, self._shown)
        self._note_context(completion, row.context)
        try:
            self._dialogue.take(answer, row.reason)
        except Exception as error:
            error.add_note(f"while labelling trial {row.trial!r}")
            raise

    def _note_context(self, completion: Completion, context: int | None) -> None:
        """Note what became of prompt and answer in the server's context."""
        if _fills(completion, context):
            self._flags.add(CONTEXT_FULL)
        before = self._completions[-2].prompt_tokens if len(self._completions) > 1 else None
        asked = sum(len(message.content) for message in self._said)
        if _is_prompt_cut(completion.prompt_tokens, before, asked, context):
            self._flags.add(PROMPT_CUT)

    def following(self) -> Turn | None:
        """Return what to ask next, or `None` if nothing. Requires at least one reply."""
        return self._dialogue.following()

    def outcome(self) -> Outcome:
        """Return the outcome of the trial as it stands."""
        trial, problem, completions = self.trial, self._problem, self._completions
        known = {
            "trial": trial.id,
            "model": trial.model,
            "endpoint": trial.endpoint,
            "puzzle": problem.name,
            "instance": problem.canonical,
            "size": problem.size,
            "steps": problem.fewest_steps,
            "arm": trial.arm,
            "options": trial.options,
            "max_tokens": trial.sampling.max_tokens,
            "temperature": trial.sampling.temperature,
            "reasoning_effort": trial.sampling.reasoning_effort,
            "repeat": trial.repeat,
            "turns": len(completions),
        }
        if not completions:
            why = self._rows[-1].error or "unknown error"
            return Outcome(**known, label=Label.ERROR, reason=f"no reply: {why}")
        ending = self._ending()
        return Outcome(
            **known,
            **{field.name: getattr(ending, field.name) for field in fields(ending)},
            judge_label=judge_label(self._rows, completions[-1].content),
            finish_reason=completions[-1].finish_reason,
            **_tokens(completions),
        )

    def _ending(self) -> Ending:
        """Return how the recorded turns end by today's rules."""
        ending, due = self._dialogue.ending(), self._dialogue.following()
        branched = self._branched
        if due is not None:
            if not any(row.kind is RowKind.END for row in self._rows):
                tried = [row.error for row in self._rows if row.turn == due.number and row.error is not None]
                why = f"no reply to turn {due.number}: {tried[-1] if tried else 'it was not asked yet'}"
                return replace(ending, label=Label.ERROR, reason=why, evidence=())
            branched = True
        if PROMPT_CUT in self._flags and ending.label not in (Label.SOLVED, Label.FILTERED):
            ending = replace(ending, label=Label.TRUNCATED, reason=CUT_PROMPT, evidence=())
        for flag in (*sorted(self._flags), *([ASKED_OTHERWISE] if branched else [])):
            ending = ending.flagged(flag)
        return ending


def completion_of(row: Exchange) -> Completion:
    """Return the reply of a row; raises `CorruptRecord`."""
    try:
        return row.completion
    except MalformedReply as error:
        what = f"the reply to turn {row.turn} of trial {row.trial!r}"
        raise CorruptRecord(f"{what} cannot be read ({error}): restore the record") from None


def answer_of(
    completion: Completion,
    messages: Sequence[Message],
    max_tokens: int | None,
    context: int | None = None,
    shown: tuple[str, ...] = (),
) -> Answer:
    """Return a reply as the labelling sees it.

    Args:
        completion: The reply.
        messages: The whole conversation before it.
        max_tokens: The tokens that it was allowed, if that is known.
        context: The tokens that the server gave prompt and answer together, if that is known.
        shown: Those of the messages that are answers of worked examples.
    """
    asked = [*(message.content for message in messages if message.role != "assistant"), *shown]
    used = completion.completion_tokens
    spent = [None if used is None or max_tokens is None else used >= max_tokens, _fills(completion, context)]
    known = [limit for limit in spent if limit is not None]
    return Answer(
        content=completion.content,
        reasoning=completion.reasoning,
        refusal=completion.refusal,
        finish_reason=completion.finish_reason,
        last_row_counts=any(map(_last_row_counts, asked)),
        spent=any(known) if known else None,
        repeated=repeats_of(asked, completion.content),
        shown=shown,
        calls=completion.calls,
    )


_NEARLY = 8
"""Servers count the last tokens before the end of a context differently."""


def _fills(completion: Completion, context: int | None) -> bool | None:
    """Return whether prompt and answer fill the context; `None` if that is not known."""
    prompt, answer = completion.prompt_tokens, completion.completion_tokens
    if context is None or prompt is None or answer is None:
        return None
    return prompt + answer >= context - _NEARLY


def _is_prompt_cut(tokens: int | None, before: int | None, characters: int, context: int | None) -> bool:
    """Return whether a server took only a part of a conversation, by the number of its tokens.

    Args:
        tokens: Those that the server counted.
        before: The same for the turn before, all of which is part of the conversation.
        characters: Those of the conversation.
        context: The server's context in tokens; without one nothing is known of how it counts.
    """
    if not tokens or context is None:
        return False
    if before is not None and tokens < 0.9 * before:
        return True
    # Ollama keeps half of its context, and a few tokens more. No text of ours has 5 characters a token.
    if abs(tokens - context // 2) <= 32:
        return characters > 5 * tokens
    return tokens >= 0.9 * context and characters > 12 * tokens


# Many trials are asked in the same words, some of which are long.
@lru_cache(maxsize=64)
def _last_row_counts(asked: str) -> bool:
    return _LAST_ROW_COUNTS.search(asked) is not None


def _tokens(completions: Sequence[Completion]) -> dict[str, int | None]:
    def total(name: str) -> int | None:
        known = [value for item in completions if (value := getattr(item, name)) is not None]
        return sum(known) if known else None

    names = ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens")
    return {name: total(name) for name in names}
