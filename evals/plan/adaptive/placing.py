"""Where the next batch tells most about both horizons, or why there is none: a pure function."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from evals.plan.adaptive.ladder import BATCH, Rung
from evals.plan.adaptive.posterior import Curves, Floats, Posterior

Bools: TypeAlias = NDArray[np.bool_]

_SIZES, _SIDES, _APART = 5, 2, 1.25
"""Sizes with a batch that a horizon needs, how many of them on either side, and the most doublings between
the two next to it; as in `reports.measures.design`.
"""
_CLEAR = 1.96
"""Standard errors from one half, as of Wilson's interval at 95 %."""
_NEAR = 1.5
"""From this many times the wanted width on, the sizes that a horizon needs are asked before all others."""
_MARGIN = 0.92
"""The final interval allows for more than the posterior's does, so that the latter has to be narrower."""
_NEEDED = 90.0
"""Fewest trials carried through, near the horizon, that it takes to know it to within a doubling."""
_LAPSES = (0.0, 0.1)
"""For will, as in the final estimate."""
_WORTH = 0.5
"""Nats that the trials allowed have to tell, if all told as much as the next; a nat is a factor of e."""


class Why(StrEnum):
    """Why no more is asked."""

    REACHED = "reached"
    """Each horizon is known as closely as wanted, or lies outside the sizes."""
    EDGE = "edge"
    """The same, but a horizon is too near to the last of the sizes to be given as a number."""
    STOPS_FIRST = "stops_first"
    """The model stops so much sooner than it errs that the trials left cannot tell how far it could get."""
    CUT = "cut"
    """Answers long enough to tell anything are cut."""
    MAX_TRIALS = "max_trials"
    NO_SIZE = "no_size"
    """No size fits into an answer and into what may be spent."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of the trials at one rung."""

    right: int = 0
    """Carried through, and right."""
    wrong: int = 0
    """Not stopped by choice, and wrong."""
    stopped: int = 0
    """Stopped by choice."""
    cut: int = 0
    """Cut from outside while still right."""
    pending: int = 0
    """Under way."""

    @property
    def asked(self) -> int:
        """All trials."""
        return self.right + self.wrong + self.stopped + self.cut + self.pending


@dataclass(frozen=True, slots=True)
class Aim:
    """When enough has been asked."""

    width: float
    """Of the 95 % interval of each horizon, in doublings."""
    max_trials: int


@dataclass(frozen=True, slots=True)
class RungChoice:
    """The rung of the next batch, or why there is none."""

    rung: int | None
    """Its index."""
    why: Why | None = None


def decide(rungs: Sequence[Rung], seen: Sequence[Seen], aim: Aim) -> RungChoice:
    """Place the next batch.

    It goes where a trial is expected to tell most (mutual information; Kontsevich & Tyler, Vision Res. 39
    (1999) 2729) of the horizons that are not yet known as closely as wanted. Where trials are under way,
    others tell less, so that batches spread over the sizes and nobody waits for them. Only what has ended can
    be enough.

    Args:
        rungs: The sizes to choose from.
        seen: What came of the trials so far, by rung.
        aim: When to stop.
    """
    known = _Known.of(rungs, seen)
    will, skill = known.axes()
    open_axes = [axis for axis in (will, skill) if axis.is_open(aim.width)]
    missing = known.missing(will, skill, aim)
    if not open_axes and missing.rung is None:
        return RungChoice(None, missing.why or Why.REACHED)
    if known.left(aim) < BATCH:
        return RungChoice(None, Why.MAX_TRIALS)
    if not will.is_open(aim.width) and skill.is_open(aim.width):
        # Even if the model errs as soon as it may.
        carried = np.interp(skill.low, known.logs, will.shares)
        if _NEEDED / aim.width**2 > aim.max_trials * carried:
            return RungChoice(None, Why.STOPS_FIRST)
    if missing.rung is not None:
        return RungChoice(missing.rung)
    told = np.sum([axis.gain for axis in open_axes], axis=0) * known.worth
    best = int(told.argmax())
    if told[best] * aim.max_trials < _WORTH:
        return RungChoice(None, Why.CUT if known.uncut.min() < 1 else Why.STOPS_FIRST)
    return RungChoice(best)


@lru_cache(maxsize=256)
def _curves(logs: tuple[float, ...], lapses: tuple[float, ...]) -> Curves:
    return Curves.over(np.array(logs), lapses)


@dataclass(frozen=True, slots=True)
class _Axis:
    """What is known of one horizon, of what has ended; lengths are in log2 steps, arrays by rung."""

    low: float
    high: float
    """95 % interval."""
    middle: float
    shares: Floats
    """Expected rate."""
    gain: Floats
    """What one more trial is expected to tell, in nats."""
    is_outside: bool
    """Whether the horizon lies beyond all rungs, and the rate at the last of them is clear of one half."""

    @classmethod
    def of(cls, ended: Posterior, gain: Floats, logs: Floats, well: Floats, ill: Floats) -> Self:
        low, high = ended.interval()
        clear = (well - ill) / np.sqrt(np.maximum(well + ill, 1)) / _CLEAR
        outside = (low > logs[-1] and clear[-1] > 1) or (high < logs[0] and clear[0] < -1)
        return cls(low, high, ended.median(), ended.shares(), gain, bool(outside))

    def is_open(self, width: float) -> bool:
        """Return whether it is not yet known as closely as wanted."""
        return self.high - self.low > _MARGIN * width and not self.is_outside

    def is_near(self, width: float) -> bool:
        """Return whether it will soon be known as closely as wanted."""
        return self.high - self.low <= _NEAR * width and not self.is_outside


