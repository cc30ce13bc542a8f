"""Every label and every trap, as a table."""

import pytest

from evals.labelling.answer import Answer
from evals.labelling.rules import LabelResult, label
from tasks import Problem
from tests.evals.labelling.cases import CASES, Case


def labelled(case: Case) -> LabelResult:
    known, instance = case.problem()
    answer = Answer(
        case.answer, refusal=case.refusal, finish_reason=case.finish, last_row_counts=case.last_row_counts
    )
    return label(Problem(known, instance), answer)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_label(case: Case) -> None:
    """An answer gets the label a careful person would give it, with numbers and quote to show."""
    verdict = labelled(case)
    assert verdict.label == case.label, verdict
    if case.written is not None:
        assert verdict.written == case.written
    if case.first_error is not None or case.label == "solved":
        assert verdict.first_error == case.first_error
    if case.quote is not None:
        quotes = [case.answer[place.start : place.end] for place in verdict.evidence]
        assert any(case.quote in quote for quote in quotes), quotes


def test_ids_are_unique() -> None:
    """Each case can be named."""
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.label in ("refusal", "give_up")], ids=lambda case: case.id
)
def test_no_refusal_or_give_up_without_a_quote(case: Case) -> None:
    """Will is never denied without words that stand in the answer."""
    places = [place for place in labelled(case).evidence if place.shows != "first_error"]
    assert places
    for place in places:
        text = case.refusal if place.field == "refusal" else case.answer
        assert text is not None
        assert 0 <= place.start < place.end <= len(text)
