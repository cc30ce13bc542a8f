"""A text that is read piece by piece holds what a search of the whole text finds, wherever it is cut."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import problem
from tasks.contract.puzzle import Form
from tasks.reader import columns
from tasks.reader.columns import find_in_pieces
from tasks.reader.found import Found
from tasks.reader.pieces import NOTHING, RUNS, Memory, picked, without_line_end

HANOI, COUNTING = problem("hanoi", {"size": 4}), problem("counting", {"size": 40})
FORMS = {form.name: form for of in (HANOI, COUNTING) for form in of.forms}
WRITTEN = {
    "triple": st.sampled_from(["[1, 0, 2]", "[2,0,1]", ", ", ",", "\n", " so ", "[", "]", "x" * 300]),
    "row": st.sampled_from(["1,0,2\n", "2,0,1\n", "1,2,1", "\n", " \n", "so it goes\n", "y" * 300 + "\n"]),
    "line": st.sampled_from(["1\n", "22\n", "333\n", "4", "\n", "- 5\n", "so it goes\n", "z" * 300 + "\n"]),
}


def searched(form: Form, text: str) -> tuple[list[int], list[tuple[int, int, int]], list[tuple[int, int]]]:
    """The values, the runs and the places of all steps, by the form's patterns alone."""
    matches = list(re.compile(form.step, form.flags).finditer(text))
    # Between rows and lines there may be any number of blank ones.
    blank = "" if form.name == "triple" else r"|\s+"
    joint = re.compile(rf"(?:{form.joint}){blank}", form.flags)
    values = [
        convert(cell)
        for one in matches
        for convert, cell in zip(form.columns, one.groups(), strict=True)
        if convert
    ]
    runs: list[tuple[int, int, int]] = []
    for one in matches:
        if runs and joint.fullmatch(text, runs[-1][1], one.start()):
            runs[-1] = (runs[-1][0], one.end(), runs[-1][2] + 1)
        else:
            runs.append((*one.span(), 1))
    return values, runs, [one.span() for one in matches]


def pieced(form: Form, text: str) -> Found | None:
    return next(find_in_pieces(Memory((form,)), text, [(0, len(text))]), None)


