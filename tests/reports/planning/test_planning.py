"""A plan is held against the measures that it foretells."""

import json
from pathlib import Path

import numpy as np
import pytest

from evals.plan.asked_sizes import AskedPuzzle, AskedSize, asked_puzzles
from evals.plan.flags import found_spec
from evals.plan.spec import Spec
from reports.analyses.run_comparison import changed_shares
from reports.analyses.verdicts import Verdict
from reports.measures import Axis
from reports.planning import SpecPlan, as_json, time_told, told
from reports.planning.horizon_widths import Who, horizon_widths, middle, simulated_rows
from reports.planning.least_change import least_changes
from reports.planning.verdict_power import clear, needed_instances, simulated_power, verdict_powers


def design(*steps: int, instances: int = 10, repeats: int = 1, arms: str = "list insist") -> AskedPuzzle:
    sizes = tuple(AskedSize(length, length, instances) for length in steps)
    return AskedPuzzle("copying", sizes, dict.fromkeys(arms.split(), repeats))


SIX = design(8, 16, 32, 64, 128, 256)


@pytest.mark.parametrize("verdict", [Verdict.SOLVES, Verdict.WONT, Verdict.CANT])
def test_power_is_that_of_the_verdicts(verdict: Verdict) -> None:
    """The exact power against verdicts of simulated answers: within three standard errors of 150 studies."""
    arms = (1,) if verdict is Verdict.SOLVES else (1, 1)
    exact = clear(0.85, 9) ** len(arms)
    assert simulated_power(verdict, 0.85, 9, arms, seed=1, studies=150) == pytest.approx(exact, abs=0.1)


def test_instances_needed() -> None:
    """From there on every number suffices; the audit of 8 of 10 and 14 of 20 is in the limits."""
    assert [needed_instances(0.9, arms) for arms in (1, 2)] == [7, 9]
    assert clear(0.9, 10) == pytest.approx(0.930, abs=5e-4)  # 8, 9 or 10 of 10
    assert clear(0.9, 4) == 0
    assert all(clear(0.75, n) >= 0.8 for n in range(needed_instances(0.75, 1), 60))


def test_repeats_lend_power() -> None:
    """Instances that are alike, asked three times each, tell more than asked once."""
    assert simulated_power(Verdict.SOLVES, 0.75, 10, (3,), seed=1, studies=100) > clear(0.75, 10) + 0.1


def test_verdicts_that_are_impossible() -> None:
    """Without the arm that pushes nothing can be said of will; with four instances nothing at all."""
    lacking = {str(power.verdict): power for power in verdict_powers(design(8, arms="list"))}
    assert lacking["solves"].lacks is None
    assert "insist" in str(lacking["won't"].lacks)
    few = verdict_powers(design(8, instances=4))
    assert all(power.lacks is not None and not power.likely and power.power == 0 for power in few)
    alone = verdict_powers(design(8, instances=1, repeats=10))
    assert all(power.lacks is None for power in alone)


def test_four_sizes_have_no_horizon() -> None:
    """Then it is said why."""
    (will, *others) = horizon_widths(design(8, 16, 32, 64), studies=1)
    assert (will.axis, will.studies) == (Axis.WILLING, 1)
    assert will.truth == pytest.approx(22.6, abs=0.1)
    assert all(width.with_number == 0 and "a horizon needs 5" in width.reason for width in (will, *others))


def test_the_least_change_is_what_compare_sees() -> None:
    """The formula against `compare` on sixty simulated pairs: four in five are clear."""
    change = next(found for found in least_changes(SIX, shares=3) if found.who is Who.ERRS)
    half, random = middle(SIX), np.random.default_rng(7)
    before = simulated_rows(SIX, Who.ERRS.at(half), 60, random)
    after = simulated_rows(SIX, Who.ERRS.at(half * change.ratio), 60, random)
    table = changed_shares(before, after.assign(run="later"), ["model_a"])
    solved = table[table["measure"] == "solved"]
    assert len(solved) == 60
    assert solved["change"].mean() == pytest.approx(change.change, abs=0.03)
    assert solved["regressed"].mean() == pytest.approx(0.8, abs=0.15)


def test_no_change_is_seen_of_single_trials() -> None:
    """One trial of one instance a size has no interval, and so no change is clear."""
    changes = least_changes(design(8, 16, 32, instances=1), shares=6)
    assert all(np.isnan(change.ratio) for change in changes)
    more = least_changes(design(8, 16, 32, instances=20), shares=6)
    assert all(-1 < change.change < 0 < change.ratio < 1 for change in more)


@pytest.fixture(scope="module")
def quick() -> SpecPlan:
    spec = Spec.load(found_spec(Path("quick")), {"models": ["ollama/m"]}, {})
    return SpecPlan.of(spec, [], studies=2)


def test_the_quick_spec_decides_a_plain_case(quick: SpecPlan) -> None:
    """At most 250 answers give a likely verdict of each kind, and a number for each horizon in the middle."""
    assert sum(puzzle.asked.trials for puzzle in quick.puzzles) <= 250
    for puzzle in quick.puzzles:
        assert all(power.likely for power in puzzle.verdicts if power.share == 0.9)
        plain = [width for width in puzzle.horizons if width.who is not Who.BOTH]
        assert {width.axis for width in plain} == {Axis.WILLING, Axis.ABLE}
        assert all(width.with_number == 1 and 0.5 < width.width < 3 for width in plain)


def test_in_words(quick: SpecPlan) -> None:
    said = "\n".join(told(quick))
    assert (
        "copying: 6 sizes of 8 to 256 steps, 10 instances of each, asked by list, insist: 120 trials" in said
    )
    assert "won't    86 % or 28 % likely; to be 80 % likely it takes 9 (given) or 32 instances" in said
    assert "(2 simulated studies of each)" in said
    assert "Numbers lie between 16 and 128 steps" in said
    assert "of 12 shares compared" in said
    assert time_told(30_000) == "Time: about 10 min, if all answers together take 50 tokens a second."


def test_as_json(quick: SpecPlan) -> None:
    plain = json.loads(json.dumps(as_json(quick), allow_nan=False))
    assert [puzzle["puzzle"] for puzzle in plain["puzzles"]] == ["hanoi_random", "copying"]
    assert plain["puzzles"][1]["numbers_between"] == [16, 128]
    assert plain["puzzles"][1]["verdicts"][0]["likely"] is True
    assert (plain["nothing"], plain["found_while_asking"]) == (None, [])


def test_a_spec_that_shows_nothing() -> None:
    spec = Spec.load(
        None,
        {
            "models": ["o/m"],
            "puzzles": [{"name": "hanoi", "sizes": [3, 4]}],
            "endpoints": {"o": {"base_url": "http://127.0.0.1:9/v1"}},
        },
        {},
    )
    assert len(asked_puzzles(spec)) == 1
    said = list(told(SpecPlan.of(spec, [], studies=1)))
    assert any(line.startswith("Note: this can show neither a verdict") for line in said)
    assert any("impossible" in line for line in said)
    assert any("no number (2 sizes have" in line or "no number (0 sizes have" in line for line in said)
