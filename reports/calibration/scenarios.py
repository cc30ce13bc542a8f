"""What is simulated, respondents and designs, and what is required of each."""

from dataclasses import dataclass
from enum import StrEnum

from evals.text import number_of
from reports.calibration.respondents import Cuts, ModelledRespondent, Skill, StoppingRule, Ties, TokenBudget
from reports.measures import Axis

LENGTHS = tuple(2**disks - 1 for disks in range(2, 12))
"""Ten sizes from 3 to 2047 steps, each a doubling from the next."""


class ScenarioBlock(StrEnum):
    """What is required of a scenario."""

    COVERS = "covers"
    """Its assumptions hold, so the intervals must cover the truth."""
    BOUNDS = "bounds"
    """Its assumptions are broken on purpose; the bounds of ability must contain the truth, and the intervals
    of the axes that are `required`."""
    MARKED = "marked"
    """The sample is about these instances only; all that is required is that the result says so."""
    CUTS = "cuts"
    """What is cut depends on what would have come; the rates must be marked as resting on a model of cuts."""
    POOR = "poor"
    """Solving is no falling function of the length; nearly every number must be marked as fitting poorly."""


@dataclass(frozen=True, slots=True)
class Design:
    """How many trials are asked at each size."""

    instances: int
    repeats: int = 1
    lengths: tuple[int, ...] = LENGTHS

    def __str__(self) -> str:
        told = "" if self.lengths == LENGTHS else f", {number_of(len(self.lengths), 'size')}"
        return f"{self.instances} x {self.repeats}{told}"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Label errors, and a reader who measured them."""

    stops: float
    """Share of the stops that are labelled as errors."""
    errors: float
    """Share of the errors that are labelled as stops."""
    read: int = 300
    """Number of failures that were read."""
    corrected: bool = True
    """Whether the audit is propagated into the horizons."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One simulated model and what is required of it."""

    name: str
    words: str
    """A short description."""
    respondent: ModelledRespondent
    block: ScenarioBlock = ScenarioBlock.COVERS
    designs: tuple[Design, ...] = (Design(10), Design(25))
    wrong: Wrong | None = None
    required: tuple[Axis, ...] = tuple(Axis)
    """The axes whose intervals and brackets must contain the truth; how far others miss is told."""


_HAZARD = StoppingRule(slope=None)
_SPIKES = Skill(half=200.0, spikes=((16, 0.15), (128, 0.25)))
_BURSTS = Skill(half=400.0, spikes=tuple((2**power, 0.09) for power in range(2, 12)))
_THIRTY = Cuts(share=0.3)
_STEP = 60.0
"""Slope of a threshold."""
_WILL_AND_SOLVED = (Axis.WILLING, Axis.SOLVED)
_BALANCED = ModelledRespondent(StoppingRule(half=200.0), Skill(half=50.0))
"""Stops and errors are both common enough for an audit."""

