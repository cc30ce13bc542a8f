"""How the horizons grow with the date on which models were released: doubling times, will and ability apart.

Least squares of log2 horizon on the date, one intercept a puzzle. The interval is a bootstrap over instances,
the same for all models: within each puzzle and size the instances are drawn again, and where several puzzles
are taken together, the puzzles before. It says how well the horizons are measured, not how other models would
have turned out.
"""

import tomllib
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evals.errors import RunError
from reports.frame import TEXT
from reports.measures import Axis
from reports.measures.arrays import Bools, Floats, Integers, numbers, share
from reports.measures.cells import Cells
from reports.measures.horizons import LAPSES
from reports.measures.likelihood import crossings
from reports.measures.rates import able_of

Released = Mapping[str, date]
"""Release dates by model, or by `endpoint/model`."""

MODELS = 3
"""Minimum number of models with a horizon among the sizes."""
ALL = "all puzzles"
"""In place of a puzzle: several together."""
OPEN = 0.2
"""Without an interval if more than this share of the draws has no trend."""
DRAWS = 500
_YEAR = 365.25
_WHO = ("model", "endpoint", "run")
_COLUMNS: dict[str, Any] = {  # column names and dtypes, as pandas takes them
    "axis": TEXT,
    "models": "int64",
    "dated": "int64",
    "puzzles": "int64",
    "first": TEXT,
    "last": TEXT,
    "doubling_days": "float64",
    "low": "float64",
    "high": "float64",
    "doublings_a_year": "float64",
    "doublings_low": "float64",
    "doublings_high": "float64",
    "open_draws": "float64",
    "reason": TEXT,
}


def read_released(path: Path) -> dict[str, date]:
    """Read release dates from a TOML file: a table `released` of models, each with a date as `2025-04-14`.

    Raises:
        RunError: The file cannot be read, or a date is none; the message names it.
    """
    named = repr(str(path))
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"cannot read {named}, which --released names: {error.strerror or error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RunError(f"{named}, which --released names, is no TOML: {error}") from None
    table = told.get("released")
    if not isinstance(table, dict) or not table:
        raise RunError(f'{named} has no release date; write a table [released] with "MODEL" = 2025-04-14')
    return {model: _date(model, value, named) for model, value in table.items()}


