"""A report of one or more runs: their outcomes in one frame, shown in a terminal or written to a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import pandas as pd
from rich.console import Console
from rich.text import Text

from evals import derive
from evals.errors import RunError
from evals.printable import printable
from evals.recording import Run
from evals.runs import outcomes_of
from evals.trials import Outcome
from reports.escape import markdown_cell, write_utf8
from reports.frame import frame
from reports.page import LIMIT, page
from reports.rendering import to_csv, to_markdown, to_terminal
from reports.tables import by_size, comparison, labels
from reports.transcripts import Texts, choose


class Format(StrEnum):
    """How a report is written."""

    HTML = "html"
    MARKDOWN = "md"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of some runs, and where their texts are."""

    runs: tuple[Run, ...]
    outcomes: tuple[Outcome, ...]
    """A trial that several runs hold is named `run/trial` from the second on."""
    rows: pd.DataFrame

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Self:
        """Read the outcomes, or derive them where they are stale; raises `RunError`."""
        outcomes: list[Outcome] = []
        frames: list[pd.DataFrame] = []
        names = _names(runs)
        seen: set[str] = set()
        for run, name in zip(runs, names, strict=True):
            ours = [_named_apart(outcome, name, seen) for outcome in outcomes_of(run)]
            seen.update(outcome.trial for outcome in ours)
            outcomes += ours
            frames.append(frame(ours, name))
        if not outcomes:
            raise RunError(f"nothing is recorded in {', '.join(repr(str(run.path)) for run in runs)} yet")
        return cls(tuple(runs), tuple(outcomes), pd.concat(frames, ignore_index=True))

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said above all else: that respondents are simulated."""
        return tuple(
            f"Run {printable(name)}: the respondents are simulated, and their truth is known."
            for run, name in zip(self.runs, _names(self.runs), strict=True)
            if _is_simulated(run)
        )

    def print(self, console: Console) -> None:
        """The labels of each model and arm, and what follows from them."""
        for note in self.notes:
            console.print(Text(note), soft_wrap=True)
        console.print(to_terminal(labels(self.rows)))
        console.print()
        console.print(to_terminal(comparison(self.rows)))

    def text(self, format: Format) -> str:  # noqa: A002 - the field's word
        """The report as one text."""
        if format is Format.CSV:
            return to_csv(comparison(self.rows))
        if format is Format.MARKDOWN:
            tables = (labels(self.rows), comparison(self.rows), by_size(self.rows))
            heads = ("How the trials ended", "Compared", "By size")
            parts = [f"## {head}\n\n{to_markdown(table)}" for head, table in zip(heads, tables, strict=True)]
            return "\n".join([*(f"{markdown_cell(note)}\n" for note in self.notes), *parts])
        title = f"cantwont: {', '.join(_names(self.runs))}"
        return page(self.rows, self.outcomes, self._texts(), title, self.notes)

    def write(self, format: Format, path: Path) -> None:  # noqa: A002
        """Write the report to a file; raises `RunError`."""
        try:
            write_utf8(path, self.text(format))
        except OSError as error:
            raise RunError(
                f"cannot write {str(path)!r}: {error.strerror or error}; name another file with --out"
            ) from None

    def _texts(self) -> Texts:
        """What was answered in the trials that the page shows."""
        wanted = {outcome.trial for outcome in choose(self.outcomes, LIMIT)}
        texts: dict[str, list[tuple[int, str]]] = {}
        seen: set[str] = set()
        for run, name in zip(self.runs, _names(self.runs), strict=True):
            for trial, rows in derive.conversations(run):
                known = f"{name}/{trial.id}" if trial.id in seen else trial.id
                seen.add(known)
                if known in wanted:
                    texts[known] = derive.texts(rows)
        return texts


def _names(runs: Sequence[Run]) -> list[str]:
    """The directories' own names, or their paths where two are the same."""
    short = [run.path.resolve().name for run in runs]
    return short if len(set(short)) == len(short) else [str(run.path) for run in runs]


def _is_simulated(run: Run) -> bool:
    match run.manifest.spec:
        case {"endpoints": dict(endpoints)}:
            return any(isinstance(made, dict) and made.get("simulated") for made in endpoints.values())
    return False


def _named_apart(outcome: Outcome, run: str, seen: set[str]) -> Outcome:
    if outcome.trial not in seen:
        return outcome
    return outcome.model_copy(update={"trial": f"{run}/{outcome.trial}"})
