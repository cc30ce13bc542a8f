"""What stands out at the end of a run."""

import pytest

from evals.replay import finish
from evals.replay.finish import ModelTally


@pytest.mark.parametrize("at_once", [1, 3, 1 << 16])
def test_repeats_are_counted_however_many_there_are(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told apart in parts, which changes nothing."""
    monkeypatch.setattr(finish, "_AT_ONCE", at_once)
    tally = ModelTally()
    assert (tally.repeated, tally.same) == (0, 0)
    for number in range(20):
        tally.asked.add(f"question {number % 4}")
        tally.said.add(f"question {number % 4}: answer {number % 15} \ud800")
    assert tally.repeated == 20 - 4
    assert tally.same == 20 - len({(number % 4, number % 15) for number in range(20)})
