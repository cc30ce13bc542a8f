"""The first screen: what was asked, and a row a model: how it ended, its horizons and the verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evals.text import clip, printable, trial_count
from reports.analyses.all_measures import Measured
from reports.analyses.verdicts import Verdict, plain_of
from reports.charts.horizons import AxisSpan, place
from reports.charts.looks import Look, looks_of
from reports.frame import TEXT, asked_by
from reports.tables.rendering import Shown, number
from reports.tables.views import Record, about, keys_of
from reports.words.horizons import half
from reports.words.methods import Made
from reports.words.model_summary import rows_of
from reports.words.model_verdict import (
    BOTH,
    EndingCounts,
    ModelVerdict,
    VerdictSentence,
    answered,
    overall,
    seen,
)

MOST_ROWS = 12
"""Rows that are shown at once; the others are folded."""
_MOST_PUZZLES = 3
"""Puzzles of which the horizons are drawn in a row; the tables have all."""
_ROOM = 1.3
"""Factor by which the axis of the horizons extends beyond the lengths asked."""

PARTS = (
    ("solved", "solved"),
    ("stopped", "stopped by its own choice"),
    ("wrong", "wrong"),
    ("neither", "unreadable or empty"),
    ("cut", "cut or lost: nobody's failure"),
)
"""The parts of a bar, and their words."""


@dataclass(frozen=True, slots=True)
class EndingPart:
    """One part of the bar of a model."""

    name: str
    words: str
    count: int
    width: float
    """In percent of all trials."""


@dataclass(frozen=True, slots=True)
class Track:
    """One horizon on the common axis; places in percent of its width."""

    name: str
    low: float
    high: float
    at: float | None
    """Where the estimate is; `None` of a bracket or a side."""
    opens_low: bool
    opens_high: bool
    told: str


@dataclass(frozen=True, slots=True)
class Horizons:
    """Both horizons of one puzzle."""

    puzzle: str
    tracks: tuple[Track, ...]
    """Of those that are known."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model, asked in one arm."""

    model: str
    about: str
    """What else varies."""
    arm: str
    look: Look
    said: ModelVerdict
    told: str
    parts: tuple[EndingPart, ...]
    trials: int
    horizons: tuple[Horizons, ...]
    more: int
    """Number of puzzles whose horizons are not drawn."""
    keys: dict[str, object]
    """What its trials have in common: model, arm, and the run if it varies."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The first screen."""

    facts: tuple[str, ...]
    answers: tuple[VerdictSentence, ...]
    """For each verdict that some model has."""
    rows: tuple[ModelRow, ...]
    ticks: tuple[tuple[float, str], ...]
    """Of the common axis: places in percent, and lengths in steps."""
    arm: str
    """The arm of all rows; empty if they differ."""
    parts: frozenset[str]
    """The names of the parts that occur in some bar."""


_FIRST = (str(Verdict.WONT), BOTH, str(Verdict.CANT), str(Verdict.UNCLEAR), str(Verdict.SOLVES))
"""The order of the rows."""


def overview(measured: Measured, made: Sequence[Made] = ()) -> Overview:
    """Return the first screen of a report."""
    axis = _Axis.of(measured.horizons)
    rows, tallies = [], {}
    for row, tally in sorted(_rows(measured, axis), key=lambda found: _FIRST.index(found[0].said.word)):
        rows.append(row)
        tallies[_called(row)] = tally
    arms = {row.arm for row in rows}
    return Overview(
        facts=tuple(_facts(measured, made)),
        answers=answered({_called(row): row.said for row in rows}, tallies),
        rows=tuple(rows),
        ticks=axis.ticks() if axis else (),
        arm=arms.pop() if len(arms) == 1 else "",
        parts=frozenset(part.name for row in rows for part in row.parts),
    )


def as_shown(overview: Overview) -> Shown:
    """Return the rows as a table for Markdown."""
    rows = tuple(
        (
            _called(row),
            row.arm,
            f"{row.said.word} ({row.said.detail})",
            *(number(sum(part.count for part in row.parts if part.name == name)) for name, _ in PARTS),
            row.told,
        )
        for row in overview.rows
    )
    heads = ("model", "arm", "verdict", *(name for name, _ in PARTS), "what was seen")
    return Shown(heads, (False, False, False, *[True] * len(PARTS), False), rows)


def _called(row: ModelRow) -> str:
    return f"{row.model}, {row.about}" if row.about else row.model


def _facts(measured: Measured, made: Sequence[Made]) -> Iterator[str]:
    trials = measured.tabulated
    models, puzzles = trials["model"].nunique(), sorted(map(str, trials["puzzle"].unique()))
    yield f"{number(models)} model{'' if models == 1 else 's'}"
    yield trial_count(int(trials["count"].sum()))
    steps = trials["steps"].dropna()
    lengths = f", {number(steps.min())} to {number(steps.max())} steps" if len(steps) else ""
    names = ", ".join(map(printable, puzzles)) if len(puzzles) <= 3 else f"{len(puzzles)} puzzles"
    yield f"{clip(names, 80)}{lengths}"
    arms = sorted(map(str, trials["arm"].unique()))
    yield f"arm{'' if len(arms) == 1 else 's'} {clip(printable(', '.join(arms)), 60)}"
    days = sorted({run.recorded[:10] for run in made if run.recorded})
    if days:
        yield " to ".join(dict.fromkeys((days[0], days[-1])))
    paid = trials.groupby(trials["currency"].astype(TEXT).fillna(""))["cost"].sum(min_count=1).dropna()
    unknown = int(trials.loc[trials["cost"].isna(), "count"].sum())
    for currency, cost in paid.items():
        lacks = f", {number(unknown)} trials unknown" if unknown else ""
        yield f"cost {_money(float(cost))} {currency}".strip() + lacks


