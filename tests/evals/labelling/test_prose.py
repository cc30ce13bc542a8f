"""Prose of an answer: which of its sentences are looked at, where they stand, and what is a heading."""

import pytest

from evals.labelling.prose import Place, Sentence, sentences


def test_where_sentences_stand() -> None:
    """Before, inside and behind the list, without bullets and programs; in an answer without one, alone."""
    text = "Here it is:\n1,2\nGood so far.\n3,4\n- That is all. It took a while!\nprint(x)\n"
    steps = [(12, 15), (29, 32)]
    found = [(one.text, one.place) for one in sentences(text, steps, (12, 32))]
    assert found == [
        ("Here it is:", Place.BEFORE),
        ("Good so far.", Place.INSIDE),
        ("That is all.", Place.AFTER),
        ("It took a while!", Place.AFTER),
    ]
    assert {one.place for one in sentences(text, steps, None)} == {Place.ALONE}
    for one in sentences(text, steps, (12, 32)):
        assert text[one.start : one.end] == one.text


def test_steps_may_overlap() -> None:
    """What two forms both read is no prose."""
    found = sentences("so then one two three four, so it is", [(8, 22), (12, 15), (17, 27)], None)
    assert [one.text for one in found] == ["so then", "so it is"]


@pytest.mark.parametrize(("count", "seen"), [(24, 24), (25, 24), (40, 24)])
def test_of_much_prose_both_ends_are_looked_at(count: int, seen: int) -> None:
    """Twelve sentences from either end."""
    text = "\n".join(f"Line number {number}." for number in range(count))
    found = [one.text for one in sentences(text, [], None)]
    assert len(found) == seen
    assert (found[0], found[11], found[-1]) == (
        "Line number 0.",
        "Line number 11.",
        f"Line number {count - 1}.",
    )
    assert found[12] == f"Line number {count - 12}."


def test_of_very_long_prose_the_middle_is_not_read() -> None:
    """Twenty thousand characters from either end, and whole lines."""
    text = "Begin here now.\n" + "y" * 60_000 + "\nEnd there now."
    assert [one.text for one in sentences(text, [], None)][0::2] == ["Begin here now.", "End there now."]


def test_comments_between_steps_are_not_all_looked_at() -> None:
    """Twenty-four of them, and those behind the list whatever their number."""
    rows = [f"{number:02}: then on we go\n" for number in range(40)]
    text = "".join(rows) + "That was all."
    width = len(rows[0])
    steps = [(width * number, width * number + 2) for number in range(40)]
    found = sentences(text, steps, (0, steps[-1][1]))
    assert sum(one.place is Place.INSIDE for one in found) == 24
    assert found[-1].text == "That was all."


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("The moves:", True),
        ("**The moves:**", True),
        ("The moves\uff1a", True),
        ("The moves.", False),
        ("x" * 79 + ":", True),
        ("x" * 80 + ":", False),
    ],
)
def test_a_heading_is_short_and_leads_on(text: str, heads: bool) -> None:
    assert Sentence(0, len(text), text, Place.BEFORE).heads is heads
