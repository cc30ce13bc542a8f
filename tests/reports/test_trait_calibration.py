"""Models that have one trait each, or none, held against what is told of them."""

import numpy as np

from evals.simulated.respondents import NAMED, Respondent
from reports.analyses.traits import CONTRASTS, Said
from reports.calibration.scenarios import Design
from reports.calibration.served_traits import SERVED_TRAITS, ServedTrait, told
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


# --- over HTTP


def test_every_contrast_is_a_served_models() -> None:
    """By its truth: each contrast is true of a model that has no other trait, and of one model alone."""
    true = {scenario.name: scenario.says for scenario in SERVED_TRAITS}
    assert true.pop("no trait") == {}
    assert true.pop("will") == {"told to": Said.HELPS, "told again": Said.HELPS}
    assert true["way out"] == {"a way out": Said.HURTS}
    assert true["harness, text"] == {"tools": Said.HURTS}
    assert all(len(says) == 1 for says in true.values())
    assert {name for scenario in SERVED_TRAITS for name in scenario.says} == {each.name for each in CONTRASTS}


def test_every_contrast_is_a_named_respondents() -> None:
    """One that `cantwont simulate` serves differs by a third at some length, in parts of eight steps."""
    for contrast in CONTRASTS:
        found = [
            ServedTrait(who.name, "", who, steps, {"chunked": "p=8"}).difference(contrast)
            for who in NAMED
            for steps in (32, 64, 128)
        ]
        assert max(map(abs, found)) > 1 / 3, contrast.name


def test_a_trait_is_told_over_http() -> None:
    """Of a model that leaves wherever it may and errs without tools: asked, recorded, labelled, compared."""
    traits = [contrast for contrast in CONTRASTS if contrast.name in ("a way out", "tools")]
    who = ServedTrait("both", "", Respondent("s", leaves=1.0, error_at={9: 0.9}, tools_effect=0))
    found = told(who, range(1), contrasts=traits, instances=8).set_index("contrast")
    assert found["says"].to_dict() == {"a way out": "hurts", "tools": "helps"}
    assert found["truth"].tolist() == [-1.0, 0.9]
    assert found["right"].tolist() == [True, True]
    assert not found["false"].any()
