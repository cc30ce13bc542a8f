"""Reading: from the text of an answer to steps, and from steps to the lists that its author meant."""

from tasks.reader.canonical import Canonical, canonical
from tasks.reader.elision import ELISIONS, Elision, compiled, elides, lowered
from tasks.reader.lists import StepList, lists
from tasks.reader.number_words import NUMBER_WORDS
from tasks.reader.reading import Reading, read
from tasks.reader.thinking import may_think, thinking

__all__ = [
    "ELISIONS",
    "NUMBER_WORDS",
    "Canonical",
    "Elision",
    "Reading",
    "StepList",
    "canonical",
    "compiled",
    "elides",
    "lists",
    "lowered",
    "may_think",
    "read",
    "thinking",
]
