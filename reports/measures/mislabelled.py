"""How the horizons move when the measured errors of the labels are carried into them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import pandas as pd

from evals.agreement import Compared
from reports.measures.horizons import Axis


@dataclass(frozen=True, slots=True)
class Audit:
    """A reader beside the rules, on failures drawn at random: not solved, not cut."""

    stops: int
    """A: failures that the reader calls stops."""
    stops_found: int
    """a: of these, labelled stops."""
    others: int
    """B: failures that the reader calls something else."""
    others_taken: int
    """b: of these, labelled stops."""

    @classmethod
    def of(cls, compared: Compared) -> Self:
        """The counts of the random rows of `cantwont agree`."""
        raise NotImplementedError


def label_error(
    rows: pd.DataFrame,
    audit: Audit,
    *,
    axes: Sequence[Axis] = tuple(Axis),
    draws: int = 20,
    seed: int = 0,
) -> pd.DataFrame:
    """One row a group and axis: the horizon with the error of the labels in it, the naive one beside.

    | column | meaning and unit |
    |---|---|
    | the group's keys, axis | as in `horizons` |
    | estimate, low, high | steps; with 95 % interval; missing: open or not estimable |
    | naive, naive_low, naive_high | as in `horizons` |
    | open_draws | share of the redraws without an estimate or with an open end |
    | reason | why nothing was corrected, e.g. `label error not propagated: …`; missing where it was |
    """
    raise NotImplementedError
