"""The progress of a run while it is under way, and a summary of what it did."""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from evals.record.outcome import Outcome


class Progress(Protocol):
    """Receives updates while a run is under way."""

    def planned(self, model: str, total: int, done: int) -> None:
        """A model has `total` trials, of which `done` were recorded before."""

    def finished(self, model: str, outcome: Outcome | None) -> None:
        """A trial ended, with or without a reply; `None` if its answer could not be read yet."""

    def stopped(self, model: str, why: str) -> None:
        """A model is not asked any more in this run."""

    def noted(self, model: str, what: str) -> None:
        """Something worth knowing about a model."""


class Silence:
    """A `Progress` that nobody watches."""

    def planned(self, model: str, total: int, done: int) -> None:
        """Ignore how many trials a model has."""

    def finished(self, model: str, outcome: Outcome | None) -> None:
        """Ignore a finished trial."""

    def stopped(self, model: str, why: str) -> None:
        """Ignore that a model is not asked any more."""

    def noted(self, model: str, what: str) -> None:
        """Ignore a note about a model."""


@runtime_checkable
class RequestProgress(Protocol):
    """Receives updates about single requests too: a `Progress` that has these methods."""

    def sent(self, model: str) -> None:
        """A request of a model is under way, retries included, until `received`."""

    def received(self, model: str) -> None:
        """The reply of a request came, or none will."""

    def waits(self, model: str, seconds: float) -> None:
        """A request of a model failed, and is sent again in so many seconds."""


@dataclass(slots=True)
class Summary:
    """What a run did."""

    asked: int = 0
    """Trials that got a reply."""
    failed: int = 0
    """Trials without a reply."""
    skipped: int = 0
    """Trials not asked, because their model had been given up."""
    errors: dict[str, str] = field(default_factory=dict)
    """For each model with a failed trial, its last error."""
    stopped: set[str] = field(default_factory=set)
    """The models that were given up."""
    fatal: bool = False
    """Whether a model was given up for a reason that a retry cannot fix: key, model name or address."""
    limit: str | None = None
    """The limit that was reached, in words."""
    spent: tuple[str, ...] = ()
    """What each model has used, one line per model."""
    broken: str | None = None
    """What ended the run early, such as a full disk."""
    left: int = 0
    """Trials of the spec that still have no reply; where sizes are found while asking, at least so many."""
    found: tuple[str, ...] = ()
    """What was found where sizes are found while asking, a sentence for each model, puzzle and arm."""
