"""Hanoi from a random state to another."""

from itertools import product

import pytest

from tasks.puzzles._pegs import routes
from tests.contract.samples import explored
from tests.tasks.forms.item_answers import labelled, problem
from tests.tasks.forms.move_answers import asked, right

KNOWN, INSTANCE = problem("hanoi_random", 3, size=5)


def test_instance_never_changes() -> None:
    """This seed gives these states, on every machine and for ever."""
    known, instance = problem("hanoi_random", 0, size=3)
    assert known.start(instance) == ((), (2,), (3, 1))
    assert asked(known, instance, right(known, instance)) == (
        "moves = [[2, 1, 0], [1, 2, 0], [3, 2, 1], [1, 0, 2], [2, 0, 1], [1, 2, 0]]"
    )


@pytest.mark.parametrize("size", [2, 3, 4])
def test_every_distance_is_exact(size: int) -> None:
    """Between any two states the shorter of the two routes is as short as a search finds."""
    known, instance = problem("hanoi_random", 0, size=size)
    found = explored(known, instance)
    assert found is not None
    assert len(found.after) == 3**size
    for goal in product(range(3), repeat=size):
        exact = found.distances([state for state in found.after if _pegs(state) == list(goal)])
        for state, distance in exact.items():
            assert routes.length(routes.shortest(_pegs(state), list(goal))) == distance


def _pegs(state: tuple[tuple[int, ...], ...]) -> list[int]:
    return [
        next(peg for peg, disks in enumerate(state) if disk in disks) for disk in range(1, _disks(state) + 1)
    ]


def _disks(state: tuple[tuple[int, ...], ...]) -> int:
    return sum(map(len, state))


def test_the_largest_disk_may_move_twice() -> None:
    """Some shortest ways lead it over the third peg."""
    assert [part.first for part in routes.shortest([1, 1, 0], [1, 1, 2]) if part.first > 2] == [3]
    twice = [
        (start, goal)
        for start, goal in product(product(range(3), repeat=3), repeat=2)
        if sum(part.first == 3 for part in routes.shortest(list(start), list(goal))) == 2
    ]
    assert len(twice) > 0


@pytest.mark.parametrize("size", [2, 5, 12, 30])
def test_ways_are_long(size: int) -> None:
    """At least half of what the classic tower takes, at most as much; start and goal differ with the seed."""
    instances = [problem("hanoi_random", seed, size=size)[1] for seed in range(20)]
    steps = [KNOWN.fewest_steps(instance) or 0 for instance in instances]
    assert min(steps) * 2 >= 2**size - 1
    assert max(steps) <= 2**size - 1
    assert len({KNOWN.describe(instance, KNOWN.start(instance)) for instance in instances}) > min(size, 12)


def test_the_memorised_answer_is_wrong() -> None:
    """The classic list of moves does not solve it."""
    known, classic = problem("hanoi", 0, size=5)
    verdict = labelled(KNOWN, INSTANCE, asked(known, classic, right(known, classic)))
    assert verdict.label == "logic_error"


def test_drawn_names() -> None:
    """Other pegs and disks by the seed, the same problem otherwise read alike."""
    known, instance = problem("hanoi_random", 4, size=5, names="renamed")
    rows = right(known, instance)
    text = asked(known, instance, rows)
    assert labelled(known, instance, text).label == "solved"
    assert labelled(known, instance, text.replace('"', "")).label == "solved"
    assert labelled(known, instance, text.lower()).label == "solved"


def test_states_drawn_between_moves_are_no_moves() -> None:
    """After each move the pegs may be drawn."""
    told = []
    for number, row in enumerate(right(KNOWN, INSTANCE), start=1):
        told.append(f"{number}. {list(row)}")
        told.append(f"   State: {[list(disks) for disks in KNOWN.state_after(INSTANCE, number)]}")
    assert labelled(KNOWN, INSTANCE, "\n".join(told)).label == "solved"
