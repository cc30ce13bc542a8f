"""Horizons of many resampled studies at once are those of the curves that made them."""

import numpy as np
import pytest

from reports.measures.likelihood import _ends, _vertex, crossings
from reports.measures.rates import able_of

SIZES = np.arange(2.0, 9.0)


def rates(middle: float, slope: float = 2.0) -> np.ndarray:
    return 1 / (1 + np.exp(slope * (SIZES - middle)))


def test_where_curves_cross_one_half() -> None:
    """Each study by itself, however many trials it has."""
    middles = [3.5, 4.25, 5.0, 7.1]
    for trials in (20.0, 1000.0):
        number = np.full((len(middles), len(SIZES)), trials)
        well = number * np.array([rates(middle) for middle in middles])
        found = crossings(SIZES, number, well, (0.0,))
        assert found == pytest.approx(middles, abs=0.06)
        alone = [crossings(SIZES, number[[at]], well[[at]], (0.0,))[0] for at in range(len(middles))]
        assert found == pytest.approx(alone)


def test_sizes_of_which_nothing_is_known_do_not_count() -> None:
    """A number of 0; whatever else stands there."""
    number = np.full((1, len(SIZES)), 100.0)
    well = number * rates(5.0)
    number[0, 1] = well[0, 1] = 0
    assert crossings(SIZES, number, well, (0.0,)) == pytest.approx([5.0], abs=0.06)


def test_a_share_that_is_lost_whatever_the_length() -> None:
    """One of the lapses is tried that explains it; the crossing is that of the whole curve."""
    number = np.full((1, len(SIZES)), 500.0)
    well = 0.8 * number * rates(5.0, 6.0)
    crossed = crossings(SIZES, number, well, (0.0, 0.2))[0]
    assert crossed == pytest.approx(5.0, abs=0.35)
    assert crossings(SIZES, number, number * rates(5.0), (0.0, 0.2)) == pytest.approx([5.0], abs=0.1)


@pytest.mark.parametrize(
    "well", [np.full(7, 50.0), np.full(7, 100.0), np.zeros(7), 100 * rates(0.0), 100 * rates(11.0)]
)
def test_what_crosses_nowhere(well: np.ndarray) -> None:
    """A constant is as good, or it crosses beyond the sizes."""
    assert np.isnan(crossings(SIZES, np.full((1, 7), 100.0), well[None, :], (0.0,))).all()


def test_the_top_of_a_parabola() -> None:
    """Between the rows, at an edge, and where nothing bends."""
    at = np.arange(6.0)
    values = np.column_stack([3 - (at - 2.3) ** 2, 3 - (at - 4.4) ** 2, at, -at, np.zeros(6)])
    top, row = _vertex(values)
    assert row[:2] == pytest.approx([2.3, 4.4])
    assert top[:2] == pytest.approx([3, 3])
    assert row[2:] == pytest.approx([5, 0, 1])


def test_where_a_likelihood_is_near_its_top() -> None:
    """Between grid points, exactly for a parabola; up to an edge that is near, and the best where none is."""
    places = np.arange(0.0, 11.0)
    values = -((places - 5) ** 2)
    assert _ends(places, values, 0.0, 4.0) == pytest.approx((3, 7))
    assert _ends(places, values, 0.0, 6.25) == pytest.approx((2.5, 7.5))
    assert _ends(places, values, 0.0, 100.0) == pytest.approx((0, 10))
    low, high = _ends(places, values, 9.0, 4.0)
    assert low <= 5 <= high


def test_who_never_carried_on_has_no_ability() -> None:
    """Whatever was solved; and none is above one."""
    found = able_of(np.array([0.0, 0.5, 0.5, 1.0]), np.array([0.5, 0.25, 0.75, 1.0]))
    assert found.tolist()[1:] == [0.5, 1.0, 1.0]
    assert np.isnan(found[0])
