"""Models that have one trait each, or none, held against what is told of them."""

import numpy as np

from reports.analyses.traits import CONTRASTS
from reports.calibration.scenarios import Design
from reports.calibration.trait_scenarios import TRAIT_SCENARIOS


def test_traits_are_told_of_those_who_have_them() -> None:
    """Most often with twenty instances; and of who stops or errs alike in all arms, nearly none."""
    by_name = {scenario.name: scenario for scenario in TRAIT_SCENARIOS}
    found = by_name["will"].claimed(Design(20), 40, np.random.default_rng(1))
    assert found["right"].dropna().mean() > 0.75
    assert found["covered"].dropna().mean() > 0.85
    assert found["false"].dropna().mean() < 0.12
    found = by_name["no trait, stopping"].claimed(Design(20), 40, np.random.default_rng(1))
    assert found["claim"].unique().tolist() == ["any trait"]
    assert found["false"].mean() < 0.12


def test_every_contrast_is_somebodys() -> None:
    """Each is true of one scenario, and all scenarios but those without a trait have one."""
    true = [name for scenario in TRAIT_SCENARIOS for name in scenario.says]
    assert sorted(true) == sorted(contrast.name for contrast in CONTRASTS)
    assert [scenario.name for scenario in TRAIT_SCENARIOS if not scenario.says] == [
        "no trait",
        "no trait, differing",
        "no trait, stopping",
    ]
