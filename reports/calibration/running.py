"""Run the calibration: scenario by scenario, a batch of studies at a time, on one or more processes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pandas as pd

from reports.calibration.claim_scenarios import CLAIM_SCENARIOS
from reports.calibration.claims import PAIRS, Claims, ScenarioGroup
from reports.calibration.coverage import Calibration, Coverage, coverage
from reports.calibration.scenarios import SCENARIOS, Design
from reports.calibration.studies import audit, mislabel, simulate, truth
from reports.measures import Axis, by_size, horizons, horizons_of, label_error
from tasks import CantwontError

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the number of parts done, and the number of parts in all."""

_TOGETHER = 50
"""Studies measured as one frame."""
_AUDITED = 10
"""Studies measured as one frame and sharing one audit, if labels are wrong."""
_CLAIMED = 100
"""Studies of which something is claimed, as one frame."""
_MORE = 10
"""So many of these for each study asked for, up to `PAIRS`: they take a tenth of the time."""

_TRUTH, _STUDIES, _CLAIMS = 0, 1, 2
"""Streams of random numbers for the truth, for the studies and for the claims."""


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
    claims: bool = False
    """Whether the scenario is one of `CLAIM_SCENARIOS`."""

    def random(self) -> np.random.Generator:
        """Return a random stream of its own, independent of what runs beside it."""
        design = (self.design.instances, self.design.repeats)
        stream = _CLAIMS if self.claims else _STUDIES
        return np.random.default_rng([self.seed, self.scenario, stream, *design, self.first])


def calibrate(  # noqa: PLR0913 - its options
    studies: int = 200,
    scenarios: Sequence[str] | None = None,
    seed: int = 0,
    *,
    only: ScenarioGroup | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Calibration:
    """Simulate studies of each scenario and design, measure them, and compare with the truth.

    Args:
        studies: Number of studies of each scenario and design; of those about claims, ten times as many, but
            at most 2,000.
        scenarios: Names of the scenarios; `None`: all of them.
        seed: Seed of everything that is drawn.
        only: The group of scenarios; `None`: all of them.
        workers: Number of processes; the results do not depend on it. With several, a script that calls this
            needs an `if __name__ == "__main__":` guard.
        progress: Called after each part.

    Raises:
        UnknownScenario: A name is not that of a scenario, or not of one of the group.
    """
    chosen, claiming = _chosen(scenarios, only)
    parts = [part for at in chosen for part in _parts(at, studies, seed)]
    parts += [part for at in claiming for part in _claim_parts(at, min(_MORE * studies, PAIRS), seed)]
    truths = {at: truth(SCENARIOS[at].respondent, np.random.default_rng([seed, at, _TRUTH])) for at in chosen}
    rows: list[Coverage] = []
    claims: list[Claims] = []
    found: list[pd.DataFrame] = []
    for done, (part, measured) in enumerate(zip(parts, _measured(parts, workers), strict=True), start=1):
        if progress is not None:
            name = (CLAIM_SCENARIOS if part.claims else SCENARIOS)[part.scenario].name
            progress(f"{name}, {part.design}", done, len(parts))
        found.append(measured)
        if done == len(parts) or parts[done].first == 0:
            together = pd.concat(found, ignore_index=True)
            if part.claims:
                claims += _claims(part, together)
            else:
                rows += coverage(SCENARIOS[part.scenario], part.design, truths[part.scenario], together)
            found = []
    return Calibration(tuple(rows), tuple(claims))


def _chosen(names: Sequence[str] | None, only: ScenarioGroup | None) -> tuple[list[int], list[int]]:
    """Return the indices of the scenarios, of those about horizons and of those about claims."""
    groups = {scenario.name: ScenarioGroup.HORIZONS for scenario in SCENARIOS}
    groups |= {scenario.name: scenario.group for scenario in CLAIM_SCENARIOS}
    known = [name for name, group in groups.items() if only in (None, group)]
    for name in names or ():
        if name not in known:
            where = "" if only is None else f" in the group {str(only)!r}"
            raise UnknownScenario(
                f"there is no scenario {name!r}{where}; there are {', '.join(map(repr, known))}"
            )
    wanted = {name for name in known if names is None or name in names}
    of_horizons = [at for at, scenario in enumerate(SCENARIOS) if scenario.name in wanted]
    return of_horizons, [at for at, scenario in enumerate(CLAIM_SCENARIOS) if scenario.name in wanted]


def _parts(at: int, studies: int, seed: int) -> Iterator[_Part]:
    wrong = SCENARIOS[at].wrong
    step = _AUDITED if wrong and wrong.corrected else _TOGETHER
    for design in SCENARIOS[at].designs:
        for first in range(0, studies, step):
            yield _Part(at, design, first, min(step, studies - first), seed)


def _claim_parts(at: int, studies: int, seed: int) -> Iterator[_Part]:
    for design in CLAIM_SCENARIOS[at].designs:
        for first in range(0, studies, _CLAIMED):
            yield _Part(at, design, first, min(_CLAIMED, studies - first), seed, claims=True)


def _claims(part: _Part, found: pd.DataFrame) -> Iterator[Claims]:
    scenario = CLAIM_SCENARIOS[part.scenario]
    for claim, of_claim in found.groupby("claim", sort=False):
        yield Claims.of(scenario.name, scenario.group, part.design, str(claim), of_claim)


def _measured(parts: Sequence[_Part], workers: int) -> Iterator[pd.DataFrame]:
    """Yield what is found of each part, in the order of the parts."""
    if workers == 1:
        yield from map(_measure, parts)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_measure, parts)


def _measure(part: _Part) -> pd.DataFrame:
    """Return what is claimed of each study of the part, or its horizons; corrected, if labels are wrong."""
    if part.claims:
        return CLAIM_SCENARIOS[part.scenario].claimed(part.design, part.studies, part.random())
    scenario = SCENARIOS[part.scenario]
    random = part.random()
    rows = simulate(scenario.respondent, part.design, part.studies, random)
    if scenario.wrong is None:
        sizes = by_size(rows)
        modelled = sizes.groupby("model")["modelled"].any().rename("modelled").reset_index()
        return horizons_of(sizes).merge(modelled, on="model")
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
