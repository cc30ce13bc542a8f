"""What a trial counts for where others were cut: held to the estimate with each trial left out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.record.outcome import Outcome
from reports.analyses.censored_shares import censored_values, pseudo_values
from reports.analyses.paired_differences import by_instance
from reports.analyses.shares import endings
from tests.samples.many_outcomes import framed, on_each


def product_limit(time: list[float], event: list[bool]) -> float:
    """The share that no event has met, by its definition."""
    share = 1.0
    for moment in sorted({at for at, happened in zip(time, event, strict=True) if happened}):
        at_risk = sum(at >= moment for at in time)
        share *= 1 - sum(at == moment for at, happened in zip(time, event, strict=True) if happened) / at_risk
    return share


@settings(settings.get_profile("untimed"), max_examples=300)
@given(st.lists(st.tuples(st.integers(1, 6), st.booleans()), min_size=1, max_size=9))
def test_pseudo_values_by_leaving_out(trials: list[tuple[int, bool]]) -> None:
    time, event = [float(at) for at, _ in trials], [happened for _, happened in trials]
    whole, number = product_limit(time, event), len(trials)
    expected = [
        number * whole
        - (number - 1) * product_limit(time[:at] + time[at + 1 :], event[:at] + event[at + 1 :])
        for at in range(number)
    ]
    assert pseudo_values(np.array(time), np.array(event), np.ones(number)) == pytest.approx(
        expected, abs=1e-9
    )


def test_without_a_cut_they_are_the_outcomes() -> None:
    rows = framed(
        on_each("solved", range(3)),
        on_each("give_up", range(3, 5)),
        on_each("logic_error", range(5, 9), lost_at=2),
        on_each("malformed", [9]),
    )
    ends = endings(rows)
    made = censored_values(ends, ["model", "size"])
    assert made["solved"].sum() == 3
    assert (made == ends[["solved", "stopped", "lost"]]).all(axis=None)


def test_a_cut_is_seen_until_it_comes() -> None:
    """One is lost at 2; behind a cut at 3 one of four stops, of three that were right: 4/5 x 2/3."""
    rows = framed(
        on_each("logic_error", [0], lost_at=2, written=7),
        on_each("truncated", [1], written=3),
        on_each("give_up", [2], written=5),
        on_each("solved", [3, 4], written=7),
    )
    made = censored_values(endings(rows), ["model", "size"])
    assert made["lost"].mean() == pytest.approx(1 / 5)
    assert made["stopped"].mean() == pytest.approx(1 / 4, abs=0.03)
    assert made["solved"].mean() == pytest.approx(4 / 5 * 2 / 3, abs=0.03)


def _answers(wordy: bool, random: np.random.Generator) -> list[Outcome]:
    """Three in five lists are right to their end; a wordy one is often cut before that."""
    made = []
    for number in range(3_000):
        lost = 99 if random.random() < 0.6 else int(random.integers(1, 8))
        cut = int(random.integers(1, 8)) if wordy and random.random() < 0.4 else 99
        if cut < lost:
            made += on_each("truncated", [number], written=cut, steps=7)
        elif lost > 7:
            made += on_each("solved", [number], written=7, steps=7)
        else:
            at = {"lost_at": lost, "written": min(cut, 7), "steps": 7}
            made += on_each("truncated" if cut < 8 else "logic_error", [number], **at)
    return made


def test_being_wordy_is_no_regress() -> None:
    """The same skill, cut in two of five answers: the share solved is not told to be lower."""
    random = np.random.default_rng(7)
    ends = [endings(framed(_answers(wordy, random))) for wordy in (False, True)]
    before, after = (by_instance(side, ["model", "puzzle", "arm"])["solved"].mean() for side in ends)
    assert before == pytest.approx(0.6, abs=0.03)
    # Three standard errors of the difference, 0.013 each. Leaving out clean cuts alone makes it 0.08 less.
    assert after == pytest.approx(before, abs=0.04)
