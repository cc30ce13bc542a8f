"""What changed from one run to another, by hand and in words."""

import itertools
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from evals.record.outcome import Outcome
from reports import FrameError, frame
from reports.analyses.run_comparison import Comparison, NothingShared, compare
from reports.words.run_comparison import describe_comparison
from tests.samples.many_outcomes import framed, on_each
from tests.samples.outcomes import HOSTILE

pytestmark = pytest.mark.slow


def answers(labels: str, arm: str = "list", first: int = 0, **changes: Any) -> list[Outcome]:
    """One trial an instance: s solved, g gave up, e erred, c cut, x no reply."""
    of = {"s": "solved", "g": "give_up", "e": "logic_error", "c": "truncated", "x": "error"}
    return [
        one
        for number, label in enumerate(labels)
        for one in on_each(
            of[label], [first + number], arm=arm, lost_at=1 if label == "e" else None, **changes
        )
    ]


def compared(a: Sequence[Outcome], b: Sequence[Outcome], **models: Any) -> Comparison:
    return compare(frame(a, "before"), frame(b, "after"), **models)


def share(made: Comparison, measure: str) -> "pd.Series[Any]":
    """The one row about this measure."""
    found = made.shares[made.shares["measure"] == measure]
    assert len(found) == 1
    return found.iloc[0]


def test_by_hand() -> None:
    """Two of four were solved, then one: b minus a, with the paired t interval."""
    row = share(compared(answers("ssge"), answers("sgge")), "solved")
    assert row[["a", "b", "change"]].tolist() == pytest.approx([0.5, 0.25, -0.25])
    error = 0.25  # the standard deviation of 0, -1, 0, 0 is one half
    reach = 3.182446 * error  # t of 97.5 % with 3
    assert row[["se", "df"]].tolist() == pytest.approx([error, 3])
    assert row[["low", "high"]].tolist() == pytest.approx([max(-0.25 - reach, -1), -0.25 + reach])
    assert not row["regressed"]
    assert not row["improved"]


@pytest.mark.parametrize(
    ("a", "b", "regressed", "improved"),
    [
        ("s" * 20, "s" * 20, [], []),
        ("s" * 20, "s" * 17 + "e" * 3, [], []),
        ("s" * 20, "e" * 20, ["lost", "solved"], []),
        ("s" * 20, "g" * 20, ["solved", "stopped"], []),
        ("e" * 20, "s" * 20, [], ["lost", "solved"]),
        ("g" * 20, "e" * 20, [], ["stopped"]),  # who does not stop has more to lose
        ("e" * 20, "g" * 20, ["stopped"], ["lost"]),
        ("g" * 40, "s" * 20 + "e" * 20, [], ["solved", "stopped"]),
    ],
)
def test_what_is_worse_and_what_is_better(a: str, b: str, regressed: list[str], improved: list[str]) -> None:
    """A change counts where it is clear after Holm's correction; the run regressed if any share did."""
    made = compared(answers(a), answers(b))
    assert made.shares.loc[made.shares["regressed"], "measure"].tolist() == regressed
    assert made.shares.loc[made.shares["improved"], "measure"].tolist() == improved
    assert made.regressed == bool(regressed)


def test_everything_looked_at_is_corrected_for() -> None:
    """The same change beside ten arms without one is less sure."""
    alone = compared(answers("s" * 8), answers("g" * 8))
    assert alone.regressed
    many = [one for arm in "abcdefghij" for one in answers("s" * 8, arm)]
    assert not compared([*answers("s" * 8), *many], [*answers("g" * 8), *many]).regressed


def test_sizes_are_compared_too() -> None:
    """What changed at one size alone stands there."""
    a = [*answers("s" * 9), *answers("s" * 9, first=10, size=4, steps=15)]
    b = [*answers("s" * 9), *answers("g" * 9, first=10, size=4, steps=15)]
    sizes = compared(a, b).sizes
    solved = sizes[sizes["measure"] == "solved"]
    assert solved[["size", "change", "regressed"]].to_numpy().tolist() == [[3, 0, False], [4, -1, True]]


def test_flips_by_hand() -> None:
    """Trial by trial: the same repeat of the same instance; those that one run alone has are in none."""
    made = compared([*answers("ssgx"), *answers("s", repeat=1)], [*answers("sggs"), *answers("s", repeat=2)])
    assert made.flips[["label_a", "label_b", "trials", "flipped"]].to_numpy().tolist() == [
        ["solved", "solved", 1, False],
        ["solved", "give_up", 1, True],
        ["give_up", "give_up", 1, False],
        ["error", "solved", 1, True],
    ]


