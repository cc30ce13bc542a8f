"""How the horizons move when the outcomes are read otherwise."""

from collections.abc import Callable, Mapping
from enum import StrEnum

import numpy as np
import pandas as pd

from evals.trials import Label
from reports.frame import TEXT, checked
from reports.measures import Audit, horizons, label_error
from reports.shares import CUTS, labelled, numbers


class Reading(StrEnum):
    """One way of reading the same outcomes."""

    LABELLED = "as labelled"
    SILENT_STOPS = "silent short lists are give-ups"
    """A list too short without a word: a logic error as labelled."""
    LOST_STOPS = "already-wrong give-ups are logic errors"
    SURE = "unconfident labels dropped"
    LEGAL = "legality only"
    """Right as long as it is legal, whether or not it comes nearer to the goal: an upper bound of ability."""
    LABEL_ERROR = "label error propagated"
    """As often as a reader found the labels wrong."""


_SILENT = "silent_short"
_VALUES = ("estimate", "low", "high", "beyond", "reason")


def sensitivity(rows: pd.DataFrame, audit: Audit | None = None) -> pd.DataFrame:
    """One row a group x axis x reading, the groups and axes as in `reports.measures.horizons`.

    | column | meaning and unit |
    |---|---|
    | model, puzzle, arm, …, axis | keys |
    | reading | `as labelled`, `silent short lists are give-ups`, `already-wrong give-ups are logic errors`, \
`unconfident labels dropped`, `legality only`; with an audit also `label error propagated` |
    | changed | trials of the group that are read otherwise; missing for the propagated error |
    | estimate, low, high, beyond, reason | as in `horizons` |
    | doublings | log2 of the estimate by that of `as labelled`; missing where either is |

    Args:
        rows: Of `reports.frame`.
        audit: What a reader found of labels drawn at random: see `reports.measures.label_error`.

    Raises:
        FrameError: These are not the rows of `reports.frame`, or a trial stands in them twice.
    """
    base = horizons(checked(rows))
    names = [str(name) for name in base.columns[: base.columns.get_loc("axis")]]
    parts = [_of(base, names, rows[:0], Reading.LABELLED)]
    for reading, read in _READINGS.items():
        other, changed = read(rows)
        parts.append(_of(horizons(other), names, rows[changed], reading))
    if audit is not None:
        propagated = label_error(rows, audit).assign(beyond=pd.NA)
        parts.append(_of(propagated, names, rows[:0], Reading.LABEL_ERROR).assign(changed=pd.NA))
    return base