SCENARIOS: tuple[Scenario, ...] = (
    Scenario("start", "stops decided at the start, errors at a constant rate", ModelledRespondent()),
    Scenario("hazard", "stops and errors at constant rates", ModelledRespondent(_HAZARD)),
    Scenario("start cut", "as `start`, 30 % cut at random", ModelledRespondent(cuts=_THIRTY)),
    Scenario("hazard cut", "as `hazard`, 30 % cut at random", ModelledRespondent(_HAZARD, cuts=_THIRTY)),
    Scenario("cap 600", "as `start`, all cut at 600 steps", ModelledRespondent(cuts=Cuts(cap=600))),
    Scenario("cap 300", "as `hazard`, all cut at 300 steps", ModelledRespondent(_HAZARD, cuts=Cuts(cap=300))),
    Scenario(
        "ramble", "after an error, 70 % go on until they are cut", ModelledRespondent(cuts=Cuts(rambles=0.7))
    ),
    Scenario("spikes", "errors cluster at steps 16 and 128", ModelledRespondent(skill=_SPIKES)),
    Scenario(
        "spikes cut", "as `spikes`, 30 % cut at random", ModelledRespondent(skill=_SPIKES, cuts=_THIRTY)
    ),
    Scenario("bursts", "errors cluster at every doubling of the steps", ModelledRespondent(skill=_BURSTS)),
    Scenario("refuses", "10 % declined whatever the length", ModelledRespondent(StoppingRule(refuses=0.1))),
    Scenario(
        "sharp between",
        "a sharp threshold between two sizes",
        ModelledRespondent(StoppingRule(slope=4.0), Skill(slope=3.0)),
    ),
    Scenario(
        "sharp on",
        "a sharp threshold on a size",
        ModelledRespondent(StoppingRule(half=127.0, slope=4.0), Skill(half=127.0, slope=3.0)),
    ),
    Scenario(
        "instances",
        "instances of one size differ, five repeats of each",
        ModelledRespondent(ties=Ties(instances=1.0)),
        designs=(Design(10, 5),),
    ),
    Scenario(
        "mislabelled",
        "5 % of the labels wrong, corrected for by 300 that were read",
        _BALANCED,
        wrong=Wrong(stops=0.05, errors=0.05),
    ),
    Scenario(
        "uncorrected",
        "as `mislabelled`, and not corrected for",
        _BALANCED,
        ScenarioBlock.BOUNDS,
        wrong=Wrong(stops=0.05, errors=0.05, corrected=False),
        required=(),
    ),
    Scenario(
        "abler stop",
        "those who err more also stop less",
        ModelledRespondent(_HAZARD, ties=Ties(frailty=1.0, correlation=-0.8)),
        ScenarioBlock.BOUNDS,
        required=_WILL_AND_SOLVED,
    ),
    Scenario(
        "weaker stop",
        "those who err more also stop more",
        ModelledRespondent(_HAZARD, ties=Ties(frailty=1.0, correlation=0.8)),
        ScenarioBlock.BOUNDS,
        required=_WILL_AND_SOLVED,
    ),
    Scenario(
        "mixed",
        "half stop early and seldom err, half carry on and err",
        ModelledRespondent(ties=Ties(mixed=1.5)),
        ScenarioBlock.BOUNDS,
        required=_WILL_AND_SOLVED,
    ),
    Scenario(
        "one instance",
        "instances differ, and each size has one",
        ModelledRespondent(ties=Ties(instances=1.0)),
        ScenarioBlock.MARKED,
        designs=(Design(1, 10), Design(1, 25)),
    ),
    Scenario(
        "hard instances",
        "instances that are harder to do are stopped at more",
        ModelledRespondent(ties=Ties(instances=1.0, correlation=1.0)),
        ScenarioBlock.BOUNDS,
        required=_WILL_AND_SOLVED,
        designs=(Design(10, 5),),
    ),
    Scenario(
        "mislabelled 10",
        "stops common, 10 % of the labels wrong, corrected for by 600 that were read",
        ModelledRespondent(),
        wrong=Wrong(stops=0.1, errors=0.1, read=600),
    ),
    Scenario(
        "uncorrected 10",
        "as `mislabelled 10`, and not corrected for",
        ModelledRespondent(),
        ScenarioBlock.BOUNDS,
        wrong=Wrong(stops=0.1, errors=0.1, corrected=False),
        required=(),
    ),
    Scenario(
        "thresholds",
        "each instance has its own threshold, of will and of ability, 0.7 doublings apart",
        ModelledRespondent(StoppingRule(slope=_STEP), Skill(slope=_STEP), ties=Ties(halves=0.7)),
        designs=(Design(10), Design(10, 5)),
    ),
    Scenario(
        "close thresholds",
        "as `thresholds`, 0.2 doublings apart",
        ModelledRespondent(StoppingRule(slope=_STEP), Skill(slope=_STEP), ties=Ties(halves=0.2)),
        designs=(Design(10),),
    ),
    Scenario(
        "separation",
        "all up to 100 steps are finished and right, none above",
        ModelledRespondent(StoppingRule(slope=_STEP), Skill(slope=_STEP)),
        designs=(Design(10), Design(20)),
    ),
    Scenario(
        "erring stop",
        "instances that are erred at are stopped at (correlation 0.9)",
        ModelledRespondent(ties=Ties(instances=1.0, correlation=0.9)),
        ScenarioBlock.BOUNDS,
        designs=(Design(20), Design(10, 3)),
        required=_WILL_AND_SOLVED,
    ),
    Scenario(
        "erring go on",
        "instances that are erred at are not stopped at (correlation -0.9)",
        ModelledRespondent(ties=Ties(instances=1.0, correlation=-0.9)),
        ScenarioBlock.BOUNDS,
        designs=(Design(20),),
        required=_WILL_AND_SOLVED,
    ),
    Scenario(
        "three kinds",
        "a third stops early, a third errs early, a third does neither",
        ModelledRespondent(ties=Ties(kinds=((-3.0, 0.0), (0.0, -2.0), (2.0, 3.0)))),
        ScenarioBlock.BOUNDS,
        designs=(Design(10), Design(20)),
        required=(),
    ),
    Scenario(
        "bursts instances",
        "as `bursts`, and instances of one size differ",
        ModelledRespondent(skill=_BURSTS, ties=Ties(instances=1.0)),
        ScenarioBlock.BOUNDS,
        designs=(Design(10), Design(10, 5)),
        required=(Axis.WILLING,),
    ),
    Scenario(
        "budget 4k",
        "4,000 tokens, about 12 a step, more or fewer by trial",
        ModelledRespondent(cuts=Cuts(budget=TokenBudget(4000))),
        designs=(Design(20),),
    ),
    Scenario(
        "budget 2k",
        "2,000 tokens, and the wordy err less",
        ModelledRespondent(cuts=Cuts(budget=TokenBudget(2000, careful=0.5))),
        ScenarioBlock.BOUNDS,
        designs=(Design(20),),
        required=(Axis.WILLING,),
    ),
    Scenario(
        "thinking",
        "two fifths are cut before the first step, more of those that would err",
        ModelledRespondent(cuts=Cuts(thinking=(0.3, 0.5))),
        ScenarioBlock.CUTS,
        designs=(Design(20),),
        required=(Axis.WILLING,),
    ),
    Scenario(
        "cut first",
        "three in five are cut before the first step, at random",
        ModelledRespondent(cuts=Cuts(thinking=(0.6, 0.6))),
        designs=(Design(25),),
    ),
    Scenario(
        "strays",
        "half of those that err wander on, legal, until they are cut behind L steps",
        ModelledRespondent(StoppingRule(half=400.0), Skill(half=50.0), Cuts(strays=0.5)),
        ScenarioBlock.CUTS,
        designs=(Design(10), Design(20)),
        required=(Axis.WILLING,),
    ),
    Scenario(
        "few sizes",
        "as `start`, asked at fewer sizes or with fewer instances",
        ModelledRespondent(),
        designs=(
            *(Design(many, lengths=(63,)) for many in (1, 5)),
            *(Design(many, lengths=(31, 63, 127)) for many in (1, 5, 10, 20)),
            *(Design(many, lengths=LENGTHS[:8]) for many in (1, 5, 20)),
            Design(20, lengths=LENGTHS[2:7]),
        ),
    ),
    Scenario(
        "parity",
        "four in five fail at every second size",
        ModelledRespondent(StoppingRule(half=400.0), Skill(odd=0.8)),
        ScenarioBlock.POOR,
        designs=(Design(10), Design(20)),
    ),
)
