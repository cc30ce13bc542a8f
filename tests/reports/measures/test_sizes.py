"""The rates of one size, computed by hand."""

from math import log2
from typing import Any

import numpy as np
import pytest

from evals.record.outcome import Outcome
from reports.measures import by_size
from tests.reports.measures.made_trials import framed, trial

Row = dict[str, Any]


def only(*trials: Outcome) -> Row:
    """The one row of the table."""
    [row] = by_size(framed(trials)).to_dict("records")
    return {str(name): value for name, value in row.items()}


def of_instance(number: int, *trials: Outcome) -> list[Outcome]:
    return [one.model_copy(update={"instance": f"i{number}"}) for one in trials]


def test_without_a_cut_they_are_shares() -> None:
    """Of ten, three stop and five solve: seven are willing, and of these five able."""
    row = only(
        *[trial("solved", 10)] * 5,
        *[trial("refusal")] * 2,
        trial("give_up", 3),
        *[trial("logic_error", 10, lost=4)] * 2,
    )
    assert (row["willing"], row["solved"], row["able"]) == pytest.approx((0.7, 0.5, 5 / 7))
    assert (row["trials"], row["counted"], row["at_risk"], row["share_cut"]) == (10, 10, 7, 0)
    assert (row["n_solved"], row["n_stopped"], row["n_faulty"]) == (5, 3, 2)
    # Wilson's interval of 5 in 10.
    assert (row["solved_low"], row["solved_high"]) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert (row["willing_n"], row["solved_n"], row["able_n"]) == pytest.approx((10, 10, 7))
    assert not row["modelled"]
    for name in ("willing", "able", "solved"):
        assert np.isnan(row[f"{name}_reason"])


def test_a_cut_counts_until_it_comes() -> None:
    """One of five stops after two steps; of the three left after a cut one stops: 4/5 x 2/3."""
    row = only(trial("give_up", 2), trial("truncated", 5), trial("give_up", 7), *[trial("solved", 10)] * 2)
    assert (row["willing"], row["solved"], row["able"]) == pytest.approx((8 / 15, 8 / 15, 1))
    # S (1 - S) / (S^2 (1/(5 x 4) + 1/(3 x 2)))
    assert row["willing_n"] == pytest.approx((7 / 15) / (8 / 15 * (1 / 20 + 1 / 6)))
    assert row["modelled"]
    assert row["share_cut"] == 0.2


def test_a_stop_comes_after_a_cut_at_the_same_step() -> None:
    """The cut one is not at risk any more when the other stops."""
    row = only(trial("truncated", 5), trial("give_up", 5), trial("solved", 10))
    assert row["willing"] == pytest.approx(1 / 2)


def test_a_cut_that_was_already_wrong() -> None:
    """It is a failure, and of the will it says what a cut says."""
    row = only(trial("truncated", 8, lost=3), trial("give_up", 4), *[trial("solved", 10)] * 2)
    assert (row["willing"], row["solved"]) == pytest.approx((3 / 4, 2 / 4))
    assert (row["n_cut"], row["n_cut_lost"], row["modelled"]) == (1, 1, False)


def test_what_says_nothing_is_left_out() -> None:
    """Errors, and cuts before the first step, are counted as trials and in no rate."""
    row = only(
        trial("solved", 10), trial("error"), trial("unscorable", 3), trial("truncated"), trial("refusal")
    )
    assert (row["trials"], row["counted"], row["instances"]) == (5, 2, 2)
    assert (row["willing"], row["solved"]) == (0.5, 0.5)


def test_cuts_before_the_first_step_are_told() -> None:
    """They are in no rate; but rates that leave out most trials rest on a model, and say so."""
    row = only(*[trial("truncated")] * 15, *[trial("solved", 10)] * 10)
    assert (row["counted"], row["n_cut"], row["share_cut"], row["modelled"]) == (10, 0, 0.6, True)


def test_a_cut_behind_as_many_steps_as_a_solution_has_is_not_solved() -> None:
    """Ten steps and no goal: it is not known whether it would have been solved, and nobody was."""
    row = only(*[trial("truncated", 12)] * 12)
    assert np.isnan(row["solved"])
    assert row["solved_reason"] == "a cut from outside ended every answer that was still right"
    assert row["willing"] == 1, "it went on for as long as a solution takes"
    some = only(*[trial("truncated", 12)] * 5, *[trial("solved", 10)] * 5)
    assert some["solved"] == 1
    assert some["modelled"]


