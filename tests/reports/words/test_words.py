"""Plain sentences and bars, true to the tables they come from."""

import pytest

from evals.record.outcome import Label, Outcome
from reports import by_size, comparison, frame
from reports.charts.outcome_bars import BAR, LEFT, bar, figures
from reports.tables.rows import read
from reports.words.endings import sentence
from tests.samples.outcomes import outcome, several


def said(rows: list[Outcome]) -> str:
    """The sentence of the only group."""
    (row,) = read(comparison(frame(rows, "r")))
    return sentence(row)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (several(solved=60), "solved all 60."),
        (several(error=2, truncated=1), "nothing to judge. Not counted: 1 truncated, 2 error."),
        (several(solved=3, logic_error=1), "75 % solved of 4; its one failure was wrong."),
        (several(malformed=3), "none solved of 3; all its 3 failures could not be replayed."),
        (
            several(solved=5, refusal=2, logic_error=1, no_answer=2),
            (
                "50 % solved of 10; of its 5 failures 2 stopped by choice (typically before the first step), "
                "1 was wrong, 2 were no answer."
            ),
        ),
        (
            several(solved=33, logic_error=11, error=1)
            + [outcome("give_up", f"g{index}", written=15) for index in range(16)],
            (
                "55 % solved of 60; of its 27 failures 59 % stopped by choice (typically after 15 steps), "
                "41 % were wrong. Not counted: 1 error."
            ),
        ),
        (
            [outcome("give_up", "g", written=1, right=1, first_error=2, lost_at=2)],
            (
                "none solved of 1; its one failure stopped by choice (typically after 1 step; "
                "already wrong). Where a step was illegal, it typically came after 1 right step."
            ),
        ),
        (
            [
                outcome("solved", "s"),
                outcome("give_up", "g1", written=4, lost_at=2),
                outcome("give_up", "g2", written=6, lost_at=3),
                outcome("truncated", "t1", lost_at=3),
                outcome("truncated", "t2"),
            ],
            (
                "33 % solved of 3; all its 2 failures stopped by choice (typically after 5 steps; "
                "all 2 already wrong). Not counted: 2 truncated (1 of these 2 already wrong)."
            ),
        ),
    ],
)
def test_sentence(rows: list[Outcome], words: str) -> None:
    """Percent of many failures, counts of few, and nothing said of what there is none of."""
    assert said(rows) == words


def test_what_varies_is_told() -> None:
    """Rows that differ in their budget alone are told apart."""
    rows = [outcome(trial="1", max_tokens=1000), outcome(trial="2", max_tokens=None)]
    told = {row.about for row in read(comparison(frame(rows, "r")))}
    assert told == {"hanoi, list, max tokens 1,000", "hanoi, list"}


def test_bars_are_the_answered() -> None:
    """The parts of a bar fill it whatever the instrument lost, which stands beside it."""
    rows = [outcome(label, f"{label}-{index}") for label in Label for index in range(3)]
    rows += [outcome("give_up", f"wrong-{index}", written=2, lost_at=1) for index in range(2)]
    (row,) = read(by_size(frame(rows, "r")))
    made = bar(row)
    assert [(segment.part.words, segment.count) for segment in made.segments] == [
        ("solved", 3),
        ("refusal", 3),
        ("give up, right so far", 3),
        ("give up, already wrong", 2),
        ("logic error", 3),
        ("malformed", 3),
        ("no answer", 3),
    ]
    assert sum(segment.width for segment in made.segments) == pytest.approx(BAR)
    assert made.segments[0].x == LEFT
    assert (made.answered, made.lost) == (20, 12)


def test_one_figure_a_group_and_one_bar_a_size() -> None:
    """Fewest steps first, whatever the size; where nothing was answered the bar is empty."""
    rows = [
        outcome(trial="1", size=2, steps=3),
        outcome("error", "2", size=1, steps=1),
        outcome("error", "3", arm="insist", size=20, steps=2**20 - 1),
        outcome(trial="4", arm="insist", size=20, steps=None),
        outcome(trial="5", arm="insist", size=21, steps=9),
    ]
    insist, plain = figures(read(by_size(frame(rows, "r"))))
    assert [row[0] for row in plain.table.rows] == ["1 step", "3 steps"]
    assert [row[0] for row in insist.table.rows] == ["9 steps", "1,048,575", "unsolvable"]
    assert plain.told == "1 step: 1 lost to the instrument; 3 steps: 1 solved"
    assert plain.table.rows[1] == ("3 steps", "1", "1 (100 %)", "0")
