"""How a trial ended, whatever the number of its turns: the part of an outcome that an arm decides."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from evals.labelling.answer import Answer, Place
from evals.labelling.rules import Verdict
from evals.record.outcome import Evidence, Label, TurnEnd


@dataclass(frozen=True, slots=True)
class Ending:
    """The label, what shows it, and the numbers, over all turns."""

    label: Label
    reason: str
    confident: bool = True
    flags: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    written: int = 0
    right: int = 0
    first_error: int | None = None
    lost_at: int | None = None
    by_turn: tuple[TurnEnd, ...] = ()

    @classmethod
    def of(cls, verdict: Verdict, answer: Answer, turn: int) -> Self:
        """That of a single answer."""
        return cls(
            label=verdict.label,
            reason=verdict.reason,
            confident=verdict.confident,
            flags=verdict.flags,
            evidence=tuple(_evidence(place, answer, turn) for place in verdict.evidence),
            written=verdict.written,
            right=verdict.right,
            first_error=verdict.first_error,
            lost_at=verdict.lost_at,
        )

    def flagged(self, flag: str) -> Self:
        """The same with a flag more."""
        return self if flag in self.flags else replace(self, flags=(*self.flags, flag))

    def without(self, flag: str) -> Self:
        """The same without this flag."""
        return replace(self, flags=tuple(name for name in self.flags if name != flag))


def _evidence(place: Place, answer: Answer, turn: int) -> Evidence:
    fields: Mapping[str, str | None] = {
        "content": answer.content,
        "reasoning": answer.reasoning,
        "refusal": answer.refusal,
    }
    return Evidence.model_validate(
        {
            "turn": turn,
            "field": place.field,
            "start": place.start,
            "end": place.end,
            "quote": (fields[place.field] or "")[place.start : place.end],
            "shows": place.shows,
        }
    )
