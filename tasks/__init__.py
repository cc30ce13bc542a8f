"""Puzzles of scalable length, and all that is needed to verify an answer to one: a pure library.

>>> from tasks import puzzle
>>> hanoi = puzzle("hanoi")
>>> instance = hanoi.generate({"size": 3})
>>> "".join(hanoi.format(instance, hanoi.solution(instance)))
'moves = [[1, 0, 2], [2, 0, 1], [1, 2, 1], [3, 0, 2], [1, 1, 0], [2, 1, 2], [1, 0, 2]]'
"""

from tasks.contract.course import lost_at
from tasks.contract.excerpt import Place, part, resumed, window
from tasks.contract.parameters import Bounds, Parameters, Value, bounds_of, choice, integer, text
from tasks.contract.puzzle import (
    ANY,
    NEVER,
    Advance,
    AnyInstance,
    AnyPuzzle,
    Form,
    Instance,
    Kind,
    Prompt,
    Puzzle,
    Row,
    Steps,
)
from tasks.contract.sizes import size_nearest
from tasks.errors import BadParameter, BadPuzzleFile, CantwontError, PuzzleError, UnknownPuzzle
from tasks.reader.lists import StepList, lists
from tasks.reader.reading import Reading, read
from tasks.registry import load_file, puzzle, puzzles

__all__ = [
    "ANY",
    "NEVER",
    "Advance",
    "AnyInstance",
    "AnyPuzzle",
    "BadParameter",
    "BadPuzzleFile",
    "Bounds",
    "CantwontError",
    "Form",
    "Instance",
    "Kind",
    "Parameters",
    "Place",
    "Prompt",
    "Puzzle",
    "PuzzleError",
    "Reading",
    "Row",
    "StepList",
    "Steps",
    "UnknownPuzzle",
    "Value",
    "bounds_of",
    "choice",
    "integer",
    "lists",
    "load_file",
    "lost_at",
    "part",
    "puzzle",
    "puzzles",
    "read",
    "resumed",
    "size_nearest",
    "text",
    "window",
]
