"""Certain marks: where an elision belongs to a list, and which numbers name what is missing."""

import pytest

from evals.labelling.marks import Mark, elision_behind, names_missing, phrases


@pytest.mark.parametrize(
    ("behind", "found"),
    [
        (" ...", 1),
        ("\n...", 1),
        ("\n\n...", None),
        (" and so\n\n...", None),
        ("\n\t\n...", 3),
        (" and \n \n...", None),
        (" ;\n \n...", 5),
        (" ;;\n \n...", None),
        (" x" * 198 + " ...", 397),
        (" x" * 199 + " ...", None),
        ("x" * 10, None),
    ],
)
def test_an_elision_right_behind_a_list(behind: str, found: int | None) -> None:
    """Within 400 characters, and not behind a blank line."""
    start = 5
    mark = elision_behind("1, 2," + behind, start, start + len(behind))
    assert (None if mark is None else mark.start - start) == found
    assert mark is None or mark.shows == "elision"


@pytest.mark.parametrize(
    ("said", "written", "needed", "quote"),
    [
        ("the other 21 moves are alike", 10, 31, "21"),
        ("the other 22 moves are alike", 9, 31, None),
        ("the other 10 moves are alike", 21, 31, "10"),
        ("the other 9 moves are alike", 22, 31, None),
        ("the other 21 people are alike", 10, 31, None),
        ("the other 1,013 legal moves", 10, 1023, "1,013"),
        ("the other 0 moves", 31, 31, None),
        ("the other 21 moves", 52, 31, None),
        ("moves 10 to 31", 10, 31, "10 to 31"),
        ("moves 11-31", 10, 31, "11-31"),
        ("moves 12-31", 10, 31, None),
        ("moves 9-31", 10, 31, None),
        ("moves 11-11", 10, 31, None),
        ("moves 11, 31", 10, 31, None),
        ("of 3 pegs: moves 11-31", 10, 31, "11-31"),
    ],
)
def test_numbers_that_name_what_is_missing(said: str, written: int, needed: int, quote: str | None) -> None:
    """From ten on: how many are left, with what they are, or a range that begins where the list ends."""
    text = f"1 2 3 {said}"
    mark = names_missing(text, 6, len(text), written, needed)
    assert (None if mark is None else text[mark.start : mark.end]) == quote
    assert mark is None or mark.shows == "omits"


def test_phrases_stand_in_order() -> None:
    """Each with what it shows."""
    text = "i'll stop here. i won't write this out. shall i continue? let me know if you want the rest"
    assert [mark.shows for mark in phrases(text, 0, len(text))] == ["omits", "declines", "offers", "offers"]
    assert list(phrases(text, 0, 12)) == []
    assert list(phrases(text, 0, 15)) == [Mark(0, 14, "omits")]