def test_what_cuts_could_have_hidden_at_most() -> None:
    """Beside a rate that is estimable, too: if all that were cut had failed, and if none had."""
    cut, lost, begun = trial("truncated", 6), trial("truncated", 6, 3), trial("truncated")
    row = only(*[trial("solved", 10)] * 5, trial("give_up", 2), cut, cut, lost, begun)
    assert (row["willing_cut_low"], row["willing_cut_high"]) == (0.5, 0.9)
    assert (row["solved_cut_low"], row["solved_cut_high"]) == (0.5, 0.8)
    assert 0.5 < row["solved"] < 0.8
    assert np.isnan(only(trial("solved", 10))["solved_cut_low"]), "nothing was cut"


def test_a_cap_that_cut_every_answer_that_went_on() -> None:
    """Nothing is said but what the rate would be had all cut stopped, and had none."""
    cut, stop = trial("truncated", 6, max_tokens=4096), trial("give_up", 2, max_tokens=4096)
    row = only(stop, *[cut] * 3)
    for name in ("willing", "solved"):
        assert np.isnan(row[name])
        assert "the cap of 4,096 tokens ended every answer" in row[f"{name}_reason"]
        assert (row[f"{name}_low"], row[f"{name}_high"]) == (0, 0.75)
    assert np.isnan(row["able"])
    assert np.isnan([row["able_low"], row["willing_clean"], row["able_clean"]]).all()
    assert (row["ability_low"], row["ability_high"]) == (0, 1)


def test_cut_without_a_cap() -> None:
    """The reason does not name a budget that nobody set."""
    assert "a cut from outside ended" in only(trial("truncated", 6))["willing_reason"]


def test_solved_can_be_known_where_willing_is_not() -> None:
    """All that were cut had gone wrong before: nothing was solved, whatever else."""
    row = only(trial("give_up", 2), trial("truncated", 8, lost=1))
    assert np.isnan(row["willing"])
    assert row["solved"] == 0


def test_nobody_carries_on() -> None:
    """Of those that all stop, ability is not zero but unknown."""
    row = only(*[trial("give_up", 4)] * 3)
    assert (row["willing"], row["solved"]) == (0, 0)
    assert np.isnan(row["able"])
    assert row["able_reason"] == "nobody carried on to the end"


def test_no_trial_counts() -> None:
    """A size of which everything was lost has a row, and a reason."""
    row = only(trial("error"), trial("truncated"))
    assert (row["trials"], row["counted"]) == (2, 0)
    assert row["willing_reason"] == "no trial counts: all were lost, or cut before the first step"
    assert np.isnan(row["willing_low"])
    assert np.isnan(row["ability_high"])


# --- what belongs to will and what to ability


def test_two_orders_of_the_decomposition() -> None:
    """A stop after an error is a stop, or a fault; either way the two multiply to what was solved."""
    row = only(
        *[trial("solved", 10)] * 4,
        trial("give_up", 5),
        *[trial("give_up", 5, lost=2)] * 2,
        trial("logic_error", 10, lost=3),
    )
    assert (row["willing"], row["able"]) == pytest.approx((5 / 8, 4 / 5))
    assert (row["willing_clean"], row["able_clean"]) == pytest.approx((7 / 8, 4 / 7))
    for order in ("", "_clean"):
        parts = log2(row[f"willing{order}"]) + log2(row[f"able{order}"])
        assert parts == pytest.approx(log2(row["solved"]))
    assert row["n_stopped_lost"] == 2


def test_bounds_of_ability() -> None:
    """Had the stops gone on, at worst all would have failed, at best those that had not erred would not."""
    row = only(
        *[trial("solved", 10)] * 4,
        *[trial("give_up", 5)] * 3,
        *[trial("give_up", 5, lost=2)] * 2,
        trial("logic_error", 10, lost=3),
    )
    assert (row["ability_low"], row["ability_high"]) == pytest.approx((0.4, 0.7))
    # Wilson's upper end of 7 in 10.
    assert (row["ability_high_n"], row["ability_high_end"]) == pytest.approx((10, 0.8922), abs=1e-4)


def test_unreadable_answers() -> None:
    """They did not stop, and did not solve; ability is given without them too."""
    row = only(*[trial("solved", 10)] * 6, trial("malformed"), trial("no_answer"), *[trial("refusal")] * 2)
    assert (row["willing"], row["able"]) == pytest.approx((0.8, 0.75))
    assert (row["unreadable"], row["able_readable"]) == (0.25, 1)
    assert np.isnan(only(trial("solved", 10))["able_readable"])


