"""Copying: repeat a random list. Length is the only difficulty, so a failure is a choice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

from tasks.contract.draws import below
from tasks.contract.given import Given
from tasks.contract.given_names import known_length, names, told_apart
from tasks.contract.item_puzzle import FixedListPuzzle
from tasks.contract.parameters import choice, integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt
from tasks.forms.items import Item, compact, item_forms, numbers
from tasks.forms.named_items import NamedItems, named_items
from tasks.forms.noise import programs, summaries
from tasks.puzzles._word_list import WORDS


@dataclass(frozen=True, slots=True)
class CopyingParameters:
    """The list is drawn."""

    size: int = integer("items; the prompt lists them all, hence the limit", minimum=1, maximum=10_000)
    items: str = choice("what is listed", "words", "numbers", default="words")


CopyingInstance = Instance[CopyingParameters]
_MOST_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class GivenCopyingParameters(CopyingParameters):
    """Those of an instance given whole."""

    listed: tuple[int, ...] = field(compare=False, kw_only=True)
    named: NamedItems = field(compare=False, kw_only=True)
    kind: str = field(compare=False, kw_only=True)
    """What the prompt calls the items."""


@lru_cache(maxsize=16)
def _drawn(instance: CopyingInstance) -> tuple[int, ...]:
    """Return words as indices into `WORDS`, or four-digit numbers; of one given whole, codes of names."""
    rng, parameters = instance.random(), instance.parameters
    if isinstance(parameters, GivenCopyingParameters):
        return parameters.listed
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

    @property
    def whole(self) -> "Copying":
        """This puzzle itself plays instances given whole."""
        return self

    def take(self, data: Mapping[str, object]) -> CopyingInstance:
        """Return an instance with these `items`: words, numbers or short texts."""
        given = Given(self.name, data, {"items"})
        listed = names(given, "items", (1, _MOST_ITEMS))
        different = sorted(set(listed))
        told_apart(given, "items", different)
        known_length(given, len(listed))
        named = named_items(tuple(different))
        kind = "items" if any(" " in item for item in different) else "words"
        parameters = GivenCopyingParameters(
            len(listed),
            "numbers" if named.numeric else "words",
            listed=tuple(named.codes[item] for item in listed),
            named=named,
            kind="numbers" if named.numeric else kind,
        )
        return given.instance(parameters, {"items": listed})

    def varies(self, instance: CopyingInstance) -> bool:
        """Return whether it is drawn: another seed draws another list."""
        return not instance.data

    def item(self, instance: CopyingInstance, index: int) -> int:
        """Return the item at this index of the list."""
        return _drawn(instance)[index]

    def shown(self, instance: CopyingInstance, item: int) -> str:
        """Return the word or number as written."""
        return _shown(instance, item)

    def prompt(self, instance: CopyingInstance) -> Prompt:
        """Ask for one item per line."""
        kind, size = _kind(instance), instance.parameters.size
        counted = f"1 {kind[:-1]}" if size == 1 else f"{size} {kind}"
        example = "52\n17\n17\n80" if kind == "numbers" else _example(instance)
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
                f"{'integers' if kind == 'numbers' else 'strings'}."
            ),
        )

    def describe(self, instance: CopyingInstance, state: int) -> str:
        """Say how much is written, and with what it ends."""
        kind = _kind(instance)
        if state == 0:
            return f"No {kind[:-1]} has been written yet."
        last = ", ".join(_shown(instance, item) for item in _drawn(instance)[max(0, state - 5) : state])
        if state == instance.parameters.size:
            return f"The whole list is written. It ends with: {last}."
        lead = "" if state <= 5 else "..., "
        return f"Written so far, up to number {state} of the list: {lead}{last}. Number {state + 1} is next."

    def forms(self, instance: CopyingInstance) -> tuple[Form, ...]:
        """Return items on lines of their own, with running numbers, or on one line."""
        parameters = instance.parameters
        if isinstance(parameters, GivenCopyingParameters):
            return parameters.named.forms
        return _WORD_FORMS if parameters.items == "words" else _NUMBER_FORMS

    def noise(self, instance: CopyingInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the last item named again, and programs."""
        parameters = instance.parameters
        if isinstance(parameters, GivenCopyingParameters):
            item = parameters.named.item
        else:
            item = _WORD if parameters.items == "words" else _NUMBER
        yield from summaries(item, text)
        yield from programs(text)


def _kind(instance: CopyingInstance) -> str:
    parameters = instance.parameters
    return parameters.kind if isinstance(parameters, GivenCopyingParameters) else parameters.items


def _example(instance: CopyingInstance) -> str:
    """Return an example of words, of which no answer to the instance has the first."""
    parameters = instance.parameters
    taken = parameters.named.codes if isinstance(parameters, GivenCopyingParameters) else {}
    chosen = next((words for words in _EXAMPLES if not taken.keys() & {*words}), _EXAMPLES[0])
    first, second, third = chosen
    return f"{first}\n{second}\n{second}\n{third}"


_EXAMPLES = ("fox", "hut", "mud"), ("elk", "jar", "tin"), ("Ann", "Tom", "Sue")


def _shown(instance: CopyingInstance, item: int) -> str:
    if isinstance(instance.parameters, GivenCopyingParameters):
        return instance.parameters.named.name(item)
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
