"""Each step of what was found is where a search of the whole text finds it."""

import pytest

from tasks import Steps, problem
from tasks.reader import columns
from tasks.reader.found import Found
from tasks.reader.pieces import Memory
from tests.tasks.reader.test_pieces import FORMS, pieced, searched

TEXTS = {
    "triple": [
        "[1, 0, 2], [2,0,1], [1, 2, 1]",
        "[1, 0, 2]",
        "so [1, 0, 2] so [2,0,1] [1,2,1] so",
        "moves = [[1, 0, 2], [2, 0, 1]]\n[] ] [3, 0, 2]]",
        "]]][1,0,2]]][2,0,1],[1,2,1]",
        "x" * 300 + "[1,0,2], [2,0,1]" + "y" * 300 + "[1,2,1], [3,0,2], [1,1,0]",
        "[1,0,2]" + " " * 250 + "[2,0,1]," + "\n" * 201 + "[1,2,1]",
    ],
    "row": [
        "1,0,2\n2,0,1\n1,2,1",
        "\n1,0,2\n\n2,0,1\n",
        "1,0,2\n" + " " * 250 + "\n2,0,1\n\n1,2,1",
        "so\n1,0,2\n \n2,0,1\nso\n1,2,1\n3,0,2\n1,1,0\n2,1,2",
    ],
    "line": ["1\n2\n3", "1\n\n\n2\n3\n\n4\n", "- 1\n- 2\nso\n- 3\n- 4\n- 5", "1,\n2,\n" + " " * 205 + "3\n4"],
    "inline": [
        "1, 2, 3, 4, 5",
        "so 1, 2, 3 so\nand 4, 5, 6\n7, 8, 9 so",
        "1, 2, 3\n\n4, 5, 6",
        "x" * 210 + " 1, 2, 3, " + " 4, 5" + "\n so 6, 7, 8, " + "9, " * 80 + "5",
        "1, 2,\n3, 4,\n5",
        "1, 2, " + "3, " * 70 + "4\n5, 6, 7",
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts])
def test_each_step_is_where_it_was_found(name: str, text: str) -> None:
    """Whether there is one in each piece of its run, several, or none; also if it was never remembered."""
    form = FORMS[name]
    found = pieced(form, text)
    assert found is not None
    _, _, places = searched(form, text)
    if name != "inline":
        assert len(places) == len(found.steps)
    for memory in (found.memory, Memory((form,))):
        again = Found(form, memory, text, found.steps, found.runs)
        spans = [again.span(index) for index in range(len(found.steps))]
        assert spans == places[: len(spans)]
        assert spans[::-1] == [again.span(index) for index in reversed(range(len(spans)))]


def test_a_span_that_is_cut_begins_in_the_middle_of_a_piece() -> None:
    """What stands before it in its piece is none of its steps."""
    form = FORMS["triple"]
    text = "[1,0,2 [2,0,1], [1,2,1], [3,0,2]"
    for start in range(len(text)):
        found = next(columns.find_in_pieces(Memory((form,)), text, [(start, len(text))]), None)
        if found is None:
            continue
        told = [text[slice(*found.span(index))] for index in range(len(found.steps))]
        assert told == ["[2,0,1]", "[1,2,1]", "[3,0,2]"][-len(told) :]


def test_what_nobody_said_of_what_was_found() -> None:
    """It is not ambiguous, has no numbers, and nothing at its edges."""
    plain = Found(FORMS["row"], None, "", Steps.of([], 3), ())
    assert (plain.ambiguous, plain.numbers, plain.places, plain.edges, plain.core) == (
        False,
        None,
        None,
        (),
        None,
    )


def test_rows_with_numbers_have_places_too() -> None:
    """Though nothing is remembered of them."""
    asked = problem("hanoi", {"size": 3})
    rows = ["1,0,2,3 2,,1", "2,0,1,3,2,1", "3,2,1,3,2 1,", "4,0,2,,2 1,3"]
    for text in ("\n".join(rows), "Rows:\n{}\n{}\nso\n{}\n{}\n".format(*rows)):
        (found,) = (one for one in asked.read(text).found if one.form.name == "tracked")
        assert [text[slice(*found.span(index))] for index in range(4)] == rows
