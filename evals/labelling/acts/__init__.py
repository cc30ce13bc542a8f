"""What one sentence about a list does: the learnt part of the labelling.

>>> acts_of("The remaining 943 moves follow the same pattern.").best
<Act.OMITS: 'omits'>

The model is linear, standard library only, and deterministic. `tests/acts` trains it; docs/acts.md says how
often it is right on sentences of authors that it never read.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from evals.labelling.acts.model import model_hash, shipped_model

__all__ = ["Act", "Acts", "acts_of", "model_hash"]


class Act(StrEnum):
    """What a sentence does with respect to the list that was asked for."""

    OMITS = "omits"
    """Says or shows that steps are left out, or that the list is only a part."""
    DECLINES = "declines"
    """Will not, cannot or should not write the list."""
    OFFERS = "offers"
    """Offers the rest, or the list, for later."""
    SUBSTITUTES = "substitutes"
    """Hands over something else in place of the steps: code, a formula, a description."""
    CLAIMS_WHOLE = "claims_whole"
    """Says that all steps are there."""
    CLOSES = "closes"
    """What one says beside a whole list: courtesies, checks, explanations, totals, offers of other things."""
    ELSEWHERE = "elsewhere"
    """Speaks of something else: rules, attempts, an example, another puzzle."""
    IMPOSSIBLE = "impossible"
    """Says that the task has no solution."""


@dataclass(frozen=True, slots=True)
class Acts:
    """The probability of each act; together they are 1."""

    omits: float
    declines: float
    offers: float
    substitutes: float
    claims_whole: float
    closes: float
    elsewhere: float
    impossible: float

    @property
    def stops(self) -> float:
        """The probability that the sentence is one of a list that stops short, or of none."""
        return min(self.omits + self.declines + self.offers + self.substitutes, 1.0)

    @property
    def best(self) -> Act:
        """The most probable act; of equals the first."""
        return max(Act, key=lambda act: getattr(self, act))


@lru_cache(maxsize=65_536)
def acts_of(sentence: str) -> Acts:
    """What a sentence does, from its words alone.

    Args:
        sentence: One sentence or fragment, in any language; what stands behind its 400th character is not
            looked at.
    """
    return Acts(*shipped_model().probabilities(sentence))
