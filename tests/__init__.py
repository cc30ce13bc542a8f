"""The tests, in folders like those of the code they test."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The checkout."""
DATA = ROOT.parent / "shared" / "data"
"""Recorded answers that may be used and not shipped; tests that need them skip where they are not."""
