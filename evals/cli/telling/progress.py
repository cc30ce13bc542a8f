"""Shows the progress of a run: a live table in a terminal, plain lines elsewhere."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from evals.record.outcome import Label, Outcome
from evals.text import clip, printable, trial_count

_EVERY = 5.0
"""Seconds between plain lines."""
_UNKNOWN = "–"  # noqa: RUF001 - an en dash is meant


@dataclass(slots=True)
class Tally:
    """What is known about one model's trials."""

    total: int = 0
    before: int = 0
    """Recorded by an earlier run."""
    ended: int = 0
    labels: Counter[Label] = field(default_factory=Counter)
    unread: int = 0
    """Answers that could not be read yet."""
    tokens: int = 0
    stopped: bool = False
    started: float = 0.0

    @property
    def done(self) -> int:
        """Trials that are finished, or cannot be asked again now."""
        return self.before + self.ended

    def add(self, outcome: Outcome | None) -> None:
        """Count one trial."""
        self.ended += 1
        if outcome is None:
            self.unread += 1
            return
        self.labels[outcome.label] += 1
        self.tokens += outcome.completion_tokens or 0

    def time_left(self) -> str:
        """Format the time left at the pace so far, e.g. `2:05`; a dash if it is unknown."""
        if not self.ended or self.stopped or self.done >= self.total:
            return _UNKNOWN
        seconds = (time.monotonic() - self.started) / self.ended * (self.total - self.done)
        hours, rest = divmod(round(seconds), 3600)
        return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"

    def labels_in_words(self) -> str:
        """Format the label counts in the order of the labels, e.g. `solved 12, give_up 3`."""
        told = [f"{label} {self.labels[label]:,}" for label in Label if self.labels[label]]
        return ", ".join([*told, f"unread {self.unread:,}"] if self.unread else told) or _UNKNOWN


class Display:
    """Shows progress while it is open, and keeps a tally for each model."""

    def __init__(self, console: Console) -> None:
        self.tallies: dict[str, Tally] = {}
        self._console = console
        # The table disappears at the end of the run, when the summary says more.
        self._live = Live(get_renderable=self._table, console=console, transient=True)
        self._told = time.monotonic()

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()
        if error is not None:
            self._tell(self.tallies)

    def planned(self, model: str, total: int, done: int) -> None:
        """Show how many trials a model has."""
        self.tallies[model] = Tally(total=total, before=done, started=time.monotonic())
        if not self._console.is_terminal:
            recorded = f", {done:,} of them recorded before" if done else ""
            line = f"{printable(model)}: {trial_count(total)}{recorded}"
            self._console.print(Text(line), soft_wrap=True)

    def finished(self, model: str, outcome: Outcome | None) -> None:
        """Count a finished trial."""
        self.tallies[model].add(outcome)
        if not self._console.is_terminal and time.monotonic() - self._told >= _EVERY:
            self._tell([name for name, tally in self.tallies.items() if tally.done < tally.total])

    def stopped(self, model: str, why: str) -> None:
        """Mark a model as given up; printed at once if others are still asked."""
        self.tallies[model].stopped = True
        if any(tally.done < tally.total and not tally.stopped for tally in self.tallies.values()):
            line = Text(f"{printable(model)}: not asked any more: {printable(why)}", style="red")
            self._console.print(line, soft_wrap=True)

    def noted(self, model: str, what: str) -> None:
        """Print something worth knowing about a model."""
        self._console.print(Text(f"{printable(model)}: {printable(what)}"), soft_wrap=True)

    def _tell(self, models: Iterable[str]) -> None:
        self._told = time.monotonic()
        for model in models:
            tally = self.tallies[model]
            self._console.print(
                Text(
                    f"{printable(model)}: {tally.done:,} of {tally.total:,}; {tally.labels_in_words()}; "
                    f"{tally.tokens:,} tokens; {tally.time_left()} left"
                ),
                soft_wrap=True,
            )

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        for head in ("model", "done", "so far", "tokens", "left"):
            table.add_column(head, justify="left" if head in {"model", "so far"} else "right")
        for model, tally in list(self.tallies.items()):
            table.add_row(
                Text(clip(printable(model), 30), no_wrap=True, overflow="ellipsis"),
                Text(f"{tally.done:,}/{tally.total:,}", no_wrap=True),
                Text(tally.labels_in_words()),
                Text(f"{tally.tokens:,}", no_wrap=True),
                Text("stopped" if tally.stopped else tally.time_left(), no_wrap=True),
            )
        return table
