"""What a run may spend and has spent: tokens, money and time, with unknown values reported as unknown."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from evals.errors import SpecError
from evals.record.completion import Completion
from evals.record.model import Closed
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


class Price(Closed):
    """The price of a million tokens; free is 0, and for an unknown price there is no `Price`."""

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)

    def of(self, prompt_tokens: float, completion_tokens: float) -> float:
        """Return the cost of this many tokens."""
        return (prompt_tokens * self.input + completion_tokens * self.output) / 1_000_000


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
    completion_tokens: int = 0
    replies: int = 0
    unreported: int = 0
    """Replies whose tokens are estimated from their length."""


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
            SpecError: The cost is limited, and the price of a model is unknown.
        """
        unpriced = sorted(set(models) - set(prices))
        if limits.max_cost is not None and unpriced:
            raise SpecError(
                f"max_cost needs the price of {unpriced[0]!r}: put it into the spec, per million tokens, as "
                f'[prices."{unpriced[0]}"] with input and output (0 for a machine of your own)'
            )
        self._limits, self._prices, self._clock = limits, prices, clock
        self._started = clock()
        self._spent: dict[str, _Spent] = {}

    def add(self, who: str, reply: Completion, prompt_characters: int, *, turned_down: bool = False) -> None:
        """Count a reply.

        Args:
            who: The model that replied, as `endpoint/model`.
            reply: Its completion.
            prompt_characters: The length of all that was sent, for servers that report no usage.
            turned_down: Whether the server turned the request down, so that possibly no token was generated.
        """
        spent = self._spent.setdefault(who, _Spent())
        prompt, completion = reply.prompt_tokens, reply.completion_tokens
        spent.replies += 1
        if prompt is None and completion is None and turned_down and not reply.content:
            return
        if prompt is None or completion is None:
            spent.unreported += 1
        written = len(reply.content) + len(reply.reasoning or "")
        spent.prompt_tokens += math.ceil(prompt_characters / PROMPT_CHARACTERS) if prompt is None else prompt
        spent.completion_tokens += (
            math.ceil(written / ANSWER_CHARACTERS) if completion is None else completion
        )

    @property
    def tokens(self) -> int:
        """Tokens used so far, of prompts and completions."""
        return sum(spent.prompt_tokens + spent.completion_tokens for spent in self._spent.values())

    @property
    def cost(self) -> float:
        """Cost so far of the models whose price is known."""
        return sum(
            self._prices[who].of(spent.prompt_tokens, spent.completion_tokens)
            for who, spent in self._spent.items()
            if who in self._prices
        )

    def why_stop(self) -> str | None:
        """Return which limit is reached, in words; `None` if no limit is."""
        limits, doubt = self._limits, self._doubt()
        if limits.max_tokens_total is not None and self.tokens >= limits.max_tokens_total:
            return f"the token limit of {limits.max_tokens_total:,} is reached: {self.tokens:,} used{doubt}"
        if limits.max_cost is not None and self.cost >= limits.max_cost:
            return f"the cost limit of {money(limits.max_cost)} is reached: {money(self.cost)} spent{doubt}"
        if limits.deadline is not None and self._clock() - self._started >= limits.deadline:
            return f"the deadline of {duration(limits.deadline)} has passed"
        return None

    def describe(self) -> Iterator[str]:
        """Yield what each model has used, one line per model."""
        for who, spent in self._spent.items():
            tokens = f"{spent.prompt_tokens:,} prompt and {spent.completion_tokens:,} completion tokens"
            price = self._prices.get(who)
            cost = "its price is not known"
            if price is not None:
                cost = f"cost {money(price.of(spent.prompt_tokens, spent.completion_tokens))}"
            yield f"{who}: {tokens} in {_replies(spent.replies)}{_unreported(spent.unreported)}; {cost}"

    def _doubt(self) -> str:
        return _unreported(sum(spent.unreported for spent in self._spent.values()))


def _unreported(replies: int) -> str:
    return f" (estimated for {_replies(replies)} without usage)" if replies else ""


def _replies(number: int) -> str:
    return "1 reply" if number == 1 else f"{number:,} replies"


def money(amount: float) -> str:
    """Format an amount with two decimals, or more if it is small."""
    return f"{amount:,.2f}" if amount == 0 or amount >= 0.1 else f"{amount:.2g}"
