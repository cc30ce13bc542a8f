"""The instrument held against simulated respondents whose truth is known."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from evals.record.outcome import Label
from reports.calibration import (
    SCENARIOS,
    Coverage,
    Design,
    ScenarioBlock,
    UnknownScenario,
    calibrate,
    calibrate_served,
    running,
)
from reports.calibration.coverage import Calibration
from reports.calibration.respondents import Cuts, ModelledRespondent, Skill, StoppingRule, Ties, Trials
from reports.calibration.scenarios import LENGTHS, Wrong
from reports.calibration.studies import audit, mislabel, simulate, truth
from reports.frame import checked
from reports.measures import Axis, by_size

MANY = 20_000


def drawn(who: ModelledRespondent, steps: int, trials: int = MANY) -> Trials:
    random = np.random.default_rng(0)
    return Trials.draw(who, np.full(trials, steps), np.arange(trials), random)


# --- a quick calibration


@pytest.fixture(scope="module")
def quick() -> dict[str, Coverage]:
    """Thirty studies of two scenarios with ten instances a size, and thirty with twenty-five."""
    found = calibrate(30, ["start", "hazard cut"], seed=4)
    return {f"{row.scenario}, {row.design}, {row.axis}": row for row in found.rows}


@pytest.mark.parametrize("scenario", ["start", "hazard cut"])
@pytest.mark.parametrize("axis", Axis)
def test_the_intervals_cover_the_truth(quick: dict[str, Coverage], scenario: str, axis: Axis) -> None:
    """In all but a few studies; a broken estimator would be off by far, or never give an interval."""
    few, many = (quick[f"{scenario}, {design} x 1, {axis}"] for design in (10, 25))
    assert (few.studies, many.studies) == (30, 30)
    assert few.covered + many.covered >= 2 * 0.87
    assert abs(few.bias) < (0.5 if axis is Axis.ABLE else 0.3)
    assert abs(many.bias) < (0.35 if axis is Axis.ABLE else 0.2)
    assert few.shown > (0.25 if axis is Axis.ABLE else 0.7)
    assert many.shown > (0.6 if axis is Axis.ABLE else 0.9)
    assert many.width < few.width < 3.2 or axis is Axis.ABLE


def test_the_intervals_are_no_wider_than_they_must_be(quick: dict[str, Coverage]) -> None:
    """Ten instances a size place the will to within a doubling and a half, with both ends closed."""
    row = quick["start, 10 x 1, willing"]
    assert 0.8 < row.width < 1.5
    assert row.open < 0.1


def test_the_bounds_hold_the_truth(quick: dict[str, Coverage]) -> None:
    """Of ability; the others have none."""
    assert quick["start, 10 x 1, able"].bounded >= 0.95
    assert np.isnan(quick["start, 10 x 1, willing"].bounded)


def test_the_figures_hang_on_the_seed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the workers nor what else is run move them; another seed does."""
    monkeypatch.setattr(running, "ProcessPoolExecutor", lambda workers, **_: ThreadPoolExecutor(workers))
    alone = calibrate(2, ["instances"], seed=1).rows
    beside = calibrate(2, ["instances", "one instance"], seed=1, workers=2).rows
    assert str(beside[: len(alone)]) == str(alone)
    assert str(calibrate(2, ["instances"], seed=2).rows) != str(alone)


def test_progress_is_told() -> None:
    """Part by part, to the last."""
    told: list[tuple[str, int, int]] = []
    calibrate(1, ["one instance"], progress=lambda *part: told.append(part))
    assert told == [("one instance, 1 x 10", 1, 2), ("one instance, 1 x 25", 2, 2)]


def test_a_scenario_that_is_not_known() -> None:
    """The error names those that are."""
    with pytest.raises(UnknownScenario, match=r"there is no scenario 'strat'; there are 'start', 'hazard'"):
        calibrate(1, ["strat"])


def test_over_http() -> None:
    """Two models of either kind are asked, recorded, read and labelled; what is measured is their truth."""
    found = calibrate_served(3, seed=1).rows
    assert [row.axis for row in found] == [*Axis, *Axis]
    for row in found:
        assert row.studies == 3
        if row.axis is not Axis.ABLE:
            assert row.shown == 1
            assert row.covered >= 2 / 3
            assert abs(row.bias) < 0.6


# --- what is told of it


