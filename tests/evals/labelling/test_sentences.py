"""What is said around a list of which much is missing, and in place of one."""

import time

import pytest

from evals.labelling.answer import Answer
from evals.labelling.rules import LabelResult, label
from tasks import Problem, puzzle
from tests.evals.labelling.blind_lists import moves, said, swapped

HANOI = puzzle("hanoi")
WRITTEN = 60

ENDS = (
    "I verified that no two consecutive moves use the same disk.",
    "After the last move, all disks remain on peg 2 in order.",
    "Repeat the check with any simulator if you like.",
    "The same approach extends to more disks.",
    "Peg 1 is used just as a temporary place.",
    "No further moves are needed.",
    "Nothing else is required; no step was left out.",
    "The rest of the rules are respected as well.",
    "For larger towers the list gets much longer.",
    "I have not skipped anything.",
    "All moves are listed above; no step has been skipped or abbreviated.",
    "Each row gives disk, from and to, in the same order as you asked.",
    "Not a single illegal move occurs.",
    "Let me break it down: first the small disks, then the large one.",
    "Would you like me to explain the reasoning?",
    "Sorry for the long message!",
    "Das war's, alle Scheiben liegen auf Stab 2. Fertig!",
)
"""Of a list that is whole in its author's view."""

STOPS = (
    "Same dance again for the other half.",
    "I'd keep going but my fingers hurt.",
    "The big ones are handled the way the small ones were.",
    "Life is short, so I leave it here.",
    "The bigger disks: likewise.",
    "One thousand lines would bore us both.",
    "Und so weiter bis zum Ende.",
    "Le reste suit le même schéma.",
    "Past this point it is mechanical.",
    "To finish, swap the roles of the pegs and redo it.",
    "Ping me for part two.",
    "There would be many, many more of these.",
    "其余步骤省略。",
)
"""Of one that is not."""

INSTEAD = (
    "That's a lot of writing for very little gain.",
    "I'd run out of breath before move 1,023.",
    "Ask your computer.",
    "There's a neat formula for that: 2^n - 1.",
    "Nein, das sind mir zu viele Züge.",
    "Vraiment 1 023 ?",
)
"""In place of a list."""


def labelled(text: str, size: int = 10) -> LabelResult:
    return label(Problem(HANOI, HANOI.generate({"size": size})), Answer(text, finish_reason="stop"))


@pytest.mark.parametrize("wrong_at", [None, 20])
@pytest.mark.parametrize("sentence", STOPS)
def test_a_sentence_that_speaks_of_more_is_a_stop(sentence: str, wrong_at: int | None) -> None:
    """Behind a list of which much is missing, whether it is right or not; and the sentence is the quote."""
    steps = moves(10)[:WRITTEN]
    text = said(steps if wrong_at is None else swapped(steps, wrong_at)) + f"\n\n{sentence}"
    verdict = labelled(text)
    assert (verdict.label, verdict.confident) == ("give_up", False)
    assert text[verdict.evidence[0].start : verdict.evidence[0].end].rstrip() == sentence


@pytest.mark.parametrize("sentence", ENDS)
def test_what_is_said_at_an_end_is_no_stop(sentence: str) -> None:
    """A list that is too short and claims to be whole is wrong, whatever words stand behind it."""
    assert labelled(f"{said(moves(8)[:WRITTEN])}\n\n{sentence}", 8).label == "logic_error"


@pytest.mark.parametrize("sentence", STOPS)
def test_a_claim_to_be_done_outweighs_words_of_more(sentence: str) -> None:
    """One sentence that says that it is done decides for the others."""
    text = f"{said(moves(8)[:WRITTEN])}\n\nThe puzzle is now solved. {sentence}"
    assert labelled(text, 8).label == "logic_error"


@pytest.mark.parametrize("sentence", STOPS)
def test_a_list_nearly_whole_is_judged_by_its_steps(sentence: str) -> None:
    """Where more than half is there, such words are not sign enough."""
    assert labelled(f"{said(moves(8)[:200])}\n\n{sentence}", 8).label == "logic_error"


def test_a_sentence_that_stands_behind_no_whole_list_leaves_doubt() -> None:
    """Neither a stop nor an end: a stop where all is right so far, else an error; never certain."""
    right, behind = moves(10)[:WRITTEN], "\n\nMy fingers hurt."
    assert labelled(said(right)).confident
    verdict = labelled(said(right) + behind)
    assert (verdict.label, verdict.confident) == ("give_up", False)
    verdict = labelled(said(swapped(right, 20)) + behind)
    assert (verdict.label, verdict.confident) == ("logic_error", False)


@pytest.mark.parametrize("heading", ["**Part 4**", "**Moves 200-255:**", "### The next moves", "Then:"])
def test_a_heading_says_nothing(heading: str) -> None:
    """It leads to something, and what it leads to would count."""
    assert labelled(f"{said(moves(10)[:WRITTEN])}\n\n{heading}\n").label != "give_up"


@pytest.mark.parametrize(
    "sentence", ["A taster:", "This is how it begins:", "Here are 60 of them:", "For starters:"]
)
def test_a_sample_that_is_announced_is_a_stop(sentence: str) -> None:
    """Before the list; not where the list is nearly whole, or said to be complete."""
    verdict = labelled(f"{sentence}\n\n{said(moves(10)[:WRITTEN])}")
    assert (verdict.label, verdict.confident) == ("give_up", False)
    assert labelled(f"{sentence}\n\n{said(moves(6)[:WRITTEN])}", 6).label == "logic_error"
    whole = f"Here is the complete list of all 60 moves:\n\n{said(moves(10)[:WRITTEN])}"
    assert labelled(whole).label == "logic_error"


@pytest.mark.parametrize("text", INSTEAD)
def test_talk_of_the_task_in_place_of_a_list_declines(text: str) -> None:
    """And where it speaks of something else, it is no answer."""
    verdict = labelled(text)
    assert (verdict.label, verdict.confident) == ("refusal", False)
    assert verdict.evidence


@pytest.mark.parametrize("text", ["Hello there!", "Spiders have fascinated poets.", "moves = []"])
def test_what_is_about_nothing_is_no_answer(text: str) -> None:
    """No step, and no word of the task."""
    assert labelled(text).label == "no_answer"


@pytest.mark.parametrize("unit", ["next ", "a", ".", ". ", "\n", "!? ", "more\n", "first 1, ", "the same, "])
@pytest.mark.parametrize("steps", [0, WRITTEN])
def test_long_talk_is_read_in_linear_time(unit: str, steps: int) -> None:
    """Sentences without an end, or without number, are gone through once."""

    def seconds(length: int) -> float:
        text = said(moves(10)[:steps]) + "\n\n" + unit * (length // len(unit))
        begun = time.process_time()
        labelled(text)
        return time.process_time() - begun

    half, whole = seconds(100_000), seconds(200_000)
    assert whole < 4 * half + 0.2


def test_the_last_batch_is_an_end() -> None:
    """Of parts that were announced, the last one is said to be the last."""
    assert labelled(f"{said(moves(8)[:WRITTEN])}\n\nThat was the last batch.", 8).label == "logic_error"
    assert labelled(f"{said(moves(8)[:WRITTEN])}\n\nThat was the first batch.", 8).label == "give_up"
