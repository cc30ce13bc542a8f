"""Linear Hanoi."""

import pytest

from tasks import BadParameter
from tests.contract.samples import explored
from tests.tasks.forms.item_answers import labelled, problem
from tests.tasks.forms.move_answers import asked, right

KNOWN, INSTANCE = problem("hanoi_linear", 0, size=3)


def test_instance_never_changes() -> None:
    """Two disks, eight moves."""
    known, instance = problem("hanoi_linear", 0, size=2)
    assert asked(known, instance, right(known, instance)) == (
        "moves = [[1, 0, 1], [1, 1, 2], [2, 0, 1], [1, 2, 1], [1, 1, 0], [2, 1, 2], [1, 0, 1], [1, 1, 2]]"
    )


def test_every_state_is_visited() -> None:
    """3^N - 1 moves lead through all 3^N states, and there is no other way."""
    for size in range(1, 6):
        known, instance = problem("hanoi_linear", 0, size=size)
        states = {known.state_after(instance, count) for count in range(3**size)}
        found = explored(known, instance)
        assert known.fewest_steps(instance) == 3**size - 1
        assert len(states) == 3**size
        if found is not None:
            assert set(found.after) == states
            assert max(len(steps) for steps in found.after.values()) <= 2


def test_disks_go_to_the_next_peg_only() -> None:
    """From one end to the other in one move is illegal, and said to be."""
    assert KNOWN.step(INSTANCE, KNOWN.start(INSTANCE), (1, 0, 2)) is None
    assert "cannot go from peg 0 to peg 2" in KNOWN.why_not(INSTANCE, KNOWN.start(INSTANCE), (1, 0, 2))
    verdict = labelled(KNOWN, INSTANCE, "moves = [[1, 0, 2], [2, 0, 1], [1, 2, 1], [3, 0, 2]]")
    assert (verdict.label, verdict.first_error) == ("logic_error", 1)


def test_the_way_back() -> None:
    """From the other end, and with pegs counted from 1."""
    known, instance = problem("hanoi_linear", 0, size=2, start=2, base=1)
    assert asked(known, instance, right(known, instance)).startswith(
        "moves = [[1, 3, 2], [1, 2, 1], [2, 3, 2]"
    )


def test_a_control_has_no_solution() -> None:
    """Forwards only two disks get in each other's way: whoever says so is right."""
    known, instance = problem("hanoi_linear", 0, size=3, unsolvable=True)
    assert known.fewest_steps(instance) is None
    told = labelled(known, instance, "With disks going forwards only, this puzzle cannot be solved.")
    assert told.label == "solved"
    tried = labelled(known, instance, asked(KNOWN, INSTANCE, right(KNOWN, INSTANCE)))
    assert (tried.label, tried.first_error) == ("logic_error", 4)
    with pytest.raises(BadParameter, match="'unsolvable'"):
        problem("hanoi_linear", 0, size=1, unsolvable=True)


def test_drawn_names() -> None:
    """Other pegs and disks by the seed; the answer is read in them, with pegs counted too."""
    known, instance = problem("hanoi_linear", 4, size=3, names="renamed")
    rows = right(known, instance)
    text = asked(known, instance, rows)
    assert labelled(known, instance, text).label == "solved"
    counted = f"moves = {[list(row) for row in rows]}"
    assert counted != text
    assert labelled(known, instance, counted).label == "solved"
    plain = asked(KNOWN, INSTANCE, right(KNOWN, INSTANCE))
    assert labelled(known, instance, plain).first_error == 1


def test_turning_back_is_lost_there() -> None:
    """A legal move back is on no shortest way."""
    rows = right(KNOWN, INSTANCE)
    back = [*rows[:6], (rows[5][0], rows[5][2], rows[5][1])]
    verdict = labelled(KNOWN, INSTANCE, asked(KNOWN, INSTANCE, back))
    assert (verdict.label, verdict.first_error, verdict.lost_at) == ("logic_error", None, 7)
