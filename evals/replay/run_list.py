"""The runs below a folder, each in a line: what was asked, when, and how its trials ended so far."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.errors import RunError
from evals.record.jsonl import blocks, lines
from evals.record.outcome import INSTRUMENT, STOPS, Label
from evals.record.outcome_file import OUTCOMES, stored_header
from evals.record.run import RunDirectory
from evals.text import full_name
from tasks import CantwontError

COMPLETE, RUNNING, NO_OUTCOMES = "complete", "running", "no outcomes yet"
EARLIER = "outcomes are of an earlier record"
"""States of a run."""
_DEEPEST = 3
"""Folders below the one that is named."""
_MOST_RUNS = 10_000
_UNREAD = (Label.MALFORMED, Label.NO_ANSWER)


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run; the counts are those of its stored outcomes."""

    path: str
    created: str
    """ISO 8601, UTC; empty if the run cannot be read."""
    state: str
    """`complete`, `running`, or what is missing or wrong."""
    models: tuple[str, ...] = ()
    puzzles: tuple[str, ...] = ()
    arms: tuple[str, ...] = ()
    trials: int = 0
    solved: int = 0
    stopped: int = 0
    wrong: int = 0
    unread: int = 0
    cut: int = 0
    """Cut, filtered, unscorable or without a reply: nobody's failure."""

    def plain(self) -> dict[str, object]:
        """Return it as plain JSON."""
        return asdict(self)


def runs_below(folder: Path) -> list[Path]:
    """Return the runs in a folder, or the folder itself if it is one; links are not followed.

    Raises:
        RunError: It is no folder.
    """
    if RunDirectory.is_at(folder):
        return [folder]
    if not folder.is_dir():
        raise RunError(f"there is no folder {str(folder)!r}: name one that holds runs")
    return sorted(islice(_found(folder, _DEEPEST), _MOST_RUNS))


def _found(folder: Path, deep: int) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False) or entry.name.startswith("."):
            continue
        path = folder / entry.name
        if RunDirectory.is_at(path):
            yield path
        elif deep > 1:
            yield from _found(path, deep - 1)


def expanded(paths: Iterable[Path]) -> list[Path]:
    """Return run directories, each folder that holds runs replaced by these.

    Raises:
        RunError: There is no run at a path, and none below it.
    """
    found: list[Path] = []
    for path in paths:
        if RunDirectory.is_at(path) or not path.is_dir():
            found.append(path)
            continue
        below = runs_below(path)
        if not below:
            raise RunError(f"{str(path)!r} is not a run, and holds none: it has no 'run.json'")
        found += below
    return list(dict.fromkeys(found))


def line_of(path: Path) -> RunLine:
    """Return the line of one run; what cannot be read is its state."""
    try:
        run = RunDirectory.open(path)
        told = _Told.of(run)
        state = _state(run)
    except CantwontError as error:
        return RunLine(str(path), "", f"cannot be read: {error}")
    asked = run.manifest.spec.get("asked")
    planned = asked if isinstance(asked, dict) else {}
    counts = told.labels
    return RunLine(
        path=str(path),
        created=run.manifest.created,
        state=state,
        models=tuple(told.models or map(str, planned.get("models", ()))),
        puzzles=tuple(told.puzzles or run.manifest.puzzles),
        arms=tuple(told.arms or run.manifest.arms),
        trials=counts.total(),
        solved=counts[Label.SOLVED],
        stopped=sum(counts[label] for label in STOPS),
        wrong=counts[Label.LOGIC_ERROR],
        unread=sum(counts[label] for label in _UNREAD),
        cut=sum(counts[label] for label in INSTRUMENT),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What the stored outcomes of a run say, in the order in which it is met."""

    labels: Counter[str]
    models: dict[str, None]
    puzzles: dict[str, None]
    arms: dict[str, None]

    @classmethod
    def of(cls, run: RunDirectory) -> "_Told":
        told = cls(Counter(), {}, {}, {})
        path = run.path / OUTCOMES
        for line in islice(lines(path), 1, None) if path.exists() else ():
            row = line.read(_Row)
            told.labels[row.label] += 1
            told.models[full_name(row.endpoint, row.model)] = None
            told.puzzles[row.puzzle] = None
            told.arms[row.arm] = None
        return told


class _Row(BaseModel):
    """What is looked at of an outcome."""

    model_config = ConfigDict(extra="ignore")

    label: str
    model: str
    endpoint: str
    puzzle: str
    arm: str


def _state(run: RunDirectory) -> str:
    if run.is_locked():
        return RUNNING
    header = stored_header(run)
    if header is None:
        return NO_OUTCOMES
    return COMPLETE if header.exchanges.bytes == _size(run.exchanges_path) else EARLIER


def _size(recorded: Path) -> int:
    """Return the bytes of a record as it was written, before it was gzipped."""
    if recorded.suffix == ".gz":
        return sum(map(len, blocks(recorded)))
    return recorded.stat().st_size if recorded.exists() else 0
