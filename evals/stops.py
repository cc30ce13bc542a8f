"""Stops: the signs in an answer with some steps that it stopped short by its own choice."""

from dataclasses import dataclass
from functools import cached_property

from evals.left import names_what_is_left
from evals.remarks import Remarks, announces_part, remarks
from tasks import Mark, Prose, Shows, StepList

_NEAR = 400
"""Marks this close behind a list's last step belong to the list."""
_SAID_BEHIND = (
    Shows.PART, Shows.DECLINE, Shows.OFFER, Shows.ELISION, Shows.LIKEWISE, Shows.POLICY,
)  # fmt: skip


@dataclass(frozen=True)
class Stops:
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
            return self.prose.first(*self.item.elision, Shows.ELISION)
        end = self.item.end
        mark = self.prose.first(end, min(self.end, end + _NEAR), Shows.ELISION)
        between = self.text[end : mark.start] if mark is not None else ""
        return mark if between.count("\n\n") == 0 else None

    @cached_property
    def after(self) -> Mark | None:
        """Words behind the list that say it stops short."""
        said = said_behind(self.prose, self.item, self.end)
        return said or names_what_is_left(self.text, self.item.end, self.end, self.written, self.needed)

    @cached_property
    def before(self) -> Mark | None:
        """Words before the list that say only a part will follow."""
        return self._last_before(Shows.DECLINE, Shows.PART)

    @cached_property
    def code_for_rest(self) -> Mark | None:
        """A program or procedure that is to bring what the list lacks."""
        return self.prose.first(self.item.end, self.end, Shows.CODE) or self._last_before(Shows.CODE)

    def _last_before(self, *wanted: Shows) -> Mark | None:
        """The last such mark before the list, unless a claim to be whole is the last word before it."""
        begin = self.item.start
        claims = self.prose.marks(Shows.COMPLETE, self.start, begin)
        claimed = max((mark.start for mark in claims), default=self.start)
        found = [mark for shows in wanted for mark in self.prose.marks(shows, claimed, begin)]
        return max(found, key=lambda mark: mark.start, default=None)

    # --- where less than half of the steps are there, which few whole answers come to

    @property
    def _much_is_missing(self) -> bool:
        return self.needed is None or 2 * self.written < self.needed

    @cached_property
    def _remarks(self) -> Remarks:
        return remarks(self.prose, self.item.end, self.end) if self._much_is_missing else Remarks()

    @property
    def more(self) -> Mark | None:
        """Behind the list: a sentence that speaks of more, or of stopping."""
        return self._remarks.more

    @property
    def unknown(self) -> Mark | None:
        """Behind the list: a sentence in words that do not stand behind whole lists."""
        return self._remarks.unknown

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
    return prose.first(item.end, end, *_SAID_BEHIND)
