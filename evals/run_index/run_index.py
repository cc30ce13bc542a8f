"""The index of a folder of runs: kept up to date with the files, and asked for runs, trials and texts."""

import hashlib
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from evals.errors import RunError, UntrustedPuzzle
from evals.plan.remaining import trials_of
from evals.record import jsonl
from evals.record.exchange import Exchange
from evals.record.outcome import Outcome
from evals.record.outcome_file import OUTCOMES, stored_header
from evals.record.price import RecordedPrice, recorded_prices
from evals.record.run import EXCHANGES, RunDirectory
from evals.replay.run_list import COMPLETE, EARLIER, NO_OUTCOMES, RUNNING, runs_below
from evals.run_index import queries
from evals.run_index.database import MOST, column, connect, index_path, key_of, make_indices
from evals.run_index.labelling import Labeller
from evals.run_index.outcomes_in import read_stored
from evals.run_index.queries import Facets, LabelCount, PairedTrials, Sort, TrialFilter, TrialPage, TrialRow
from evals.run_index.record_in import places_of, rows_at, scan, tail_of
from evals.run_index.running_now import RunningNow
from evals.text import printable
from evals.trust.store import store_path
from tasks import CantwontError

NEEDS_TRUST = "needs trust: "
"""How the problem of a run begins whose answers cannot be labelled without executing an untrusted file."""


