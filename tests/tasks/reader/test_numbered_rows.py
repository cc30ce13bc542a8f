"""Rows with running numbers are found as a search of the whole text finds them."""

import re
from dataclasses import replace
from random import Random

import pytest

from tasks import problem
from tasks.contract.puzzle import ANY, Form
from tasks.reader.found import Found
from tasks.reader.numbered_rows import find_rows

FORMS = {
    f"{name}-{form.name}": form
    for name in ("hanoi", "counting")
    for form in problem(name, {"size": 4}).forms
    if form.number is not None
}
LINES = {
    "hanoi-tracked": [
        "1,0,2,4 3 2,,1",
        "2,0,1,4 3,2,1",
        "3, 2, 1,4 3,2 1,",
        "12,1,0,4 3 2 1,,",
        "",
        "so it goes",
        "1,0,2",
        " 4,0,1,3 2,1,4 ",
        "1,0,2,4 3 2,,1 so",
    ],
    "counting-numbered": ["1. 1", "2: 2", "3) 3", "12. 12", "", "so it goes", "1.", " 4. 4", "1. 1 so"],
}


def searched(
    form: Form, text: str, spans: list[tuple[int, int]]
) -> list[tuple[int, int, list[tuple[str, ...]]]]:
    """Where each run begins and ends, and the cells of its rows, by the form's patterns alone."""
    step = re.compile(form.step, form.flags)
    rows = re.compile(f"(?:{form.step})(?:(?:{form.joint})(?:{form.step}))*", form.flags)
    return [
        (*run.span(), step.findall(text, *run.span())) for span in spans for run in rows.finditer(text, *span)
    ]


def check(form: Form, text: str, spans: list[tuple[int, int]], found: Found | None) -> None:
    runs = searched(form, text, spans)
    cells = [row for *_, rows in runs for row in rows]
    if found is None:
        assert not runs
        return
    assert (found.form, found.memory, found.text) == (form, None, text)
    assert [(run.start, run.end, run.count) for run in found.runs] == [
        (start, end, len(rows)) for start, end, rows in runs
    ]
    assert [run.first for run in found.runs] == [
        sum(len(rows) for *_, rows in runs[:at]) for at in range(len(runs))
    ]
    assert form.number is not None
    assert found.numbers is not None
    assert found.numbers.tolist() == [int(row[form.number]) for row in cells]
    converts = [(at, convert) for at, convert in enumerate(form.columns) if convert is not None]
    assert list(found.steps.rows()) == [
        (*[ANY] * form.implied, *[convert(row[at]) for at, convert in converts]) for row in cells
    ]


@pytest.mark.parametrize("name", FORMS)
def test_rows_are_found_wherever_they_stand(name: str) -> None:
    """Alone, between words, in several spans, and up to the middle of a line."""
    form, draw, found_any = FORMS[name], Random(name), 0
    lines = LINES[name]
    for _ in range(150):
        row_like = draw.random() < 0.5
        chosen = [draw.choice(lines[:4] if row_like else lines) for _ in range(draw.randint(0, 6))]
        text = draw.choice(["", "\n", "Rows:\n"]) + "\n".join(chosen) + draw.choice(["", "\n", "\nDone.\n"])
        size = len(text)
        cuts = sorted(draw.randint(0, size) for _ in range(4)) if draw.random() < 0.5 else [0, size]
        spans = list(zip(cuts[::2], cuts[1::2], strict=True))
        found = next(find_rows((form,), text, spans), None)
        check(form, text, spans, found)
        found_any += found is not None
    assert found_any > 50


def test_each_form_has_what_it_finds() -> None:
    """In the order of the forms; a form that finds nothing is passed over."""
    both = tuple(FORMS[name] for name in ("counting-numbered", "hanoi-tracked"))
    text = "1,0,2,4 3 2,,1\n2,0,1,4 3,2,1\n"
    assert [found.form.name for found in find_rows(both, text, [(0, len(text))])] == ["tracked"]
    text += "1. 5\n"
    found = list(find_rows(both, text, [(0, len(text))]))
    assert [one.form.name for one in found] == ["numbered", "tracked"]
    assert [one.steps.values.tolist() for one in found] == [[5], [ANY, 0, 2, ANY, 0, 1]]


@pytest.mark.parametrize(
    "text", ["1. 1\n2. 2", "1. 1\n2. 2\n", "so\n1. 1\n2. 2\nso", "1. 1\nso\n2. 2", "1. 1"]
)
def test_rows_of_a_form_with_another_joint(text: str) -> None:
    """What is known of the usual joint is not taken for granted of others."""
    plain = FORMS["counting-numbered"]
    for form in (plain, replace(plain, joint=r"\r?\n(?:\r?\n)?"), replace(plain, step=plain.step + "(?!x)")):
        spans = [(0, len(text))]
        check(form, text, spans, next(find_rows((form,), text, spans), None))
