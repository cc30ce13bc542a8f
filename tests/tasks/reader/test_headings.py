"""What a heading says of the block of steps under it."""

import pytest

from tasks.reader.headings import (
    _FINAL_NEAR,
    Announcement,
    _parts,
    announces_answer,
    said_before,
    speaks_anew,
)

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


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "one i a eins un une uno um een"),
        (2, "two ii b zwei deux dos due dois twee"),
        (3, "three iii c drei trois tres tre drie"),
        (4, "four iv d vier quatre cuatro quattro"),
        (5, "five v e f\u00fcnf funf cinq cinco cinque vijf"),
    ],
)
def test_parts_that_are_numbered_in_words(number: int, words: str) -> None:
    """In any language; those of the first begin anew, the others go on."""
    for word in words.split():
        assert list(_parts(f"part {word}:", 0, 99)) == [number], word
        said = said_before(f"part {word}:", 0, 99, 8, elided=False)
        assert said is (ANEW if number == 1 else ON), word


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("part 2", [2]),
        ("part 1 and part 12", [1, 12]),
        ("part #3", [3]),
        ("part no. 4", [4]),
        ("part 2.5", []),
        ("apart 2", []),
        ("2/3", [2]),
        ("(2 of 3)", [2]),
        ("2 of 3 moves", []),
        ("moves_2 =", [2]),
        ("list3=", [3]),
        ("moves_2", []),
        ("part two, say", [2]),
        ("part two moves", []),
        ("so part two:", []),
    ],
)
def test_which_part_it_is(text: str, parts: list[int]) -> None:
    """By its number, by a fraction of its own line, or by the name of a variable."""
    assert list(_parts(text, 0, len(text))) == parts


def test_a_heading_at_the_very_beginning() -> None:
    """Of a text that is nothing else."""
    for said, written, expected in (
        ("9. step 9", 8, ON),
        ("step 9", 8, ON),
        ("step 9", 9, NOTHING),
        ("steps 1-8", 8, ANEW),
        ("1-8 steps", 8, NOTHING),
        ("9-16", 8, ON),
    ):
        assert said_before(said, 0, len(said), written, elided=False) is expected, (said, written)


def test_what_a_range_is_of() -> None:
    """What stands right before it, up to thirty characters, and behind the last list alone."""
    for word in ("steps", "moves", "schritte", "pasos"):
        assert said_before(f"{word} 1-8", 0, 99, 8, elided=False) is ANEW
        assert said_before(f"{word} *# 1-8", 0, 99, 8, elided=False) is ANEW
    assert said_before("steps so 1-8", 0, 99, 8, elided=False) is NOTHING
    assert said_before("steps 1-8", 3, 99, 8, elided=False) is NOTHING


def test_places_in_order() -> None:
    """`Next` goes on though something is left out; `last` does not, and a correction never."""
    for said, plain, elided in (
        ("next moves:", ON, ON),
        ("second part:", ON, ON),
        ("the remaining moves:", ON, NOTHING),
        ("last part:", ON, NOTHING),
        ("part last", ON, NOTHING),
        ("moves += [", ON, ON),
        ("continued:", ON, ON),
        ("first moves:", ANEW, ANEW),
        ("initial moves", ANEW, ANEW),
        ("next moves, again:", NOTHING, NOTHING),
        ("part 2 (corrected)", NOTHING, NOTHING),
    ):
        assert said_before(said, 0, 99, 8, elided=False) is plain, said
        assert said_before(said, 0, 99, 8, elided=True) is elided, said


def test_only_what_stands_within_reach_is_a_heading() -> None:
    """To the character: three hundred before a block for what is said of it, two hundred for an answer."""
    for far in (293, 294, 295):
        said = said_before(f"part 2{'.' * far}", 0, 6 + far, 8, elided=False)
        assert said is (ON if far <= 294 else NOTHING), far
        assert speaks_anew(f"redo{'.' * (far + 2)}", 0, far + 6) is (far <= 294), far
    assert _FINAL_NEAR == 200
    assert said_before("part 2" + "." * 50, 1, 56, 8, elided=False) is NOTHING
