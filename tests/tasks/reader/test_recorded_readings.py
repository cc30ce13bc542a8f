"""What is read in the labelled answers is what was read when it was recorded."""

import pytest

from tests.answers.judged import names
from tests.golden.answers import kept, readings

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", names())
def test_readings_are_what_they_were(name: str) -> None:
    """Steps, where each stands, and the lists made of them, of all readings of a text."""
    _, sets = kept()
    differ = [trial for trial, read in readings(name).items() if sets[name][trial].read != read]
    assert differ == [], "if that is meant, write them with `python -m tests.golden`"
