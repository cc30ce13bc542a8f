"""Simulated models at one size in two arms or more, by the rates at which their answers end."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from evals.record.outcome import Label
from reports.analyses.verdicts import PLAIN, PUSHED
from reports.calibration.scenarios import Design
from reports.calibration.studies import as_frame
from reports.measures.arrays import Bools, Floats, Integers

STEPS = 63
"""L of the one size."""
_STOPPED_AT, _LOST_AT, _LOST_BEFORE = 20, 40, 10
_WANDERED = 80
"""Steps written by an answer that is cut behind L."""


@dataclass(frozen=True, slots=True)
class ArmRates:
    """How the answers of one arm end, independent of each other but for the instance."""

    willing: float = 1.0
    """Share that does not stop by choice."""
    able: float = 1.0
    """Of these, the share that is right."""
    lost_first: bool = False
    """Whether those that stop had erred before."""
    cut_first: float = 0.0
    """Share cut before the first step, whatever would have come."""
    wanders: float = 0.0
    """Share that writes more than L steps without an error and without the goal, until it is cut."""


@dataclass(frozen=True, slots=True)
class TwoArms:
    """A model in both arms."""

    plain: ArmRates
    """The arm `list`."""
    pushed: ArmRates
    """The arm `insist`."""
    spread: float = 0.0
    """Standard deviation of the instances' logits of will and of ability, the same in both arms."""


def asked(who: TwoArms, design: Design, studies: int, random: np.random.Generator) -> pd.DataFrame:
    """Return the outcomes of studies as a `reports.frame`; the model's name is the study's number.

    Args:
        who: The model.
        design: Instances of the one size, and repeats of each in either arm.
        studies: Number of studies.
        random: Draws everything.
    """
    ways = {(PLAIN, ""): who.plain, (PUSHED, ""): who.pushed}
    return asked_in(ways, who.spread, design, studies, random)


def asked_in(
    ways: Mapping[tuple[str, str], ArmRates],
    spread: float,
    design: Design,
    studies: int,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Return the same of a model in any arms.

    Args:
        ways: How its answers end, by arm and options.
        spread: Standard deviation of the instances' logits, the same in all arms.
        design: Instances of the one size, and repeats of each in every arm.
        studies: Number of studies.
        random: Draws everything.
    """
    instance = np.repeat(np.arange(studies * design.instances), design.repeats)
    hard = spread * random.normal(size=(2, studies * design.instances))
    arms = [
        _answers(rates, hard[0][instance], hard[1][instance], random).assign(arm=arm, options=options)
        for (arm, options), rates in ways.items()
    ]
    named = pd.DataFrame(
        {
            "model": [f"{number:05}" for number in instance // design.instances],
            "instance": [f"simulated/{number}" for number in instance],
            "repeat": np.tile(np.arange(design.repeats), studies * design.instances),
        }
    )
    return as_frame(pd.concat([arm.join(named) for arm in arms], ignore_index=True))


def _answers(rates: ArmRates, will: Floats, skill: Floats, random: np.random.Generator) -> pd.DataFrame:
    """Return how each trial ends, given the shifts of its instance's logits."""
    stops, errs, first, wanders = random.random((4, len(will)))
    cut_first, wandering = first < rates.cut_first, wanders < rates.wanders
    stopped = stops >= _raised(rates.willing, will)
    wrong = errs >= _raised(rates.able, skill)
    written = _picked([cut_first, wandering, stopped], [0, _WANDERED, _STOPPED_AT], STEPS)
    lost_at = _picked(
        [cut_first | wandering, stopped, wrong], [0, _LOST_BEFORE * rates.lost_first, _LOST_AT], 0
    )
    label = np.select(
        [cut_first | wandering, stopped, wrong],
        [str(Label.TRUNCATED), str(Label.GIVE_UP), str(Label.LOGIC_ERROR)],
        str(Label.SOLVED),
    )
    lost = pd.Series(lost_at, dtype="Int64").replace(0, pd.NA)
    shown = {"label": label, "written": written, "first_error": lost, "lost_at": lost}
    return pd.DataFrame({"size": STEPS, "steps": STEPS, **shown})


def _raised(share: float, by: Floats) -> Floats:
    return np.asarray(expit(logit(share) + by))


def _picked(which: list[Bools], values: list[int], otherwise: int) -> Integers:
    return np.asarray(np.select(which, values, otherwise), dtype=np.int64)