def row(**changes: object) -> Coverage:
    plain: dict[str, object] = {
        "scenario": "start",
        "block": ScenarioBlock.COVERS,
        "design": "10 x 1",
        "axis": Axis.ABLE,
        "truth": 100.4,
        "studies": 200,
        "shown": 0.8,
        "covered": 0.95,
        "bias": -0.254,
        "width": 2.44,
        "open": 0.5,
        "bounded": 1.0,
        "marked": 0.0,
    }
    return Coverage(**(plain | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "passed"),
    [
        (row(covered=0.90), True),
        (row(covered=0.899), False),
        (row(covered=1.0), True),
        (row(covered=np.nan, shown=0.0), None),
        (row(block=ScenarioBlock.BOUNDS, covered=0.2), True),
        (row(block=ScenarioBlock.BOUNDS, bounded=0.94), False),
        (row(block=ScenarioBlock.BOUNDS, axis=Axis.SOLVED, covered=0.2), None),
        (row(block=ScenarioBlock.MARKED, covered=0.2, marked=1.0), True),
        (row(block=ScenarioBlock.MARKED, marked=0.99), False),
    ],
)
def test_what_is_asked(made: Coverage, passed: bool | None) -> None:
    """Covering too often is no failure; where will and ability hang together, the bounds are asked alone."""
    assert made.passed is passed
    assert Calibration((row(), made)).passed is (passed is not False)


def test_as_a_table() -> None:
    """Markdown with a section for each block, and a frame with all figures."""
    found = Calibration(
        (row(), row(covered=0.5, scenario="hazard"), row(block=ScenarioBlock.BOUNDS, axis=Axis.WILLING))
    )
    text = found.to_markdown()
    assert "| start | 10 x 1 | able | 100 | 80 % | 95 % | -0.25 | 2.4 | 50 % | 100 % |" in text
    assert "| hazard **failed** | 10 x 1 |" in text
    assert text.count("### ") == 2
    lacking = Calibration((row(shown=0.0, covered=np.nan, bias=np.nan, width=np.nan, open=np.nan),))
    assert "| 100 | 0 % |  |  |  |  | 100 % |" in lacking.to_markdown()
    assert found.table()["passed"].tolist()[:2] == [True, False]
    assert found.table().columns[-1] == "passed"


# --- the respondents


def test_scenarios_have_names_of_their_own() -> None:
    """And words that say what they are."""
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
    assert all(scenario.words and scenario.designs for scenario in SCENARIOS)


@pytest.mark.parametrize("who", [ModelledRespondent(), ModelledRespondent(StoppingRule(slope=None))])
def test_half_at_half(who: ModelledRespondent) -> None:
    """At a hundred steps it is willing half of the time, and able half of the time."""
    made = drawn(who, 100)
    assert made.willing.mean() == pytest.approx(0.5, abs=0.015)
    assert made.able.mean() == pytest.approx(0.5, abs=0.015)
    assert (made.willing & made.able).mean() == pytest.approx(0.25, abs=0.015)


def test_slopes() -> None:
    """A will of slope 2 has odds of e^-2 at twice the length; a constant hazard squares the share."""
    made = drawn(ModelledRespondent(StoppingRule(slope=2.0)), 200)
    odds = made.willing.mean() / (1 - made.willing.mean())
    assert odds == pytest.approx(0.135, abs=0.01)
    assert made.able.mean() == pytest.approx(0.25, abs=0.015)
    assert drawn(ModelledRespondent(skill=Skill(slope=2.0)), 200).able.mean() == pytest.approx(
        0.0625, abs=0.01
    )


def test_spikes_and_refusals() -> None:
    """A spike takes its share of those who reach it, in tasks that have that step; a policy of all."""
    spiky = Skill(half=1e9, spikes=((16, 0.3),))
    assert drawn(ModelledRespondent(skill=spiky), 15).able.all()
    assert drawn(ModelledRespondent(skill=spiky), 16).able.mean() == pytest.approx(0.7, abs=0.015)
    refusing = drawn(ModelledRespondent(StoppingRule(half=1e9, refuses=0.1)), 15)
    assert (refusing.stop == 0).mean() == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("correlation", [-0.8, 0.8])
def test_ties(correlation: float) -> None:
    """Those who err more also stop more, or less."""
    who = ModelledRespondent(StoppingRule(slope=None), ties=Ties(frailty=1.0, correlation=correlation))
    made = drawn(who, 100)
    gap = made.able[made.willing].mean() - made.able[~made.willing].mean()
    assert gap * correlation > 0.1
    kinds = drawn(ModelledRespondent(ties=Ties(mixed=1.5)), 100)
    assert kinds.able[kinds.willing].mean() < kinds.able[~kinds.willing].mean() - 0.2


