"""Estimates what a run will ask for, before anything is sent."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from evals.dialogue.arm import Workload
from evals.plan.limits import ANSWER_CHARACTERS, PROMPT_CHARACTERS
from evals.record.price import Price, money
from tasks import Problem

N = TypeVar("N", int, float)

_SAMPLE = 64
"""Number of steps from which the length of a longer list is extrapolated."""
_IN_WORDS = 400
"""Characters of an answer saying that there is no solution."""
_STEP = 12
"""Characters of a step, where no solution is known."""
TOKENS_PER_SECOND = 50.0
"""What all answers under way write together, unless it is said: a small model on a laptop."""
HEADINGS = ("model", "requests", "prompt tokens", "completion tokens", "at most", "cost", "at most")


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests of one kind: those of the trials of one cell."""

    who: str
    """The model at its endpoint, as `endpoint/model`."""
    trials: int
    each: Workload
    """The workload of one trial."""
    max_tokens: int | None

    @property
    def count(self) -> int:
        """The number of requests."""
        return self.trials * self.each.requests


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one model, or all models together, will be asked for."""

    who: str
    requests: int
    prompt_tokens: int
    completion_tokens: int
    """For full answers without thinking, each capped at its limit."""
    at_most: int | None
    """Completion tokens if every answer fills its limit; `None` if one has no limit."""
    cost: float | None
    """`None` if a price is unknown."""
    cost_at_most: float | None
    currency: str = ""
    """Of the costs; empty if it is not known."""

    def row(self) -> tuple[str, ...]:
        """Return the table cells under `HEADINGS`; unknown values are marked as such."""
        return (
            self.who,
            f"{self.requests:,}",
            f"{self.prompt_tokens:,}",
            f"{self.completion_tokens:,}",
            "no limit" if self.at_most is None else f"{self.at_most:,}",
            "unknown" if self.cost is None else money(self.cost, self.currency),
            "unknown" if self.cost_at_most is None else money(self.cost_at_most, self.currency),
        )


def answer_characters(problem: Problem) -> int:
    """Return the length of a full answer in the requested format; a long one is extrapolated."""
    steps = problem.fewest_steps
    if steps is None:
        return _IN_WORDS
    some = _length(problem, min(steps, _SAMPLE))
    if steps and next(problem.solution(), None) is None:
        return some + steps * _STEP
    if steps <= _SAMPLE:
        return some
    half = _length(problem, _SAMPLE // 2)
    return some + math.ceil((some - half) / (_SAMPLE - _SAMPLE // 2) * (steps - _SAMPLE))


def _length(problem: Problem, steps: int) -> int:
    return sum(map(len, problem.format(islice(problem.solution(), steps))))


def estimates(asked: Iterable[Requests], prices: Mapping[str, Price]) -> list[Estimate]:
    """Return one estimate per model, in the order of their first requests."""
    by_model: dict[str, list[Requests]] = {}
    for requests in asked:
        by_model.setdefault(requests.who, []).append(requests)
    return [_estimate(who, kinds, prices.get(who)) for who, kinds in by_model.items()]


def total(found: Sequence[Estimate]) -> Estimate:
    """Add up all models; a sum is unknown if it is unknown for one of them, or in several currencies."""
    currencies = {each.currency for each in found}
    is_one = len(currencies) == 1
    return Estimate(
        "all",
        sum(each.requests for each in found),
        sum(each.prompt_tokens for each in found),
        sum(each.completion_tokens for each in found),
        _sum_known([each.at_most for each in found]),
        _sum_known([each.cost for each in found]) if is_one else None,
        _sum_known([each.cost_at_most for each in found]) if is_one else None,
        currencies.pop() if is_one else "",
    )


def table(found: Sequence[Estimate]) -> list[tuple[str, ...]]:
    """Return the rows under `HEADINGS`: one per model, and the total if there are several."""
    return [each.row() for each in (*found, *((total(found),) if len(found) > 1 else ()))]


def minutes(completion_tokens: int, tokens_per_second: float = TOKENS_PER_SECOND) -> float:
    """Return how long so many tokens take to write; reading the prompts takes little beside it."""
    return completion_tokens / tokens_per_second / 60


def _estimate(who: str, kinds: Sequence[Requests], price: Price | None) -> Estimate:
    prompts = completions = 0
    for kind in kinds:
        prompts += kind.count * math.ceil(kind.each.prompt_characters / PROMPT_CHARACTERS)
        needed = math.ceil(kind.each.answer_characters / ANSWER_CHARACTERS)
        completions += kind.count * min(needed, kind.max_tokens or needed)
    limits = [None if kind.max_tokens is None else kind.count * kind.max_tokens for kind in kinds]
    at_most = _sum_known(limits)
    return Estimate(
        who,
        sum(kind.count for kind in kinds),
        prompts,
        completions,
        at_most,
        None if price is None else price.of(prompts, completions),
        None if price is None or at_most is None else price.of(prompts, at_most),
        "" if price is None else price.currency,
    )


def _sum_known(numbers: Sequence[N | None]) -> N | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None
