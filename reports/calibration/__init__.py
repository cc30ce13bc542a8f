"""Calibration: simulated respondents of known will and ability, measured, and held against their truth."""

from reports.calibration.coverage import Coverage, table
from reports.calibration.running import calibrate, to_markdown
from reports.calibration.scenarios import SCENARIOS, Block, Design, Scenario
from reports.calibration.served import calibrate_served

__all__ = [
    "SCENARIOS",
    "Block",
    "Coverage",
    "Design",
    "Scenario",
    "calibrate",
    "calibrate_served",
    "table",
    "to_markdown",
]
