"""Puzzles of scalable length, and everything needed to verify an answer to one: a pure library.

>>> from cantwont.tasks import puzzle
>>> hanoi = puzzle("hanoi")
>>> instance = hanoi.generate({"size": 3})
>>> "".join(hanoi.format(instance, hanoi.solution(instance)))
'moves = [[1, 0, 2], [2, 0, 1], [1, 2, 1], [3, 0, 2], [1, 1, 0], [2, 1, 2], [1, 0, 2]]'
"""

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
from tasks.errors import (
    BadInstance,
    BadParameter,
    BadPuzzleFile,
    CantwontError,
    PuzzleError,
    UnknownPuzzle,
    close_to,
)
from tasks.problems import Counted, Problem, Window, given_problem, problem
from tasks.puzzle_file import PuzzleFile
from tasks.reader.canonical import Canonical, canonical
from tasks.reader.lists import StepList
from tasks.reader.reading import Reading
from tasks.registry import load_file, loaded_file, puzzle, puzzles

__all__ = [
    "ANY",
    "NEVER",
    "Advance",
    "AnyInstance",
    "AnyPuzzle",
    "BadInstance",
    "BadParameter",
    "BadPuzzleFile",
    "Bounds",
    "Canonical",
    "CantwontError",
    "Counted",
    "Form",
    "Instance",
    "Kind",
    "Parameters",
    "Problem",
    "Prompt",
    "Puzzle",
    "PuzzleError",
    "PuzzleFile",
    "Reading",
    "Row",
    "StepList",
    "Steps",
    "UnknownPuzzle",
    "Value",
    "Window",
    "bounds_of",
    "canonical",
    "choice",
    "close_to",
    "given_problem",
    "integer",
    "load_file",
    "loaded_file",
    "problem",
    "puzzle",
    "puzzles",
    "size_nearest",
    "text",
]