def test_silently_short_and_right() -> None:
    """Only the lists that end short, legal and on course are counted apart."""
    short = trial("logic_error", 6, lost=6, legal=True, flags=("silent_short",))
    strayed = trial("logic_error", 6, lost=2, legal=True, flags=("off_course", "silent_short"))
    row = only(short, strayed, trial("logic_error", 6, lost=2), trial("logic_error", 10, lost=10, legal=True))
    assert (row["silent_short_clean"], row["n_faulty"]) == (1, 4)


def test_stops_of_one_size() -> None:
    """What the stops of this size wrote, in steps and as a share of the task."""
    row = only(trial("refusal"), trial("give_up", 4), trial("give_up", 8), trial("solved", 10))
    assert (row["stops_after"], row["stops_share"]) == (4, 0.4)


# --- what hangs together


def test_variance_by_leaving_out_instances() -> None:
    """Two instances, one always solved and one never: without either the share is 0 or 1."""
    solved, wrong = [trial("solved", 10)] * 2, [trial("logic_error", 10, lost=1)] * 2
    row = only(*of_instance(1, *solved), *of_instance(2, *wrong))
    assert (row["instances"], row["repeats"], row["clusters"]) == (2, 2, 2)
    assert row["solved_variance"] == row["ability_high_variance"] == pytest.approx(0.25)
    # The design effect is 0.25 / (0.25 / 4): the four say no more than one.
    assert (row["solved_low"], row["solved_high"]) == pytest.approx((0.0546, 0.9454), abs=1e-4)


def test_one_instance() -> None:
    """Then each of its trials is left out in turn: p (1 - p) / (n - 1)."""
    row = only(*of_instance(1, *[trial("solved", 10)] * 3, trial("refusal")))
    assert (row["instances"], row["clusters"]) == (1, 4)
    assert row["solved_variance"] == pytest.approx(0.75 * 0.25 / 3)


def test_one_trial_has_no_variance() -> None:
    """There is nothing to leave out."""
    assert np.isnan(only(trial("solved", 10))["solved_variance"])


def test_able_hangs_on_both() -> None:
    """Its variance is that of the ratio: 1/2, and without each of three trials 1, 1/2 or 0."""
    row = only(trial("solved", 10), trial("refusal"), trial("logic_error", 10, lost=1))
    assert row["able"] == pytest.approx(0.5)
    assert row["able_variance"] == pytest.approx(2 / 3 * (0.25 + 0 + 0.25))


# --- one size of several lengths


def test_instances_of_one_size_may_differ_in_length() -> None:
    """Their ends are the same end: without cuts the rates are shares; the length is the geometric mean."""
    lengths = (4, 16, 16)
    drawn = [f"hanoi_random/size=3/seed={seed}" for seed in range(1, 5)]
    row = only(
        *(
            trial("solved", steps, steps=steps, size=3, instance=name)
            for steps, name in zip(lengths, drawn[:3], strict=True)
        ),
        trial("give_up", 5, steps=16, size=3, instance=drawn[3]),
    )
    assert row["willing"] == 0.75
    assert row["steps"] == round((4 * 16 * 16 * 16) ** (1 / 4))


def test_a_parameter_that_decides_the_length_is_not_pooled() -> None:
    """Five disks take 31 moves on three pegs and 13 on four: two rows of one size, as two lengths."""
    rows = framed(
        [
            trial("refusal", steps=31, size=5, instance="hanoi/size=5/seed=1"),
            trial("solved", 13, steps=13, size=5, instance="hanoi/size=5,pegs=4/seed=1"),
        ]
    )
    table = by_size(rows)
    assert table[["size", "steps", "willing"]].to_numpy().tolist() == [[5, 13, 1], [5, 31, 0]]


def test_sizes_and_groups_have_rows_of_their_own() -> None:
    """Sorted by group and size, with the group's columns first; controls are in none."""
    rows = framed(
        [
            trial("solved", 10, model="b"),
            trial("solved", 20, model="a", steps=20),
            trial("refusal", model="a"),
            trial("solved", 0, model="a", steps=None, size=3),
        ]
    )
    table = by_size(rows)
    assert table.columns[:5].tolist() == ["model", "puzzle", "arm", "size", "steps"]
    assert table[["model", "size"]].to_numpy().tolist() == [["a", 10], ["a", 20], ["b", 10]]
    assert table["willing"].tolist() == [0, 1, 1]


def test_no_rows() -> None:
    """The table of nothing is empty, with all its columns."""
    assert by_size(framed([])).columns.tolist() == by_size(framed([trial("solved", 10)])).columns.tolist()
