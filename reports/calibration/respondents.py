"""Simulated respondents of known will and ability, many trials at a time; only outcomes, no answers.

Lengths are in steps. Each trial is drawn to its end, as if nothing were cut, and then cut.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.special import expit

from reports.measures.arrays import Bools, Floats, Integers

HALF = 100.0
"""Default length at which a respondent is willing, and able, half of the time."""
_NEVER = np.inf


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """When a respondent stops by choice."""

    half: float = HALF
    """Length of the task that it carries on with to the end half of the time."""
    slope: float | None = 1.5
    """Decided at the start: logits per doubling of the length. `None`: a constant hazard while writing."""
    refuses: float = 0.0
    """Share of the trials that it declines, whatever the length."""
    after: float = 12.0
    """Decided at the start: the median number of steps after which it stops."""


@dataclass(frozen=True, slots=True)
class Skill:
    """When a respondent errs: at a constant hazard, and more often at certain steps."""

    half: float = HALF
    slope: float = 1.0
    """Above 1, the hazard itself grows with the task's length, so that able(L) falls faster in L."""
    spikes: tuple[tuple[int, float], ...] = ()
    """Steps at which it errs with an additional probability."""
    odd: float = 0.0
    """Share that errs where log2(L + 1) is odd: success then is no falling function of the length."""


@dataclass(frozen=True, slots=True)
class TokenBudget:
    """A limit of tokens, with answers that take more or fewer of them for a step."""

    tokens: float
    each: float = 12.0
    """Median number of tokens for a step."""
    spread: float = 0.3
    """Standard deviation of its natural logarithm over the trials."""
    careful: float = 0.0
    """How much less those err that write more: natural logarithms of the hazard for one deviation."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """How answers are cut from outside."""

    share: float = 0.0
    """Share of the answers that are cut at random, somewhere in the length of their task."""
    cap: int | None = None
    """Number of steps after which every answer is cut."""
    rambles: float = 0.0
    """Share of the answers with an error that go on until they are cut."""
    budget: TokenBudget | None = None
    thinking: tuple[float, float] = (0.0, 0.0)
    """Shares cut before the first step: of the trials that would be right, and of those that would err."""
    strays: float = 0.0
    """Share of the answers with an error that make none in place of it, and wander, legal, until they are cut
    behind as many steps as a solution has."""


@dataclass(frozen=True, slots=True)
class Ties:
    """Violations of independence."""

    frailty: float = 0.0
    """Spread of a trial's proneness to stop and to err; see `_Proneness` for the unit, here and below."""
    correlation: float = 0.0
    """Between the two, here and between instances: 1 means that those who err more also stop more."""
    mixed: float = 0.0
    """Two kinds, half and half: one stops sooner and errs later by this much, the other the reverse."""
    instances: float = 0.0
    """Spread of the difficulty of instances of one size, for will and ability alike."""
    halves: float = 0.0
    """Standard deviation, in doublings, over the instances of `half`; drawn apart for will and ability."""
    kinds: tuple[tuple[float, float], ...] = ()
    """Kinds of trials, equally frequent: by how many doublings `half` of will and of ability differ."""


@dataclass(frozen=True, slots=True)
class ModelledRespondent:
    """A simulated model."""

    will: StoppingRule = StoppingRule()
    skill: Skill = Skill()
    cuts: Cuts = Cuts()
    ties: Ties = Ties()


@dataclass(frozen=True, slots=True)
class Trials:
    """What a set of trials did; arrays with one entry per trial, infinite for what never happened."""

    steps: Floats
    stop: Floats
    """Steps written when it stopped by choice."""
    lost: Floats
    """Number of the first wrong step of the whole list, whether or not it was written."""
    cut: Floats
    """Steps written when it was cut, if it had not ended before."""
    strays: Bools
    """Which show no error until they are cut: see `Cuts.strays`."""

    @classmethod
    def draw(
        cls, who: ModelledRespondent, steps: Integers, instance: Integers, random: np.random.Generator
    ) -> Self:
        """Draw one trial for each of these lengths, at these instances (numbered from 0 over all lengths)."""
        lengths = steps.astype(np.float64)
        proneness = _proneness(who.ties, instance, random)
        words = np.zeros(len(steps)) if who.cuts.budget is None else random.normal(size=len(steps))
        if who.cuts.budget is not None:
            proneness = replace(proneness, to_err=proneness.to_err - who.cuts.budget.careful * words)
        stop = _stops(who.will, lengths, proneness, random)
        lost = _errors(who.skill, lengths, proneness, random)
        seen = np.where(lost <= stop, lost, _NEVER)
        cut = np.minimum(_cuts(who.cuts, lengths, seen, random), _spent(who.cuts, lost, words, random))
        strays = np.zeros(len(steps), dtype=bool)
        if who.cuts.strays:
            strays = np.isfinite(lost) & np.isinf(stop) & (random.random(len(steps)) < who.cuts.strays)
        return cls(lengths, stop, lost, np.where(strays, np.minimum(cut, 1.5 * lengths), cut), strays)

    @property
    def willing(self) -> Bools:
        """Which trials would carry on to the end."""
        return np.isinf(self.stop)

    @property
    def able(self) -> Bools:
        """Which trials would make no error if they carried on."""
        return self.lost > self.steps


