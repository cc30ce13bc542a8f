"""Running sum: look up one word after another and write the total after each; every step is equally hard.

After Sinha et al., "The Illusion of Diminishing Returns" (2025): a wrong total is an error at that step, and
later steps are judged relative to the total that was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from typing import ClassVar

from tasks.contract.draws import below, pick, shuffled
from tasks.contract.item_puzzle import ChainPuzzle, Written
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt, Row
from tasks.forms.items import compact, item_forms, numbers
from tasks.forms.noise import chain_heads, echoes, programs, restated, summaries
from tasks.puzzles._word_list import WORDS


@dataclass(frozen=True, slots=True)
class RunningSumParameters:
    """The words in the table, their numbers, and the list of words to add are drawn."""

    size: int = integer("words to add; the prompt lists them all, hence the limit", minimum=1, maximum=10_000)
    words: int = integer("different words in the table", minimum=2, maximum=len(WORDS), default=50)
    largest: int = integer("the numbers are from minus this to this, never 0", 1, 9_999, default=99)


RunningSumInstance = Instance[RunningSumParameters]


@dataclass(frozen=True, slots=True)
class _Drawn:
    table: dict[str, int]
    listed: tuple[str, ...]
    totals: tuple[int, ...]
    """The correct total after each listed word."""


@lru_cache(maxsize=16)
def _drawn(instance: RunningSumInstance) -> _Drawn:
    rng, parameters = instance.random(), instance.parameters
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

    def varies(self, instance: RunningSumInstance) -> bool:
        """Return True: another seed draws another table and list."""
        return True

    def fewest_steps(self, instance: RunningSumInstance) -> int:
        """Return the size: one total per listed word."""
        return instance.parameters.size

    def start(self, instance: RunningSumInstance) -> Written:
        """Return the state in which nothing is written and the total is 0."""
        return 0, 0

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
        return (count, _drawn(instance).totals[count - 1]) if count else (0, 0)

    def prompt(self, instance: RunningSumInstance) -> Prompt:
        """Ask for one total per line."""
        drawn, size = _drawn(instance), instance.parameters.size
        table = ", ".join(f"{word} = {value}" for word, value in drawn.table.items())
        return Prompt(
            rules=(
                f"Each of these words stands for a number:\n{table}\n\n"
                "Begin with a total of 0. Take the words of the following list in order, add the number of "
                "each to the total, and write down the total after each word, repeated words included. The "
                f"list has {_counted(size)}:\n" + ", ".join(drawn.listed)
            ),
            start=self.describe(instance, (0, 0)),
            goal=f"A total is written for every word of the list: {size} in all.",
            format="Write one total on each line, in digits, and nothing else on the line.",
            example=f"With fox = 12, hut = -7 and the list fox, hut, hut, fox, an answer is:\n{_EXAMPLE}",
            method=(
                "Keep the total in mind, at first 0. For each word of the list in turn: look up its number, "
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
        return _FORMS

    def noise(self, instance: RunningSumInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the table or example repeated, the total at the start, and the last total named again."""
        table = _drawn(instance).table
        yield from restated(_ITEM, text, map(str, table.values()))
        yield from echoes(text, _EXAMPLE)
        yield from programs(text)
        yield from summaries(_ITEM, text)
        yield from chain_heads(_ITEM, text, "0", instance.parameters.size)


def _counted(words: int) -> str:
    return "1 word" if words == 1 else f"{words} words"


_EXAMPLE = "12\n5\n-2\n10"
_WORD = rf"\b(?i:{'|'.join(WORDS)})\b"
_SUM = r"\d[ \t*]{1,3}[-+\u2212\u2013][^\n=]{1,30}="
_SAID = r"(?i:(?:running|new) total|\b(?:add|plus|minus|subtract)\b)"
_ITEM = numbers(signed=True, key=f"(?:{_WORD}|{_SUM}|{_SAID})", chain=True)
_FORMS = (*item_forms(_ITEM), compact())

PUZZLE = RunningSum()
