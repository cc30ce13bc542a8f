"""What each model will and can do, in plain words, with each number taken from the tables.

Most stops are decided at the start, so willingness is described by the length of the task, and never as the
place in a list where a model stops; that is given separately.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.text import clip, printable
from reports.analyses.all_measures import Measured
from reports.analyses.verdicts import PLAIN
from reports.tables.rows import read
from reports.tables.views import Record, about, keys_of, rounded, value, varied_keys
from reports.words.endings import sentence
from reports.words.model_summary import Group

_MOST = 6
"""Maximum number of groups described per model; the tables have the rest."""


@dataclass(frozen=True, slots=True)
class Told:
    """One group: a model, puzzle and arm, and whatever else varies."""

    about: str
    text: str
    counts: str
    """How its trials ended."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The description of one model."""

    model: str
    told: tuple[Told, ...]
    more: int
    """Number of groups of the same arm that are not described here."""


def headlines(measured: Measured) -> list[Headline]:
    """Return one headline per model, in table order: the plain arm at its largest budget, by puzzle."""
    keys = keys_of(measured.comparison, "trials")
    shown = varied_keys(measured.comparison, "trials")
    groups = list(zip(measured.comparison.to_dict("records"), read(measured.comparison), strict=True))
    chosen = [(record, row) for record, row in groups if _is_headline(record, groups_of(groups, record))]
    made: list[Headline] = []
    for model in dict.fromkeys(str(record["model"]) for record, _ in chosen):
        mine = [(record, row) for record, row in chosen if record["model"] == model]
        told = tuple(
            Told(about(record, shown), Group.of(measured, record, keys).text(), sentence(row))
            for record, row in mine[:_MOST]
        )
        made.append(Headline(clip(printable(model), 80), told, len(mine) - len(told)))
    return made


def groups_of(groups: Sequence[tuple[Record, object]], record: Record) -> list[Record]:
    """Return all groups of the same model and puzzle."""
    return [
        other
        for other, _ in groups
        if (other["model"], other["puzzle"]) == (record["model"], record["puzzle"])
    ]


def _is_headline(record: Record, others: Sequence[Record]) -> bool:
    """Return whether it is the plain arm (if asked) at its largest budget; no limit is the largest."""
    plain = [other for other in others if other["arm"] == PLAIN] or list(others)
    if record not in plain:
        return False
    budgets = [_budget(other) for other in plain if other["arm"] == record["arm"]]
    return _budget(record) == max(budgets)


def _budget(record: Record) -> float:
    return (value(record, "max_tokens") or np.inf) if "max_tokens" in record else 0.0


# --- about all models


def cautions(measured: Measured) -> list[str]:
    """Return caveats to print with the descriptions."""
    few = measured.horizons["instances_only"]
    if few.empty or not few.any():
        return []
    which = "All of this holds" if few.all() else "Where the tables say so, this holds"
    return [
        f"{which} for the instances asked alone: fewer than ten different ones a size say nothing of others."
    ]


# --- between models


def abler(measured: Measured) -> list[str]:
    """Describe the pairs in which one model is clearly abler although it clearly solves less."""
    table = measured.ratios
    keys = keys_of(table, "axis")
    told = []
    for _, part in table.groupby(keys, dropna=False, sort=False):
        rows = {str(row["axis"]): row for row in part.to_dict("records")}
        able, solved = rows.get("able"), rows.get("solved")
        if able is None or solved is None or able["arm"] != PLAIN:
            continue
        for first, second, sign in (("a", "b", 1), ("b", "a", -1)):
            if _clear(able) == sign == -_clear(solved):
                told.append(_surprise(able, solved, first, second))
    return told


def _clear(row: Record) -> int:
    """Return 1 if the first is clearly longer, -1 if the second is, else 0."""
    low, high = value(row, "low"), value(row, "high")
    return int(low is not None and low > 1) - int(high is not None and high < 1)


def _surprise(able: Record, solved: Record, first: str, second: str) -> str:
    def both(row: Record) -> str:
        return " against ".join(rounded(value(row, f"estimate_{side}") or 0) for side in (first, second))

    names = (clip(printable(str(able[f"model_{side}"])), 80) for side in (first, second))
    return (
        f"{' is abler than '.join(names)}, although its score is lower: of the lists carried to the end, "
        f"half are right at {both(able)} steps; of all, half are solved at {both(solved)}."
    )
