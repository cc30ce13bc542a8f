"""Headers that tell the simulated endpoint, beside the prompt, which instance a request is about."""

import json

from evals.record.trial import Trial

TRIAL = "X-Cantwont-Trial"
"""The trial's id, an opaque string that seeds the respondent."""
INSTANCE = "X-Cantwont-Instance"
"""The instance as JSON: `{"puzzle": "hanoi", "parameters": {"size": 5}, "seed": 0}`; or with `data`."""
ARM = "X-Cantwont-Arm"
"""The arm, e.g. `insist`; `list` if the header is missing. Of a variant it is the base."""
OPTIONS = "X-Cantwont-Options"
"""The options of the arm as JSON; the header is missing if there are none."""
TURN = "X-Cantwont-Turn"
"""The number of the turn, from 1; if missing, one more than the number of answers in the messages."""


def describe(trial: Trial, turn: int = 1) -> dict[str, str]:
    """Return the headers of a request of this trial, in plain ASCII."""
    known = {"puzzle", "parameters", "seed"} | ({"data"} if trial.instance.data is not None else set())
    instance = trial.instance.model_dump(mode="json", include=known)
    arm, options = trial.asked_as
    about = {TRIAL: trial.id, INSTANCE: json.dumps(instance), ARM: arm, TURN: str(turn)}
    return about | ({OPTIONS: json.dumps(options)} if options else {})
