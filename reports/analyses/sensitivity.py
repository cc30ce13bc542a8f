"""How the horizons move under other readings of the outcomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from evals.record.outcome import Label
from reports.analyses.shares import UNCOUNTED, counted, labelled
from reports.frame import TEXT
from reports.measures import Audit, horizons, label_error, weighted_labels
from reports.measures.arrays import numbers
from reports.measures.times import FAILURES, left_course
from reports.tabulation import plain_keys, tabulate

_VALUES = ("estimate", "low", "high", "beyond", "reason")
_NONE = "no trial is left"
_Measure = Callable[[pd.DataFrame], pd.DataFrame]


class OutcomeReading(StrEnum):
    """One way of reading the same outcomes."""

    LABELLED = "as labelled"
    SILENT_STOPS = "silent short lists are give-ups"
    """A list that is too short and does not say so, which is labelled as a logic error."""
    LOST_STOPS = "already-wrong give-ups are logic errors"
    SURE = "unconfident labels dropped"
    LEGAL = "legality only"
    """Right as long as it is legal, whether or not it comes nearer to the goal: an upper bound of ability."""
    WEIGHTED = "labels weighted by their probability"
    """A failure counts as labelled to the extent of its probability, and as the other kind to the rest."""
    LABEL_ERROR = "label error propagated"
    """Labels are wrong as often as a reader found them to be."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The outcomes under another reading."""

    rows: pd.DataFrame
    changed: "pd.Series[bool]"
    """Which of the given rows are read differently, or dropped."""


def sensitivity(
    rows: pd.DataFrame, audit: Audit | None = None, base: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return one row per group x axis x reading, with groups and axes as in `reports.measures.horizons`.

    | column | meaning and unit |
    |---|---|
    | model, puzzle, arm, …, axis | keys |
    | reading | `as labelled`, `silent short lists are give-ups`, `already-wrong give-ups are logic errors`, \
`unconfident labels dropped`, `legality only`, `labels weighted by their probability`; \
with an audit also `label error propagated` |
    | changed | trials of the group, without errors, that are read differently; missing for the label error |
    | estimate, low, high | steps, with 95 % interval; missing: not estimable, open |
    | beyond | `> 2047`, `< 15`: outside the sizes; missing otherwise |
    | reason | why there is no number; missing if there is one |
    | doublings | log2 of the estimate over that of `as labelled`; missing if either is |

    Args:
        rows: The trials of `reports.frame`.
        audit: What a reader found of labels drawn at random: see `reports.measures.label_error`.
        base: The table of `reports.measures.horizons` of these rows, if it is made already.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    rows = tabulate(rows).reset_index(drop=True)
    base = horizons(rows) if base is None else base
    names = [str(name) for name in base.columns[: base.columns.get_loc("axis")]]
    keys = [*names, "axis"]
    parts = [base.assign(reading=str(OutcomeReading.LABELLED), changed=0)]
    for reading, read in _READINGS.items():
        parts.append(_read_otherwise(rows, base, keys, read(rows), horizons).assign(reading=str(reading)))
    weighted = _read_otherwise(rows, base, keys, _doubted(rows), weighted_labels)
    parts.append(weighted.assign(reading=str(OutcomeReading.WEIGHTED)))
    if audit is not None:
        table = label_error(rows, audit).assign(beyond=np.nan, changed=np.nan)
        parts.append(table.assign(reading=str(OutcomeReading.LABEL_ERROR)))
    return _together(base, keys, parts)


def _read_otherwise(
    rows: pd.DataFrame, base: pd.DataFrame, keys: list[str], other: _Read, measure: _Measure
) -> pd.DataFrame:
    """Return the horizons of one reading and how many trials it changes; unchanged groups keep their own."""
    names = keys[:-1]
    changed = other.changed & ~labelled(rows, *UNCOUNTED)
    of = [rows[name] for name in names]
    trials = rows["count"].where(changed, 0).groupby(of, dropna=False, observed=True).sum()
    counts = plain_keys(trials.rename("changed").reset_index())
    table = base[keys].merge(counts, on=names, how="left")
    moved = changed.groupby(of, dropna=False, observed=True).transform("any")[other.rows.index]
    made = table.merge(_horizons(measure(other.rows[moved]), other.rows[moved], names), on=keys, how="left")
    made["reason"] = made["reason"].where(made["found"].notna(), _NONE)
    same = (table["changed"] == 0).to_numpy()
    return pd.concat([base[same].assign(changed=0), made[~same]], ignore_index=True)


def _horizons(table: pd.DataFrame, rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the horizons of the rows with all these keys, including those that no longer vary."""
    found = [name for name in names if name in table.columns]
    return table.merge(plain_keys(rows.drop_duplicates(names)[names]), on=found).assign(found=True)


def _together(base: pd.DataFrame, keys: list[str], parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Combine all readings of each group and axis, with how far they move its estimate."""
    columns = [*keys, "reading", "changed", *_VALUES]
    order = {str(reading): place for place, reading in enumerate(OutcomeReading)}
    table = base[keys].assign(place=range(len(base)), before=numbers(base["estimate"]))
    table = table.merge(pd.concat([part[columns] for part in parts], ignore_index=True), on=keys)
    table = table.assign(turn=table["reading"].map(order)).sort_values(["place", "turn"], ignore_index=True)
    table["doublings"] = np.log2(numbers(table["estimate"]) / numbers(table["before"]))
    table = table.astype(dict.fromkeys(("reading", "beyond", "reason"), TEXT))
    return counted(table, "changed")[[*columns, "doublings"]]


def _silent_stops(rows: pd.DataFrame) -> _Read:
    # An answer that was right so far is not lost by ending there, so its `lost_at` is removed.
    silent = labelled(rows, Label.LOGIC_ERROR) & rows["silent_short"]
    right = silent & rows["first_error"].isna() & ~left_course(rows)
    label = rows["label"].where(~silent, str(Label.GIVE_UP))
    return _Read(rows.assign(label=label, lost_at=rows["lost_at"].mask(right)), silent)


def _lost_stops(rows: pd.DataFrame) -> _Read:
    lost = labelled(rows, Label.GIVE_UP) & rows["lost_at"].notna()
    return _Read(rows.assign(label=rows["label"].where(~lost, str(Label.LOGIC_ERROR))), lost)


def _sure(rows: pd.DataFrame) -> _Read:
    return _Read(rows[rows["confident"]], ~rows["confident"])


def _legal(rows: pd.DataFrame) -> _Read:
    # For a wrong list without an illegal step, the measures take its end.
    same = rows["lost_at"].fillna(0) == rows["first_error"].fillna(0)
    return _Read(rows.assign(lost_at=rows["first_error"]), ~same)


def _doubted(rows: pd.DataFrame) -> _Read:
    return _Read(rows, labelled(rows, *FAILURES) & (rows["probability"].fillna(1.0) < 1).astype(bool))


_READINGS: Mapping[OutcomeReading, Callable[[pd.DataFrame], _Read]] = {
    OutcomeReading.SILENT_STOPS: _silent_stops,
    OutcomeReading.LOST_STOPS: _lost_stops,
    OutcomeReading.SURE: _sure,
    OutcomeReading.LEGAL: _legal,
}
