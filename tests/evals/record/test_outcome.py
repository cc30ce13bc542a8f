"""What an outcome says where nothing else was said, and what it may not say."""

from typing import Any

import pytest
from pydantic import ValidationError

from evals.record.outcome import INSTRUMENT, Evidence, Outcome

PLAIN: dict[str, Any] = {
    "trial": "a",
    "model": "m",
    "endpoint": "e",
    "puzzle": "hanoi",
    "instance": "hanoi/size=3/seed=0",
    "size": 3,
    "steps": 7,
    "arm": "list",
    "label": "refusal",
    "reason": "It declined.",
}


def test_what_is_not_said_is_not_there() -> None:
    """The first repeat, sure, and nothing written."""
    outcome = Outcome(**PLAIN)
    assert (outcome.repeat, outcome.confident, outcome.probability) == (0, True, 1)
    assert (outcome.written, outcome.right, outcome.turns) == (0, 0, 0)
    assert (outcome.first_error, outcome.lost_at, outcome.max_tokens, outcome.judge_label) == (None,) * 4
    assert (outcome.options, outcome.flags, outcome.evidence, outcome.by_turn) == ({}, (), (), ())
    assert outcome.who == "e/m"


@pytest.mark.parametrize(
    "wrong",
    [
        {"probability": 1.01},
        {"probability": -0.01},
        {"repeat": -1},
        {"written": -1},
        {"right": -1},
        {"turns": -1},
        {"size": -1},
        {"steps": -1},
        {"first_error": 0},
        {"lost_at": 0},
        {"label": "tired"},
        {"prompt_tokens": -1},
        {"written": 1 << 63},
        {"mood": "good"},
    ],
)
def test_what_cannot_be(wrong: dict[str, Any]) -> None:
    """A row that a program of somebody else wrote is not believed blindly."""
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Outcome(**{**PLAIN, **wrong})


def test_evidence_is_a_place() -> None:
    """In the first turn or a later one, from the first character on."""
    place = Evidence(turn=1, field="content", start=0, end=0, quote="", shows="decline")
    for wrong in ({"turn": 0}, {"start": -1}, {"end": -1}, {"field": "title"}):
        with pytest.raises(ValidationError, match=next(iter(wrong))):
            Evidence.model_validate(place.model_dump() | wrong)


def test_what_is_not_the_models_failure() -> None:
    """Cut, filtered, lost or not to be scored: counted beside, and not in the denominators."""
    assert set(map(str, INSTRUMENT)) == {"truncated", "filtered", "error", "unscorable"}
