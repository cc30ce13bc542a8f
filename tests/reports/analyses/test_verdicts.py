"""Verdicts, by hand: one rule after another, and the numbers they rest on."""

from typing import Any

import pandas as pd
import pytest

from evals.record.outcome import Outcome
from reports.analyses.verdicts import Missing, Verdict, _judged, _needed, plain_of, verdicts
from reports.frame import FrameError
from tests.samples.many_outcomes import framed, on_each


def judged(*parts: list[Outcome], pushed: str = "insist") -> tuple[str, str | None]:
    """The one verdict, and what it lacks."""
    table = verdicts(framed(*parts), pushed)
    assert len(table) == 1
    missing = table["missing"].iloc[0]
    return str(table["verdict"].iloc[0]), None if pd.isna(missing) else str(missing)


def solved(number: int, arm: str = "list", **changes: object) -> list[Outcome]:
    return on_each("solved", range(number), arm=arm, **changes)


def stopped(number: int, arm: str = "list", start: int = 0, **changes: object) -> list[Outcome]:
    return on_each("give_up", range(start, start + number), arm=arm, **changes)


def erred(number: int, arm: str = "list", start: int = 0, **changes: object) -> list[Outcome]:
    return on_each("logic_error", range(start, start + number), arm=arm, lost_at=2, **changes)


def cut(number: int, arm: str = "list", start: int = 0, **changes: object) -> list[Outcome]:
    return on_each("truncated", range(start, start + number), arm=arm, **changes)


@pytest.mark.parametrize(("enough", "of"), [(5, 5), (8, 10), (11, 15), (14, 20), (17, 25)])
def test_how_many_must_be_solved(enough: int, of: int) -> None:
    """So many of so many instances have a lower limit of one half; one less does not."""
    assert judged(solved(enough), erred(of - enough, start=enough)) == ("solves", None)
    assert judged(solved(enough - 1), erred(of - enough + 1, start=enough - 1)) != ("solves", None)


def test_fewer_than_five_instances_claim_nothing() -> None:
    """Three of three would pass Wilson's limit, and so does a coin one time in eight."""
    assert judged(solved(4)) == ("unclear", "too few")
    assert judged(stopped(4), solved(9, "insist")) == ("unclear", "too few")
    assert judged(stopped(9), solved(4, "insist")) == ("unclear", "too few")


def test_how_many_would_decide() -> None:
    """Three of ten: of 17 instances and the same share the limit is below one half; of five of ten never."""

    def needed(*parts: list[Outcome]) -> int | None:
        [number] = verdicts(framed(*parts))["instances_needed"].tolist()
        return None if pd.isna(number) else int(number)

    assert needed(solved(3), erred(7, start=3)) == 17
    assert judged(solved(6), erred(14, start=6), erred(20, "insist")) == ("can't", None)
    assert needed(solved(5), erred(5, start=5)) is None
    assert needed(solved(4)) == 5
    assert needed(solved(10)) is None
    assert needed(stopped(10), solved(7, "insist"), erred(3, "insist", start=7)) == 17


def test_wont() -> None:
    """It stops when asked, and solves when pushed."""
    assert judged(stopped(10), solved(10, "insist")) == ("won't", None)


def test_cant() -> None:
    """It fails when asked, and errs when pushed; already lost stops and cuts are errors too."""
    assert judged(erred(10), erred(10, "insist")) == ("can't", None)
    assert judged(stopped(10), stopped(10, "insist", lost_at=2)) == ("can't", None)
    assert judged(stopped(10), cut(10, "insist", lost_at=2)) == ("can't", None)


def test_the_prompt() -> None:
    """It errs when asked, and solves when pushed: whatever helped, it was not will."""
    assert judged(erred(10), solved(10, "insist")) == ("unclear", "the prompt")
    assert judged(stopped(6), erred(4, start=6), solved(10, "insist")) == ("unclear", "the prompt")


