"""The table of words."""

import pytest

from evals.labelling.phrases import PHRASES, searched
from evals.labelling.phrases.phrase import Phrase, SpeechAct
from tasks.reader.elision import compiled, lowered


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: f"{phrase.shows}: {phrase.example[:40]}")
def test_each_entry_matches_its_example(phrase: Phrase) -> None:
    """An entry without a working example would be dead words."""
    assert compiled([phrase]).search(lowered(phrase.example))
    assert searched(phrase.shows).search(lowered(phrase.example))


def test_every_kind_has_an_entry() -> None:
    """Nothing can be shown that no words show."""
    assert {phrase.shows for phrase in PHRASES} == set(SpeechAct)


@pytest.mark.parametrize("shows", SpeechAct)
def test_no_text_makes_a_search_slow(shows: SpeechAct) -> None:
    """Hostile texts are searched in time: this ends at once, or never would."""
    for text in (
        "the " * 50_000,
        "continue " * 20_000,
        "a" * 200_000,
        "first 1," * 20_000,
        "not able to " * 20_000,
    ):
        sum(1 for _ in searched(shows).finditer(text))


@pytest.mark.parametrize("text", ["I can\u2019t list them all here.", "I can't\nlist them  all here."])
def test_apostrophes_and_blanks_may_vary(text: str) -> None:
    """Curly apostrophes and line breaks change nothing."""
    assert searched(SpeechAct.DECLINE).search(lowered(text))


def test_lowering_keeps_offsets() -> None:
    """A letter whose small form is two code points does not shift what follows."""
    text = "\u0130 [1, 0, 2], AND SO ON"
    assert len(lowered(text)) == len(text)
    assert searched(SpeechAct.ELISION).search(lowered(text))
