"""The sections of a report: what is shown where there is something to show."""

from datetime import date

import pytest

from evals.record.outcome import Outcome
from evals.record.price import Price
from reports import frame
from reports.analyses.all_measures import Measured
from reports.charts.curves import rate_figures
from reports.charts.figure import to_svg
from reports.frame import Prices
from reports.measures import Audit, by_size
from reports.page.section import MOST, Section, few
from reports.page.sections import sections
from tests.samples.outcomes import outcome

pytestmark = pytest.mark.slow


def found(
    rows: list[Outcome], audit: Audit | None = None, prices: Prices | None = None
) -> dict[str, Section]:
    """The sections by their names."""
    given = prices or {"simulated/tired": (1.0, 10.0)}
    measured = Measured.of(frame(rows, "r", given), audit=audit)
    return {section.name: section for section in sections(measured)}


def cells(section: Section, table: int = 0) -> list[dict[str, str]]:
    """The rows of one of its tables."""
    shown = section.tables[table].shown
    return [dict(zip(shown.headings, row, strict=True)) for row in shown.rows]


def test_budgets_stand_side_by_side() -> None:
    """Success against the tokens that an answer took, where the same was asked under several budgets."""
    rows = [
        outcome(
            label,
            f"{budget} {n}",
            max_tokens=budget,
            prompt_tokens=9,
            completion_tokens=budget // 2,
            repeat=n,
        )
        for budget, label in ((100, "truncated"), (1000, "solved"))
        for n in range(4)
    ]
    section = found(rows)["budgets"]
    (figure,) = section.figures
    assert "tired, list: 100 % at 500 tokens" in figure.told
    assert "<svg" in to_svg(figure)
    assert [(row["max tokens"], row["solved"]) for row in cells(section)] == [
        ("100", "0 %"),
        ("1,000", "100 %"),
    ]
    assert "budgets" not in found(rows[:4])


def test_nudges_and_money() -> None:
    """By how the list stood when it first stopped; and what an answer cost, where the spec has prices."""
    turns = [
        {"turn": 1, "reason": "start", "label": "give_up", "written": 3, "right": 3},
        {"turn": 2, "reason": "nudge", "label": "solved", "written": 7, "right": 7},
    ]
    paid = {"prompt_tokens": 1_000_000, "completion_tokens": 200_000}
    made = found([outcome("solved", "n", arm="nudge", by_turn=turns, turns=2, **paid)])
    assert cells(made["nudges"])[0]["solved at last"].startswith("100 %")
    assert cells(made["costs"])[0]["cost a solved task"] == "3"


@pytest.mark.parametrize(
    ("others", "heading", "currency"),
    [
        (Price(input=1, output=10, currency="EUR"), "cost a solved task, EUR", None),
        (Price(input=1, output=10), "cost a solved task", "USD"),
    ],
)
def test_money_has_its_currency(others: Price, heading: str, currency: str | None) -> None:
    """Once, where there is one; else in each row."""
    prices = {"simulated/tired": Price(input=1, output=10, currency="EUR"), "simulated/other": others}
    rows = [
        outcome(trial=name, model=name, prompt_tokens=1_000_000, completion_tokens=200_000)
        for name in ("tired", "other")
    ]
    table = found(rows, prices=prices)["costs"]
    other, tired = cells(table)
    assert (tired[heading], other[heading]) == ("3", "3")
    assert (tired.get("currency"), other.get("currency")) == ("EUR" if currency else None, currency)