def _date(model: str, value: object, named: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and len(value) == len("2025-04-14"):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise RunError(f"{named}: the release date of {model!r} is {value!s:.40}; write it as 2025-04-14")


def dates(table: pd.DataFrame, released: Released) -> "pd.Series[Any]":
    """Return the release date of each row's model; missing where none is given."""
    endpoints = table["endpoint"] if "endpoint" in table else pd.Series("", index=table.index)
    found = [
        released.get(f"{endpoint}/{model}", released.get(str(model)))
        for endpoint, model in zip(endpoints, table["model"], strict=True)
    ]
    return pd.Series(found, index=table.index, dtype=object)


def by_model_name(rows: pd.DataFrame, released: Released) -> dict[str, date]:
    """Return the dates by the models of these rows, given by name or as `endpoint/model`.

    Raises:
        RunError: No model of the rows has a date.
    """
    asked = rows[["endpoint", "model"]].drop_duplicates()
    known = dates(asked, released)
    found = {str(model): day for model, day in zip(asked["model"], known, strict=True) if day is not None}
    if not found:
        models = ", ".join(map(repr, sorted(asked["model"].astype(str).unique())))
        raise RunError(f"--released has no date of a model of these runs; they are {models}")
    return found


def trend(
    rows: pd.DataFrame, horizons: pd.DataFrame, released: Released, draws: int = DRAWS, seed: int = 0
) -> pd.DataFrame:
    """Return one row per puzzle, arm, whatever else varies, and axis; and per arm, of all puzzles together.

    | column | meaning and unit |
    |---|---|
    | puzzle, arm, … | keys: those of the groups without model, endpoint and run; or `all puzzles` |
    | axis | `willing`, `able` or `solved`: the horizon at one half |
    | models, dated | models with a date and an estimate; models with a date |
    | puzzles | puzzles that are taken together |
    | first, last | the earliest and latest date of the former, as 2025-04-14 |
    | doubling_days, low, high | days in which the horizon doubles, with 95 % interval; missing: it does not \
grow, or an end may be never |
    | doublings_a_year, doublings_low, doublings_high | the slope, with its 95 % interval |
    | open_draws | share of the draws in which a horizon that is used lies outside the sizes: not used |
    | reason | what is missing for a trend, or for its interval |

    Args:
        rows: The trials of `reports.frame`.
        horizons: The table of `reports.measures.horizons` of these trials.
        released: The dates; without any there are no rows.
        draws: Number of bootstrap draws.
        seed: Seed of the draws.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    names = [str(name) for name in horizons.columns[: horizons.columns.get_loc("axis")]]
    keys = [name for name in names if name not in _WHO]
    found = (
        horizons.assign(date=dates(horizons, released)) if released else horizons.iloc[:0].assign(date=None)
    )
    found = found[found["date"].notna()].assign(place=lambda table: table.index)
    lines: list[dict[Hashable, object]] = []
    if len(found):
        drawn = _Drawn.of(rows, found, names, draws, np.random.default_rng(seed))
        for key, part in found.groupby(keys, dropna=False, sort=True):
            told: dict[Hashable, object] = dict(zip(keys, key, strict=True))
            lines += [{**told, **_line(part, axis, drawn)} for axis in Axis]
        others = [name for name in keys if name != "puzzle"]
        for key, part in found.groupby(others, dropna=False, sort=True):
            if part["puzzle"].nunique() > 1:
                told = {"puzzle": ALL}
                told.update(zip(others, key, strict=True))
                lines += [{**told, **_line(part, axis, drawn)} for axis in Axis]
    table = pd.DataFrame(lines, columns=[*keys, *_COLUMNS])
    return table.astype({**{name: horizons[name].dtype for name in keys}, **_COLUMNS})


def _line(part: pd.DataFrame, axis: Axis, drawn: "_Drawn") -> dict[Hashable, object]:
    """Return one row without its keys; puzzles with too few models are left out of several."""
    of_axis = part[part["axis"] == axis]
    known = of_axis[of_axis["estimate"].notna()]
    several = part["puzzle"].nunique() > 1
    if several:
        enough = known.groupby("puzzle")["model"].nunique() >= MODELS
        known = known[known["puzzle"].map(enough).fillna(False).astype(bool)]
    line: dict[Hashable, object] = {
        "axis": str(axis),
        "models": known["model"].nunique(),
        "dated": of_axis["model"].nunique(),
        "puzzles": known["puzzle"].nunique(),
        "first": str(known["date"].min()) if len(known) else None,
        "last": str(known["date"].max()) if len(known) else None,
    }
    if line["models"] < MODELS:  # type: ignore[operator]
        told = f"{line['models']} of {line['dated']} dated models have a horizon among the sizes asked"
        return line | {"reason": f"{told}; {MODELS} are needed"}
    if known["date"].nunique() < 2:
        return line | {"reason": "all models have the same date"}
    days = np.array([day.toordinal() for day in known["date"]], dtype=np.float64)
    puzzle = pd.factorize(known["puzzle"])[0]
    once = np.ones((1, puzzle.max() + 1))
    (slope,) = _slopes(days, np.log2(numbers(known["estimate"]))[None], puzzle, once)
    line |= {"doublings_a_year": slope, "doubling_days": _days(slope)}
    weights = drawn.puzzles(puzzle.max() + 1) if several else np.ones((drawn.draws, 1))
    slopes = _slopes(days, drawn.horizons(known["place"]), puzzle, weights)
    lost = float(np.isnan(slopes).mean())
    line["open_draws"] = lost
    if lost > OPEN:
        return line | {"reason": f"in {100 * lost:.0f} % of the draws a horizon lies outside the sizes"}
    low, high = np.nanquantile(slopes, [0.025, 0.975])
    ends = {"doublings_low": low, "doublings_high": high, "low": _days(high), "high": _days(low)}
    return line | ends | ({"reason": "it does not grow"} if slope <= 0 else {})


def _days(slope: float) -> float:
    return _YEAR / slope if slope > 0 else np.nan


def _slopes(days: Floats, logs: Floats, puzzle: Integers, weights: Floats) -> Floats:
    """Return the slopes in doublings a year, one per draw; NaN where a horizon is missing, or all one date.

    Args:
        days: The date of each point.
        logs: log2 horizon by draw and point.
        puzzle: Puzzle of each point, from 0.
        weights: How often each puzzle was drawn, by draw and puzzle.
    """
    top, bottom = np.zeros(len(logs)), np.zeros(len(logs))
    for one, weight in enumerate(weights.T):
        these = puzzle == one
        off = days[these] - days[these].mean()
        with np.errstate(invalid="ignore"):
            slope = logs[:, these] @ off
        # A puzzle that was not drawn is not missed.
        top += np.where(weight > 0, weight * slope, 0.0)
        bottom += weight * (off @ off)
    return _YEAR * share(top, bottom)


# --- the horizons of trials drawn again


@dataclass(frozen=True, slots=True)
class _Drawn:
    """log2 horizons of each row of the table, in each draw."""

    draws: int
    logs: dict[int, Floats]
    random: np.random.Generator

    @classmethod
    def of(
        cls,
        rows: pd.DataFrame,
        found: pd.DataFrame,
        names: list[str],
        draws: int,
        random: np.random.Generator,
    ) -> "_Drawn":
        """Draw the instances of each puzzle and size again, and estimate each group's horizons.

        Args:
            rows: All trials.
            found: The rows of the table of horizons that have a date, with their `place`.
            names: The keys of a group.
            draws: The number of draws.
            random: What draws.
        """
        cells = Cells.of(rows)
        home = cells.keys[names].assign(group=cells.group).drop_duplicates()
        resampled = _Resampled(cells, draws, random)
        logs: dict[int, Floats] = {}
        estimated = found[found["estimate"].notna()].merge(home, on=names)
        for _, part in estimated.groupby("group"):
            rates = resampled.rates(int(part["group"].iloc[0]))
            for place, axis in zip(part["place"], part["axis"], strict=True):
                lapses = (0.0,) if axis == Axis.ABLE else LAPSES
                logs[int(place)] = crossings(rates.logs, *rates.of(Axis(axis)), lapses)
        return cls(draws, logs, random)

    def horizons(self, places: "pd.Series[int]") -> Floats:
        """Return log2 horizons by draw and row of the table."""
        return np.stack([self.logs[int(place)] for place in places], axis=1)

    def puzzles(self, number: int) -> Floats:
        """Draw so many puzzles again: how often each, by draw."""
        return self.random.multinomial(number, [1 / number] * number, self.draws).astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Rates:
    """The rates of one group in each draw; arrays by draw and size, the sizes in order of length."""

    logs: Floats
    willing: Floats
    solved: Floats
    willing_n: Floats
    solved_n: Floats

    def of(self, axis: Axis) -> tuple[Floats, Floats]:
        """Return the effective numbers of trials of a rate, and how many succeeded; 0 where it is unknown."""
        match axis:
            case Axis.WILLING:
                rate, number = self.willing, self.willing_n
            case Axis.SOLVED:
                rate, number = self.solved, self.solved_n
            case Axis.ABLE:
                rate = able_of(self.willing, self.solved)
                number = self.solved_n * self.willing
        known = ~np.isnan(rate) & ~np.isnan(number)
        return np.where(known, number, 0.0), np.where(known, number * rate, 0.0)


class _Resampled:
    """The rows of each cell, and how often each of its instances is drawn."""

    def __init__(self, cells: Cells, draws: int, random: np.random.Generator) -> None:
        self._cells, self._draws = cells, draws
        self._stop = cells.sample("stop", cells.counted)
        self._end = cells.sample("end", cells.counted)
        self._order = np.argsort(self._stop.cell, kind="stable")
        self._first = np.searchsorted(self._stop.cell[self._order], np.arange(len(cells) + 1))
        self._instance = cells.rows["instance"][cells.counted].to_numpy()
        self._trials = cells.weight[cells.counted]
        # Models that were asked the same instances have them drawn together.
        shared = cells.keys.groupby(["puzzle", "size", "steps"], dropna=False, sort=False).ngroup().to_numpy()
        self._drawn: dict[int, tuple[pd.Index, Floats]] = {}
        self._shared, self._random = shared, random

    def _weights(self, cell: int) -> tuple[Floats, Integers, Floats]:
        """Return how many trials of each row of a cell a cluster has, the cluster, and how often it is drawn.

        The last is an array by draw and cluster.
        """
        rows = self._order[self._first[cell] : self._first[cell + 1]]
        instance, trials = self._instance[rows], self._trials[rows]
        if len(set(instance.tolist())) <= 1:  # nothing but its trials can be drawn again
            count = int(trials.sum())
            counts = self._random.multinomial(count, trials / max(count, 1), self._draws)
            return np.ones(len(rows)), np.arange(len(rows)), counts.astype(np.float64)
        where = int(self._shared[cell])
        if where not in self._drawn:
            same = np.isin(self._cells.cell[self._cells.counted], np.flatnonzero(self._shared == where))
            names = pd.Index(np.unique(self._instance[same].astype(str)))
            counts = self._random.multinomial(len(names), [1 / len(names)] * len(names), self._draws)
            self._drawn[where] = names, counts.astype(np.float64)
        names, drawn = self._drawn[where]
        return trials, names.get_indexer(pd.Index(instance.astype(str))), drawn

    def rates(self, group: int) -> _Rates:
        """Return the rates of all sizes of one group in each draw."""
        cells = np.flatnonzero(self._cells.group == group)
        lengths = numbers(self._cells.keys["steps"])[cells]
        cells = cells[np.argsort(lengths, kind="stable")]
        made = []
        for cell in cells.tolist():
            rows = self._order[self._first[cell] : self._first[cell + 1]]
            if len(rows):
                weighted = self._weights(cell)
                ends = [_survival(one.time[rows], one.event[rows], *weighted) for one in self._both]
                made.append((float(self._cells.keys["steps"].iloc[cell]), *ends[0], *ends[1]))
        logs = np.log2([one[0] for one in made])
        willing, willing_n, solved, solved_n = (
            np.stack([one[at] for one in made], axis=1) for at in range(1, 5)
        )
        return _Rates(logs, willing, solved, willing_n, solved_n)

    @property
    def _both(self) -> Iterator[Any]:
        yield from (self._stop, self._end)


def _survival(
    time: Floats, event: Bools, trials: Floats, cluster: Integers, weights: Floats
) -> tuple[Floats, Floats]:
    """Return the Kaplan-Meier survival at the end of the task, and its effective number of trials, by draw.

    As in `reports.measures.survival`, with clusters that count as often as they were drawn.
    """
    when = np.unique(time[event])
    happened = np.zeros((weights.shape[1], len(when)))
    np.add.at(happened, (cluster[event], np.searchsorted(when, time[event])), trials[event])
    at_risk = np.zeros_like(happened)
    np.add.at(at_risk, cluster, (time[:, None] >= when) * trials[:, None])
    whole = np.bincount(cluster, trials * (event | (time >= 1)), minlength=weights.shape[1])
    to_end = np.bincount(cluster, trials * (time >= 1), minlength=weights.shape[1])
    events, risked = weights @ happened, weights @ at_risk
    survived = np.prod(1 - share(events, risked, 0.0), axis=1)
    greenwood = share(events, risked * (risked - events), 0.0).sum(axis=1)
    between = (survived > 0) & (survived < 1)
    number = np.where(between, share(1 - survived, survived * greenwood), weights @ whole)
    known = ((weights @ to_end > 0) | (survived == 0)) & (number > 0)
    return np.where(known, survived, np.nan), np.where(known, number, np.nan)
