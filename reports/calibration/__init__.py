"""Calibration: measure simulated respondents of known will and ability, and compare with the truth."""

from reports.calibration.coverage import Calibration, Coverage
from reports.calibration.running import UnknownScenario, calibrate
from reports.calibration.scenarios import SCENARIOS, Design, Scenario, ScenarioBlock
from reports.calibration.served import calibrate_served

__all__ = [
    "SCENARIOS",
    "Calibration",
    "Coverage",
    "Design",
    "Scenario",
    "ScenarioBlock",
    "UnknownScenario",
    "calibrate",
    "calibrate_served",
]
