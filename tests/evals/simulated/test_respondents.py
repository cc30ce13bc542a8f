"""Respondents: what they decide agrees with their stated truth, and hangs on nothing but the trial."""

import pytest

from evals.simulated.decisions import Call, Decision, Manner, decide
from evals.simulated.respondents import NAMED, Respondent, Stop
from tasks import puzzle

TRIALS = 2000
BY_NAME = {respondent.name: respondent for respondent in NAMED}
DEMO = [("hanoi", size) for size in range(3, 10)] + [("counting", size) for size in (15, 63, 255, 1023)]


def plans(respondent: Respondent, steps: int, arm: str = "list", trials: int = TRIALS) -> list[Decision]:
    return [decide(respondent, steps, Call(f"trial {index}", 1, arm)) for index in range(trials)]


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def accuracy(respondent: Respondent, arm: str) -> float:
    """Expected share of right answers over the demo's tasks."""
    right = []
    for name, size in DEMO:
        steps = puzzle(name).fewest_steps(puzzle(name).generate({"size": size}))
        assert steps is not None
        truth = respondent.truth(steps, arm)
        right.append(truth.willing * truth.able)
    return sum(right) / len(right)


@pytest.mark.parametrize("steps", [7, 63, 255])
@pytest.mark.parametrize("arm", ["list", "insist"])
def test_decided_stops_and_errors_come_at_the_true_rates(steps: int, arm: str) -> None:
    """Two thousand trials show the stated probabilities to within a few standard errors."""
    respondent = Respondent(
        "mixed",
        willing_50=60,
        willing_slope=1.5,
        refuses=0.1,
        insist_effect=4,
        error_rate=0.004,
        error_at={5: 0.1, 100: 0.3},
    )
    truth = respondent.truth(steps, arm)
    decided = plans(respondent, steps, arm)
    assert share([plan.manner is Manner.WHOLE for plan in decided]) == pytest.approx(truth.willing, abs=0.04)
    assert share([plan.wrong is None for plan in decided]) == pytest.approx(truth.able, abs=0.04)


def test_will_and_skill_are_independent() -> None:
    """Those who stop would have erred as often as those who go on."""
    decided = plans(Respondent("both", willing_50=100, error_rate=0.007), 100, trials=4000)
    stopped = [plan.wrong is None for plan in decided if plan.manner is Manner.STOPPED]
    whole = [plan.wrong is None for plan in decided if plan.manner is Manner.WHOLE]
    assert min(len(stopped), len(whole)) > 1800
    assert share(stopped) == pytest.approx(share(whole), abs=0.06)


def test_errors_come_first_at_a_spike_as_often_as_stated() -> None:
    """A certain error at step 16 hits everyone who got there, and nobody in a shorter task."""
    respondent = Respondent("spiky", error_at={16: 1.0})
    assert {plan.wrong for plan in plans(respondent, 31, trials=50)} == {16}
    assert {plan.wrong for plan in plans(respondent, 15, trials=50)} == {None}
    assert (respondent.truth(15).able, respondent.truth(16).able) == (1.0, 0.0)


def test_a_certain_error_is_at_the_first_step() -> None:
    """An error rate of one leaves no right step."""
    assert {plan.wrong for plan in plans(Respondent("hopeless", error_rate=1.0), 9, trials=20)} == {1}


def test_pushing_moves_the_will_by_its_factor_and_leaves_the_skill() -> None:
    """A will that ends at 60 steps ends at 480 when pushed eightfold."""
    respondent = Respondent("pushed", willing_50=60, insist_effect=8, error_rate=0.01)
    assert respondent.truth(60).willing == pytest.approx(0.5)
    assert respondent.truth(480, "insist").willing == pytest.approx(0.5)
    assert respondent.truth(480, "insist").able == respondent.truth(480).able
    assert respondent.truth(60, "nudge") == respondent.truth(60)


def test_the_will_falls_by_its_slope_for_each_doubling() -> None:
    """Slope 2: at twice the length the odds are e to the minus 2."""
    willing = Respondent("sloped", willing_50=60, willing_slope=2.0).truth(120).willing
    assert willing / (1 - willing) == pytest.approx(0.1353, abs=1e-4)


