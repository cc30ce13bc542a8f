"""Blocks world: three stacks of blocks are rearranged, one block at a time."""

from tasks.puzzles.blocks_world.puzzle import PUZZLE

__all__ = ["PUZZLE"]