def test_the_one_model_of_either_is_compared() -> None:
    """Two runs of one model each are two models, whatever their names."""
    made = compared(answers("s", model="old"), answers("g", model="new"))
    assert made.shares[["model_a", "model_b"]].to_numpy().tolist()[0] == ["old", "new"]


def test_models_of_the_same_name_are_compared() -> None:
    """Those that one run alone has are named."""
    a = [*answers("ss", model="m"), *answers("ss", model="n"), *answers("ss", model="o")]
    b = [*answers("ss", model="m"), *answers("ss", model="n")]
    made = compared(a, b)
    assert made.shares["model_a"].tolist() == ["m"] * 3 + ["n"] * 3
    assert made.shares["model_b"].tolist() == ["m"] * 3 + ["n"] * 3
    assert any("model 'o'" in note for note in made.notes)


def test_a_model_can_be_chosen() -> None:
    """Where a run has several, and no name is shared."""
    a = [*answers("s", model="m"), *answers("g", model="n")]
    with pytest.raises(NothingShared, match=r"share no model: 'before' has 'm', 'n'; 'after' has 'o'"):
        compared(a, answers("s", model="o"))
    for name in ("n", f"{a[0].endpoint}/n"):
        made = compared(a, answers("s", model="o"), model_a=name)
        assert share(made, "solved")[["a", "b"]].tolist() == [0, 1]
    with pytest.raises(NothingShared, match="no model 'q'; it has 'm', 'n'"):
        compared(a, answers("s", model="o"), model_a="q")


@pytest.mark.parametrize(
    "other",
    [
        answers("ss", first=5),
        answers("ss", arm="insist"),
        answers("ss", puzzle="counting"),
        answers("cx"),
        [],
    ],
)
def test_runs_that_share_no_instance_are_refused(other: list[Outcome]) -> None:
    """With what each holds, and what to do; nothing is reported as unchanged."""
    with pytest.raises(FrameError):
        compared(answers("ss"), other)


def test_the_refusal_says_what_each_has() -> None:
    """So that the reader sees what differs."""
    with pytest.raises(
        NothingShared, match=r"first has 'hanoi' by 'list', the second 'hanoi' by 'insist'; compare"
    ):
        compared(answers("s"), answers("s", arm="insist"))


def test_one_side_is_one_run() -> None:
    """Two runs on one side would be pooled."""
    two = pd.concat([framed(answers("s")), framed(answers("s")).assign(run="s")])
    with pytest.raises(FrameError, match="one side holds 2"):
        compare(two, framed(answers("s")))


def test_other_sampling_is_noted() -> None:
    """A change may be due to a budget, an endpoint or a temperature."""
    made = compared(answers("s", max_tokens=1), answers("s", max_tokens=2, endpoint="other"))
    assert [note for note in made.notes if "differ in" in note] == [
        "the runs differ in endpoint: what changed may be due to that",
        "the runs differ in max tokens: what changed may be due to that",
    ]


def test_budgets_within_a_run_are_not_pooled() -> None:
    """Each is compared with its own."""
    a = [*answers("s", max_tokens=1), *answers("g", max_tokens=2)]
    solved = compared(a, a).shares
    solved = solved[solved["measure"] == "solved"]
    assert solved[["max_tokens", "a", "b"]].to_numpy().tolist() == [[1, 1, 1], [2, 0, 0]]


def swept(shares: Sequence[float], **changes: Any) -> list[Outcome]:
    """Sixteen instances a size, so many of them solved, and the others given up."""
    made = []
    for place, part in enumerate(shares):
        size, solved = 3 + place, round(16 * part)
        labels = "s" * solved + "g" * (16 - solved)
        made += answers(labels, first=100 * size, size=size, steps=2**size - 1, **changes)
    return made


def test_horizons_stand_side_by_side() -> None:
    """With the ratio of b by a where both lie inside the sizes."""
    a, b = swept([1, 1, 0.9, 0.8, 0.3, 0.1]), swept([1, 0.8, 0.3, 0.1, 0, 0])
    table = compared(a, b).horizons.set_index("axis")
    willing = table.loc["willing"]
    assert willing["estimate_a"] > willing["estimate_b"]
    assert willing["ratio"] == pytest.approx(willing["estimate_b"] / willing["estimate_a"])
    assert willing["low"] < willing["ratio"] < willing["high"] < 1
    able = table.loc["able"]
    assert pd.isna(able["ratio"])
    assert able["reason"] == "neither horizon lies inside the sizes"


