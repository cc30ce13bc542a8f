"""The words by which answers show how they end, as data: one table, each entry with an example.

They describe what people mean (a part is shown, more is offered, it is declined), not any one model's wording,
and are looked for in the prose of an answer, never in its steps.
"""

from functools import cache
from re import Pattern

from evals.labelling.phrases.claims import CLAIMED, ENDED
from evals.labelling.phrases.declines import DECLINED
from evals.labelling.phrases.offers import OFFERED
from evals.labelling.phrases.partial import MORE, SHORT
from evals.labelling.phrases.phrase import Phrase, SpeechAct
from evals.labelling.phrases.topics import ABOUT
from tasks.reader.elision import ELISIONS, compiled, lowered

__all__ = ["PHRASES", "Phrase", "SpeechAct", "lowered", "searched"]

_ELIDED = (Phrase(SpeechAct.ELISION, entry.pattern, entry.example, entry.sign) for entry in ELISIONS)
PHRASES: tuple[Phrase, ...] = (*_ELIDED, *SHORT, *DECLINED, *OFFERED, *CLAIMED, *ABOUT, *ENDED, *MORE)


@cache
def searched(shows: SpeechAct) -> Pattern[str]:
    """One pattern for a kind, made of all its entries; for text that `lowered` has been over."""
    return compiled(entry for entry in PHRASES if entry.shows is shows)
