"""Convert columns to plain arrays."""

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


def share(part: npt.ArrayLike, whole: npt.ArrayLike, otherwise: float = np.nan) -> Floats:
    """Return part / whole, or `otherwise` where the whole is 0."""
    below = np.asarray(whole, dtype=np.float64)
    result = np.full(below.shape, otherwise)
    np.divide(part, below, out=result, where=below > 0)
    return result
