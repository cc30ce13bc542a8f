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
from tasks.reader.pieces import Memory

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
