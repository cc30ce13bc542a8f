"""What the simulated endpoint is told beside the prompt."""

import json
from typing import Any

import pytest

from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.simulated.trial_headers import ARM, INSTANCE, OPTIONS, TRIAL, TURN, describe
from tasks import problem

DRAWN = {"puzzle": "counting", "parameters": {"size": 3}, "seed": 7}


def trial(arm: str = "list", options: dict[str, Any] | None = None, **instance: Any) -> Trial:
    recorded = RecordedInstance(version=1, **{**DRAWN, **instance})
    return Trial(id="t", model="m", endpoint="e", instance=recorded, arm=arm, options=options or {})


def test_a_plain_trial() -> None:
    """The first turn where no other is named; no options where there are none, and no data."""
    told = describe(trial())
    assert told == {TRIAL: "t", INSTANCE: json.dumps(DRAWN), ARM: "list", TURN: "1"}
    assert describe(trial(), 1) == told
    assert describe(trial(), 12)[TURN] == "12"


@pytest.mark.parametrize("data", [{}, {"start": ["ü"]}])
def test_an_instance_that_was_given_whole(data: dict[str, Any]) -> None:
    """Its data is told beside, in ASCII."""
    told = describe(trial(data=data))
    assert json.loads(told[INSTANCE]) == {**DRAWN, "data": data}
    assert all(value.isascii() for value in told.values())


def test_options() -> None:
    """Those of the arm that holds the conversation: of a variant its base with the base's own."""
    assert json.loads(describe(trial("again", {"turns": 4}))[OPTIONS]) == {"turns": 4}
    variant = describe(trial("mine", {"base": "again", "prompt": "ab", "turns": 4}))
    assert (variant[ARM], json.loads(variant[OPTIONS])) == ("again", {"turns": 4})
    assert OPTIONS not in describe(trial("mine", {"base": "list", "prompt": "ab"}))


def test_what_a_header_tells_is_the_trial() -> None:
    """Of a problem that was drawn, all of its parameters."""
    recorded = RecordedInstance.of(problem("hanoi", {"size": 3}, 7))
    made = Trial.make(
        model="m", endpoint="e", instance=recorded, arm="list", options={}, sampling=Sampling(), repeat=0
    )
    told = describe(made)
    assert told[TRIAL] == made.id
    assert json.loads(told[INSTANCE]) == {
        "puzzle": "hanoi",
        "parameters": recorded.parameters,
        "seed": 7,
    }
