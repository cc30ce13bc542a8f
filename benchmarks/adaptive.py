"""Trials to know both horizons to within a doubling: sizes found while asking, against a grid of fixed sizes.

Respondents of known truth, by the estimator of the reports. The grid has ten sizes, each about twice as long
as the one before, and the same number of trials at each. Goal: at most half of its trials, and intervals that
cover as they should: 93 %, less two Monte Carlo errors.

    python -m benchmarks.adaptive [STUDIES [RESPONDENT PUZZLE]]
"""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from evals.plan.adaptive.ladder import BATCH, Rung, ladder
from evals.plan.adaptive.placing import Aim, Seen, decide
from reports.calibration.respondents import ModelledRespondent, Skill, StoppingRule, Trials
from reports.calibration.studies import TrueHorizons, as_frame, observed, truth
from reports.measures import Axis, by_size, horizons_of
from tasks import puzzle, size_nearest

STUDIES = 40
AIM = Aim(width=1.0, max_trials=400)
MOST_STEPS = 4096
EACH = (10, 12, 14, 17, 20, 24, 28, 34, 40, 48, 56, 66, 78, 90)
"""Trials a size of the fixed grid after which it is looked at."""
COVERED = 0.93
PUZZLES = ("hanoi", "counting", "blocks_world")
RESPONDENTS = {
    "100 / 100": ModelledRespondent(),
    "400 / 50": ModelledRespondent(StoppingRule(half=400.0), Skill(half=50.0)),
    "hazard": ModelledRespondent(StoppingRule(slope=None)),
    "sharp": ModelledRespondent(StoppingRule(slope=4.0), Skill(slope=3.0)),
    "50 / 400": ModelledRespondent(StoppingRule(half=50.0), Skill(half=400.0)),
}
"""Horizons of will and ability."""
_AXES = (str(Axis.WILLING), str(Axis.ABLE))
_NO_END = 1e9


@dataclass(slots=True)
class Studies:
    """The trials of many studies in the order in which they were asked, and what came of each study."""

    trials: list[pd.DataFrame] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)

    def add(self, rows: pd.DataFrame) -> None:
        """Add a study."""
        number = len(self.trials)
        self.trials.append(rows.assign(model=f"{number:05}", order=np.arange(len(rows))))

    def horizons(self, until: int, which: Sequence[int]) -> pd.DataFrame:
        """Return the horizons of some studies, had they ended after so many trials."""
        parts = [self.trials[study].iloc[:until] for study in which]
        rows = pd.concat(parts, ignore_index=True)
        rows["instance"] = [
            f"simulated/{size}/{at}" for size, at in zip(rows["size"], rows["order"], strict=True)
        ]
        return horizons_of(by_size(as_frame(rows.assign(repeat=0))), (Axis.WILLING, Axis.ABLE))


def adaptive(
    who: ModelledRespondent, rungs: Sequence[Rung], studies: int, random: np.random.Generator
) -> Studies:
    """Ask as `sizes = "auto"` does, one batch after another."""
    made = Studies()
    for _ in range(studies):
        known = [draw(who, rung.steps, AIM.max_trials, random) for rung in rungs]
        seen, batches = [Seen()] * len(rungs), []
        while (decision := decide(rungs, seen, AIM)).rung is not None:
            rung = decision.rung
            first = seen[rung].asked
            batch = known[rung].iloc[first : first + BATCH]
            batches.append(batch)
            seen[rung] = counted(known[rung].iloc[: first + BATCH])
        made.ended[str(decision.why)] += 1
        made.add(pd.concat(batches, ignore_index=True))
    return made


def fixed(
    who: ModelledRespondent, steps: Sequence[int], studies: int, random: np.random.Generator
) -> Studies:
    """Ask all sizes once, and all again."""
    made = Studies()
    for _ in range(studies):
        trials = Trials.draw(
            who, np.tile(np.array(steps), EACH[-1]), np.arange(EACH[-1] * len(steps)), random
        )
        made.add(observed(trials))
    return made


def draw(who: ModelledRespondent, steps: int, number: int, random: np.random.Generator) -> pd.DataFrame:
    """Return the outcomes of trials at one size."""
    return observed(Trials.draw(who, np.full(number, steps), np.arange(number), random))