def test_who_stops_however_it_is_asked_wont() -> None:
    """Stopping while still right in most trials of both arms is no less will for not yielding to a push."""
    assert judged(stopped(10), stopped(10, "insist")) == ("won't", None)
    assert judged(stopped(10), stopped(6, "insist"), solved(4, "insist")) == ("unclear", "too few")
    assert judged(erred(10), stopped(10, "insist")) == ("unclear", "still stops")


def test_stops_behind_an_error_are_no_will() -> None:
    """All of them erred, and gave up then: whatever a push helps, it was not will alone that was missing."""
    assert judged(stopped(10, lost_at=2), solved(10, "insist")) == ("unclear", "the prompt")
    assert judged(stopped(5, lost_at=2), stopped(5, start=5), solved(10, "insist")) == (
        "unclear",
        "the prompt",
    )


def test_still_stops() -> None:
    """Who stops when pushed too, after errors say, has shown neither."""
    half = (stopped(5, "insist"), erred(5, "insist", start=5))
    assert judged(stopped(10), *half) == ("unclear", "still stops")


def test_not_pushed() -> None:
    """Without the pushed arm there is no way to tell; where it is not needed, nothing is missing."""
    assert judged(stopped(10)) == ("unclear", "not pushed")
    assert judged(stopped(10), solved(10, "algorithm")) == ("unclear", "not pushed")
    assert judged(solved(10)) == ("solves", None)


def test_not_asked() -> None:
    """A verdict is about the neutral arm."""
    assert judged(solved(10, "insist")) == ("unclear", "not asked")


def test_a_cut_counts_against_every_claim() -> None:
    """Cut answers may have been solved, or not; whichever would spoil the claim is assumed."""
    assert judged(solved(6), cut(4, start=6)) == ("unclear", "too few")
    assert judged(erred(6), cut(4, start=6), erred(10, "insist")) == ("unclear", "cut")
    assert judged(erred(10), erred(6, "insist"), cut(4, "insist", start=6)) == ("unclear", "too few")
    assert judged(erred(20), erred(16, "insist"), cut(4, "insist", start=16)) == ("can't", None)


def test_a_filtered_answer_is_cut() -> None:
    """The provider's filter is no more the model's will than a token limit."""
    filtered = on_each("filtered", range(6, 10))
    assert judged(erred(6), filtered, erred(10, "insist")) == ("unclear", "cut")


def test_what_is_cut_when_pushed() -> None:
    """Half lost, the rest cut or unreadable: cuts alone keep it from being an error."""
    pushed = (erred(16, "insist"), cut(8, "insist", start=16))
    unreadable = on_each("malformed", range(24, 32), arm="insist")
    assert judged(erred(32), *pushed, unreadable) == ("unclear", "cut")
    stops = stopped(9, "insist", start=24)
    assert judged(erred(32), *pushed, stops) == ("unclear", "still stops")


def test_the_pushed_arm_is_the_one_named() -> None:
    """Another arm that does better does not decide."""
    rows = (stopped(10), stopped(5, "insist"), erred(5, "insist", start=5), solved(10, "nudge"))
    assert judged(*rows) == ("unclear", "still stops")
    assert judged(*rows, pushed="nudge") == ("won't", None)


def test_one_instance() -> None:
    """With one instance the trials are counted, and the verdict says that it is about this one."""
    same: dict[str, Any] = {"instance": "hanoi/size=3/seed=0"}
    rows = framed(
        [one for repeat in range(6) for one in stopped(1, repeat=repeat, **same)],
        [one for repeat in range(6) for one in solved(1, "insist", repeat=repeat, **same)],
    )
    table = verdicts(rows)
    assert table[["verdict", "this_instance", "instances", "trials"]].iloc[0].tolist() == [
        "won't",
        True,
        1,
        6,
    ]


def test_repeats_make_no_instances() -> None:
    """Four instances asked ten times each are four: nothing is claimed."""
    rows = [one for repeat in range(10) for one in solved(4, repeat=repeat)]
    assert judged(rows) == ("unclear", "too few")


