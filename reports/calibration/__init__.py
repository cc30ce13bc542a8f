"""Calibration: simulated respondents of known will and ability, measured, and held against their truth."""

from reports.calibration.coverage import Calibration, Coverage
from reports.calibration.running import UnknownScenario, calibrate
from reports.calibration.scenarios import SCENARIOS, Block, Design, Scenario
from reports.calibration.served import calibrate_served

__all__ = [
    "SCENARIOS",
    "Block",
    "Calibration",
    "Coverage",
    "Design",
    "Scenario",
    "UnknownScenario",
    "calibrate",
    "calibrate_served",
]
