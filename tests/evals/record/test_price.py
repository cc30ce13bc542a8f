"""Prices are kept with a run as they were used, and runs of earlier versions have theirs."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from evals.errors import CorruptRecord
from evals.record.price import Price, RecordedPrice, recorded_prices
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
