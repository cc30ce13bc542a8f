"""River crossing: actors and their agents in a small boat; no actor may be with another's agent alone."""

from tasks.puzzles.river_crossing.puzzle import PUZZLE

__all__ = ["PUZZLE"]
