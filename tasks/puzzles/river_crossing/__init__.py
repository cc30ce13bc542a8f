"""River crossing: actors and their agents cross in a small boat, no actor with another's agent alone."""

from tasks.puzzles.river_crossing.puzzle import PUZZLE

__all__ = ["PUZZLE"]
