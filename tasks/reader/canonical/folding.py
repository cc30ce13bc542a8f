"""A canonical text: an answer folded without loss into one form, with a map back to the offsets as received.

What is certain is folded: thinking and control tokens are set apart, invisible characters are left out, special
blanks, quotes, digits and signs become plain ones, and tags and entities become what they stand for. What is
ambiguous is left alone, and offered as other readings of the text (`Canonical.alternatives`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tasks.reader.canonical.ambiguous import readings
from tasks.reader.canonical.rewriting import Edit, Rearranged, Rewriting
from tasks.reader.canonical.signs import character_edits, is_plain, line_end, plain_characters, token_edits
from tasks.reader.canonical.tags import tag_edits
from tasks.reader.canonical.thinking import may_think, thinking


@dataclass(frozen=True, slots=True)
class Canonical:
    """An answer in its canonical form."""

    received: str
    text: str
    """The answer proper, folded; thinking and control tokens are not in it."""
    thinking: str = ""
    """What was set apart, joined."""
    unclosed: bool = False
    """Whether thinking was begun and never ended."""
    rewritings: tuple[Rewriting | Rearranged, ...] = field(default=(), repr=False)
    """What was done to the text as received, in order."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where what stands between two offsets of `text` stands in `received`, outermost."""
        for rewriting in reversed(self.rewritings):
            start, end = rewriting.span(start, end)
        return start, end

    def alternatives(self, *, layouts: bool = True, codes: bool = True) -> Iterator["Canonical"]:
        """Yield other readings of what is ambiguous in the text: none where it has nothing ambiguous.

        Args:
            layouts: Whether it is open too in which layout the steps stand.
            codes: Whether a step tells more than one thing, so that it can be written as a code of several signs.
        """
        for rewriting in readings(self.text, layouts=layouts, codes=codes):
            if rewriting.text != self.text:
                rewritings = (*self.rewritings, rewriting)
                yield Canonical(self.received, rewriting.text, self.thinking, self.unclosed, rewritings)


_ROUNDS = 6
"""What is folded can show more to fold; no honest answer goes deeper than this."""


def canonical(text: str, set_apart: Iterable[tuple[int, int]] = ()) -> Canonical:
    """Fold an answer into its canonical form.

    Args:
        text: an answer as received.
        set_apart: further spans of it that are not the answer, such as repeats of the prompt.
    """
    folding = _Folding(text)
    folding.rewrite((start, end, line_end(text, start, end)) for start, end in _merged(set_apart))
    for _ in range(_ROUNDS):
        if not folding.fold():
            break
    else:
        folding.text = folding.text.translate(_BLANK)
    return Canonical(text, folding.text, "\n".join(folding.thinking), folding.unclosed, tuple(folding.done))


_BLANK = str.maketrans(dict.fromkeys("<&", " "))


class _Folding:
    """A text while it is folded."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.thinking: list[str] = []
        self.unclosed = False
        self.done: list[Rewriting] = []

    def fold(self) -> bool:
        """Fold the text once; returns whether that changed anything."""
        before = self.text
        plain = is_plain(before)
        if not plain:
            self.text = plain_characters(self.text)
            self.rewrite(character_edits(self.text))
        if may_think(self.text):
            self._set_apart()
        if not plain:
            self.rewrite(token_edits(self.text))
            self.rewrite(tag_edits(self.text))
        return self.text is not before and self.text != before

    def _set_apart(self) -> None:
        text = self.text
        spans, unclosed = thinking(text)
        self.thinking += [text[start:end] for start, end in spans]
        self.unclosed = self.unclosed or unclosed
        self.rewrite((start, end, line_end(text, start, end)) for start, end in spans)

    def rewrite(self, edits: Iterable[Edit]) -> None:
        """Put something else in place of some spans."""
        ordered = list(edits)
        if ordered:
            self.done.append(Rewriting(self.text, ordered))
            self.text = self.done[-1].text


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in order, those that meet as one."""
    last: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if last is not None and start <= last[1]:
            last = last[0], max(last[1], end)
            continue
        if last is not None:
            yield last
        last = start, end
    if last is not None:
        yield last
