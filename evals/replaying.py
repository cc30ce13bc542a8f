"""Replay: what follows from a record today, beside what was stored."""

from collections.abc import Iterator
from dataclasses import dataclass

from evals import derive
from evals._changes import versions
from evals.arms import ARMS
from evals.printable import printable
from evals.recording import OUTCOMES, Run, read_outcomes
from evals.trials import Outcome
from tasks import puzzles

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """Outcomes derived today beside those stored."""

    total: int
    stored: int | None
    """How many are stored; `None` where none are."""
    changed: tuple[tuple[Outcome, Outcome], ...]
    """Stored and derived, where they differ."""
    only_stored: int
    only_derived: int

    @property
    def same(self) -> bool:
        """Whether nothing has changed."""
        return not (self.changed or self.only_stored or self.only_derived)

    def in_words(self) -> Iterator[str]:
        """What a reader wants to know, in a line or a few."""
        replayed = f"{self.total:,} trials replayed"
        if self.stored is None:
            yield f"{replayed}; no outcomes are stored yet (--update writes them)"
            return
        if self.same:
            yield f"{replayed}; all outcomes are the same as those stored"
            return
        yield (
            f"{replayed}; {len(self.changed):,} outcomes differ from those stored, "
            f"{self.only_derived:,} are new, {self.only_stored:,} are gone (--update accepts this)"
        )
        for before, after in self.changed[:_SHOWN]:
            yield f"  {printable(after.trial)}: {printable(_difference(before, after))}"
        if len(self.changed) > _SHOWN:
            yield f"  and {len(self.changed) - _SHOWN:,} more"


def replay(run: Run) -> Compared:
    """Derive all outcomes again and hold them against the stored ones; writes nothing."""
    derived = {outcome.trial: outcome for outcome in derive.outcomes(run)}
    if not (run.path / OUTCOMES).exists():
        return Compared(len(derived), None, (), 0, len(derived))
    stored = {outcome.trial: outcome for outcome in read_outcomes(run)}
    both = sorted(set(stored) & set(derived))
    return Compared(
        total=len(derived),
        stored=len(stored),
        changed=tuple((stored[name], derived[name]) for name in both if stored[name] != derived[name]),
        only_stored=len(set(stored) - set(derived)),
        only_derived=len(set(derived) - set(stored)),
    )


def upgrades(run: Run) -> Iterator[str]:
    """What was asked in another version than today's."""
    today = {name: puzzle.version for name, puzzle in puzzles().items()}
    return versions(run.manifest, puzzles=today, arms={name: arm.version for name, arm in ARMS.items()})


def _difference(before: Outcome, after: Outcome) -> str:
    if before.label is not after.label:
        return f"{before.label} before, {after.label} now: {after.reason}"
    names = [name for name in type(after).model_fields if getattr(before, name) != getattr(after, name)]
    return f"{after.label}, but {', '.join(names)} changed"
