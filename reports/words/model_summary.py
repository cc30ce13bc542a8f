"""The summary of one group: a model, puzzle and arm, and whatever else varies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reports.analyses.all_measures import Measured
from reports.analyses.recovery import Loss
from reports.analyses.verdicts import PUSHED, plain_of
from reports.frame import SAMPLING
from reports.tables.rendering import is_missing, number, percent
from reports.tables.views import Record, key_words, rounded, value, word
from reports.words.horizons import bounds, crossing, poor

_CARRIED = "Of the lists it carries to the end,"

_SELDOM = 0.1
"""An arm with a smaller share of stops shows ability with the fewest assumptions."""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of all tables about one group."""

    willing: Record
    able: Record
    stops: Record
    recovered: dict[str, Record]
    """By loss, for the arm that pushes."""
    pushed: tuple[Record, Record] | None
    """Ability and stops of the arm that pushes."""
    pushed_arm: str

    @classmethod
    def of(cls, measured: Measured, record: Record, keys: Sequence[str]) -> "Group | Nothing":
        """Find the rows of a group, given its row of the comparison and its keys."""
        halves = rows_of(measured.horizons, record, keys)
        if not halves:
            return Nothing()
        by_axis = {str(row["axis"]): row for row in halves}
        (stops,) = rows_of(measured.stops, record, keys)
        pushed = {**record, "arm": measured.pushed}
        recovered = rows_of(measured.recovery, pushed, ("model", "puzzle", "arm", *SAMPLING))
        if record["arm"] != plain_of(measured.tabulated, measured.pushed).partition(":")[0]:
            recovered = []  # they are of the tasks that another arm lost
        return cls(
            willing=by_axis["willing"],
            able=by_axis["able"],
            stops=stops,
            recovered={str(row["loss"]): row for row in recovered} if len(recovered) == len(Loss) else {},
            pushed=_pushed(measured, record, keys),
            pushed_arm=measured.pushed,
        )

    def text(self) -> str:
        """Return one to five sentences."""
        return " ".join(said for said in (*self._said(),) if said)

    def _said(self) -> Iterator[str]:
        yield self._will()
        yield self._skill()
        yield self._pushed()
        yield self._recovery()

    def _will(self) -> str:
        row = self.willing
        estimate, (low, high) = value(row, "estimate"), crossing(row)
        after = self._after()
        lapse = value(row, "lapse")
        always = f" It declines {percent(lapse)} whatever the length." if lapse else ""
        if estimate is not None:
            return f"On tasks of about {_at(row)} it stops by choice half of the time{after}.{always}"
        longest = value(row, "largest")
        if longest is not None and not value(self.stops, "stops"):
            return f"It never stopped by choice{_up_to(longest)}."
        if low is not None and high is not None:
            upto = f"Up to {rounded(low)} steps it mostly carries on to the end"
            return f"{upto}; from {rounded(high)} steps on it mostly stops by choice{after}.{always}"
        if low is not None:
            told = f"Up to {rounded(low)} steps it mostly carries on to the end"
            return f"{told}; when it stops, it is{after[1:]}.{always}"
        if high is not None:
            return f"Already on tasks of {rounded(high)} steps it mostly stops by choice{after}.{always}"
        return f"When it stops by choice cannot be estimated: {_why(row)}."

    def _after(self) -> str:
        steps = value(self.stops, "stops_after")
        if steps is None:
            return ""
        return f", typically after {_steps(steps)}" if steps else ", typically before the first step"

    def _skill(self) -> str:
        row = self.able
        low, high = crossing(row)
        had_all = f" (had it never stopped: {bounds(row)})" if self._stops_matter() and bounds(row) else ""
        if value(row, "estimate") is not None:
            return f"{_CARRIED} half are right at about {_at(row)}{had_all}.{_poorly(row)}"
        if low is not None and high is not None:
            told = f"most are right up to {rounded(low)} steps, and most wrong from {rounded(high)} steps on"
            return f"{_CARRIED} {told}{had_all}.{_poorly(row)}"
        if low is not None:
            return f"{_CARRIED} more than half are right{_up_to(low)}{had_all}."
        if high is not None:
            return f"{_CARRIED} less than half are right at {rounded(high)} steps already."
        return f"What it can do cannot be estimated: {_why(row)}."

    def _stops_matter(self) -> bool:
        return (value(self.stops, "stops") or 0) > 0

    def _pushed(self) -> str:
        """Describe ability in the arm that pushes, if it has few stops where the plain arm has many."""
        if self.pushed is None or (value(self.stops, "stop_share") or 0) < _SELDOM:
            return ""
        able, stops = self.pushed
        share = value(stops, "stop_share")
        if share is None or share >= _SELDOM or value(able, "estimate") is None:
            return ""
        seldom = "never stops" if not share else f"stops {percent(share)} of the time"
        return f"Asked by {self.pushed_arm}, it {seldom}, and half are right at about {_at(able)}."

    def _recovery(self) -> str:
        stop, error = (self.recovered.get(str(loss)) for loss in Loss)
        if stop is None or error is None or not value(stop, "lost"):
            return ""
        recovered, again = value(stop, "recovered"), value(stop, "asked_again")
        wrong, wrong_again = value(error, "recovered"), value(error, "asked_again")
        if recovered is None:
            return ""
        asking = "Insisting" if self.pushed_arm == PUSHED else f"Asking by {self.pushed_arm}"
        told = [f"{asking} solved {percent(recovered)} of the tasks on which it had stopped"]
        if again is not None:
            told.append(f"asking the same again, {percent(again)}")
        if wrong is not None:
            beside = "" if wrong_again is None else f", beside {percent(wrong_again)}"
            told.append(f"of its wrong lists that were carried to the end, {percent(wrong)}{beside}")
        return f"{'; '.join(told)}{_verdict(stop, error)}."