_UNREAD = "cannot be read: "
"""The same of a run with a file that cannot."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as a list shows it."""

    id: int
    token: str
    """What stands for it in an address."""
    path: Path
    name: str
    """Its path from the folder, printable."""
    created: str
    planned: int | None
    """The trials that its spec asks, if that is known."""
    running: bool
    problem: str
    """Why it cannot be read, or its newest answers not be labelled; empty if they are."""
    state: str
    """`running`, `complete`, or what is missing or wrong."""
    models: tuple[str, ...] = ()
    puzzles: tuple[str, ...] = ()
    arms: tuple[str, ...] = ()
    labels: Counter[str] = field(default_factory=Counter)

    @property
    def trials(self) -> int:
        """How many trials have a label."""
        return self.labels.total()


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run has used so far."""

    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    """`None` where the price of a model is not known."""
    currency: str


class RunIndex:
    """An index of the runs below a folder. One thread keeps it up to date; any may ask it.

    Close it, or use it as a context manager.
    """

    def __init__(self, folder: Path, path: Path) -> None:
        self.folder = folder
        self.path = path
        self._writing = connect(path)
        self._reading = connect(path)
        self._write, self._read = threading.RLock(), threading.RLock()
        self._labellers: dict[int, Labeller] = {}
        self._prices: dict[int, tuple[str, dict[str, RecordedPrice]]] = {}
        self._refused: dict[int, tuple[str, float]] = {}

    @classmethod
    def at(cls, folder: Path, path: Path | None = None) -> Self:
        """Open the index of a folder, or make one.

        Args:
            folder: It holds runs, or is one.
            path: The file of the index, in place of the one in the user's cache.

        Raises:
            RunError: There is no such folder, or no place for the index.
        """
        runs_below(folder)
        return cls(folder, path or index_path(folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        with self._write, self._read:
            self._writing.close()
            self._reading.close()

    def interrupt(self) -> None:
        """End what another thread is writing right now: it fails, and nothing of it is kept."""
        self._writing.interrupt()

    # --- kept up to date

    def refresh(self, progress: Callable[[int, int], None] = lambda _, __: None) -> None:
        """Find the runs, and read what has changed in them since the last time; nothing is labelled.

        Args:
            progress: Is told how many runs are looked at, and of how many.
        """
        found = runs_below(self.folder)
        with self._write:
            known = {
                os.fsdecode(path): run
                for run, path in self._writing.execute("SELECT id, path FROM runs").fetchall()
            }
            paths = {os.path.relpath(path, self.folder): path for path in found}
            for name in known.keys() - paths.keys():
                with self._transaction():
                    self._forget(known[name])
                    self._writing.execute("DELETE FROM runs WHERE id = ?", (known[name],))
            for done, (name, path) in enumerate(paths.items()):
                progress(done, len(paths))
                if name in known:
                    self._refresh(known[name], path)
                    continue
                with self._transaction():
                    self._writing.execute(
                        "INSERT OR IGNORE INTO runs (token, path, name) VALUES (?, ?, ?)",
                        (_token(name), os.fsencode(name), _shown(path, name)),
                    )
                    [run] = self._writing.execute(
                        "SELECT id FROM runs WHERE token = ?", (_token(name),)
                    ).fetchone()
                self._refresh(run, path)
            make_indices(self._writing)
            progress(len(paths), len(paths))

    def _refresh(self, id_: int, path: Path) -> None:
        manifest, outcomes, record, running, problem = self._writing.execute(
            "SELECT manifest, outcomes, record, running, problem FROM runs WHERE id = ?", (id_,)
        ).fetchone()
        before = (manifest, outcomes, record)
        now = _signatures(path)
        locked = RunDirectory(path, None).is_locked()  # type: ignore[arg-type] # the lock is beside the manifest
        if now == before and locked == bool(running):
            return
        if running and not locked:
            self._set(id_, running=False)  # its outcomes are read below
        if problem.startswith(_UNREAD):
            manifest, *_ = before = ("", "", "")
        try:
            run = RunDirectory.open(path)
            with self._transaction():
                if now[0] != manifest:
                    self._set(id_, created=column(run.manifest.created), planned=trials_of(run), problem="")
                self._read_files(id_, run, before, now)
                kept = problem if problem.startswith(NEEDS_TRUST) and now[2] == record else ""
                self._set(id_, manifest=now[0], outcomes=now[1], record=now[2], running=locked, problem=kept)
        except (CantwontError, OSError) as error:
            with self._transaction():
                # Not looked at again before one of its files changes.
                self._set(
                    id_,
                    **dict(zip(("manifest", "outcomes", "record"), now, strict=True)),
                    running=locked,
                    problem=f"{_UNREAD}{printable(str(error))}",
                )

    def _read_files(
        self, id_: int, run: RunDirectory, before: tuple[str, str, str], now: tuple[str, str, str]
    ) -> None:
        path = run.exchanges_path
        scanned, tail, covered = self._writing.execute(
            "SELECT scanned, tail, covered FROM runs WHERE id = ?", (id_,)
        ).fetchone()
        has_grown = now[2] == before[2] or _has_grown(path, before[2], now[2], scanned, tail)
        if not before[0] or now[1] != before[1] or not has_grown:
            self._forget(id_)
            scanned = covered = 0
            if (run.path / OUTCOMES).exists():
                read_stored(self._writing, id_, run.path / OUTCOMES)
                header = stored_header(run)
                covered = 0 if header is None else min(max(header.exchanges.bytes, 0), MOST)
            self._set(id_, covered=covered, labelled=covered)
        if not path.exists():
            self._set(id_, scanned=0, tail=b"")
            return
        scanned = scan(self._writing, id_, path, scanned)
        self._set(id_, scanned=scanned, tail=tail_of(path, scanned))

    def _forget(self, id_: int) -> None:
        for table in ("trials", "cells", "places", "begun"):
            self._writing.execute(f"DELETE FROM {table} WHERE run = ?", (id_,))  # noqa: S608 - names of ours
        self._labellers.pop(id_, None)

    def label(self, seconds: float) -> bool:
        """Label answers that no outcomes follow from yet, for about so long; return whether some are left.

        Runs that go on come first. A run whose puzzle file is not trusted is left alone, and nothing of it
        is executed.
        """
        until = time.monotonic() + seconds
        with self._write:
            due = self._writing.execute(  # a condition of ours
                "SELECT id, path, labelled, running, record FROM runs "  # noqa: S608
                f"WHERE problem NOT LIKE 'cannot be%' AND ({_UNLABELLED}) "
                "ORDER BY running DESC, created DESC"
            ).fetchall()
            more = False
            for id_, path, labelled, running, record in due:
                if time.monotonic() >= until:
                    return True
                where = self.folder / os.fsdecode(path)
                more |= self._label(id_, where, labelled, record, until, running=bool(running))
        return more

    def _label(  # noqa: PLR0913 - what the database says of the run
        self, id_: int, path: Path, labelled: int, record: str, until: float, *, running: bool
    ) -> bool:
        trusted = (record, _trust_changed())
        if self._refused.get(id_) == trusted:
            return False
        labeller = self._labellers.setdefault(id_, Labeller(self._writing, id_))
        try:
            run = RunDirectory.open(path)
            with self._transaction():
                reached, fault = labeller.label(run, labelled, until, left=not running)
                told = "" if fault is None else f"cannot be labelled further: {printable(str(fault))}"
                self._set(id_, labelled=reached, problem=told)
        except UntrustedPuzzle as error:
            self._refused[id_] = trusted
            with self._transaction():
                self._set(id_, problem=f"{NEEDS_TRUST}{printable(str(error))}")
            return False
        except (CantwontError, OSError) as error:
            with self._transaction():
                self._set(id_, problem=f"cannot be labelled further: {printable(str(error))}")
            return False
        if fault is not None:
            return False
        [left] = self._writing.execute(
            f"SELECT {_UNLABELLED} FROM runs WHERE id = ?",  # noqa: S608 - a condition of ours
            (id_,),
        ).fetchone()
        return bool(left)

    def _set(self, id_: int, **values: object) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        self._writing.execute(f"UPDATE runs SET {names} WHERE id = ?", (*values.values(), id_))  # noqa: S608

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._writing.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._writing.execute("ROLLBACK")
            raise
        self._writing.execute("COMMIT")

    # --- asked

    def runs(self) -> list[RunSummary]:
        """Return all runs, by name."""
        with self._read:
            counted: dict[int, Counter[str]] = {}
            named: dict[int, tuple[dict[str, None], dict[str, None], dict[str, None]]] = {}
            for run, model, puzzle, arm, label, trials in self._reading.execute(
                "SELECT run, model, puzzle, arm, label, sum(trials) FROM cells WHERE trials > 0 "
                "GROUP BY run, model, puzzle, arm, label"
            ):
                counted.setdefault(run, Counter())[label] += trials
                known = named.setdefault(run, ({}, {}, {}))
                for names, name in zip(known, (model, puzzle, arm), strict=True):
                    names[name] = None
            return [
                self._summary(row, counted.get(row[0], Counter()), named.get(row[0], ({}, {}, {})))
                for row in self._reading.execute(f"{_RUNS} ORDER BY name").fetchall()
            ]

    def runs_by_number(self) -> dict[int, RunSummary]:
        """Return all runs by their number here, ordered by name; nothing is said of their trials."""
        with self._read:
            found = self._reading.execute(f"{_RUNS} ORDER BY name").fetchall()
        return {row[0]: self._summary(row, Counter(), ((), (), ())) for row in found}

    def run(self, token: str) -> RunSummary | None:
        """Return the run with this token; `None` if there is none."""
        with self._read:
            row = self._reading.execute(f"{_RUNS} WHERE token = ?", (token,)).fetchone()
            if row is None:
                return None
            counted: Counter[str] = Counter()
            named: tuple[dict[str, None], dict[str, None], dict[str, None]] = ({}, {}, {})
            for model, puzzle, arm, label, trials in self._reading.execute(
                "SELECT model, puzzle, arm, label, trials FROM cells WHERE run = ? AND trials > 0 "
                "ORDER BY model, puzzle, arm",
                (row[0],),
            ):
                counted[label] += trials
                for names, name in zip(named, (model, puzzle, arm), strict=True):
                    names[name] = None
            return self._summary(row, counted, named)

    def _summary(
        self, row: tuple[object, ...], labels: Counter[str], named: tuple[Iterable[str], ...]
    ) -> RunSummary:
        id_, token, path, name, created, planned, running, problem, covered, scanned, labelled, outcomes = row
        if problem and not str(problem).startswith(NEEDS_TRUST):
            state = str(problem).partition(": ")[0]
        elif running:
            state = RUNNING
        elif problem:
            state = "needs trust"
        elif not outcomes:
            state = NO_OUTCOMES
        else:
            state = COMPLETE if covered == scanned else EARLIER
        del labelled
        models, puzzles, arms = (tuple(names) for names in named)
        return RunSummary(
            id=int(str(id_)),
            token=str(token),
            path=self.folder / os.fsdecode(path),  # type: ignore[arg-type] # bytes, as the table says
            name=str(name),
            created=str(created),
            planned=None if planned is None else int(str(planned)),
            running=bool(running),
            problem=str(problem),
            state=state,
            models=models,
            puzzles=puzzles,
            arms=arms,
            labels=labels,
        )

    def page(
        self, wanted: TrialFilter, sort: Sort = Sort.ASKED, offset: int = 0, limit: int = 50
    ) -> TrialPage:
        """Return a page of the trials that match."""
        with self._read:
            return queries.page(self._reading, wanted, sort, offset, limit)

    def facets(self, wanted: TrialFilter) -> Facets:
        """Return the values that the trials have that match."""
        with self._read:
            return queries.facets(self._reading, wanted)

    def ended(self, run: RunSummary) -> list[LabelCount]:
        """Return how the trials of a run ended, by model, puzzle, arm and size."""
        with self._read:
            return queries.ended(self._reading, run.id)

    def paired(  # noqa: PLR0913 - one parameter each
        self,
        first: RunSummary,
        second: RunSummary,
        models: tuple[str | None, str | None] = (None, None),
        *,
        different: bool = False,
        labels: tuple[str | None, str | None] = (None, None),
        offset: int = 0,
        limit: int = 50,
    ) -> PairedTrials:
        """Return a page of trials that were asked the same in two runs; see `queries.paired`."""
        with self._read:
            return queries.paired(
                self._reading,
                (first.id, second.id),
                models,
                different=different,
                labels=labels,
                offset=offset,
                limit=limit,
            )

    def trial(self, run: RunSummary, trial: str) -> TrialRow | None:
        """Return a trial of a run by its id; `None` if none is known yet."""
        with self._read:
            found = self._reading.execute(
                "SELECT id FROM trials WHERE run = ? AND key = ? AND trial = ?",
                (run.id, key_of(trial), column(trial)),
            ).fetchone()
            return None if found is None else next(iter(queries.rows_of(self._reading, found)), None)

    def newest(self, run: RunSummary, limit: int = 10) -> list[TrialRow]:
        """Return the trials of a run whose answers were recorded last, the newest first."""
        with self._read:
            keys = dict.fromkeys(
                key
                for (key,) in self._reading.execute(
                    "SELECT key FROM places WHERE run = ? AND NOT judge ORDER BY start DESC LIMIT ?",
                    (run.id, 20 * limit),
                )
            )
            ids: list[int] = []
            for key in keys:
                found = self._reading.execute(
                    "SELECT id FROM trials WHERE run = ? AND key = ?", (run.id, key)
                ).fetchone()
                if found is not None:
                    ids.append(found[0])
                if len(ids) == limit:
                    break
            return queries.rows_of(self._reading, ids)

    def running_now(self, run: RunSummary) -> RunningNow:
        """Return what is seen of a run at this moment."""
        with self._read:
            begun, waiting = self._reading.execute(
                "SELECT count(*) FILTER (WHERE error IS NULL), count(error) FROM begun WHERE run = ?",
                (run.id,),
            ).fetchone()
        labeller = self._labellers.get(run.id)
        recent = Labeller(self._reading, run.id).recent if labeller is None else labeller.recent
        return RunningNow.of(recent, time.time(), begun, waiting)

    def unlabelled(self, run: RunSummary) -> int:
        """Return how many rows of a run's record were not looked at for labels yet."""
        with self._read:
            [count] = self._reading.execute(
                "SELECT count(*) FROM places p JOIN runs r ON r.id = p.run "
                "WHERE p.run = ? AND p.start >= r.labelled",
                (run.id,),
            ).fetchone()
        return int(count)

    def spent(self, run: RunSummary) -> Spent:
        """Return what the labelled trials of a run have used, and cost by the prices kept with it."""
        with self._read:
            rows = self._reading.execute(
                "SELECT model, total(prompt_tokens), total(completion_tokens), total(cached_tokens) "
                "FROM cells WHERE run = ? GROUP BY model",
                (run.id,),
            ).fetchall()
        prices = self._prices_of(run)
        cost: float | None = 0.0
        currencies = {prices[model].currency for model, *_ in rows if model in prices}
        for model, prompt, completion, cached in rows:
            known = prices.get(model)
            cost = None if cost is None or known is None else cost + known.of(prompt, completion, cached)
        if len(currencies) != 1:
            cost = None
        prompts, completions = (int(sum(row[place] for row in rows)) for place in (1, 2))
        return Spent(prompts, completions, cost, next(iter(currencies), ""))

    def _prices_of(self, run: RunSummary) -> dict[str, RecordedPrice]:
        signature = _signature(run.path / "run.json")
        kept = self._prices.get(run.id)
        if kept is None or kept[0] != signature:
            prices: dict[str, RecordedPrice] = {}
            with suppress(CantwontError):
                prices = recorded_prices(RunDirectory.open(run.path))
            kept = self._prices[run.id] = (signature, prices)
        return kept[1]

    # --- texts, read from the run itself

    def outcome(self, run: RunSummary, row: TrialRow) -> Outcome:
        """Return the whole outcome of a trial; raises `RunError` if the file has changed meanwhile."""
        if row.start is not None:
            line = next(jsonl.lines(run.path / OUTCOMES, start=row.start), None)
            found = None if line is None else line.read(Outcome)
        else:
            with self._read:
                stored = self._reading.execute(
                    "SELECT outcome FROM trials WHERE id = ?", (row.id,)
                ).fetchone()
            found = None if stored is None else Outcome.model_validate_json(stored[0])
        if found is None or column(found.trial) != row.trial:
            raise RunError(f"the outcomes of {run.name!r} have changed meanwhile: try again")
        return found

    def exchanges(self, run: RunSummary, row: TrialRow) -> list[Exchange]:
        """Return the rows of a trial as recorded, its judges' last; raises `RunError`."""
        with self._read:
            places = places_of(self._reading, run.id, [key_of(row.trial)])
        found = rows_at(_record(run.path), places)
        return [one for _, one in found if one.judge is not None or column(one.trial) == row.trial]

    def said(self, run: RunSummary, rows: Iterable[TrialRow]) -> Iterator[tuple[TrialRow, Exchange]]:
        """Yield trials of one run with each of their rows; a gzipped record is gone through once."""
        by_place: dict[int, TrialRow] = {}
        with self._read:
            for row in rows:
                by_place |= dict.fromkeys(places_of(self._reading, run.id, [key_of(row.trial)]), row)
        for line, exchange in rows_at(_record(run.path), sorted(by_place)):
            if exchange.judge is None:
                yield by_place[line.start], exchange


