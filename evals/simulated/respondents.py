"""Respondents whose will and skill are known exactly, and those that come with cantwont by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import exp, inf, log2, prod
from types import MappingProxyType

from evals.arms import known_arm
from evals.dialogue.arm import Conditions, Harness, Play
from evals.dialogue.prompts import ChunkOptions, NudgeOptions, WindowOptions
from evals.record.model import Scalar


class Stop(StrEnum):
    """How an answer that stops by choice ends."""

    ELLIPSIS = "ellipsis"
    """`...` in place of steps, sometimes followed by the last step."""
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


class Miss(StrEnum):
    """What an answer without a correct program contains instead, where a program was asked for."""

    BUG = "bug"
    """A program that returns a wrong list."""
    CRASH = "crash"
    """A program that ends in an exception of its own."""
    DECLINE = "decline"
    """Neither a program nor a step."""
    LIST = "list"
    """The list itself, if the respondent would write one this long; otherwise it declines."""


class Thinking(StrEnum):
    """Where a respondent's thinking appears."""

    NONE = "none"
    FIELD = "field"
    """In `reasoning_content`."""
    INLINE = "inline"
    """In the content, between `<think>` and `</think>`."""


@dataclass(frozen=True, slots=True)
class ExpectedShares:
    """What an unlimited number of trials would show if nothing were cut.

    For `window` the task is the window. For `chunked` and `agent`, willing is the probability that the
    respondent would not stop before the end of the list if it made no error. For `code`, able is the
    probability of a correct program.
    """

    willing: float
    """P(it does not stop or decline by choice), for a task of this length."""
    able: float
    """P(no wrong step in a list as long as the task)."""
    solved: float
    """P(the steps of all turns form one full list without an error)."""


def _even_stops() -> dict[Stop, float]:
    return dict.fromkeys(Stop, 1.0)


def _even_misses() -> dict[Miss, float]:
    return dict.fromkeys(Miss, 1.0)


