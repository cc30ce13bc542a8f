"""Tokens and money, by hand."""

import pandas as pd
import pytest

from evals.record.price import Price
from reports import frame
from reports.analyses.cost import costs
from tests.samples.outcomes import outcome

PRICES = {"simulated/tired": (1_000_000.0, 10_000_000.0)}
"""One for a token of the prompt, ten for one of the answer."""


def row_of(*outcomes: object, prices: dict[str, tuple[float, float]] | None = None) -> "pd.Series[float]":
    table = costs(frame(outcomes, "r", prices))  # type: ignore[arg-type]
    assert len(table) == 1
    return table.iloc[0]


def test_by_hand() -> None:
    """Two solved of 7 and 15 steps, one failure: 60 tokens of answers, 6 of prompts."""
    row = row_of(
        outcome("solved", "a", prompt_tokens=1, completion_tokens=10, reasoning_tokens=4),
        outcome("solved", "b", steps=15, size=4, prompt_tokens=2, completion_tokens=20),
        outcome("give_up", "c", prompt_tokens=3, completion_tokens=30),
        prices=PRICES,
    )
    assert row[["trials", "solved", "solved_steps"]].tolist() == [3, 2, 22]
    assert row[["prompt_tokens", "completion_tokens", "reasoning_tokens", "tokens_unknown"]].tolist() == [
        6,
        60,
        4,
        0,
    ]
    assert row[["tokens_per_solved", "tokens_per_solved_step"]].tolist() == pytest.approx([30, 60 / 22])
    assert row[["cost", "cost_unknown"]].tolist() == [606, 0]
    assert row[["cost_per_solved", "cost_per_solved_step"]].tolist() == pytest.approx([303, 606 / 22])


def test_unknown_usage_is_missing_and_counted() -> None:
    """A trial without usage is in no total and no price, whether it solved or not."""
    row = row_of(
        outcome("solved", "a", prompt_tokens=1, completion_tokens=10),
        outcome("solved", "b"),
        outcome("give_up", "c", completion_tokens=30),
        prices=PRICES,
    )
    assert row[["completion_tokens", "tokens_unknown", "tokens_per_solved"]].tolist() == [40, 1, 40]
    assert row[["cost", "cost_unknown", "cost_per_solved"]].tolist() == [101, 2, 101]


def test_where_nothing_is_known_nothing_is_zero() -> None:
    """No usage at all: missing, with the number of trials that it is unknown of."""
    row = row_of(outcome("solved", "a"), outcome("give_up", "b"))
    for name in ("prompt_tokens", "completion_tokens", "reasoning_tokens", "tokens_per_solved", "cost"):
        assert pd.isna(row[name]), name
    assert row[["tokens_unknown", "cost_unknown"]].tolist() == [2, 2]


def test_nothing_solved_has_no_price() -> None:
    """Neither zero nor infinite."""
    row = row_of(outcome("give_up", "a", prompt_tokens=1, completion_tokens=10), prices=PRICES)
    assert row["cost"] == 101
    for name in ("tokens_per_solved", "tokens_per_solved_step", "cost_per_solved", "cost_per_solved_step"):
        assert pd.isna(row[name]), name


def test_the_currency_is_that_of_the_price() -> None:
    """Of each model its own; of models without a price, none."""
    in_euros, in_dollars = Price(input=1, output=1, currency="EUR"), Price(input=1, output=1)
    prices = {"simulated/a": in_euros, "simulated/b": in_dollars}
    rows = [outcome(trial=name, model=name, prompt_tokens=1, completion_tokens=1) for name in ("c", "b", "a")]
    table = costs(frame(rows, "r", prices)).set_index("model")
    assert table["currency"].dropna().to_dict() == {"a": "EUR", "b": "USD"}
    assert table["cost"].dropna().to_dict() == pytest.approx({"a": 2e-6, "b": 2e-6})


def test_ways_of_asking_are_apart() -> None:
    """Pushing costs what pushing costs."""
    table = costs(
        frame(
            [outcome(trial="a", completion_tokens=1), outcome(trial="b", arm="insist", completion_tokens=9)],
            "r",
        )
    )
    assert table["tokens_per_solved"].tolist() == [9, 1]


def test_an_empty_frame() -> None:
    """No trials, no rows."""
    assert costs(frame([], "r")).empty
