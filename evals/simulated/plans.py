"""What a respondent decides before it writes: whether to go on to the end, and where it errs."""

from dataclasses import dataclass
from enum import StrEnum
from math import floor, log1p, log2
from random import Random

from evals.simulated.respondents import Respondent, Stop


class Manner(StrEnum):
    """The kind of answer."""

    WHOLE = "whole"
    STOPPED = "stopped"
    POLICY = "policy"
    MALFORMED = "malformed"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Plan:
    """One answer, decided."""

    manner: Manner
    stop: Stop | None
    """How it stops, where it does."""
    written: int
    """How many steps it writes before it stops; all of them where it does not."""
    wrong: int | None
    """Which step of the whole list is wrong, counted from 1; it may lie beyond those written."""


@dataclass(frozen=True, slots=True)
class Call:
    """What the randomness of an answer hangs on, beside the respondent: never order or time."""

    trial: str
    turn: int
    arm: str

    def will(self, respondent: Respondent) -> Random:
        """One stream a trial: the will is decided at the start, and holds for every turn."""
        return Random(f"{respondent.name}/{respondent.seed}/{self.trial}/will")

    def stream(self, respondent: Respondent, use: str) -> Random:
        """A stream of its own for each use and turn, so that one decision never moves another."""
        return Random(f"{respondent.name}/{respondent.seed}/{self.trial}/{self.turn}/{use}")


def decide(respondent: Respondent, steps: int, call: Call) -> Plan:
    """The respondent's plan for a task of this many steps."""
    wrong = _first_error(respondent, steps, call.stream(respondent, "skill"))
    draw = call.will(respondent)
    policy, whole, style, length = (draw.random() for _ in range(4))
    if policy < respondent.refuses:
        return Plan(Manner.POLICY, None, 0, wrong)
    if whole < respondent.starts_whole(steps, call.arm):
        return Plan(_form(respondent, call), None, steps, wrong)
    stop = _weighted(respondent, style) if steps > 1 else Stop.REFUSAL
    written = 0 if stop is Stop.REFUSAL else _written(respondent.stops_after, steps, length)
    return Plan(Manner.STOPPED, stop, written, wrong)


def _form(respondent: Respondent, call: Call) -> Manner:
    drawn = call.stream(respondent, "form").random()
    if drawn < respondent.malformed:
        return Manner.MALFORMED
    return Manner.EMPTY if drawn < respondent.malformed + respondent.empty else Manner.WHOLE


def _first_error(respondent: Respondent, steps: int, draw: Random) -> int | None:
    """Steps err one by one with fixed chances; the first to err is drawn at once, by inversion."""
    first = float("inf")
    drawn = draw.random()
    if respondent.error_rate >= 1:
        first = 1
    elif respondent.error_rate > 0:
        first = 1 + log1p(-drawn) / log1p(-respondent.error_rate)
    for step, chance in sorted(respondent.error_at.items()):
        if draw.random() < chance and step >= 1:
            first = min(first, step)
    return int(first) if first < steps + 1 else None


def _weighted(respondent: Respondent, drawn: float) -> Stop:
    # In the order of the enumeration: the order in which a mapping was written must not matter.
    weights = [(stop, respondent.stops.get(stop, 0.0)) for stop in Stop]
    left = drawn * sum(weight for _, weight in weights)
    for stop, weight in weights:
        left -= weight
        if left < 0:
            return stop
    return next(stop for stop, weight in reversed(weights) if weight > 0)


def _written(median: float, steps: int, drawn: float) -> int:
    """From 1 to one fewer than the task has: geometric, given that it ends before the task does."""
    half_life = max(median - 0.5, 0.1)
    reach = 1 - 2 ** (-(steps - 1) / half_life)
    return min(1 + floor(-half_life * log2(1 - drawn * reach)), steps - 1)
