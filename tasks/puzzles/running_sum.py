"""Running sum: look up one word after another and write the total after each; every step is equally hard.

After Sinha et al., "The Illusion of Diminishing Returns" (2025): a wrong total is an error at that step, and
later steps are judged relative to the total that was written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, islice
from typing import ClassVar

from tasks.contract.draws import below, pick, shuffled
from tasks.contract.given import Given
from tasks.contract.given_names import known_length, named_table, names
from tasks.contract.item_puzzle import ChainPuzzle, Written
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt, Row
from tasks.forms.items import Item, compact, item_forms, numbers
from tasks.forms.named_items import mentions
from tasks.forms.noise import chain_heads, echoes, programs, restated, summaries
from tasks.puzzles._word_list import WORDS


@dataclass(frozen=True, slots=True)
class RunningSumParameters:
    """The words in the table, their numbers, and the list of words to add are drawn."""

    size: int = integer("words to add; the prompt lists them all, hence the limit", minimum=1, maximum=10_000)
    words: int = integer("different words in the table", minimum=2, maximum=len(WORDS), default=50)
    largest: int = integer("the numbers are from minus this to this, never 0", 1, 9_999, default=99)


RunningSumInstance = Instance[RunningSumParameters]
_LARGEST = 10**9
"""Of an instance given whole: the numbers of its words, and its first total, are from minus this to this."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    table: dict[str, int]
    listed: tuple[str, ...]
    totals: tuple[int, ...]
    """The correct total after each listed word."""
    begin: int = 0
    """The total before the first word."""


@dataclass(frozen=True, slots=True)
class GivenRunningSumParameters(RunningSumParameters):
    """Those of an instance given whole."""

    drawn: _Drawn = field(compare=False, kw_only=True)
    item: Item = field(compare=False, kw_only=True)
    """What a total looks like in an answer."""


@lru_cache(maxsize=16)
def _drawn(instance: RunningSumInstance) -> _Drawn:
    rng, parameters = instance.random(), instance.parameters
    if isinstance(parameters, GivenRunningSumParameters):
        return parameters.drawn
    words = shuffled(rng, WORDS)[: parameters.words]
    table = {word: _nonzero(below(rng, 2 * parameters.largest) - parameters.largest) for word in words}
    listed = tuple(pick(rng, words) for _ in range(parameters.size))
    return _Drawn(table, listed, tuple(accumulate(table[word] for word in listed)))


def _nonzero(drawn: int) -> int:
    return drawn if drawn < 0 else drawn + 1


