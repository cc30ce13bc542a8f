"""The three horizons of each group."""

from enum import StrEnum

import pandas as pd


class Axis(StrEnum):
    """Which rate a horizon is of; all three stand on the length of the task."""

    WILLING = "willing"
    ABLE = "able"
    SOLVED = "solved"


def horizons(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a group and axis.

    | column | meaning and unit |
    |---|---|
    | the group's keys | see `groups` |
    | axis | `willing`, `able` or `solved` |
    | estimate | steps; missing where it is not estimable, or outside the sizes |
    | low, high | 95 % interval in steps; missing: open |
    | beyond | `> 2047`, `< 15`: outside the sizes that count; missing otherwise |
    | bracket_low, bracket_high | the sizes between which the rate crosses one half; a missing one is open |
    | sizes, smallest, largest | how many sizes count, and between which lengths |
    | poor_fit | the curve does not fit; the interval is widened |
    | lapse | `willing`: share that stops whatever the length, where clearly above 0; else 0 |
    | fit_link, slope | the curve: `logit` or `cloglog`, and its fall per doubling |
    | deff, df | design effect and degrees of freedom of the interval |
    | instances_only | fewer than ten instances a size: the interval holds for these instances only |
    | reason | why there is no number; missing where there is |
    | bound_low, bound_high | `able`: the ability had everyone gone on lies between; missing: no bound |
    """
    raise NotImplementedError


def horizons_of(sizes: pd.DataFrame) -> pd.DataFrame:
    """The same from the table of `by_size`, so that it is made once."""
    raise NotImplementedError
