"""The horizon of some sizes: held to statsmodels, and where its curve is not the data's, silent."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import CLogLog, Logit
from statsmodels.genmod.generalized_linear_model import GLM

from reports.measures import Horizon, Link, SizePoint, horizon
from reports.measures.arrays import Floats
from reports.measures.likelihood import Curve, Data

LENGTHS = np.array([15, 31, 63, 127, 255, 511, 1023, 2047], dtype=np.float64)
GENTLE = (10, 10, 9, 8, 6, 3, 1, 0)
LAPSES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)


def points(
    well: Floats | tuple[float, ...], trials: float = 10, lengths: Floats = LENGTHS
) -> list[SizePoint]:
    """So many of the trials of each size went well; each trial stands for itself."""
    return [
        SizePoint(
            steps, good / trials, trials, good / trials * (1 - good / trials) / (trials - 1), int(trials)
        )
        for steps, good in zip(lengths.tolist(), well, strict=True)
    ]


def by_statsmodels(made: list[SizePoint], at: float, link: Link) -> float:
    """The log-likelihood of the best slope at this horizon (log2 steps), binomial coefficients apart."""
    distance = np.log2([point.steps for point in made]) - at
    trials = np.array([point.number for point in made])
    well = trials * [point.share for point in made]
    shift = np.zeros(len(made)) if link is Link.LOGIT else np.full(len(made), np.log(np.log(2)))
    # The complementary log-log is of the failures: P(failed) = 1 - exp(-ln 2 2^(b d)); the other way round
    # the log-log of the successes: P(went well) = 1 - exp(-ln 2 2^(-b d)).
    chosen, good, side = {
        Link.LOGIT: (Logit(), well, -1.0),
        Link.CLOGLOG: (CLogLog(), trials - well, np.log(2)),
        Link.LOGLOG: (CLogLog(), well, -np.log(2)),
    }[link]
    model = GLM(np.stack([good, trials - good], 1), side * distance[:, None], Binomial(chosen), offset=shift)
    mean = np.clip(model.fit().mu, 1e-12, 1 - 1e-12)
    return float(np.sum(good * np.log(mean) + (trials - good) * np.log1p(-mean)))


@pytest.mark.parametrize("link", Link)
@pytest.mark.parametrize("well", [GENTLE, (10, 9, 9, 7, 5, 3, 2, 1), (9, 10, 8, 8, 7, 6, 2, 3)])
@pytest.mark.parametrize("at", [6.5, 7.5, 8.0, 9.3])
def test_the_likelihood_is_that_of_statsmodels(link: Link, well: tuple[int, ...], at: float) -> None:
    """Without a lapse: a binomial regression through one half at the horizon."""
    made = points(well)
    number = np.array([point.number for point in made])
    data = Data(np.log2(LENGTHS), number, number * [point.share for point in made])
    found, _ = data.peaks(Curve(link, 0.0), np.array([at]))
    assert found[0] == pytest.approx(by_statsmodels(made, at, link), abs=0.02)


def test_the_interval_is_where_the_likelihood_says() -> None:
    """The ends are where statsmodels' likelihood, of the better link, has fallen by the cut-off."""
    made = points(tuple(2 * good for good in GENTLE), 20)
    found = horizon(made)

    def best(log: float) -> float:
        return max(by_statsmodels(made, log, link) for link in Link)

    top = max(best(log) for log in np.arange(7.0, 9.0, 0.02))
    assert best(np.log2(found.estimate)) == pytest.approx(top, abs=0.03)
    assert found.df == 19 * 5
    assert found.deff == pytest.approx(20 / 19)
    for end in (found.low, found.high):
        fallen = 2 * (top - best(np.log2(end))) / found.deff
        assert fallen == pytest.approx(3.941, abs=0.1)  # the 95 % point of F(1, 95)


def test_a_known_answer() -> None:
    """A symmetric fall about 255 steps, with the logistic curve that made it."""
    shares = 1 / (1 + np.exp(1.2 * (np.log2(LENGTHS) - np.log2(255))))
    found = horizon(points(tuple((1000 * shares).tolist()), 1000))
    assert found.estimate == pytest.approx(255, rel=0.01)
    assert found.link is Link.LOGIT
    assert found.slope == pytest.approx(1.2, abs=0.02)
    assert not found.poor_fit


