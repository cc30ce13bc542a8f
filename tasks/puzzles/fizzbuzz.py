"""Fizzbuzz with random divisors and words. Hardly any difficulty but length, so a failure is a choice."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

from tasks.contract.draws import shuffled
from tasks.contract.item_puzzle import FixedListPuzzle
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt
from tasks.forms.items import NUMBERED, Item, any_items, chained, inline, lined
from tasks.forms.noise import echoes, programs

_WORDS = (
    "Blip", "Bork", "Chug", "Dong", "Fump", "Glim", "Honk", "Jolt", "Klup", "Mork", "Nurp", "Plop", "Quaz",
    "Rixt", "Snub", "Tock", "Vrop", "Womp", "Yelp", "Zing",
)  # fmt: skip
"""Instances are drawn from this list, so it may not change."""
_DIVISORS = range(2, 8)
_BASE = len(_WORDS) + 1


@dataclass(frozen=True, slots=True)
class FizzbuzzParameters:
    """The divisors and their words are drawn."""

    size: int = integer("the last number", minimum=1, maximum=1_000_000)
    words: int = integer("divisors, each with its word", minimum=1, maximum=4, default=2)


FizzbuzzInstance = Instance[FizzbuzzParameters]


@dataclass(frozen=True, slots=True)
class _Drawn:
    divisors: tuple[int, ...]
    """In ascending order."""
    words: tuple[int, ...]
    """The index in `_WORDS` of each divisor's word."""

    def line(self, number: int) -> int:
        """Return the number in the row of this line."""
        fitting = [
            word for divisor, word in zip(self.divisors, self.words, strict=True) if number % divisor == 0
        ]
        return _coded(fitting) if fitting else number


@lru_cache(maxsize=16)
def _drawn(instance: FizzbuzzInstance) -> _Drawn:
    rng, words = instance.random(), instance.parameters.words
    divisors = sorted(shuffled(rng, _DIVISORS)[:words])
    return _Drawn(tuple(divisors), tuple(shuffled(rng, range(len(_WORDS)))[:words]))


class Fizzbuzz(FixedListPuzzle[FizzbuzzParameters]):
    """A step is `(number,)`, negative for words; the state is the number of lines written."""

    name: ClassVar[str] = "fizzbuzz"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Fizzbuzz with random divisors and words (a control: hardly more than length)"
    kind: ClassVar[Kind] = Kind.TRACE
    width: ClassVar[int] = 1
    noun: ClassVar[str] = "line"

    @property
    def parameters(self) -> type[FizzbuzzParameters]:
        """See `FizzbuzzParameters`."""
        return FizzbuzzParameters

    def varies(self, instance: FizzbuzzInstance) -> bool:
        """Return True: another seed draws other divisors and words."""
        return True

    def item(self, instance: FizzbuzzInstance, index: int) -> int:
        """Return the line for the number `index` + 1."""
        return _drawn(instance).line(index + 1)

    def shown(self, instance: FizzbuzzInstance, item: int) -> str:
        """Return the line as written: words or a number."""
        return _shown(item)

    def prompt(self, instance: FizzbuzzInstance) -> Prompt:
        """Ask for one line per number."""
        drawn, size = _drawn(instance), instance.parameters.size
        pairs = [(divisor, _WORDS[word]) for divisor, word in zip(drawn.divisors, drawn.words, strict=True)]
        several = (
            "\nIf it can be divided by several of these, write all their words, joined without a space, in "
            "the order in which they stand here."
        )
        return Prompt(
            rules=(
                f"For each whole number from 1 to {size}, write one line:\n"
                + "\n".join(f"- {word} if the number can be divided by {divisor};" for divisor, word in pairs)
                + "\n- the number itself if it can be divided by none of these."
                + (several if len(pairs) > 1 else "")
            ),
            start=self.describe(instance, 0),
            goal=f"The line for {size} is the last one written.",
            format="Write each word or number on a line of its own, in order, and nothing else on the line.",
            example=f"With Bim for 2 and Wug for 3, and the numbers from 1 to 6, an answer is:\n{_EXAMPLE}",
            method=(
                "For each number in turn, starting from 1: go through the divisors in the order given; for "
                "each one that divides the number without remainder, write its word. If none does, write the "
                "number. Then end the line."
            ),
            code=(
                "Write a Python function `solve()` without arguments that returns the lines in order as a "
                "list of strings."
            ),
        )

    def describe(self, instance: FizzbuzzInstance, state: int) -> str:
        """Say which number is next."""
        if state >= instance.parameters.size:
            return "All lines have been written."
        return f"The next line to write is the one for the number {state + 1}."

    def forms(self, instance: FizzbuzzInstance) -> tuple[Form, ...]:
        """Return lines with or without running numbers, or all on one line."""
        return _FORMS

    def noise(self, instance: FizzbuzzInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the example repeated, and programs."""
        yield from echoes(text, _EXAMPLE)
        yield from programs(text)


def _coded(words: Iterable[int]) -> int:
    """Encode words, in their order, as one number below -1."""
    code = 0
    for word in words:
        code = code * _BASE + word + 1
    return -1 - code


def _shown(code: int) -> str:
    if code >= 0:
        return str(code)
    words, left = "", -1 - code
    while left > 0:
        left, word = divmod(left, _BASE)
        words = _WORDS[word - 1] + words
    return words


_INDEX = {word.lower(): index for index, word in enumerate(_WORDS)}


def _read(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return _coded(_INDEX[word.lower()] for word in _WORD.findall(text))


_EXAMPLE = "1\nBim\nWug\nBim\n5\nBimWug"
_ANY_WORD = f"(?:{'|'.join(_WORDS)})"
_WORD = re.compile(f"(?i:{_ANY_WORD})")
_WORDS_TAIL = "|".join(f"(?<=[{word[0]}{word[0].lower()}]){word[1:]}" for word in _WORDS)
_WORDS_REST = rf"(?i:(?:{_WORDS_TAIL})(?:[ +-]?{_ANY_WORD}){{0,3}})"
_ALONE = Item(
    first=r"[\dA-Za-z]",
    # A number followed by a point or bracket is the running number of the line to come.
    rest=rf"(?:(?<=\d)\d{{0,7}}(?![.:)])|{_WORDS_REST})",
    ends=r"[\dA-Za-z]",
    convert=_read,
)
_BESIDE = replace(_ALONE, rest=rf"(?:(?<=\d)\d{{0,7}}|{_WORDS_REST})", tight=False)
_FORMS = (lined(_ALONE, lead=rf"(?:{NUMBERED})?"), inline(_BESIDE), chained(_BESIDE), any_items(_BESIDE))

PUZZLE = Fizzbuzz()
