"""What a puzzle is: the protocol it implements, its parameters, and the types it exchanges.

A puzzle's file imports everything it needs from here.
"""

from tasks.contract.draws import below, pick, shuffled
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

__all__ = [
    "ANY",
    "NEVER",
    "Advance",
    "AnyInstance",
    "AnyPuzzle",
    "Bounds",
    "Form",
    "Instance",
    "Kind",
    "Parameters",
    "Prompt",
    "Puzzle",
    "Row",
    "Steps",
    "Value",
    "below",
    "bounds_of",
    "choice",
    "integer",
    "pick",
    "shuffled",
    "text",
]
