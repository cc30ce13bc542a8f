"""How the rules do on answers that were written and labelled without knowing them."""

import pytest

from evals.labelling.answer import Answer
from evals.labelling.rules import LabelResult, label
from tasks import Problem, puzzle
from tests.evals.labelling.blind_lists import Case
from tests.evals.labelling.cases_blind import CASES


def labelled(case: Case) -> LabelResult:
    known = puzzle(case.puzzle)
    instance = known.generate(case.parameters)
    answer = Answer(case.answer, reasoning=case.reasoning, refusal=case.refusal, finish_reason=case.finish)
    return label(Problem(known, instance), answer)


def shown(case: Case, verdict: LabelResult) -> list[str]:
    """The words of the answer that the verdict rests on."""
    texts = {"content": case.answer, "refusal": case.refusal or ""}
    quotes = []
    for place in verdict.evidence:
        if place.shows != "first_error":
            assert 0 <= place.start < place.end <= len(texts[place.field]), place
            quotes.append(texts[place.field][place.start : place.end])
    return quotes


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_label(case: Case) -> None:
    """A reader who had not seen the rules gives the same label."""
    verdict = labelled(case)
    assert verdict.label in (case.label, case.alternative), (verdict.reason, shown(case, verdict))
    if verdict.label in ("refusal", "give_up"):
        assert shown(case, verdict), "no label that denies will goes without a quote"


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.written is not None], ids=lambda case: case.id
)
def test_written(case: Case) -> None:
    """As many steps are counted as the answer was made of."""
    assert labelled(case).written == case.written


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.label in ("logic_error", "solved")], ids=lambda case: case.id
)
def test_first_error(case: Case) -> None:
    """The first wrong step is the one that was put wrong; a solved answer has none."""
    verdict = labelled(case)
    if case.label == "solved":
        assert verdict.first_error is None
    elif case.first_error is not None:
        assert verdict.first_error == case.first_error


@pytest.mark.parametrize("case", [case for case in CASES if case.quote is not None], ids=lambda case: case.id)
def test_quote(case: Case) -> None:
    """The evidence stands on the line of the words that a reader would point at."""
    assert case.quote is not None
    if case.refusal is not None:
        assert any(case.quote in quote for quote in shown(case, labelled(case)))
        return
    at = case.answer.index(case.quote)
    line = case.answer.count("\n", 0, at)
    places = [place for place in labelled(case).evidence if place.shows != "first_error"]
    assert any(
        case.answer.count("\n", 0, place.start) <= line <= case.answer.count("\n", 0, place.end)
        for place in places
    ), shown(case, labelled(case))


def test_ids_are_unique() -> None:
    """Each case can be named."""
    assert len({case.id for case in CASES}) == len(CASES)
