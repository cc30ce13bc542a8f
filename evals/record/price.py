"""What tokens cost, and how that is known; kept in `run.json`, so that a run costs the same in any report."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from evals.record import jsonl
from evals.record.model import Closed
from evals.record.run import RunDirectory

SPEC = "spec"
"""The source of a price that the spec gave."""


def _currency(code: str) -> str:
    if not re.fullmatch("[A-Z]{3}", code):
        raise ValueError(f"{code!r} is no currency: write its three capital letters, for example 'EUR'")
    return code


class Price(Closed):
    """The price of a million tokens; free is 0, and for an unknown price there is no `Price`."""

    input: float = Field(ge=0, allow_inf_nan=False)
    cached_input: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Of tokens of a prompt that the server had kept from an earlier one; `None`: the same as `input`."""
    output: float = Field(ge=0, allow_inf_nan=False)
    currency: Annotated[str, AfterValidator(_currency)] = "USD"

    def of(self, prompt_tokens: float, completion_tokens: float, cached_tokens: float = 0) -> float:
        """Return the cost of this many tokens; the cached ones are among those of the prompt."""
        cached = min(cached_tokens, prompt_tokens)
        cached_input = self.input if self.cached_input is None else self.cached_input
        prompts = (prompt_tokens - cached) * self.input + cached * cached_input
        return (prompts + completion_tokens * self.output) / 1_000_000


class RecordedPrice(Price):
    """A price as it is kept with a run."""

    currency: str = ""
    """Empty in runs of versions that did not record it."""
    source: str = SPEC
    """`spec`, or the package that knew the price, with its version."""

    def describe(self) -> str:
        """Say in words what a million tokens cost, and how that is known."""
        named = (("input", self.input), ("cached input", self.cached_input), ("output", self.output))
        amounts = [f"{name} {amount:,.10g}" for name, amount in named if amount is not None]
        currency = f" {self.currency}" if self.currency else ""
        return f"{', '.join(amounts)}{currency} ({self.source})"

    def stored(self) -> dict[str, Any]:
        """Return what `run.json` keeps."""
        return self.model_dump(exclude_none=True)


def recorded_prices(run: RunDirectory) -> dict[str, RecordedPrice]:
    """Return the prices that a run was made with, by `endpoint/model`; raises `CorruptRecord`."""
    found = run.manifest.spec.get("prices")
    prices: Mapping[str, object] = found if isinstance(found, dict) else {}
    return {
        who: jsonl.validated(RecordedPrice, price, f"the price of {who!r} in the run at {str(run.path)!r}")
        for who, price in prices.items()
    }


def money(amount: float, currency: str = "") -> str:
    """Format an amount with two decimals, or more if it is small, and its currency, if that is known."""
    number = f"{amount:,.2f}" if amount == 0 or amount >= 0.1 else f"{amount:.2g}"
    return f"{number} {currency}".rstrip()
