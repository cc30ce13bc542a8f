"""The label of an answer: a pure function of instance, text, finish reason and refusal field.

`RULES` is the decision table: rules are tried in order, and the first that holds decides. Words are
consulted only if the steps are not a full list.
"""

from collections.abc import Callable
from dataclasses import dataclass

from evals.labelling.answer import Answer, Span
from evals.labelling.evidence import AnswerEvidence
from evals.labelling.prose import Mark
from evals.labelling.stopping import StopEvidence
from evals.record.outcome import Label
from tasks import Problem

VERSION = 3
"""Raised when a change of a rule, a phrase or the reading changes the label of some answer."""


@dataclass(frozen=True, slots=True)
class LabelResult:
    """The label of one answer, with the evidence for it."""

    label: Label
    reason: str
    confident: bool
    flags: tuple[str, ...]
    evidence: tuple[Span, ...]
    written: int
    right: int
    first_error: int | None
    lost_at: int | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the decision table."""

    label: Label
    reason: str
    holds: Callable[[AnswerEvidence], bool]
    confident: bool = True


def _stops(shown: Callable[[StopEvidence], Mark | None]) -> Callable[[AnswerEvidence], bool]:
    """Return the condition that there are too few steps and this sign of stopping."""
    return lambda facts: facts.short and facts.stops is not None and shown(facts.stops) is not None


RULES: tuple[Rule, ...] = (
    Rule(Label.FILTERED, "the provider's content filter took the answer", lambda f: f.filtered),
    Rule(Label.SOLVED, "one full list is legal from the start and ends at the goal", lambda f: f.solves),
    Rule(
        Label.SOLVED,
        "it says rightly that there is no solution",
        lambda f: not f.solvable and f.says_impossible,
    ),
    # Cut from outside, unless a give-up was the answer's own last word before the cut.
    Rule(
        Label.GIVE_UP,
        "it had stopped by its own choice before the token limit cut it",
        lambda f: f.cut_by_limit and f.any_steps and f.stopped_before_cut,
    ),
    Rule(Label.TRUNCATED, "the token limit cut the answer", lambda f: f.cut_by_limit),
    Rule(
        Label.TRUNCATED,
        "the answer breaks off in its thinking",
        lambda f: f.thinking_unclosed and not f.any_steps,
        confident=False,
    ),
    # Nothing of the list was written.
    Rule(Label.REFUSAL, "the API's refusal field is set", lambda f: f.refusal_field and not f.any_steps),
    Rule(
        Label.LOGIC_ERROR,
        "it says that a solvable instance has no solution",
        lambda f: not f.any_steps and f.solvable and f.says_impossible,
    ),
    Rule(Label.REFUSAL, "no step is written, and it declines", lambda f: not f.any_steps and f.declines),
    Rule(
        Label.REFUSAL,
        "no step is written; something else is handed over",
        lambda f: not f.any_steps and f.hands_over,
    ),
    Rule(
        Label.TRUNCATED,
        "it breaks off before the first step, in mid-sentence",
        lambda f: not f.any_steps and f.breaks_off,
        confident=False,
    ),
    Rule(
        Label.REFUSAL,
        "no step is written; it asks, regrets or tells a method",
        lambda f: not f.any_steps and f.hedged is not None,
        confident=False,
    ),
    Rule(
        Label.MALFORMED,
        "it has steps that cannot be replayed",
        lambda f: not f.any_steps and f.unreadable_steps,
        confident=False,
    ),
    Rule(
        Label.REFUSAL,
        "no step is written; it speaks of the task and does not do it",
        lambda f: not f.any_steps and f.speaks_of_task is not None,
        confident=False,
    ),
    Rule(Label.NO_ANSWER, "it has neither steps nor a decline", lambda f: not f.any_steps, confident=False),
    # Some steps were written.
    Rule(Label.TRUNCATED, "it breaks off in mid-step without any closing", lambda f: f.breaks_off),
    Rule(
        Label.GIVE_UP,
        "a mark in the list stands for steps that are left out",
        _stops(lambda s: s.elision),
    ),
    Rule(
        Label.GIVE_UP,
        "after the list it says that it stops short",
        _stops(lambda s: s.after),
    ),
    Rule(
        Label.GIVE_UP,
        "before the list it says that only a part will follow",
        _stops(lambda s: s.before),
        confident=False,
    ),
    Rule(
        Label.GIVE_UP,
        "some steps, and a program or procedure for the rest",
        _stops(lambda s: s.code_for_rest),
        confident=False,
    ),
    Rule(
        Label.GIVE_UP,
        "much is missing, and after the list it speaks of more or of stopping",
        _stops(lambda s: s.more),
        confident=False,
    ),
    Rule(
        Label.GIVE_UP,
        "much is missing, and before the list it announces a beginning or a sample",
        _stops(lambda s: s.announced),
        confident=False,
    ),
    Rule(
        Label.GIVE_UP,
        "much is missing, no step is wrong, and what is said after the list stands behind no whole one",
        lambda f: f.first_error is None and f.short and f.stops is not None and f.stops.unknown is not None,
        confident=False,
    ),
    Rule(
        Label.LOGIC_ERROR,
        "much is missing, and it is not clear what is said after the list",
        _stops(lambda s: s.unclear),
        confident=False,
    ),
    Rule(
        Label.LOGIC_ERROR,
        "nearly all is there, and what is said after it tells how the steps go, not that it stops",
        _stops(lambda s: s.vague),
        confident=False,
    ),
    Rule(Label.LOGIC_ERROR, "a step is illegal or wrong", lambda f: f.first_error is not None),
    Rule(Label.LOGIC_ERROR, "it stops short without any mark of abridging", lambda f: f.short),
    Rule(Label.LOGIC_ERROR, "all steps are legal, but they do not end at the goal", lambda _: True),
)


@dataclass(frozen=True, slots=True)
class Flag:
    """Something worth knowing besides the label."""

    name: str
    holds: Callable[[AnswerEvidence, Label], bool]


FLAGS: tuple[Flag, ...] = (
    Flag("claims_complete", lambda f, label: label is not Label.SOLVED and f.claims_complete),
    Flag("off_course", lambda f, label: label is not Label.SOLVED and f.off_course),
    Flag("silent_short", lambda f, label: label is Label.LOGIC_ERROR and f.any_steps and f.short),
    Flag("offers_to_continue", lambda f, label: label is not Label.SOLVED and f.offers),
    Flag("code_instead", lambda f, label: label in (Label.REFUSAL, Label.GIVE_UP) and f.has_code),
    Flag("abandons_in_thinking", lambda f, _: f.abandons_in_thinking),
    Flag("repeats", lambda f, _: f.repeats),
    Flag("restarts", lambda f, _: f.restarts),
)


def label(problem: Problem, answer: Answer | str) -> LabelResult:
    """Label one answer.

    Args:
        problem: what was asked.
        answer: its text alone, or everything that came back: also thinking, a refusal field, a finish reason.
    """
    return label_evidence(AnswerEvidence(problem, Answer(answer) if isinstance(answer, str) else answer))


def label_evidence(facts: AnswerEvidence) -> LabelResult:
    """Return the label that follows from this evidence."""
    rule = next(rule for rule in RULES if rule.holds(facts))
    solved = rule.label is Label.SOLVED
    return LabelResult(
        label=rule.label,
        reason=rule.reason,
        confident=rule.confident,
        flags=tuple(flag.name for flag in FLAGS if flag.holds(facts, rule.label)),
        evidence=facts.evidence(rule.label),
        written=facts.written,
        right=facts.right,
        first_error=None if solved else facts.first_error,
        lost_at=None if solved else facts.lost_at,
    )
