"""A state in words is all that a reader needs to go on: each is put together again from its description."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tasks import AnyInstance, puzzle, puzzles
from tasks.puzzles.river_crossing import text as people
from tasks.puzzles.river_crossing.crossing import Banks
from tests.contract.samples import SHORT, samples


def _whole(told: str) -> list[str]:
    """The items of a list in words, a range in the middle written out: `9, 8, ..., 2, 1`."""
    items = told.removesuffix(" (bottom to top)").split(", ")
    if "..." in items:
        at = items.index("...")
        gap = range(int(items[at - 1]) - 1, int(items[at + 1]), -1)
        items[at : at + 1] = map(str, gap)
    return [] if items == ["empty"] else items


def _towers(told: str, _: AnyInstance) -> object:
    return tuple(tuple(map(int, _whole(line.partition(": ")[2]))) for line in told.split("\n"))


def _blocks(told: str, instance: AnyInstance) -> object:
    """Blocks by their order in the plain alphabet, or in that of the start and goal of the prompt."""
    names = _block_names(instance)
    return tuple(
        tuple(names.index(name) for name in _whole(line.partition(": ")[2])) for line in told.split("\n")
    )


def _block_names(instance: AnyInstance) -> list[str]:
    known = puzzle("blocks_world")
    rows = [(block, 0, 1) for block in range(instance.parameters.size)]
    return re.findall('"([A-Z]+)"', "".join(known.format(instance, rows)))


def _checkers(told: str, instance: AnyInstance) -> object:
    begin = puzzle("checker_jumping").prompt(instance).start
    return told.replace(" ", "").translate(str.maketrans(begin[0] + begin[-1], "RB"))


def _rings(told: str, instance: AnyInstance) -> object:
    rows = [(0, ring) for ring in range(1, instance.parameters.size + 1)]
    rings = re.findall(r"\d+", "".join(puzzle("chinese_rings").format(instance, rows)))
    on = re.findall(r"\d+", told.split("\n", maxsplit=1)[0])
    return sum(1 << rings.index(ring) for ring in on)


def _people(told: str, instance: AnyInstance) -> object:
    cast = puzzle("river_crossing").prompt(instance)
    agent = re.findall(r'\["(\w)_i"', cast.format)[0]
    left, _, boat = told.split("\n")
    return Banks(sum(1 << person for person in _persons(left, agent)), "left" in boat)


def _persons(told: str, agent: str) -> Iterable[int]:
    for letter, first, last in re.findall(r"(\w)_(\d+)(?: to \w_(\d+))?", told):
        for number in range(int(first), int(last or first) + 1):
            yield 2 * (number - 1) + (letter != agent)


def _numbers(told: str) -> list[int]:
    return [int(number) for number in re.findall(r"-?\d+", told)]


def _counting(told: str, instance: AnyInstance) -> object:
    return _numbers(told)[0] if "next" in told else instance.parameters.first + instance.parameters.size


def _copying(told: str, instance: AnyInstance) -> object:
    if "next" not in told:
        return 0 if "No " in told else instance.parameters.size
    return _numbers(told)[-1] - 1


def _distinct_codes(told: str, instance: AnyInstance) -> object:
    known = puzzle("distinct_codes")
    codes = {"".join(known.format(instance, [row])): row[0] for row in known.solution(instance)}
    listed = [] if "No " in told else told.removesuffix(".").partition(": ")[2].split(", ")
    return len(listed), frozenset(codes[code] for code in listed)


def _fizzbuzz(told: str, instance: AnyInstance) -> object:
    return _numbers(told)[0] - 1 if "next" in told else instance.parameters.size


def _gray_code(told: str, instance: AnyInstance) -> object:
    word = re.findall(rf"\b[01]{{{instance.parameters.size}}}\.", told)[-1][:-1]
    return (0, -1) if "Nothing" in told else (_numbers(told)[0], int(word, 2))


def _record_edits(told: str, instance: AnyInstance) -> object:
    return int(re.findall(r"Record (\d+)", told)[-1]) - 1 if "next" in told else instance.parameters.size


def _running_sum(told: str, instance: AnyInstance) -> object:
    total = int(re.findall(r"total is (-?\d+)", told)[0])
    places = re.findall(r"place (\d+) on", told)
    return int(places[0]) - 1 if places else instance.parameters.size, total


def _automaton(told: str, instance: AnyInstance) -> object:
    state = int(re.findall(r"state q(\d+)", told)[0])
    places = re.findall(r"number (\d+) on", told)
    return int(places[0]) - 1 if places else instance.parameters.size, state


def _pointer_chase(told: str, instance: AnyInstance) -> object:
    label = int(re.findall(r"label n(\d+)", told)[0])
    made = 0 if "first hop" in told else instance.parameters.size
    return int(re.findall(r"^Hop (\d+)", told)[0]) if told.startswith("Hop") else made, label


UNDERSTOOD: dict[str, Callable[[str, AnyInstance], Any]] = {
    "automaton": _automaton,
    "blocks_world": _blocks,
    "checker_jumping": _checkers,
    "chinese_rings": _rings,
    "copying": _copying,
    "counting": _counting,
    "distinct_codes": _distinct_codes,
    "fizzbuzz": _fizzbuzz,
    "gray_code": _gray_code,
    "hanoi": _towers,
    "hanoi_linear": _towers,
    "hanoi_random": _towers,
    "pointer_chase": _pointer_chase,
    "record_edits": _record_edits,
    "river_crossing": _people,
    "running_sum": _running_sum,
}


def test_nobody_is_understood_who_is_not_there() -> None:
    """Each reader of states is of a puzzle that there is."""
    assert set(UNDERSTOOD) <= set(puzzles())


@pytest.mark.parametrize("name", puzzles())
def test_states_can_be_put_together_from_their_words(name: str) -> None:
    """All states on the way, in plain and in drawn names, of small instances and a larger one."""
    if name not in UNDERSTOOD:
        pytest.skip(
            f"no reader of the states of {name!r}: add one to UNDERSTOOD to have its `describe` checked"
        )
    known = puzzle(name)
    for instance in (*samples(known), known.generate({"size": 12}, 3)):
        fewest = known.fewest_steps(instance) or 0
        for count in (*range(0, fewest, 1 + fewest // SHORT), fewest):
            state = known.state_after(instance, count)
            told = known.describe(instance, state)
            assert UNDERSTOOD[name](told, instance) == state, f"{instance.canonical}: {told!r}"


def test_roles_are_told_by_their_letters() -> None:
    """As `_people` reads them: person 2i is an agent, person 2i + 1 the actor."""
    assert list(_persons("A_1, A_3 to A_6, a_2", "A")) == [0, 4, 6, 8, 10, 3]
    assert people.PLAIN.names([0, 4, 6, 8, 10, 3]) == "A_1, A_3 to A_6, a_2"
