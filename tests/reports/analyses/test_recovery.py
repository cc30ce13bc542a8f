"""What other arms make of lost trials, by hand."""

from math import sqrt
from typing import Any

import pandas as pd
import pytest

from evals.record.outcome import Outcome
from reports.analyses.recovery import nudged, recovery
from tests.samples.many_outcomes import framed, on_each


def instance(number: int, labels: str, arm: str = "list", **changes: Any) -> list[Outcome]:
    """Trials of one instance: s solved, g gave up, r refused, e erred, c cut, x no reply."""
    of = {"s": "solved", "g": "give_up", "r": "refusal", "e": "logic_error", "c": "truncated", "x": "error"}
    return [
        one
        for repeat, label in enumerate(labels)
        for one in on_each(of[label], [number], arm=arm, repeat=repeat, **changes)
    ]


def row_of(loss: str, *parts: list[Outcome]) -> "pd.Series[Any]":
    """The one row about this loss."""
    table = recovery(framed(*parts))
    found = table[table["loss"] == loss]
    assert len(found) == 1
    return found.iloc[0]


def test_by_hand() -> None:
    """Three instances: Q 2, 1, 0 of R 3; S 1, 1, 3; P 1/2, 1, 0."""
    row = row_of(
        "stop",
        *(instance(0, "ggs"), instance(0, "sg", "insist")),
        *(instance(1, "rse"), instance(1, "s", "insist")),
        *(instance(2, "sss"), instance(2, "e", "insist")),
    )
    assert row[["lost", "instances", "instances_lost"]].tolist() == [3, 3, 2]
    recovered, again = (2 * 0.5 + 1 * 1) / 3, (2 * 0.5 + 1 * 0.5) / 3
    net = recovered - again
    first, second = (1 - 1) - 2 * net, (1 - 0.5) - net
    error = sqrt(3 / 2 * (first**2 + second**2)) / 3
    assert row[["recovered", "asked_again", "net"]].tolist() == pytest.approx([recovered, again, net])
    assert row[["se", "df"]].tolist() == pytest.approx([error, 2])
    reach = 4.302653 * error  # t of 97.5 % with 2
    assert row[["low", "high"]].tolist() == pytest.approx([max(net - reach, -1), min(net + reach, 1)])
    assert pd.isna(row["reason"])
    assert pd.isna(row["warning"])


def test_the_errors_are_the_control() -> None:
    """The same of those lost to error, whose will was there, among answers that were carried on."""
    row = row_of(
        "logic_error",
        *(instance(0, "ees"), instance(0, "ss", "insist")),
        *(instance(1, "gee"), instance(1, "sge", "insist")),
        *(
            instance(2, "geg"),
            instance(2, "s", "insist"),
        ),  # the one that was carried on has no other beside it
        *(instance(3, "ees"), instance(3, "g", "insist")),  # nobody carried on when pushed
    )
    assert row["lost"] == 4
    assert row[["recovered", "asked_again"]].tolist() == pytest.approx([3 / 4, 1 / 4])


def test_a_push_that_changes_the_will_alone_recovers_no_errors() -> None:
    """Half of those who carry on solve, in both arms; without the push, most stop."""
    parts = [
        part
        for n in range(40)
        for part in (instance(n, "gggs"[n % 4 :] + "gggs"[: n % 4] + "es"), instance(n, "eses", "insist"))
    ]
    stops, errors = (row_of(loss, *parts) for loss in ("stop", "logic_error"))
    assert stops["low"] > 0, "it recovers stops"
    assert errors["net"] < 0.05, "and no errors"


def test_a_push_that_does_nothing_recovers_by_chance() -> None:
    """Half solve, whichever way it is asked: recovered is a half, and the net is none."""
    parts = [
        part
        for n in range(6)
        for part in (instance(n, "gsgs"), instance(n, "gsgsgs"[: 2 * (n % 3) + 2], "insist"))
    ]
    row = row_of("stop", *parts)
    assert row["recovered"] == pytest.approx(0.5)
    assert row["asked_again"] == pytest.approx(2 / 3)  # of the three others two solved
    assert row["net"] == pytest.approx(-1 / 6)
    assert row["low"] < row["net"] < row["high"]


def test_nothing_recovered_is_not_nothing_to_recover() -> None:
    """No solved trial at all: Wilson's upper end with the four instances that stopped."""
    parts = [part for n in range(4) for part in (instance(n, "gg"), instance(n, "g", "insist"))]
    row = row_of("stop", *parts)
    z = 1.959964
    assert row[["recovered", "asked_again", "net", "se"]].tolist() == [0, 0, 0, 0]
    assert row["high"] == pytest.approx(z**2 / (4 + z**2))
    assert row["low"] == -row["high"]


def test_all_recovered_is_not_certain() -> None:
    """All instances agree: Wilson's lower end."""
    parts = [part for n in range(4) for part in (instance(n, "gg"), instance(n, "s", "insist"))]
    row = row_of("stop", *parts)
    assert row["net"] == 1
    assert row["low"] == pytest.approx(4 / (4 + 1.959964**2))
    assert row["high"] == pytest.approx(1)


def test_one_instance_has_no_interval() -> None:
    """What varies from instance to instance cannot be seen in one."""
    row = row_of(
        "stop",
        *(instance(0, "gs"), instance(0, "s", "insist")),
        *(instance(1, "ss"), instance(1, "s", "insist")),
    )
    assert row["net"] == 0
    assert row[["low", "high"]].isna().all()
    assert row["reason"] == "one instance lost a trial: no interval; it takes two"


