"""Questions to the index: which trials match a filter, a page of them, and the same trials of two runs."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from evals.run_index.database import MOST

_SORTED_IN_MEMORY = 50_000
"""Matching trials that are sorted by themselves; with more, an index is gone through in order."""


class Sort(StrEnum):
    """The order of trials."""

    ASKED = "asked"
    """By what was asked: run, puzzle, size, arm, model, then label."""
    LABEL = "label"
    SHUFFLED = "shuffled"
    """By a hash of the trial's id: at random, and the same every time."""
    LEAST_STEPS = "steps"
    """By the number of steps written."""
    MOST_STEPS = "-steps"
    LOST_EARLY = "lost"
    """By the step at which it was lost; those that never were come last."""
    SHORTEST = "tokens"
    """By the tokens of the answer."""
    LONGEST = "-tokens"


_IN_CELLS = {
    Sort.ASKED: "run, puzzle, size, arm, model, label, id",
    Sort.LABEL: "label, run, puzzle, size, arm, model, id",
}
_IN_TRIALS = {
    Sort.SHUFFLED: ("key", ""),
    Sort.LEAST_STEPS: ("written", ""),
    Sort.MOST_STEPS: ("written", " DESC"),
    Sort.LOST_EARLY: ("lost_at", ""),
    Sort.SHORTEST: ("tokens", ""),
    Sort.LONGEST: ("tokens", " DESC"),
}
FACETS = ("model", "puzzle", "arm", "size", "label", "budget")


