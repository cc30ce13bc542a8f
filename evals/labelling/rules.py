"""The label of an answer: a pure function of problem, text, finish reason and refusal field.

`RULES` is the decision table. The rules are tried in order, and the first that holds decides. What words mean
is consulted only where the steps are not a full list: a few certain marks (`marks`) decide by themselves, all
else is weighed by what was learnt from labelled sentences (`acts`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from evals.labelling.answer import Answer, Span
from evals.labelling.evidence import AnswerEvidence
from evals.labelling.substitutes import has_program
from evals.record.outcome import STOPS, Label
from tasks import Problem

VERSION = 5
"""Incremented when a rule, a mark, the learnt model or the reading changes the label of some answer."""

SPENT = "every token it was allowed was spent, whatever the finish reason says"
"""The reason of a cut that only the numbers of tokens show."""
SURE = 0.9
"""A label of this probability or more is confident; a judge gets the others."""


@dataclass(frozen=True, slots=True)
class LabelResult:
    """The label of one answer, and the evidence for it."""

    label: Label
    reason: str
    probability: float
    """That a careful reader gives the same label; docs/labels.md says how often that holds."""
    flags: tuple[str, ...]
    evidence: tuple[Span, ...]
    written: int
    right: int
    first_error: int | None
    lost_at: int | None

    @property
    def confident(self) -> bool:
        """Whether the label needs no second reader."""
        return self.probability >= SURE


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the decision table."""

    label: Label
    reason: str
    holds: Callable[[AnswerEvidence], bool]
    probability: Callable[[AnswerEvidence], float] = lambda _: 0.98


def _always(probability: float) -> Callable[[AnswerEvidence], float]:
    return lambda _: probability


def _not_stopped(e: AnswerEvidence) -> float:
    """The probability of an error, given that the words of a short list may still show a stop."""
    return min(0.6 if e.is_prose else 0.98, 1 - e.stop_probability)


RULES: tuple[Rule, ...] = (
    Rule(Label.FILTERED, "the provider's content filter took the answer", lambda e: e.filtered),
    Rule(Label.SOLVED, "one full list is legal from the start and ends at the goal", lambda e: e.solves),
    Rule(
        Label.SOLVED,
        "it says rightly that there is no solution",
        lambda e: e.solvable is False and e.impossible is not None,
        lambda e: e.impossible_probability,
    ),
    # Cut from outside, unless a give-up was the answer's own last word before the cut.
    Rule(
        Label.GIVE_UP,
        "it had stopped by its own choice before the token limit cut it",
        lambda e: e.is_cut and e.any_steps and e.stopped_before_cut,
        lambda e: e.stop_probability,
    ),
    Rule(
        Label.TRUNCATED,
        "the token limit cut the answer",
        lambda e: e.cut_by_limit and not e.closed_before_cut,
    ),
    Rule(
        Label.TRUNCATED,
        SPENT,
        lambda e: e.spent and not e.closed_before_cut,
        _always(0.93),
    ),
    Rule(
        Label.TRUNCATED,
        "the server broke the answer off",
        lambda e: e.broken_off,
    ),
    Rule(
        Label.TRUNCATED,
        "the answer breaks off in its thinking",
        lambda e: e.thinking_unclosed and not e.any_steps,
        _always(0.85),
    ),
    # Nothing of the list was written.
    Rule(
        Label.REFUSAL,
        "the API reports a refusal",
        lambda e: e.refusal_field and not e.any_steps,
    ),
    Rule(
        Label.LOGIC_ERROR,
        "it is a list of items that the problem does not have",
        lambda e: not e.any_steps and e.own_items,
        _always(0.87),
    ),
    Rule(
        Label.MALFORMED,
        "it has steps that cannot be replayed",
        lambda e: not e.any_steps and e.attempt and not e.declines_outright,
        _always(0.87),
    ),
    Rule(
        Label.LOGIC_ERROR,
        "it says that there is no solution, and whether there is one is not known",
        lambda e: not e.any_steps and e.solvable is None and e.impossible is not None,
        _always(0.5),
    ),
    Rule(
        Label.LOGIC_ERROR,
        "it says that a solvable instance has no solution",
        lambda e: not e.any_steps and e.solvable is True and e.impossible is not None,
        lambda e: e.impossible_probability,
    ),
    Rule(
        Label.TRUNCATED,
        "it breaks off before the first step, in mid-sentence",
        lambda e: not e.any_steps and e.breaks_off_undecided,
        _always(0.8),
    ),
    Rule(
        Label.REFUSAL,
        "no step is written, and it declines or hands over something else",
        lambda e: not e.any_steps and e.decline_probability >= 0.5,
        lambda e: e.decline_probability,
    ),
    Rule(
        Label.NO_ANSWER,
        "it has neither steps nor a decline",
        lambda e: not e.any_steps,
        lambda e: min(0.8, 1 - e.decline_probability),
    ),
    # Some steps were written.
    Rule(
        Label.TRUNCATED,
        "it breaks off in mid-step without any closing",
        lambda e: e.breaks_off and e.stop_mark is None,
        _always(0.95),
    ),
    Rule(
        Label.GIVE_UP,
        "a mark in the list stands for steps that are left out",
        lambda e: e.short and e.stop_mark is not None and e.stop_mark.shows == "elision",
    ),
    Rule(
        Label.GIVE_UP,
        "it says that it stops short",
        lambda e: e.short and e.stop_mark is not None,
        lambda e: e.stop_probability,
    ),
    Rule(
        Label.GIVE_UP,
        "some steps, and something else for the rest",
        lambda e: e.short and e.program is not None,
        lambda e: e.stop_probability,
    ),
    Rule(
        Label.GIVE_UP,
        "too few steps, and its words are those of one that stops short",
        lambda e: e.short and e.stopped,
        lambda e: e.stop_probability,
    ),
    Rule(Label.LOGIC_ERROR, "a step is illegal or wrong", lambda e: e.first_error is not None, _not_stopped),
    Rule(
        Label.LOGIC_ERROR,
        "it stops short without any mark of abridging",
        lambda e: e.short,
        lambda e: min(_not_stopped(e), 0.8) if e.may_be_cut else _not_stopped(e),
    ),
    Rule(Label.LOGIC_ERROR, "all steps are legal, but they do not end at the goal", lambda _: True),
)


