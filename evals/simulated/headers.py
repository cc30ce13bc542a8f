"""How a request tells the simulated endpoint which instance it is about: three headers beside the prompt."""

import json

from evals.trials import Trial

TRIAL = "X-Cantwont-Trial"
"""The trial's id, an opaque string; it seeds the respondent."""
INSTANCE = "X-Cantwont-Instance"
"""The instance as JSON: `{"puzzle": "hanoi", "parameters": {"size": 5}, "seed": 0}`."""
ARM = "X-Cantwont-Arm"
"""The arm, e.g. `insist`; `list` when it is missing."""


def describe(trial: Trial) -> dict[str, str]:
    """The headers of a request of this trial; plain ASCII."""
    instance = trial.instance.model_dump(mode="json", include={"puzzle", "parameters", "seed"})
    return {TRIAL: trial.id, INSTANCE: json.dumps(instance), ARM: trial.arm}
