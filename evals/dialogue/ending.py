"""How a trial ended, whatever the number of its turns: the part of an outcome that depends on the arm."""

from dataclasses import asdict, dataclass, replace
from typing import Self

from evals.labelling.answer import Span
from evals.labelling.rules import LabelResult
from evals.record.outcome import Evidence, Label, TurnEnd


@dataclass(frozen=True, slots=True)
class Ending:
    """The label with its evidence and numbers, over all turns."""

    label: Label
    reason: str
    confident: bool = True
    probability: float = 1.0
    flags: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    written: int = 0
    right: int = 0
    first_error: int | None = None
    lost_at: int | None = None
    by_turn: tuple[TurnEnd, ...] = ()

    @classmethod
    def of(cls, verdict: LabelResult, turn: int) -> Self:
        """Return the ending of a single answer."""
        return cls(
            label=verdict.label,
            reason=verdict.reason,
            confident=verdict.confident,
            probability=verdict.probability,
            flags=verdict.flags,
            evidence=tuple(_evidence(span, turn) for span in verdict.evidence),
            written=verdict.written,
            right=verdict.right,
            first_error=verdict.first_error,
            lost_at=verdict.lost_at,
        )

    def flagged(self, flag: str) -> Self:
        """Return a copy with this flag added."""
        return self if flag in self.flags else replace(self, flags=(*self.flags, flag))

    def without(self, flag: str) -> Self:
        """Return a copy without this flag."""
        return replace(self, flags=tuple(name for name in self.flags if name != flag))


def _evidence(span: Span, turn: int) -> Evidence:
    return Evidence.model_validate({"turn": turn, **asdict(span)})
