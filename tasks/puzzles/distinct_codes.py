"""Distinct codes: write n different codes that fit a rule. Many more fit than are asked for; any new one is right.

A step needs neither a plan nor more memory than a look at what is written, and yet none follows from the one
before by counting on. The digits of a code add up to a number that its letter names, another for each letter:
so two codes that fit differ in two places at least. To change one place, as counting does, always breaks the
rule, whether the others are held fixed or not, and what must change with it depends on all of them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from typing import ClassVar

from tasks.contract.draws import below, pick, shuffled
from tasks.contract.given import Given
from tasks.contract.given_names import known_length
from tasks.contract.item_puzzle import ItemPuzzle
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Advance, Form, Instance, Kind, Prompt, Row, Steps
from tasks.errors import BadParameter
from tasks.forms.items import ABOUT_MORE, NUMBERED, Item, item_forms
from tasks.forms.noise import echoes, programs, summaries

_MOST = {2: 5, 3: 40, 4: 400, 5: 5_000}
"""The largest size for each number of digits: of any instance more than three times as many codes fit."""


@dataclass(frozen=True, slots=True)
class DistinctCodesParameters:
    """The letters, what each stands for, its place in a code and the rule for single digits are drawn."""

    size: int = integer("different codes", minimum=1, maximum=5_000)
    digits: int = integer("digits of a code; the fewer, the fewer codes there are", 2, 5, default=5)

    def __post_init__(self) -> None:
        if type(self) is DistinctCodesParameters and self.size > _MOST[self.digits]:
            told = (
                f"with {self.digits} digits it is at most {_MOST[self.digits]:,}, so that many more codes fit"
            )
            raise BadParameter(f"parameter 'size' is {self.size:,}; {told}")


DistinctCodesInstance = Instance[DistinctCodesParameters]
Chosen = tuple[int, frozenset[int]]
"""How many codes are written, wrong and repeated ones included, and which."""

_ANY, _SMALLER, _LARGER, _ODD, _EVEN = "any", "smaller", "larger", "odd", "even"
_ALSO = {
    _ANY: "",
    _SMALLER: "The first digit of a code must be smaller than its last digit.",
    _LARGER: "The first digit of a code must be larger than its last digit.",
    _ODD: "The last digit of a code must be odd.",
    _EVEN: "The last digit of a code must be even.",
}
_FIT = "ACFGHJKMNPQRTVWY"
"""Letters that do not look like digits, nor make a number of the digits around them. May not change."""
_DRAWN_LETTERS, _DRAWN_SUMS = 8, 10
_TAIL, _LETTERS, _WIDTHS = 10**11, 27, 12
"""How a code is one number: its digits are below the first, a letter is below the second, their count below the
third."""
_REMEMBERED = 50_000
_STRIDE = 7_919
"""Without a divisor in common with ten, so that its multiples go through all numbers of so many digits."""
_DIGIT_SUMS = tuple(sum(map(int, str(number))) for number in range(1_000))


def _digit_sum(number: int) -> int:
    """Return the sum of up to nine digits."""
    thousands, units = divmod(number, 1_000)
    return _DIGIT_SUMS[units] + _DIGIT_SUMS[thousands % 1_000] + _DIGIT_SUMS[thousands // 1_000]


@dataclass(frozen=True)
class _Rule:
    """What a code must look like."""

    digits: int
    place: int
    """How many digits stand before the letter."""
    sums: dict[str, int]
    """What the digits add up to, by letter."""
    also: str
    """A key of `_ALSO`."""

    @cached_property
    def shape(self) -> int:
        """What all codes have in common, as a number."""
        return (self.place * _WIDTHS + self.digits) * _LETTERS**2

    @cached_property
    def heads(self) -> dict[str, int]:
        """What the codes with each letter have in common, as a number."""
        return {letter: (self.shape + ord(letter) - ord("@")) * _TAIL for letter in self.sums}

    @cached_property
    def ends(self) -> frozenset[int]:
        """Which first and last digits a code may have, as a number of two digits."""
        return frozenset(
            10 * first + last
            for first in range(10)
            for last in range(10)
            if {
                _ANY: True,
                _SMALLER: first < last,
                _LARGER: first > last,
                _ODD: last % 2 == 1,
                _EVEN: last % 2 == 0,
            }[self.also]
        )

    def fault(self, code: int) -> str | None:
        """Return what is wrong with a code by itself, in a few words; `None` if nothing is."""
        shape, digits = divmod(code, _TAIL)
        if not self.shape < shape < self.shape + _LETTERS or digits >= 10**self.digits:
            return f"{_text(code)} has another shape than a code"
        letter = chr(ord("@") + shape - self.shape)
        if letter not in self.sums:
            return f"{letter} is none of the letters that a code can have"
        total = _digit_sum(digits)
        if total != self.sums[letter]:
            return f"the digits of {_text(code)} add up to {total}, not to {self.sums[letter]}"
        if 10 * (digits // 10 ** (self.digits - 1)) + digits % 10 not in self.ends:
            return f"{_text(code)} breaks this rule: {_ALSO[self.also]}"
        return None

    @cached_property
    def fitting(self) -> set[int]:
        """Codes that were found to fit; remembered, since a text may say its lists again and again."""
        return set()

    def fits(self, code: int) -> bool:
        """Return whether nothing is wrong with a code by itself."""
        if code not in self.fitting:
            if self.fault(code) is not None:
                return False
            if len(self.fitting) >= _REMEMBERED:
                self.fitting.clear()
            self.fitting.add(code)
        return True

    def codes(self) -> Iterator[int]:
        """Yield all codes that fit, in no order."""
        many = 10 ** (self.digits - 1)
        for letter in self.sums:
            for at in range(0, many * _STRIDE, _STRIDE):
                code = self.completed(letter, at % many)
                if code is not None:
                    yield code

    def completed(self, letter: str, before: int) -> int | None:
        """Return the code with this letter and these digits, the last one added; `None` if none fits."""
        last = self.sums[letter] - _digit_sum(before)
        if not 0 <= last <= 9 or 10 * (before // 10 ** (self.digits - 2)) + last not in self.ends:
            return None
        return self.heads[letter] + 10 * before + last

    def count(self) -> int:
        """Return how many codes fit."""
        between = [1]
        for _ in range(self.digits - 2):
            between = [sum(between[max(0, at - 9) : at + 1]) for at in range(len(between) + 9)]
        left = (total - sum(divmod(both, 10)) for total in self.sums.values() for both in self.ends)
        return sum(between[rest] for rest in left if 0 <= rest < len(between))

    @property
    def words(self) -> str:
        """The rule as a prompt tells it."""
        table = "\n".join(f"{letter}: {total}" for letter, total in self.sums.items())
        return (
            f"A code has {self.digits + 1} characters without spaces: character {self.place + 1} is a letter, "
            f"and each of the other {self.digits} is a digit from 0 to 9. The letter is one of those listed here, "
            f"and all digits of the code must add up to the number that stands behind its letter:\n{table}"
            + (f"\n{_ALSO[self.also]}" if _ALSO[self.also] else "")
        )


@dataclass(frozen=True, slots=True)
class GivenDistinctCodesParameters(DistinctCodesParameters):
    """Those of an instance given whole."""

    rule: _Rule = field(compare=False, kw_only=True)


@lru_cache(maxsize=64)
def _rule(instance: DistinctCodesInstance) -> _Rule:
    rng, parameters = instance.random(), instance.parameters
    if isinstance(parameters, GivenDistinctCodesParameters):
        return parameters.rule
    digits = parameters.digits
    letters = sorted(shuffled(rng, _FIT)[:_DRAWN_LETTERS])
    # The sums that most digits have are those around the middle.
    totals = shuffled(rng, range(9 * digits // 2 - 4, 9 * digits // 2 - 4 + _DRAWN_SUMS))
    place = below(rng, digits)
    also = pick(rng, (_SMALLER, _LARGER, _ODD, _EVEN))
    return _Rule(digits, place, dict(zip(letters, totals, strict=False)), also)


@lru_cache(maxsize=16)
def _solution(instance: DistinctCodesInstance) -> tuple[int, ...]:
    """Return codes drawn one by one; where few fit, the rest in their order."""
    rule, rng, size = _rule(instance), instance.random(), instance.parameters.size
    letters = tuple(rule.sums)
    found: dict[int, None] = {}
    for _ in range(20 * size):
        if len(found) == size:
            return tuple(found)
        letter = pick(rng, letters)
        code = rule.completed(letter, below(rng, 10 ** (rule.digits - 1)))
        if code is not None:
            found[code] = None
    for code in rule.codes():
        if len(found) == size:
            break
        found[code] = None
    return tuple(found)


class DistinctCodes(ItemPuzzle[DistinctCodesParameters, Chosen]):
    """A step is `(code,)`, a number that holds letter, place and digits; see `_code`."""

    name: ClassVar[str] = "distinct_codes"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Distinct codes: write n different codes that fit a rule, any of very many"
    kind: ClassVar[Kind] = Kind.TRACE
    width: ClassVar[int] = 1

    @property
    def parameters(self) -> type[DistinctCodesParameters]:
        """See `DistinctCodesParameters`."""
        return DistinctCodesParameters

    @property
    def whole(self) -> "DistinctCodes":
        """This puzzle itself plays instances given whole."""
        return self

    def take(self, data: Mapping[str, object]) -> DistinctCodesInstance:
        """Return an instance with so many `codes`, with these `sums` of `digits` digits by letter."""
        given = Given(self.name, data, {"codes", "digits", "sums", "place", "also"})
        size = given.integer("codes", 1, 10_000)
        digits = given.integer("digits", 2, 6)
        place = given.integer("place", 1, digits, default=1)
        also = given.choice("also", *_ALSO, default=_ANY)
        sums: dict[str, int] = {}
        for letter, total in given.table("sums", 1, 26).items():
            if not re.fullmatch("[A-Z]", letter):
                given.fail("sums", f"must have single letters from A to Z, not {letter!r:.60}")
            if isinstance(total, bool) or not isinstance(total, int) or not 0 <= total <= 9 * digits:
                told = f"must have whole numbers from 0 to {9 * digits}, not {total!r:.60} for {letter!r}"
                given.fail("sums", told)
            sums[letter] = total
        rule = _Rule(digits, place - 1, dict(sorted(sums.items())), also)
        if rule.count() < size:
            given.fail("codes", f"is {size}, but only {rule.count()} codes fit")
        known_length(given, size)
        parameters = GivenDistinctCodesParameters(size, digits, rule=rule)
        fields = {"codes": size, "digits": digits, "sums": rule.sums, "place": place, "also": also}
        return given.instance(parameters, fields)

    def varies(self, instance: DistinctCodesInstance) -> bool:
        """Return whether it is drawn: another seed draws another rule."""
        return not instance.data

    def smaller(self, instance: DistinctCodesInstance) -> DistinctCodesInstance:
        """Return an instance of codes with another number of digits, of which none is an answer."""
        return self.generate({"size": 3, "digits": 4 if instance.parameters.digits == 3 else 3})

    def fewest_steps(self, instance: DistinctCodesInstance) -> int:
        """Return the size: one step per code."""
        return instance.parameters.size

    def start(self, instance: DistinctCodesInstance) -> Chosen:
        """Return the state in which nothing is written."""
        return 0, frozenset()

    def is_goal(self, instance: DistinctCodesInstance, state: Chosen) -> bool:
        """Return whether all codes are written."""
        return state[0] == instance.parameters.size

    def step(self, instance: DistinctCodesInstance, state: Chosen, row: Row) -> Chosen | None:
        """Accept any code that fits and is not yet written."""
        (count, codes), (code,) = state, row
        if count >= instance.parameters.size or code in codes or not _rule(instance).fits(code):
            return None
        return count + 1, codes | {code}

    def why_not(self, instance: DistinctCodesInstance, state: Chosen, row: Row) -> str:
        """Say what is wrong with a code, or that it is written already."""
        code = row[0]
        if self.is_goal(instance, state):
            return f"{_text(code)} is one code too many: all {state[0]} are written"
        if code in state[1]:
            return f"{_text(code)} has been written before"
        return _rule(instance).fault(code) or "the code is right"

    def recover(self, instance: DistinctCodesInstance, state: Chosen, row: Row) -> Chosen | None:
        """Go on to the next code."""
        return None if self.is_goal(instance, state) else (state[0] + 1, state[1] | {row[0]})

    def distance(self, instance: DistinctCodesInstance, state: Chosen) -> int:
        """Return the number of codes still to write."""
        return instance.parameters.size - state[0]

    def options(self, instance: DistinctCodesInstance, state: Chosen) -> Iterator[Row]:
        """Yield every code that fits and is not yet written."""
        if not self.is_goal(instance, state):
            yield from ((code,) for code in _rule(instance).codes() if code not in state[1])

    def solution(self, instance: DistinctCodesInstance, first: int = 0) -> Iterator[Row]:
        """Yield one of very many solutions."""
        return ((code,) for code in islice(_solution(instance), first, None))

    def state_after(self, instance: DistinctCodesInstance, count: int) -> Chosen:
        """Return the state in closed form."""
        return count, frozenset(_solution(instance)[:count])

    def shown(self, instance: DistinctCodesInstance, item: int) -> str:
        """Return the code as it is written."""
        return _text(item)

    def prompt(self, instance: DistinctCodesInstance) -> Prompt:
        """Ask for one code per line."""
        size, rule = instance.parameters.size, _rule(instance)
        return Prompt(
            rules=(
                f"Write {_counted(size)}.\n{rule.words}\n"
                "Any codes that fit will do, in any order, but no code may be written twice."
            ),
            start=self.describe(instance, (0, frozenset())),
            goal=f"{_counted(size)} {'is' if size == 1 else 'are'} written.",
            format="Write one code on each line, and nothing else on the line.",
            example=self._example(instance),
            method=(
                "For each code take a letter and look up its number. Choose all digits but the last as you like, and "
                "let the last one be what is then missing from that number. If that is no digit from 0 to 9, or the "
                "code breaks a rule or is written already, choose other digits or another letter; else write it. "
                f"Count the codes, and stop after {size}."
            ),
            code=(
                "Write a Python function `solve()` without arguments that returns the codes as a list of strings."
            ),
        )

    def describe(self, instance: DistinctCodesInstance, state: Chosen) -> str:
        """Say what is written, all of which must not come again."""
        count, size = state[0], instance.parameters.size
        listed = ", ".join(sorted(map(_text, state[1])))
        if count == 0:
            return "No code has been written yet."
        if count == size:
            return f"All {size} codes are written: {listed}."
        return f"Written so far, {count} of {size} codes, none of which may come again: {listed}."

    def forms(self, instance: DistinctCodesInstance) -> tuple[Form, ...]:
        """Return codes on lines of their own, before a remark, after a number or key, or on one line."""
        return _FORMS

    def noise(self, instance: DistinctCodesInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the example repeated, the last code named again, and programs."""
        small = self.smaller(instance)
        yield from echoes(text, "".join(self.format(small, self.solution(small))))
        yield from summaries(_ITEM, text)
        yield from programs(text)

    def advance(
        self, instance: DistinctCodesInstance, state: Chosen, steps: Steps, first: int = 0
    ) -> Advance[Chosen]:
        """Apply the rule of `step` to all codes at once where they are known to fit, else in one loop."""
        size, rule, (count, codes) = instance.parameters.size, _rule(instance), state
        values = steps.values[first:]
        new = frozenset(values)
        if not (len(new) == len(values) <= size - count and new <= rule.fitting and codes.isdisjoint(new)):
            written = set(codes)
            for taken, code in enumerate(values):
                if count + taken >= size or code in written or not rule.fits(code):
                    values = values[:taken]
                    break
                written.add(code)
            new = frozenset(values)
        taken = len(values)
        goal_at = taken if count + taken == size else None
        return Advance((count + taken, codes | new), taken, goal_at)

    def _example(self, instance: DistinctCodesInstance) -> str:
        small = self.smaller(instance)
        return (
            f"For {_counted(small.parameters.size)} under another rule, which is:\n{_rule(small).words}\n"
            "an answer is:\n" + "".join(self.format(small, self.solution(small)))
        )


