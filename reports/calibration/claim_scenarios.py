"""Runs of known truth of which something is claimed, and whether it is true."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd

from reports.analyses.model_pairs import pairs
from reports.analyses.recovery import Loss, recovery
from reports.analyses.run_comparison import SURE, changed_shares
from reports.analyses.verdicts import Verdict, verdicts
from reports.calibration.arms import ArmRates, TwoArms, asked
from reports.calibration.claims import ScenarioGroup
from reports.calibration.respondents import (
    Cuts,
    ModelledRespondent,
    Skill,
    StoppingRule,
    Ties,
    TokenBudget,
    Trials,
)
from reports.calibration.scenarios import Design
from reports.calibration.studies import as_frame, observed
from reports.calibration.trait_scenarios import TRAIT_SCENARIOS
from reports.measures import by_size
from reports.measures.arrays import numbers

_TRUTH = 4000
"""Instances that the truth of what a push recovers is taken from."""


class ClaimScenario(Protocol):
    """Studies of known truth, and what is claimed of each."""

    group: ClassVar[ScenarioGroup]

    @property
    def name(self) -> str:
        """The name."""

    @property
    def words(self) -> str:
        """A short description."""

    @property
    def designs(self) -> tuple[Design, ...]:
        """The designs."""

    def claimed(self, design: Design, studies: int, random: np.random.Generator) -> pd.DataFrame:
        """Return one row per study and claim: claim, and whether it is false, right and covers the truth."""


def _rows(claim: str, **columns: "pd.Series[bool]") -> pd.DataFrame:
    """Return one row per study about this claim, with what is given of `false`, `right` and `covered`."""
    given = {name: values.reset_index(drop=True) for name, values in columns.items()}
    table = pd.DataFrame(given).astype("boolean")
    return table.reindex(columns=["false", "right", "covered"]).assign(claim=claim)


# --- verdicts


@dataclass(frozen=True, slots=True)
class VerdictScenario:
    """A model at one size, asked in two arms."""

    name: str
    words: str
    plain: ArmRates
    pushed: ArmRates
    right: Verdict | None = None
    """The verdict that is true; `None`: every verdict but `unclear` is false."""
    edge: tuple[Verdict, ...] = ()
    """The verdicts whose condition is just not met, each told apart; any other is told with the first."""
    spread: float = 0.0
    designs: tuple[Design, ...] = (Design(5), Design(10), Design(20))

    group: ClassVar[ScenarioGroup] = ScenarioGroup.VERDICTS

    def claimed(self, design: Design, studies: int, random: np.random.Generator) -> pd.DataFrame:
        """Return the verdict of each study, and whether its rates may be printed without a mark."""
        rows = asked(TwoArms(self.plain, self.pushed, self.spread), design, studies, random)
        said = verdicts(rows)["verdict"].astype(str)
        claims = [_rows(str(one), false=said == str(one)) for one in self.edge]
        others = ~said.isin([str(one) for one in (Verdict.UNCLEAR, self.right, *self.edge)])
        if self.right is not None:
            claims.append(_rows(str(self.right), false=others, right=said == str(self.right)))
        elif not self.edge:
            claims.append(_rows("any verdict", false=others))
        else:
            claims[0]["false"] |= others
        if self.plain.cut_first or self.plain.wanders:
            sizes = by_size(rows[rows["arm"] == "list"])
            known = sizes["solved"].notna()
            unmarked = known if self.plain.wanders == 1 else known & ~sizes["modelled"]
            claims.append(_rows("a rate without a mark", false=unmarked))
        return pd.concat(claims, ignore_index=True)


_HALF, _NINE, _TENTH = ArmRates(able=0.5), ArmRates(able=0.9), ArmRates(able=0.1)
_STOPS = ArmRates(willing=0.1)
_REPEATED = (Design(10, 5), Design(20, 5))

VERDICT_SCENARIOS = (
    VerdictScenario(
        "half solved",
        "half are solved, however it is asked",
        _HALF,
        _HALF,
        edge=(Verdict.SOLVES, Verdict.CANT),
        designs=(Design(5), Design(10), Design(20), *_REPEATED),
    ),
    VerdictScenario(
        "half solved differing",
        "as `half solved`, and instances differ",
        _HALF,
        _HALF,
        edge=(Verdict.SOLVES, Verdict.CANT),
        spread=1.5,
        designs=_REPEATED,
    ),
    VerdictScenario(
        "half when pushed",
        "stops at nine in ten; pushed, half are solved",
        _STOPS,
        _HALF,
        edge=(Verdict.WONT, Verdict.CANT),
    ),
    VerdictScenario(
        "half stop",
        "half stop and half err; pushed, nine in ten are solved",
        ArmRates(0.5, 0.0),
        _NINE,
        edge=(Verdict.WONT,),
    ),
    VerdictScenario(
        "half lost",
        "half stop and half err, pushed too",
        ArmRates(0.5, 0.0),
        ArmRates(0.5, 0.0),
        edge=(Verdict.CANT, Verdict.WONT),
    ),
    VerdictScenario(
        "errs and then stops",
        "nine in ten err and then give up; pushed, nine in ten are solved",
        replace(_STOPS, lost_first=True),
        _NINE,
    ),
    VerdictScenario("stops anyway", "stops at nine in ten, pushed too", _STOPS, _STOPS, Verdict.WONT),
    VerdictScenario(
        "will alone",
        "stops at nine in ten; pushed, nine in ten are solved",
        _STOPS,
        _NINE,
        Verdict.WONT,
        designs=(Design(5), Design(10), Design(20), Design(10, 5)),
    ),
    VerdictScenario("skill alone", "errs at nine in ten, pushed too", _TENTH, _TENTH, Verdict.CANT),
    VerdictScenario(
        "solves",
        "three in four are solved",
        ArmRates(able=0.75),
        ArmRates(able=0.75),
        Verdict.SOLVES,
        designs=(Design(10), Design(20), Design(10, 5)),
    ),
    VerdictScenario(
        "solves differing",
        "as `solves`, and instances differ",
        ArmRates(able=0.75),
        ArmRates(able=0.75),
        Verdict.SOLVES,
        spread=1.5,
        designs=(Design(10, 5),),
    ),
    VerdictScenario(
        "cut before the first step",
        "three in five are cut before the first step, all others solved",
        ArmRates(cut_first=0.6),
        ArmRates(cut_first=0.6),
        designs=(Design(10), Design(25)),
    ),
    VerdictScenario(
        "cut behind the last step",
        "all write on behind as many steps as a solution has, until they are cut",
        ArmRates(wanders=1.0),
        ArmRates(wanders=1.0),
        designs=(Design(10), Design(12)),
    ),
)


# --- two runs


@dataclass(frozen=True, slots=True)
class ChangeScenario:
    """Two runs of the same instances, at all sizes."""

    name: str
    words: str
    before: ModelledRespondent
    after: ModelledRespondent | None = None
    """`None`: the same respondent. Another one is drawn with instances that do not differ."""
    worse: bool = False
    """Whether it truly is worse."""
    designs: tuple[Design, ...] = (Design(10), Design(20))

    group: ClassVar[ScenarioGroup] = ScenarioGroup.COMPARE

    def claimed(self, design: Design, studies: int, random: np.random.Generator) -> pd.DataFrame:
        """Return whether `compare` and `pairs` find the second run clearly worse."""
        a, b = self._runs(design, studies, random)
        changes = changed_shares(a, b, apart=["puzzle"])
        regressed = changes.groupby("puzzle")["regressed"].any()
        both = pd.concat([a.assign(model="a"), b.assign(model="b")], ignore_index=True)
        found = pairs(both.assign(run="both", trial=[str(number) for number in range(len(both))]))
        found = found[found["measure"] == "solved"].set_index("puzzle").reindex(regressed.index)
        worse = (found["p_holm"] < SURE) & (found["difference"] > 0)
        which = "right" if self.worse else "false"
        return pd.concat(
            [
                _rows("regressed, of `compare`", **{which: regressed}),
                _rows("solves fewer, of `pairs`", **{which: worse}),
            ],
            ignore_index=True,
        )

    def _runs(
        self, design: Design, studies: int, random: np.random.Generator
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return two runs; the puzzle's name is the study's number."""
        twice = replace(design, repeats=2 * design.repeats)
        if self.after is None:
            both = _named(self.before, twice, studies, random)
            first = (both["repeat"] < design.repeats).to_numpy()
            return both[first].assign(run="a"), both[~first].assign(run="b")
        a, b = (_named(who, design, studies, random) for who in (self.before, self.after))
        return a.assign(run="a"), b.assign(run="b")


