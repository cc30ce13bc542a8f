"""What a respondent decides before it writes: whether to continue to the end, and where it errs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import floor, log1p, log2
from random import Random
from typing import Self, TypeVar

from evals.arms import known_arm
from evals.dialogue.arm import Conditions, Play
from evals.record.model import Scalar
from evals.simulated.respondents import Miss, Respondent, Stop


class Manner(StrEnum):
    """The kind of answer."""

    WHOLE = "whole"
    STOPPED = "stopped"
    POLICY = "policy"
    MALFORMED = "malformed"
    EMPTY = "empty"
    DONE = "done"
    """Asked to continue after the last step."""
    PROGRAM = "program"
    CRASH = "crash"
    """A program that ends in an exception."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The plan for one answer."""

    manner: Manner
    stop: Stop | None
    """How it stops, if it does."""
    written: int
    """Number of steps written before it stops; all of them if it does not."""
    wrong: int | None
    """The wrong step, counted from 1 within what was asked for; may lie beyond those written."""


@dataclass(frozen=True, slots=True)
class Call:
    """What determines the randomness of an answer, besides the respondent: never order or time."""

    trial: str
    turn: int
    arm: str
    options: Mapping[str, Scalar] = field(default_factory=dict)
    """The arm's options."""

    @property
    def play(self) -> Play:
        """The form of answer that the arm asks for."""
        return known_arm(self.arm).play

    @property
    def conditions(self) -> Conditions:
        """What the arm changes about the task."""
        return known_arm(self.arm).conditions(self.options)

    def will(self, respondent: Respondent) -> Random:
        """Return one stream per trial: the will is decided at the start, and holds for every turn."""
        return Random(f"{respondent.name}/{respondent.seed}/{self.trial}/will")

    def stream(self, respondent: Respondent, use: str) -> Random:
        """Return a separate stream for each use and turn, so that one decision never shifts another."""
        return Random(f"{respondent.name}/{respondent.seed}/{self.trial}/{self.turn}/{use}")


@dataclass(frozen=True, slots=True)
class TrialWill:
    """Numbers from 0 to 1 that decide for a whole trial whether the respondent continues."""

    policy: float
    whole: float
    style: float
    length: float

    @classmethod
    def of(cls, respondent: Respondent, call: Call) -> Self:
        """Draw the numbers for this trial."""
        draw = call.will(respondent)
        return cls(*(draw.random() for _ in range(4)))


def decide(respondent: Respondent, steps: int, call: Call) -> Decision:
    """Return the respondent's plan for a task of this many steps."""
    conditions = call.conditions
    effect = respondent.effect_on_errors(conditions)
    wrong = first_error(respondent, range(1, steps + 1), call.stream(respondent, "skill"), effect)
    will = TrialWill.of(respondent, call)
    if will.policy < respondent.refuses:
        return Decision(Manner.POLICY, None, 0, wrong)
    if will.whole < respondent.starts_whole(steps, pushed=conditions.pushed):
        return Decision(form(respondent, call), None, steps, wrong)
    return stopped(respondent, steps, wrong, will.style, will.length)


def stopped(respondent: Respondent, steps: int, wrong: int | None, style: float, length: float) -> Decision:
    """Return the plan of a respondent that stops by choice.

    Args:
        respondent: who answers.
        steps: the length of the task.
        wrong: the first wrong step, if there is one.
        style: a number from 0 to 1 that chooses the way to stop.
        length: a number from 0 to 1 that chooses how many steps are written before that.
    """
    stop = _weighted(respondent.stops, style) if steps > 1 else Stop.REFUSAL
    written = 0 if stop is Stop.REFUSAL else _written(respondent.stops_after, steps, length)
    return Decision(Manner.STOPPED, stop, written, wrong)


def form(respondent: Respondent, call: Call) -> Manner:
    """Return how the respondent writes an answer that it means to write in full."""
    drawn = call.stream(respondent, "form").random()
    if drawn < respondent.malformed:
        return Manner.MALFORMED
    return Manner.EMPTY if drawn < respondent.malformed + respondent.empty else Manner.WHOLE


def first_error(respondent: Respondent, steps: range, draw: Random, effect: float = 1.0) -> int | None:
    """Return the first wrong one of these steps, counted from 1 among them; `None` if all are right.

    Each step errs with a fixed probability, multiplied by `effect`; the first error is drawn directly, by
    inversion.
    """
    first = float("inf")
    drawn, rate = draw.random(), respondent.error_rate * effect
    if rate >= 1:
        first = 1
    elif rate > 0:
        first = 1 + log1p(-drawn) / log1p(-rate)
    for step, chance in sorted(respondent.error_at.items()):
        if draw.random() < chance * effect and step >= steps.start:
            first = min(first, step - steps.start + 1)
    return int(first) if first < len(steps) + 1 else None


def missed(respondent: Respondent, drawn: float) -> Miss:
    """Return what the respondent gives instead of a correct program."""
    return _weighted(respondent.misses, drawn)


Choice = TypeVar("Choice", Stop, Miss)


def _weighted(weights: Mapping[Choice, float], drawn: float) -> Choice:
    # In the order of the enumeration: the order in which a mapping was written must not matter.
    kind = type(next(iter(weights)))
    ordered = [(choice, weights.get(choice, 0.0)) for choice in kind]
    left = drawn * sum(weight for _, weight in ordered)
    for choice, weight in ordered:
        left -= weight
        if left < 0:
            return choice
    return next(choice for choice, weight in reversed(ordered) if weight > 0)


def _written(median: float, steps: int, drawn: float) -> int:
    """Return a number from 1 to `steps - 1`: geometric, conditional on stopping before the end."""
    half_life = max(median - 0.5, 0.1)
    reach = 1 - 2 ** (-(steps - 1) / half_life)
    return min(1 + floor(-half_life * log2(1 - drawn * reach)), steps - 1)
