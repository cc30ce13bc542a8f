"""Chinese rings."""

import pytest

from tests.tasks.forms.item_answers import labelled, problem
from tests.tasks.forms.move_answers import asked, right

KNOWN, INSTANCE = problem("chinese_rings", 0, size=5)
ON_OFF = ("off", "on")
DONE = ("Take off ring", "Put on ring")


def test_instance_never_changes() -> None:
    """Four rings, as everybody takes them off."""
    known, instance = problem("chinese_rings", 0, size=4)
    assert asked(known, instance, right(known, instance)) == (
        'moves = [["off", 2], ["off", 1], ["off", 4], ["on", 1], ["on", 2], ["off", 1], ["off", 3], '
        '["on", 1], ["off", 2], ["off", 1]]'
    )


@pytest.mark.parametrize("goal", ["off", "on"])
def test_fewest_moves(goal: str) -> None:
    """(2^(n+1) - 2) / 3 for even n, (2^(n+1) - 1) / 3 for odd n; as many the other way round."""
    for size in range(1, 31):
        known, instance = problem("chinese_rings", 0, size=size, goal=goal)
        assert known.fewest_steps(instance) == (2 ** (size + 1) - (2 if size % 2 == 0 else 1)) // 3


def test_rules() -> None:
    """The first ring at any time; another when the one before it is on and all before that are off."""
    state = 0b00110  # rings 2 and 3 are on
    legal = {ring for ring in range(1, 6) if KNOWN.step(INSTANCE, state, (1 - (state >> ring - 1 & 1), ring))}
    assert legal == {1, 3}
    assert KNOWN.step(INSTANCE, state, (1, 3)) is None
    assert "already" in KNOWN.why_not(INSTANCE, state, (1, 3))
    assert "needs ring 1 on" in KNOWN.why_not(INSTANCE, state, (0, 2))
    assert "needs all rings before ring 3 off" in KNOWN.why_not(INSTANCE, state, (1, 4))


def test_drawn_names_are_read_in_their_order() -> None:
    """Rings are told by the prompt's numbers; a ring that there is not is an error there."""
    known, instance = problem("chinese_rings", 1, size=5, names="renamed")
    rows = right(known, instance)
    text = asked(known, instance, rows)
    assert labelled(known, instance, text).label == "solved"
    assert text not in asked(*problem("chinese_rings", 2, size=5, names="renamed"), rows)
    assert labelled(known, instance, asked(KNOWN, INSTANCE, rows)).first_error == 1


@pytest.mark.parametrize(
    "text",
    [
        "To take off ring 5 you first have to remove rings 1 to 3. All 21 moves are too many to list here.",
        "Before you can remove ring 3, ring 2 must be on. I will not write out the whole sequence.",
    ],
)
def test_methods_are_no_moves(text: str) -> None:
    """What would have to be done to take a ring off is not a move."""
    assert labelled(KNOWN, INSTANCE, text).label == "refusal"


def test_states_told_between_moves_are_no_moves() -> None:
    """Which rings are on after each move may be said."""
    told = []
    for number, (to, ring) in enumerate(right(KNOWN, INSTANCE), start=1):
        told.append(f"{number}. {DONE[to]} {ring}")
        told.append(f"   {KNOWN.describe(INSTANCE, KNOWN.state_after(INSTANCE, number))}")
    assert labelled(KNOWN, INSTANCE, "\n".join(told)).label == "solved"
