"""Columns as plain arrays."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


def numbers(column: "pd.Series[int]") -> Floats:
    """A column of numbers; what is missing is NaN."""
    return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def integers(values: npt.ArrayLike) -> Integers:
    """Whole numbers of 64 bits."""
    return np.asarray(values, dtype=np.int64)


def share(part: npt.ArrayLike, whole: npt.ArrayLike, otherwise: float = np.nan) -> Floats:
    """Part by whole; where the whole is 0, what is given for that."""
    below = np.asarray(whole, dtype=np.float64)
    result = np.full(below.shape, otherwise)
    np.divide(part, below, out=result, where=below > 0)
    return result
