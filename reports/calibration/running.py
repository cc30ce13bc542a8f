"""Run the calibration: scenario by scenario, a batch of studies at a time, on one or more processes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pandas as pd

from reports.calibration.coverage import Calibration, Coverage, coverage
from reports.calibration.scenarios import SCENARIOS, Design
from reports.calibration.studies import audit, mislabel, simulate, truth
from reports.measures import Axis, horizons, label_error
from tasks import CantwontError

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the number of parts done, and the number of parts in all."""

_TOGETHER = 50
"""Studies measured as one frame."""
_AUDITED = 10
"""Studies measured as one frame and sharing one audit, if labels are wrong."""

_TRUTH, _STUDIES = 0, 1
"""Streams of random numbers for the truth and for the studies."""


class UnknownScenario(CantwontError):
    """No scenario has this name."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A batch of studies of one scenario and design."""

    scenario: int
    design: Design
    first: int
    studies: int
    seed: int

    def random(self) -> np.random.Generator:
        """Return a random stream of its own, independent of what runs beside it."""
        design = (self.design.instances, self.design.repeats)
        return np.random.default_rng([self.seed, self.scenario, _STUDIES, *design, self.first])


def calibrate(
    studies: int = 200,
    scenarios: Sequence[str] | None = None,
    seed: int = 0,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> Calibration:
    """Simulate studies of each scenario and design, measure them, and compare with the truth.

    Args:
        studies: Number of studies of each scenario and design.
        scenarios: Names of the scenarios; `None`: all of them.
        seed: Seed of everything that is drawn.
        workers: Number of processes; the results do not depend on it. With several, a script that calls this
            needs an `if __name__ == "__main__":` guard.
        progress: Called after each part.

    Raises:
        UnknownScenario: A name is not that of a scenario.
    """
    chosen = _chosen(scenarios)
    parts = [part for at in chosen for part in _parts(at, studies, seed)]
    truths = {at: truth(SCENARIOS[at].respondent, np.random.default_rng([seed, at, _TRUTH])) for at in chosen}
    rows: list[Coverage] = []
    found: list[pd.DataFrame] = []
    for done, (part, measured) in enumerate(zip(parts, _measured(parts, workers), strict=True), start=1):
        scenario = SCENARIOS[part.scenario]
        if progress is not None:
            progress(f"{scenario.name}, {part.design}", done, len(parts))
        found.append(measured)
        if part.first + part.studies == studies:
            together = pd.concat(found, ignore_index=True)
            rows += coverage(scenario, part.design, truths[part.scenario], together)
            found = []
    return Calibration(tuple(rows))


def _chosen(names: Sequence[str] | None) -> list[int]:
    """Return the indices of the scenarios."""
    known = [scenario.name for scenario in SCENARIOS]
    for name in names or ():
        if name not in known:
            raise UnknownScenario(f"there is no scenario {name!r}; there are {', '.join(map(repr, known))}")
    return [at for at, name in enumerate(known) if names is None or name in names]


def _parts(at: int, studies: int, seed: int) -> Iterator[_Part]:
    wrong = SCENARIOS[at].wrong
    step = _AUDITED if wrong and wrong.corrected else _TOGETHER
    for design in SCENARIOS[at].designs:
        for first in range(0, studies, step):
            yield _Part(at, design, first, min(step, studies - first), seed)


def _measured(parts: Sequence[_Part], workers: int) -> Iterator[pd.DataFrame]:
    """Yield each part's horizons, in the order of the parts."""
    if workers == 1:
        yield from map(_measure, parts)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_measure, parts)


def _measure(part: _Part) -> pd.DataFrame:
    """Return the horizons of each study of the part; corrected, if labels are wrong."""
    scenario = SCENARIOS[part.scenario]
    random = part.random()
    rows = simulate(scenario.respondent, part.design, part.studies, random)
    if scenario.wrong is None:
        return horizons(rows)
    seen = mislabel(rows, scenario.wrong, random)
    naive = horizons(seen)
    if not scenario.wrong.corrected:
        return naive
    read = audit(rows, scenario.wrong, random)
    # Only `willing` is corrected; `solved` comes from the replay.
    drawn = label_error(seen, read, axes=(Axis.WILLING,), seed=part.first)
    found = naive.merge(drawn, on=["model", "puzzle", "arm", "axis"], how="left", suffixes=("", "_drawn"))
    for name in ("estimate", "low", "high"):
        found[name] = found[f"{name}_drawn"].where(found["axis"] == Axis.WILLING, found[name])
    return found[naive.columns]
