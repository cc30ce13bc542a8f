"""Blocks world."""

import pytest

from tasks import BadParameter
from tasks.puzzles.blocks_world import stacks
from tasks.puzzles.blocks_world.puzzle import PUZZLE
from tests.contract.samples import explored
from tests.tasks.forms.item_answers import labelled, problem
from tests.tasks.forms.move_answers import WRONG, asked, gone_wrong, right
from tests.tasks.forms.move_dialects import block_name

KNOWN, INSTANCE = problem("blocks_world", 0, size=8)


def test_instance_never_changes() -> None:
    """Four blocks of two stacks take turns in one."""
    known, instance = problem("blocks_world", 0, size=4)
    assert known.describe(instance, known.state_after(instance, 7)).startswith("Stack 0: C, A, D, B (bottom")
    assert asked(known, instance, right(known, instance)) == (
        'moves = [["B", 0, 2], ["D", 1, 2], ["A", 0, 2], ["C", 1, 0], ["A", 2, 0], ["D", 2, 0], ["B", 2, 0]]'
    )


@pytest.mark.parametrize("size", range(2, 9))
def test_interleaving_takes_two_moves_a_block_but_one(size: int) -> None:
    """As a search finds, for even numbers and odd."""
    known, instance = problem("blocks_world", 0, size=size)
    start, goal = known.start(instance), known.state_after(instance, 2 * size - 1)
    assert known.fewest_steps(instance) == 2 * size - 1 == len(stacks.shortest(start, goal))


@pytest.mark.parametrize("size", [3, 4])
def test_the_search_is_exact(size: int) -> None:
    """As short as breadth-first search finds, from every state."""
    known, instance = problem("blocks_world", 1, size=size, arrangement="random")
    found = explored(known, instance)
    assert found is not None
    goal = known.state_after(instance, known.fewest_steps(instance) or 0)
    for state, distance in found.distances([goal]).items():
        assert len(stacks.shortest(state, goal)) == distance >= stacks.at_least(state, goal)


@pytest.mark.parametrize("size", [4, 7, 9, 10, 40, 200])
def test_random_states_have_a_bound(size: int) -> None:
    """Up to nine blocks the fewest moves are proven; beyond, a bound from below is."""
    for seed in range(3):
        instance = PUZZLE.generate({"size": size, "arrangement": "random"}, seed)
        found = PUZZLE.fewest_steps(instance)
        assert PUZZLE.optimal(instance) == (size <= 9)
        assert PUZZLE.at_least(instance) <= found <= size * (size + 3) / 2
        assert (PUZZLE.at_least(instance) == found) or size > 9


@pytest.mark.parametrize("size", [2, 3, 4])
def test_interleaving_has_one_shortest_way(size: int) -> None:
    """By exhaustive search: at each of its distances there is just one state on a shortest way."""
    known, instance = problem("blocks_world", 0, size=size)
    found, fewest = explored(known, instance), 2 * size - 1
    assert found is not None
    exact = found.distances([known.state_after(instance, fewest)])
    on_one = {state for state, depth in found.depth.items() if depth + exact[state] == fewest}
    assert on_one == {known.state_after(instance, count) for count in range(fewest + 1)}


@pytest.mark.parametrize("size", [10, 11, 60])
def test_beyond_the_search_the_distance_is_known_on_that_way(size: int) -> None:
    """And on no other state."""
    known, instance = problem("blocks_world", 0, size=size)
    way = [known.state_after(instance, count) for count in range(2 * size)]
    for count, state in enumerate(way):
        assert known.distance(instance, state) == 2 * size - 1 - count
        for row in known.options(instance, state):
            after = known.step(instance, state, row)
            assert (known.distance(instance, after) is None) == (after not in way)
    drawn = problem("blocks_world", 0, size=size, arrangement="random")[1]
    assert known.distance(drawn, known.start(drawn)) is None


def test_random_is_bounded_in_size() -> None:
    """The interleaved arrangement is not."""
    with pytest.raises(BadParameter, match="at most 200"):
        problem("blocks_world", 0, size=201, arrangement="random")
    assert problem("blocks_world", 0, size=600)[1].parameters.size == 600


def test_blocks_beyond_z_have_two_letters() -> None:
    """A … Z, AA, AB …"""
    known, instance = problem("blocks_world", 0, size=30)
    text = asked(known, instance, right(known, instance))
    assert '["Z", 1, 2]' in text
    assert '["AD", 1, 2]' in text
    assert labelled(known, instance, text).label == "solved"


def test_drawn_names() -> None:
    """Pairs of letters by the seed; a block that there is not is an error there."""
    known, instance = problem("blocks_world", 5, size=8, names="renamed")
    rows = right(known, instance)
    assert labelled(known, instance, asked(known, instance, rows)).label == "solved"
    assert labelled(known, instance, asked(KNOWN, INSTANCE, rows)).first_error == 1


def test_only_the_top_block_moves() -> None:
    """Another is refused, and told."""
    start = KNOWN.start(INSTANCE)
    assert KNOWN.step(INSTANCE, start, (0, 0, 2)) is None
    assert KNOWN.why_not(INSTANCE, start, (0, 0, 2)) == "block A is not on top of stack 0; block D is"


def test_a_wrong_step_in_a_random_arrangement() -> None:
    """An illegal move is found where it stands."""
    known, instance = problem("blocks_world", 2, size=7, arrangement="random")
    verdict = labelled(known, instance, asked(known, instance, gone_wrong(known, instance)))
    assert (verdict.label, verdict.first_error) == ("logic_error", WRONG)


def test_stacks_drawn_between_moves_are_no_moves() -> None:
    """After each move the stacks may be drawn."""
    told = []
    for number, (block, source, target) in enumerate(right(KNOWN, INSTANCE), start=1):
        told.append(f'{number}. ["{block_name(block)}", {source}, {target}]')
        state = KNOWN.state_after(INSTANCE, number)
        told.append(f"   Stacks: {[[block_name(block) for block in blocks] for blocks in state]}")
        told.append(KNOWN.describe(INSTANCE, state))
    assert labelled(KNOWN, INSTANCE, "\n".join(told)).label == "solved"
