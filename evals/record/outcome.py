"""Outcomes: the label of a trial, derived from its exchanges."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from evals.record.model import Closed, Count, Place, Scalar, Text, Whole
from evals.text import full_name


class Label(StrEnum):
    """How a trial ended; each trial has exactly one label."""

    SOLVED = "solved"
    REFUSAL = "refusal"
    GIVE_UP = "give_up"
    LOGIC_ERROR = "logic_error"
    MALFORMED = "malformed"
    NO_ANSWER = "no_answer"
    TRUNCATED = "truncated"
    UNSCORABLE = "unscorable"
    FILTERED = "filtered"
    ERROR = "error"


STOPS = (Label.REFUSAL, Label.GIVE_UP)
"""Labels of answers that stopped by their author's choice."""

INSTRUMENT = frozenset({Label.TRUNCATED, Label.UNSCORABLE, Label.FILTERED, Label.ERROR})
"""Labels that are not the model's failure: reported separately, and not part of the denominators."""


class Evidence(Closed):
    """A place in an answer that justifies its label. Offsets are code points of the text as received.

    Those of `tool_calls` count in the calls as text, `name(arguments)` one a line.
    """

    turn: Place
    field: Literal["content", "reasoning", "refusal", "finish_reason", "tool_calls"]
    start: Count
    end: Count
    quote: Text
    """The text from `start` to `end`, verbatim."""
    shows: str
    """What it shows, e.g. `elision`, `decline`, `offer`, `first_error`."""


class TurnEnd(Closed):
    """The state of a multi-turn trial after one turn."""

    turn: Place
    reason: str
    """Why the turn was sent."""
    label: Label
    written: Count
    """The number of steps in the list joined from all turns so far."""
    right: Count
    lost_at: Place | None = None


_FIELDS: dict[frozenset[str], set[str]] = {}
"""The sets of fields of the outcomes of this process; outcomes are frozen, so none of them changes."""


class Outcome(Closed):
    """The label of a trial with its reason, evidence, flags and numbers. Derived, so it can be recomputed."""

    trial: str
    model: str
    endpoint: str
    puzzle: str
    instance: str
    """The instance's canonical string."""
    size: Whole
    steps: Whole | None
    """L, the fewest steps that solve the instance; `None` if it has no solution, or they are not known."""
    arm: str
    options: dict[str, Scalar] = Field(default_factory=dict)
    max_tokens: int | None = None
    temperature: float | None = None
    reasoning_effort: str | None = None
    repeat: Count = 0
    label: Label
    reason: str
    """The rule that decided, in one sentence."""
    confident: bool = True
    probability: float = Field(default=1.0, ge=0, le=1)
    """That a careful reader gives the same label; `confident` is a threshold on it."""
    judge_label: Label | None = None
    flags: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    written: Count = 0
    """W, the number of steps written before the first elision."""
    right: Count = 0
    """C, the number of legal steps before the first error."""
    first_error: Place | None = None
    """The number of the first illegal step, counted from 1."""
    lost_at: Place | None = None
    """Number of the first step that is illegal or leaves every shortest path, if the goal was not reached.

    For an answer that has no such step but ends off the goal, the number of its last step.
    """
    turns: Count = 0
    by_turn: tuple[TurnEnd, ...] = ()
    """Each turn of a multi-turn conversation."""
    finish_reason: str | None = None
    prompt_tokens: Whole | None = None
    completion_tokens: Whole | None = None
    reasoning_tokens: Whole | None = None
    cached_tokens: Whole | None = None
    """Those of the prompt tokens that the server had kept; not in outcomes of earlier versions."""

    def model_post_init(self, _context: object, /) -> None:
        """Share the set of the fields that are set, two thirds of the memory of an outcome, with others."""
        fields = self.__pydantic_fields_set__
        object.__setattr__(self, "__pydantic_fields_set__", _FIELDS.setdefault(frozenset(fields), fields))

    @property
    def who(self) -> str:
        """The model and its endpoint, e.g. `ollama/llama3.2`."""
        return full_name(self.endpoint, self.model)
