"""Copying: repeat a random list. Length is the only difficulty, so a failure is a choice."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from tasks.contract.draws import below
from tasks.contract.item_puzzle import FixedListPuzzle
from tasks.contract.parameters import choice, integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt
from tasks.forms.items import Item, compact, item_forms, numbers
from tasks.forms.noise import programs, summaries
from tasks.puzzles._word_list import WORDS


@dataclass(frozen=True, slots=True)
class CopyingParameters:
    """The list is drawn."""

    size: int = integer("items; the prompt lists them all, hence the limit", minimum=1, maximum=10_000)
    items: str = choice("what is listed", "words", "numbers", default="words")


CopyingInstance = Instance[CopyingParameters]


@lru_cache(maxsize=16)
def _drawn(instance: CopyingInstance) -> tuple[int, ...]:
    """Return words as indices into `WORDS`, or four-digit numbers."""
    rng, parameters = instance.random(), instance.parameters
    low, many = (0, len(WORDS)) if parameters.items == "words" else (1_000, 9_000)
    return tuple(low + below(rng, many) for _ in range(parameters.size))


class Copying(FixedListPuzzle[CopyingParameters]):
    """A step is `(item,)`; the state is the number of items written."""

    name: ClassVar[str] = "copying"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Copying: write a random list once more (a control: length alone)"
    kind: ClassVar[Kind] = Kind.TRACE
    width: ClassVar[int] = 1
    noun: ClassVar[str] = "item"

    @property
    def parameters(self) -> type[CopyingParameters]:
        """See `CopyingParameters`."""
        return CopyingParameters

    def varies(self, instance: CopyingInstance) -> bool:
        """Return True: another seed draws another list."""
        return True

    def item(self, instance: CopyingInstance, index: int) -> int:
        """Return the item at this index of the list."""
        return _drawn(instance)[index]

    def shown(self, instance: CopyingInstance, item: int) -> str:
        """Return the word or number as written."""
        return _shown(instance, item)

    def prompt(self, instance: CopyingInstance) -> Prompt:
        """Ask for one item per line."""
        kind, size = instance.parameters.items, instance.parameters.size
        counted = f"1 {kind[:-1]}" if size == 1 else f"{size} {kind}"
        example = "fox\nhut\nhut\nmud" if kind == "words" else "52\n17\n17\n80"
        return Prompt(
            rules=(
                f"Copy this list of {counted} exactly, in the same order, repeated {kind} included:\n"
                + "".join(self.format(instance, self.solution(instance)))
            ),
            start=self.describe(instance, 0),
            goal=f"All {counted} are written." if size > 1 else f"The {kind[:-1]} is written.",
            format=f"Write one {kind[:-1]} on each line, and nothing else on the line.",
            example=f"For the list {example.replace(chr(10), ', ')}, an answer is:\n{example}",
            method=f"Go through the list from its beginning and write each {kind[:-1]} on a line of its own.",
            code=(
                f"Write a Python function `solve()` without arguments that returns the {kind} as a list of "
                f"{'strings' if kind == 'words' else 'integers'}."
            ),
        )

    def describe(self, instance: CopyingInstance, state: int) -> str:
        """Say how much is written, and with what it ends."""
        kind = instance.parameters.items
        if state == 0:
            return f"No {kind[:-1]} has been written yet."
        last = ", ".join(_shown(instance, item) for item in _drawn(instance)[max(0, state - 5) : state])
        if state == instance.parameters.size:
            return f"The whole list is written. It ends with: {last}."
        lead = "" if state <= 5 else "..., "
        return f"Written so far, up to number {state} of the list: {lead}{last}. Number {state + 1} is next."

    def forms(self, instance: CopyingInstance) -> tuple[Form, ...]:
        """Return items on lines of their own, with running numbers, or on one line."""
        return _WORD_FORMS if instance.parameters.items == "words" else _NUMBER_FORMS

    def noise(self, instance: CopyingInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the last item named again, and programs."""
        yield from summaries(_WORD if instance.parameters.items == "words" else _NUMBER, text)
        yield from programs(text)


def _shown(instance: CopyingInstance, item: int) -> str:
    return str(item) if instance.parameters.items == "numbers" else WORDS[item % len(WORDS)]


def _by_initial() -> str:
    """Return a pattern for the rest of each word, grouped by first letter."""
    tails: dict[str, list[str]] = {}
    for word in WORDS:
        tails.setdefault(word[0], []).append(word[1:])
    return "|".join(f"(?<=[{initial}{initial.upper()}])(?:{'|'.join(tails[initial])})" for initial in tails)


_INDEX = {word: index for index, word in enumerate(WORDS)}
_WORD = Item(
    first="[A-Za-z]",
    rest=f"(?i:{_by_initial()})",
    ends="[A-Za-z]",
    convert=lambda text: _INDEX[text.lower()],
    chain=True,
)
_NUMBER = numbers(chain=True)
_WORD_FORMS, _NUMBER_FORMS = item_forms(_WORD), (*item_forms(_NUMBER), compact())

PUZZLE = Copying()
