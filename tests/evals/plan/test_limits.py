"""A run stops where its user said, and what it does not know it does not count as nothing."""

from typing import Any

import pytest
from pydantic import ValidationError

from evals.errors import SpecError
from evals.plan.limits import Limits, Meter
from evals.record.completion import Completion, read_completion
from evals.record.price import Price, RecordedPrice, money

WHO = "mine/m"
PRICES = {WHO: Price(input=1, output=10)}


def reply(prompt: int | None = 100, completion: int | None = 50, text: str = "") -> Completion:
    counted = {"prompt_tokens": prompt, "completion_tokens": completion}
    usage = {name: tokens for name, tokens in counted.items() if tokens is not None}
    return read_completion({"choices": [{"message": {"content": text}}], "usage": usage})


class Clock:
    now = 5.0

    def __call__(self) -> float:
        return self.now


def meter(prices: dict[str, Price] | None = None, clock: Clock | None = None, **limits: Any) -> Meter:
    given = PRICES if prices is None else prices
    return Meter(Limits(**limits), given, [WHO], clock=clock or Clock())


def test_without_limits_nothing_stops() -> None:
    clock = Clock()
    free = meter(prices={}, clock=clock)
    free.add(WHO, reply(10**9, 10**9), 5)
    clock.now += 10**9
    assert free.why_stop() is None


def test_the_token_limit_counts_prompts_and_completions_of_all_models() -> None:
    limited = meter(max_tokens_total=300)
    limited.add(WHO, reply(), 5)
    assert limited.why_stop() is None
    limited.add("other/m", reply(), 5)
    assert limited.why_stop() == "the token limit of 300 is reached: 300 used"


def test_the_cost_limit_counts_by_price() -> None:
    limited = meter(max_cost=1)
    limited.add(WHO, reply(100_000, 89_000), 5)
    assert limited.cost == pytest.approx(0.99)
    assert limited.why_stop() is None
    limited.add(WHO, reply(20_000, 5_000), 5)
    assert limited.why_stop() == "the cost limit of 1.00 USD is reached: 1.06 USD spent"


def test_cached_tokens_cost_what_they_cost() -> None:
    """At the price of cached input, or at the full one where that is not known."""
    price = Price(input=4, cached_input=1, output=0)
    body = {
        "choices": [{"message": {"content": "x"}}],
        "usage": {
            "prompt_tokens": 1_000_000,
            "completion_tokens": 1,
            "prompt_tokens_details": {"cached_tokens": 400_000},
        },
    }
    for given, cost in ((price, 2.8), (price.model_copy(update={"cached_input": None}), 4.0)):
        told = meter(prices={WHO: given})
        told.add(WHO, read_completion(body), 5)
        assert told.cost == pytest.approx(cost)
    assert next(told.describe()) == (
        "mine/m: 1,000,000 prompt (400,000 cached) and 1 completion tokens in 1 reply; cost 4.00 USD"
    )


def test_the_deadline_is_counted_from_the_start() -> None:
    clock = Clock()
    limited = meter(clock=clock, deadline="2h30m")
    clock.now += 8999
    assert limited.why_stop() is None
    clock.now += 1
    assert limited.why_stop() == "the deadline of 2 h 30 min has passed"


