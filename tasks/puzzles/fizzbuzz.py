"""Fizzbuzz with random divisors and words. Hardly any difficulty but length, so a failure is a choice."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations
from typing import ClassVar

from tasks.contract.draws import shuffled
from tasks.contract.given import Given
from tasks.contract.given_names import known_length, name, told_apart
from tasks.contract.item_puzzle import FixedListPuzzle
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt
from tasks.forms.items import NUMBERED, Item, any_items, chained, inline, lined
from tasks.forms.named_items import joined_words
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


_MOST_LINES, _LARGEST, _MOST_WORDS, _MOST_LETTERS = 1_000_000, 10**9, 8, 30
"""Of an instance given whole."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    divisors: tuple[int, ...]
    """In ascending order."""
    words: tuple[int, ...]
    """The index in `_WORDS` of each divisor's word."""

    @property
    def pairs(self) -> list[tuple[int, str]]:
        """Each divisor with its word, in the order in which words are joined."""
        return [(divisor, _WORDS[word]) for divisor, word in zip(self.divisors, self.words, strict=True)]

    @property
    def first(self) -> int:
        """The number that the first line is for."""
        return 1

    @property
    def forms(self) -> tuple[Form, ...]:
        return _FORMS

    def line(self, number: int) -> int:
        """Return the number in the row of this line."""
        fitting = [
            word for divisor, word in zip(self.divisors, self.words, strict=True) if number % divisor == 0
        ]
        return _coded(fitting) if fitting else number

    def shown(self, code: int) -> str:
        return _shown(code)


@dataclass(frozen=True, slots=True)
class _Given:
    """What an instance given whole has in place of what is drawn; the codes of words are below -1."""

    pairs: tuple[tuple[int, str], ...]
    first: int
    codes: dict[str, int]
    """The code of each text that words can make."""
    forms: tuple[Form, ...]

    def line(self, number: int) -> int:
        """Return the number in the row of this line."""
        words = "".join(word for divisor, word in self.pairs if number % divisor == 0)
        return self.codes[words] if words else number

    def shown(self, code: int) -> str:
        if code >= 0:
            return str(code)
        return next((text for text, known in self.codes.items() if known == code), "other words")


@dataclass(frozen=True, slots=True)
class GivenFizzbuzzParameters(FizzbuzzParameters):
    """Those of an instance given whole."""

    given: _Given = field(compare=False, kw_only=True)


