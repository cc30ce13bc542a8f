"""How likely a verdict is where it is true, and how many instances make it likely."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy.special import bdtr, logit

from evals.plan.asked_sizes import PLAIN, VERDICT_INSTANCES, AskedPuzzle
from reports.analyses.shares import limits
from reports.analyses.verdicts import PUSHED, Verdict, verdicts
from reports.calibration.respondents import ModelledRespondent, Skill, StoppingRule
from reports.calibration.scenarios import Design
from reports.calibration.studies import simulate

POWER = 0.8
"""A verdict is likely from this probability on."""
SHARES = (0.9, 0.75)
"""The plain case, in which nine of ten do what the verdict says, and a softer one."""
STUDIES = 200
"""Simulated where instances are repeated."""
_MOST = 100
"""The most instances that are looked at."""
_STEPS = 100
NEVER = 1e12
"""A length at which a respondent never stops, or never errs, over any that is asked."""


_FEW = f"it takes {VERDICT_INSTANCES} instances of a size, or as many repeats of one, in each arm"


@dataclass(frozen=True, slots=True)
class VerdictPower:
    """How likely one verdict is at one size, in a model that it is true of."""

    verdict: Verdict
    share: float
    """The share that does what the verdict says, in each arm; the others do the opposite."""
    instances: int
    """Of the sizes that this is about."""
    sizes: int
    """How many sizes have so many instances."""
    power: float
    """The probability of the verdict."""
    needed: int
    """From how many instances on it is likely, each asked once in an arm; where a size has one, how many
    repeats of it."""
    lacks: str | None
    """Why it is impossible, if it is."""

    @property
    def likely(self) -> bool:
        """Whether what is asked suffices."""
        return self.power >= POWER


def verdict_powers(asked: AskedPuzzle, seed: int = 0) -> list[VerdictPower]:
    """Return the power of each verdict, by share and by the number of instances of a size."""
    return list(_powers(asked, seed))


def _powers(asked: AskedPuzzle, seed: int) -> Iterator[VerdictPower]:
    counts = [size.instances for size in asked.sizes]
    plain, pushed = asked.repeats.get(asked.plain, 0), asked.repeats.get(asked.pushed, 0)
    for instances in sorted(set(counts), reverse=True):
        for share in SHARES:
            for verdict in (Verdict.SOLVES, Verdict.WONT, Verdict.CANT):
                alone = verdict is Verdict.SOLVES
                arms = (plain,) if alone else (plain, pushed)
                lacks = _lacks(instances, dict(zip((asked.plain, asked.pushed), arms, strict=False)))
                power = 0.0 if lacks else _power(verdict, share, instances, arms, seed)
                needed = needed_instances(share, len(arms))
                yield VerdictPower(verdict, share, instances, counts.count(instances), power, needed, lacks)


def _lacks(instances: int, repeats: Mapping[str, int]) -> str | None:
    missing = next((arm for arm, often in repeats.items() if not often), None)
    if missing is not None:
        return f"arm {missing!r} is not asked"
    asked = [often if instances == 1 else instances for often in repeats.values()]
    return _FEW if min(asked) < VERDICT_INSTANCES else None


def _power(verdict: Verdict, share: float, instances: int, repeats: tuple[int, ...], seed: int) -> float:
    """Return the probability of a verdict: exact, or simulated where several instances are repeated."""
    if instances == 1:
        return float(np.prod([clear(share, number) for number in repeats]))
    if max(repeats) == 1:
        return float(clear(share, instances) ** len(repeats))
    return simulated_power(verdict, share, instances, repeats, seed)


@cache
def clear(share: float, number: int) -> float:
    """Return the probability that the 90 % limit of a share of so many trials is clear of one half.

    By symmetry that is also the probability that a share of `1 - share` is clearly below.
    """
    counts = np.arange(number + 1)
    low, _ = limits(counts / number, np.full(number + 1, float(number)))
    sure = counts[low >= 0.5]
    return 1 - float(bdtr(sure[0] - 1.0, number, share)) if len(sure) else 0.0


@cache
def needed_instances(share: float, arms: int) -> int:
    """Return from how many instances on all of so many arms are clear of one half with 80 % power.

    The power rises in a sawtooth: some smaller numbers may do as well.
    """
    short = (n for n in range(VERDICT_INSTANCES, _MOST) if clear(share, n) ** arms < POWER)
    return max(short, default=VERDICT_INSTANCES - 1) + 1


def simulated_power(  # noqa: PLR0913, PLR0917 - a design, and how it is simulated
    verdict: Verdict,
    share: float,
    instances: int,
    repeats: tuple[int, ...],
    seed: int,
    studies: int = STUDIES,
) -> float:
    """Return the share of simulated studies of one size that come to this verdict.

    Args:
        verdict: What is true of the respondent.
        share: The share of its trials that show it.
        instances: Of the size.
        repeats: Of each instance in the plain arm, and in the arm that pushes if that is asked.
        seed: Of what is drawn.
        studies: How many are simulated.
    """
    random = np.random.default_rng(seed)
    parts = [
        simulate(who, Design(instances, often, (_STEPS,)), studies, random).assign(arm=arm)
        for who, often, arm in zip(_respondents(verdict, share), repeats, (PLAIN, PUSHED), strict=False)
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows["trial"] = rows["trial"].str.cat(rows["arm"].astype(str))
    return float((verdicts(rows)["verdict"] == str(verdict)).mean())


def _respondents(verdict: Verdict, share: float) -> tuple[ModelledRespondent, ModelledRespondent]:
    """Return who answers in the plain arm, and in the arm that pushes."""
    finishes = 1 - share if verdict is Verdict.CANT else share
    errs = Skill(half=_STEPS * np.log(2) / -np.log(finishes))
    tireless = ModelledRespondent(StoppingRule(half=NEVER), errs)
    if verdict is not Verdict.WONT:
        return tireless, tireless
    slope = 1.5
    stops = StoppingRule(half=_STEPS * 2 ** (logit(1 - share) / slope), slope=slope)
    return ModelledRespondent(stops, Skill(half=NEVER)), tireless
