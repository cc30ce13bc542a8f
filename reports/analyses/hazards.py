"""The hazard of stopping and of erring, step by step, within one size."""

import numpy as np
import pandas as pd

from evals.record.outcome import STOPS
from reports.frame import TEXT
from reports.measures.arrays import Bools, Floats, Integers, numbers, share, summed
from reports.measures.cells import Cells
from reports.measures.rates import wilson
from reports.measures.times import CUT, UNREADABLE, labelled

STOPPING, ERRING = "stopping", "erring"


def hazards(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group, size, event and bin of steps; each bin is twice as wide as the one before.

    The discrete hazard of a bin is the number of events in it over the number of trials at risk when it
    began. A trial that stops after w steps stops at step w + 1, which it did not write. Times are those of
    the rates: without cuts, the product of 1 - hazard over the bins of `stopping` is willing(L). Unreadable
    answers are left out.

    | column | meaning and unit |
    |---|---|
    | the group's keys, size, steps | as in `by_size` |
    | event | `stopping`: by choice, right or wrong so far; `erring`: the first fault, while it writes on |
    | first, last | the steps of the bin: 1, 2 to 3, 4 to 7, …; the last ends with the task |
    | at_risk | trials that reach the bin without the event, and are not cut before |
    | events | of these, those with the event in the bin |
    | left | of these, those that are cut in the bin, or, for `erring`, stop in it |
    | hazard, low, high | events / at_risk; 95 % interval by Wilson, as if all trials were independent |

    Bins that no trial reaches are left out.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    cells = Cells.of(rows)
    read = cells.counted & ~labelled(cells.rows, *UNREADABLE)
    chosen = cells.rows[read]
    sample = (cells.cell[read], cells.weight[read])
    steps, over = numbers(chosen["steps"]), np.ceil(numbers(chosen["stop_time"]))
    stopped, cut = labelled(chosen, *STOPS), labelled(chosen, *CUT) & (over < steps)
    lost = numbers(chosen["lost_time"])
    # A stop comes half a step after the last step that was written: an error in that step comes first.
    erred = lost <= over
    first = np.where(erred, np.ceil(lost), over)
    parts = [
        _binned(cells, sample, STOPPING, over, stopped, cut),
        _binned(cells, sample, ERRING, first, erred, ~erred & (stopped | cut)),
    ]
    table = pd.concat(parts, ignore_index=True)
    table = table.sort_values(["cell", "turn", "first"], ignore_index=True, kind="stable")
    low, high = wilson(numbers(table["hazard"]), numbers(table["at_risk"]))
    keys = cells.keys.iloc[table["cell"]].reset_index(drop=True)
    table = table.drop(columns=["cell", "turn"]).assign(low=low, high=high)
    table["last"] = np.minimum(table["last"], numbers(keys["steps"])).astype(np.int64)
    return pd.concat([keys, table.astype({"event": TEXT})], axis="columns")


def _binned(  # noqa: PLR0913, PLR0917 - one sample
    cells: Cells, sample: tuple[Integers, Floats], name: str, until: Floats, event: Bools, left: Bools
) -> pd.DataFrame:
    """Return the bins of one event in each cell.

    Args:
        cells: All cells.
        sample: Cell of each row, and number of its trials.
        name: The event.
        until: The step up to which each is seen, from 1.
        event: Whether the event happened then.
        left: Whether it left without that before the end of its task.
    """
    lasts = np.floor(np.log2(np.maximum(until, 1))).astype(np.int64)
    bins = int(lasts.max(initial=0)) + 1
    cell, trials = sample
    place = cell * bins + lasts

    def counts(which: Bools) -> Integers:
        found = summed(trials[which], place[which], len(cells) * bins)
        return found.astype(np.int64).reshape(-1, bins)

    reached = counts(np.ones(len(cell), dtype=bool))
    at_risk = reached[:, ::-1].cumsum(axis=1)[:, ::-1]
    home, at = np.nonzero(at_risk)
    found = {"events": counts(event)[home, at], "left": counts(left)[home, at]}
    return pd.DataFrame(
        {
            "cell": home,
            "turn": [STOPPING, ERRING].index(name),
            "event": name,
            "first": 2**at,
            "last": 2 ** (at + 1) - 1,
            "at_risk": at_risk[home, at],
            **found,
            "hazard": share(found["events"], at_risk[home, at]),
        }
    )
