"""Chinese rings: take all rings off a bar, where one blocks another, or put all on. About 2/3 * 2^n moves."""

from tasks.puzzles.chinese_rings.puzzle import PUZZLE

__all__ = ["PUZZLE"]
