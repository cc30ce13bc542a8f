"""Batches go where they tell most, and asking ends when enough is known, or when no more can be."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

import pytest

from evals.plan.adaptive.ladder import BATCH, Rung, ladder
from evals.plan.adaptive.placing import Aim, Seen, Why, decide
from tasks import puzzle

RUNGS = ladder(puzzle("counting"), {}, 4096)
AIM = Aim(width=1.0, max_trials=400)
Rate = Callable[[int], float]


def always(_: int) -> float:
    return 1.0


def never(_: int) -> float:
    return 0.0


def half_at(half: float, slope: float = 1.0) -> Rate:
    return lambda steps: 0.5 ** ((steps / half) ** slope)


def asked(
    will: Rate, skill: Rate, *, cut_at: float = float("inf"), aim: Aim = AIM
) -> tuple[Why | None, list[int], Sequence[Seen]]:
    """Ask a respondent until there is no more to ask; return why, and the steps of each batch."""
    draw = Random("respondent")
    counts = [Counter[str]() for _ in RUNGS]
    batches: list[int] = []
    seen = [Seen() for _ in RUNGS]
    while (decision := decide(RUNGS, seen, aim)).rung is not None:
        steps = RUNGS[decision.rung].steps
        batches.append(steps)
        for _ in range(BATCH):
            goes_on, is_right = draw.random() < will(steps), draw.random() < skill(steps)
            end = "stopped" if not goes_on else "cut" if steps > cut_at else "right" if is_right else "wrong"
            counts[decision.rung][end] += 1
        seen = [Seen(**each) for each in counts]
    return decision.why, batches, seen


@pytest.mark.parametrize(
    ("will", "skill", "cut_at", "why", "most"),
    [
        (half_at(400), half_at(50), 9999, Why.REACHED, 250),
        (always, always, 9999, Why.REACHED, 80),
        (always, never, 9999, Why.REACHED, 80),
        (half_at(40, 3), half_at(3000), 9999, Why.STOPS_FIRST, 150),
        (never, always, 9999, Why.STOPS_FIRST, 60),
        (always, always, 100, Why.CUT, 150),
        (half_at(2500, 3), half_at(60), 9999, Why.EDGE, 400),
    ],
)
def test_ends(will: Rate, skill: Rate, cut_at: float, why: Why, most: int) -> None:
    """It is said why no more is asked, and that is found with few trials."""
    ended, batches, _ = asked(will, skill, cut_at=cut_at)
    assert ended == why
    assert len(batches) * BATCH <= most


def test_near_the_horizons() -> None:
    """Most trials are where the rates cross one half, and each horizon has the sizes that it needs."""
    _, batches, seen = asked(half_at(400), half_at(50))
    near = [steps for steps in batches if 50 / 4 < steps < 50 * 4 or 400 / 4 < steps < 400 * 4]
    assert len(near) > 0.6 * len(batches)
    full = [rung.steps for rung, each in zip(RUNGS, seen, strict=True) if each.asked >= BATCH]
    for horizon in (50, 400):
        assert sum(steps < horizon for steps in full) >= 2
        assert sum(steps > horizon for steps in full) >= 2


def test_the_most_trials() -> None:
    ended, batches, _ = asked(half_at(100), half_at(100), aim=Aim(width=0.1, max_trials=60))
    assert (ended, len(batches)) == (Why.MAX_TRIALS, 6)


def test_what_is_under_way_counts_as_asked() -> None:
    """Batches that are decided on before anything has ended are spread, and never more than allowed."""
    seen = [Seen() for _ in RUNGS]
    placed: list[int] = []
    while (decision := decide(RUNGS, seen, Aim(1.0, 100))).rung is not None:
        placed.append(decision.rung)
        seen[decision.rung] = Seen(pending=seen[decision.rung].pending + BATCH)
    assert decision.why == Why.MAX_TRIALS
    assert len(placed) == 10
    assert len(set(placed)) >= 4


def test_the_same_again() -> None:
    """It hangs on nothing but what is known."""
    rungs = [Rung(size, 2**size - 1) for size in range(2, 13)]
    seen = [Seen(right=7, wrong=1, stopped=2)] * 5 + [Seen()] * 6
    assert decide(rungs, seen, AIM) == decide(tuple(rungs), list(seen), AIM)
