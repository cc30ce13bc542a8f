"""Calibration: measure simulated respondents of known will and ability, and compare with the truth."""

from reports.calibration.claim_scenarios import CLAIM_SCENARIOS
from reports.calibration.claims import Claims, ScenarioGroup
from reports.calibration.coverage import Calibration, Coverage
from reports.calibration.running import UnknownScenario, calibrate
from reports.calibration.scenarios import SCENARIOS, Design, Scenario, ScenarioBlock
from reports.calibration.served import calibrate_served

__all__ = [
    "CLAIM_SCENARIOS",
    "SCENARIOS",
    "Calibration",
    "Claims",
    "Coverage",
    "Design",
    "Scenario",
    "ScenarioBlock",
    "ScenarioGroup",
    "UnknownScenario",
    "calibrate",
    "calibrate_served",
]