@lru_cache(maxsize=16)
def _drawn(instance: FizzbuzzInstance) -> _Drawn | _Given:
    parameters = instance.parameters
    if isinstance(parameters, GivenFizzbuzzParameters):
        return parameters.given
    rng, words = instance.random(), parameters.words
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

    @property
    def whole(self) -> "Fizzbuzz":
        """This puzzle itself plays instances given whole."""
        return self

    def take(self, data: Mapping[str, object]) -> FizzbuzzInstance:
        """Return an instance with these `divisors` and their words, `from` one number `to` another.

        Words are joined in the order of a list of pairs `[divisor, word]`; of an object, in that of divisors.
        """
        given = Given(self.name, data, {"divisors", "from", "to"})
        pairs = _given_pairs(given)
        first = given.integer("from", 0, _LARGEST, default=1)
        last = given.integer("to", first, min(_LARGEST, first + _MOST_LINES - 1))
        known_length(given, last - first + 1)
        taken = _Given(pairs, first, *_joined(tuple(word for _, word in pairs)))
        parameters = GivenFizzbuzzParameters(last - first + 1, len(pairs), given=taken)
        fields = {"divisors": [list(pair) for pair in pairs], "from": first, "to": last}
        return given.instance(parameters, fields)

    def varies(self, instance: FizzbuzzInstance) -> bool:
        """Return whether it is drawn: another seed draws other divisors and words."""
        return not instance.data

    def item(self, instance: FizzbuzzInstance, index: int) -> int:
        """Return the line at this index, counted from 0."""
        drawn = _drawn(instance)
        return drawn.line(drawn.first + index)

    def shown(self, instance: FizzbuzzInstance, item: int) -> str:
        """Return the line as written: words or a number."""
        return _drawn(instance).shown(item)

    def prompt(self, instance: FizzbuzzInstance) -> Prompt:
        """Ask for one line per number."""
        drawn = _drawn(instance)
        pairs, first = drawn.pairs, drawn.first
        last = first + instance.parameters.size - 1
        example = _example(instance)
        several = (
            "\nIf it can be divided by several of these, write all their words, joined without a space, in "
            "the order in which they stand here."
        )
        return Prompt(
            rules=(
                f"For each whole number from {first} to {last}, write one line:\n"
                + "\n".join(f"- {word} if the number can be divided by {divisor};" for divisor, word in pairs)
                + "\n- the number itself if it can be divided by none of these."
                + (several if len(pairs) > 1 else "")
            ),
            start=self.describe(instance, 0),
            goal=f"The line for {last} is the last one written.",
            format="Write each word or number on a line of its own, in order, and nothing else on the line.",
            example=(
                f"With {example.two} for 2 and {example.three} for 3, and the numbers from 1 to 6, an answer is:\n"
                f"{example.answer}"
            ),
            method=(
                f"For each number in turn, starting from {first}: go through the divisors in the order given; for "
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
        return f"The next line to write is the one for the number {_drawn(instance).first + state}."

    def forms(self, instance: FizzbuzzInstance) -> tuple[Form, ...]:
        """Return lines with or without running numbers, or all on one line."""
        return _drawn(instance).forms

    def noise(self, instance: FizzbuzzInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the example repeated, and programs."""
        yield from echoes(text, _example(instance).answer)
        yield from programs(text)


def _given_pairs(given: Given) -> tuple[tuple[int, str], ...]:
    """Return the divisors with their words."""
    value = given.raw("divisors")
    if isinstance(value, Mapping):
        table = given.table("divisors", 1, _MOST_WORDS)
        for divisor in table:
            if not divisor.isdecimal() or len(divisor) > 10:
                given.fail("divisors", f"must be whole numbers, not {divisor!r:.60}")
        rows: list[object] = [(int(divisor), table[divisor]) for divisor in sorted(table, key=int)]
    else:
        rows = given.items("divisors", 1, _MOST_WORDS)
    pairs: list[tuple[int, str]] = []
    for row in rows:
        if not isinstance(row, list | tuple) or len(row) != 2:
            given.fail("divisors", f"must be an object or a list of [divisor, word]; {row!r:.60} is none")
        divisor, word = row
        if isinstance(divisor, bool) or not isinstance(divisor, int) or not 1 <= divisor <= _LARGEST:
            given.fail("divisors", f"must be whole numbers from 1 to {_LARGEST}, not {divisor!r:.60}")
        called = name(given, "divisors", word)
        if len(called) > _MOST_LETTERS or not any(char.isalpha() for char in called):
            told = f"must have words with letters, at most {_MOST_LETTERS}, not {called!r}"
            given.fail("divisors", told)
        pairs.append((divisor, called))
    if len({divisor for divisor, _ in pairs}) < len(pairs):
        given.fail("divisors", "has a divisor twice")
    told_apart(given, "divisors", [word for _, word in pairs])
    return tuple(pairs)


@lru_cache(maxsize=128)
def _joined(words: tuple[str, ...]) -> tuple[dict[str, int], tuple[Form, ...]]:
    """Return a code for each text that these words make, joined in their order, and the forms of a list."""
    counts = range(1, len(words) + 1)
    texts = dict.fromkeys("".join(chosen) for count in counts for chosen in combinations(words, count))
    codes = {text: -2 - at for at, text in enumerate(texts)}
    other = -2 - len(codes)
    alone = joined_words(words, codes, other, behind=r"(?![.:)])")
    return codes, _list_forms(alone, replace(joined_words(words, codes, other), tight=False))


def _list_forms(alone: Item, beside: Item) -> tuple[Form, ...]:
    return (lined(alone, lead=rf"(?:{NUMBERED})?"), inline(beside), chained(beside), any_items(beside))


@dataclass(frozen=True, slots=True)
class _Example:
    two: str
    three: str

    @property
    def answer(self) -> str:
        return f"1\n{self.two}\n{self.three}\n{self.two}\n5\n{self.two}{self.three}"


_EXAMPLES = _Example("Bim", "Wug"), _Example("Zot", "Kep"), _Example("Lum", "Dax")


def _example(instance: FizzbuzzInstance) -> _Example:
    """Return an example whose words the instance has not."""
    taken = {word.casefold() for _, word in _drawn(instance).pairs}
    others = (one for one in _EXAMPLES if not taken & {one.two.casefold(), one.three.casefold()})
    return next(others, _EXAMPLES[0])


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
_FORMS = _list_forms(_ALONE, _BESIDE)

PUZZLE = Fizzbuzz()
