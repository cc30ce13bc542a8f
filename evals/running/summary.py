"""How a run goes, for whoever watches, and what it did, for whoever asks afterwards."""

from dataclasses import dataclass, field
from typing import Protocol

from evals.record.outcome import Outcome


class Progress(Protocol):
    """Whoever wants to know how a run goes."""

    def planned(self, model: str, total: int, done: int) -> None:
        """A model has so many trials, of which so many were recorded before."""

    def finished(self, model: str, outcome: Outcome | None) -> None:
        """A trial ended, with or without a reply; `None`: its answer could not be read yet."""

    def stopped(self, model: str, why: str) -> None:
        """A model is not asked any more in this run."""

    def noted(self, model: str, what: str) -> None:
        """Something worth knowing about a model."""


@dataclass(slots=True)
class Summary:
    """What a run did."""

    asked: int = 0
    """Trials that got a reply."""
    failed: int = 0
    """Trials that got none."""
    skipped: int = 0
    """Not asked, because the model's trials had all failed alike."""
    errors: dict[str, str] = field(default_factory=dict)
    """For each model with a failed trial, what was wrong the last time."""
    stopped: set[str] = field(default_factory=set)
    """The models that were given up."""
    fatal: bool = False
    """Whether some model was given up for what trying again would not mend: key, model name, address."""
    limit: str | None = None
    """Which limit was reached, in words."""
    spent: tuple[str, ...] = ()
    """What each model has used, a line each."""
    broken: str | None = None
    """What ended the run before its time, such as a full disk."""
    left: int = 0
    """Trials of the spec that still have no reply."""