def test_in_words() -> None:
    """Every share with its change, what flipped, the horizons, and what it comes to."""
    told = list(
        describe_comparison(compared(swept([1, 1, 0.9, 0.8, 0.3, 0.1]), swept([1, 0.8, 0.3, 0.1, 0, 0])))
    )
    assert told[0] == "From run before (a) to run after (b), on the instances that both were asked"
    assert "tired: hanoi, list" in told
    [solved] = [line for line in told if line.startswith("  solved: ")]
    assert solved.startswith("  solved: 69 % to 38 %, -31 points [-")
    assert solved.endswith(", 96 instances: worse")
    assert any("trials ended otherwise: solved to give up 30" in line for line in told)
    assert any(
        line.startswith("  willing_50, in steps: ") and " [" in line and " times [" in line for line in told
    )
    assert told[1] == "Clearly worse: 2 of 3 shares (p below 0.05, corrected for all of them)"
    assert [line.split(", -")[0].split(", +")[0] for line in told[2:4]] == [
        "  worse: tired: hanoi, list: solved 69 % to 38 %",
        "  worse: tired: hanoi, list: stopped by choice 31 % to 63 %",
    ]


def test_a_bracket_in_words() -> None:
    """Too few sizes for a number: the sizes between which the rate crosses one half, as in the report."""
    told = list(describe_comparison(compared(swept([1, 1, 0.2]), swept([1, 1, 1]))))
    assert "  willing_50, in steps: between 15 and 31, then > 31" in told


def test_no_change_in_words() -> None:
    """A run beside itself: nothing flipped, nothing worse."""
    told = list(describe_comparison(compared(answers("ssg", max_tokens=9), answers("ssg", max_tokens=9))))
    assert any(line.endswith("no clear change") for line in told)
    assert "  no trial of 3 ended otherwise" in told
    assert told[1] == "No share of 3 changed clearly"


def test_what_changed_clearly_comes_first() -> None:
    """The worse before the better, the larger before the smaller; then the groups, in the same order."""
    groups = {"list": ("s" * 20, "s" * 20), "window": ("g" * 20, "s" * 20), "insist": ("s" * 20, "g" * 20)}
    a, b = ([one for arm, sides in groups.items() for one in answers(sides[at], arm=arm)] for at in range(2))
    told = list(describe_comparison(compared(a, b)))
    assert told[1].startswith(
        "Clearly worse: 2 of 9 shares (p below 0.05, corrected for all of them); clearly"
    )
    assert [line.split(":")[0].strip() for line in told[2:6]] == ["worse", "worse", "better", "better"]
    heads = [line for line in told if line.startswith("tired: hanoi")]
    assert heads == [f"tired: hanoi, {arm}" for arm in ("insist", "window", "list")]


def test_shares_stay_shares_where_answers_were_cut() -> None:
    """However odd the estimate of those that are left is."""
    for a, b in itertools.product(("ccce", "eccc", "scce", "gcce"), repeat=2):
        table = compared(answers(a), answers(b)).shares
        assert table["a"].between(0, 1).all(), (a, b)
        assert table["b"].between(0, 1).all(), (a, b)
        assert table["change"].between(-1, 1).all()


def test_unequal_repeats_are_told() -> None:
    """A change can come of repeats that one of the runs has alone."""
    a = [*answers("ss"), *answers("ss", repeat=1)]
    told = "\n".join(describe_comparison(compared(a, answers("sg"))))
    assert "Note: the instances have 2 and 1 repeats" in told
    assert "repeats" not in "\n".join(describe_comparison(compared(a, a)))


def test_what_is_not_known_in_words() -> None:
    """A single trial has a difference and no interval."""
    told = "\n".join(describe_comparison(compared(answers("s"), answers("g"))))
    assert "solved: 100 % to 0 %, 1 instance: how surely cannot be said" in told


def test_names_cannot_hurt() -> None:
    """Models and runs are named harmlessly."""
    a, b = (frame(answers("s", model=HOSTILE), name) for name in (HOSTILE, f"{HOSTILE}2"))
    for line in describe_comparison(compare(a, b)):
        assert line.isprintable(), line


def test_budgets_are_named_in_words() -> None:
    """Where they tell two groups apart."""
    a = [*answers("s", max_tokens=4096), *answers("g", max_tokens=8192)]
    told = list(describe_comparison(compared(a, a)))
    assert "tired: hanoi, list, max tokens 4,096" in told