def test_a_constant_hazard_is_found_by_the_other_link() -> None:
    """2^(-L/100) is the complementary log-log with slope 1."""
    shares = 0.5 ** (LENGTHS / 100)
    found = horizon(points(tuple((1000 * shares).tolist()), 1000))
    assert found.estimate == pytest.approx(100, rel=0.01)
    assert found.link is Link.CLOGLOG
    assert found.slope == pytest.approx(1, abs=0.02)


def test_a_long_right_tail_is_found_by_the_third_link() -> None:
    """Failures in bursts: most long lists that have come so far come through."""
    shares = 1 - 0.5 ** (2 ** (-0.5 * (np.log2(LENGTHS) - np.log2(100))))
    found = horizon(points(tuple((1000 * shares).tolist()), 1000))
    assert found.estimate == pytest.approx(100, rel=0.02)
    assert found.link is Link.LOGLOG
    assert found.slope == pytest.approx(0.5, abs=0.02)
    assert not found.poor_fit


def test_a_sharp_threshold_has_an_interval() -> None:
    """All up to 127 steps and none from 255 on: in the middle, and nothing narrower than the gap."""
    found = horizon(points((10,) * 4 + (0,) * 4))
    assert found.estimate == pytest.approx(180, rel=0.05)
    assert 120 < found.low < 132
    assert 246 < found.high < 265
    assert (found.deff, found.df) == (1, 4)


@pytest.mark.parametrize("well", [(10,) * 8, (10, 10, 10, 10, 10, 10, 10, 8), (8,) * 8])
def test_beyond_the_largest(well: tuple[int, ...]) -> None:
    """No number, however smooth the curve; the lower end is no more than the largest size."""
    found = horizon(points(well))
    assert np.isnan(found.estimate)
    assert np.isnan(found.high)
    assert found.beyond == "> 2047"
    assert 511 < found.low <= 2047


@pytest.mark.parametrize("well", [(0,) * 8, (3, 1, 0, 0, 0, 0, 0, 0), (2,) * 8])
def test_below_the_smallest(well: tuple[int, ...]) -> None:
    """The same on the other side."""
    found = horizon(points(well))
    assert np.isnan(found.estimate)
    assert np.isnan(found.low)
    assert found.beyond == "< 15"
    assert 15 <= found.high < 63


@pytest.mark.parametrize(
    ("lengths", "well", "beyond"),
    [
        ((16, 32, 64, 128, 8192), (10, 10, 10, 10, 5), "> 8192"),
        ((2, 128, 256, 512, 1024), (5, 0, 0, 0, 0), "< 2"),
    ],
)
def test_a_size_far_from_the_others_is_searched_too(
    lengths: tuple[int, ...], well: tuple[int, ...], beyond: str
) -> None:
    """Half of the trials of that size are solved: nothing in the gap is more likely."""
    found = horizon(points(well, lengths=np.array(lengths, dtype=np.float64)))
    assert found.beyond == beyond
    assert np.isnan(found.estimate)


def test_few_trials_leave_an_end_open() -> None:
    """An end of the interval is never put where nothing was asked."""
    found = horizon(points((2, 2, 1, 2, 1, 2, 1, 1), 2))
    assert np.isnan(found.high)


def test_a_share_that_declines_whatever_the_length() -> None:
    """A fifth of refusals at all lengths is found as such, and moves the horizon but little."""
    shares = 0.8 / (1 + np.exp(2 * (np.log2(LENGTHS) - 8)))
    found = horizon(points(tuple((100 * shares).tolist()), 100), LAPSES)
    assert found.lapse == 0.2
    # 0.8 / (1 + e^(2 d)) = 1/2 where e^(2 d) = 3/5
    assert np.log2(found.estimate) == pytest.approx(8 + np.log(3 / 5) / 2, abs=0.02)
    assert horizon(points(GENTLE), LAPSES).lapse == 0


def test_a_curve_that_does_not_fit_is_said_to() -> None:
    """Sizes that go up and down: the interval is widened by the misfit."""
    well = (10, 10, 2, 10, 1, 9, 0, 0)
    jumping = horizon(points(well))
    smooth = horizon(points((10, 10, 9, 8, 5, 3, 1, 0)))
    assert jumping.poor_fit
    assert not smooth.poor_fit
    # Pearson's chi2 of the curve that is given, over its degrees of freedom.
    assert jumping.link is Link.CLOGLOG
    share = 0.5 ** ((LENGTHS / jumping.estimate) ** jumping.slope)
    misfit = np.sum((np.array(well) - 10 * share) ** 2 / (10 * share * (1 - share)))
    assert jumping.deff == pytest.approx(misfit / 6, rel=0.01)
    assert jumping.df == 6