def test_asked_once_there_is_no_control() -> None:
    """Recovered is told, and that there is nothing to compare it with."""
    row = row_of(
        "stop", instance(0, "g"), instance(0, "s", "insist"), instance(1, "g"), instance(1, "g", "insist")
    )
    assert row["recovered"] == 0.5
    assert row[["asked_again", "net", "low", "high"]].isna().all()
    assert row["reason"] == "asked once: nothing to compare with; it takes two repeats"


def test_instances_asked_once_are_left_out_where_others_were_asked_twice() -> None:
    """So that recovered and asked again are of the same trials."""
    row = row_of(
        "stop", instance(0, "g"), instance(0, "s", "insist"), instance(1, "gg"), instance(1, "g", "insist")
    )
    assert row[["lost", "instances", "recovered", "asked_again"]].tolist() == [2, 1, 0, 0]


def test_nothing_lost() -> None:
    """Nothing to recover is not estimable, and not zero."""
    row = row_of("stop", instance(0, "ss"), instance(0, "s", "insist"))
    assert row["lost"] == 0
    assert row[["recovered", "asked_again", "net"]].isna().all()
    assert row["reason"] == "no trial was lost by stopping"


def test_only_instances_of_both_arms() -> None:
    """What the other arm was not asked cannot have been recovered by it."""
    row = row_of("stop", instance(0, "gg"), instance(1, "gg"), instance(1, "s", "insist"))
    assert row[["lost", "recovered"]].tolist() == [2, 1]


def test_cuts_are_left_out_and_counted() -> None:
    """A clean cut is undecided; one that was already lost is a failure."""
    row = row_of("stop", instance(0, "gsc"), instance(0, "sc", "insist"))
    assert row[["lost", "recovered", "asked_again", "cut"]].tolist() == [1, 1, 1, 2]
    row = row_of("stop", instance(0, "gs"), instance(0, "sc", "insist", lost_at=1))
    assert row[["recovered", "cut"]].tolist() == [0.5, 0]


def test_arms_are_never_pooled() -> None:
    """Each has its rows; those that ask for less than the list have none, nor has the nudge."""
    arms = ("insist", "algorithm", "nudge", "window", "code", "chunked")
    table = recovery(framed(instance(0, "gg"), *(instance(0, "s", arm) for arm in arms)))
    assert table["arm"].tolist() == ["algorithm", "algorithm", "chunked", "chunked", "insist", "insist"]


def test_a_warning_where_the_sampling_differs() -> None:
    """Another budget may be what helped."""
    row = row_of("stop", instance(0, "gg"), instance(0, "s", "insist", max_tokens=99, temperature=0.5))
    assert row["warning"] == "other max_tokens; other temperature"
    row = row_of("stop", instance(0, "gg", max_tokens=99), instance(0, "s", "insist", max_tokens=99))
    assert pd.isna(row["warning"])


def test_a_warning_where_the_prompts_are_not_ours() -> None:
    """Of imported answers nobody has checked that the arms differ in a paragraph alone."""
    row = row_of("stop", instance(0, "gg", endpoint="imported"), instance(0, "s", "csv", endpoint="imported"))
    assert row["warning"] == "imported prompts, whose format may differ"


def test_budgets_are_not_pooled() -> None:
    """Where an arm was asked with two budgets, each is compared with its own."""
    table = recovery(
        framed(
            *(instance(0, "gg", max_tokens=budget) for budget in (10, 20)),
            *(instance(0, label, "insist", max_tokens=budget) for budget, label in ((10, "s"), (20, "g"))),
        )
    )
    stops = table[table["loss"] == "stop"]
    assert stops[["max_tokens", "recovered"]].to_numpy().tolist() == [[10, 1], [20, 0]]


def nudge(number: int, label: str, lost: int | None = None, **changes: Any) -> list[Outcome]:
    """One trial that gave up at its first turn."""
    turns = [{"turn": 1, "reason": "start", "label": "give_up", "written": 3, "right": 3, "lost_at": lost}]
    return on_each(label, [number], arm="nudge", by_turn=turns, options={"k": 3}, **changes)


def test_nudges_are_read_within_the_trial() -> None:
    """Of the stops that were right so far, and of those already lost, how many were solved at last."""
    rows = framed(
        *(nudge(0, "solved"), nudge(1, "solved"), nudge(2, "give_up"), nudge(3, "truncated")),
        *(nudge(0, "logic_error", 2, repeat=1, lost_at=2), nudge(1, "truncated", 1, repeat=1, lost_at=1)),
        on_each("solved", [9], arm="nudge", options={"k": 3}),
    )
    table = nudged(rows)
    assert table["first"].tolist() == ["lost", "right"]
    assert table[["stops", "instances", "cut"]].to_numpy().tolist() == [[2, 2, 0], [3, 3, 1]]
    assert table["recovered"].tolist() == pytest.approx([0, 2 / 3])
    assert table["high"].tolist() == pytest.approx([0.657621, 0.938511], abs=1e-5)


def test_nudges_that_were_all_cut() -> None:
    """Nothing decided: not estimable."""
    row = nudged(framed(nudge(0, "truncated"))).iloc[0]
    assert row[["stops", "cut"]].tolist() == [0, 1]
    assert row[["recovered", "low", "high"]].isna().all()


def test_an_empty_frame() -> None:
    """No trials, no rows."""
    assert recovery(framed([])).empty
    assert nudged(framed([])).empty