@dataclass(frozen=True, slots=True)
class Flag:
    """An observation reported beside the label."""

    name: str
    holds: Callable[[AnswerEvidence, Label], bool]


FLAGS: tuple[Flag, ...] = (
    Flag("claims_complete", lambda e, label: label is not Label.SOLVED and e.claims_whole >= 0.5),
    Flag("off_course", lambda e, label: label is not Label.SOLVED and e.off_course),
    Flag("silent_short", lambda e, label: label is Label.LOGIC_ERROR and e.any_steps and e.short),
    Flag("offers_to_continue", lambda e, label: label is not Label.SOLVED and e.offers),
    Flag("code_instead", lambda e, label: label in STOPS and has_program(e.text)),
    Flag("abandons_in_thinking", lambda e, _: e.abandons_in_thinking),
    Flag("copies_example", lambda e, label: label is not Label.SOLVED and e.copies_example),
    Flag("repeats", lambda e, _: e.repeats),
    Flag("restarts", lambda e, _: e.restarts),
)


def label(problem: Problem, answer: Answer | str) -> LabelResult:
    """Label one answer.

    Args:
        problem: What was asked.
        answer: Its text alone, or also the thinking, refusal field and finish reason.
    """
    answer = Answer(answer) if isinstance(answer, str) else answer
    if len(answer.content) + len(answer.reasoning or "") <= _SHORT:
        return _label_of_short(problem, answer)
    return label_evidence(AnswerEvidence(problem, answer))


_SHORT = 1_000
"""Characters up to which an answer is labelled once only: short ones are often given again and again."""


@lru_cache(maxsize=2048)
def _label_of_short(problem: Problem, answer: Answer) -> LabelResult:
    return label_evidence(AnswerEvidence(problem, answer))


def label_evidence(evidence: AnswerEvidence) -> LabelResult:
    """Return the label that this evidence leads to."""
    rule = next(rule for rule in RULES if rule.holds(evidence))
    solved = rule.label is Label.SOLVED
    unsure = (evidence.closed_before_cut and evidence.is_cut and not solved) or evidence.in_open_thinking
    return LabelResult(
        label=rule.label,
        reason=rule.reason,
        probability=round(min(rule.probability(evidence), 0.7 if unsure else 1.0), 3),
        flags=tuple(flag.name for flag in FLAGS if flag.holds(evidence, rule.label)),
        evidence=evidence.evidence(rule.label),
        written=evidence.written,
        right=evidence.right,
        first_error=None if solved else evidence.first_error,
        lost_at=None if solved else evidence.lost_at,
    )
