"""The puzzles as an environment of verifiers, which finds environments by the names of modules.

`vf-eval cantwont-puzzles` imports this one; docs/harnesses.md has the rest.
"""

from cantwont._verifiers import PuzzleConfig, PuzzleHarness, PuzzleTask, PuzzleTaskset, load_environment

__all__ = ["PuzzleConfig", "PuzzleHarness", "PuzzleTask", "PuzzleTaskset", "load_environment"]
