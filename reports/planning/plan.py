"""What a spec can show of each puzzle, and what asking it costs."""

from dataclasses import dataclass
from typing import Self

from evals.plan.asked_sizes import AskedPuzzle, asked_puzzles, shows_nothing
from evals.plan.estimate import Estimate
from evals.plan.spec import Spec
from reports.analyses.censored_shares import MEASURES
from reports.measures.design import SIDES, TRIALS
from reports.planning.horizon_widths import STUDIES, HorizonWidth, horizon_widths
from reports.planning.least_change import LeastChange, least_changes
from reports.planning.verdict_power import VerdictPower, verdict_powers


@dataclass(frozen=True, slots=True)
class PuzzlePlan:
    """What a spec can show of one puzzle, for each model and budget."""

    asked: AskedPuzzle
    verdicts: tuple[VerdictPower, ...]
    horizons: tuple[HorizonWidth, ...]
    changes: tuple[LeastChange, ...]

    @property
    def numbers(self) -> tuple[int, int] | None:
        """The lengths between which a horizon is given as a number; `None` if nowhere."""
        often = self.asked.repeats[self.asked.arm]
        full = sorted({size.steps for size in self.asked.sizes if size.instances * often >= TRIALS})
        has_number = any(width.with_number for width in self.horizons)
        return (full[SIDES - 1], full[-SIDES]) if has_number else None


@dataclass(frozen=True, slots=True)
class SpecPlan:
    """What a spec can show, and what it asks for."""

    name: str
    puzzles: tuple[PuzzlePlan, ...]
    estimates: tuple[Estimate, ...]
    """By model."""
    open: tuple[str, ...]
    """Puzzles whose sizes are found while asking, so that nothing can be said of them."""
    nothing: str | None
    """Why neither a verdict nor a horizon can come of it, if none can."""

    @classmethod
    def of(cls, spec: Spec, estimates: list[Estimate], studies: int = STUDIES, seed: int = 0) -> Self:
        """Reckon what a spec can show.

        Args:
            spec: What would be asked.
            estimates: What it asks for, by model.
            studies: How many are simulated of each respondent.
            seed: Of what is drawn.
        """
        asked = [each for each in asked_puzzles(spec) if each.sizes]
        ways = len(spec.arm_choices()) * len(spec.samplings()) * len(spec.models)
        compared = len(asked) * ways * len(MEASURES)
        puzzles = tuple(
            PuzzlePlan(
                each,
                tuple(verdict_powers(each, seed)),
                tuple(horizon_widths(each, studies, seed)),
                tuple(least_changes(each, compared, seed)),
            )
            for each in asked
        )
        found_later = tuple(each.name for each in spec.puzzles if each.auto)
        return cls(spec.name, puzzles, tuple(estimates), found_later, shows_nothing(spec))