def counted(rows: pd.DataFrame) -> Seen:
    """Count outcomes; nothing is cut here."""
    labels = Counter(rows["label"])
    stopped = labels["refusal"] + labels["give_up"]
    return Seen(right=labels["solved"], wrong=labels["logic_error"], stopped=stopped)


def needed(studies: Studies, after: Sequence[int]) -> dict[str, float]:
    """Return the median number of trials after which an interval is first as narrow as wanted.

    Args:
        studies: The studies.
        after: The numbers of trials to look after.
    """
    number = len(studies.trials)
    first = {name: np.full(number, _NO_END) for name in (*_AXES, "both")}
    for until in after:
        lengths = [len(trials) for trials in studies.trials]
        todo = [at for at in range(number) if first["both"][at] == _NO_END and lengths[at] >= until]
        if not todo:
            continue
        narrow = widths(studies.horizons(until, todo)) <= AIM.width
        narrow["both"] = narrow.all(axis="columns")
        for name, times in first.items():
            times[todo] = np.where(narrow[name], np.minimum(times[todo], until), times[todo])
    return {name: float(np.median(times)) for name, times in first.items()}


def widths(found: pd.DataFrame) -> pd.DataFrame:
    """Return the widths of the intervals in doublings, a row a study and a column an axis."""
    wide = found.assign(width=np.log2(found["high"] / found["low"]))
    return wide.pivot(index="model", columns="axis", values="width")[list(_AXES)].sort_index()


def ends(studies: Studies, true: TrueHorizons) -> dict[str, str]:
    """Return how the studies ended by themselves: widths, and how often the intervals cover."""
    found = studies.horizons(AIM.max_trials, range(len(studies.trials)))
    told: dict[str, str] = {}
    for axis in _AXES:
        part = found[found["axis"] == axis]
        shown = part[part[["estimate", "low", "high"]].notna().any(axis="columns")]
        where = true.of(Axis(axis))
        covers = ((shown["low"].fillna(0) <= where) & (shown["high"].fillna(np.inf) >= where)).mean()
        least = COVERED - 2 * np.sqrt(COVERED * (1 - COVERED) / max(len(shown), 1))
        width = pd.Series(np.log2(part["high"] / part["low"]))
        told[axis] = (
            f"{width.median():6.2f} {(width <= AIM.width).mean():6.0%} {len(shown) / len(part):6.0%} "
            f"{covers:6.1%}{'!' if covers < least else ' '}"
        )
    return told


def main() -> None:
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else STUDIES
    print(f"{studies} studies a row; width {AIM.width:g}, at most {AIM.max_trials} trials")
    print("to width 1: median trials, fixed grid and auto. At the end of auto: by axis the width,")
    print("share <= 1, share with an interval, coverage (! below 93 % less two Monte Carlo errors)")
    only = sys.argv[2:4]
    for name, who in RESPONDENTS.items():
        true = truth(who, np.random.default_rng(0))
        for chosen in PUZZLES:
            if only and only != [name, chosen]:
                continue
            begun = time.process_time()
            random = np.random.default_rng(1)
            maker = puzzle(chosen)
            rungs = ladder(maker, {}, MOST_STEPS)
            sizes = dict.fromkeys(size_nearest(maker, 2**power - 1, {}) for power in range(2, 12))
            steps = [maker.fewest_steps(maker.generate({"size": size})) or 1 for size in sizes]
            grid = fixed(who, steps, studies, random)
            auto = adaptive(who, rungs, studies, random)
            each = [len(steps) * trials for trials in EACH]
            before, after = needed(grid, each), needed(auto, range(50, AIM.max_trials + 1, BATCH))
            asked = np.median([len(trials) for trials in auto.trials])
            print(f"{name}, {chosen}")
            for axis in (*_AXES, "both"):
                print(f"  {axis:8} to width 1: {told(before[axis]):>7} {told(after[axis]):>7}")
            print(f"  ended after {asked:.0f}: {dict(auto.ended)}")
            for axis, words in ends(auto, true).items():
                print(f"  {axis:8} {words}", flush=True)
            print(f"  {time.process_time() - begun:.0f} s")


def told(median: float) -> str:
    return "never" if median == _NO_END else f"{median:.0f}"


if __name__ == "__main__":
    main()
