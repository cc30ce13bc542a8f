"""Reading: from the text of an answer to steps, and from steps to the lists that its author meant."""

from tasks.reader.canonical import NUMBER_WORDS, Canonical, canonical, may_think, thinking, unopened
from tasks.reader.elision import ELISIONS, Elision, compiled, elides, lowered, range_between
from tasks.reader.lists import StepList, lists
from tasks.reader.reading import Reading, read

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
    "range_between",
    "read",
    "thinking",
    "unopened",
]
