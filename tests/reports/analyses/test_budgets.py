"""Success within a budget, and what a price pays for, by hand."""

import pytest

from evals.record.outcome import Outcome
from reports.analyses.cost import affordable, budgets
from reports.analyses.repeats import repeats
from reports.frame import frame
from tests.samples.outcomes import outcome

PRICES = {"simulated/tired": (0.0, 1_000_000.0)}
"""One for a token of an answer."""


def answers(*given: tuple[str, int, int], **changes: object) -> list[Outcome]:
    """Answers with a label, an instance and so many tokens."""
    return [
        outcome(
            label,
            f"{at} {changes}",
            instance=f"hanoi/size=3/seed={seed}",
            repeat=at,
            prompt_tokens=1,
            completion_tokens=tokens,
            **changes,
        )
        for at, (label, seed, tokens) in enumerate(given)
    ]


ROWS = frame(
    answers(
        ("solved", 0, 10), ("solved", 0, 100), ("solved", 1, 30), ("give_up", 1, 5), ("truncated", 1, 20)
    ),
    "r",
    PRICES,
)


def test_success_within_a_budget() -> None:
    """An answer of 100 tokens is none of 64; over the instances, each counting once."""
    table = budgets(ROWS)
    one = table[table["k"] == 1].set_index("budget")
    assert one.index.tolist() == [4, 8, 16, 32, 64, 128]
    assert one["pass_at_k"].tolist() == pytest.approx([0, 0, 1 / 4, 5 / 12, 5 / 12, 2 / 3])
    assert one["undecided"].tolist() == pytest.approx([0, 0, 0, 1 / 5, 1 / 5, 1 / 5])
    assert one.loc[32, "spent"] == pytest.approx((10 + 32 + 30 + 5 + 20) / 5)
    two = table[table["k"] == 2].set_index("budget")
    # Of the first instance 1 of 1 pair at 64, of the second 2 of 3.
    assert list(two.loc[64, ["pass_at_k", "pass_all_k"]]) == pytest.approx([(1 + 2 / 3) / 2, 0])
    assert two.loc[128, "pass_all_k"] == pytest.approx(1 / 2)
    assert two.loc[128, "spent"] == pytest.approx(2 * 165 / 5)
    assert table["k"].max() == 2


def test_without_a_limit_it_is_what_repeats_say() -> None:
    """Where nothing is cut, and all sizes are one."""
    whole = ROWS[ROWS["label"] != "truncated"]
    last = budgets(whole).groupby("k")[["pass_at_k", "pass_all_k"]].last()
    assert last.to_numpy() == pytest.approx(repeats(whole, [1, 2])[["pass_at_k", "pass_all_k"]].to_numpy())


def test_what_a_price_pays_for() -> None:
    """The longest task whose solution costs no more, failures among the costs."""
    rows = frame(
        [
            *answers(("solved", 0, 10), ("give_up", 0, 5)),
            *answers(("solved", 0, 40), ("give_up", 0, 40), steps=15, size=4),
            *answers(("give_up", 0, 99), steps=31, size=5),
        ],
        "r",
        PRICES,
    )
    table = affordable(rows)
    tokens = table[table["unit"] == "tokens"].set_index("price")
    assert tokens.index.tolist() == [10, 20, 50, 100]
    assert tokens["steps"].isna().tolist() == [True, False, False, False]
    assert tokens["steps"].tolist()[1:] == [7, 7, 15]
    assert tokens["next_steps"].tolist() == [7, 15, 15, 31]
    assert list(tokens.loc[100, ["cost", "solved", "trials"]]) == [80, 1, 2]
    money = table[table["unit"] != "tokens"]
    assert money["unit"].tolist() == ["money"] * 4
    assert money["price"].tolist() == tokens.index.tolist()


def test_nothing_known_is_no_row() -> None:
    """Without usage, or without a solution, nothing is told."""
    assert budgets(frame([outcome()], "r")).empty
    assert affordable(frame([outcome(), *answers(("give_up", 0, 9))], "r")).empty
