"""Frames of a few trials for the measures, written as short as they can be."""

from collections.abc import Iterable

import pandas as pd

from evals.record.outcome import Outcome
from reports.frame import frame
from tests.samples.outcomes import outcome


def trial(label: str, written: int = 0, lost: int | None = None, **changes: object) -> Outcome:
    """An outcome at ten steps unless it says otherwise; lost by an illegal step."""
    legal = changes.pop("legal", False)
    steps = changes.get("steps", 10)
    plain: dict[str, object] = {
        "size": steps,
        "steps": steps,
        "written": written,
        "lost_at": lost,
        "first_error": None if legal else lost,
    }
    return outcome(label, **(plain | changes))  # type: ignore[arg-type]


def framed(trials: Iterable[Outcome], run: str = "r") -> pd.DataFrame:
    """Their frame, each with an id, and an instance, of its own."""
    return frame(
        [
            one.model_copy(
                update={
                    "trial": f"{run}{at}",
                    "instance": f"{one.puzzle}/{at}" if one.instance.endswith("seed=0") else one.instance,
                }
            )
            for at, one in enumerate(trials)
        ],
        run,
    )
