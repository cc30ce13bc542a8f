"""The one table under all measures: trials that are alike in all that counts are one row, with their number.

Every estimate is made of this table and of nothing else. The outcomes of a run, as `reports.frame` gives
them, are one way to make it; the tables of other machines, joined, are another.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from evals.record.outcome import STOPS, Label
from reports.frame import TEXT, FrameError, checked

_CELL = ("run", "model", "endpoint", "puzzle", "size", "steps", "arm", "options", "base")
_SETTING = ("max_tokens", "temperature", "reasoning_effort")
_TIMES = ("written", "right", "first_error", "lost_at")
_ENDING = ("label", "confident", "probability", "off_course", "silent_short", "first_label", "first_lost")
KEYS = (*_CELL, *_SETTING, "instance", *_ENDING, *_TIMES, "token_bin", "currency")
"""The columns in which the trials of a row agree."""
SUMS = ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cost")
"""The columns that are summed over the trials of a row."""
PLAIN = ("flags", "first_lost_at")
"""Columns of `reports.frame` of which others are made here."""

_UNSEEN = (Label.SOLVED, Label.ERROR, Label.UNSCORABLE)
"""Labels of which no measure asks how much was written."""


def tabulate(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per cell, instance and kind of ending, sorted; such a table is returned as it is.

    | column | type | meaning and unit |
    |---|---|---|
    | run, model, endpoint, puzzle, size, steps, arm, options, base | | the cell, as in `reports.frame` |
    | max_tokens, temperature, reasoning_effort, instance | | as there, like label, confident, first_label \
and currency |
    | probability | number | of the label, in hundredths: 0.97 |
    | off_course, silent_short | true or false | whether it is flagged so; a list that is solved in more \
steps than it takes left the course |
    | first_lost | true or false | whether it was lost after the first turn; missing if there was no other |
    | written | integer | as there; at most L unless it stopped by choice; missing where no measure asks |
    | right, first_error, lost_at | integer | as there; `right` is missing without a first error |
    | token_bin | integer | tokens of the answer: 2b for 2^b, 2b - 1 for more than 2^(b - 1) and fewer than \
2^b, -1 for none; missing if unknown |
    | prompt_tokens, completion_tokens, reasoning_tokens, cost | number | sums; missing if unknown |
    | count | integer | number of trials |

    Args:
        rows: The trials of `reports.frame`; or rows of such trials that are alike, with their number in
            `count` and the sums of their tokens and cost.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    if "count" in rows and not any(name in rows for name in PLAIN):
        return rows
    return _merged(_alike(rows if "count" in rows else checked(rows).assign(count=1)))


def joined(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return several tables of `tabulate` as one."""
    return _merged(pd.concat(tables, ignore_index=True))


def _merged(table: pd.DataFrame) -> pd.DataFrame:
    missing = next((name for name in (*KEYS, *SUMS) if name not in table), None)
    if missing is not None:
        raise FrameError(f"the table has no column {missing!r}; make it with `reports.frame`")
    known = [table[name].notna().rename(f"known {name}") for name in SUMS]
    values = table[[*SUMS, "count"]].astype(dict.fromkeys(SUMS, "Float64")).fillna(0)
    keys = [table[name] for name in KEYS]
    merged = values.groupby([*keys, *known], dropna=False, observed=True, sort=True).sum().reset_index()
    for name, flag in zip(SUMS, known, strict=True):
        merged[name] = merged[name].astype("Float64").where(merged[flag.name].astype(bool))
    return merged[[*KEYS, *SUMS, "count"]].astype({"count": "int64", "confident": "bool"})


def _alike(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the columns of the table; what no measure asks for is missing."""
    label = rows["label"].astype(TEXT)
    is_solved, is_unseen, is_stop = (
        label.isin([str(one) for one in which]).to_numpy() for which in ((Label.SOLVED,), _UNSEEN, STOPS)
    )
    longer = (rows["written"] > rows["steps"]).fillna(False).to_numpy(dtype=bool)
    within = rows[["written", "steps"]].min(axis="columns")
    several = rows["first_label"].notna()
    return rows.assign(
        off_course=np.where(is_solved, longer, _flagged(rows, "off_course")),
        silent_short=_flagged(rows, "silent_short"),
        first_lost=rows["first_lost_at"].notna().astype("boolean").where(several),
        written=rows["written"].where(is_stop, within).mask(is_unseen).astype("Int64"),
        right=rows["right"].where(rows["first_error"].notna()),
        probability=(rows["probability"] * 100).round() / 100,
        token_bin=rows["token_bin"] if "token_bin" in rows else token_bins(rows["completion_tokens"]),
    )


def _flagged(rows: pd.DataFrame, flag: str) -> np.ndarray:
    code, different = pd.factorize(rows["flags"], use_na_sentinel=False)
    is_set = [isinstance(flags, str) and flag in flags.split() for flags in different.tolist()]
    return np.array(is_set, dtype=bool)[code]


def token_bins(tokens: "pd.Series[int]") -> "pd.Series[int]":
    """Return the column `token_bin` for these numbers of tokens."""
    known = np.maximum(tokens.to_numpy(dtype=np.float64, na_value=np.nan), 0.0)
    power = np.ceil(np.log2(np.maximum(known, 1.0)))
    found = np.where(known > 0, 2 * power - (np.exp2(power) > known), -1.0)
    return pd.Series(np.where(np.isnan(known), np.nan, found), index=tokens.index).astype("Int64")