def _named(
    who: ModelledRespondent, design: Design, studies: int, random: np.random.Generator
) -> pd.DataFrame:
    """Return the outcomes of a respondent, with the study as the puzzle."""
    each = len(design.lengths) * design.instances
    problem = np.repeat(np.arange(studies * each), design.repeats)
    place = problem % each
    length = np.array(design.lengths)[place // design.instances]
    rows = observed(Trials.draw(who, length, problem, random))
    rows["puzzle"] = [f"{number:05}" for number in problem // each]
    rows["instance"] = [f"simulated/{steps}/{number}" for steps, number in zip(length, place, strict=True)]
    rows["repeat"] = np.tile(np.arange(design.repeats), studies * each)
    return as_frame(rows)


_PLAIN = ModelledRespondent()
_LONG = ModelledRespondent(StoppingRule(half=800.0), Skill(half=400.0), Cuts(budget=TokenBudget(16_000)))
_FEW = (Design(2), Design(2, 5), Design(5), Design(5, 5))

CHANGE_SCENARIOS = (
    ChangeScenario(
        "no change", "the same model twice", _PLAIN, designs=(*_FEW, Design(10), Design(20), Design(20, 5))
    ),
    ChangeScenario(
        "no change, sharp",
        "the same model twice, with a sharp threshold",
        ModelledRespondent(StoppingRule(slope=4.0), Skill(slope=3.0)),
        designs=(*_FEW, Design(3, 5), Design(20)),
    ),
    ChangeScenario(
        "no change, differing",
        "the same model twice, and instances differ",
        ModelledRespondent(ties=Ties(instances=1.0)),
        designs=(*_FEW, Design(10), Design(20)),
    ),
    ChangeScenario(
        "more words",
        "the same, at four times as many tokens a step under the same limit",
        _LONG,
        replace(_LONG, cuts=Cuts(budget=TokenBudget(16_000, each=48.0))),
    ),
    ChangeScenario(
        "half as far",
        "both horizons are half as long",
        _PLAIN,
        ModelledRespondent(StoppingRule(half=50.0), Skill(half=50.0)),
        worse=True,
    ),
)


# --- recovery


@dataclass(frozen=True, slots=True)
class RecoveryScenario:
    """A push at one size, that changes the will, the skill, or nothing."""

    name: str
    words: str
    who: TwoArms
    mends_errors: bool
    """Whether the push mends errors, too."""
    designs: tuple[Design, ...] = (Design(10, 5), Design(20, 5))

    group: ClassVar[ScenarioGroup] = ScenarioGroup.RECOVERY

    def claimed(self, design: Design, studies: int, random: np.random.Generator) -> pd.DataFrame:
        """Return for stops and errors whether the interval of `net` holds the truth.

        Of errors: also whether the push is told to mend them, `net` being clearly above zero.
        """
        found = recovery(asked(self.who, design, studies, random))
        parts = []
        for loss, true in zip(Loss, _net(self.who, self.designs[0].repeats), strict=True):
            of = found[found["loss"] == str(loss)]
            low, high = numbers(of["low"]), numbers(of["high"])
            known = ~np.isnan(low)
            covered = pd.Series((low <= true) & (high >= true), dtype="boolean").mask(~known)
            told: dict[str, pd.Series[bool]] = {"covered": covered}
            if loss is Loss.ERROR:
                told["right" if self.mends_errors else "false"] = pd.Series(known & (low > 0))
            parts.append(_rows(f"net of {'errors' if loss is Loss.ERROR else 'stops'}", **told))
        return pd.concat(parts, ignore_index=True)


@cache
def _net(who: TwoArms, repeats: int) -> tuple[float, ...]:
    """Return the true net of each loss: that of one study with very many instances."""
    found = recovery(asked(who, Design(_TRUTH, repeats), 1, np.random.default_rng(0))).set_index("loss")
    return tuple(float(found["net"].loc[str(loss)]) for loss in Loss)


def _recovery(name: str, words: str, pushed: ArmRates, *, mends: bool) -> Sequence[RecoveryScenario]:
    who = TwoArms(ArmRates(willing=0.5, able=0.5), pushed)
    differing = replace(who, spread=1.0)
    return (
        RecoveryScenario(name, words, who, mends),
        RecoveryScenario(f"{name}, differing", f"as `{name}`, and instances differ", differing, mends),
    )


RECOVERY_SCENARIOS = (
    *_recovery("push of the will", "a push changes the will alone", ArmRates(0.9, 0.5), mends=False),
    *_recovery("push of nothing", "a push changes nothing", ArmRates(0.5, 0.5), mends=False),
    *_recovery("push of the skill", "a push changes the skill alone", ArmRates(0.5, 0.9), mends=True),
)

CLAIM_SCENARIOS: tuple[ClaimScenario, ...] = (
    *VERDICT_SCENARIOS,
    *CHANGE_SCENARIOS,
    *RECOVERY_SCENARIOS,
    *TRAIT_SCENARIOS,
)
