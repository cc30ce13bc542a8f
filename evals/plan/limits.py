"""What a run may spend and has spent: tokens, money and time, with unknown values reported as unknown."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from evals.errors import SpecError
from evals.plan.list_prices import HINT, is_installed
from evals.record.completion import Completion
from evals.record.model import Closed
from evals.record.price import SPEC, Price, RecordedPrice, money
from evals.text import duration, seconds_in

PROMPT_CHARACTERS = 3.5
"""Characters per token of our prompts: English, with some numbers."""
ANSWER_CHARACTERS = 1.25
"""Characters per token of a list of steps: digits, commas and brackets take nearly a token each."""


def _duration(value: object) -> object:
    """Convert a duration such as '2h30m' to seconds."""
    if not isinstance(value, str):
        return value
    seconds = seconds_in(value)
    if seconds is None:
        raise ValueError(f"{value!r} is no duration: write seconds, or for example '2h30m'")
    return seconds


class Limits(Closed):
    """Where a run stops asking. Requests already under way are still finished."""

    max_cost: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """In the currency of the prices."""
    max_tokens_total: int | None = Field(default=None, ge=1)
    """Prompts and completions together."""
    deadline: Annotated[float, Field(gt=0, allow_inf_nan=False), BeforeValidator(_duration)] | None = None
    """Seconds from the start; in a spec also written as `"2h30m"`."""


@dataclass(slots=True)
class _Spent:
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Those of the prompt tokens that the server had kept from an earlier prompt."""
    completion_tokens: int = 0
    replies: int = 0
    unreported: int = 0
    """Replies whose tokens are estimated from their length."""

    def cost(self, price: Price) -> float:
        """Return what these tokens cost."""
        return price.of(self.prompt_tokens, self.completion_tokens, self.cached_tokens)


class Meter:
    """Adds up what the replies of a run cost."""

    def __init__(
        self,
        limits: Limits,
        prices: Mapping[str, Price],
        models: Iterable[str],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the clock.

        Args:
            limits: Where to stop.
            prices: By `endpoint/model`.
            models: Those that will be asked, as `endpoint/model`.
            clock: Returns seconds since some fixed moment.

        Raises:
            SpecError: The cost is limited, and the price of a model is unknown, or in another currency.
        """
        if limits.max_cost is not None:
            _check_prices(sorted(set(models)), prices)
        self._limits, self._prices, self._clock = limits, prices, clock
        self._started = clock()
        self._spent: dict[str, _Spent] = {}

    def add(self, who: str, reply: Completion, prompt_characters: int, *, turned_down: bool = False) -> bool:
        """Count a reply.

        Args:
            who: The model that replied, as `endpoint/model`.
            reply: Its completion.
            prompt_characters: The length of all that was sent, for servers that report no usage.
            turned_down: Whether the server turned the request down, so that possibly no token was generated.

        Returns:
            Whether its tokens had to be estimated, for the first time for this model, and they matter.
        """
        spent = self._spent.setdefault(who, _Spent())
        written = len(reply.content) + len(reply.reasoning or "")
        prompt = _reported(reply.prompt_tokens, prompt_characters)
        completion = _reported(reply.completion_tokens, written)
        spent.replies += 1
        if turned_down and not (prompt or completion or reply.content):
            return False
        estimated = prompt is None or completion is None
        spent.unreported += estimated
        spent.prompt_tokens += math.ceil(prompt_characters / PROMPT_CHARACTERS) if prompt is None else prompt
        spent.cached_tokens += min(reply.cached_tokens or 0, prompt or 0)
        spent.completion_tokens += (
            math.ceil(written / ANSWER_CHARACTERS) if completion is None else completion
        )
        return estimated and spent.unreported == 1 and self._counts(who)

    @property
    def tokens(self) -> int:
        """Tokens used so far, of prompts and completions."""
        return sum(spent.prompt_tokens + spent.completion_tokens for spent in self._spent.values())

    @property
    def cost(self) -> float:
        """Cost so far of the models whose price is known."""
        return sum(spent.cost(self._prices[who]) for who, spent in self._spent.items() if who in self._prices)

    def why_stop(self) -> str | None:
        """Return which limit is reached, in words; `None` if no limit is."""
        limits, doubt = self._limits, self._doubt()
        if limits.max_tokens_total is not None and self.tokens >= limits.max_tokens_total:
            return f"the token limit of {limits.max_tokens_total:,} is reached: {self.tokens:,} used{doubt}"
        if limits.max_cost is not None and self.cost >= limits.max_cost:
            currency = next((self._prices[who].currency for who in self._spent), "")
            limit, spent = money(limits.max_cost, currency), money(self.cost, currency)
            return f"the cost limit of {limit} is reached: {spent} spent{doubt}"
        if limits.deadline is not None and self._clock() - self._started >= limits.deadline:
            return f"the deadline of {duration(limits.deadline)} has passed"
        return None

    def describe(self) -> Iterator[str]:
        """Yield what each model has used, one line per model."""
        for who, spent in self._spent.items():
            cached = f" ({spent.cached_tokens:,} cached)" if spent.cached_tokens else ""
            tokens = (
                f"{spent.prompt_tokens:,} prompt{cached} and {spent.completion_tokens:,} completion tokens"
            )
            price = self._prices.get(who)
            cost = "its price is not known"
            if price is not None:
                cost = f"cost {money(spent.cost(price), price.currency)}"
            if isinstance(price, RecordedPrice) and price.source != SPEC:
                cost += f" by the list prices of {price.source}"
            yield f"{who}: {tokens} in {_replies(spent.replies)}{_unreported(spent.unreported)}; {cost}"

    def _counts(self, who: str) -> bool:
        """Return whether anybody wants to know how many tokens a model takes."""
        limits = self._limits
        return limits.max_tokens_total is not None or limits.max_cost is not None or who in self._prices

    def _doubt(self) -> str:
        return _unreported(sum(spent.unreported for spent in self._spent.values()))


def _check_prices(models: Sequence[str], prices: Mapping[str, Price]) -> None:
    for who in models:
        if who not in prices:
            more = "" if is_installed() else f"; {HINT}"
            raise SpecError(
                f"max_cost needs the price of {who!r}: put it into the spec, per million tokens, as "
                f'[prices."{who}"] with input and output (0 for a machine of your own){more}'
            )
    currencies = {prices[who].currency: who for who in reversed(models)}
    if len(currencies) > 1:
        told = ", ".join(f"{who!r} in {currency or 'none'}" for currency, who in sorted(currencies.items()))
        raise SpecError(f"max_cost needs prices in one currency, and there are {told}: give all in one")


def _reported(tokens: int | None, characters: int) -> int | None:
    """Return the tokens that a server reports for a text; `None` if it reports none, or 0 as some do."""
    return None if tokens == 0 and characters else tokens


def _unreported(replies: int) -> str:
    return f" (estimated for {_replies(replies)} without usage)" if replies else ""


def _replies(number: int) -> str:
    return "1 reply" if number == 1 else f"{number:,} replies"
