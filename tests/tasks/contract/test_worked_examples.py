"""Worked examples: those that solve no instance are worked out again from their words; others have parity.

That an example which solves an instance does so is part of the contract (`worked_examples_are_right`).
"""

import re
from collections.abc import Callable

import pytest

from tasks import puzzle, puzzles
from tests.contract.samples import samples


def _automaton(told: str) -> list[str]:
    table = {
        (state, symbol): to
        for state, row in re.findall(r"- From (s\d), (.*)\.", told)
        for symbol, to in re.findall(r"(\w) leads to (s\d)", row)
    }
    ((state, symbols),) = re.findall(r"in state (s\d) and reads ([xy ]+),", told)
    states = []
    for symbol in symbols.split():
        state = table[state, symbol]
        states.append(state)
    return states


def _copying(told: str) -> list[str]:
    return told.removeprefix("For the list ").removesuffix(", an answer is").split(", ")


def _fizzbuzz(told: str) -> list[str]:
    words = [(int(divisor), word) for word, divisor in re.findall(r"(\w+) for (\d)", told)]
    ((first, last),) = re.findall(r"from (\d) to (\d)", told)
    return [
        "".join(word for divisor, word in words if number % divisor == 0) or str(number)
        for number in range(int(first), int(last) + 1)
    ]


def _gray_code(told: str) -> list[str]:
    ((word, order),) = re.findall(r"start word (\d+) of \d digits and the order ([\d, ]+), an answer", told)
    lines, positions = [word], [int(position) - 1 for position in order.split(", ")]
    for number in range(1, 2 ** len(word)):
        at = positions[next(times for times in range(9) if number // 2**times % 2)]
        word = f"{word[:at]}{1 - int(word[at])}{word[at + 1 :]}"
        lines.append(word)
    return lines


def _pointer_chase(told: str) -> list[str]:
    after = dict(re.findall(r"(m\d) points at (m\d)", told))
    ((hops, label),) = re.findall(r"(\d) hops from (m\d)", told)
    labels = []
    for _ in range(int(hops)):
        label = after[label]
        labels.append(label)
    return labels


def _running_sum(told: str) -> list[str]:
    table = {word: int(value) for word, value in re.findall(r"(\w+) = (-?\d+)", told)}
    ((listed),) = re.findall(r"the list (.*), an answer is", told)
    totals, total = [], 0
    for word in listed.split(", "):
        total += table[word]
        totals.append(str(total))
    return totals


OWN: dict[str, Callable[[str], list[str]]] = {
    "automaton": _automaton,
    "copying": _copying,
    "fizzbuzz": _fizzbuzz,
    "gray_code": _gray_code,
    "pointer_chase": _pointer_chase,
    "running_sum": _running_sum,
}
"""Puzzles whose examples are in labels of their own: what follows from the words that pose the example."""


WITHOUT = [name for name, known in puzzles().items() if known.smaller(samples(known)[0]) is None]
"""Puzzles whose example the contract cannot check, since they do not say which instance it solves."""


def test_own_examples_are_of_puzzles_without_smaller() -> None:
    """The others are checked by the contract."""
    assert set(OWN) <= set(WITHOUT)


@pytest.mark.parametrize("name", WITHOUT)
def test_examples_follow_from_their_words(name: str) -> None:
    """Worked out anew, by somebody who knows nothing but the words."""
    if name not in OWN:
        pytest.skip(f"nobody solves the example of {name!r}: give `smaller` in the puzzle, or add it to OWN")
    known = puzzle(name)
    for instance in samples(known):
        posed, _, answer = known.prompt(instance).example.partition(", an answer is:\n")
        assert answer.split("\n") == OWN[name](f"{posed}, an answer is"), instance.canonical


@pytest.mark.parametrize("name", ["blocks_world", "chinese_rings", "hanoi", "hanoi_random"])
def test_examples_are_as_even_or_odd_as_what_is_asked(name: str) -> None:
    """Where that decides how a solution begins: else their first move, copied, would be the wrong one."""
    known = puzzle(name)
    for instance in samples(known):
        small = known.smaller(instance)
        assert small is not None
        random = getattr(instance.parameters, "arrangement", "interleaved") == "random"
        assert random or (small.parameters.size - instance.parameters.size) % 2 == 0, instance.canonical
