"""Traits of simulated models over HTTP: asked, recorded, labelled and told, 200 studies of two models.

`python -m benchmarks.served_traits [STUDIES]`. Each study is a model of its own, asked twenty instances of
one size in four arms. One model has will alone to gain, the other loses by a long context alone.
"""

import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from evals.plan.remaining import survey
from evals.plan.spec import Spec
from evals.record.exchange_log import Recorder
from evals.record.outcome import Outcome
from evals.record.outcome_file import OutcomeBuffer
from evals.replay.finish import OutcomeCollector
from evals.replay.open_runs import outcomes_of
from evals.running.run import ask, make_or_continue
from evals.simulated.respondents import Respondent
from evals.simulated.server import serve_in_thread
from reports.analyses.traits import traits
from reports.frame import frame

STUDIES = 200
_STEPS, _INSTANCES = 32, 20
_ARMS = ("list", "insist", "nudge:k=1", "padded:tokens=1000")
_MODELS = {
    "will": Respondent("s", willing_50=26, willing_slope=2.0, insist_effect=6.0, error_rate=0.002),
    "context": Respondent("s", error_rate=0.0035, forgets=120),
}
_ASKED = ("told to", "told again", "other text before")
"""The contrasts that these arms make."""


@dataclass(slots=True)
class _Quiet:
    def planned(self, model: str, total: int, done: int) -> None: ...

    def finished(self, model: str, outcome: Outcome | None) -> None: ...

    def stopped(self, model: str, why: str) -> None: ...

    def noted(self, model: str, what: str) -> None: ...


def _asked(who: Respondent, studies: int) -> pd.DataFrame:
    """Ask so many models of this kind, and return their outcomes as a frame."""
    served = [replace(who, name=f"{who.name}-{number}") for number in range(studies)]
    with serve_in_thread(served) as base_url, tempfile.TemporaryDirectory() as folder:
        given = {
            "models": [f"sim/{model.name}" for model in served],
            "arms": list(_ARMS),
            "puzzles": [{"name": "copying", "sizes": [_STEPS], "instances": _INSTANCES}],
            "endpoints": {"sim": {"base_url": base_url, "simulated": True}},
        }
        spec = Spec.load(None, given, {})
        run = make_or_continue(spec, Path(folder) / "run")
        with OutcomeBuffer(run) as kept, Recorder(run) as recorder:
            ask(spec, survey(spec, recorder.index), recorder, _Quiet(), OutcomeCollector(kept))
        return frame(outcomes_of(run), "served")


def main() -> None:
    """Print what is told of each model, in how many studies."""
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else STUDIES
    for name, who in _MODELS.items():
        began = time.monotonic()
        rows = _asked(who, studies)
        told = traits(rows)
        print(f"{name}: {len(rows):,} trials over HTTP in {time.monotonic() - began:.0f} s")
        for contrast in _ASKED:
            counts = told.loc[told["contrast"] == contrast, "says"].value_counts()
            print(f"    {contrast:18} " + ", ".join(f"{says} {count}" for says, count in counts.items()))


if __name__ == "__main__":
    main()
