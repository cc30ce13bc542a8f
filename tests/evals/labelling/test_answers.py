"""The labels of answers in any wording, layout and language, against those of readers who saw no rule."""

import pytest

from evals.record.outcome import Label
from tests import ROOT
from tests.answers.judged import Judged, judged, names


def every() -> list[Judged]:
    return [row for name in names() for row in judged(name)]


@pytest.mark.parametrize("name", names())
def test_each_set_agrees(name: str) -> None:
    rows = judged(name)
    sure = [row for row in rows if row.confident]
    assert sum(row.right for row in rows) / len(rows) >= (0.9 if name == "six" else 0.92)
    assert sum(row.right for row in sure) / len(sure) >= 0.97
    assert len(sure) / len(rows) >= 0.5


def test_nothing_wrong_is_solved() -> None:
    assert [row.id for row in every() if row.label is Label.SOLVED and not row.right] == []


def test_an_attempt_is_hardly_ever_called_unwilling() -> None:
    tried = [row for row in every() if row.true in ("solved", "logic_error", "truncated")]
    unwilling = [row for row in tried if row.label in (Label.REFUSAL, Label.GIVE_UP) and not row.right]
    assert len(unwilling) <= 0.01 * len(tried), [row.id for row in unwilling]


def test_the_probabilities_mean_what_they_say() -> None:
    """On average, above the threshold of sureness and below it.

    The rules were mended with these sets at hand: of the unsure ones somewhat more are right than said.
    """
    for confident in (True, False):
        some = [row for row in every() if row.confident is confident]
        mean = sum(row.probability for row in some) / len(some)
        assert -0.05 <= sum(row.right for row in some) / len(some) - mean <= (0.06 if confident else 0.09)


def test_the_page_is_current() -> None:
    """By the sets in the repository; the last one is not always at hand."""
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    for name in names():
        right = 100 * sum(row.right for row in judged(name)) / len(judged(name))
        assert f"| {name} | {len(judged(name))} | {right:.1f} (" in text, "run `python -m tests.answers`"
