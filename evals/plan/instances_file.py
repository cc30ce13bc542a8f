"""Files of instances that are given whole: one JSON object a line, plain or gzipped."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.errors import RunError, SpecError
from evals.record import jsonl
from evals.record.completion import strict_json
from evals.record.files import decoded
from evals.record.model import is_too_deep
from evals.text import clip
from tasks import PuzzleError, given_problem

MOST = 100_000
"""Instances of one file: what is asked is told apart by them, so they are held in memory."""


def given_instances(puzzle: str, file: Path) -> tuple[dict[str, Any], ...]:
    """Read the instances of a puzzle, each checked.

    Args:
        puzzle: The puzzle's name.
        file: A line holds the instance's data, alone or as the field `instance` of an object.

    Raises:
        SpecError: The file cannot be read, is empty, or has a line that is no instance of the puzzle.
    """
    found: list[dict[str, Any]] = []
    for number, data in _rows(file):
        where = f"instances file {str(file)!r}, line {number}"
        if len(found) == MOST:
            raise SpecError(f"{where}: more than {MOST:,} instances: split the file")
        try:
            value = strict_json(decoded(data))
        except (ValueError, RecursionError) as error:
            raise SpecError(f"{where}: is not JSON ({error})") from None
        inner = value.get("instance") if isinstance(value, dict) else None
        chosen = inner if isinstance(inner, dict) else value
        if not isinstance(chosen, dict) or is_too_deep(chosen):
            raise SpecError(f"{where}: must be a JSON object, not {clip(repr(value), 60)}")
        try:
            given_problem(puzzle, chosen)
        except PuzzleError as error:
            raise SpecError(f"{where}: {error}") from None
        found.append(chosen)
    if not found:
        raise SpecError(f"instances file {str(file)!r} is empty: write one JSON object a line")
    return tuple(found)


def _rows(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        for number, line in enumerate(jsonl.lines(file), start=1):
            if line.data.strip():
                yield number, line.data
    except RunError as error:  # as it is said of a record
        raise SpecError(f"instances file: {error}") from None