class RunningSum(ChainPuzzle[RunningSumParameters]):
    """A step is `(total,)`."""

    name: ClassVar[str] = "running_sum"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Running sum: look words up in a table and write the total after each"
    kind: ClassVar[Kind] = Kind.TRACE
    width: ClassVar[int] = 1

    @property
    def parameters(self) -> type[RunningSumParameters]:
        """See `RunningSumParameters`."""
        return RunningSumParameters

    @property
    def whole(self) -> "RunningSum":
        """This puzzle itself plays instances given whole."""
        return self

    def take(self, data: Mapping[str, object]) -> RunningSumInstance:
        """Return an instance with this `table` of words and numbers, these `words` to add, and this `start`."""
        given = Given(self.name, data, {"table", "words", "start"})
        table = {}
        for word, value in named_table(given, "table", 10_000).items():
            if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
                told = (
                    f"must have whole numbers from {-_LARGEST} to {_LARGEST}, not {value!r:.60} for {word!r}"
                )
                given.fail("table", told)
            table[word] = value
        listed = names(given, "words", (1, 10_000))
        for word in listed:
            if word not in table:
                given.fail("words", f"has {word!r}, which the table has not")
        begin = given.integer("start", -_LARGEST, _LARGEST, default=0)
        known_length(given, len(listed))
        totals = tuple(accumulate((table[word] for word in listed), initial=begin))
        key = f"(?:{mentions(list(table))}|{_SUM}|{_SAID})"
        parameters = GivenRunningSumParameters(
            len(listed),
            len(table),
            max(map(abs, table.values())),
            drawn=_Drawn(table, tuple(listed), totals[1:], begin),
            item=numbers(signed=True, key=key, chain=True),
        )
        return given.instance(parameters, {"table": table, "words": listed, "start": begin})

    def varies(self, instance: RunningSumInstance) -> bool:
        """Return whether it is drawn: another seed draws another table and list."""
        return not instance.data

    def fewest_steps(self, instance: RunningSumInstance) -> int:
        """Return the size: one total per listed word."""
        return instance.parameters.size

    def start(self, instance: RunningSumInstance) -> Written:
        """Return the state in which nothing is written, with the total to begin with."""
        return 0, _drawn(instance).begin

    def is_goal(self, instance: RunningSumInstance, state: Written) -> bool:
        """Return whether all totals are written and the last one is right."""
        return state[0] == instance.parameters.size and state[1] == _drawn(instance).totals[-1]

    def following(self, instance: RunningSumInstance, state: Written) -> int | None:
        """Return the last total written plus the number of the next word."""
        count, total = state
        if count >= instance.parameters.size:
            return None
        drawn = _drawn(instance)
        return total + drawn.table[drawn.listed[count]]

    def shown(self, instance: RunningSumInstance, item: int) -> str:
        """Return the total in digits."""
        return str(item)

    def why_not(self, instance: RunningSumInstance, state: Written, row: Row) -> str:
        """Say what the sum should be."""
        following, drawn = self.following(instance, state), _drawn(instance)
        if following is None:
            return f"{row[0]} is one total too many: all {state[0]} words are added"
        word = drawn.listed[state[0]]
        return f"{state[1]} and {word} ({drawn.table[word]}) make {following}, not {row[0]}"

    def solution(self, instance: RunningSumInstance, first: int = 0) -> Iterator[Row]:
        """Yield the totals."""
        return ((total,) for total in islice(_drawn(instance).totals, first, None))

    def state_after(self, instance: RunningSumInstance, count: int) -> Written:
        """Look the state up."""
        return (count, _drawn(instance).totals[count - 1]) if count else self.start(instance)

    def prompt(self, instance: RunningSumInstance) -> Prompt:
        """Ask for one total per line."""
        drawn, size = _drawn(instance), instance.parameters.size
        joint = "\n" if any("," in word for word in drawn.table) else ", "
        table = joint.join(f"{word} = {value}" for word, value in drawn.table.items())
        one, other = next(
            (pair for pair in _EXAMPLE_WORDS if not drawn.table.keys() & {*pair}), _EXAMPLE_WORDS[0]
        )
        return Prompt(
            rules=(
                f"Each of these words stands for a number:\n{table}\n\n"
                f"Begin with a total of {drawn.begin}. Take the words of the following list in order, add the number of "
                "each to the total, and write down the total after each word, repeated words included. The "
                f"list has {_counted(size)}:\n" + joint.join(drawn.listed)
            ),
            start=self.describe(instance, self.start(instance)),
            goal=f"A total is written for every word of the list: {size} in all.",
            format="Write one total on each line, in digits, and nothing else on the line.",
            example=(
                f"With {one} = 12, {other} = -7 and the list {one}, {other}, {other}, {one}, "
                f"{'' if drawn.begin == 0 else 'and a total of 0 to begin with, '}an answer is:\n{_EXAMPLE}"
            ),
            method=(
                f"Keep the total in mind, at first {drawn.begin}. For each word of the list in turn: look up its number, "
                "add it to the total, and write the new total on a line of its own."
            ),
            code=(
                "Write a Python function `solve()` without arguments that returns the totals as a list of "
                "integers."
            ),
        )

    def describe(self, instance: RunningSumInstance, state: Written) -> str:
        """Describe the total and the next words."""
        listed = _drawn(instance).listed
        if state[0] >= len(listed):
            return f"The whole list is added; the total is {state[1]}."
        ahead = ", ".join(listed[state[0] : state[0] + 5])
        end = "." if state[0] + 5 >= len(listed) else ", ..."
        added = f"{_counted(state[0])} of the list added" if state[0] else "Nothing is added yet"
        return f"{added}; the total is {state[1]}. Next, from place {state[0] + 1} on: {ahead}{end}"

    def forms(self, instance: RunningSumInstance) -> tuple[Form, ...]:
        """Return totals on lines of their own, after a running number, word or sum, or on one line."""
        parameters = instance.parameters
        return _forms(parameters.item) if isinstance(parameters, GivenRunningSumParameters) else _FORMS

    def noise(self, instance: RunningSumInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the table or example repeated, the total at the start, and the last total named again."""
        drawn, parameters = _drawn(instance), instance.parameters
        item = parameters.item if isinstance(parameters, GivenRunningSumParameters) else _ITEM
        yield from restated(item, text, drawn.table.values())
        yield from echoes(text, _EXAMPLE)
        yield from programs(text)
        yield from summaries(item, text)
        yield from chain_heads(item, text, str(drawn.begin), parameters.size)


@lru_cache(maxsize=128)
def _forms(item: Item) -> tuple[Form, ...]:
    return (*item_forms(item), compact())


def _counted(words: int) -> str:
    return "1 word" if words == 1 else f"{words} words"


_EXAMPLE_WORDS = ("fox", "hut"), ("elk", "jar"), ("Tom", "Ann")
_EXAMPLE = "12\n5\n-2\n10"
_WORD = rf"\b(?i:{'|'.join(WORDS)})\b"
_SUM = r"\d[ \t*]{1,3}[-+\u2212\u2013][^\n=]{1,30}="
_SAID = r"(?i:(?:running|new) total|\b(?:add|plus|minus|subtract)\b)"
_ITEM = numbers(signed=True, key=f"(?:{_WORD}|{_SUM}|{_SAID})", chain=True)
_FORMS = _forms(_ITEM)

PUZZLE = RunningSum()
