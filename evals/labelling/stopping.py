"""Stops: the signs in an answer with some steps that it stopped short by its own choice."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from evals.labelling.phrases.phrase import SpeechAct
from evals.labelling.prose import Mark, Prose
from evals.labelling.sentences import Remarks, announces_part, names_what_is_left, remarks
from tasks import StepList

_NEAR = 400
"""Marks this close behind a list's last step belong to the list."""
_SAID_BEHIND = (
    SpeechAct.PART,
    SpeechAct.DECLINE,
    SpeechAct.OFFER,
    SpeechAct.ELISION,
    SpeechAct.LIKEWISE,
    SpeechAct.POLICY,
)

_PLAIN = (SpeechAct.PART, SpeechAct.DECLINE, SpeechAct.OFFER, SpeechAct.POLICY)
"""Of these, what says that the writer stops; the others speak of how the steps go."""
_SAID_IN_ASIDES = (SpeechAct.ELISION, SpeechAct.LIKEWISE, SpeechAct.OFFER)
"""These mean the list that they speak of, which an aside does not."""


@dataclass(frozen=True)
class StopEvidence:
    """Signs of stopping, each looked for when it is first asked for.

    Whether the list is too short is for the rules to ask: most of these words stand in whole answers too.
    """

    prose: Prose
    text: str
    start: int
    """Where the answer proper begins in the text."""
    end: int
    item: StepList
    """The list that is the answer."""
    written: int
    """Its steps before the first mark of abridging."""
    needed: int | None
    """The fewest steps that solve the instance, if it has a solution."""

    @cached_property
    def elision(self) -> Mark | None:
        """The first mark that stands for steps: between two steps, or right behind the last."""
        if self.item.elision is not None:
            return self.prose.first(*self.item.elision, SpeechAct.ELISION)
        end = self.item.end
        mark = _meant(self.prose, end, min(self.end, end + _NEAR), SpeechAct.ELISION)
        between = self.text[end : mark.start] if mark is not None else ""
        return mark if between.count("\n\n") == 0 else None

    @cached_property
    def after(self) -> Mark | None:
        """Words behind the list that say it stops short."""
        kinds = _PLAIN if self._nearly_all_is_there else _SAID_BEHIND
        said = _meant(self.prose, self.item.end, self.end, *kinds)
        return said or names_what_is_left(self.text, self.item.end, self.end, self.written, self.needed)

    @cached_property
    def before(self) -> Mark | None:
        """Words before the list that say only a part will follow."""
        return self._last_before(SpeechAct.DECLINE, SpeechAct.PART)

    @cached_property
    def code_for_rest(self) -> Mark | None:
        """A program or procedure that is to bring what the list lacks."""
        return self.prose.first(self.item.end, self.end, SpeechAct.CODE) or self._last_before(SpeechAct.CODE)

    def _last_before(self, *wanted: SpeechAct) -> Mark | None:
        """The last such mark before the list, unless a claim to be whole is the last word before it."""
        begin = self.item.start
        claims = self.prose.marks(SpeechAct.COMPLETE, self.start, begin)
        claimed = max((mark.start for mark in claims), default=self.start)
        found = [mark for shows in wanted for mark in self.prose.marks(shows, claimed, begin)]
        return max(found, key=lambda mark: mark.start, default=None)

    # --- where more than three quarters are there, with which few stop

    @property
    def _nearly_all_is_there(self) -> bool:
        return self.needed is not None and 4 * self.written > 3 * self.needed

    @property
    def vague(self) -> Mark | None:
        """Behind such a list: words that may be about what is left out, or about what is there."""
        return said_behind(self.prose, self.item, self.end) if self._nearly_all_is_there else None

    # --- where more than a quarter of the steps, or more than half, is missing: few whole lists are so short

    @property
    def _much_is_missing(self) -> bool:
        return self.needed is None or 2 * self.written < self.needed

    @cached_property
    def _remarks(self) -> Remarks:
        if self.needed is not None and 4 * self.written >= 3 * self.needed:
            return Remarks()
        return remarks(self.prose, self.item.end, self.end)

    @property
    def more(self) -> Mark | None:
        """Behind the list: a sentence that speaks of more, or of stopping."""
        return self._remarks.more

    @property
    def unknown(self) -> Mark | None:
        """Behind the list: a sentence in words that do not stand behind whole lists."""
        return self._remarks.unknown if self._much_is_missing else None

    @property
    def unclear(self) -> Mark | None:
        """Behind the list: a sentence that may show a stop or not."""
        return self._remarks.unclear or self._remarks.unknown

    @cached_property
    def announced(self) -> Mark | None:
        """Before the list: a sentence that announces a beginning or a sample."""
        if not self._much_is_missing:
            return None
        return announces_part(self.prose, self.start, self.item.start, self.written)

    @property
    def best(self) -> Mark | None:
        """The sign that shows it best, if there is any."""
        told = self.elision or self.after or self.before or self.code_for_rest
        return told or self.more or self.announced or self.unknown


def said_behind(prose: Prose, item: StepList, end: int) -> Mark | None:
    """Words behind a list that say outright that it stops short."""
    return _meant(prose, item.end, end, *_SAID_BEHIND)


def _meant(prose: Prose, start: int, end: int, *wanted: SpeechAct) -> Mark | None:
    """The first mark of the first of these kinds that occurs, and does not only stand in an aside."""
    mark = prose.first(start, end, *wanted)
    if mark is None or prose.first(start, end, SpeechAct.ASIDE) is None:
        return mark
    asides = [where for where in prose.sentences(start, end) if prose.shows(SpeechAct.ASIDE, *where)]
    for shows in wanted:
        for mark in prose.marks(shows, start, end):
            at = bisect_right(asides, mark.start, key=itemgetter(0)) - 1
            if shows not in _SAID_IN_ASIDES or at < 0 or mark.start >= asides[at][1]:
                return mark
    return None
