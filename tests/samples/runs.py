"""Runs made in the test's own process, without a command line."""

from collections import Counter
from pathlib import Path
from typing import Any

from evals.plan.remaining import survey
from evals.plan.spec import Spec
from evals.record.exchange_log import Recorder
from evals.record.outcome import Outcome
from evals.record.outcome_file import OutcomeBuffer
from evals.record.placements import placements
from evals.record.run import RunDirectory
from evals.replay.finish import ModelTally, OutcomeCollector, finish
from evals.running.run import ask, make_or_continue
from evals.running.summary import Summary


class Watcher:
    """Takes down what it is told of a run's progress."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str]] = []
        self.plans: dict[str, tuple[int, int]] = {}
        self.ended: list[tuple[str, Outcome | None]] = []
        self.given_up: list[tuple[str, str]] = []
        self.in_flight: Counter[str] = Counter()
        self.most_in_flight = 0
        self.waited: list[tuple[str, float]] = []

    def planned(self, model: str, total: int, done: int) -> None:
        self.plans[model] = total, done

    def finished(self, model: str, outcome: Outcome | None) -> None:
        self.ended.append((model, outcome))

    def stopped(self, model: str, why: str) -> None:
        self.given_up.append((model, why))

    def noted(self, model: str, what: str) -> None:
        self.notes.append((model, what))

    def sent(self, model: str) -> None:
        self.in_flight[model] += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight.total())

    def received(self, model: str) -> None:
        self.in_flight[model] -= 1

    def waits(self, model: str, seconds: float) -> None:
        self.waited.append((model, seconds))


def asked(
    spec: Spec, path: Path, watcher: Watcher | None = None, *, extend: bool = False
) -> tuple[RunDirectory, Summary]:
    """Make or continue the run, and ask."""
    run = make_or_continue(spec, path, extend=extend)
    with OutcomeBuffer(run) as kept, Recorder(run) as recorder:
        surveyed = survey(spec, recorder.index, decided=placements(run))
        return run, ask(spec, surveyed, recorder, watcher or Watcher(), OutcomeCollector(kept))


def whole(spec: Spec, path: Path) -> dict[str, ModelTally]:
    """The same to the end; what stands out."""
    run, _ = asked(spec, path)
    return finish(run)


def counting(base_url: str, **changes: Any) -> Spec:
    """Asks `m` at this address to count to a few numbers."""
    plain: dict[str, Any] = {
        "models": ["mine/m"],
        "puzzles": [{"name": "counting", "sizes": [3, 4]}],
        "endpoints": {"mine": {"base_url": base_url}},
        "max_retries": 0,
    }
    return Spec.load(None, plain | changes, {})