_UNLABELLED = "labelled < scanned OR NOT running AND id IN (SELECT run FROM begun)"
_RUNS = (
    "SELECT id, token, path, name, created, planned, running, problem, covered, scanned, labelled, outcomes "
    "FROM runs"
)


def _record(path: Path) -> Path:
    plain = path / EXCHANGES
    return plain if plain.exists() else path / f"{EXCHANGES}.gz"


def _signatures(path: Path) -> tuple[str, str, str]:
    return _signature(path / "run.json"), _signature(path / OUTCOMES), _signature(_record(path))


def _signature(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_ino}:{found.st_size}:{found.st_mtime_ns}"


def _has_grown(path: Path, before: str, now: str, scanned: int, tail: bytes) -> bool:
    """Return whether a record holds what was read of it, and perhaps more."""
    if not before or not now or path.suffix == ".gz":
        return not before
    inode, size, _ = now.split(":")
    if not before.startswith(f"{inode}:") or int(size) < scanned:
        return False
    return tail_of(path, scanned) == tail


def _trust_changed() -> float:
    """Return when the user last trusted something."""
    with suppress(OSError, CantwontError):
        return store_path().stat().st_mtime
    return 0.0


def _token(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:12]


def _shown(path: Path, name: str) -> str:
    return column(printable(path.resolve().name if name == "." else name))
