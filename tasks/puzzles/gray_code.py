"""Gray code: all n-bit words, each one bit different from the last, in the order that a rule fixes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import ClassVar

from tasks.contract.draws import below, shuffled
from tasks.contract.given import Given
from tasks.contract.given_names import known_length
from tasks.contract.item_puzzle import ChainPuzzle, Written
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Advance, Form, Instance, Kind, Prompt, Row, Steps
from tasks.forms.items import Item, any_items, chained, inline, item_forms
from tasks.forms.noise import programs


@dataclass(frozen=True, slots=True)
class GrayCodeParameters:
    """The start word and the order of bit positions are drawn."""

    size: int = integer("bits; the list has 2^size lines", minimum=1, maximum=20)


GrayCodeInstance = Instance[GrayCodeParameters]
_MOST_BITS = 20


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Line m + 1 differs from line m in bit `flips[t]`, where 2^t is the largest power of 2 dividing m."""

    bits: int
    start: int
    order: tuple[int, ...]
    """Bit positions, counted from 1 at the left."""
    count: int
    """How many lines there are."""

    @property
    def flips(self) -> list[int]:
        return [1 << (self.bits - position) for position in self.order]

    def line(self, index: int) -> int:
        """Return line `index`, from 0: the reflected binary code, its bits permuted, from the start word."""
        reflected = index ^ (index >> 1)
        moved = sum(flip for at, flip in enumerate(self.flips) if reflected >> at & 1)
        return self.start ^ moved

    def lines(self, first: int = 0) -> Iterator[int]:
        """Yield the lines from `first` on."""
        if first >= self.count:
            return
        flips, word = self.flips, self.line(first)
        yield word
        for number in range(first + 1, self.count):
            word ^= flips[(number & -number).bit_length() - 1]
            yield word

    def place(self, word: int) -> int:
        """Return the index of the line that is this word."""
        moved = word ^ self.start
        reflected = sum(1 << at for at, flip in enumerate(self.flips) if moved & flip)
        index = 0
        while reflected:
            index ^= reflected
            reflected >>= 1
        return index

    def word(self, code: int) -> str:
        return f"{code:0{self.bits}b}"


@dataclass(frozen=True, slots=True)
class GivenGrayCodeParameters(GrayCodeParameters):
    """Those of an instance given whole."""

    drawn: _Drawn = field(compare=False, kw_only=True)


@lru_cache(maxsize=16)
def _drawn(instance: GrayCodeInstance) -> _Drawn:
    if isinstance(instance.parameters, GivenGrayCodeParameters):
        return instance.parameters.drawn
    rng, bits = instance.random(), instance.parameters.size
    start = below(rng, 1 << bits)
    return _Drawn(bits, start, tuple(shuffled(rng, range(1, bits + 1))), 1 << bits)


