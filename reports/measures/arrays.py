"""Convert columns to plain arrays."""

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


def numbers(column: "pd.Series[int]") -> Floats:
    """Return a numeric column as floats; missing values are NaN."""
    return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def integers(values: npt.ArrayLike) -> Integers:
    """Return the values as 64-bit integers."""
    return np.asarray(values, dtype=np.int64)


def summed(values: npt.ArrayLike, part: Integers, parts: int = 0) -> Floats:
    """Return the sum of the values in each part, given the part of each of them, from 0."""
    found = np.bincount(part, np.asarray(values, dtype=np.float64), minlength=parts)
    return np.asarray(found, dtype=np.float64)  # of no values numpy counts, and gives integers


def share(part: npt.ArrayLike, whole: npt.ArrayLike, otherwise: float = np.nan) -> Floats:
    """Return part / whole, or `otherwise` where the whole is 0."""
    below = np.asarray(whole, dtype=np.float64)
    result = np.full(below.shape, otherwise)
    np.divide(part, below, out=result, where=below > 0)
    return result


def happened(when: Floats, trials: Floats, times: Floats, side: Literal["left", "right"] = "left") -> Floats:
    """Return to how many trials something has happened before each time; on `right`, at that time, too.

    Args:
        when: When it happens to each row.
        trials: Number of trials of each row.
        times: The times asked for.
        side: As in `numpy.searchsorted`.
    """
    order = np.argsort(when, kind="stable")
    reached = np.concatenate([[0.0], np.cumsum(trials[order])])
    return np.asarray(reached[np.searchsorted(when[order], times, side=side)])