def test_instances_differ() -> None:
    """Trials of one instance are more alike than those of two."""
    who = ModelledRespondent(ties=Ties(instances=2.0))
    random = np.random.default_rng(0)
    made = Trials.draw(who, np.full(MANY, 100), np.repeat(np.arange(MANY // 20), 20), random)
    spread = made.willing.reshape(-1, 20).mean(axis=1).std()
    assert spread > 2 * np.sqrt(0.25 / 20)


def test_cuts() -> None:
    """At random, at the cap, and of those that ramble on after an error."""
    cut = drawn(ModelledRespondent(StoppingRule(half=1e9), Skill(half=1e9), Cuts(share=0.3)), 50).cut
    assert (cut < 50).mean() == pytest.approx(0.3, abs=0.015)
    capped = ModelledRespondent(cuts=Cuts(cap=60))
    assert np.isinf(drawn(capped, 60).cut).all()
    assert (drawn(capped, 61).cut == 60).all()
    rambling = drawn(ModelledRespondent(StoppingRule(half=1e9), cuts=Cuts(rambles=0.7)), 100)
    cut_short = np.isfinite(rambling.cut)
    assert cut_short.mean() == pytest.approx(0.35, abs=0.015)
    assert (rambling.cut >= rambling.lost)[cut_short].all()


# --- the studies


def test_a_study_is_a_frame_of_outcomes() -> None:
    """As `reports.frame` makes them: ten sizes, the instances of a study its own."""
    rows = simulate(ModelledRespondent(cuts=Cuts(share=0.5)), Design(3, 2), 4, np.random.default_rng(0))
    assert len(checked(rows)) == 4 * len(LENGTHS) * 3 * 2
    table = by_size(rows)
    assert table.groupby("model")["steps"].apply(list).tolist() == [list(LENGTHS)] * 4
    assert (table["instances"] <= 3).all()
    assert (table["repeats"] <= 2).all()
    assert set(rows["label"]) == {"solved", "refusal", "give_up", "logic_error", "truncated"}
    lost = rows["lost_at"].notna()
    assert (rows["lost_at"] <= rows["written"])[lost].all()
    assert lost[rows["label"] == "logic_error"].all()
    assert not lost[rows["label"] == "solved"].any()
    assert (rows.loc[rows["label"] == "refusal", "written"] == 0).all()


def test_wrong_labels_come_at_their_rates() -> None:
    """So many stops become errors and errors stops, and a reader finds about as many."""
    random = np.random.default_rng(0)
    rows = simulate(ModelledRespondent(StoppingRule(half=200.0), Skill(half=50.0)), Design(50), 10, random)
    wrong = Wrong(stops=0.2, errors=0.1, read=1000)
    seen = mislabel(rows, wrong, random)
    stops = rows["label"].isin(["refusal", "give_up"])
    errors = rows["label"] == "logic_error"
    assert (seen.loc[stops, "label"] == "logic_error").mean() == pytest.approx(0.2, abs=0.02)
    assert (seen.loc[errors, "label"] == "give_up").mean() == pytest.approx(0.1, abs=0.02)
    assert (seen["label"] == rows["label"])[~stops & ~errors].all()
    assert seen.loc[seen["label"] == "logic_error", "lost_at"].notna().all()
    read = audit(rows, wrong, random)
    assert read.stops + read.others == 1000
    assert read.stops_found / read.stops == pytest.approx(0.8, abs=0.06)
    assert read.others_taken / read.others == pytest.approx(0.1, abs=0.06)


def test_the_truth() -> None:
    """Both at a hundred steps; solved where the two multiply to one half, for two hazards at fifty."""
    found = truth(
        ModelledRespondent(StoppingRule(slope=None), cuts=Cuts(share=0.9, cap=3)), np.random.default_rng(0)
    )
    assert (found.of(Axis.WILLING), found.of(Axis.ABLE)) == pytest.approx((100, 100), rel=0.04)
    assert found.of(Axis.SOLVED) == pytest.approx(50, rel=0.04)
    refusing = truth(ModelledRespondent(StoppingRule(refuses=0.2)), np.random.default_rng(0))
    # 0.8 / (1 + e^(1.5 d)) = 1/2
    assert refusing.willing == pytest.approx(100 * 2 ** (np.log(0.6) / 1.5), rel=0.04)


def test_labels_of_the_simulation_are_labels() -> None:
    """A respondent that cannot fail solves."""
    rows = simulate(
        ModelledRespondent(StoppingRule(half=1e9), Skill(half=1e9)), Design(1), 1, np.random.default_rng(0)
    )
    assert (rows["label"] == str(Label.SOLVED)).all()
