"""How much less repeats of the same instances say than as many instances: the design effect of a group."""

import numpy as np
import pytest

from reports.measures.rates import Rate, design_effects, wilson

NAN = np.nan


def effects(
    share: list[float], number: list[float], variance: list[float], group: list[int], some: list[bool]
) -> list[float]:
    rate = Rate(np.array(share), np.array(number), np.array(variance))
    of, used = np.array(group, dtype=np.int64), np.array(some, dtype=bool)
    found: list[float] = design_effects(rate, of, used).tolist()
    return found


def test_by_hand() -> None:
    """Of the two sizes of which something varies: (0.06 + 0.04) / (0.25 / 10 + 0.25 / 10)."""
    found = effects(
        share=[0.5, 0.5, 1.0, 0.0, NAN, 0.5],
        number=[10, 10, 10, 10, 0, 10],
        variance=[0.06, 0.04, 0.3, 0.3, NAN, NAN],
        group=[0] * 6,
        some=[True] * 6,
    )
    assert found == pytest.approx([2] * 6), "all sizes of a group have one"


def test_each_group_has_its_own() -> None:
    """Never below one; and one where nothing is known of it, or nothing is asked."""
    found = effects(
        share=[0.5, 0.5, 1.0, 0.5],
        number=[10, 10, 10, 10],
        variance=[0.075, 0.001, 0.0, 0.9],
        group=[0, 1, 2, 3],
        some=[True, True, True, False],
    )
    assert found == pytest.approx([3, 1, 1, 1])
    assert effects([], [], [], [], []) == []


def test_an_interval_of_nothing_is_missing() -> None:
    """Without a share or a trial; and the others are Wilson's."""
    low, high = wilson(np.array([NAN, 0.5, 0.5, 0.0]), np.array([10.0, 0.0, 10.0, 10.0]))
    assert low.tolist() == pytest.approx([NAN, NAN, 0.2366, 0.0], abs=1e-4, nan_ok=True)
    assert high.tolist() == pytest.approx([NAN, NAN, 0.7634, 0.2775], abs=1e-4, nan_ok=True)
