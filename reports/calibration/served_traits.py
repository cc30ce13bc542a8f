"""Simulated models that have one trait each, through the whole product: asked over HTTP, recorded, told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from evals.arms import chosen_arm
from evals.plan.spec import PuzzleChoice
from evals.simulated.respondents import Miss, Respondent, Stop
from reports.analyses.traits import CONTRASTS, Contrast, Said, TraitMeasure, Way, traits
from reports.calibration.served import served_outcomes
from reports.frame import frame
from reports.measures.arrays import numbers

STEPS, INSTANCES = 32, 20
"""The number of items to copy, which is that of the steps too; and the number of instances of each study."""
_PUZZLE = "copying"
_OPTIONS: Mapping[str, str] = {
    "nudge": "k=1",
    "window": "m=24",
    "chunked": "p=16",
    "padded": "tokens=1000",
    "agent": "k=16",
}

NO_DIFFERENCE = 0.01
"""Differences of this size or less count as none: those that rounding of the shares below leaves."""


@dataclass(frozen=True, slots=True)
class ServedTrait:
    """A model with one trait, or none."""

    name: str
    words: str
    respondent: Respondent
    steps: int = STEPS
    options: Mapping[str, str] = field(default_factory=lambda: _OPTIONS)
    """Options of the arms, besides those that contrasts are about; of others their defaults hold."""

    def difference(self, contrast: Contrast) -> float:
        """Return the true difference between the two ways of a contrast, in the contrast's measure."""
        a, b = (self._share(way, contrast.measure) for way in (contrast.a, contrast.b))
        return a - b

    @property
    def says(self) -> dict[str, Said]:
        """What is true of the contrasts in which the model differs."""
        found = {contrast.name: self.difference(contrast) for contrast in CONTRASTS}
        return {
            name: Said.HELPS if difference > 0 else Said.HURTS
            for name, difference in found.items()
            if abs(difference) > NO_DIFFERENCE
        }

    def _share(self, way: Way, measure: TraitMeasure) -> float:
        asked = chosen_arm(self._arm(way))
        truth = self.respondent.truth(self.steps, asked.arm.name, asked.options)
        return truth.willing if measure is TraitMeasure.WILLING else truth.able

    def _arm(self, way: Way) -> str:
        chosen = f"{way.option}={way.value}" if way.option else ""
        options = ",".join(filter(None, (self.options.get(way.arm), chosen)))
        return f"{way.arm}:{options}" if options else way.arm

    def arms(self, contrasts: Sequence[Contrast] = CONTRASTS) -> tuple[str, ...]:
        """Return the arms that these contrasts need, as a spec names them."""
        ways = (way for contrast in contrasts for way in (contrast.a, contrast.b))
        return tuple(dict.fromkeys(map(self._arm, ways)))


def told(
    scenario: ServedTrait,
    studies: range,
    seed: int = 0,
    *,
    contrasts: Sequence[Contrast] = CONTRASTS,
    instances: int = INSTANCES,
) -> pd.DataFrame:
    """Ask a model of its own for each study over HTTP, and return what is told of it.

    Everything is drawn from names and seeds, so the same call asks and answers the same.

    Args:
        scenario: The model.
        studies: The numbers of the studies.
        seed: Seed of the instances and of the answers.
        contrasts: The contrasts to ask for; correction for many is for these.
        instances: Instances of each study.

    Returns:
        A row per study and contrast: the columns of `reports.analyses.traits.traits`, and

        | column | meaning |
        |---|---|
        | truth | the true difference |
        | covered | whether the 95 % interval contains it; missing without an interval |
        | right, false | whether what is told is true; whether a trait is told that is not true |
    """
    served = [replace(scenario.respondent, name=f"s{number}", seed=seed) for number in studies]
    puzzle = PuzzleChoice(name=_PUZZLE, sizes=(scenario.steps,), instances=instances)
    asked = served_outcomes(served, puzzle, seed, scenario.arms(contrasts))
    table = traits(frame(asked, "served"))
    table = table[table["contrast"].isin([contrast.name for contrast in contrasts])].reset_index(drop=True)
    truths = {contrast.name: scenario.difference(contrast) for contrast in contrasts}
    says = scenario.says
    truth = table["contrast"].map(truths)
    told_trait = table["says"].isin([str(Said.HELPS), str(Said.HURTS)])
    right = table["says"] == table["contrast"].map({name: str(said) for name, said in says.items()})
    covered = pd.Series((numbers(table["low"]) <= truth) & (truth <= numbers(table["high"])), dtype="boolean")
    return table.assign(
        truth=truth, covered=covered.mask(table["low"].isna()), right=right, false=told_trait & ~right
    )


def _model(able: float = 0.4, at: int = 1, *, codes: float | None = None, **more: object) -> Respondent:
    """Return a model that errs at one step or not at all, in programs as often unless said otherwise."""
    return Respondent(
        "s",
        error_at={at: round(1 - able, 9)},
        codes=able if codes is None else codes,
        misses={Miss.BUG: 1.0},
        **more,  # type: ignore[arg-type]
    )


_GOOD = 0.9
_SIXFOLD = 6.0
"""Between one in ten and six in ten."""

SERVED_TRAITS: tuple[ServedTrait, ...] = (
    ServedTrait("no trait", "six in ten are wrong, however it is asked", _model()),
    ServedTrait(
        "will",
        "six in ten stop; told to or told again one in twenty; of the rest four in ten are wrong",
        # 27.8 and 3.19 give 40 and 95 % at 32 steps.
        _model(0.6, willing_50=27.8, willing_slope=2.0, insist_effect=3.19, yields=0.9167),
    ),
    ServedTrait(
        "way out",
        "goes on, and leaves in six of ten where there is a way out; four in ten are wrong, at step 16",
        _model(0.6, 16, leaves=0.6, stops={Stop.OFFER: 1.0, Stop.REFUSAL: 1.0}, stops_after=3.0),
    ),
    ServedTrait("planning", "six in ten are wrong; given the method one in ten", _model(method_effect=1 / 6)),
    ServedTrait(
        "stamina", "six in ten are wrong, at step 28; of twenty-four steps none", _model(at=28, codes=0.4)
    ),
    ServedTrait(
        "memory",
        "six in ten are wrong, at step 20; told the state one in ten",
        _model(at=20, restated_effect=1 / 6),
    ),
    ServedTrait(
        "harness, tools",
        "one in ten is wrong; in lines of text six in ten",
        _model(_GOOD, text_effect=_SIXFOLD),
    ),
    ServedTrait(
        "harness, text",
        "one in ten is wrong; by calls of tools six in ten",
        _model(_GOOD, tools_effect=_SIXFOLD),
    ),
    ServedTrait(
        "context", "one in ten is wrong; behind other text six in ten", _model(_GOOD, forgets=1000 / 5)
    ),
    ServedTrait("knowing", "six in ten are wrong; of programs one in ten", _model(codes=_GOOD)),
)
"""The scenarios, by name."""
