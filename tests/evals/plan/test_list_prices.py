"""Prices that a spec leaves out are those of the provider's list, never for a machine of one's own."""

import sys
from decimal import Decimal
from importlib.metadata import version
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from evals.endpoints import Endpoint, ModelAt
from evals.plan.list_prices import is_installed, list_price, prices_of
from evals.record.price import Price, RecordedPrice

OPENAI = "https://api.openai.com/v1"


class FakeLists:
    """Stands in for the package; knows one model at one address."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.prices: dict[str, Any] = {
            "input_mtok": SimpleNamespace(base=Decimal("2.5"), tiers=["higher"]),
            "cache_read_mtok": Decimal("0.25"),
            "output_mtok": Decimal(10),
        }

    def calc_price(self, usage: object, model: str, *, provider_api_url: str) -> Any:
        assert usage == "usage"
        self.asked.append((provider_api_url, model))
        if (provider_api_url, model) != (OPENAI, "m"):
            raise LookupError("no such model")
        return SimpleNamespace(model_price=SimpleNamespace(**self.prices))


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> FakeLists:
    fake, module = FakeLists(), ModuleType("genai_prices")
    vars(module).update(Usage=lambda: "usage", calc_price=fake.calc_price)
    monkeypatch.setitem(sys.modules, "genai_prices", module)
    monkeypatch.setattr("evals.plan.list_prices.is_installed", lambda: True)
    monkeypatch.setattr("evals.plan.list_prices.version", lambda name: {"genai-prices": "9.8"}[name])
    return fake


def at(base_url: str = OPENAI, model: str = "m", **more: Any) -> ModelAt:
    return ModelAt(Endpoint("openai", base_url, **more), model)


LISTED = RecordedPrice(input=2.5, cached_input=0.25, output=10, currency="USD", source="genai-prices 9.8")


def test_a_list_price(lists: FakeLists) -> None:
    """That of short prompts, where there are several; with the version of the list."""
    assert list_price(at()) == LISTED
    assert list_price(at(model="other")) is None
    del lists.prices["cache_read_mtok"]
    assert list_price(at()) == LISTED.model_copy(update={"cached_input": None})


@pytest.mark.parametrize(
    ("name", "price"), [("output_mtok", None), ("input_mtok", "free"), ("requests_kcount", Decimal(5))]
)
def test_a_price_that_is_not_one_of_tokens_alone_is_not_known(
    lists: FakeLists, name: str, price: object
) -> None:
    lists.prices[name] = price
    assert list_price(at()) is None


@pytest.mark.parametrize(
    "base_url",
    [
        "http://localhost:11434/v1",
        "http://127.0.0.1:8000/v1",
        "http://[::1]:8000/v1",
        "http://10.1.2.3/v1",
        "http://gpu-box:8000/v1",
        "http://gpu.local/v1",
    ],
)
def test_a_machine_of_ones_own_has_no_list_price(lists: FakeLists, base_url: str) -> None:
    """Whatever its endpoint and its models are called."""
    assert list_price(at(base_url)) is None
    assert lists.asked == []


def test_simulated_models_have_no_list_price(lists: FakeLists) -> None:
    assert list_price(at(simulated=True)) is None
    assert lists.asked == []


def test_without_the_package_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.plan.list_prices.find_spec", lambda name: None)
    assert not is_installed()
    assert list_price(at()) is None


def test_the_spec_comes_first_then_what_the_run_was_begun_with_then_the_list(lists: FakeLists) -> None:
    """So a run keeps its prices when the list changes, and its user can correct them."""
    given, kept = Price(input=1, output=2), LISTED.model_copy(update={"output": 7})
    who = at().who
    assert prices_of([at()], {}, {}) == {who: LISTED}
    assert prices_of([at()], {}, {who: kept}) == {who: kept}
    expected = RecordedPrice(input=1, output=2, currency="USD", source="spec")
    assert prices_of([at()], {who: given}, {who: kept}) == {who: expected}
    assert prices_of([at(model="other")], {"mine/m": given}, {}) == {"mine/m": expected}
    assert lists.asked == [(OPENAI, "m"), (OPENAI, "other")]


def test_the_real_list() -> None:
    """It is asked as it wants to be asked, by the addresses of the known endpoints."""
    pytest.importorskip("genai_prices")
    for endpoint, model in (
        (Endpoint("openai", OPENAI), "gpt-4.1"),
        (Endpoint("openrouter", "https://openrouter.ai/api/v1"), "anthropic/claude-sonnet-4.5"),
        (Endpoint("anthropic", "https://api.anthropic.com/v1"), "claude-sonnet-4-5"),
    ):
        price = list_price(ModelAt(endpoint, model))
        assert price is not None
        assert price.cached_input is not None
        assert 0 < price.cached_input < price.input < price.output
        assert (price.currency, price.source) == ("USD", f"genai-prices {version('genai-prices')}")
    assert list_price(ModelAt(Endpoint("openai", OPENAI), "nothing-of-the-kind")) is None