def test_repeats_count_where_instances_are_alike() -> None:
    """Seven or eight of ten of each of ten instances: 75 of 100, and not only 7.5 of 10."""
    one_by_one: dict[int, int] = {number: 7 + number % 2 for number in range(10)}

    def asked(share: dict[int, int]) -> list[Outcome]:
        return [
            outcome
            for number, good in share.items()
            for repeat in range(10)
            for outcome in on_each("solved" if repeat < good else "refusal", [number], repeat=repeat)
        ]

    assert judged(asked(one_by_one)) == ("solves", None)
    row = verdicts(framed(asked(one_by_one))).iloc[0]
    # p = 0.75, n = 100 at most, and the t of 95 % with 9 degrees of freedom, 1.833, in place of 1.645.
    assert row["solved_low"] == pytest.approx(0.6634, abs=0.0005)
    # Of instances that are all solved or never, each is one, however often it was asked.
    assert judged(asked({number: 10 if number < 7 else 0 for number in range(10)})) == ("unclear", "too few")


def test_numbers_by_hand() -> None:
    """Two instances: shares are means over instances, however often each was asked."""
    first, second = {"instance": "hanoi/size=3/seed=0"}, {"instance": "hanoi/size=3/seed=1"}
    rows = framed(
        solved(1, **first),
        on_each("logic_error", [0], lost_at=3, **second),
        on_each("give_up", [0], **second),
        on_each("give_up", [0], repeat=1, lost_at=1, **second),
        on_each("truncated", [0], repeat=2, **second),
        on_each("error", [0], repeat=3, **second),
        on_each("unscorable", [0], repeat=4, **second),
    )
    row = verdicts(rows).iloc[0]
    assert row[["instances", "trials"]].tolist() == [2, 5]
    shares = row[["solved", "lost", "stopped", "cut"]].tolist()
    assert shares == pytest.approx([(1 + 0) / 2, (0 + 2 / 4) / 2, (0 + 2 / 4) / 2, (0 + 1 / 4) / 2])
    # One of the two stops came behind an error.
    assert row["stopped_of_failures"] == pytest.approx(0.125 / (1 - 0.5 - 0.125))
    assert row[["solved_low", "solved_high"]].tolist() == [0, 1]


def test_limits_by_hand() -> None:
    """Wilson's 90 % limits of 8 of 10: (p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n), z = 1.645."""
    row = verdicts(framed(solved(8), erred(2, start=8))).iloc[0]
    assert row[["solved_low", "solved_high"]].tolist() == pytest.approx([0.5408, 0.9309], abs=1e-3)


def test_sizes_models_and_budgets_are_not_pooled() -> None:
    """Each has a verdict of its own; one that differs between arms alone does not split the cell."""
    rows = framed(
        solved(5),
        solved(5, size=4, steps=15),
        solved(5, model="other"),
        solved(5, max_tokens=9),
        solved(5, "insist", reasoning_effort="high"),
    )
    table = verdicts(rows)
    assert table[["model", "max_tokens", "size"]].fillna(0).to_numpy().tolist() == [
        ["other", 0, 3],
        ["tired", 9, 3],
        ["tired", 0, 3],
        ["tired", 0, 4],
    ]
    assert table["pushed_instances"].fillna(0).tolist() == [0, 0, 5, 0]


def test_lengths_that_parameters_decide_are_not_pooled() -> None:
    """Four pegs are another problem than three; lengths that the seed draws are one."""
    pegs = [on_each("solved", [0], instance=f"hanoi/size=3,pegs=4/seed={seed}", steps=5) for seed in range(5)]
    drawn = [
        on_each("solved", [0], puzzle="random", instance=f"random/size=3/seed={seed}", steps=2 ** (seed + 1))
        for seed in range(5)
    ]
    table = verdicts(framed(solved(5), *pegs, *drawn))
    assert table[["puzzle", "steps", "instances"]].to_numpy().tolist() == [
        ["hanoi", 5, 5],
        ["hanoi", 7, 5],
        ["random", 8, 5],
    ]


def test_controls_have_no_verdict() -> None:
    """An instance without a solution has no length, and nothing to be willing to."""
    assert verdicts(framed(solved(5, steps=None))).empty


