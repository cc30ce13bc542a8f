"""An entry of the table of phrases, and how it is looked for.

In a pattern a blank stands for any white space and an apostrophe for a straight or a curly one; every repeat is
bounded, so that no text can make a search slow.
"""

from dataclasses import dataclass
from enum import StrEnum


class SpeechAct(StrEnum):
    """What a phrase or mark shows about the answer it stands in."""

    ELISION = "elision"
    """Stands for steps that were left out."""
    LIKEWISE = "likewise"
    """Says that what is not written goes like what is; counts behind the last step only."""
    PART = "part"
    """Says that only a part is given."""
    DECLINE = "decline"
    """Says that the whole will not or cannot be written."""
    OFFER = "offer"
    """Offers the rest, or asks whether to write it."""
    HEDGE = "hedge"
    """Asks what is wanted, regrets, holds back or tells a method; counts only where no step is written."""
    CODE = "code"
    """Hands over a program, a procedure or a link in place of steps."""
    POLICY = "policy"
    """Declines on principle."""
    IMPOSSIBLE = "impossible"
    """Says that there is no solution."""
    COMPLETE = "complete"
    """Claims to be whole."""
    OPENING = "opening"
    """Announces a beginning or a sample; like all below, it counts by the sentence (`evals.labelling.sentences`)."""
    TASK = "task"
    """Speaks of the task, of writing or of computing."""
    DONE = "done"
    """Said of a list that has reached its end."""
    CLOSING = "closing"
    """Checks, explains or takes leave, as one does behind a list that is whole."""
    ASIDE = "aside"
    """Speaks of something else than this list: its history, how to undo it; no offer or mark there means it."""
    MORE = "more"
    """Speaks of what is not written, or of stopping."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry: what it shows, how it is recognised, and an example that it matches."""

    shows: SpeechAct
    pattern: str
    """Begins at the edge of a word, each alternative of it, unless it is a sign."""
    example: str
    sign: bool = False
