"""Models that have one trait each, or none: how often each trait is told, and how often another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd

from reports.analyses.traits import CONTRASTS, Contrast, Said, Way, traits
from reports.calibration.arms import ArmRates, asked_in
from reports.calibration.claims import ScenarioGroup
from reports.calibration.scenarios import Design
from reports.measures.arrays import numbers

_MANY = (Design(10), Design(20), Design(10, 3))


@dataclass(frozen=True, slots=True)
class TraitScenario:
    """A model asked in both ways of every contrast, whose answers end differently in some of these only."""

    name: str
    words: str
    usual: ArmRates
    """How its answers end in all other ways."""
    unusual: Mapping[Way, ArmRates] = field(default_factory=dict)
    says: Mapping[str, Said] = field(default_factory=dict)
    """What is true of the contrasts in which it does differ."""
    spread: float = 0.0
    designs: tuple[Design, ...] = _MANY

    group: ClassVar[ScenarioGroup] = ScenarioGroup.TRAITS

    def claimed(self, design: Design, studies: int, random: np.random.Generator) -> pd.DataFrame:
        """Return of each study whether each true trait is told, and whether any other is."""
        rows = asked_in(self._rates(), self.spread, design, studies, random)
        found = traits(rows).set_index(["contrast", "model"])
        parts = []
        false = pd.Series(False, index=sorted(rows["model"].unique()))
        for contrast in CONTRASTS:
            of = found.loc[contrast.name]
            told = of["says"].isin([str(Said.HELPS), str(Said.HURTS)])
            true = self.says.get(contrast.name)
            if true is None:
                false |= told
                continue
            false |= told & (of["says"] != str(true))
            known, low, high = of["low"].notna(), numbers(of["low"]), numbers(of["high"])
            difference = self._difference(contrast)
            covered = pd.Series((low <= difference) & (difference <= high), index=of.index, dtype="boolean")
            parts.append(
                pd.DataFrame(
                    {
                        "claim": f"{contrast.trait}, {contrast.name}",
                        "right": (of["says"] == str(true)).astype("boolean"),
                        "covered": covered.mask(~known) if not self.spread else pd.NA,
                        "false": pd.NA,
                    }
                )
            )
        another = "another trait" if self.says else "any trait"
        parts.append(pd.DataFrame({"claim": another, "false": false, "right": pd.NA, "covered": pd.NA}))
        table = pd.concat(parts, ignore_index=True)
        return table.astype(dict.fromkeys(("false", "right", "covered"), "boolean"))

    def _rates(self) -> dict[tuple[str, str], ArmRates]:
        """Return how its answers end, by arm and options; `list` and others stand in several contrasts."""
        ways = {way: None for contrast in CONTRASTS for way in (contrast.a, contrast.b)}
        made: dict[tuple[str, str], ArmRates] = {}
        for way in ways:
            options = _options(way)
            if (way.arm, options) not in made or way in self.unusual:
                made[way.arm, options] = self.unusual.get(way, self.usual)
        return made

    def _difference(self, contrast: Contrast) -> float:
        a, b = (self.unusual.get(way, self.usual) for way in (contrast.a, contrast.b))
        name = "willing" if contrast.measure == "willing" else "able"
        return float(getattr(a, name) - getattr(b, name))


def _options(way: Way) -> str:
    """Return the options that are recorded: those of the contrasts of an arm, with their defaults."""
    given = {
        other.option: other.value
        for contrast in CONTRASTS
        for other in (contrast.a, contrast.b)
        if other.arm == way.arm and other.is_default
    }
    if way.option:
        given[way.option] = way.value
    return ", ".join(f"{name}={given[name]}" for name in sorted(given) if name)


def _way(name: str, side: str = "a") -> Way:
    found: Way = getattr(next(contrast for contrast in CONTRASTS if contrast.name == name), side)
    return found


_HALF = ArmRates(able=0.4)
_STOPS, _GOES_ON = ArmRates(willing=0.4, able=0.6), ArmRates(willing=0.95, able=0.6)
_GOOD = ArmRates(able=0.9)


def _one(  # noqa: PLR0913, PLR0917 - what a scenario is
    name: str,
    words: str,
    contrast: str,
    usual: ArmRates = _HALF,
    unusual: ArmRates = _GOOD,
    says: Said = Said.HELPS,
) -> TraitScenario:
    return TraitScenario(name, words, usual, {_way(contrast): unusual}, {contrast: says})


TRAIT_SCENARIOS: tuple[TraitScenario, ...] = (
    TraitScenario("no trait", "six in ten are wrong, however it is asked", _HALF),
    TraitScenario("no trait, differing", "as `no trait`, and instances differ", _HALF, spread=1.5),
    TraitScenario("no trait, stopping", "six in ten stop, however it is asked", _STOPS),
    TraitScenario(
        "will",
        "six in ten stop; told to, told again or with no way out one in twenty",
        _GOES_ON,
        {_way("told to", "b"): _STOPS, _way("a way out"): _STOPS},
        {"told to": Said.HELPS, "told again": Said.HELPS, "a way out": Said.HURTS},
    ),
    _one("planning", "six in ten are wrong; given the method one in ten", "given the method"),
    _one("stamina", "six in ten are wrong; of a few steps one in ten", "a few steps"),
    _one("memory", "six in ten are wrong; told the state one in ten", "state restated"),
    TraitScenario(
        "harness",
        "one in ten is wrong; in lines of text six in ten",
        _GOOD,
        {_way("tools", "b"): _HALF},
        {"tools": Said.HELPS},
    ),
    _one(
        "context",
        "one in ten is wrong; behind other text six in ten",
        "other text before",
        _GOOD,
        _HALF,
        Said.HURTS,
    ),
    _one("knowing", "six in ten are wrong; of programs one in ten", "a program"),
)
