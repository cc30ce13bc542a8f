"""Who answers: respondents whose will and skill are known exactly, and the ones that come by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import exp, inf, log2, prod

INSIST = "insist"
"""The arm that pushes; every other arm is answered as `list` is."""


class Stop(StrEnum):
    """How an answer that stops by choice ends."""

    ELLIPSIS = "ellipsis"
    """`...` in the place of steps, now and then with the last step after it."""
    COUNT = "count"
    """`(16 more moves)` inside the list."""
    CODE = "code"
    """A program for the rest."""
    OFFER = "offer"
    """"Let me know if you'd like the rest"."""
    REFUSAL = "refusal"
    """No step at all: the list would be too long."""
    BREAK_OFF = "break_off"
    """An apology in the middle of a step."""


class Thinking(StrEnum):
    """Where a respondent's thinking stands."""

    NONE = "none"
    FIELD = "field"
    """In `reasoning_content`."""
    INLINE = "inline"
    """In the content, between `<think>` and `</think>`."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What an unlimited number of trials would show, with nothing cut."""

    willing: float
    """P(it does not stop or decline by choice), asked for a task of this length."""
    able: float
    """P(no wrong step in a list as long as the task)."""


def _even_stops() -> dict[Stop, float]:
    return dict.fromkeys(Stop, 1.0)


@dataclass(frozen=True, slots=True)
class Respondent:
    """A scripted model. Its will is decided once a trial, at the start; its errors are independent of it."""

    name: str
    """The model id."""
    willing_50: float | None = None
    """The task length in steps at which it stops by choice half of the time; `None`: it never does."""
    willing_slope: float = 2.0
    """How fast the will falls, in logits per doubling of the length."""
    refuses: float = 0.0
    """Share of trials it declines as a matter of policy, whatever the length and the arm."""
    insist_effect: float = 1.0
    """What `willing_50` is multiplied by when it is pushed; skill stays as it is."""
    stops: Mapping[Stop, float] = field(default_factory=_even_stops)
    """The weight of each way to stop."""
    stops_after: float = 12.0
    """Median of the steps written before it stops; always fewer than the task has."""
    error_rate: float = 0.0
    """Probability that a step is wrong, given that all before it were right."""
    error_at: Mapping[int, float] = field(default_factory=dict)
    """Steps, counted from 1, with a further chance of an error: `{16: 0.3}`."""
    malformed: float = 0.0
    """Share of the answers not stopped that are in a notation of its own."""
    empty: float = 0.0
    """Share of the answers not stopped that are empty."""
    thinking: Thinking = Thinking.NONE
    thinking_per_step: float = 4.0
    """Tokens of thinking for each step of the task."""
    max_output_tokens: int | None = None
    """Its own limit on tokens, thinking among them; it then ends with `finish_reason` `length`."""
    seed: int = 0
    """Another seed is another respondent of the same truth."""

    def __post_init__(self) -> None:
        shares = {name: getattr(self, name) for name in ("refuses", "error_rate", "malformed", "empty")}
        spikes = {f"error_at[{step}]": chance for step, chance in self.error_at.items()}
        for name, value in (shares | spikes).items():
            if not 0 <= value <= 1:
                raise ValueError(f"{name} of respondent {self.name!r} must be from 0 to 1, not {value!r}")
        if self.malformed + self.empty > 1:
            raise ValueError(f"malformed and empty of respondent {self.name!r} must not exceed 1 together")
        for name in ("willing_50", "insist_effect", "stops_after"):
            value = getattr(self, name)
            if value is not None and not 0 < value < inf:
                raise ValueError(f"{name} of respondent {self.name!r} must be above 0, not {value!r}")
        if any(weight < 0 for weight in self.stops.values()) or sum(self.stops.values()) <= 0:
            raise ValueError(f"stops of respondent {self.name!r} need weights, at least one above 0")

    def truth(self, steps: int, arm: str = "list") -> Truth:
        """Its truth on a task of this many steps."""
        spikes = prod(1 - chance for step, chance in self.error_at.items() if 1 <= step <= steps)
        right = (1 - self.error_rate) ** steps * spikes
        return Truth(willing=(1 - self.refuses) * self.starts_whole(steps, arm), able=right)

    def starts_whole(self, steps: int, arm: str) -> float:
        """P(it means to write the whole list), given that no policy forbids."""
        if self.willing_50 is None:
            return 1.0
        half = self.willing_50 * (self.insist_effect if arm == INSIST else 1.0)
        return 1 / (1 + exp(min(self.willing_slope * log2(max(steps, 1) / half), 700)))


_MIXED = {
    Stop.ELLIPSIS: 4.0,
    Stop.COUNT: 3.0,
    Stop.OFFER: 3.0,
    Stop.CODE: 2.0,
    Stop.BREAK_OFF: 2.0,
    Stop.REFUSAL: 1.0,
}

NAMED: tuple[Respondent, ...] = (
    Respondent("steady", error_rate=0.0001),
    # These two are right about equally often, for opposite reasons; a test holds them to it.
    Respondent("tired", willing_50=60, insist_effect=32, stops=_MIXED),
    Respondent("careless", error_rate=0.01),
    Respondent("stumbler", error_rate=0.0005, error_at={16: 0.3, 128: 0.4}),
    Respondent("thinker", error_rate=0.001, thinking=Thinking.FIELD, max_output_tokens=3072),
    Respondent("muser", error_rate=0.002, thinking=Thinking.INLINE, willing_50=500, insist_effect=4),
    Respondent("refuser", refuses=0.6, error_rate=0.001),
    Respondent("scribbler", malformed=0.7),
    Respondent("silent", empty=1.0),
)
"""The respondents that a server has unless it is given others."""
