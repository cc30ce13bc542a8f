"""How often the intervals of the horizons at 80 % hold the truth: simulated studies whose truth is known.

Ten sizes, as in `cantwont calibrate`. The number of studies of each design is the first argument, or 20.
"""

import sys

import numpy as np
import pandas as pd

from reports.calibration.respondents import ModelledRespondent, Trials
from reports.calibration.scenarios import LENGTHS, SCENARIOS
from reports.calibration.studies import simulate
from reports.measures import HIGH, Axis, by_size, horizons_at
from reports.measures.arrays import numbers

STUDIES = 20
CHOSEN = ("start", "hazard cut", "spikes")
_TRUTH = 30_000
_TOGETHER = 50


def main() -> None:
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else STUDIES
    print("| scenario | design | axis | truth | with an interval | covered | width | open |")
    print("|---|---|---|--:|--:|--:|--:|--:|")
    for scenario in SCENARIOS:
        if scenario.name not in CHOSEN:
            continue
        true = truth(scenario.respondent, np.random.default_rng(0))
        for design in scenario.designs:
            random = np.random.default_rng([1, design.instances])
            parts = []
            for first in range(0, studies, _TOGETHER):
                rows = simulate(scenario.respondent, design, min(_TOGETHER, studies - first), random)
                parts.append(horizons_at(by_size(rows), tuple(Axis), HIGH))
            found = pd.concat(parts)
            for axis in Axis:
                part = found[found["axis"] == axis]
                print(f"| {scenario.name} | {design} | {axis} | {told(part, true[axis])} |", flush=True)


def told(found: pd.DataFrame, true: float) -> str:
    """What the studies say of one axis, as cells."""
    estimate, low, high = (numbers(found[name]) for name in ("estimate", "low", "high"))
    shown = ~np.isnan(estimate) | ~np.isnan(low) | ~np.isnan(high)
    holds = (np.isnan(low) | (low <= true)) & (np.isnan(high) | (high >= true))
    closed = ~np.isnan(low) & ~np.isnan(high)
    width = np.log2(high[closed] / low[closed]).mean() if closed.any() else np.nan
    shares = [shown.mean(), holds[shown].mean(), (~closed)[shown].mean()]
    seen, covered, opened = (f"{100 * share:.0f} %" for share in shares)
    return f"{true:.0f} | {seen} | {covered} | {width:.1f} | {opened}"


def truth(who: ModelledRespondent, random: np.random.Generator) -> dict[Axis, float]:
    """The lengths at which the rates fall to 80 %, if nothing is cut; able with stopping switched off."""
    logs = np.arange(np.log2(LENGTHS[0]) - 1, np.log2(LENGTHS[-1]) + 1, 1 / 8)
    lengths = np.unique(np.rint(2**logs).astype(np.int64))
    shares = np.array([_rates(who, int(length), random) for length in lengths])
    # Falling in the length; made monotone against the noise of the simulation.
    return {
        axis: float(2 ** np.interp(-HIGH, -np.minimum.accumulate(shares[:, at]), np.log2(lengths)))
        for at, axis in enumerate(Axis)
    }


def _rates(who: ModelledRespondent, length: int, random: np.random.Generator) -> tuple[float, float, float]:
    trials = Trials.draw(who, np.full(_TRUTH, length), np.arange(_TRUTH), random)
    both = trials.willing & trials.able
    return float(trials.willing.mean()), float(trials.able.mean()), float(both.mean())


if __name__ == "__main__":
    main()
