"""The instrument held against simulated respondents whose truth is known."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from evals.record.outcome import Label
from reports.calibration import (
    CLAIM_SCENARIOS,
    SCENARIOS,
    Claims,
    Coverage,
    Design,
    ScenarioBlock,
    ScenarioGroup,
    UnknownScenario,
    calibrate,
    calibrate_served,
    running,
)
from reports.calibration.coverage import Calibration
from reports.calibration.respondents import (
    Cuts,
    ModelledRespondent,
    Skill,
    StoppingRule,
    Ties,
    TokenBudget,
    Trials,
)
from reports.calibration.scenarios import LENGTHS, Wrong
from reports.calibration.studies import audit, mislabel, simulate, truth
from reports.frame import checked
from reports.measures import Axis, by_size

pytestmark = pytest.mark.slow

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
    with pytest.raises(
        UnknownScenario, match=r"no scenario 'start' in the group 'recovery'; there are 'push"
    ):
        calibrate(1, ["start"], only=ScenarioGroup.RECOVERY)


def test_few_sizes_give_brackets_that_hold() -> None:
    """One or three sizes, with one, five or more instances: no number, and a bracket that holds."""
    found = calibrate(12, ["few sizes"], seed=2).table()
    small = found[found["design"].str.contains("1 size|3 sizes")]
    assert (small["shown"] == 0).all()
    told = small[small["alone"] > 0]
    assert len(told) > 10
    assert np.average(told["alone_covered"], weights=told["alone"]) >= 0.9


def test_what_is_no_falling_curve_is_marked_as_poor() -> None:
    """There is no horizon to hold; every number that is given is marked."""
    able = [row for row in calibrate(5, ["parity"], seed=1).rows if row.axis is not Axis.WILLING]
    assert all(np.isnan(row.truth) and np.isnan(row.covered) for row in able)
    assert all(row.shown == 0 or row.passed for row in able)


def test_claims_are_held_against_the_truth() -> None:
    """Who errs and then gives up is not unwilling, who always stops is; cuts alone give no rate."""
    names = (
        "errs and then stops",
        "stops anyway",
        "cut behind the last step",
        "push of the will",
        "no change",
    )
    found = calibrate(2, names, seed=1)
    assert not found.rows
    assert found.passed
    of = {(row.scenario, row.design, row.claim): row for row in found.claims}
    assert of["errs and then stops", "20 x 1", "any verdict"].false == 0
    assert of["stops anyway", "20 x 1", "won't"].right > 0.9
    assert of["cut behind the last step", "12 x 1", "a rate without a mark"].false == 0
    assert of["push of the will", "20 x 5", "net of errors"].false <= 0.2
    assert of["no change", "20 x 5", "regressed, of `compare`"].false <= 0.2
    table = found.table_of_claims()
    assert (table["studies"] == 20).all()
    assert "| stops anyway | 20 x 1 | won't | 20 | 0.0 % |" in found.to_markdown()


def claimed(false: int, of: int, group: ScenarioGroup = ScenarioGroup.VERDICTS) -> Claims:
    rows = pd.DataFrame({"false": [True] * false + [False] * (of - false)}, dtype="boolean")
    rows = rows.reindex(columns=["false", "right", "covered"])
    return Claims.of("some", group, Design(10), "solves", rows)


def test_what_is_asked_of_claims() -> None:
    """Some false claims in a hundred, and two Monte Carlo errors; of many pairs of runs the upper limit."""
    assert claimed(50, 1000).upper == pytest.approx(0.0628, abs=5e-4)  # by the beta distribution
    assert (claimed(74, 1000).passed, claimed(76, 1000).passed) == (True, False)
    assert claimed(0, 20).right is not None
    assert np.isnan(claimed(0, 20).right)
    assert claimed(900, 1999, ScenarioGroup.COMPARE).passed is None
    assert [claimed(count, 2000, ScenarioGroup.COMPARE).passed for count in (56, 57)] == [True, False]


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
        "bracket_covered": 0.96,
        "alone": 0.2,
        "alone_covered": 0.9,
        "marked": 0.0,
        "required": True,
    }
    return Coverage(**(plain | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "passed"),
    [
        (row(covered=0.89), True),  # 93 % less two errors of 160 studies
        (row(covered=0.889), False),
        (row(covered=1.0), True),
        (row(bracket_covered=0.8), False),
        (row(covered=np.nan, shown=0.0, bracket_covered=np.nan), None),
        (row(covered=0.2, required=False), None),
        (row(block=ScenarioBlock.BOUNDS, covered=0.2, required=False), True),
        (row(block=ScenarioBlock.BOUNDS, covered=0.2), False),
        (row(block=ScenarioBlock.CUTS, covered=0.2, marked=1.0, required=False), True),
        (row(block=ScenarioBlock.CUTS, marked=0.9, required=False), False),
        (row(block=ScenarioBlock.POOR, truth=np.nan, marked=1.0), True),
        (row(block=ScenarioBlock.POOR, truth=np.nan, marked=0.9), False),
        (row(block=ScenarioBlock.BOUNDS, bounded=0.94), False),
        (row(block=ScenarioBlock.BOUNDS, axis=Axis.SOLVED, covered=0.2, required=False), None),
        (row(block=ScenarioBlock.MARKED, covered=0.2, marked=1.0), True),
        (row(block=ScenarioBlock.MARKED, marked=0.99), False),
    ],
)
def test_what_is_asked(made: Coverage, passed: bool | None) -> None:
    """Covering too often is no failure; where will and ability hang together, less is asked."""
    assert made.passed is passed
    assert Calibration((row(), made)).passed is (passed is not False)


def test_as_a_table() -> None:
    """Markdown with a section for each block, and a frame with all figures."""
    found = Calibration(
        (row(), row(covered=0.5, scenario="hazard"), row(block=ScenarioBlock.BOUNDS, axis=Axis.WILLING))
    )
    text = found.to_markdown()
    assert (
        "| start | 10 x 1 | able | 100 | 80 % | 95 % | -0.25 | 2.4 | 50 % | 96 % | 20 % | 90 % | 100 % |"
        in text
    )
    assert "| hazard **failed** | 10 x 1 |" in text
    assert text.count("### ") == 2
    assert "| start *misses* | 10 x 1 |" in Calibration((row(covered=0.5, required=False),)).to_markdown()
    lacking = Calibration(
        (
            row(
                shown=0.0,
                alone=0.0,
                alone_covered=np.nan,
                bracket_covered=np.nan,
                covered=np.nan,
                bias=np.nan,
                width=np.nan,
                open=np.nan,
            ),
        )
    )
    assert "| 100 | 0 % |  |  |  |  |  | 0 % |  | 100 % |" in lacking.to_markdown()
    assert found.table()["passed"].tolist()[:2] == [True, False]
    assert found.table().columns[-1] == "passed"


# --- the respondents


def test_scenarios_have_names_of_their_own() -> None:
    """And words that say what they are."""
    names = [one.name for one in SCENARIOS] + [one.name for one in CLAIM_SCENARIOS]
    assert len(set(names)) == len(names)
    assert all(one.words and one.designs for one in SCENARIOS)
    assert all(one.words and one.designs for one in CLAIM_SCENARIOS)


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


def test_thresholds_of_instances() -> None:
    """One standard deviation above the median half of 100 lie 84 % of them; kinds lie where they are put."""
    sharp = StoppingRule(slope=60.0), Skill(slope=60.0)
    made = drawn(ModelledRespondent(*sharp, ties=Ties(halves=0.7)), round(100 * 2**0.7))
    assert made.willing.mean() == pytest.approx(0.159, abs=0.015)
    assert made.able.mean() == pytest.approx(0.159, abs=0.015)
    kinds = drawn(ModelledRespondent(*sharp, ties=Ties(kinds=((-3.0, 0.0), (0.0, -3.0)))), 50)
    assert kinds.willing.mean() == pytest.approx(0.5, abs=0.015)
    assert (kinds.able == ~kinds.willing).all()


def test_errors_by_parity() -> None:
    """At 7 steps (three doublings) most err, at 15 as few as without."""
    odd = ModelledRespondent(skill=Skill(half=1e9, odd=0.8))
    assert drawn(odd, 7).able.mean() == pytest.approx(0.2, abs=0.015)
    assert drawn(odd, 15).able.all()


def test_cuts_by_tokens_and_while_thinking() -> None:
    """Half of the answers need more than 12 tokens a step; the wordy err less; who errs may be cut first."""
    able = StoppingRule(half=1e9)
    wordy = drawn(ModelledRespondent(able, cuts=Cuts(budget=TokenBudget(1200, careful=1.0))), 101)
    spent = wordy.cut < 101
    assert spent.mean() == pytest.approx(0.5, abs=0.02)
    assert wordy.able[spent].mean() > wordy.able[~spent].mean() + 0.2
    thinking = drawn(ModelledRespondent(able, cuts=Cuts(thinking=(0.2, 0.6))), 100)
    first = thinking.cut == 0
    assert first[thinking.able].mean() == pytest.approx(0.2, abs=0.015)
    assert first[~thinking.able].mean() == pytest.approx(0.6, abs=0.015)


def test_who_strays_is_cut_behind_the_last_step() -> None:
    """No error is seen, more steps are written than a solution has, and nothing is solved."""
    straying = ModelledRespondent(StoppingRule(half=1e9), Skill(half=1e-3), Cuts(strays=1.0))
    rows = simulate(straying, Design(4), 1, np.random.default_rng(0))
    assert set(rows["label"]) == {"truncated"}
    assert rows["lost_at"].isna().all()
    assert (rows["written"] >= rows["steps"]).all()


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
