"""Small files in the formats of other tools, written here by what their documentation and sources say."""

import json
from pathlib import Path
from typing import Any

from evals.importers import ImportSummary, import_run
from evals.importers._mapping import FieldMapping
from evals.record.exchange import Exchange
from evals.record.exchange_log import exchanges
from evals.record.outcome import Outcome
from evals.record.run import RunDirectory
from evals.replay.open_runs import outcomes_of

OURS: dict[str, Any] = {"puzzle": "hanoi", "instance": {"parameters": {"size": 2}}}
SOLVED = "[[1, 0, 1], [2, 0, 2], [1, 1, 2]]"
WRONG = "[[2, 0, 1]]"
DECLINED = "I won't write out all of these moves; that would be far too long."


def lines_file(path: Path, *rows: object) -> Path:
    """A file of JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def document(path: Path, value: object) -> Path:
    """A file of one JSON document."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2))
    return path


class Imported:
    """A run made of some files, and what it came to."""

    def __init__(self, tmp_path: Path, *files: Path, mapping: str | None = None, **arms: str) -> None:
        found = FieldMapping.load(mapping) if mapping is not None else None
        self.summary: ImportSummary = import_run(files, tmp_path / "run", arms, mapping=found)
        self.run = RunDirectory.open(tmp_path / "run")
        self.rows: list[Exchange] = list(exchanges(self.run))

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcomes in the order of the rows."""
        return list(outcomes_of(self.run))

    @property
    def labels(self) -> list[str]:
        """Their labels."""
        return [str(made.label) for made in self.outcomes]
