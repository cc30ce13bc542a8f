"""The one table under all measures: trials that are alike in all that counts are one row, with their number.

Every estimate is made of this table and of nothing else. The outcomes of a run, as `reports.frame` gives
them, are one way to make it; the tables of other machines, joined, are another.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from evals.record.outcome import STOPS, Label
from reports.frame import TEXT, FrameError, checked, encodable

_CELL = ("puzzle", "run", "model", "endpoint", "size", "steps", "arm", "options", "base")
_SETTING = ("max_tokens", "temperature", "reasoning_effort")
_TIMES = ("written", "right", "first_error", "lost_at")
_ENDING = ("label", "confident", "probability", "off_course", "silent_short", "first_label", "first_lost")
KEYS = (*_CELL, *_SETTING, "instance", *_ENDING, *_TIMES, "token_bin", "currency")
"""The columns in which the trials of a row agree."""
SUMS = ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cost")
"""The columns that are summed over the trials of a row."""
PLAIN = ("flags", "first_lost_at")
"""Columns of `reports.frame` of which others are made here."""

_TEXTS = frozenset(
    {
        "run",
        "model",
        "endpoint",
        "puzzle",
        "arm",
        "options",
        "base",
        "reasoning_effort",
        "instance",
        "currency",
    }
)
"""Columns that are categories here: of millions of rows, each of their texts is kept once."""

_UNSEEN = (Label.SOLVED, Label.ERROR, Label.UNSCORABLE)
"""Labels of which no measure asks how much was written."""


def tabulate(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per cell, instance and kind of ending, sorted; such a table is returned as it is.

    Texts are categories; lone surrogates in them are escaped.

    | column | type | meaning and unit |
    |---|---|---|
    | puzzle, run, model, endpoint, size, steps, arm, options, base | | the cell, as in `reports.frame` |
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
    return _merged(_stacked(list(tables)))


def joined_puzzles(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return tables of one puzzle each, in the order of their names, as one: no row of one is in another."""
    return _stacked(list(tables))


def _stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all tables; of texts that are categories in all, each is kept once."""
    if len(tables) == 1:
        return tables[0]
    columns = {
        name: union_categoricals([table[name] for table in tables], sort_categories=True)
        for name in _TEXTS
        if all(isinstance(table.get(name), pd.Series) and table[name].dtype == "category" for table in tables)
    }
    others = [table.drop(columns=list(columns)) for table in tables]
    return pd.concat(others, ignore_index=True).assign(**columns)[list(tables[0].columns)]


def _merged(table: pd.DataFrame) -> pd.DataFrame:
    missing = next((name for name in (*KEYS, *SUMS) if name not in table), None)
    if missing is not None:
        raise FrameError(f"the table has no column {missing!r}; make it with `reports.frame`")
    known = [table[name].notna().rename(f"known {name}") for name in SUMS]
    values = table[[*SUMS, "count"]].astype(dict.fromkeys(SUMS, "Float64")).fillna(0)
    keys = [_category(table[name]) if name in _TEXTS else table[name] for name in KEYS]
    merged = values.groupby([*keys, *known], dropna=False, observed=True, sort=True).sum().reset_index()
    for name, flag in zip(SUMS, known, strict=True):
        merged[name] = merged[name].astype("Float64").where(merged[flag.name].astype(bool))
    return merged[[*KEYS, *SUMS, "count"]].astype({"count": "int64", "confident": "bool"})


def _category(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column of texts as categories; pandas cannot join those with a lone surrogate."""
    is_one = isinstance(column.dtype, pd.CategoricalDtype)
    return column if is_one else encodable(column.astype(TEXT)).astype("category")


def plain_keys(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table made of a tabulation with its texts as those of `reports.frame`."""
    named = [name for name in table.columns if name in _TEXTS and table[name].dtype == "category"]
    return table.astype(dict.fromkeys(named, TEXT))


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
