"""Survival at the end of the task, held to statsmodels."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from reports.measures import survival
from reports.measures.arrays import Bools, Floats
from reports.measures.survival import EventTimes, Sample


def known(time: Floats, event: Bools) -> tuple[float, float]:
    """What statsmodels says: survival at the last time, and its standard error."""
    if not event.any():
        return 1.0, 0.0
    fitted = SurvfuncRight(time, event.astype(int))
    return fitted.surv_prob[-1], fitted.surv_prob_se[-1]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("block", [10**6, 3])
def test_as_statsmodels_has_it(seed: int, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several cells at once: survival, effective number, and both without each cluster in turn."""
    monkeypatch.setattr(survival, "_BLOCK", block)
    random = np.random.default_rng(seed)
    trials, cells = int(random.integers(1, 60)), 4
    cell = random.integers(0, cells, trials)
    _, cluster = np.unique(cell * 10 + random.integers(0, 5, trials), return_inverse=True)
    time, event = random.integers(1, 9, trials) / 8, random.random(trials) < 0.5
    times = EventTimes.of(Sample(cell, time, event, np.ones(trials)), cells)
    found, without = times.survival(), times.without_each(cluster, np.ones(int(cluster.max()) + 1))
    for at in set(cell.tolist()):
        here = cell == at
        share, error = known(time[here], event[here])
        assert found.share[at] == pytest.approx(share, abs=1e-12)
        assert found.known[at] == (time[here].max() == 1 or share == 0)
        if 0 < share < 1:
            assert found.number[at] == pytest.approx(share * (1 - share) / error**2)
        else:
            assert found.number[at] == (event | (time == 1))[here].sum()
        for one in set(cluster[here].tolist()):
            others = here & (cluster != one)
            if others.any():
                assert without[one] == pytest.approx(known(time[others], event[others])[0], abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_rows_that_stand_for_several_trials(seed: int) -> None:
    """As if each trial had a row of its own; a cluster that stands for several loses one of them."""
    random = np.random.default_rng(seed)
    rows = 20
    cell, time = np.sort(random.integers(0, 3, rows)), random.integers(1, 5, rows) / 4
    event, number = random.random(rows) < 0.5, random.integers(1, 5, rows)
    each = np.repeat(np.arange(rows), number)
    many = EventTimes.of(Sample(cell[each], time[each], event[each], np.ones(len(each))), 3)
    few = EventTimes.of(Sample(cell, time, event, number.astype(float)), 3)
    for name in ("share", "number", "known"):
        alone, together = (getattr(made.survival(), name) for made in (many, few))
        assert together.tolist() == pytest.approx(alone.tolist())
    left = many.without_each(np.arange(len(each)), np.ones(len(each)))
    assert few.without_each(np.arange(rows), number.astype(float))[each] == pytest.approx(left)
    of_row = many.without_each(each, np.ones(rows))
    assert few.without_each(np.arange(rows), np.ones(rows)) == pytest.approx(of_row)


def test_an_empty_cell_is_not_known() -> None:
    """A size of which nothing counts says nothing."""
    one = Sample(np.array([1]), np.array([1.0]), np.array([False]), np.ones(1))
    found = EventTimes.of(one, 2).survival()
    assert found.known.tolist() == [False, True]
    assert found.number.tolist() == [0, 1]


def test_no_trials_at_all() -> None:
    """Cells of which nothing is left: nothing is known, and nothing fails."""
    nothing = Sample(np.array([], dtype=np.int64), np.array([]), np.array([], dtype=bool), np.array([]))
    times = EventTimes.of(nothing, 2)
    found = times.survival()
    assert (found.known.tolist(), found.number.tolist()) == ([False, False], [0, 0])
    assert times.without_each(np.array([], dtype=np.int64), np.array([])).tolist() == []


@pytest.mark.parametrize("block", [1, 4, 5, 100])
def test_clusters_are_taken_in_blocks(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, in their order, as many as fit or a single one."""
    monkeypatch.setattr(survival, "_BLOCK", block)
    widths = np.array([2, 3, 1, 7, 1, 1, 2, 4, 5, 1])
    found = list(survival._blocks(widths))
    assert [at for first, last in found for at in range(first, last)] == list(range(len(widths)))
    for first, last in found:
        assert last - first == 1 or widths[first:last].sum() <= block
        assert last == len(widths) or widths[first : last + 1].sum() > block
    assert list(survival._blocks(widths[:0])) == []
