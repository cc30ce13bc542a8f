"""The labelled answers of `sets/`, and real ones where they are at hand, with their labels by the rules."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from evals.importers import import_run
from evals.labelling.evidence import AnswerEvidence, StopWeight
from evals.record.exchange import Exchange
from evals.record.outcome import Label, Outcome
from evals.record.run import RunDirectory
from evals.record.trial import Trial
from evals.replay.derive import answer_of, completion_of, conversations, outcome
from tests import DATA, ROOT

SETS = Path(__file__).parent / "sets"
REAL = DATA / "hanoi_recorded.jsonl.gz", DATA / "hanoi_labels.jsonl"


@dataclass(frozen=True)
class Judged:
    """One answer, as a reader and as the rules label it."""

    id: str
    label: Label
    """By the rules."""
    probability: float
    confident: bool
    true: str
    """By a reader who saw no rule."""
    alternative: str | None
    """A second label that the reader finds arguable."""
    outcome: Outcome
    """All that the rules say."""

    @property
    def right(self) -> bool:
        """Whether both say the same."""
        return self.label in (self.true, self.alternative)


SMALL = ROOT / "examples" / "small-model"
"""A run of a real model of half a billion parameters; a careful reader labelled it."""


def names() -> list[str]:
    """The sets in the repository, in the order in which they were written, and the recorded run."""
    return ["one", "two", "three", "four", "five", "six", "seven", "small"]


@cache
def judged(name: str) -> list[Judged]:
    """A set by its name; `real` for the recorded answers beside the repository."""
    return list(_judged(name))


def _judged(name: str) -> Iterator[Judged]:
    for trial, replies, reader in read_answers(name):
        said = outcome(trial, replies)
        yield Judged(
            trial.id,
            said.label,
            said.probability or 0.0,
            said.confident,
            reader["label"],
            reader["alternative"],
            said,
        )


def read_answers(name: str) -> Iterator[tuple[Trial, list[Exchange], dict[str, Any]]]:
    """The trials of a set, with what its reader says."""
    answers, labels = _files(name)
    true = {row["id"]: row for row in map(json.loads, labels.read_text(encoding="utf-8").splitlines())}
    with tempfile.TemporaryDirectory() as folder:
        run = answers
        if not answers.is_dir():
            run = Path(folder) / "run"
            import_run([answers], run, {})
        for trial, replies in conversations(RunDirectory.open(run)):
            if trial.id in true:
                yield trial, list(replies), true[trial.id]


@dataclass(frozen=True)
class Weighed:
    """A short list whose words alone tell whether it stopped by choice."""

    weight: StopWeight
    stopped: bool
    """By its reader."""


def weighed(name: str) -> Iterator[Weighed]:
    """Yield the answers of a set that have one, with what is weighed."""
    for trial, replies, reader in read_answers(name):
        if reader["label"] not in ("give_up", "logic_error"):
            continue
        row = next((row for row in replies if row.reply is not None), None)
        if row is None:
            continue
        answer = answer_of(completion_of(row), row.messages, trial.sampling.max_tokens)
        evidence = AnswerEvidence(trial.instance.restore(), answer)
        plain = evidence.any_steps and evidence.short and evidence.stop_mark is None
        cut = evidence.is_cut or evidence.breaks_off
        if plain and not cut and evidence.program is None:
            yield Weighed(evidence.stop_weight, reader["label"] == "give_up")


def _files(name: str) -> tuple[Path, Path]:
    """The answers and the labels of a set."""
    if name == "small":
        return SMALL, SMALL / "labels.jsonl"
    return REAL if name == "real" else (SETS / f"{name}.jsonl.gz", SETS / f"{name}.labels.jsonl")
