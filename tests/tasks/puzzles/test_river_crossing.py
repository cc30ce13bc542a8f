"""River crossing."""

from collections import deque
from itertools import combinations
from math import comb

import pytest

from tasks import BadParameter
from tasks.puzzles.river_crossing import crossing, search
from tasks.puzzles.river_crossing import text as people
from tests.tasks.forms.item_answers import labelled, problem
from tests.tasks.forms.move_answers import asked, right
from tests.tasks.forms.move_dialects import names_aboard

KNOWN, INSTANCE = problem("river_crossing", 0, size=9)


def test_instance_never_changes() -> None:
    """Three pairs and two seats, eleven crossings."""
    known, instance = problem("river_crossing", 0, size=3)
    assert instance.parameters.seats == 2
    assert asked(known, instance, right(known, instance)) == (
        'moves = [["A_1", "a_1"], ["A_1"], ["a_2", "a_3"], ["a_1"], ["A_2", "A_3"], ["A_2", "a_2"], '
        '["A_1", "A_2"], ["a_3"], ["a_1", "a_2"], ["a_1"], ["a_1", "a_3"]]'
    )


@pytest.mark.parametrize(
    ("size", "boat", "fewest"),
    [(2, 2, 5), (3, 2, 11), (4, 3, 9), (5, 3, 11), (2, 3, 3), (3, 3, 5), (2, 4, 1), (3, 4, 3), (4, 4, 5)],
)
def test_fewest_crossings(size: int, boat: int, fewest: int) -> None:
    """As others have found by search."""
    known, instance = problem("river_crossing", 0, size=size, boat=boat)
    assert known.fewest_steps(instance) == fewest


@pytest.mark.parametrize("boat", range(1, 7))
@pytest.mark.parametrize("size", range(1, 5))
def test_as_trying_everything_has_it(size: int, boat: int) -> None:
    """How far each state is from the goal, found by sending every set of people in every boat."""
    everyone = (1 << 2 * size) - 1
    boats = [load for load in range(1, everyone + 1) if load.bit_count() <= boat and _is_safe(load)]
    party, known = crossing.Party(size, boat, people.PLAIN), search.distances(size, boat)
    far = {crossing.Banks(0, boat_left=False): 0}
    coming = deque(far)
    while coming:
        state = coming.popleft()
        near = party.near(state)
        sent = [crossing.Banks(state.left ^ load, not state.boat_left) for load in boats if not load & ~near]
        reached = [after for after in sent if _is_safe(after.left) and _is_safe(everyone & ~after.left)]
        for after in reached:
            if after not in far:
                far[after] = far[state] + 1
                coming.append(after)
        crowd = party.crowd(state)
        assert known[crowd, state.boat_left] == far[state]
        assert {one.after for one in search.crossings(size, boat, crowd)} == set(map(party.crowd, reached))
    assert len(known) == len({(party.crowd(state), state.boat_left) for state in far})
    assert search.fewest(size, boat) == far.get(crossing.Banks(everyone, boat_left=True))


def _is_safe(group: int) -> bool:
    """No actor, an odd number, is with an agent, an even one, who is not its own, unless its own is there."""
    there = [person for person in range(group.bit_length()) if group >> person & 1]
    return all(person - 1 in there or all(other % 2 for other in there) for person in there if person % 2)


def test_four_seats() -> None:
    """2N - 3 crossings, from five pairs on and as it happens from two."""
    for size in (*range(2, 40), 100, 511):
        known, instance = problem("river_crossing", 0, size=size, boat=4)
        assert known.fewest_steps(instance) == 2 * size - 3


@pytest.mark.parametrize(("size", "boat"), [(4, 2), (6, 3), (7, 3), (40, 3), (1, 1), (9, 2)])
def test_the_impossible_is_refused_unless_asked_for(size: int, boat: int) -> None:
    """And is then a control, to which "impossible" is the right answer."""
    with pytest.raises(BadParameter, match="too few for"):
        problem("river_crossing", 0, size=size, boat=boat)
    known, instance = problem("river_crossing", 0, size=size, boat=boat, unsolvable=True)
    assert known.fewest_steps(instance) is None
    assert labelled(known, instance, "With so few seats this is impossible.").label == "solved"
    with pytest.raises(BadParameter, match="'unsolvable'"):
        problem("river_crossing", 0, size=size, boat=4, unsolvable=True)


def test_the_fewest_seats_that_will_do() -> None:
    """Two, three or four; for a control one less."""
    seats = [problem("river_crossing", 0, size=size)[1].parameters.seats for size in range(1, 9)]
    assert seats == [2, 2, 2, 3, 3, 4, 4, 4]
    assert problem("river_crossing", 0, size=6, unsolvable=True)[1].parameters.seats == 3


@pytest.mark.parametrize(
    ("crossings", "why"),
    [
        ([[]], "empty"),
        ([["A_1", "a_1", "A_2"]], "too many"),
        ([["A_1", "A_1"]], "twice"),
        ([["A_4"]], "there is no A_4"),
        ([["A_1", "a_2"]], "in the boat a_2 is with the agent of another"),
        ([["A_1"]], "on the left bank a_1 is with the agent of another"),
        ([["A_1", "a_1"], ["A_2"]], "not where the boat is"),
        ([["a_1", "a_2"], ["a_1"], ["A_1", "a_1"]], "on the right bank a_2 is with the agent of another"),
    ],
)
def test_rules(crossings: list[list[str]], why: str) -> None:
    """On both banks and in the boat."""
    known, instance = problem("river_crossing", 0, size=3)
    state = known.start(instance)
    *before, last = [(people.load_of(map(_person, aboard)),) for aboard in crossings]
    for row in before:
        state = known.step(instance, state, row)
        assert state is not None
    assert known.step(instance, state, last) is None
    assert why in known.why_not(instance, state, last)


def _person(name: str) -> int:
    return 2 * int(name[2:]) - 2 + (name[0] == "a")


def test_boatloads_are_numbers() -> None:
    """One for each set of people, and back."""
    loads = {people.load_of(aboard) for count in range(5) for aboard in combinations(range(12), count)}
    assert len(loads) == sum(comb(12, count) for count in range(5))
    assert list(people.people_in(people.load_of([1_021, 0, 7]))) == [0, 7, 1_021]
    assert people.load_of(range(7)) == people.UNREADABLE


def test_drawn_roles() -> None:
    """Other letters by the seed; answers about actors and agents are then of no use."""
    known, instance = problem("river_crossing", 0, size=9, names="renamed")
    assert "actor" not in str(known.prompt(instance))
    text = asked(known, instance, right(known, instance))
    assert labelled(known, instance, text).label == "solved"
    assert labelled(known, instance, asked(KNOWN, INSTANCE, right(KNOWN, INSTANCE))).label != "solved"


def test_banks_told_between_crossings_are_no_crossings() -> None:
    """After each crossing the banks may be drawn, as lists or as the prompt tells them."""
    known, instance = problem("river_crossing", 0, size=4)
    told = []
    for number, row in enumerate(right(known, instance), start=1):
        state = known.state_after(instance, number)
        left = [people.PLAIN.name(person) for person in range(8) if state.left >> person & 1]
        other = [people.PLAIN.name(person) for person in range(8) if not state.left >> person & 1]
        told.append(f"{number}. {names_aboard(row)}")
        told.append(f"   Left: {left}, Right: {other}")
        told.append(known.describe(instance, state))
    assert labelled(known, instance, "\n".join(told)).label == "solved"