@dataclass(frozen=True, slots=True)
class TrialFilter:
    """Which trials; an empty part filters nothing."""

    runs: tuple[int, ...] = ()
    model: tuple[str, ...] = ()
    puzzle: tuple[str, ...] = ()
    arm: tuple[str, ...] = ()
    size: tuple[int, ...] = ()
    label: tuple[str, ...] = ()
    budget: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()
    """All of these."""
    unsure: bool = False
    """Only those whose label is not sure."""

    def condition(self) -> tuple[str, list[Any]]:
        """Return it as SQL on the cells, with its values."""
        parts: list[str] = []
        values: list[Any] = []
        for name, wanted in [("run", self.runs), *((name, getattr(self, name)) for name in FACETS)]:
            if wanted:
                parts.append(f"{name} IN ({', '.join('?' * len(wanted))})")
                values += wanted
        for flag in self.flag:
            parts.append("instr(flags, ?) > 0")
            values.append(f" {flag} ")
        if self.unsure:
            parts.append("NOT sure")
        return " AND ".join(["trials > 0", *parts]), values


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A trial as a list shows it."""

    id: int
    """In the index as it is now."""
    run: int
    trial: str
    model: str
    puzzle: str
    arm: str
    size: int
    steps: int | None
    budget: str
    label: str
    sure: bool
    flags: tuple[str, ...]
    instance: str
    repeat: int
    written: int
    right: int
    lost_at: int | None
    turns: int
    finish: str | None
    prompt_tokens: int | None
    tokens: int | None
    start: int | None
    """Where its outcome stands in the file of outcomes; `None` if no file holds it yet."""


_COLUMNS = (
    "t.id, t.run, t.trial, c.model, c.puzzle, c.arm, c.size, c.steps, c.budget, c.label, c.sure, c.flags, "
    "t.instance, t.repeat, t.written, t.right, t.lost_at, t.turns, t.finish, t.prompt_tokens, t.tokens, "
    "t.start"
)


def _row(found: Sequence[Any]) -> TrialRow:
    row = TrialRow(*found)
    return replace(
        row,
        sure=bool(row.sure),
        flags=tuple(str(row.flags).split()),
        lost_at=None if row.lost_at == MOST else row.lost_at,
        tokens=None if row.tokens == -1 else row.tokens,
    )


@dataclass(frozen=True, slots=True)
class TrialPage:
    """Some of the trials that match."""

    rows: tuple[TrialRow, ...]
    total: int
    """How many match."""


@dataclass(frozen=True, slots=True)
class Facets:
    """The values that trials have, each with the number of trials that have it."""

    model: dict[str, int] = field(default_factory=dict)
    puzzle: dict[str, int] = field(default_factory=dict)
    arm: dict[str, int] = field(default_factory=dict)
    size: dict[int, int] = field(default_factory=dict)
    label: dict[str, int] = field(default_factory=dict)
    budget: dict[str, int] = field(default_factory=dict)
    flag: dict[str, int] = field(default_factory=dict)
    unsure: int = 0


@dataclass(frozen=True, slots=True)
class LabelCount:
    """How many trials of a model, puzzle, arm and size have a label."""

    model: str
    puzzle: str
    arm: str
    size: int
    label: str
    trials: int


def ended(database: sqlite3.Connection, run: int) -> list[LabelCount]:
    """Return how the trials of a run ended."""
    found = database.execute(
        "SELECT model, puzzle, arm, size, label, sum(trials) FROM cells WHERE run = ? AND trials > 0 "
        "GROUP BY model, puzzle, arm, size, label",
        (run,),
    )
    return [LabelCount(*row) for row in found]


def facets(database: sqlite3.Connection, wanted: TrialFilter) -> Facets:
    """Return the values of the trials that match."""
    where, values = wanted.condition()
    found = {
        name: dict(
            database.execute(
                f"SELECT {name}, sum(trials) FROM cells WHERE {where} GROUP BY {name} ORDER BY {name}",  # noqa: S608 - names of ours
                values,
            ).fetchall()
        )
        for name in FACETS
    }
    flags: dict[str, int] = {}
    for told, count in database.execute(
        f"SELECT flags, sum(trials) FROM cells WHERE {where} AND flags != '' GROUP BY flags",  # noqa: S608
        values,
    ):
        for flag in str(told).split():
            flags[flag] = flags.get(flag, 0) + count
    [unsure] = database.execute(
        f"SELECT coalesce(sum(trials), 0) FROM cells WHERE {where} AND NOT sure",  # noqa: S608
        values,
    ).fetchone()
    return Facets(**found, flag=dict(sorted(flags.items())), unsure=unsure)


def page(database: sqlite3.Connection, wanted: TrialFilter, sort: Sort, offset: int, limit: int) -> TrialPage:
    """Return a page of the trials that match."""
    where, values = wanted.condition()
    order = _IN_CELLS.get(sort, "id")
    cells = database.execute(
        f"SELECT id, trials FROM cells WHERE {where} ORDER BY {order}",  # noqa: S608 - names of ours
        values,
    ).fetchall()
    total = sum(trials for _, trials in cells)
    if offset >= total:
        return TrialPage((), total)
    if sort in _IN_CELLS:
        ids = _in_cells(database, cells, offset, limit)
    else:
        chosen = [] if where == "trials > 0" else [cell for cell, _ in cells]
        ids = _in_order(database, chosen, total, sort, offset, limit)
    return TrialPage(tuple(rows_of(database, ids)), total)


def rows_of(database: sqlite3.Connection, ids: Iterable[int]) -> list[TrialRow]:
    """Return trials by their numbers in the index, in this order."""
    query = f"SELECT {_COLUMNS} FROM trials t JOIN cells c ON c.id = t.cell WHERE t.id = ?"  # noqa: S608
    found = (database.execute(query, (id_,)).fetchone() for id_ in ids)
    return [_row(row) for row in found if row is not None]


def _in_cells(
    database: sqlite3.Connection, cells: Iterable[tuple[int, int]], offset: int, limit: int
) -> list[int]:
    """Return those of a page where one cell after another is listed."""
    ids: list[int] = []
    for cell, trials in cells:
        if offset >= trials:
            offset -= trials
            continue
        ids += (
            id_
            for (id_,) in database.execute(
                "SELECT id FROM trials WHERE cell = ? ORDER BY id LIMIT ? OFFSET ?",
                (cell, limit - len(ids), offset),
            )
        )
        offset = 0
        if len(ids) >= limit:
            break
    return ids


def _in_order(  # noqa: PLR0913, PLR0917 - one parameter each
    database: sqlite3.Connection, cells: list[int], total: int, sort: Sort, offset: int, limit: int
) -> list[int]:
    """Return those of a page in the order of a column; no cells stand for all of them."""
    name, way = _IN_TRIALS[sort]
    database.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY)")
    database.execute("DELETE FROM chosen")
    database.executemany("INSERT INTO chosen VALUES (?)", ((cell,) for cell in cells))
    # A plus sign keeps SQLite from going by the index of a column.
    few = bool(cells) and total <= _SORTED_IN_MEMORY
    chosen = f"WHERE {'' if few else '+'}cell IN (SELECT id FROM chosen)"  # noqa: S608
    found = database.execute(
        f"SELECT id FROM trials {chosen if cells else ''} "  # noqa: S608 - names of ours
        f"ORDER BY {'+' if few else ''}{name}{way}, cell{way}, id{way} LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return [id_ for (id_,) in found]


# --- two runs


@dataclass(frozen=True, slots=True)
class PairedTrials:
    """A page of trials that were asked the same in two runs."""

    rows: tuple[tuple[TrialRow, TrialRow], ...]
    total: int
    labels: dict[tuple[str, str], int]
    """How many pairs have which two labels."""


def paired(  # noqa: PLR0913 - one parameter each
    database: sqlite3.Connection,
    runs: tuple[int, int],
    models: tuple[str | None, str | None],
    *,
    different: bool,
    labels: tuple[str | None, str | None] = (None, None),
    offset: int = 0,
    limit: int = 50,
) -> PairedTrials:
    """Return a page of pairs: trials of two runs with the same puzzle, instance, arm, options and repeat.

    Args:
        database: The index.
        runs: The two runs.
        models: Of each the model; without them trials of the same model are paired, or, where each run has
            only one, those of these two.
        different: Only pairs with different labels.
        labels: Only pairs with these labels.
        offset: The first pair of the page.
        limit: Pairs of a page.
    """
    conditions = ["a.run = ?", "b.run = ?"]
    values: list[Any] = [*runs]
    for name, model in zip("xy", models, strict=True):
        if model is not None:
            conditions.append(f"{name}.model = ?")
            values.append(model)
    if models == (None, None) and any(len(models_of(database, run)) > 1 for run in runs):
        conditions.append("x.model = y.model")
    if any(_budgets(database, run) > 1 for run in runs):
        conditions.append("x.budget = y.budget")
    joined = (
        "trials a JOIN trials b ON b.alike = a.alike "
        "JOIN cells x ON x.id = a.cell JOIN cells y ON y.id = b.cell "
        f"WHERE {' AND '.join(conditions)}"
    )
    counts = {
        (first, second): count
        for first, second, count in database.execute(
            f"SELECT x.label, y.label, count(*) FROM {joined} GROUP BY x.label, y.label",  # noqa: S608
            values,
        )
    }
    shown = {
        pair: count
        for pair, count in counts.items()
        if not (different and pair[0] == pair[1])
        and all(wanted in (None, label) for wanted, label in zip(labels, pair, strict=True))
    }
    if different:
        joined += " AND x.label != y.label"
    for name, label in zip("xy", labels, strict=True):
        if label is not None:
            joined += f" AND {name}.label = ?"
            values.append(label)
    found = database.execute(
        f"SELECT a.id, b.id FROM {joined} ORDER BY x.puzzle, x.size, x.arm, x.model, a.id, b.id "  # noqa: S608
        "LIMIT ? OFFSET ?",
        (*values, limit, offset),
    ).fetchall()
    rows = tuple((*rows_of(database, [first]), *rows_of(database, [second])) for first, second in found)
    pairs = tuple((pair[0], pair[1]) for pair in rows if len(pair) == 2)
    return PairedTrials(pairs, sum(shown.values()), counts)


def models_of(database: sqlite3.Connection, run: int) -> list[str]:
    """Return the models of a run."""
    found = database.execute(
        "SELECT DISTINCT model FROM cells WHERE run = ? AND trials > 0 ORDER BY model", (run,)
    )
    return [model for (model,) in found]


def _budgets(database: sqlite3.Connection, run: int) -> int:
    [count] = database.execute("SELECT count(DISTINCT budget) FROM cells WHERE run = ?", (run,)).fetchone()
    return int(count)
