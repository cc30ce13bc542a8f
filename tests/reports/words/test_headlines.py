"""Plain sentences about will and ability, true to the tables they come from."""

from collections.abc import Hashable

import pandas as pd
import pytest

from evals.record.outcome import Outcome
from reports import frame
from reports.analyses.all_measures import Measured
from reports.words.headlines import abler, cautions, headlines
from reports.words.horizons import bounds, half
from tests.samples.outcomes import outcome

SIZES = (3, 4, 5, 6, 7, 8, 9)


def swept(
    model: str = "m", arm: str = "list", *, stops: int | None = None, errs: int | None = None
) -> list[Outcome]:
    """Ten instances a size, each twice; from these sizes on it stops after nine steps, or errs."""
    made = []
    for size in SIZES:
        steps = 2**size - 1
        label, ending = "solved", {"written": steps, "right": steps}
        if stops is not None and size >= stops:
            label, ending = "give_up", {"written": 9, "right": 9}
        elif errs is not None and size >= errs:
            label, ending = "logic_error", {"written": steps, "right": 4, "first_error": 5, "lost_at": 5}
        for number in range(20):
            instance, repeat = f"hanoi/size={size}/seed={number % 10}", number // 10
            asked = {"model": model, "arm": arm, "size": size, "steps": steps}
            made.append(
                outcome(
                    label,
                    f"{model} {arm} {size} {number}",
                    instance=instance,
                    repeat=repeat,
                    **asked,
                    **ending,
                )
            )
    return made


def measured(*parts: list[Outcome]) -> Measured:
    """All of these as one run."""
    return Measured.of(frame([one for part in parts for one in part], "r"))


def told(measured: Measured) -> str:
    """The words about the first group of the first model."""
    return headlines(measured)[0].told[0].text


def test_both_horizons_lie_inside() -> None:
    """A length for will with its interval, where the stop came beside it, and the ability when pushed."""
    words = told(measured(swept(stops=7), swept(arm="insist", errs=8)))
    assert words.startswith("On tasks of about ")
    assert "it stops by choice half of the time, typically after 9 steps." in words
    assert "Of the lists it carries to the end, more than half are right up to 63 steps" in words
    assert "Asked by insist, it never stops, and half are right at about " in words
    assert "Insisting solved 33 % of the tasks on which it had stopped; asking the same again, 0 %" in words


def test_never_stopped() -> None:
    """Nothing is said of half of the time where it always carried on, nor beyond the sizes asked."""
    words = told(measured(swept(errs=6)))
    assert words.startswith("It never stopped by choice up to 511 steps.")
    assert "half are right at about " in words
    assert "had it never stopped" not in words


def test_stops_at_once() -> None:
    """Where it stops at every size there is no number, and of its ability nothing is known."""
    words = told(measured(swept(stops=1)))
    assert words.startswith("Already on tasks of 7 steps it mostly stops by choice, typically after 9 steps.")
    assert "What it can do cannot be estimated: at no size: nobody carried on to the end" in words


def test_few_sizes_give_a_bracket() -> None:
    """Two sizes are no curve: it is told between which of them it falls."""
    rows = [row for row in swept(stops=5) if row.size in {4, 5}]
    assert told(measured(rows)).startswith(
        "Up to 15 steps it mostly carries on to the end; from 31 steps on it mostly stops by choice, "
        "typically after 9 steps."
    )


def test_nothing_counts() -> None:
    """A model of which every trial was lost, and one that was asked controls alone."""
    lost = told(measured([outcome("error", "e")]))
    assert "never" not in lost
    assert "cannot be estimated" in lost
    assert told(measured([outcome("solved", "c", steps=None)])) == (
        "None of its trials has a length: there is nothing to measure."
    )


def test_headline_is_about_the_whole_list() -> None:
    """Where a model was asked by `list` that is told, at its largest budget; the rest is in the tables."""
    rows = [
        outcome(trial="1", max_tokens=100),
        outcome(trial="2", max_tokens=900),
        outcome("error", "3", arm="insist"),
        outcome(trial="4", model="m", arm="adj"),
    ]
    made = headlines(measured(rows))
    assert [(headline.model, [one.about for one in headline.told]) for headline in made] == [
        ("m", ["adj"]),
        ("tired", ["list, max tokens 900"]),
    ]


def test_more_will_would_do() -> None:
    """Where insisting solves what it dropped, and clearly more than asking again, that is said."""
    words = told(measured(swept(stops=6), swept(arm="insist")))
    assert (
        "Insisting solved 100 % of the tasks on which it had stopped; asking the same again, 0 %: "
        "it could, and would have needed only to go on."
    ) in words


def test_the_abler_has_the_lower_score() -> None:
    """Said of two models only where both differences are clear."""
    made = measured(swept("tired", stops=5, errs=9), swept("careless", errs=6))
    assert abler(made) == []  # the ability of the tired one lies beyond its sizes
    keys = {"puzzle": "hanoi", "arm": "list", "model_a": "tired", "model_b": "careless"}
    able = {"axis": "able", "estimate_a": 400.0, "estimate_b": 50.0, "ratio": 8.0, "low": 4.0, "high": 16.0}
    solved = {"axis": "solved", "estimate_a": 20.0, "estimate_b": 50.0, "ratio": 0.4, "low": 0.2, "high": 0.8}
    vars(made)["ratios"] = pd.DataFrame([{**keys, **able}, {**keys, **solved}])
    assert abler(made) == [
        (
            "tired is abler than careless, although its score is lower: of the lists carried to the end, "
            "half are right at 400 against 50 steps; of all, half are solved at 20 against 50."
        )
    ]


def test_few_instances_are_said_to_be() -> None:
    """One instance a size says nothing of others."""
    assert cautions(measured([outcome()]))[0].startswith("All of this holds for the instances asked alone")
    assert cautions(measured(swept())) == []


EMPTY: dict[Hashable, object] = dict.fromkeys(
    ("estimate", "low", "high", "beyond", "bracket_low", "bracket_high", "poor_fit", "lapse")
)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "not estimable"),
        ({"estimate": 546.2, "low": 408.3, "high": 770.9}, "546 [408 to 771]"),
        ({"estimate": 20.0, "low": 9.0, "poor_fit": True}, "20 [9 to open] (not by length alone)"),
        ({"bracket_low": 255.0, "bracket_high": 511.0}, "between 255 and 511"),
        ({"estimate": 20.0, "poor_fit": False}, "20 [open]"),
        ({"bracket_low": 4095.0}, "above 4,095"),
        ({"bracket_high": 7.0}, "below 7"),
        ({"beyond": "> 16383", "low": 7.0, "bracket_low": 16383.0}, "> 16,383"),
        (
            {"bracket_low": 31.0, "bracket_high": 511.0, "poor_fit": True},
            "between 31 and 511 (not by length alone)",
        ),
        ({"beyond": "< 7", "bracket_high": 7.0, "lapse": 0.1}, "< 7 (10 % whatever the length)"),
    ],
)
def test_a_horizon_in_a_cell(row: dict[Hashable, object], words: str) -> None:
    """A number, a bracket or a side, with its marks."""
    assert half({**EMPTY, **row}) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(60.0, 940.0, "60 to 940"), (60.0, None, "60 or more"), (None, 9.5, "9.5 or less"), (None, None, "")],
)
def test_bounds_in_words(low: float | None, high: float | None, words: str) -> None:
    """Either may be missing."""
    assert bounds({"bound_low": low, "bound_high": high}) == words