def _counted(size: int) -> str:
    return "1 code" if size == 1 else f"{size} different codes"


def _code(text: str) -> int:
    """Return a code as a number: how many digits stand before its letters and in all; its letters; its digits."""
    digits, letters = re.sub("[A-Za-z]", "", text), re.sub("[0-9]", "", text).upper()
    shape = (len(re.split("[A-Za-z]", text)[0]) % _WIDTHS) * _WIDTHS + len(digits)
    for letter in letters.rjust(2, "@"):
        shape = shape * _LETTERS + ord(letter) - ord("@")
    return shape * _TAIL + int(digits or 0)


@lru_cache(maxsize=1 << 14)
def _text(code: int) -> str:
    """Return a code as it is written."""
    shape, digits = divmod(code, _TAIL)
    shape, last = divmod(shape, _LETTERS)
    shape, first = divmod(shape, _LETTERS)
    place, many = divmod(shape, _WIDTHS)
    letters = "".join(chr(ord("@") + letter) for letter in (first, last) if letter)
    text = f"{digits:0{many}}"
    return text[:place] + letters + text[place:]


_ITEM = Item(
    first="[A-Za-z0-9]",
    rest="(?:(?<=[A-Za-z])[A-Za-z]?[0-9]{2,9}|(?<=[0-9])[0-9]{0,4}[A-Za-z]{1,2}[0-9]{1,6})",
    ends="[0-9]",
    convert=_code,
    key="[A-Za-z]",
    blank=True,
)
"""A letter among digits, at their end never; also two letters, and any number of digits that is near."""
_OTHER_CODE = rf"(?<![^\W_]){_ITEM.first}{_ITEM.rest}(?!\w)"
_TAKEN_BACK = rf"{_ITEM.whole}(?=[^\n]{{0,40}}[a-z]{{2}})(?:(?!{_OTHER_CODE})[^\n]){{8,90}}"
_LINE = Form(
    "line",
    step=(
        rf"^[ \t>]{{0,9}}(?:[-*+•][ \t]{{1,3}})?(?:{NUMBERED}|\d{{1,9}},[ \t]?)?[*_`\"'$\[|(]{{0,3}}[ \t]{{0,3}}"
        rf"(?:{_TAKEN_BACK}(?<!\w))?({_ITEM.whole})[*_`\"'$\]|)}}.,;]{{0,3}}[ \t\r]{{0,9}}"
        rf"(?:$|(?:[(:=|,;#/\u2190\u2192\u2713\u2714\u2705]|<-|[-\u2013\u2014][ \t]){ABOUT_MORE}"
        rf"(?![^\n]{{0,120}}{_OTHER_CODE})[^\n]{{0,120}}$)"
    ),
    joint=r"(?:[ \t\r]{0,9}\n){1,3}",
    columns=(_code,),
    flags=re.MULTILINE,
    item=_ITEM.whole,
)
"""`K40711`, `K40711: 4 + 0 + 7 + 1 + 1 = 13`, `| 3 | K40711 | 13 | yes |`, `3. K40712, no, that is 14: K40711`.

One form for all of these, since a list may have some lines of each.
"""
_FORMS = (_LINE, *(form for form in item_forms(_ITEM) if form.name not in {"line", "numbered"}))

PUZZLE = DistinctCodes()