def test_the_options_of_the_pushed_arm_are_not_pooled() -> None:
    """Each way of pushing is held against the same plain trials."""
    table = verdicts(
        framed(stopped(9), solved(9, "nudge", options={"k": 3}), erred(9, "nudge", options={"k": 1})),
        "nudge",
    )
    assert table[["options", "verdict"]].to_numpy().tolist() == [["k=1", "can't"], ["k=3", "won't"]]


@pytest.mark.parametrize(
    ("right", "of", "m", "note"),
    [
        (6, 6, 4, "knows the step"),
        (6, 6, 2, "compatible with knowing the step"),
        (4, 4, 7, "compatible with knowing the step"),
        (5, 12, 2, None),
    ],
)
def test_windows_add_a_note(right: int, of: int, m: int, note: str | None) -> None:
    """Right windows of m steps speak for a list of L only so far: lower limit to the power of L / m."""
    windows = (
        solved(right, "window", options={"m": m}),
        erred(of - right, "window", start=right, options={"m": m}),
    )
    row = verdicts(framed(stopped(10), *windows)).iloc[0]
    assert (None if pd.isna(row["step_note"]) else row["step_note"]) == note
    assert row[["window_steps", "windows"]].tolist() == [m, of]
    assert row["window_right"] == pytest.approx(right / of)
    assert row["verdict"] == "unclear"


def test_code_adds_a_note() -> None:
    """A program that solves shows the method, and never that it would not write the list."""
    row = verdicts(framed(stopped(10), solved(5, "code"))).iloc[0]
    assert row[["method_note", "programs", "code_solved"]].tolist() == ["knows the method", 5, 1]
    assert row[["verdict", "missing"]].tolist() == ["unclear", "not pushed"]
    assert (
        verdicts(framed(stopped(10), solved(4, "code")))["method_note"].item()
        == "compatible with knowing the method"
    )
    assert pd.isna(verdicts(framed(stopped(10), erred(9, "code")))["method_note"].item())


def test_notes_of_what_was_not_set() -> None:
    """Without a temperature is a way of asking like any other, and has its notes."""
    table = verdicts(
        framed(
            *(
                trials
                for changes in ({"temperature": 1.0}, {"temperature": None})
                for trials in (
                    stopped(10, **changes),
                    solved(5, "window", options={"m": 7}, **changes),
                    solved(5, "code", **changes),
                )
            )
        )
    )
    assert table["temperature"].fillna(0).tolist() == [1, 0]
    assert table["step_note"].tolist() == ["knows the step"] * 2
    assert table["method_note"].tolist() == ["knows the method"] * 2
    assert table["windows"].tolist() == table["programs"].tolist() == [5, 5]


def test_an_empty_frame() -> None:
    """No trials, no verdicts, the same columns."""
    empty, full = verdicts(framed([])), verdicts(framed(solved(5)))
    assert empty.empty
    assert empty.columns.tolist() == full.columns.tolist()


def test_the_words_are_those_of_the_product() -> None:
    """Reports are built on them."""
    assert [str(one) for one in Verdict] == ["solves", "won't", "can't", "unclear"]
    assert {str(one) for one in Missing} >= {"too few", "cut", "the prompt", "still stops", "not pushed"}


# --- the rules and the numbers, at one half

PLAIN = {
    "trials": 9,
    "solved_low": 0.1,
    "solved_high_uncut": 0.2,
    "solved_high": 0.3,
    "stopped_of_failures_low": 0.1,
    "pushed_trials": 9,
    "pushed_solved_low": 0.1,
    "pushed_solved_high": 0.3,
    "pushed_lost_low": 0.1,
    "pushed_stopped_right_low": 0.1,
    "pushed_stopped_right": 0.0,
    "pushed_cut": 0.0,
}