def test_lengths_far_from_the_threshold_overflow_nothing() -> None:
    """A billion steps are simply not wanted, one step is."""
    respondent = Respondent("steep", willing_50=1000, willing_slope=200, error_rate=1e-300)
    assert respondent.truth(10**9).willing == pytest.approx(0)
    assert respondent.truth(1).willing == pytest.approx(1)
    assert decide(respondent, 10**9, Call("t", 1, "list")).wrong is None


@pytest.mark.parametrize("steps", [2, 3, 10, 1000])
def test_stops_write_at_least_one_step_and_never_all(steps: int) -> None:
    """Whatever the median, a partial list is partial."""
    respondent = Respondent("short", willing_50=1e-9, stops={Stop.OFFER: 1}, stops_after=12)
    written = [plan.written for plan in plans(respondent, steps)]
    assert min(written) >= 1
    assert max(written) < steps
    if steps == 1000:
        assert sorted(written)[TRIALS // 2] in range(10, 15)


def test_a_task_of_one_step_can_only_be_refused() -> None:
    """There is no part of a single step."""
    decided = plans(Respondent("short", willing_50=1e-9, stops={Stop.OFFER: 1}), 1, trials=20)
    assert {(plan.stop, plan.written) for plan in decided} == {(Stop.REFUSAL, 0)}


def test_ways_to_stop_come_by_weight_and_in_any_written_order() -> None:
    """Weights are shares, and the order of a mapping decides nothing."""
    one = Respondent("weighed", willing_50=1e-9, stops={Stop.CODE: 3, Stop.ELLIPSIS: 1})
    other = Respondent("weighed", willing_50=1e-9, stops={Stop.ELLIPSIS: 1, Stop.CODE: 3})
    decided = plans(one, 50)
    assert decided == plans(other, 50)
    assert share([plan.stop is Stop.CODE for plan in decided]) == pytest.approx(0.75, abs=0.04)
    assert {plan.stop for plan in decided} == {Stop.CODE, Stop.ELLIPSIS}


def test_a_plan_hangs_on_trial_and_turn_alone_and_the_will_on_the_trial() -> None:
    """Another order changes nothing; in a later turn the skill is drawn anew, the will is not."""
    respondent = Respondent("both", willing_50=50, error_rate=0.02)
    forward = [decide(respondent, 50, Call(f"t{index}", 1, "list")) for index in range(100)]
    backward = [decide(respondent, 50, Call(f"t{index}", 1, "list")) for index in reversed(range(100))]
    assert forward == backward[::-1]
    later = [decide(respondent, 50, Call(f"t{index}", 2, "list")) for index in range(100)]
    assert [plan.manner for plan in later] == [plan.manner for plan in forward]
    assert [plan.wrong for plan in later] != [plan.wrong for plan in forward]


def test_another_seed_is_another_respondent_of_the_same_truth() -> None:
    """Studies can be repeated with fresh answers."""
    one, other = Respondent("s", willing_50=60, seed=0), Respondent("s", willing_50=60, seed=1)
    assert one.truth(60) == other.truth(60)
    assert plans(one, 60, trials=50) != plans(other, 60, trials=50)


def test_tired_and_careless_are_right_about_equally_often_and_only_one_can_be_pushed() -> None:
    """The demo: one accuracy, two reasons."""
    tired, careless = BY_NAME["tired"], BY_NAME["careless"]
    assert accuracy(tired, "list") == pytest.approx(accuracy(careless, "list"), abs=0.01)
    assert accuracy(tired, "insist") > accuracy(tired, "list") + 0.4
    assert accuracy(careless, "insist") == accuracy(careless, "list")
    assert tired.truth(1023).able == 1
    assert careless.truth(1023).willing == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"error_rate": 1.5},
        {"refuses": -0.1},
        {"willing_50": 0},
        {"stops_after": 0},
        {"malformed": 0.6, "empty": 0.6},
        {"error_at": {3: 2.0}},
        {"stops": {}},
        {"yields": 1.1},
        {"restated_effect": 2},
        {"short_parts": 0.6, "long_parts": 0.6},
        {"misses": {}},
        {"method_effect": -1},
        {"leaves": 1.1},
    ],
)
def test_impossible_respondents_are_named_and_refused(wrong: dict[str, float]) -> None:
    """A probability above one is a mistake of whoever wrote it."""
    with pytest.raises(ValueError, match="respondent 'x'"):
        Respondent("x", **wrong)  # type: ignore[arg-type]
