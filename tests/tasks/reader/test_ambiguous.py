"""Other readings of a text: each with an example, and with the way back to what was received."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.labelling.rules import label
from evals.record.outcome import Label
from tasks import problem
from tasks.reader.canonical import canonical
from tasks.reader.canonical.ambiguous import readings
from tasks.reader.canonical.rewriting import Rearranged

EXAMPLES = [
    (r"1\n2\n3", "1\n2\n3"),
    (r"$1\,0\,1$", "101"),
    (r"$q_1 \xrightarrow{a} q_2$", "q1 → q2"),
    ("\u20134, 5", "-4, 5"),
    ("1.234\n1.235", "1234\n1235"),
    ("| 1 | 2 |\n|---|---|\n| 3 | 4 |", "| 1 | 2 |\n| 3 | 4 |"),
    ("q2 \u2014a\u2192 q5 \u2014b\u2192 q1", "q2 → q5 → q1"),
    ("E02 D02 I12", "E,0,2\nD,0,2\nI,1,2\n"),
    ("102 201 121", "1,0,2\n2,0,1\n1,2,1\n"),
    ("from pila zero to pila due, from pila uno", "from pila 0 to pila 2, from pila 1"),
    ("| 1 | 2 |\n|---|---|\n| 3 | 4 |\n| 5 | 6 |", "1\n2\n3\n4\n5\n6\n"),
    ("1 ant   3 cat\n2 bee   4 dog\n5 emu   6 fox", "1 ant\n2 bee\n3 cat\n4 dog\n5 emu\n6 fox\n"),
    ("ant   dog\nbee   emu\ncat   fox", "ant\nbee\ncat\ndog\nemu\nfox\n"),
    (
        "disk 1 2 1 3\nfrom 0 0 2 0\nto   2 1 1 2",
        "disk 1 from 0 to 2\ndisk 2 from 0 to 1\ndisk 1 from 2 to 1\ndisk 3 from 0 to 2\n",
    ),
]


@pytest.mark.parametrize(("text", "other"), EXAMPLES)
def test_examples(text: str, other: str) -> None:
    assert other in {reading.text for reading in readings(text)}


@pytest.mark.parametrize(
    "text", ["[[1, 0, 2], [2, 0, 1]]", "1\n2\n3", "apple, pear", "Move it to one side.", ""]
)
def test_what_is_clear_has_no_other_reading(text: str) -> None:
    assert not list(canonical(text).alternatives())


@given(
    st.lists(
        st.lists(st.sampled_from(["a1", "b", "7", "cc"]), min_size=2, max_size=4), min_size=3, max_size=6
    )
)
def test_the_way_back_from_rearranged_parts(rows: list[list[str]]) -> None:
    text = "x\n" + "\n".join("   ".join(row) for row in rows) + "\ny"
    for reading in readings(text):
        if isinstance(reading, Rearranged):
            at = 0
            for part in reading.text.split():
                at = reading.text.index(part, at)
                assert text[slice(*reading.span(at, at + len(part)))] == part
                at += len(part)


ORDINALS = (
    "The smaller one from the first peg to the second peg. The larger one from the first peg to the last "
    "peg. The smaller one from the second peg to the last peg."
)
TOLD = {
    "a list by columns": ("counting", 9, "1   4   7\n2   5   8\n3   6   9"),
    "a table by rows": ("counting", 9, "| 1 | 2 | 3 |\n|---|---|---|\n| 4 | 5 | 6 |\n| 7 | 8 | 9 |"),
    "Arabic commas": ("counting", 5, "1\u060c 2\u060c 3\u060c 4\u060c 5"),
    "codes": (
        "hanoi",
        2,
        "101 202 112",
    ),
    "ordinals": ("hanoi", 2, ORDINALS),
    "signs for rings": ("chinese_rings", 3, "-1, -3, +1, -2, -1"),
    "rings in Turkish": (
        "chinese_rings",
        3,
        "1. \u00e7\u0131kar 1\n2. \u00e7\u0131kar 3\n3. tak 1\n4. \u00e7\u0131kar 2\n5. \u00e7\u0131kar 1",
    ),
}


@pytest.mark.parametrize(("name", "size", "text"), TOLD.values(), ids=TOLD)
def test_solved_in_other_layouts(name: str, size: int, text: str) -> None:
    assert label(problem(name, {"size": size}, 0), text).label is Label.SOLVED


def test_a_call_is_no_step() -> None:
    instance = problem("hanoi", {"size": 8}, 0)
    assert not instance.read("moves = [hanoi(7, 0, 1), hanoi(7, 1, 2)]").found
