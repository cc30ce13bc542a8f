"""Of several answers to one instance: whether at least one solves it, and whether all do."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reports.analyses.shares import counted, endings, first_that_holds, totals
from reports.measures import groups
from reports.measures.arrays import Floats, numbers


def repeats(rows: pd.DataFrame, ks: Sequence[int] = (1, 2, 5, 10)) -> pd.DataFrame:
    """Return one row per model x puzzle x arm (and whatever else varies) x size x k.

    Clean cuts are left out as undecided. Unbiased, from the R trials of one instance, c of them solved, and
    averaged over instances::

        pass@k = 1 - C(R - c, k) / C(R, k)        Chen et al., arXiv:2107.03374
        pass^k = C(c, k) / C(R, k)                Yao et al., arXiv:2406.12045

    | column | meaning and unit |
    |---|---|
    | model, puzzle, arm, …, size, steps | keys; steps is L: see `reports.frame.lengths` |
    | k | number of answers to one instance |
    | pass_at_k | probability that at least one of k solves it |
    | pass_all_k | probability that all k do: pass^k |
    | instances | those with at least k trials that were not cut; the two above are means over them |
    | left_out | instances with fewer |
    | reason | why there is no number; missing if there is one |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    trials = endings(rows)
    cell = [*groups(trials), "size", "steps"]
    flags = pd.DataFrame({"R": 1 - trials["cut"], "c": trials["solved"]})
    by_instance = totals(trials, flags, [*cell, "instance"]).reset_index()
    asked, solved = numbers(by_instance["R"]), numbers(by_instance["c"])
    parts = [_of_k(by_instance[cell], asked, solved, k) for k in ks]
    table = pd.concat(parts, ignore_index=True).sort_values([*cell, "k"], ignore_index=True, kind="stable")
    few = "fewer than k trials of an instance were not cut"
    table["reason"] = first_that_holds([(table["instances"] == 0, few)])
    return counted(table, "instances", "left_out")[
        [*cell, "k", "pass_at_k", "pass_all_k", "instances", "left_out", "reason"]
    ]


def _of_k(keys: pd.DataFrame, asked: Floats, solved: Floats, k: int) -> pd.DataFrame:
    """Return one row per cell."""
    enough = asked >= k
    values = keys.assign(
        pass_at_k=np.where(enough, 1 - all_of(asked - solved, asked, k), np.nan),
        pass_all_k=np.where(enough, all_of(solved, asked, k), np.nan),
        instances=enough.astype("float64"),
        left_out=(~enough).astype("float64"),
    )
    cells = values.groupby(list(keys.columns), dropna=False, observed=True)
    means = cells[["pass_at_k", "pass_all_k"]].mean()
    return means.join(cells[["instances", "left_out"]].sum()).reset_index().assign(k=k)


def all_of(part: Floats, whole: Floats, k: int) -> Floats:
    """Return C(part, k) / C(whole, k): the chance that k draws without replacement are all in the part."""
    product = np.ones(part.shape)
    for drawn in range(k):
        product *= np.maximum(part - drawn, 0) / np.maximum(whole - drawn, 1)
    return product