def test_repeats_that_hang_together_widen_it() -> None:
    """Five repeats of ten instances that all agree say no more than the ten."""
    plain = horizon(points(GENTLE, 50 / 5))
    together = [
        SizePoint(point.steps, point.share, 50, point.share * (1 - point.share) / 9, 10)
        for point in points(GENTLE)
    ]
    found = horizon(together)
    assert found.deff == pytest.approx(50 / 9)
    assert found.high / found.low == pytest.approx(plain.high / plain.low, rel=0.02)


@pytest.mark.parametrize(
    ("link", "shares"),
    [
        (Link.LOGIT, 1 / (1 + np.exp(1.2 * np.log2(LENGTHS / 255)))),
        (Link.CLOGLOG, 0.5 ** (LENGTHS / 200)),
        (Link.LOGLOG, 1 - 0.5 ** ((LENGTHS / 400) ** -0.8)),
    ],
)
def test_another_level_is_another_place_on_the_same_curve(link: Link, shares: Floats) -> None:
    """Where the curve that made the shares is 80 %, with the slope that it has at one half."""
    made = points(tuple((1000 * shares).tolist()), 1000)
    at = 2 ** np.interp(-0.8, -shares, np.log2(LENGTHS))
    half, found = horizon(made), horizon(made, LAPSES, 0.8)
    assert found.link is half.link is link
    assert found.slope == pytest.approx(half.slope, abs=0.03)
    assert found.estimate == pytest.approx(at, rel=0.1)
    assert found.low < found.estimate < found.high < half.low


def test_a_level_that_is_never_reached() -> None:
    """Where a quarter fails whatever the length, 80 % is not forced upon some size."""
    shares = 0.75 / (1 + (LENGTHS / 500) ** 2)
    found = horizon(points(tuple((1000 * shares).tolist()), 1000), LAPSES, 0.8)
    assert found.beyond == "< 15"
    assert np.isnan([found.estimate, found.low]).all()
    few = horizon(points(tuple((20 * shares).tolist()), 20), LAPSES, 0.8)
    assert np.isnan(few.low), "it may never be"


def test_two_sizes_are_too_few() -> None:
    """Nobody can see whether a curve fits two points."""
    with pytest.raises(ValueError, match="needs 3 sizes, not 2"):
        horizon(points(GENTLE)[:2])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10), min_size=8, max_size=8), st.randoms(use_true_random=False))
def test_any_counts(well: list[int], random: "np.random.Generator") -> None:
    """The order of the sizes never matters, and what is given is in order and among the sizes."""
    made = points(tuple(well))
    found = horizon(made, LAPSES)
    random.shuffle(made)
    assert same(found, horizon(made, LAPSES))
    known = [value for value in (found.low, found.estimate, found.high) if not np.isnan(value)]
    assert known == sorted(known)
    assert all(14.999 <= value <= 2047.001 for value in known)
    assert np.isnan(found.estimate) == (found.beyond is not None)
    assert found.deff >= 1
    assert found.df >= 4


def same(one: Horizon, other: Horizon) -> bool:
    values = [(getattr(one, name), getattr(other, name)) for name in Horizon.__slots__]
    return all(a == b or (a != a and b != b) for a, b in values)  # noqa: PLR0124 - NaN is not itself


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 10), min_size=8, max_size=8))
def test_neither_side_is_preferred(well: list[int]) -> None:
    """With lengths and outcomes turned round, the logistic likelihood is mirrored."""
    logs, number = np.arange(8, dtype=np.float64), np.full(8, 10.0)
    plain = Data(logs, number, np.array(well, dtype=np.float64))
    turned = Data(logs, number, number - np.array(well[::-1], dtype=np.float64))
    places, curve = np.array([1.3, 3.5, 5.0]), Curve(Link.LOGIT, 0.0)
    mirrored = turned.peaks(curve, 7 - places)[0]
    assert plain.peaks(curve, places)[0] == pytest.approx(mirrored, abs=1e-6)
