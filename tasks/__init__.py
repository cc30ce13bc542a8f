"""Puzzles of scalable length, and all that is needed to verify an answer to one: a pure library.

>>> from tasks import puzzle
>>> hanoi = puzzle("hanoi")
>>> instance = hanoi.generate({"size": 3})
>>> "".join(hanoi.format(instance, hanoi.solution(instance)))
'moves = [[1, 0, 2], [2, 0, 1], [1, 2, 1], [3, 0, 2], [1, 1, 0], [2, 1, 2], [1, 0, 2]]'
"""

from tasks._contract import (
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
from tasks._errors import BadParameter, BadPuzzleFile, CantwontError, PuzzleError, UnknownPuzzle
from tasks._known import lost_at
from tasks._lists import StepList, lists
from tasks._marks import Mark, Prose
from tasks._parameters import Bounds, Parameters, Value, bounds_of, choice, integer, text
from tasks._phrases import PHRASES, Phrase, Shows
from tasks._reading import Reading, read
from tasks._registry import load_file, puzzle, puzzles
from tasks._sizes import size_nearest
from tasks._stretch import Place, part, resumed, window

__all__ = [
    "ANY",
    "NEVER",
    "PHRASES",
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
    "Mark",
    "Parameters",
    "Phrase",
    "Place",
    "Prompt",
    "Prose",
    "Puzzle",
    "PuzzleError",
    "Reading",
    "Row",
    "Shows",
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
