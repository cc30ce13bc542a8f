"""Checker jumping."""

from time import process_time

import pytest

from tasks import Row, Steps
from tests.contract.samples import explored
from tests.tasks.forms.item_answers import labelled, problem
from tests.tasks.forms.move_answers import asked, right
from tests.tasks.forms.move_dialects import INITIALS

KNOWN, INSTANCE = problem("checker_jumping", 0, size=3)


def test_instance_never_changes() -> None:
    """Two of each colour, eight moves."""
    known, instance = problem("checker_jumping", 0, size=2)
    assert asked(known, instance, right(known, instance)) == (
        'moves = [["R", 1, 2], ["B", 3, 1], ["B", 4, 3], ["R", 2, 4], ["R", 0, 2], ["B", 1, 0], '
        '["B", 3, 1], ["R", 2, 3]]'
    )


def test_fewest_moves() -> None:
    """(N + 1)^2 - 1; every way to the goal is as long."""
    for size in range(1, 6):
        known, instance = problem("checker_jumping", 0, size=size)
        assert known.fewest_steps(instance) == (size + 1) ** 2 - 1
        found = explored(known, instance)
        if found is not None:
            goal = next(state for state in found.after if known.is_goal(instance, state))
            assert found.depth[goal] == (size + 1) ** 2 - 1


def test_exactly_two_solutions() -> None:
    """Beside the states of the two solutions all that can be reached are dead ends."""
    for size in range(1, 6):
        known, instance = problem("checker_jumping", 0, size=size)
        found = explored(known, instance)
        if found is None:
            continue
        goals = [state for state in found.after if known.is_goal(instance, state)]
        fewest = known.fewest_steps(instance) or 0
        assert len(found.distances(goals)) == 2 * (fewest - 1) + 2


@pytest.mark.parametrize(
    ("state", "row", "why"),
    [
        ("RR_BB", (0, 0, 2), "its own colour"),
        ("RR_BB", (0, 0, 1), "not empty"),
        ("RR_BB", (1, 1, 2), "other colour"),
        ("RR_BB", (0, 2, 3), "is empty"),
        ("RR_BB", (0, 1, 5), "no position 5"),
        ("R_RBB", (0, 2, 1), "backwards"),
        ("BR_RB", (1, 0, 2), "backwards"),
        ("_BRBR", (1, 3, 0), "too far"),
    ],
)
def test_rules(state: str, row: Row, why: str) -> None:
    """Forwards, one place or over one of the other colour."""
    known, instance = problem("checker_jumping", 0, size=2)
    assert known.step(instance, state, row) is None
    assert why in known.why_not(instance, state, row)


def test_a_dead_end_is_lost_there() -> None:
    """A legal move into a dead end is on no shortest way."""
    rows = [*right(KNOWN, INSTANCE)[:1], (0, 1, 2)]
    verdict = labelled(KNOWN, INSTANCE, asked(KNOWN, INSTANCE, rows))
    assert (verdict.label, verdict.first_error, verdict.lost_at) == ("logic_error", None, 2)


def test_a_million_moves() -> None:
    """The largest board is replayed in seconds."""
    known, instance = problem("checker_jumping", 0, size=1000)
    steps = Steps.of(known.solution(instance), 3)
    began = process_time()
    advance = known.advance(instance, known.start(instance), steps)
    assert advance.goal_at == len(steps) == 1_002_000
    assert process_time() - began < 10


def test_drawn_colours() -> None:
    """Other colours by the seed; answers in red and blue are then of no use."""
    known, instance = problem("checker_jumping", 1, size=3, names="renamed")
    text = asked(known, instance, right(known, instance))
    assert labelled(known, instance, text).label == "solved"
    assert labelled(known, instance, asked(KNOWN, INSTANCE, right(KNOWN, INSTANCE))).label != "solved"


def test_rows_drawn_between_moves_are_no_moves() -> None:
    """After each move the board may be drawn."""
    told = []
    for number, (colour, source, target) in enumerate(right(KNOWN, INSTANCE), start=1):
        told.append(f'{number}. ["{INITIALS[colour]}", {source}, {target}]')
        state = KNOWN.state_after(INSTANCE, number)
        told.append(f"   Board: {list(state)}, {KNOWN.describe(INSTANCE, state)}")
    assert labelled(KNOWN, INSTANCE, "\n".join(told)).label == "solved"
