"""Shows the progress of a run: a live table in a terminal, plain lines elsewhere."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from evals.record.outcome import Label, Outcome
from evals.record.price import Price, money
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
    cost: float = 0.0
    """Of this run's own requests, as far as tokens are reported."""
    in_flight: int = 0
    stopped: bool = False
    started: float = 0.0
    waits_until: float = 0.0

    @property
    def done(self) -> int:
        """Trials that are finished, or cannot be asked again now."""
        return self.before + self.ended

    def add(self, outcome: Outcome | None, price: Price | None = None) -> None:
        """Count one trial."""
        self.ended += 1
        if outcome is None:
            self.unread += 1
            return
        self.labels[outcome.label] += 1
        self.tokens += outcome.completion_tokens or 0
        if price is not None:
            tokens = outcome.prompt_tokens or 0, outcome.completion_tokens or 0, outcome.cached_tokens or 0
            self.cost += price.of(*tokens)

    def time_left(self) -> str:
        """Format the time left at the pace so far, e.g. `2:05`; a dash if it is unknown."""
        if not self.ended or self.stopped or self.done >= self.total:
            return _UNKNOWN
        return clock((time.monotonic() - self.started) / self.ended * (self.total - self.done))

    def state(self) -> str:
        """Describe what the model's requests do: how many are under way, or how long they wait."""
        if self.stopped:
            return "stopped"
        wait = self.waits_until - time.monotonic()
        return f"{self.in_flight:,}, waits {clock(wait)}" if wait > 0 else f"{self.in_flight:,}"

    def labels_in_words(self) -> str:
        """Format the label counts in the order of the labels, e.g. `solved 12, give_up 3`."""
        told = [f"{label} {self.labels[label]:,}" for label in Label if self.labels[label]]
        told += [f"unread {self.unread:,}"] if self.unread else []
        return ", ".join([*told, f"{self.before:,} before"] if self.before else told) or _UNKNOWN


_COLOURS = {"solved": "green", "refusal": "yellow", "give_up": "yellow", "logic_error": "red"}


def in_colour(text: Text) -> Text:
    """Colour the names of labels."""
    for label, colour in _COLOURS.items():
        text.highlight_words([label], colour)
    return text


def clock(seconds: float) -> str:
    """Format a time, e.g. `2:05` or `1:02:05`."""
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


class Display:
    """Shows progress while it is open, and keeps a tally for each model."""

    def __init__(self, console: Console, prices: Mapping[str, Price] | None = None) -> None:
        """Begin with no model.

        Args:
            console: Where to show it.
            prices: The prices that are known, by `endpoint/model`.
        """
        self.tallies: dict[str, Tally] = {}
        self._console, self._prices = console, prices or {}
        self._begun = time.monotonic()
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
            line = f"asking {printable(model)}: {trial_count(total)}{recorded}"
            self._console.print(Text(line), soft_wrap=True)

    def finished(self, model: str, outcome: Outcome | None) -> None:
        """Count a finished trial."""
        self.tallies[model].add(outcome, self._prices.get(model))
        if not self._console.is_terminal and time.monotonic() - self._told >= _EVERY:
            self._tell([name for name, tally in self.tallies.items() if tally.done < tally.total])

    def sent(self, model: str) -> None:
        """Count a request that is under way."""
        self.tallies[model].in_flight += 1

    def received(self, model: str) -> None:
        """Count a request that is over."""
        self.tallies[model].in_flight -= 1

    def waits(self, model: str, seconds: float) -> None:
        """Note until when a model's failed request waits."""
        tally = self.tallies[model]
        tally.waits_until = max(tally.waits_until, time.monotonic() + seconds)

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
        costs = any(who in self._prices for who in self.tallies)
        for head in ("model", "done", "so far", "in flight", "tokens", *(["cost"] if costs else []), "left"):
            table.add_column(head, justify="left" if head in {"model", "so far"} else "right")
        for model, tally in list(self.tallies.items()):
            price = self._prices.get(model)
            cost = _UNKNOWN if price is None else money(tally.cost, price.currency)
            table.add_row(
                Text(clip(printable(model), 30), no_wrap=True, overflow="ellipsis"),
                *self._cells(tally, cost if costs else None),
            )
        total = self._total()
        currencies = {price.currency for price in self._prices.values()}
        cost = money(total.cost, currencies.pop()) if len(currencies) == 1 else _UNKNOWN
        table.add_row(Text("all", style="bold"), *self._cells(total, cost if costs else None))
        table.add_row(Text(f"{clock(time.monotonic() - self._begun)} elapsed", style="dim"))
        return table

    @staticmethod
    def _cells(tally: Tally, cost: str | None) -> Iterator[Text]:
        yield Text(f"{tally.done:,}/{tally.total:,}", no_wrap=True)
        yield in_colour(Text(tally.labels_in_words()))
        yield Text(tally.state(), no_wrap=True)
        yield Text(f"{tally.tokens:,}", no_wrap=True)
        if cost is not None:
            yield Text(cost, no_wrap=True)
        yield Text(tally.time_left(), no_wrap=True)

    def _total(self) -> Tally:
        """Return the sum of all tallies; what is left of models that are given up is not waited for."""
        total = Tally(started=self._begun)
        for tally in list(self.tallies.values()):
            total.total += tally.total
            total.before += tally.before
            total.ended += tally.ended
            total.labels += tally.labels
            total.unread += tally.unread
            total.tokens += tally.tokens
            total.cost += tally.cost
            total.in_flight += tally.in_flight
        return total
