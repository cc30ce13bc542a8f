"""Calibrate a sample through the whole product: asked over HTTP, recorded, labelled, measured."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import brentq

from evals.endpoints import EndpointSettings
from evals.plan.remaining import survey
from evals.plan.spec import PuzzleChoice, Spec
from evals.record.exchange_log import Recorder
from evals.record.outcome import Outcome
from evals.record.outcome_file import OutcomeBuffer
from evals.replay.finish import OutcomeCollector
from evals.replay.open_runs import outcomes_of
from evals.running.run import ask, make_or_continue
from evals.running.summary import Progress, Silence
from evals.simulated.respondents import Respondent
from evals.simulated.server import serve_in_thread
from reports.calibration.coverage import Calibration, coverage
from reports.calibration.respondents import ModelledRespondent as Simulated
from reports.calibration.scenarios import Design, Scenario
from reports.calibration.studies import TrueHorizons
from reports.frame import frame
from reports.measures import Axis, horizons

SIZES = (4, 8, 16, 32, 64, 128, 256, 512)
"""Number of items to copy, which is also the number of steps."""
_PUZZLE = "copying"
_INSTANCES = 10

SERVED: dict[str, Respondent] = {
    "served start": Respondent("study", willing_50=40, willing_slope=1.5, error_rate=1 - 0.5 ** (1 / 40)),
    "served refuses": Respondent(
        "study",
        willing_50=60,
        willing_slope=1.5,
        refuses=0.1,
        error_rate=1 - 0.5 ** (1 / 80),
        error_at={16: 0.15},
    ),
}
"""Respondents of the simulated server, by name of the scenario."""


def calibrate_served(studies: int = 10, seed: int = 0, progress: Progress | None = None) -> Calibration:
    """Ask simulated models of each kind over HTTP, measure them, and compare with their truth.

    Each study is a model of its own: eight sizes of ten instances. Everything is drawn from names and seeds,
    so the same call asks and answers the same.

    Args:
        studies: Number of studies of either scenario, at least one.
        seed: Seed of the instances and of the answers.
        progress: Receives the progress of the run.
    """
    rows = []
    for name, who in SERVED.items():
        served = [replace(who, name=f"{who.name}-{at}", seed=seed) for at in range(studies)]
        puzzle = PuzzleChoice(name=_PUZZLE, sizes=SIZES, instances=_INSTANCES)
        found = horizons(frame(served_outcomes(served, puzzle, seed, progress=progress), name))
        scenario = Scenario(name, f"{name}, over HTTP", Simulated())
        rows += coverage(scenario, Design(_INSTANCES), _truth(who), found)
    return Calibration(tuple(rows))


def served_outcomes(
    served: Sequence[Respondent],
    puzzle: PuzzleChoice,
    seed: int,
    arms: tuple[str, ...] = ("list",),
    progress: Progress | None = None,
) -> list[Outcome]:
    """Return the outcomes of a run that asks all these models over HTTP, made in a temporary directory."""
    with serve_in_thread(served) as base_url, tempfile.TemporaryDirectory() as folder:
        spec = Spec(
            name="calibration",
            models=tuple(f"sim/{who.name}" for who in served),
            arms=arms,
            puzzles=(puzzle,),
            seed=seed,
            endpoints={"sim": EndpointSettings(base_url=base_url, simulated=True)},
        )
        run = make_or_continue(spec, Path(folder) / "run")
        with OutcomeBuffer(run) as kept, Recorder(run) as recorder:
            ask(spec, survey(spec, recorder.index), recorder, progress or Silence(), OutcomeCollector(kept))
        return outcomes_of(run)


def _truth(who: Respondent) -> TrueHorizons:
    """Return the lengths at which its probabilities are one half."""

    def half(axis: Axis) -> float:
        def beyond(log: float) -> float:
            known = who.truth(round(2**log))
            shares = {
                Axis.WILLING: known.willing,
                Axis.ABLE: known.able,
                Axis.SOLVED: known.willing * known.able,
            }
            return shares[axis] - 0.5

        return float(2 ** brentq(beyond, 0, np.log2(SIZES[-1]), xtol=0.01))

    return TrueHorizons(half(Axis.WILLING), half(Axis.ABLE), half(Axis.SOLVED))
