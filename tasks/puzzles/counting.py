"""Counting: write the integers from a to b. Length is the only difficulty, so a failure is a choice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from operator import eq
from typing import ClassVar

from tasks.contract.given import Given
from tasks.contract.given_names import known_length
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
_MOST_NUMBERS, _LARGEST = 10_000_000, 10**12
"""Of an instance given whole."""


@dataclass(frozen=True, slots=True)
class GivenCountingParameters(CountingParameters):
    """Those of an instance given whole."""

    numbers: range = field(compare=False, kw_only=True)


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

    @property
    def whole(self) -> "Counting":
        """This puzzle itself plays instances given whole."""
        return self

    def take(self, data: Mapping[str, object]) -> CountingInstance:
        """Return an instance that counts `from` one number `to` another, by `step`, in a `direction`.

        The last number to write is the last one that is not beyond `to`.
        """
        given = Given(self.name, data, {"from", "to", "step", "direction"})
        first = given.integer("from", -_LARGEST, _LARGEST, default=1)
        to = given.integer("to", -_LARGEST, _LARGEST)
        step = given.integer("step", 1, 2 * _LARGEST, default=1)
        direction = given.choice("direction", "up", "down", default="down" if to < first else "up")
        if (to < first) if direction == "up" else (to > first):
            given.fail("direction", f"is {direction!r}, but {to} is not {direction} from {first}")
        numbers = range(first, to + 1, step) if direction == "up" else range(first, to - 1, -step)
        if len(numbers) > _MOST_NUMBERS:
            given.fail("to", f"leaves {len(numbers)} numbers to write, more than {_MOST_NUMBERS}")
        known_length(given, len(numbers))
        parameters = GivenCountingParameters(len(numbers), first, numbers=numbers)
        # Whatever else says the same is told in the same way.
        alone = len(numbers) == 1
        fields = {
            "from": first,
            "to": numbers[-1],
            "step": 1 if alone else step,
            "direction": "up" if alone else direction,
        }
        return given.instance(parameters, fields)

    def fewest_steps(self, instance: CountingInstance) -> int:
        """Return the size: one step per number."""
        return instance.parameters.size

    def start(self, instance: CountingInstance) -> int:
        """Return the first number, the next one to write."""
        return instance.parameters.first

    def is_goal(self, instance: CountingInstance, state: int) -> bool:
        """Return whether the last number has been written."""
        numbers = _numbers(instance)
        return state == numbers[-1] + numbers.step

    def step(self, instance: CountingInstance, state: int, row: Row) -> int | None:
        """Accept only the next number, and no number beyond the last."""
        numbers = _numbers(instance)
        return state + numbers.step if row[0] == state and _left(numbers, state) else None

    def why_not(self, instance: CountingInstance, state: int, row: Row) -> str:
        """Say which number belongs there."""
        numbers = _numbers(instance)
        if not _left(numbers, state):
            return f"{row[0]} is beyond the last number, {numbers[-1]}"
        return f"{row[0]} stands where {state} belongs"

    def recover(self, instance: CountingInstance, state: int, row: Row) -> int | None:
        """Continue from the number that was written."""
        return row[0] + _numbers(instance).step

    def distance(self, instance: CountingInstance, state: int) -> int:
        """Return how many numbers are still to be written."""
        return len(_left(_numbers(instance), state))

    def options(self, instance: CountingInstance, state: int) -> Iterator[Row]:
        """Yield the next number."""
        if _left(_numbers(instance), state):
            yield (state,)

    def solution(self, instance: CountingInstance, first: int = 0) -> Iterator[Row]:
        """Yield the numbers."""
        return ((number,) for number in _numbers(instance)[first:])

    def state_after(self, instance: CountingInstance, count: int) -> int:
        """Return the state in closed form."""
        numbers = _numbers(instance)
        return numbers.start + count * numbers.step

    def prompt(self, instance: CountingInstance) -> Prompt:
        """Ask for one number per line."""
        numbers = _numbers(instance)
        first, last, step = numbers.start, numbers[-1], numbers.step
        return Prompt(
            rules=(
                f"Write the whole numbers from {first} {'down ' if step < 0 else ''}to {last} in order, "
                f"{f'in steps of {abs(step)}, ' if abs(step) > 1 else ''}both included, each exactly once."
            ),
            start=self.describe(instance, first),
            goal=f"The last number written is {last}.",
            format=(
                "Write one number on each line, in digits without separators, and nothing else on the line."
            ),
            example=self._example(instance),
            method=f"Begin with the first number. After each number write the number that is {_next(step)}.",
            code=(
                "Write a Python function `solve()` without arguments that returns the numbers as a list of "
                "integers."
            ),
        )

    def smaller(self, instance: CountingInstance) -> CountingInstance:
        """Return the worked example's problem: five numbers with which no answer to this one begins."""
        parameters = instance.parameters
        near = 96 <= parameters.first <= 100
        if isinstance(parameters, GivenCountingParameters):
            return self._smaller(parameters.numbers)
        return replace(instance, parameters=CountingParameters(5, 896 if near else 96))

    def _smaller(self, numbers: range) -> CountingInstance:
        """Return five numbers that go on in the same way, with which no answer to the others begins."""
        step = numbers.step
        [five, *_] = [
            range(start, start + 5 * step, step)
            for start in (96, 896, 1896)
            if numbers.start not in range(start, start + 5 * step, step)
        ]
        return self.take({"from": five[0], "to": five[-1], "step": abs(step)})

    def _example(self, instance: CountingInstance) -> str:
        small = self.smaller(instance)
        numbers = _numbers(small)
        how = f" in steps of {abs(numbers.step)}" if abs(numbers.step) > 1 else ""
        down = "down " if numbers.step < 0 else ""
        return f"From {numbers[0]} {down}to {numbers[-1]}{how}, an answer is:\n{self._listed(small)}"

    def _listed(self, instance: CountingInstance) -> str:
        return "".join(self.format(instance, self.solution(instance)))

    def describe(self, instance: CountingInstance, state: int) -> str:
        """Say which number is next."""
        numbers = _numbers(instance)
        if self.is_goal(instance, state):
            return "All numbers have been written."
        if not _left(numbers, state):
            return f"{state - numbers.step} has been written, which is beyond the last number."
        return f"The next number to write is {state}."

    def shown(self, instance: CountingInstance, item: int) -> str:
        """Return the number in digits."""
        return str(item)

    def forms(self, instance: CountingInstance) -> tuple[Form, ...]:
        """Return numbers on lines of their own, with running numbers, or on one line."""
        return _SIGNED_FORMS if _is_signed(instance) else _FORMS

    def noise(self, instance: CountingInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the example repeated, programs, and the last number named again."""
        yield from echoes(text, self._listed(self.smaller(instance)))
        yield from programs(text)
        yield from summaries(_SIGNED if _is_signed(instance) else _ITEM, text)

    def advance(self, instance: CountingInstance, state: int, steps: Steps, first: int = 0) -> Advance[int]:
        """Apply the rule of `step` to the whole column at once."""
        written = steps.values[first:] if first else steps.values
        numbers = _numbers(instance)
        left = _left(numbers, state)
        taken = sum(1 for _ in takewhile(bool, map(eq, written, left)))
        after = state + taken * numbers.step
        return Advance(after, taken, taken if taken == len(left) and self.is_goal(instance, after) else None)


def _numbers(instance: CountingInstance) -> range:
    parameters = instance.parameters
    if isinstance(parameters, GivenCountingParameters):
        return parameters.numbers
    return range(parameters.first, parameters.first + parameters.size)


def _left(numbers: range, state: int) -> range:
    """Return the numbers still to write, the next of which is `state`."""
    return range(state, numbers[-1] + (1 if numbers.step > 0 else -1), numbers.step)


def _next(step: int) -> str:
    by = "one" if abs(step) == 1 else str(abs(step))
    return f"{'larger' if step > 0 else 'smaller'} by {by}"


def _is_signed(instance: CountingInstance) -> bool:
    numbers = _numbers(instance)
    return min(numbers[0], numbers[-1]) < 0


_SIGNED = numbers(signed=True, chain=True)
_SIGNED_FORMS = (*item_forms(_SIGNED), compact())
_ITEM = numbers(chain=True)
_FORMS = (*item_forms(_ITEM), compact())

PUZZLE = Counting()
