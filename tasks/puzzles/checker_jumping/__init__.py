"""Checker jumping: two rows of checkers change sides over one empty position. (N + 1)^2 - 1 moves."""

from tasks.puzzles.checker_jumping.puzzle import PUZZLE

__all__ = ["PUZZLE"]
