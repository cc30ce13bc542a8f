"""Answers without the middle of their long lists."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.labelling.excerpts import ExcerptPiece, StepStretch, abridged, stretches
from evals.record.outcome import Evidence
from tasks import Problem, puzzle

HANOI = puzzle("hanoi")
FIVE = HANOI.generate({"size": 5})
ANSWER = "".join(HANOI.format(FIVE, HANOI.solution(FIVE)))


def lettered(text: str) -> StepStretch:
    """A run whose steps are the letters of a text such as `a,b,c`."""
    places = [match.span() for match in re.finditer(r"\w", text)]
    return StepStretch(places[0][0], places[-1][1], len(places), places.__getitem__)


def mark(text: str, words: str, shows: str = "elision") -> Evidence:
    start = text.index(words)
    return Evidence(turn=1, field="content", start=start, end=start + len(words), quote=words, shows=shows)


def joined(pieces: tuple[ExcerptPiece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def read(text: str, keep: int = 2, *marks: Evidence, prose: int | None = None) -> str:
    return joined(abridged(text, stretches(Problem(HANOI, FIVE), text), keep, marks=marks, prose=prose))


@pytest.mark.parametrize(
    ("text", "keep", "shown"),
    [
        ("a,b,c,d,e,f,g,h", 2, "a,b [… 4 steps …] g,h"),
        ("a,b,c,d,e,f,g", 2, "a,b [… 3 steps …] f,g"),
        ("a,b,c,d,e,f", 2, "a,b,c,d,e,f"),
        ("a\nb\nc\nd\ne\nf", 1, "a\n[… 4 steps …]\nf"),
        ("1. a\n2. b;\n3. c;\n4. d;\n5. e", 1, "1. a\n[… 3 steps …]\n5. e"),
        ("a", 1, "a"),
    ],
    ids=["folded", "just-long-enough", "too-short", "lines", "whole-lines", "single"],
)
def test_folds(text: str, keep: int, shown: str) -> None:
    """Of a long run its ends stay; lines are left out whole; two steps are not worth leaving out."""
    steps = re.sub(r"\d", " ", text)
    assert joined(abridged(text, [lettered(steps)], keep)) == shown


def test_a_mark_stays_with_its_neighbours() -> None:
    """A marked step is a piece of its own, with as many steps beside it as at the ends."""
    text = "a,b,c,d,e,f,g,h,i,j,k,l,m,n"
    pieces = abridged(text, [lettered(text)], 1, marks=[mark(text, "h", "first_error")])
    assert joined(pieces) == "a [… 5 steps …] g,h,i [… 4 steps …] n"
    assert [piece.text for piece in pieces if piece.shows == ("first_error",)] == ["h"]
    assert [piece.text for piece in pieces if piece.folded] == [" [… 5 steps …] ", " [… 4 steps …] "]


def test_a_mark_between_steps() -> None:
    """A mark between two steps stays with the steps on either side."""
    text = "a,b,c,d,e,f,…,g,h,i,j,k,l"
    assert joined(abridged(text, [lettered(text)], 1, marks=[mark(text, "…")])) == (
        "a [… 4 steps …] f,…,g [… 4 steps …] l"
    )


def test_marks_that_overlap() -> None:
    """Where two marks overlap, each piece says all that it shows."""
    pieces = abridged(
        "one two three", (), marks=[mark("one two", "one two"), mark("one two three", "two three", "x")]
    )
    assert [(piece.text, piece.shows) for piece in pieces] == [
        ("one ", ("elision",)),
        ("two", ("elision", "x")),
        (" three", ("x",)),
    ]


def test_a_mark_beyond_the_text() -> None:
    """Evidence that does not fit the text is passed over."""
    assert abridged("abc", (), marks=[mark("abc def", "def")]) == (ExcerptPiece("abc"),)


def test_long_prose() -> None:
    """Of long prose the ends stay, and what stands around a mark."""
    text = "a" * 1000 + "MARK" + "b" * 1000
    shown = joined(abridged(text, (), marks=[mark(text, "MARK")], prose=100))
    assert shown == (
        "a" * 50
        + " [… 750 characters …] "
        + "a" * 200
        + "MARK"
        + "b" * 200
        + " [… 750 characters …] "
        + "b" * 50
    )


def test_prose_between_offsets() -> None:
    """Only what stands between the offsets is shown."""
    assert joined(abridged("<think>x</think>abc", (), start=16)) == "abc"
    assert joined(abridged("<think>x</think>abc", (), end=16)) == "<think>x</think>"


def test_a_list_of_an_answer() -> None:
    """The steps of an answer are found in the form they are written in."""
    assert read(f"Here you are:\n{ANSWER}\nDone.") == (
        "Here you are:\nmoves = [[1, 0, 2], [2, 0, 1] [… 27 steps …] [2, 1, 2], [1, 0, 2]]\nDone."
    )


def test_routine_commentary_is_left_out_too() -> None:
    """What stands between all steps alike is no end of a run; what stands there once is."""
    rows = list(HANOI.solution(FIVE))
    lines = [
        f"**Step {n}:** Move disk {d} from Peg {a} to Peg {b}\n- Peg 0: looks fine\n"
        for n, (d, a, b) in enumerate(rows, 1)
    ]
    assert read("".join(lines)).count("Step") == 4
    shown = read("".join([*lines[:15], "I am half through, and tired\n", *lines[15:]]))
    assert "tired" in shown
    assert shown.count("Step") == 8


def test_a_million_steps_are_soon_found() -> None:
    """A mark in the middle of a long list is looked up, not searched for."""
    big = StepStretch(0, 10_000_000, 1_000_000, lambda index: (10 * index, 10 * index + 9))
    text = "[1, 0, 2]," * 1_000_000
    place = Evidence(turn=1, field="content", start=5_000_000, end=5_000_009, quote="x", shows="first_error")
    shown = joined(abridged(text, [big], 1, marks=[place]))
    assert shown.count("[1, 0, 2]") == 5
    assert "499,998 steps" in shown


@given(
    pieces=st.lists(
        st.sampled_from([ANSWER, "[1, 0, 2], ", "and so on ", "\n", "…", "word " * 40, "[9"]), max_size=12
    ),
    spans=st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 50)), max_size=3),
    keep=st.integers(1, 4),
    prose=st.none() | st.integers(0, 200),
)
def test_what_is_shown_is_the_text(
    pieces: list[str], spans: list[tuple[int, int]], keep: int, prose: int | None
) -> None:
    """Whatever the text: all that is shown stands in it in this order, and every mark's ends are shown."""
    text = "".join(pieces)
    marks = [
        Evidence(turn=1, field="content", start=at, end=at + length, quote="x", shows="elision")
        for at, length in spans
        if at + length <= len(text)
    ]
    made = abridged(text, stretches(Problem(HANOI, FIVE), text), keep, marks=marks, prose=prose)
    at = 0
    for piece in made:
        if not piece.folded:
            at = text.index(piece.text, at) + len(piece.text)
    if not any(piece.folded for piece in made):
        assert joined(made) == text
    assert sum(len(piece.text) for piece in made if piece.shows) >= len(
        {n for m in marks for n in (m.start, m.end - 1)}
    )
