"""The canonical text under the reader: an answer folded without loss, with a map back to what was received."""

from tasks.reader.canonical.folding import Canonical, canonical
from tasks.reader.canonical.number_words import NUMBER_WORDS
from tasks.reader.canonical.thinking import may_think, thinking, unopened

__all__ = ["NUMBER_WORDS", "Canonical", "canonical", "may_think", "thinking", "unopened"]
