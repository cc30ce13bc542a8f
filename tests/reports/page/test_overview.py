"""The first screen: which of the models give up, said before anything else."""

import pytest

from evals.record.outcome import Outcome
from reports import frame
from reports.analyses.all_measures import Measured
from reports.page.overview import Overview, as_shown, overview
from reports.words.methods import Made
from tests.samples.outcomes import outcome

SIZES = (3, 4, 5, 6, 7, 8)


def swept(
    model: str, *, stops: int = 99, errs: int = 99, arms: tuple[str, ...] = ("list", "insist")
) -> list[Outcome]:
    """Ten instances a size; from these sizes on it stops, unless it is pushed, or errs."""
    made = []
    for arm in arms:
        for size in SIZES:
            steps = 2**size - 1
            label, ending = "solved", {"written": steps, "right": steps}
            if size >= stops and arm == "list":
                label, ending = "give_up", {"written": 9, "right": 9}
            elif size >= errs:
                label, ending = "logic_error", {"written": steps, "right": 4, "first_error": 5, "lost_at": 5}
            made += [
                outcome(
                    label,
                    f"{model} {arm} {size} {n}",
                    model=model,
                    arm=arm,
                    size=size,
                    steps=steps,
                    instance=f"hanoi/size={size}/seed={n}",
                    **ending,
                )
                for n in range(10)
            ]
    return made


def of(*parts: list[Outcome], made: tuple[Made, ...] = ()) -> Overview:
    return overview(Measured.of(frame([one for part in parts for one in part], "r")), made)


def test_which_gives_up() -> None:
    """In words first, with those that won't before those that can't; and each row says why."""
    found = of(
        swept("able"),
        swept("careless", errs=6),
        swept("tired", stops=6),
        made=(Made("r", "", "", recorded="2026-11-30T10:00"),),
    )
    assert [(one.models, one.after) for one in found.answers] == [
        ((("tired", ""),), "gives up: it can, but won't"),
        ((("careless", ""),), "keeps going and gets it wrong: it can't"),
        ((("able", ""),), "solves what was asked"),
    ]
    assert [(row.model, row.said.word, row.said.detail) for row in found.rows] == [
        ("tired", "won't", "from 63 steps on"),
        ("careless", "can't", "from 63 steps on"),
        ("able", "solves", "all lengths, up to 255 steps"),
    ]
    tired = found.rows[0]
    assert tired.told == (
        "All its 30 failures are stops by its own choice. "
        "Told to write out every step (arm insist), it solved 100 % in place of 50 %."
    )
    assert [(part.name, part.count, part.width) for part in tired.parts] == [
        ("solved", 30, 50),
        ("stopped", 30, 50),
    ]
    assert found.arm == "list"
    assert found.facts == (
        "3 models",
        "360 trials",
        "hanoi, 7 to 255 steps",
        "arms insist, list",
        "2026-11-30",
    )
    assert [row[0] for row in as_shown(found).rows] == ["tired", "careless", "able"]


def test_who_mostly_stops_does_not_keep_going() -> None:
    """Though it can't, as it still fails when pushed: the sentence says what was seen."""
    rows = swept("stopper", stops=6, arms=("list",)) + swept("stopper", errs=6, arms=("insist",))
    found = of(rows, swept("careless", errs=6))
    assert [(one.models[0][0], one.after) for one in found.answers] == [
        ("stopper", "mostly stops, and pushed to go on still fails: it can't"),
        ("careless", "keeps going and gets it wrong: it can't"),
    ]


def test_horizons_on_one_axis() -> None:
    """Both of each model, on an axis that reaches from the shortest to the longest task of all."""
    found = of(swept("able"), swept("tired", stops=6))
    willing, able = found.rows[0].horizons[0].tracks
    assert (willing.name, able.name) == ("willing", "able")
    assert willing.at is not None
    assert 0 < willing.low < willing.at < willing.high < 100
    assert (able.opens_high, able.high) == (True, 100)
    places = [place for place, _ in found.ticks]
    assert places == sorted(places)
    assert (found.ticks[0][1], found.ticks[-1][1]) == ("7", "255")
    assert willing.low < places[-1]


def test_nothing_claimed_of_few_trials() -> None:
    """What is missing is said, and what was seen; nothing readable is no choice and no error."""
    rows = [outcome(label, f"{label}{n}") for label in ("solved", "give_up", "malformed") for n in range(2)]
    found = of([*rows, outcome("no_answer", "n"), outcome("truncated", "t")])
    [row] = found.rows
    assert row.said.word == "unclear"
    assert "too few tries" in row.said.detail
    assert [(part.name, part.count) for part in row.parts] == [
        ("solved", 2),
        ("stopped", 2),
        ("neither", 3),
        ("cut", 1),
    ]
    assert sum(part.width for part in row.parts) == pytest.approx(100)
    assert row.told == (
        "Of its 5 failures 3 are unreadable or empty answers and 2 are stops by its own choice. "
        "It was not asked in the arm that pushes (insist): whether it could is not known."
    )
    [answer] = found.answers
    assert (answer.before, answer.models) == ("no verdict yet on", (("tired", "(stopped 29 %)"),))


def test_what_it_cost_has_its_currency() -> None:
    rows = [outcome(trial=f"{n}", prompt_tokens=500_000, completion_tokens=100_000) for n in range(2)]
    measured = Measured.of(frame(rows, "r", {"simulated/tired": (1.0, 10.0)}))
    assert overview(measured).facts[-1] == "cost 3.00"


def test_an_arm_of_its_own_is_named() -> None:
    """A model that was never asked in neutral words is shown in the arm it was asked in."""
    found = of(swept("tired"), swept("other", arms=("insist",)))
    assert {row.model: row.arm for row in found.rows} == {"tired": "list", "other": "insist"}
    assert found.arm == ""