def _money(cost: float) -> str:
    return f"{cost:,.2f}" if cost >= 0.1 or cost == 0 else f"{cost:.2g}"


def _rows(measured: Measured, axis: "_Axis | None") -> Iterator[tuple[ModelRow, EndingCounts]]:
    """Yield the rows, with how the trials of each ended."""
    trials, judged = measured.tabulated, measured.verdicts
    keys = [name for name in keys_of(judged, "size") if name not in ("puzzle", "options")] or ["model"]
    varied = [name for name in keys if name != "model" and trials[name].nunique(dropna=False) > 1]
    plain, looks = plain_of(trials, measured.pushed), looks_of(trials["model"].unique())
    for _, part in trials.groupby(keys, dropna=False, observed=True, sort=True):
        first = part.iloc[0].to_dict()
        asked = asked_by(part, plain)
        arm = plain
        if asked.empty:
            arm = str(part.groupby("arm")["count"].sum().idxmax())
            asked = part[part["arm"] == arm]
        pushed = part[part["arm"] == measured.pushed]
        tally = EndingCounts.of(asked)
        other = EndingCounts.of(pushed) if len(pushed) and arm != measured.pushed else None
        said = overall(rows_of(judged, first, keys))
        record: Record = {**first, "arm": arm.partition(":")[0]}
        known = list(_horizons(measured, record, keys, axis))
        yield (
            ModelRow(
                model=clip(printable(str(first["model"])), 60),
                about=about(first, varied),
                arm=printable(arm),
                look=looks[str(first["model"])],
                said=said,
                told=printable(seen(tally, other, measured.pushed)),
                parts=tuple(_parts(tally, int(asked["count"].sum()))),
                trials=int(asked["count"].sum()),
                horizons=tuple(known[:_MOST_PUZZLES]),
                more=max(len(known) - _MOST_PUZZLES, 0),
                keys={name: record[name] for name in (*keys, "arm")},
            ),
            tally,
        )


def _parts(tally: EndingCounts, trials: int) -> Iterator[EndingPart]:
    for name, words in PARTS:
        count = getattr(tally, name)
        if count:
            yield EndingPart(name, words, count, 100 * count / trials)


def _horizons(
    measured: Measured, record: Record, keys: Sequence[str], axis: "_Axis | None"
) -> Iterator[Horizons]:
    """Yield both horizons, puzzle by puzzle."""
    found = pd.DataFrame(rows_of(measured.horizons, record, [*keys, "arm"]))
    if found.empty or axis is None:
        return
    for puzzle, part in found.groupby("puzzle", sort=True):
        rows = {str(row["axis"]): row for row in part.to_dict("records")}
        tracks = [
            axis.track(name, place(rows[name]), half(rows[name]))
            for name in ("willing", "able")
            if name in rows
        ]
        yield Horizons(printable(str(puzzle)), tuple(tracks))


@dataclass(frozen=True, slots=True)
class _Axis:
    """The common axis, logarithmic in steps."""

    low: float
    high: float
    asked: tuple[float, float]

    @classmethod
    def of(cls, horizons: pd.DataFrame) -> "_Axis | None":
        swept = horizons[["smallest", "largest"]].dropna()
        if swept.empty:
            return None
        low, high = max(float(swept["smallest"].min()), 1.0), max(float(swept["largest"].max()), 1.0)
        return cls(low / _ROOM, high * _ROOM, (low, high))

    def at(self, steps: float) -> float:
        """Return the place of a length in percent, with what lies beyond the axis at its end."""
        share = (np.log(np.clip(steps, self.low, self.high)) - np.log(self.low)) / np.log(
            self.high / self.low
        )
        return round(100 * float(share), 2)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Return both ends of what was asked, the powers of ten inside, and thrice these if few."""
        first, last = self.asked
        factors = (1, 3) if last / first < 1e3 else (1,)
        round_ = [factor * 10.0**power for power in range(8) for factor in factors]
        inside = [steps for steps in round_ if first * 1.8 < steps < last / 1.8]
        return tuple((self.at(steps), number(steps)) for steps in dict.fromkeys((first, *inside, last)))

    def track(self, name: str, span: AxisSpan | None, told: str) -> Track:
        if span is None:
            return Track(name, 0, 0, None, opens_low=False, opens_high=False, told=told)
        return Track(
            name=name,
            low=self.at(span.low or self.low),
            high=self.at(span.high),
            at=self.at(span.at) if span.exact else None,
            opens_low=span.low < self.low,
            opens_high=span.high > self.high,
            told=told,
        )
