"""Counting: write the integers from a to b. Length is the only difficulty, so a failure is a choice."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from operator import eq
from typing import ClassVar

from tasks.contract.item_puzzle import ItemPuzzle
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Advance, Form, Instance, Kind, Prompt, Row, Steps
from tasks.forms.items import compact, item_forms, numbers
from tasks.forms.noise import echoes, programs, summaries


@dataclass(frozen=True, slots=True)
class CountingParameters:
    """The numbers to write are `first`, `first` + 1, …: `size` of them."""

    size: int = integer("how many numbers", minimum=1, maximum=10_000_000)
    first: int = integer("the number to begin with", minimum=0, maximum=1_000_000_000, default=1)


CountingInstance = Instance[CountingParameters]


class Counting(ItemPuzzle[CountingParameters, int]):
    """A step is `(number,)`; the state is the next number to write."""

    name: ClassVar[str] = "counting"
    version: ClassVar[int] = 2
    summary: ClassVar[str] = "Counting: write the whole numbers from a to b (a control: length alone)"
    kind: ClassVar[Kind] = Kind.TRACE
    width: ClassVar[int] = 1

    @property
    def parameters(self) -> type[CountingParameters]:
        """See `CountingParameters`."""
        return CountingParameters

    def fewest_steps(self, instance: CountingInstance) -> int:
        """Return the size: one step per number."""
        return instance.parameters.size

    def start(self, instance: CountingInstance) -> int:
        """Return the first number, the next one to write."""
        return instance.parameters.first

    def is_goal(self, instance: CountingInstance, state: int) -> bool:
        """Return whether the last number has been written."""
        return state == _last(instance) + 1

    def step(self, instance: CountingInstance, state: int, row: Row) -> int | None:
        """Accept only the next number, and no number beyond the last."""
        return state + 1 if row[0] == state <= _last(instance) else None

    def why_not(self, instance: CountingInstance, state: int, row: Row) -> str:
        """Say which number belongs there."""
        if state > _last(instance):
            return f"{row[0]} is beyond the last number, {_last(instance)}"
        return f"{row[0]} stands where {state} belongs"

    def recover(self, instance: CountingInstance, state: int, row: Row) -> int | None:
        """Continue from the number that was written."""
        return row[0] + 1

    def distance(self, instance: CountingInstance, state: int) -> int:
        """Return how many numbers are still to be written."""
        return max(0, _last(instance) + 1 - state)

    def options(self, instance: CountingInstance, state: int) -> Iterator[Row]:
        """Yield the next number."""
        if state <= _last(instance):
            yield (state,)

    def solution(self, instance: CountingInstance, first: int = 0) -> Iterator[Row]:
        """Yield the numbers."""
        return ((number,) for number in range(instance.parameters.first + first, _last(instance) + 1))

    def state_after(self, instance: CountingInstance, count: int) -> int:
        """Return the state in closed form."""
        return instance.parameters.first + count

    def prompt(self, instance: CountingInstance) -> Prompt:
        """Ask for one number per line."""
        first, last = instance.parameters.first, _last(instance)
        return Prompt(
            rules=(
                f"Write the whole numbers from {first} to {last} in order, both included, each exactly once."
            ),
            start=self.describe(instance, first),
            goal=f"The last number written is {last}.",
            format=(
                "Write one number on each line, in digits without separators, and nothing else on the line."
            ),
            example=self._example(instance),
            method="Begin with the first number. After each number write the number that is larger by one.",
            code=(
                "Write a Python function `solve()` without arguments that returns the numbers as a list of "
                "integers."
            ),
        )

    def smaller(self, instance: CountingInstance) -> CountingInstance:
        """Return the worked example's problem: five numbers with which no answer to this one begins."""
        near = 96 <= instance.parameters.first <= 100
        return replace(instance, parameters=CountingParameters(5, 896 if near else 96))

    def _example(self, instance: CountingInstance) -> str:
        small = self.smaller(instance)
        return f"From {small.parameters.first} to {_last(small)}, an answer is:\n{self._numbers(small)}"

    def _numbers(self, instance: CountingInstance) -> str:
        return "".join(self.format(instance, self.solution(instance)))

    def describe(self, instance: CountingInstance, state: int) -> str:
        """Say which number is next."""
        if state == _last(instance) + 1:
            return "All numbers have been written."
        if state > _last(instance):
            return f"{state - 1} has been written, which is beyond the last number."
        return f"The next number to write is {state}."

    def shown(self, instance: CountingInstance, item: int) -> str:
        """Return the number in digits."""
        return str(item)

    def forms(self, instance: CountingInstance) -> tuple[Form, ...]:
        """Return numbers on lines of their own, with running numbers, or on one line."""
        return _FORMS

    def noise(self, instance: CountingInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the example repeated, programs, and the last number named again."""
        yield from echoes(text, self._numbers(self.smaller(instance)))
        yield from programs(text)
        yield from summaries(_ITEM, text)

    def advance(self, instance: CountingInstance, state: int, steps: Steps, first: int = 0) -> Advance[int]:
        """Apply the rule of `step` to the whole column at once."""
        written = steps.values[first:] if first else steps.values
        left = max(0, _last(instance) + 1 - state)
        right = takewhile(bool, map(eq, written, range(state, state + left)))
        taken = sum(1 for _ in right)
        return Advance(state + taken, taken, left if taken >= left else None)


def _last(instance: CountingInstance) -> int:
    return instance.parameters.first + instance.parameters.size - 1


_ITEM = numbers(chain=True)
_FORMS = (*item_forms(_ITEM), compact())

PUZZLE = Counting()
