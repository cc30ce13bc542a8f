"""One set of terms: whatever has an id is called by its words, and the glossary says what they mean."""

import re

import pytest

from evals.labelling.rules import FLAGS
from reports.analyses.verdicts import Missing
from reports.page.embedding import ENDINGS
from reports.page.overview import PARTS
from reports.words.model_verdict import ANSWERS
from reports.words.paragraphs import named
from tests import ROOT

PROSE = (ROOT / "reports/words/words.toml").read_text(encoding="utf-8").partition("[flags]")[0]

RETIRED = (
    "by its own lights",
    "in no simple way",
    "dropped",
    "otherwise",
    "carries on with",
    "comes to stop",
)
"""Wording that readers stumbled over."""


def test_ids_have_words() -> None:
    """No reader meets `off_course` or `silent_short`, nor a verdict without what it lacks."""
    for table, ids in (
        ("flags", [flag.name for flag in FLAGS]),
        ("missing", [str(one) for one in Missing]),
        ("answer_one", ANSWERS),
        ("answer_many", ANSWERS),
    ):
        assert [name for name in ids if named(table, name) == name.replace("_", " ")] == []
    assert named("flags", "one_of_tomorrow") == "one of tomorrow"


def test_the_parts_of_a_bar_are_the_filters() -> None:
    """A bar links to the transcripts by the names that these are filtered by."""
    assert tuple(name for name, _ in PARTS) == ENDINGS


@pytest.mark.parametrize("wording", RETIRED)
def test_retired_wording_stays_away(wording: str) -> None:
    assert wording not in PROSE


def test_shares_are_not_called_verdicts() -> None:
    """`won't` and `can't` stand where the verdicts are explained, and nowhere else."""
    paragraphs = re.findall(r"^(\w+) = \[(.*?)^\]|^(\w+) = (\[.*\])$", PROSE, re.MULTILINE | re.DOTALL)
    said = {
        name or short for name, text, short, line in paragraphs if re.search(r"won\'t|can\'t", text + line)
    }
    assert said == {"verdicts"}


@pytest.mark.parametrize(
    "term",
    ["stopped", "wrong", "unreadable or empty", "cut or lost", "verdict", "willing", "able", "pushed arm"],
)
def test_the_glossary_has_the_term(term: str) -> None:
    rows = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    assert any(re.search(rf"\b{term}\b", row.split("|")[1]) for row in rows if row.startswith("|"))
