"""The answer first: each model's verdicts by length and its horizons, in one table of words."""

from collections.abc import Sequence
from itertools import groupby

from reports.analyses.all_measures import Measured
from reports.analyses.verdicts import plain_of
from reports.measures import Axis
from reports.tables.rendering import Shown, heading, number
from reports.tables.views import Record, keys_of, varied_keys, word
from reports.words.horizons import half

_HORIZONS = {
    Axis.WILLING: "stops half the time at",
    Axis.ABLE: "right half the time at",
    Axis.SOLVED: "solves half the time at",
}


def answer(measured: Measured) -> Shown:
    """Return one row per group: its verdicts, where the arm is the one they are about, and its horizons."""
    keys = keys_of(measured.horizons, "axis")
    named = varied_keys(measured.horizons, "axis")
    plain = plain_of(measured.tabulated, measured.pushed).partition(":")[0]
    judged = measured.verdicts.to_dict("records")
    shared = [name for name in keys_of(measured.verdicts, "size") if name in keys]
    rows = []
    found = measured.horizons.to_dict("records")
    for _, same in groupby(found, key=lambda row: tuple(str(row[name]) for name in keys)):
        ours = list(same)
        first = ours[0]
        halves = {str(row["axis"]): half(row) for row in ours}
        about = [row for row in judged if all(str(row[name]) == str(first[name]) for name in shared)]
        told = by_length(about) if first["arm"] == plain else ""
        rows.append(
            (*(word(first, name) for name in named), told, *(halves.get(axis, "") for axis in _HORIZONS))
        )
    headings = (*map(heading, named), "verdict, by steps", *_HORIZONS.values())
    return Shown(headings, (False,) * len(headings), tuple(rows))


def by_length(rows: Sequence[Record]) -> str:
    """Describe verdicts by length: `solves 7 to 31, unclear 63, won't 127 to 511`."""
    told = []
    ordered = sorted(rows, key=lambda row: float(str(row["steps"])))
    for verdict, same in groupby(ordered, key=lambda row: str(row["verdict"])):
        lengths = [number(float(str(row["steps"]))) for row in same]
        told.append(f"{verdict} {' to '.join(dict.fromkeys((lengths[0], lengths[-1])))}")
    return ", ".join(told)
