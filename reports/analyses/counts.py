"""Tables of counts and shares of the answered trials, never pooled over ways of asking.

Denominators are the *answered* trials: all except those whose ending is the instrument's (see
`evals.record.outcome`).
"""

import pandas as pd

from evals.record.outcome import INSTRUMENT, STOPS, Label
from reports.frame import varying
from reports.measures.arrays import integers, numbers
from reports.measures.stops import weighted_quantile
from reports.tabulation import plain_keys, tabulate

UNREAD = (Label.MALFORMED, Label.NO_ANSWER)
"""Labels of trials that say neither that a model would not nor that it could not."""

ALL = "all"
"""Value of the key columns in a row of totals."""

_GROUPS = ("model", "puzzle", "arm")
_VARYING = ("run", "endpoint", "options", "max_tokens", "temperature", "reasoning_effort")
"""Columns that become keys if a model, puzzle and arm has more than one value of them."""


def comparison(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per model x puzzle x arm, split by run, endpoint, options and sampling if they vary.

    | column | meaning and unit |
    |---|---|
    | trials | all of them |
    | answered | trials minus the instrument's |
    | accuracy | solved / answered; missing if nothing was answered, as are the next two |
    | stopped | (refusal + give_up) / answered |
    | wrong | logic_error / answered |
    | unread | (malformed + no_answer) / answered: says nothing of will or ability |
    | stopped_after | median steps written by refusals and give-ups |
    | right_before_error | median right steps before the first illegal one, over all answers that have one |
    | one per label | number of trials with this label |
    | give_up_wrong, truncated_wrong | how many of these had already gone wrong when they ended |
    """
    rows = tabulate(rows)
    return _counted(rows, [*_GROUPS, *_varying(rows)])


def by_size(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of `comparison` by size; `steps` is missing for controls without a solution."""
    rows = tabulate(rows)
    return _counted(rows, [*_GROUPS, *_varying(rows), "size", "steps"])


def labels(rows: pd.DataFrame) -> pd.DataFrame:
    """Count the labels by model and arm, over all puzzles and sizes.

    A model asked in several arms also has a row of totals (`arm` is `all`), and the last row is the total of
    all.
    """
    rows = tabulate(rows)
    keys = [*(["run"] if "run" in _varying(rows) else []), "model", "arm"]
    counts = _counts(rows, keys)[[*keys, "trials", *map(str, Label)]]
    parts: list[pd.DataFrame] = []
    for _, part in counts.groupby(keys[:-1], sort=True):
        parts.append(part)
        if len(part) > 1:
            parts.append(_total(part, ["arm"]))
    if len(counts) > 1:
        parts.append(_total(counts, keys))
    return pd.concat(parts, ignore_index=True) if parts else counts


def _total(counts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return one row with the sums, and `all` in the keys."""
    total = counts.iloc[:1].copy()
    numbers = ["trials", *map(str, Label)]
    total[numbers] = counts[numbers].sum().to_numpy()
    total[keys] = ALL
    return total


def _varying(rows: pd.DataFrame) -> list[str]:
    """Return the columns besides model, puzzle and arm over which a row would be pooled."""
    return varying(rows, _GROUPS, _VARYING)


def _counts(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Count trials, labels, and the give-ups and truncations already gone wrong, one row per group."""
    flags = pd.DataFrame({"trials": rows["count"]})
    for label in Label:
        flags[str(label)] = rows["count"].where(rows["label"] == str(label), 0)
    for label in (Label.GIVE_UP, Label.TRUNCATED):
        wrong = (rows["label"] == str(label)) & rows["lost_at"].notna()
        flags[f"{label}_wrong"] = rows["count"].where(wrong, 0)
    grouped = flags.groupby([rows[key] for key in keys], dropna=False, observed=True, sort=True)
    return plain_keys(grouped.sum().reset_index())


def _counted(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the columns documented in `comparison`, in that order."""
    table = _counts(rows, keys)
    counts = [name for name in table.columns if name not in (*keys, "trials")]
    table["answered"] = table["trials"] - _sum(table, tuple(INSTRUMENT))
    answered = table["answered"].astype("Int64").where(table["answered"] > 0)
    table["accuracy"] = _sum(table, (Label.SOLVED,)) / answered
    table["stopped"] = _sum(table, STOPS) / answered
    table["wrong"] = _sum(table, (Label.LOGIC_ERROR,)) / answered
    table["unread"] = _sum(table, UNREAD) / answered
    stopped = rows["written"].where(rows["label"].isin([str(label) for label in STOPS]))
    right = rows["right"].where(rows["first_error"].notna())
    part = integers(rows.groupby(keys, dropna=False, observed=True, sort=True).ngroup())
    for name, values in (("stopped_after", stopped), ("right_before_error", right)):
        median = weighted_quantile(numbers(values), numbers(rows["count"]), part, len(table), 0.5)
        table[name] = pd.Series(median).astype("Float64")
    measures = [name for name in table.columns if name not in (*keys, "trials", *counts)]
    return table[[*keys, "trials", *measures, *counts]]


def _sum(table: pd.DataFrame, names: tuple[Label, ...]) -> "pd.Series[int]":
    return table[[str(name) for name in names]].sum(axis="columns")
