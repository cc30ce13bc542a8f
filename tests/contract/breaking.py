"""Puzzles broken on purpose, and the check of the contract that notices."""

from collections.abc import Callable
from typing import Any

from tasks import AnyInstance, AnyPuzzle, Puzzle, Row
from tests.contract import CHECKS, Check


def broken(sound: AnyPuzzle, **members: Any) -> AnyPuzzle:
    """The puzzle with other members; batches are replayed step by step, so that they are broken alike."""
    members = {"advance": Puzzle.advance, **members}
    made: AnyPuzzle = type(f"Broken{type(sound).__name__}", (type(sound),), members)()
    return made


def with_step(sound: AnyPuzzle, step: Callable[[AnyInstance, Any, Row], Any]) -> AnyPuzzle:
    """The puzzle with another `step`."""
    return broken(sound, step=lambda _, instance, state, row: step(instance, state, row))


def caught_by(puzzle: AnyPuzzle) -> Check | None:
    """The first check that fails. A rule so broken that it crashes is caught too."""
    for check in CHECKS:
        try:
            check(puzzle)
        except Exception:
            return check
    return None