@dataclass(frozen=True, slots=True)
class _Proneness:
    """How the trials differ."""

    to_stop: Floats
    """How much the hazard is raised: natural logarithm, or logits of a will decided at the start."""
    to_err: Floats
    will: Floats
    """Factor of `StoppingRule.half`."""
    skill: Floats
    """Factor of `Skill.half`."""


def _proneness(ties: Ties, instance: Integers, random: np.random.Generator) -> _Proneness:
    count = len(instance)
    hard = ties.instances * random.normal(size=(2, int(instance.max(initial=-1)) + 1))
    trial = ties.frailty * random.normal(size=(2, count))
    kind = ties.mixed * random.choice([-1.0, 1.0], count)
    own = np.sqrt(1 - ties.correlation**2)
    to_stop = hard[0][instance] + trial[0] + kind
    to_err = (ties.correlation * hard[0] + own * hard[1])[instance]
    to_err = to_err + ties.correlation * trial[0] + own * trial[1] - kind
    doublings = np.zeros((2, count))
    if ties.halves:
        doublings += ties.halves * random.normal(size=hard.shape)[:, instance]
    if ties.kinds:
        doublings += np.array(ties.kinds)[random.integers(len(ties.kinds), size=count)].T
    return _Proneness(to_stop, to_err, *np.exp2(doublings))


def _stops(will: StoppingRule, steps: Floats, prone: _Proneness, random: np.random.Generator) -> Floats:
    """Return the steps written when each stops; infinite if it does not."""
    drawn, when, policy = random.random((3, len(steps)))
    if will.slope is None:
        waited = -np.log(drawn) * will.half * prone.will / np.log(2) / np.exp(prone.to_stop)
        stop = np.where(waited < steps, np.floor(waited), _NEVER)
    else:
        whole = drawn < expit(-will.slope * np.log2(steps / will.half / prone.will) - prone.to_stop)
        # Geometric, conditional on ending before the task does.
        reach = 1 - 0.5 ** (steps / will.after)
        stop = np.where(whole, _NEVER, np.floor(-will.after * np.log2(1 - when * reach)))
    return np.where(policy < will.refuses, 0.0, stop)


def _errors(skill: Skill, steps: Floats, prone: _Proneness, random: np.random.Generator) -> Floats:
    """Return the number of the first wrong step, from 1."""
    raised = np.exp(prone.to_err)
    hazard = np.log(2) / steps * (steps / skill.half / prone.skill) ** skill.slope * raised
    lost = np.floor(-np.log(random.random(len(steps))) / hazard) + 1
    for step, chance in skill.spikes:
        lost = np.where(random.random(len(steps)) < 1 - (1 - chance) ** raised, np.minimum(lost, step), lost)
    if skill.odd:
        spoiled = (np.rint(np.log2(steps + 1)) % 2 == 1) & (random.random(len(steps)) < skill.odd)
        lost = np.where(spoiled, np.minimum(lost, np.ceil(random.random(len(steps)) * steps)), lost)
    return np.where(lost <= steps, lost, _NEVER)


def _spent(cuts: Cuts, lost: Floats, words: Floats, random: np.random.Generator) -> Floats:
    """Return the steps written when the tokens ran out, in the list or before it."""
    budget = cuts.budget
    out = np.full(len(lost), _NEVER)
    if budget is not None:
        out = np.floor(budget.tokens / (budget.each * np.exp(budget.spread * words)))
    if any(cuts.thinking):
        chance = np.where(np.isinf(lost), *cuts.thinking)
        out = np.where(random.random(len(lost)) < chance, 0.0, out)
    return out


def _cuts(cuts: Cuts, steps: Floats, lost: Floats, random: np.random.Generator) -> Floats:
    """Return the steps written when each is cut; trials that ramble on after an error are cut beyond it."""
    cut_at, where, rambling = random.random((3, len(steps)))
    cut = np.where(cut_at < cuts.share, np.floor(where * steps), _NEVER)
    rambles = np.isfinite(lost) & (rambling < cuts.rambles)
    beyond = np.where(rambles, np.floor(np.where(rambles, lost, 0) * (1 - where) + where * steps), _NEVER)
    cut = np.minimum(cut, beyond)
    return cut if cuts.cap is None else np.where(steps > cuts.cap, np.minimum(cut, cuts.cap), cut)
