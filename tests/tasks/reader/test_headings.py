"""What a heading says of the block of steps under it."""

import pytest

from tasks.reader.headings import Announcement, announces_answer, said_before, speaks_anew

ANEW, ON, NOTHING = Announcement.BEGINS_ANEW, Announcement.GOES_ON, Announcement.NOTHING


@pytest.mark.parametrize(
    ("said", "elided", "expected"),
    [
        ("steps 9 to 16:", False, ON),
        ("9-16", False, ON),
        ("steps 10 to 16:", False, ON),
        ("10-16", False, NOTHING),
        ("steps 1 to 8:", False, ANEW),
        ("1-8", False, NOTHING),
        ("from step 9 on", False, ON),
        ("from step 99 on", False, NOTHING),
        ("part 2", False, ON),
        ("part 1", False, ANEW),
        ("part two:", False, ON),
        ("part one:", False, ANEW),
        ("part b:", False, ON),
        ("2/3", False, ON),
        ("1 of 3", False, ANEW),
        ("moves_2 = ", False, ON),
        ("moves1 =", False, ANEW),
        ("the next few moves:", False, ON),
        ("the next few moves:", True, ON),
        ("the last 8 moves:", False, ON),
        ("the last 8 moves:", True, NOTHING),
        ("the first 8 moves:", True, ANEW),
        ("continued", True, ON),
        ("moves += [", False, ON),
        ("moves.extend([", False, ON),
        ("part 2, again", False, NOTHING),
        ("the next moves, corrected:", False, NOTHING),
        ("then we go on", False, NOTHING),
    ],
)
def test_what_a_heading_says(said: str, elided: bool, expected: Announcement) -> None:
    """Behind a list of eight steps: that it goes on, begins anew, or nothing."""
    text = f"8. so\n{said}\n9. so"
    assert said_before(text, 5, 7 + len(said), 8, elided=elided) is expected


def test_only_what_stands_near_is_its_heading() -> None:
    """Three hundred characters before it."""
    for far, expected in ((280, ON), (300, NOTHING)):
        text = "part 2\n" + "x" * far
        assert said_before(text, 0, len(text), 8, elided=False) is expected
    assert said_before("part 2\n...", 5, 10, 8, elided=False) is NOTHING


def test_nothing_goes_on_from_nothing() -> None:
    """Without a step written, a range from one on says nothing."""
    assert said_before("1-8", 0, 3, 0, elided=False) is NOTHING


@pytest.mark.parametrize(
    ("said", "announced"),
    [
        ("final answer:\n", True),
        ("the complete list of moves:\n[", True),
        ("answer:\n", False),
        ("final answer" + " x" * 20 + ":", True),
        ("final answer" + " x" * 20 + " :", False),
    ],
)
def test_the_answer_is_announced(said: str, announced: bool) -> None:
    assert announces_answer(said, 0, len(said)) is announced
    assert not announces_answer(said, len(said) - 1, len(said))


def test_far_before_nothing_is_announced_or_taken_back() -> None:
    """Two hundred characters before it for the one, three hundred for the other."""
    final, wrong = "final answer: " + " " * 9, "that is wrong" + "." * 286
    assert announces_answer(final, 0, len(final))
    assert speaks_anew(wrong, 0, len(wrong))
    assert not speaks_anew(wrong + "." * 10, 0, len(wrong) + 10)
    assert not speaks_anew(wrong, 13, len(wrong))
