"""What the evidence weighs: which list is the answer, and how likely its words make a give-up."""

from dataclasses import dataclass
from typing import cast

import pytest

from evals.labelling.answer import Answer
from evals.labelling.evidence import AnswerEvidence, StopWeight, read_lists, the_answer
from evals.labelling.rules import label
from tasks import StepList, problem

COUNTING = problem("counting", {"size": 4})


@dataclass
class Listed:
    """As much of a list as the choice looks at."""

    steps: str
    solves: bool = False


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        ([], None),
        (["ab", "c"], 0),
        (["abc", "de"], 1),
        (["abcd", "de"], 0),
        (["abcd", "abcdef", "de"], 1),
        (["abcd!", "abcdefgh"], 0),
        (["ab!", "cd!", "e"], 1),
    ],
)
def test_which_list_is_the_answer(found: list[str], chosen: int | None) -> None:
    """The last that solves (here: with a mark), or the last, unless one is twice as long."""
    lists = [Listed(steps.rstrip("!"), steps.endswith("!")) for steps in found]
    answer = the_answer(cast("list[StepList]", lists))
    assert cast("Listed | None", answer) is (None if chosen is None else lists[chosen])


def odds(probability: float, missing: float = 0.3, claims: float = 0.0, *, wrong: bool = False) -> float:
    shifted = StopWeight(probability, missing, claims, wrong).shifted
    return shifted / (1 - shifted)


@pytest.mark.parametrize(
    ("missing", "claims", "wrong", "factor"),
    [
        (0.26, 0.8, False, 1.0),
        (0.5, 0.0, False, 1.0),
        (0.51, 0.0, False, 1.63),
        (0.25, 0.0, False, 0.57),
        (0.3, 0.81, False, 0.61),
        (0.3, 0.0, True, 0.26),
        (0.6, 0.9, True, 1.63 * 0.61 * 0.26),
    ],
)
def test_what_shifts_the_odds_of_a_give_up(missing: float, claims: float, wrong: bool, factor: float) -> None:
    """Much or little missing, a claim to be whole, a wrong step: each by its factor."""
    assert odds(0.5, missing, claims, wrong=wrong) == pytest.approx(0.95 * factor)


def test_the_odds_of_the_words() -> None:
    """To the power fitted; of words that are certain, one in a thousand may mean something else."""
    assert odds(0.75) == pytest.approx(3**0.86 * 0.95)
    assert odds(0.0) == pytest.approx(1000**-0.86 * 0.95)
    assert odds(1.0) == pytest.approx(1000**0.86 * 0.95)


def test_thinking_that_announces_less_is_flagged() -> None:
    """From its first word on; an offer is none."""
    said = {
        reasoning: "abandons_in_thinking" in label(COUNTING, Answer("1\n2\n3\n4", reasoning=reasoning)).flags
        for reasoning in ("I'll stop here.", "Shall I continue?", "It is short.")
    }
    assert list(said.values()) == [True, False, False]


HANOI = problem("hanoi", {"size": 3})
EXAMPLE, WHOLE = "moves = [[1, 0, 1], [2, 0, 2], [1, 1, 2]]", "".join(HANOI.format(HANOI.solution()))


@pytest.mark.parametrize(
    ("shown", "text", "counts"),
    [
        (EXAMPLE, EXAMPLE, []),
        (EXAMPLE, f"{EXAMPLE}\n\nThe answer:\n{WHOLE}", [7]),
        (EXAMPLE, f"{EXAMPLE} and so on", [3]),
        (EXAMPLE, f"{EXAMPLE[:-1]}, ...]", [3]),
        (WHOLE, WHOLE, [7]),
        ("", EXAMPLE, [3]),
    ],
)
def test_a_copy_of_a_worked_example_is_no_answer(shown: str, text: str, counts: list[int]) -> None:
    """Unless it solves the task, or is abridged by the answer's own words."""
    lists = read_lists(HANOI, Answer(text, shown=(shown,) if shown else ()))
    assert [len(item.steps) for item in lists.found] == counts


def test_only_a_list_that_is_too_short_was_given_up() -> None:
    """Not one with all its steps, and none that was not begun."""
    stops = "\nI stop here, I will not write the rest."
    evidence = [AnswerEvidence(HANOI, Answer(text)) for text in (stops, WHOLE + stops, f"[[1, 0, 2]]{stops}")]
    assert [one.short for one in evidence] == [True, False, True]
    assert [one.stop_probability for one in evidence] == [0.0, 0.0, pytest.approx(0.97)]


SOLUTION = "moves = [[1, 0, 2], [2, 0, 1], [1, 2, 1], [3, 0, 2], [1, 1, 0], [2, 1, 2], [1, 0, 2]]"


@pytest.mark.parametrize(
    ("thoughts", "finish", "told"),
    [
        (f"So:\n\n{SOLUTION}\n\nAll disks stand on peg 2.", "stop", "solved"),
        (SOLUTION, "stop", "solved"),
        (
            f"{SOLUTION.replace(', [1, 0, 2]]', ']')}\n\nThis is the complete list of moves.",
            "stop",
            "logic_error",
        ),
        (f"So:\n\n{SOLUTION}\n\nAll disks stand on peg 2.", "length", "truncated"),
        ("First [1, 0, 2], then [2, 0, 1], or should I rather", "stop", "truncated"),
        ("I have to think about where disk 3 goes.", "stop", "truncated"),
    ],
)
def test_an_answer_in_thinking_that_is_never_closed(thoughts: str, finish: str, told: str) -> None:
    """It counts where it ends as an answer does and nobody cut it, and never surely."""
    made = label(problem("hanoi", {"size": 3}), Answer(f"<think>\n{thoughts}", finish_reason=finish))
    assert made.label == told
    assert told == "truncated" or made.probability <= 0.7


@pytest.mark.parametrize(
    "said",
    [
        "क्षमा करें, 1 से 90 तक की हर संख्या को अलग-अलग पंक्ति में लिखना बहुत लंबा हो जाएगा।",
        "দুঃখিত, 1 থেকে 90 পর্যন্ত সব সংখ্যা লেখা অনেক দীর্ঘ হবে, তাই আমি লিখছি না।",
        "மன்னிக்கவும், 1 முதல் 90 வரை அனைத்து எண்களையும் எழுதுவது மிகவும் நீளமாக இருக்கும்.",
    ],
)
def test_words_of_indic_scripts_are_words(said: str) -> None:
    """Their vowels are marks, not letters: a sentence is no list of signs."""
    assert label(problem("counting", {"size": 90}), Answer(said)).label in ("refusal", "no_answer")


def test_words_of_the_task_in_prose_are_no_sure_error() -> None:
    """Four of its words in a sentence about something else."""
    text = "Tock and Bork is a song of a clock and a dog. The clock says tock, tock, the dog says bork, bork."
    made = label(problem("fizzbuzz", {"size": 6, "words": 2}, 218796), Answer(text))
    assert (made.label, made.written, made.probability) == ("logic_error", 4, 0.6)
