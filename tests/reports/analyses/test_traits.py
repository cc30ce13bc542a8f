"""What failures hang on, by pairs of arms."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evals.arms import chosen_arm
from evals.plan.flags import found_spec
from evals.plan.spec import Spec
from evals.record.outcome import Outcome
from reports.analyses.all_measures import Measured
from reports.analyses.traits import CONTRASTS, Said, Trait, traits
from reports.page.trait_section import trait_section
from reports.words.traits import lacking
from tests.samples.many_outcomes import framed, on_each

_LABELS = {"s": "solved", "g": "give_up", "e": "logic_error", "c": "truncated", "x": "error"}
OWN, RESTATED = "on_error=stop, p=8, state=own", "on_error=stop, p=8, state=restated"


def asked(labels: str, arm: str = "list", options: str = "", **changes: Any) -> list[Outcome]:
    """One trial of each of so many instances: s solved, g gave up, e erred, c cut, x no reply."""
    given = dict(pair.split("=") for pair in options.split(", ")) if options else {}
    return [
        one
        for number, label in enumerate(labels)
        for one in on_each(_LABELS[label], [number], arm=arm, options=given, **changes)
    ]


def row_of(name: str, *parts: list[Outcome]) -> "pd.Series[Any]":
    """The one row of a contrast."""
    table = traits(framed(*parts))
    found = table[table["contrast"] == name]
    assert len(found) == 1
    return found.iloc[0]


def test_will_is_who_goes_on() -> None:
    """An error is no stop: of ten all stop in `list`, and pushed all go on, right or wrong."""
    row = row_of("told to", asked("g" * 10), asked("e" * 5 + "s" * 5, "insist"))
    assert row[["trait", "measure", "a", "b", "says"]].tolist() == ["will", "willing", 1, 0, "helps"]
    assert row["means"] == "goes on more often where abridging is forbidden"
    assert row["low"] > 0.5


def test_ability_is_of_those_carried_on() -> None:
    """Stops are left out in both arms, so that a program knows nothing that the list had merely refused."""
    row = row_of("a program", asked("g" * 8 + "s" * 6), asked("s" * 14, "code"))
    assert row[["a", "b", "instances", "says"]].tolist() == [1, 1, 6, "no difference shown"]
    assert row[["unseen_a", "unseen_b"]].tolist() == pytest.approx([0, 8 / 14])
    row = row_of("a program", asked("g" * 8 + "e" * 8), asked("s" * 16, "code"))
    assert row[["a", "b", "instances", "says"]].tolist() == [1, 0, 8, "helps"]


def test_too_few() -> None:
    """With fewer than five instances nothing is said, and with none there is no number."""
    row = row_of("a program", asked("ggge"), asked("ssss", "code"))
    assert (row["says"], row["reason"]) == (
        "too few",
        "one trial of one instance a size; it takes two of either",
    )
    row = row_of("told to", asked("gggg"), asked("ssss", "insist"))
    assert (row["says"], row["reason"]) == (
        "too few",
        "it takes 5 instances that were carried on in both",
    )
    row = row_of("other text before", asked("gggggg"), asked("ssssss", "padded", "tokens=800"))
    assert (row["says"], row["reason"]) == ("too few", "no instance was carried on in both")
    assert pd.isna(row["a"])


def test_one_arm_in_two_ways() -> None:
    """Both have the same other options; each set of these has a row of its own."""
    table = traits(
        framed(
            asked("e" * 8, "chunked", OWN),
            asked("s" * 8, "chunked", RESTATED),
            asked("s" * 8, "chunked", RESTATED.replace("p=8", "p=4")),
        )
    )
    known = table[table["says"] != "missing"]
    assert known[["options_a", "options_b", "says"]].to_numpy().tolist() == [[RESTATED, OWN, "helps"]]
    lengths = [
        asked("s" * 8, "padded", f"place=before, text=unrelated, tokens={tokens}") for tokens in (500, 800)
    ]
    table = traits(framed(asked("s" * 8), *lengths))
    known = table[table["trait"] == "context"]
    assert known["options_a"].str.extract(r"tokens=(\d+)")[0].tolist() == ["500", "800"]


def test_puzzles_are_never_pooled() -> None:
    """What helps in one puzzle and hurts in another is said of each."""
    table = traits(
        framed(
            *(asked("e" * 10), asked("s" * 10, "algorithm")),
            *(asked("s" * 10, puzzle="counting"), asked("e" * 10, "algorithm", puzzle="counting")),
        )
    )
    known = table[table["contrast"] == "given the method"]
    assert known[["puzzle", "says"]].to_numpy().tolist() == [["counting", "hurts"], ["hanoi", "helps"]]


def test_many_contrasts_are_corrected() -> None:
    """A difference that one contrast would show is unclear where others were looked at, too."""
    plain, method = asked("e" * 4 + "s" * 8), asked("s" * 12, "algorithm")
    alone = row_of("given the method", plain, method)
    others = [asked("e" * 4 + "s" * 8, arm) for arm in ("insist", "window", "code", "padded")]
    among = row_of("given the method", plain, method, *others)
    assert alone["p"] == among["p"] < 0.05
    assert (alone["says"], among["says"]) == ("helps", "unclear")
    assert among["low"] > 0


def test_missing_arms_are_named() -> None:
    """With the options that ask them; and where no pair is whole there is no table."""
    row = row_of("told again", asked("g" * 10), asked("s" * 10, "insist"))
    assert row[["says", "reason", "ask"]].tolist() == ["missing", "not asked: nudge", "--arm nudge"]
    row = row_of("state restated", asked("g" * 10), asked("s" * 10, "insist"), asked("s", "chunked", OWN))
    assert row["ask"] == "--arm chunked:state=restated"
    assert row["reason"] == "not asked: chunked:state=restated"
    assert traits(framed(asked("s" * 10), asked("s" * 10, "chunked", OWN))).empty
    assert trait_section(Measured.of(framed(asked("s" * 10)))) is None


def test_lost_trials_count_nowhere() -> None:
    """Those without a reply change nothing."""
    rows = [asked("g" * 8), asked("s" * 8, "insist")]
    with_lost = [*rows, asked("xxxx", "insist", repeat=1)]
    pd.testing.assert_frame_equal(traits(framed(*rows)), traits(framed(*with_lost)))


def test_section() -> None:
    """It says what is told in sentences, names what is missing, and has the rest in its table."""
    rows = framed(asked("g" * 10), asked("s" * 10, "insist"), asked("e" * 10, "padded", "tokens=800"))
    section = trait_section(Measured.of(rows))
    assert section is not None
    assert (
        "tired, hanoi: goes on more often where abridging is forbidden "
        "(insist against list: carried on 100 % against 0 %)." in section.words
    )
    assert "memory, state restated (--arm chunked:state=restated --arm chunked)" in section.words[-1]
    [shown] = section.tables
    assert [row[2] for row in shown.shown.rows] == [
        "insist against list",
        "padded tokens=800 against list",
    ]


def test_spec_asks_every_trait() -> None:
    """`--spec traits` has both arms of each contrast, and none of its arms is of no use."""
    spec = Spec.load(found_spec(Path("traits")), {"models": ["ollama/m"]}, {})
    made = [
        asked("s" * 6, one.arm.name, ", ".join(f"{name}={one.options[name]}" for name in sorted(one.options)))
        for one in spec.arm_choices()
    ]
    table = traits(framed(*made))
    assert set(table["says"]) == {str(Said.NONE)}
    assert set(table["trait"]) == {str(trait) for trait in Trait}
    assert len(table) == len(CONTRASTS)
    assert not lacking(table)


def test_flags_are_arms() -> None:
    """What a row says to ask can be asked."""
    for contrast in CONTRASTS:
        for way in (contrast.a, contrast.b):
            found = chosen_arm(way.flag.removeprefix("--arm "))
            assert not way.option or found.options[way.option] == way.value


def test_told_to_follows_the_arm_that_pushes() -> None:
    """A variant that pushes is held against its base with the base's options; `insist` is as it ever was."""
    base = "place=before, text=unrelated, tokens=800"
    of_base = f"base=padded, prompt=0123456789ab, {base}"
    rows = framed(
        *(asked("g" * 10), asked("s" * 10, "insist")),
        *(asked("g" * 10, "padded", base), asked("s" * 10, "padded", base.replace("800", "90"))),
        asked("e" * 10, "coach", of_base),
    )
    table = traits(rows, "coach").set_index("contrast")
    row = table.loc[["told to"]].iloc[0]
    assert row[["arm_a", "arm_b", "options_b", "a", "b", "says"]].tolist() == [
        *("coach", "padded", base),
        *(1, 0, "helps"),
    ]
    assert row["means"] == "goes on more often when it is pushed"
    assert row_of("told to", asked("g" * 10), asked("s" * 10, "insist"))["arm_a"] == "insist"
    assert traits(rows).set_index("contrast").loc["told to", "arm_a"] == "insist"
    pushed_by_method = traits(framed(asked("g" * 10), asked("s" * 10, "algorithm")), "algorithm")
    assert pushed_by_method.set_index("contrast").loc["told to", "arm_a"] == "algorithm"
    section = trait_section(Measured.of(rows, "coach"))
    assert section is not None
    assert "goes on more often when it is pushed (coach" in " ".join(section.words)