@pytest.mark.parametrize(("written", "seconds"), [("90", 90), ("2h30m", 9000), (90, 90), (0.5, 0.5)])
def test_a_deadline_is_seconds_or_a_duration(written: Any, seconds: float) -> None:
    assert Limits.model_validate({"deadline": written}).deadline == seconds


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("deadline", "tomorrow", "'tomorrow' is no duration: write seconds, or for example '2h30m'"),
        ("deadline", 0, "greater than 0"),
        ("deadline", float("inf"), "finite"),
        ("max_cost", -1, "greater than 0"),
        ("max_cost", float("nan"), "greater than 0|finite"),
        ("max_tokens_total", 0, "greater than or equal to 1"),
        ("max_token_total", 5, "Extra inputs"),
    ],
)
def test_a_limit_that_is_none_is_refused(field: str, value: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Limits.model_validate({field: value})


def test_a_price_is_no_less_than_nothing() -> None:
    with pytest.raises(ValidationError):
        Price(input=-1, output=1)


def test_a_cost_limit_needs_every_price() -> None:
    with pytest.raises(SpecError, match=r"max_cost needs the price of 'other/x': .*\[prices.\"other/x\"\]"):
        Meter(Limits(max_cost=1), PRICES, [WHO, "other/x"])
    Meter(Limits(max_tokens_total=1), PRICES, [WHO, "other/x"])
    Meter(Limits(max_cost=1), {WHO: Price(input=0, output=0)}, [WHO])


def test_a_cost_limit_needs_one_currency() -> None:
    prices = {WHO: Price(input=1, output=1, currency="EUR"), "other/x": Price(input=1, output=1)}
    with pytest.raises(SpecError, match=r"in one currency, and there are 'mine/m' in EUR, 'other/x' in USD"):
        Meter(Limits(max_cost=1), prices, [WHO, "other/x"])
    Meter(Limits(max_cost=1), prices, [WHO])


@pytest.mark.parametrize("is_there", [False, True])
def test_what_knows_prices_is_named_where_it_is_missing(
    is_there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.plan.limits.is_installed", lambda: is_there)
    with pytest.raises(SpecError) as raised:
        Meter(Limits(max_cost=1), {}, [WHO])
    assert ("extra 'prices'" in str(raised.value)) is not is_there


def test_a_reply_without_usage_is_estimated_by_its_length_and_that_is_said() -> None:
    limited = meter(max_tokens_total=130)
    limited.add(WHO, reply(None, None, text="x" * 125), 35)
    assert limited.tokens == 10 + 100
    assert limited.why_stop() is None
    limited.add(WHO, reply(20, 0), 35)
    assert limited.why_stop() == (
        "the token limit of 130 is reached: 130 used (estimated for 1 reply without usage)"
    )


def test_a_usage_of_nothing_is_none() -> None:
    """Servers that count nothing report 0, and a run against them meets its limits all the same."""
    limited = meter(max_tokens_total=110)
    limited.add(WHO, reply(0, 0, text="x" * 125), 35)
    assert limited.why_stop() == (
        "the token limit of 110 is reached: 110 used (estimated for 1 reply without usage)"
    )
    costly = meter(max_cost=0.001)
    costly.add(WHO, reply(0, 0, text="x" * 125), 35)
    assert costly.why_stop() == (
        "the cost limit of 0.001 USD is reached: 0.001 USD spent (estimated for 1 reply without usage)"
    )


def test_an_empty_answer_has_no_tokens() -> None:
    limited = meter(max_tokens_total=1000)
    limited.add(WHO, reply(20, 0), 35)
    assert limited.tokens == 20
    assert "estimated" not in next(limited.describe())


def test_an_estimate_is_told_once_a_model_and_only_if_it_matters() -> None:
    unknown, known = reply(None, None, text="x"), reply()
    told = meter(max_tokens_total=10**9)
    assert [told.add(WHO, each, 5) for each in (known, unknown, unknown)] == [False, True, False]
    assert told.add("other/m", reply(0, 0, text="x"), 5)
    assert not meter(prices={}).add(WHO, unknown, 5)
    assert meter().add(WHO, unknown, 5)


def test_half_a_usage_is_estimated_for_the_other_half() -> None:
    limited = meter(max_tokens_total=1000)
    limited.add(WHO, reply(None, 7), 35)
    assert limited.tokens == 10 + 7


def test_thinking_that_is_shown_is_counted_where_there_is_no_usage() -> None:
    limited = meter(max_tokens_total=1000)
    body = {"choices": [{"message": {"content": "x" * 5, "reasoning_content": "y" * 120}}]}
    limited.add(WHO, read_completion(body), 0)
    assert limited.tokens == 100


def test_what_was_turned_down_before_a_token_was_made_costs_nothing() -> None:
    limited = meter(max_tokens_total=1)
    limited.add(WHO, reply(None, None), 10**6, turned_down=True)
    assert limited.why_stop() is None


def test_what_was_used_is_told_model_by_model_with_what_is_not_known() -> None:
    told = meter()
    told.add(WHO, reply(1_000_000, 200_000), 5)
    told.add(WHO, reply(None, None, text="x" * 125), 35)
    told.add("other/m", reply(), 5)
    first, second = told.describe()
    assert first == (
        "mine/m: 1,000,010 prompt and 200,100 completion tokens in 2 replies "
        "(estimated for 1 reply without usage); cost 3.00 USD"
    )
    assert second == "other/m: 100 prompt and 50 completion tokens in 1 reply; its price is not known"


def test_the_source_of_a_price_is_told_with_the_cost() -> None:
    told = meter(prices={WHO: RecordedPrice(input=1, output=10, currency="USD", source="lists 1.2")})
    told.add(WHO, reply(1_000_000, 200_000), 5)
    assert next(told.describe()).endswith("; cost 3.00 USD by the list prices of lists 1.2")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, "0.00"), (0.000123, "0.00012"), (0.05, "0.05"), (3.456, "3.46"), (12_345.6, "12,345.60")],
)
def test_money_keeps_two_places_that_say_something(amount: float, shown: str) -> None:
    assert money(amount) == shown
    assert money(amount, "EUR") == f"{shown} EUR"