_DEFAULTS: Mapping[str, Scalar] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Respondent:
    """A scripted model. Its will is decided once per trial, at the start, independently of its errors."""

    name: str
    """The model id."""
    willing_50: float | None = None
    """The task length in steps at which it stops by choice half of the time; `None` if it never does."""
    willing_slope: float = 2.0
    """How fast the will falls, in logits per doubling of the length."""
    refuses: float = 0.0
    """Share of trials it declines as a matter of policy, regardless of length and arm."""
    insist_effect: float = 1.0
    """Factor on `willing_50` when it is pushed; its skill stays the same."""
    stops: Mapping[Stop, float] = field(default_factory=_even_stops)
    """Weight of each way to stop."""
    stops_after: float = 12.0
    """Median number of steps written before it stops; always fewer than the task has."""
    error_rate: float = 0.0
    """Probability that a step is wrong, given that all earlier ones were right."""
    error_at: Mapping[int, float] = field(default_factory=dict)
    """Steps, counted from 1, with an additional probability of an error: `{16: 0.3}`."""
    malformed: float = 0.0
    """Share of the answers without a stop that are in a notation of its own."""
    empty: float = 0.0
    """Share of the answers without a stop that are empty."""
    yields: float = 0.0
    """Probability at each nudge that it continues after a stop; after declining as a policy it never does."""
    rewrites: float = 0.0
    """Share of the nudges it yields to at which it writes the whole list again, instead of the rest."""
    tires: float = 0.0
    """Probability that it stops by choice at each part of a chunked list after the first."""
    short_parts: float = 0.0
    """Share of the parts of a chunked list that are half as long as requested."""
    long_parts: float = 0.0
    """Share of the parts of a chunked list that are one and a half times as long as requested."""
    restated_effect: float = 1.0
    """Factor on its error probabilities in a part before which the state is restated."""
    method_effect: float = 1.0
    """Factor on its error probabilities where the method is given; above 1 it misleads."""
    tools_effect: float = 1.0
    """Factor on its error probabilities where it acts by calls of tools."""
    text_effect: float = 1.0
    """Factor on its error probabilities where it acts in lines of text."""
    leaves: float = 0.0
    """Probability that it takes a way out that is offered, where it would have gone on without one."""
    forgets: float | None = None
    """Tokens of other text before a task that make its errors twice as frequent; `None`: it does not mind."""
    codes: float = 1.0
    """Probability that it can write a correct program."""
    misses: Mapping[Miss, float] = field(default_factory=_even_misses)
    """Weight of each alternative to a correct program."""
    thinking: Thinking = Thinking.NONE
    thinking_per_step: float = 4.0
    """Tokens of thinking per step of the task."""
    max_output_tokens: int | None = None
    """Its own token limit, thinking included; it then ends with `finish_reason` `length`."""
    seed: int = 0
    """A different seed makes a different respondent with the same truth."""

    def __post_init__(self) -> None:
        shares = {name: getattr(self, name) for name in _SHARES}
        spikes = {f"error_at[{step}]": chance for step, chance in self.error_at.items()}
        for name, value in (shares | spikes).items():
            if not 0 <= value <= 1:
                raise ValueError(f"{name} of respondent {self.name!r} must be from 0 to 1, not {value!r}")
        for one, other in (("malformed", "empty"), ("short_parts", "long_parts")):
            if shares[one] + shares[other] > 1:
                raise ValueError(f"{one} and {other} of respondent {self.name!r} must not exceed 1 together")
        for name in (*_POSITIVE, *_FACTORS):
            value, least = getattr(self, name), "above 0" if name in _POSITIVE else "0 or more"
            if value is not None and not (0 < value < inf or (value == 0 and name in _FACTORS)):
                raise ValueError(f"{name} of respondent {self.name!r} must be {least}, not {value!r}")
        for name in ("stops", "misses"):
            weights = getattr(self, name).values()
            if any(weight < 0 for weight in weights) or sum(weights) <= 0:
                raise ValueError(f"{name} of respondent {self.name!r} need weights, at least one above 0")

    def truth(
        self, steps: int, arm: str = "list", options: Mapping[str, Scalar] = _DEFAULTS
    ) -> ExpectedShares:
        """Return the true shares for a task of this many steps, asked in this arm.

        Args:
            steps: the number of steps of the whole list.
            arm: the arm's name.
            options: the arm's options; missing ones have their defaults.
        """
        asked = known_arm(arm)
        conditions = asked.conditions(options)
        if asked.play is Play.EXCERPT:
            steps = min(WindowOptions.model_validate(options).m, steps)
        starts = self.starts_whole(steps, pushed=conditions.pushed)
        right = self.right(0, steps, self.effect_on_errors(conditions))
        match asked.play:
            case Play.REMINDED:
                nudges = NudgeOptions.model_validate(options).k
                return self._truth(1 - (1 - starts) * (1 - self.yields) ** nudges, right)
            case Play.IN_PARTS:
                return self._truth_of_parts(steps, ChunkOptions.model_validate(options).p, conditions)
            case Play.PROGRAM:
                declines = self._missed(Miss.DECLINE) + self._missed(Miss.LIST) * (1 - starts)
                return self._truth(1 - (1 - self.codes) * declines, self.codes, self.codes)
            case Play.ACTIONS if conditions.way_out:
                return self._truth(starts * (1 - self.leaves), right)
        return self._truth(starts, right)

    def _truth(self, finishes: float, able: float, both: float | None = None) -> ExpectedShares:
        """Account for policy and unreadable answers; independence is assumed unless P(both) is given."""
        unbound = 1 - self.refuses
        readable = 1 - self.malformed - self.empty
        right = finishes * able if both is None else both
        return ExpectedShares(willing=unbound * finishes, able=able, solved=unbound * readable * right)

    def _truth_of_parts(self, steps: int, size: int, conditions: Conditions) -> ExpectedShares:
        begins = self.starts_whole(min(size, steps), pushed=conditions.pushed)
        effects = [self.effect_on_errors(conditions, turn=turn) for turn in (1, 2)]
        willing = begins * self._reaches_end(steps, size, (0, 0), tires=self.tires)
        able = self._reaches_end(steps, size, effects, tires=0.0)
        both = begins * self._reaches_end(steps, size, effects, tires=self.tires)
        return self._truth(willing, able, both)

    def _reaches_end(self, steps: int, asked: int, effects: Sequence[float], *, tires: float) -> float:
        """Return P(its parts reach the end of the list), from the positions possible after each part.

        Args:
            steps: the length of the list.
            asked: the length of the parts asked for.
            effects: factors on its error probabilities, in the first part and in all others.
            tires: the probability that it stops at a part after the first.
        """
        standing, end, effect = {0: 1.0}, 0.0, effects[0]
        while standing:
            then: dict[int, float] = {}
            for at, share in standing.items():
                for size, chance in self.part_sizes(asked).items():
                    upto = min(at + size, steps)
                    right = self.right(at, upto, effect)
                    then[upto] = then.get(upto, 0.0) + share * chance * right
            end += then.pop(steps, 0.0)
            standing = {at: share * (1 - tires) for at, share in then.items()}
            effect = effects[1]
        return min(end, 1.0)  # sums of shares may exceed it by a rounding error

    def effect_on_errors(self, conditions: Conditions, turn: int = 1) -> float:
        """Return the factor on its error probabilities under these conditions."""
        effect = self.method_effect if conditions.method else 1.0
        if conditions.restated and turn > 1:
            effect *= self.restated_effect
        if conditions.harness is not None:
            effect *= self.tools_effect if conditions.harness is Harness.TOOLS else self.text_effect
        if self.forgets is not None:
            effect *= 1 + conditions.other_tokens / self.forgets
        return effect

    def _missed(self, miss: Miss) -> float:
        return self.misses.get(miss, 0.0) / sum(self.misses.values())

    def right(self, first: int, upto: int, effect: float = 1.0) -> float:
        """Return P(no wrong step after the first `first` steps, up to step `upto`)."""
        chances = (chance for step, chance in self.error_at.items() if first < step <= upto)
        spikes = (1 - min(effect * chance, 1) for chance in chances)
        return (1 - min(effect * self.error_rate, 1)) ** (upto - first) * prod(spikes)

    def part_sizes(self, asked: int) -> dict[int, float]:
        """Return the lengths of its parts when `asked` steps are requested, with the share of each."""
        half = -(-asked // 2)
        shares = {half: self.short_parts}
        for size, share in ((asked + half, self.long_parts), (asked, 1 - self.short_parts - self.long_parts)):
            shares[size] = shares.get(size, 0.0) + share
        return {size: share for size, share in shares.items() if share}

    def starts_whole(self, steps: int, *, pushed: bool = False) -> float:
        """Return P(it means to write the whole list), given that no policy forbids it."""
        if self.willing_50 is None:
            return 1.0
        half = self.willing_50 * (self.insist_effect if pushed else 1.0)
        return 1 / (1 + exp(min(self.willing_slope * log2(max(steps, 1) / half), 700)))


_SHARES = (
    "refuses",
    "error_rate",
    "malformed",
    "empty",
    "yields",
    "rewrites",
    "tires",
    "short_parts",
    "long_parts",
    "restated_effect",
    "leaves",
    "codes",
)
_POSITIVE = ("willing_50", "insist_effect", "stops_after", "forgets")
_FACTORS = ("method_effect", "tools_effect", "text_effect")

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
    # These two are right about equally often, for opposite reasons; a test checks that.
    Respondent("tired", willing_50=60, insist_effect=32, stops=_MIXED, yields=1.0),
    Respondent("careless", error_rate=0.01, short_parts=0.1, long_parts=0.1, codes=0.5),
    Respondent("stumbler", error_rate=0.0005, error_at={16: 0.3, 128: 0.4}, restated_effect=0.25),
    Respondent("thinker", error_rate=0.001, thinking=Thinking.FIELD, max_output_tokens=3072),
    Respondent(
        "muser",
        error_rate=0.002,
        thinking=Thinking.INLINE,
        willing_50=500,
        insist_effect=4,
        yields=0.5,
        rewrites=0.4,
        tires=0.02,
    ),
    Respondent("refuser", refuses=0.6, error_rate=0.001, yields=1.0),
    Respondent("scribbler", malformed=0.7),
    Respondent("silent", empty=1.0),
    # Each of these two can do what the other cannot.
    Respondent("coder", willing_50=10, stops=_MIXED),
    Respondent("lister", codes=0.0),
    Respondent("forgetful", error_rate=0.002, forgets=1_000),
    Respondent("planless", error_rate=0.02, method_effect=0.05),
    # Each of these two acts well where the other does not.
    Respondent("caller", error_rate=0.001, text_effect=25),
    Respondent("typist", error_rate=0.001, tools_effect=25),
    Respondent("quitter", error_rate=0.0005, leaves=0.6),
)
"""The respondents of a server that is not given others."""