@pytest.mark.parametrize(
    ("changes", "verdict", "missing"),
    [
        ({}, "unclear", "too few"),
        ({"trials": None}, "unclear", "not asked"),
        ({"solved_low": 0.5}, "solves", None),
        ({"solved_low": 0.49, "solved_high_uncut": 0.5}, "unclear", "too few"),
        ({"solved_high_uncut": 0.49, "solved_high": 0.5}, "unclear", "cut"),
        ({"pushed_trials": None}, "unclear", "not pushed"),
        (
            {"pushed_solved_low": 0.5, "pushed_solved_high": 0.9, "stopped_of_failures_low": 0.5},
            "won't",
            None,
        ),
        (
            {"pushed_solved_low": 0.5, "pushed_solved_high": 0.9, "stopped_of_failures_low": 0.49},
            "unclear",
            "the prompt",
        ),
        ({"pushed_lost_low": 0.5}, "can't", None),
        ({"pushed_lost_low": 0.5, "pushed_solved_high": 0.5}, "unclear", "too few"),
        ({"stopped_of_failures_low": 0.5, "pushed_stopped_right_low": 0.5}, "won't", None),
        ({"stopped_of_failures_low": 0.5, "pushed_stopped_right_low": 0.49}, "unclear", "too few"),
        ({"stopped_of_failures_low": 0.49, "pushed_stopped_right_low": 0.5}, "unclear", "too few"),
        ({"pushed_cut": 0.2, "pushed_stopped_right": 0.1}, "unclear", "cut"),
        ({"pushed_cut": 0.2, "pushed_stopped_right": 0.2}, "unclear", "still stops"),
        ({"pushed_cut": 0.2, "pushed_stopped_right": 0.1, "pushed_solved_high": 0.5}, "unclear", "too few"),
        ({"pushed_stopped_right": 0.1, "pushed_solved_high": 0.5}, "unclear", "too few"),
        (
            {"pushed_solved_low": None, "pushed_solved_high": None, "pushed_lost_low": 0.9},
            "unclear",
            "too few",
        ),
    ],
)
def test_each_rule_at_its_bound(changes: dict[str, Any], verdict: str, missing: str | None) -> None:
    """A limit of one half is enough; the first rule that holds decides, and a missing limit holds nothing."""
    table = _judged(pd.DataFrame([{**PLAIN, **changes}, PLAIN]))
    said, lacks = table["verdict"].iloc[0], table["missing"].iloc[0]
    assert (said, None if pd.isna(lacks) else lacks) == (verdict, missing)


def test_how_many_are_needed_at_the_bounds() -> None:
    """By the share that is unclear: what is solved, what is solved when pushed, or else what is lost then."""
    plain = {
        "missing": "too few",
        "solved": 0.3,
        "pushed_solved": 0.2,
        "pushed_lost": 0.1,
        "solved_low": 0.1,
        "solved_high_uncut": 0.5,
        "pushed_solved_low": 0.1,
        "pushed_solved_high": 0.5,
    }
    others: list[dict[str, Any]] = [
        {},
        {"solved_high_uncut": 0.49},
        {"solved_low": 0.5},
        {"solved_high_uncut": 0.49, "pushed_solved_high": 0.49},
        {"solved_high_uncut": 0.49, "pushed_solved_low": 0.5},
        {"missing": "cut"},
        {"solved": 0.5},
        {"solved": 0.474},
        {"solved": 0.473},
        {"solved": 0.0},
    ]
    needed = _needed(pd.DataFrame([{**plain, **other} for other in others]))
    assert [None if pd.isna(number) else int(number) for number in needed] == [
        17,
        8,
        8,
        5,
        5,
        None,
        None,
        None,
        928,
        5,
    ]


def test_a_variant_is_held_against_its_base() -> None:
    """Another arm against the plain one; a variant of several bases against none."""
    rows = pd.DataFrame({"arm": ["mine", "mine", "insist"], "base": ["again", "again", None]})
    assert plain_of(rows, "mine") == "again"
    assert plain_of(rows, "insist") == plain_of(rows, "none") == "list"
    rows.loc[1, "base"] = "list"
    with pytest.raises(FrameError, match="is a variant of 'again' and of 'list': report these runs"):
        plain_of(rows, "mine")