@pytest.mark.parametrize("name", WRITTEN)
@settings(max_examples=40)
@given(data=st.data(), chunk=st.sampled_from([5, 40, 500_000]), most=st.sampled_from([2, 50_000]))
def test_a_text_is_read_the_same_wherever_it_is_cut(
    name: str, data: st.DataObject, chunk: int, most: int
) -> None:
    """Values, runs, and the place of each step."""
    form = FORMS[name]
    text = "".join(data.draw(st.lists(WRITTEN[name], max_size=30)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(columns, "_CHUNK", chunk)
        patched.setattr(columns, "_MANY", 2)
        patched.setattr(Memory, "_MOST", most)
        found = pieced(form, text)
        values, runs, places = searched(form, text)
        if found is None:
            assert values == []
            return
        assert found.steps.values.tolist() == values
        assert [(run.start, run.end, run.count) for run in found.runs] == runs
        assert [found.span(index) for index in range(len(places))] == places
        assert [run.first for run in found.runs] == [
            sum(run[2] for run in runs[:at]) for at in range(len(runs))
        ]


def test_several_forms_and_spans_at_once() -> None:
    """Each form has the steps of all spans, in order; nothing outside them is read."""
    text = "1,0,2\n2,0,1\nMove disk 1 from peg 2 to peg 1\n1,2,0\n"
    forms = (FORMS["row"], FORMS["sentence"])
    found = {one.form.name: one for one in find_in_pieces(Memory(forms), text, [(0, 5), (12, len(text))])}
    assert found["row"].steps.values.tolist() == [1, 0, 2, 1, 2, 0]
    assert [(run.first, run.count) for run in found["row"].runs] == [(0, 1), (1, 1)]
    assert found["sentence"].steps.values.tolist() == [1, 2, 1]


@pytest.mark.parametrize(("count", "width"), [(999, 18), (1000, 18), (1001, 18), (1001, 19)])
def test_many_numbers_one_below_the_other(count: int, width: int) -> None:
    """They are taken at once where they are many and none is too long, and come to the same."""
    numbers = [10 ** (width - 1) + at for at in range(count)]
    found = pieced(FORMS["line"], "\n".join(map(str, numbers)))
    assert found is not None
    assert found.steps.values.tolist() == numbers
    assert [(run.start, run.end, run.count) for run in found.runs] == [(0, (width + 1) * count - 1, count)]


# --- what one piece holds


def kind(name: str, piece: str) -> tuple[str, int]:
    """What a piece is, and how many steps it has."""
    memory = Memory((FORMS[name],))
    (code,) = memory.codes([piece])
    return chr(memory.kinds[0][code]), memory.steps[0][code]


@pytest.mark.parametrize(
    ("name", "piece", "expected"),
    [
        ("row", "1,0,2", ("p", 1)),
        ("row", "1,0,2\r", ("p", 1)),
        ("row", "", ("b", 0)),
        ("row", " \t", ("b", 0)),
        ("row", "so", ("o", 0)),
        ("row", "1,0,2" + NOTHING, ("p", 1)),
        ("row", NOTHING, ("b", 0)),
        ("triple", "", ("o", 0)),
        ("triple", " [1, 0, 2", ("p", 1)),
        ("triple", ", [1, 0, 2", ("p", 1)),
        ("triple", "so [1, 0, 2", ("h", 1)),
        ("triple", "[1, 0, 2" + NOTHING, ("o", 0)),
        ("inline", "1, 2, 3", ("p", 3)),
        ("inline", "so 1, 2, 3", ("h", 3)),
        ("inline", "1, 2, 3 so", ("t", 3)),
        ("inline", "so 1, 2, 3 so", ("m", 3)),
        ("inline", "1, 2 so 3, 4", ("m", 4)),
    ],
)
def test_what_a_piece_is(name: str, piece: str, expected: tuple[str, int]) -> None:
    """Blank, without a step, or with text before, behind, beside or between its steps."""
    assert kind(name, piece) == expected


def test_runs_of_pieces() -> None:
    """What begins with text before it, goes on over blank ones, and ends with text behind it."""
    for kinds, runs in (
        (b"ppp", [b"ppp"]),
        (b"pbbp", [b"pbbp"]),
        (b"pb", [b"p"]),
        (b"hpt", [b"hpt"]),
        (b"hpbt", [b"hpbt"]),
        (b"hh", [b"h", b"h"]),
        (b"tp", [b"t", b"p"]),
        (b"pmp", [b"p", b"m", b"p"]),
        (b"pop", [b"p", b"p"]),
        (b"bob", []),
    ):
        assert RUNS.findall(kinds) == runs, kinds


def test_pieces_that_are_too_long_are_not_remembered() -> None:
    """More than two hundred characters; what they lend is used again."""
    memory = Memory((FORMS["line"], FORMS["inline"]))
    long = "1, 2, 3" + " " * 194
    assert (len(long), Memory.LONGEST) == (201, 200)
    codes = memory.codes(["1", long, long[:-1], "x" * 300, "1"])
    assert codes[0] == codes[4]
    assert len(set(codes)) == 4
    assert set(memory) == {"1", long[:-1]}
    assert [memory.sizes[code] for code in codes] == [1, 201, 200, 300, 1]
    assert [memory.steps[1][code] for code in codes] == [
        memory.steps[1][codes[0]],
        3,
        3,
        0,
        memory.steps[1][codes[0]],
    ]
    assert [memory.holds[code] >> 1 & 1 for code in codes[1:4]] == [1, 1, 0]
    again = memory.codes(["2", "y" * 250, long])
    assert len(memory.sizes) == 5
    assert [memory.sizes[code] for code in again] == [1, 250, 201]
    assert [memory.steps[1][code] for code in again[1:]] == [0, 3]
    assert memory.rows[1][again[2]] == memory.rows[1][codes[2]]
    assert [part[:2] for part in memory.stretches(long, 1)] == [(0, 7)]
    assert memory.stretches("so 4, 5, 6", 1)[0].start == 3


def test_what_is_remembered_is_forgotten_when_it_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """All at once, and only between two calls."""
    monkeypatch.setattr(Memory, "_MOST", 3)
    memory = Memory((FORMS["line"],))
    assert list(memory.codes(["1", "2", "3"])) == [0, 1, 2]
    assert list(memory.codes(["4", "x" * 300, "1"])) == [3, 4, 0]
    assert list(memory.codes(["5", "1", "y" * 300])) == [0, 1, 2]
    assert (len(memory.sizes), len(memory.holds), len(memory.kinds[0]), len(memory.rows[0])) == (3, 3, 3, 3)
    assert [memory.steps[0][code] for code in memory.codes(["5", "so"])] == [1, 0]


def test_what_is_picked() -> None:
    """Of one key as of many."""
    assert picked({"a": 1, "b": 2}, ["b"]) == (2,)
    assert picked([5, 6, 7], [2, 0, 2]) == (7, 5, 7)


def test_a_line_without_its_end() -> None:
    assert [without_line_end(line) for line in ("a", "a\n", "a\r\n", "a\r", "a\n\r\n", "\n")] == [
        "a",
        "a",
        "a",
        "a",
        "a\n",
        "",
    ]
