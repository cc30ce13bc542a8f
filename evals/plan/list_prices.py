"""What the public APIs charge, as the package `genai-prices` knows it; nothing is looked up on the network.

It comes with the extra `prices`, and is imported when it is needed: that takes half a second.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from importlib.metadata import version
from importlib.util import find_spec

from evals.endpoints import ModelAt, is_private
from evals.record.price import SPEC, Price, RecordedPrice

_PACKAGE = "genai-prices"
HINT = "prices of public APIs come with the extra 'prices' of cantwont: `pip install genai-prices`"
_MORE_THAN_TOKENS = "requests_kcount"
"""A price of each request, beside its tokens."""


def is_installed() -> bool:
    """Return whether the package is there."""
    return find_spec(_PACKAGE.replace("-", "_")) is not None


def prices_of(
    models: Iterable[ModelAt], given: Mapping[str, Price], recorded: Mapping[str, RecordedPrice]
) -> dict[str, RecordedPrice]:
    """Return the prices that are known, by `endpoint/model`.

    Args:
        models: Those that are asked.
        given: The prices of the spec, which come first.
        recorded: Those that the run was begun with. They come next, so that it keeps its prices; list prices
            come last.
    """
    prices = dict(recorded)
    for who, price in given.items():
        prices[who] = RecordedPrice.model_validate(price.model_dump() | {"source": SPEC})
    for at in models:
        if at.who not in prices and (listed := list_price(at)) is not None:
            prices[at.who] = listed
    return prices


def list_price(at: ModelAt) -> RecordedPrice | None:
    """Return what a model costs today at its endpoint's address; `None` if that is local, or not known."""
    if at.endpoint.simulated or is_private(at.endpoint.base_url) or not is_installed():
        return None
    from genai_prices import Usage, calc_price  # noqa: PLC0415 - see above

    try:
        price = calc_price(Usage(), at.model, provider_api_url=at.endpoint.base_url).model_price
    except LookupError:
        return None
    names = {"input": "input_mtok", "cached_input": "cache_read_mtok", "output": "output_mtok"}
    amounts = {ours: _amount(getattr(price, theirs, None)) for ours, theirs in names.items()}
    if amounts["input"] is None or amounts["output"] is None or getattr(price, _MORE_THAN_TOKENS, None):
        return None
    told = {"currency": "USD", "source": f"{_PACKAGE} {version(_PACKAGE)}"}
    return RecordedPrice.model_validate({**amounts, **told})


def _amount(price: object) -> float | None:
    """Return a price as a number: that of short prompts, where it rises with their length."""
    base = getattr(price, "base", price)
    return float(base) if isinstance(base, Decimal) else None