class GrayCode(ChainPuzzle[GrayCodeParameters]):
    """A step is `(code word,)`, read as a binary number."""

    name: ClassVar[str] = "gray_code"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Gray code: list all words of n bits, changing one bit at a time by a given rule"
    kind: ClassVar[Kind] = Kind.TRACE
    width: ClassVar[int] = 1

    @property
    def parameters(self) -> type[GrayCodeParameters]:
        """See `GrayCodeParameters`."""
        return GrayCodeParameters

    @property
    def whole(self) -> "GrayCode":
        """This puzzle itself plays instances given whole."""
        return self

    def take(self, data: Mapping[str, object]) -> GrayCodeInstance:
        """Return an instance with words of this `width`, from a `start` to a `goal`, in this `order` of positions.

        Without an order it is the reflected code, whose last digit is flipped most often. Without a goal all
        words are written.
        """
        given = Given(self.name, data, {"width", "start", "order", "goal"})
        told = given.raw("start")
        bits = given.integer("width", 1, _MOST_BITS, default=len(told) if isinstance(told, str) else None)
        order = given.integers("order", (bits, bits), (1, bits), default=[*range(bits, 0, -1)])
        if len(set(order)) < bits:
            given.fail("order", f"must have each position from 1 to {bits} once")
        start = _given_word(given, "start", bits, "0" * bits)
        drawn = _Drawn(bits, int(start, 2), tuple(order), 1 << bits)
        goal = _given_word(given, "goal", bits, drawn.word(drawn.line(drawn.count - 1)))
        count = drawn.place(int(goal, 2)) + 1
        known_length(given, count)
        parameters = GivenGrayCodeParameters(bits, drawn=replace(drawn, count=count))
        return given.instance(parameters, {"width": bits, "start": start, "order": order, "goal": goal})

    def varies(self, instance: GrayCodeInstance) -> bool:
        """Return whether it is drawn: another seed draws another start and order."""
        return not instance.data

    def fewest_steps(self, instance: GrayCodeInstance) -> int:
        """Return 2^n: one step per line, the start word included; fewer if a goal is given that comes sooner."""
        parameters = instance.parameters
        return (
            parameters.drawn.count
            if isinstance(parameters, GivenGrayCodeParameters)
            else 1 << parameters.size
        )

    def start(self, instance: GrayCodeInstance) -> Written:
        """Return the state in which nothing is written; -1 stands for the line before the first."""
        return 0, -1

    def is_goal(self, instance: GrayCodeInstance, state: Written) -> bool:
        """Return whether all lines are written and the last one is right."""
        total = self.fewest_steps(instance)
        return state[0] == total and state[1] == _drawn(instance).line(total - 1)

    def following(self, instance: GrayCodeInstance, state: Written) -> int | None:
        """Return the line that the rule derives from the last one written."""
        count, last = state
        if count >= self.fewest_steps(instance):
            return None
        drawn = _drawn(instance)
        return last ^ drawn.flips[(count & -count).bit_length() - 1] if count else drawn.start

    def known(self, instance: GrayCodeInstance, item: int) -> bool:
        """Return whether this is a word of n bits."""
        return 0 <= item < 1 << instance.parameters.size

    def shown(self, instance: GrayCodeInstance, item: int) -> str:
        """Return all bits of the word."""
        return _drawn(instance).word(item)

    def why_not(self, instance: GrayCodeInstance, state: Written, row: Row) -> str:
        """Say which word belongs there."""
        following, drawn = self.following(instance, state), _drawn(instance)
        if following is None:
            return f"all {state[0]} lines are already written"
        return f"line {state[0] + 1} is {drawn.word(row[0])} where {drawn.word(following)} belongs"

    def solution(self, instance: GrayCodeInstance, first: int = 0) -> Iterator[Row]:
        """Yield the lines from line `first` on, without computing those before."""
        return ((word,) for word in _drawn(instance).lines(first))

    def state_after(self, instance: GrayCodeInstance, count: int) -> Written:
        """Return the state in closed form."""
        return (count, _drawn(instance).line(count - 1)) if count else (0, -1)

    def prompt(self, instance: GrayCodeInstance) -> Prompt:
        """Ask for one code word per line."""
        drawn, total = _drawn(instance), self.fewest_steps(instance)
        digits = "1 binary digit" if drawn.bits == 1 else f"{drawn.bits} binary digits"
        return Prompt(
            rules=(
                f"A code word is a row of {digits}. Positions are counted from the left, beginning with 1.\n"
                f"Write {'1 line' if total == 1 else f'{total} lines'} of one code word each. Line 1 is the start word. Each further line "
                "comes from the line before it by flipping exactly one digit (0 becomes 1, 1 becomes 0).\n"
                f"Which digit is flipped is fixed by this order of positions: {_listed(drawn.order)}.\n"
                "To make line m + 1 from line m, find out how many times in succession m can be divided by 2 "
                "without remainder: if not once, flip the digit at the first position of the order; if once, "
                "at the second; if twice, at the third; and so on."
            ),
            start=self.describe(instance, (0, -1)),
            goal=(
                f"All {total} different code words have been written, each exactly once, in that sequence."
                if total == 1 << drawn.bits
                else f"The last line written is {drawn.word(drawn.line(total - 1))}, line {total}."
            ),
            format=(
                f"Write one code word on each line, {digits} without spaces, and nothing else on the line."
            ),
            example=_example(drawn.bits),
            method=(
                "Write the start word and let m = 1. To write the next line, halve a copy of m as long as it "
                "is even, and count the halvings. After t halvings, take the position that stands at place "
                "t + 1 of the order, flip the digit at that position in the line last written, write the "
                f"result, and add 1 to m. Stop after line {total}."
            ),
            code=(
                "Write a Python function `solve()` without arguments that returns the code words in sequence "
                "as a list of strings."
            ),
        )

    def describe(self, instance: GrayCodeInstance, state: Written) -> str:
        """Describe the last line written and its number."""
        drawn = _drawn(instance)
        if state[0] == 0:
            return f"Nothing is written yet. The start word, line 1, is {drawn.word(drawn.start)}."
        if state[0] == self.fewest_steps(instance):
            return f"All {state[0]} lines are written; the last is {drawn.word(state[1])}."
        return f"Line {state[0]} is {drawn.word(state[1])}. The next line to write is line {state[0] + 1}."

    def forms(self, instance: GrayCodeInstance) -> tuple[Form, ...]:
        """Return words of exactly n bits, written whole or with spaced bits."""
        return _forms(instance.parameters.size)

    def noise(self, instance: GrayCodeInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find programs."""
        return programs(text)

    def advance(
        self, instance: GrayCodeInstance, state: Written, steps: Steps, first: int = 0
    ) -> Advance[Written]:
        """Apply the rule of `step` in one loop."""
        total, flips = self.fewest_steps(instance), _drawn(instance).flips
        (count, word), goal_at = state, 0 if self.is_goal(instance, state) else None
        begun = count
        for code in steps.values[first:]:
            if count >= total:
                break
            flip = flips[(count & -count).bit_length() - 1]
            if code != (word ^ flip if count else _drawn(instance).start):
                break
            count, word = count + 1, code
        after = (count, word)
        if goal_at is None and count > begun and self.is_goal(instance, after):
            goal_at = count - begun
        return Advance(after, count - begun, goal_at)


def _given_word(given: Given, name: str, bits: int, default: str) -> str:
    word = given.text(name, default)
    if len(word) != bits or not {*word} <= {"0", "1"}:
        given.fail(name, f"must be {bits} digits, each 0 or 1, not {word!r:.60}")
    return word


def _listed(order: tuple[int, ...]) -> str:
    return ", ".join(map(str, order))


def _example(bits: int) -> str:
    """Return an example with words of two digits, or of three if the instance has two."""
    drawn = _Drawn(3, 0b101, (3, 1, 2), 8) if bits == 2 else _Drawn(2, 0b10, (2, 1), 4)
    words = "\n".join(map(drawn.word, drawn.lines()))
    return (
        f"With the start word {drawn.word(drawn.start)} of {drawn.bits} digits and the order "
        f"{_listed(drawn.order)}, an answer is:\n{words}"
    )


def _code(text: str) -> int:
    return int(text if text.isdecimal() else re.sub(r"[^01]", "", text), 2)


@cache
def _forms(bits: int) -> tuple[Form, ...]:
    apart = Item(
        "[01]", rf"(?:[ ]?[01]){{{bits - 1}}}", "[01]", _code, key="(?i:flip|toggle|change|invert|position)"
    )
    together = Item("[01]", rf"[01]{{{bits - 1}}}", "[01]", _code, blank=True)
    boxed = Form(
        "boxed",
        step=rf"\[[ ]?([01](?:,[ ]?[01]){{{bits - 1}}})[ ]?\]",
        joint=r"\s{0,9},?\s{0,9}",
        columns=(_code,),
        ends="]",
    )
    on_lines = tuple(form for form in item_forms(apart) if form.name not in {"inline", "alike"})
    return (*on_lines, inline(together), chained(together), boxed, any_items(together))


PUZZLE = GrayCode()