@dataclass(frozen=True, slots=True)
class _Missing:
    """What a horizon lacks before it may be given as a number."""

    rung: int | None = None
    """One that has to be asked."""
    why: Why | None = None
    """Why it will lack some for good."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Counts by rung."""

    logs: Floats
    """log2 of the steps."""
    right: Floats
    wrong: Floats
    stopped: Floats
    cut: Floats
    pending: Floats

    @classmethod
    def of(cls, rungs: Sequence[Rung], seen: Sequence[Seen]) -> Self:
        counts = [[each.right, each.wrong, each.stopped, each.cut, each.pending] for each in seen]
        return cls(np.log2([rung.steps for rung in rungs]), *np.array(counts, dtype=np.float64).T)

    def left(self, aim: Aim) -> int:
        """Return how many more trials may be asked."""
        return aim.max_trials - int((self.ended + self.pending).sum())

    @property
    def ended(self) -> Floats:
        """How many trials have ended."""
        return self.right + self.wrong + self.stopped + self.cut

    @property
    def uncut(self) -> Floats:
        """The share that is not cut; longer answers are cut no less often than shorter ones."""
        return np.asarray(1 - np.maximum.accumulate(self.cut / np.maximum(self.ended, BATCH)))

    @property
    def worth(self) -> Floats:
        """The part of what a trial tells that is new: cut ones tell nothing, others tell it first."""
        return np.asarray(self.uncut / (1 + self.pending / (BATCH + self.ended)))

    @property
    def full(self) -> Bools:
        """Which rungs count for a horizon, or will once what is under way has ended."""
        return np.asarray(self.right + self.wrong + self.stopped + self.pending >= BATCH)

    def axes(self) -> tuple[_Axis, _Axis]:
        """Return what is known of will and ability."""
        logs = tuple(self.logs.tolist())
        wills, skills = _curves(logs, _LAPSES), _curves(logs, (0.0,))
        carried = self.right + self.wrong
        will, skill = wills.given(carried, self.stopped), skills.given(self.right, self.wrong)
        gain = skill.information() * will.shares()
        return (
            _Axis.of(will, will.information(), self.logs, carried, self.stopped),
            _Axis.of(skill, gain, self.logs, self.right, self.wrong),
        )

    def missing(self, will: _Axis, skill: _Axis, aim: Aim) -> _Missing:
        """Return what the horizons lack that are, or will soon be, known as closely as wanted."""
        some = self.right + self.wrong + self.pending * will.shares >= 1
        hoped = will.shares * self.left(aim) >= 1
        every = np.ones_like(some)
        solved = will.shares * skill.shares
        found: list[_Missing] = []
        if will.is_near(aim.width):
            found.append(self._lacking((will.low, will.middle, will.high), self.full, every))
        if skill.is_near(aim.width):
            found.append(
                self._lacking((skill.low, skill.middle, skill.high), self.full & some, hoped | ~self.full)
            )
            if will.is_near(aim.width) and solved[0] > 0.5 > solved[-1]:
                middle = float(np.interp(-0.5, -solved, self.logs))
                found.append(_Missing(self._lacking((middle,) * 3, self.full, every).rung))
        rung = next((each.rung for each in found if each.rung is not None), None)
        return _Missing(rung, next((each.why for each in found if each.why is not None), None))

    def _lacking(self, horizon: tuple[float, float, float], full: Bools, possible: Bools) -> _Missing:
        """Return what a horizon lacks.

        Args:
            horizon: Its interval with the middle, in log2 steps.
            full: The rungs that count for it.
            possible: Those that may come to count.
        """
        low, middle, high = horizon
        order = np.abs(self.logs - middle).argsort(kind="stable").tolist()
        sides = (self.logs < middle, self.logs >= middle)
        why = None
        for side in sides:
            lacking = [rung for rung in order if side[rung] and not full[rung]]
            if int((side & full).sum()) < _SIDES:
                why = why or (Why.STOPS_FIRST if lacking else Why.EDGE)
                if lacking and possible[lacking[0]]:
                    return _Missing(lacking[0])
        next_to = [self.logs[side & full] for side in sides]
        lacking = [rung for rung in order if not full[rung] and possible[rung]]
        if all(len(known) for known in next_to) and next_to[1].min() - next_to[0].max() > _APART:
            between = [rung for rung in lacking if next_to[0].max() < self.logs[rung] < next_to[1].min()]
            if between:
                return _Missing(between[0])
        # An end of an interval outside the sizes is open.
        for beyond in (self.logs >= high, self.logs <= low):
            if not (beyond & full).any() and (outer := [rung for rung in lacking if beyond[rung]]):
                return _Missing(outer[0])
        if int(full.sum()) < _SIZES:
            return _Missing(lacking[0]) if lacking else _Missing(why=why or Why.STOPS_FIRST)
        return _Missing(why=why)
