"""Prices are kept with a run as they were used, and runs of earlier versions have theirs."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from evals.errors import CorruptRecord
from evals.record.price import Price, RecordedPrice, money, recorded_prices
from evals.record.run import Manifest, RunDirectory


def run_with(path: Path, prices: object) -> RunDirectory:
    manifest = Manifest(created="2026", cantwont="0", spec={"prices": prices})
    RunDirectory.create(path, manifest)
    return RunDirectory.open(path)


def test_a_price_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    price = RecordedPrice(input=2, cached_input=0.5, output=8, currency="USD", source="lists 1.2")
    assert recorded_prices(run_with(tmp_path / "run", {"openai/m": price.stored()})) == {"openai/m": price}
    assert price.describe() == "input 2, cached input 0.5, output 8 USD (lists 1.2)"


def test_runs_of_earlier_versions(tmp_path: Path) -> None:
    """They have two numbers, in a currency that nobody wrote down; or none at all."""
    (price,) = recorded_prices(run_with(tmp_path / "run", {"mine/m": {"input": 2.0, "output": 8.0}})).values()
    assert (price.of(1_000_000, 1_000_000, 500_000), price.currency) == (10, "")
    assert price.describe() == "input 2, output 8 (spec)"
    assert recorded_prices(run_with(tmp_path / "other", None)) == {}


def test_a_price_that_is_none_is_named(tmp_path: Path) -> None:
    run = run_with(tmp_path / "run", {"mine/m": {"input": "much"}})
    with pytest.raises(CorruptRecord, match=r"the price of 'mine/m' in the run at .*field 'input'"):
        recorded_prices(run)


def test_no_more_is_cached_than_was_sent() -> None:
    assert Price(input=4, cached_input=1, output=0).of(1_000_000, 0, 9_000_000) == 1


@pytest.mark.parametrize("currency", ["usd", "US Dollar", "", "$"])
def test_a_currency_that_is_none_is_refused(currency: str) -> None:
    with pytest.raises(ValidationError, match="three capital letters"):
        Price(input=1, output=1, currency=currency)


@pytest.mark.parametrize("name", ["input", "cached_input", "output"])
@pytest.mark.parametrize("amount", [-1, -1e-9, float("inf"), float("nan")])
def test_an_amount_that_is_none_is_refused(name: str, amount: float) -> None:
    """A cost of nan would make every sum of costs one."""
    with pytest.raises(ValidationError, match=name):
        Price(**{"input": 1, "output": 1, name: amount})


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "0.00"),
        (0.1, "0.10"),
        (0.099, "0.099"),
        (0.00001234, "1.2e-05"),
        (1, "1.00"),
        (1234.567, "1,234.57"),
    ],
)
def test_money(amount: float, said: str) -> None:
    """Two decimals, or the first two digits of what is small."""
    assert money(amount) == said
    assert money(amount, "EUR") == f"{said} EUR"


def test_what_tokens_cost() -> None:
    """By the million; cached ones by their own price, and as the others where there is none."""
    assert Price(input=4, output=8).of(500_000, 250_000) == 4
    assert Price(input=4, output=8).of(500_000, 0, 500_000) == 2
    assert Price(input=4, cached_input=0, output=8).of(500_000, 0, 500_000) == 0


def test_a_price_in_words() -> None:
    """With thousands apart; a price of nothing is one, and its currency is dollars where it was asked."""
    assert RecordedPrice(input=0, output=1234.5).describe() == "input 0, output 1,234.5 (spec)"
    assert (Price(input=1, output=1).currency, RecordedPrice(input=1, output=1).currency) == ("USD", "")
    assert RecordedPrice(input=1, output=2).stored() == {
        "input": 1,
        "output": 2,
        "currency": "",
        "source": "spec",
    }
    for currency in ("EURO", "EU", "EUr"):
        with pytest.raises(ValidationError, match="three capital letters"):
            Price(input=1, output=1, currency=currency)