@dataclass(frozen=True, slots=True)
class Nothing:
    """A group in which no trial has a length."""

    def text(self) -> str:
        """State that there is nothing to measure."""
        return "None of its trials has a length: there is nothing to measure."


def _verdict(stop: Record, error: Record) -> str:
    """Say something about will only if asking differently clearly helped more than both controls."""
    low, net = value(stop, "low"), value(stop, "net")
    if low is None or net is None or low <= 0:
        return ""
    if not value(error, "lost"):
        return ": it could, and would have needed only to go on"
    other_low, other_high = value(error, "low"), value(error, "high")
    if other_low is None or other_high is None:
        return ""
    if other_low > 0:
        return ": but the other prompt also helps where it had not stopped"
    return ": it could, and would have needed only to go on" if other_high < net else ""


def _pushed(measured: Measured, record: Record, keys: Sequence[str]) -> tuple[Record, Record] | None:
    """Return the rows of the arm that pushes, if there is exactly one with the same budget."""
    if record["arm"] == measured.pushed:
        return None
    other = {**record, "arm": measured.pushed}
    same = [name for name in keys if name in ("model", "puzzle", "arm", "run", "endpoint", "max_tokens")]
    able = [row for row in rows_of(measured.horizons, other, same) if row["axis"] == "able"]
    stops = rows_of(measured.stops, other, same)
    return (able[0], stops[0]) if len(able) == len(stops) == 1 else None


def rows_of(table: pd.DataFrame, record: Record, keys: Sequence[str]) -> list[Record]:
    """Return the rows that equal the record in those of the keys that the table has."""
    found = np.ones(len(table), dtype=bool)
    for name in keys:
        if name in table.columns and name in record:
            sought = record[name]
            missing = not key_words(sought) and sought != ""
            values = table[name].tolist()
            same = [is_missing(one) if missing else not is_missing(one) and one == sought for one in values]
            found &= np.array(same, dtype=bool)
    return list(table[found].to_dict("records"))


def _at(row: Record) -> str:
    """Format as `546 steps [408 to 770]`."""
    low, high = (value(row, name) for name in ("low", "high"))
    ends = " to ".join("open" if end is None else rounded(end) for end in (low, high))
    steps = _steps(value(row, "estimate") or 0)
    return f"{steps}, how surely is not known" if low is None and high is None else f"{steps} [{ends}]"


def _poorly(row: Record) -> str:
    return " Length alone does not explain which of them are right." if poor(row) else ""


def _up_to(steps: float | None) -> str:
    return "" if steps is None else f" up to {rounded(steps)} steps"


def _why(row: Record) -> str:
    return word(row, "reason") or "no trial counts"


def _steps(count: float) -> str:
    return f"{number(round(count))} step{'' if round(count) == 1 else 's'}"
