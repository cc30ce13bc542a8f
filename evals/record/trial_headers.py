"""How a request tells the simulated endpoint which instance it is about: a few headers beside the prompt."""

import json

from evals.record.trial import Trial

TRIAL = "X-Cantwont-Trial"
"""The trial's id, an opaque string; it seeds the respondent."""
INSTANCE = "X-Cantwont-Instance"
"""The instance as JSON: `{"puzzle": "hanoi", "parameters": {"size": 5}, "seed": 0}`."""
ARM = "X-Cantwont-Arm"
"""The arm, e.g. `insist`; `list` when it is missing."""
OPTIONS = "X-Cantwont-Options"
"""The options of the arm as JSON; missing where it has none."""
TURN = "X-Cantwont-Turn"
"""The number of the turn, from 1; when it is missing, one more than there are answers in the messages."""


def describe(trial: Trial, turn: int = 1) -> dict[str, str]:
    """The headers of a request of this trial; plain ASCII."""
    instance = trial.instance.model_dump(mode="json", include={"puzzle", "parameters", "seed"})
    about = {TRIAL: trial.id, INSTANCE: json.dumps(instance), ARM: trial.arm, TURN: str(turn)}
    return about | ({OPTIONS: json.dumps(trial.options)} if trial.options else {})
