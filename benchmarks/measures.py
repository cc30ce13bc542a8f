"""All measures of 100,000 outcomes: 40 groups of ten sizes, 25 instances a size, ten repeats of each.

Goal: at most 2 seconds of processor time together, and at most 1 GiB of memory. Making the outcomes is apart.
"""

import resource
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from reports.calibration.respondents import Cuts, ModelledRespondent
from reports.calibration.scenarios import Design
from reports.calibration.studies import simulate
from reports.measures import by_size, horizons_of, independence, off_course, step_curves, stops_after

GROUPS = 40
MOST_SECONDS = 2.0
MOST_MEMORY = 1 << 30


def main() -> None:
    rows = simulate(
        ModelledRespondent(cuts=Cuts(share=0.2)), Design(25, 10), GROUPS, np.random.default_rng(0)
    )
    print(f"{len(rows):,} outcomes")
    sizes, spent = timed("by_size", lambda: by_size(rows))
    spent += timed("horizons_of", lambda: horizons_of(sizes))[1]
    for measure in (step_curves, stops_after, off_course, independence):
        spent += timed(measure.__name__, lambda measure=measure: measure(rows))[1]  # type: ignore[misc]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(f"together     {spent:5.2f} s  (at most {MOST_SECONDS})")
    print(f"peak memory  {peak / 2**20:5.0f} MiB, the outcomes among it  (at most {MOST_MEMORY / 2**20:.0f})")


def timed(name: str, work: Callable[[], pd.DataFrame]) -> tuple[pd.DataFrame, float]:
    """What it gives, and the processor time it takes."""
    begun = time.process_time()
    made = work()
    spent = time.process_time() - begun
    print(f"{name:12} {spent:5.2f} s, {len(made):,} rows")
    return made, spent


if __name__ == "__main__":
    main()
