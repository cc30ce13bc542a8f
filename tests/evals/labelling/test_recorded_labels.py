"""The labels of the labelled answers are those recorded, with their reasons, quotes and numbers."""

import pytest

from evals.labelling.rules import VERSION
from tests.answers.judged import judged, names
from tests.golden.answers import Line, changes, kept, told

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", names())
def test_labels_are_what_they_were(name: str) -> None:
    """Unless `VERSION` of the rules rose: what else is told may change, but not unnoticed."""
    version, sets = kept()
    # What is read in them, the tests of the reader look at.
    now = {
        row.id: Line(str(row.label), row.probability, told(row.outcome), sets[name][row.id].read)
        for row in judged(name)
    }
    assert now.keys() == sets[name].keys()
    assert changes(sets[name], now) == [], "if that is meant, write them with `python -m tests.golden`"
    assert version == VERSION, "write them with `python -m tests.golden`"