def test_where_in_a_list_it_fails_and_what_tokens_buy() -> None:
    """Hazards by step in panels of a size each, and success within a budget, with what the figures show."""
    rows = [
        outcome(label, f"{label} {size} {n}", size=size, steps=2**size, repeat=n, **more)
        for size in (3, 4, 5, 6)
        for n in range(3)
        for label, more in (
            ("solved", {"written": 2**size, "completion_tokens": 50 * size}),
            ("give_up", {"written": 2, "completion_tokens": 20}),
        )
    ]
    made = found([row.model_copy(update={"prompt_tokens": 9}) for row in rows])
    (hazards,) = made["hazards"].figures
    assert hazards.told.startswith("tired, 8 steps: ")
    assert "stopping most from step 2 on, 50 %" in hazards.told
    assert to_svg(hazards).count("steps</text>") == 1
    (spending,) = made["spending"].figures
    assert spending.told == "tired, list: 50 % with 512 tokens; of 5 answers one in 100 %, all in 0 %"
    assert "<svg" in to_svg(spending)
    assert cells(made["costs"], 1)[-1]["longest task, steps"] == "64"


def test_a_trend_needs_dates() -> None:
    """With the dates there is a section, if only to tell what is missing; without them there is none."""
    rows = [outcome(trial=f"{n}", model=f"m{n}") for n in range(4)]
    assert "trend" not in found(rows)
    released = {f"m{n}": date(2024, 1 + n, 1) for n in range(3)}
    measured = Measured.of(frame(rows, "r"), released=released)
    section = {one.name: one for one in sections(measured)}["trend"]
    told = " ".join(section.words)
    assert "hanoi, list: willing_50 shows no doubling time: 0 of 3 dated models have a horizon" in told
    assert "No release date is given for m3" in told
    assert "<svg" in to_svg(section.figures[0])


def test_repeats() -> None:
    """Half of two answers right: at least one of two always is, and never are both."""
    rows = [outcome("solved", "a"), outcome("logic_error", "b", repeat=1, lost_at=1)]
    told = {row["k"]: (row["pass@k"], row["pass^k"]) for row in cells(found(rows)["repeats"])}
    assert told == {"1": ("50 %", "50 %"), "2": ("100 %", "0 %")}
    assert "repeats" not in found(rows[:1])


@pytest.mark.parametrize(
    ("audit", "words"),
    [
        (None, "can be given with --audit"),
        (Audit(60, 55, 70, 4), "the rules called 55 and 4 stops; that is carried into the horizons"),
        (Audit(6, 5, 70, 4), "Label error is not propagated: 6 stops and 70 other failures were read"),
    ],
)
def test_what_is_known_of_the_labels(audit: Audit | None, words: str) -> None:
    """Whether their own error is in the horizons, and if not, why."""
    assert words in " ".join(found([outcome()], audit)["sensitivity"].words)


def test_few_figures_of_many_groups() -> None:
    """A figure has a panel for each group, and a page no more than some of one kind."""
    puzzles = [f"p{n:02}" for n in range(MOST + 2)]
    rows = [outcome(trial=f"{one} {n}", model=f"m{n:02}", puzzle=one) for one in puzzles for n in range(2)]
    drawn, told = few(rate_figures(by_size(frame(rows, "r"))))
    assert [figure.title for figure in drawn] == puzzles[:MOST]
    assert told == (f"The first {MOST} of {len(puzzles)} are drawn; the tables have all.",)
    assert [name in drawn[0].told for name in ("m00", "m01")] == [True, True]


def test_bars_of_each_length() -> None:
    """One a model and length, of the answered, linked to them; a control without a solution is last."""
    rows = [
        outcome("solved", "1", size=2, steps=3),
        outcome("give_up", "2", size=2, steps=3, written=1, lost_at=1),
        outcome("truncated", "3", size=2, steps=3),
        outcome("solved", "4", size=9, steps=None),
    ]
    [matrix] = found(rows)["endings"].bars
    assert matrix.sizes == ("3", "no solution")
    [(_, (first, last))] = matrix.rows
    assert first is not None
    assert last is not None
    assert [(part.name, part.width) for part in first.parts] == [("solved", 50), ("give_up_wrong", 50)]
    assert (first.solved, first.answered, first.lost) == ("1", "2", "1")
    assert first.link == "#trials?model=tired&puzzle=hanoi&arm=list&size=2"
    assert last.told == "unsolvable: 1 solved"
