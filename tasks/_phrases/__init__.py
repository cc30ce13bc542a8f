"""The words by which answers show how they end, as data: one table, each entry with an example.

They describe what people mean (a part is shown, more is offered, it is declined), not any one model's wording,
and are looked for in the prose of an answer, never in its steps.
"""

from functools import cache
from re import Pattern

from tasks._phrases._about import ABOUT
from tasks._phrases._claimed import CLAIMED
from tasks._phrases._declined import DECLINED
from tasks._phrases._ended import ENDED
from tasks._phrases._entry import Phrase, Shows, compiled, lowered
from tasks._phrases._more import MORE
from tasks._phrases._offered import OFFERED
from tasks._phrases._short import SHORT

__all__ = ["PHRASES", "Phrase", "Shows", "lowered", "searched"]

PHRASES: tuple[Phrase, ...] = (*SHORT, *DECLINED, *OFFERED, *CLAIMED, *ABOUT, *ENDED, *MORE)


@cache
def searched(shows: Shows) -> Pattern[str]:
    """One pattern for a kind, made of all its entries; for text that `lowered` has been over."""
    return compiled(entry for entry in PHRASES if entry.shows is shows)
