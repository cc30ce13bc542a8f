"""Copying."""

import pytest

from tests.tasks.forms.item_answers import gone_wrong, labelled, lines, numbered, problem, solved, written

KNOWN, INSTANCE = problem("copying", size=30)
WORDS = written(KNOWN, INSTANCE, solved(KNOWN, INSTANCE))
WRONG_WORDS = written(KNOWN, INSTANCE, gone_wrong(KNOWN, INSTANCE))
KNOWN_NUMBERS, NUMBERS_INSTANCE = problem("copying", size=30, items="numbers")
NUMBERS = written(KNOWN_NUMBERS, NUMBERS_INSTANCE, solved(KNOWN_NUMBERS, NUMBERS_INSTANCE))


def test_instances_never_change() -> None:
    """These seeds give these lists, on every machine and for ever."""
    known, instance = problem("copying", 0, size=6)
    assert instance.canonical == "copying/size=6/seed=0"
    words = ["fiddle", "shovel", "thistle", "donkey", "marble", "nectar"]
    assert written(known, instance, solved(known, instance)) == words
    known, instance = problem("copying", 0, size=6, items="numbers")
    numbers = ["1596", "2692", "4409", "3302", "6817", "7311"]
    assert written(known, instance, solved(known, instance)) == numbers


def test_the_prompt_lists_what_is_to_be_copied() -> None:
    """The list stands in the prompt as it is to be written."""
    assert KNOWN.prompt(INSTANCE).rules.endswith("\n" + lines(WORDS))
    assert KNOWN_NUMBERS.prompt(NUMBERS_INSTANCE).rules.endswith("\n" + lines(NUMBERS))


def test_the_middle_can_be_found_again() -> None:
    """A state in the middle is told with the items before it."""
    told = KNOWN.describe(INSTANCE, 12)
    assert ", ".join(WORDS[7:12]) in told
    assert "Number 13 is next" in told


@pytest.mark.parametrize(
    "text",
    [
        lines([word.capitalize() for word in WORDS]),
        lines([word.upper() for word in WORDS]),
        "\n".join(f"Item {at}: {word}" for at, word in enumerate(WORDS, start=1)),
        "\n".join(f"{at},{word}" for at, word in enumerate(WORDS, start=1)),
        ",".join(WORDS),
        " → ".join(WORDS),
        "\n".join(f"* {word}." for word in WORDS),
        f"The list of 30 words begins with {WORDS[0]}:\n\n{lines(WORDS)}\n\nIt ends with {WORDS[-1]}.",
        f"{numbered(WORDS)}\n\nThe last word is {WORDS[-1]}.",
    ],
)
def test_solved(text: str) -> None:
    """Capitals, numbers and marks do not matter."""
    assert labelled(KNOWN, INSTANCE, text).label == "solved"


@pytest.mark.parametrize("joint", ["\n", ", ", ",", " ", "\n\n"])
def test_numbers(joint: str) -> None:
    """Numbers are copied as well as words, and running numbers are not taken for them."""
    assert labelled(KNOWN_NUMBERS, NUMBERS_INSTANCE, joint.join(NUMBERS)).label == "solved"
    assert labelled(KNOWN_NUMBERS, NUMBERS_INSTANCE, numbered(NUMBERS)).label == "solved"


@pytest.mark.parametrize(
    ("text", "label", "first_error"),
    [
        (lines(WRONG_WORDS), "logic_error", 7),
        (numbered(WRONG_WORDS), "logic_error", 7),
        (lines([*WORDS[:9], *WORDS[10:]]), "logic_error", 10),
        (lines([*WORDS[:9], "elephant", *WORDS[10:]]), "logic_error", 10),
        (lines(sorted(WORDS)), "logic_error", 1),
        (lines([*WORDS, WORDS[-1]]), "logic_error", 31),
        (lines(WORDS[:-1]), "logic_error", None),
        (f"{lines(WORDS[:10])}\n...\n{lines(WORDS[-3:])}", "give_up", None),
        (f"{', '.join(WORDS[:10])}, etc.", "give_up", None),
        (f"{lines(WORDS[:10])}\n\n[remaining 20 words omitted]", "give_up", None),
        ("You already have this list of 30 words, so I won't write all of them again.", "refusal", None),
    ],
)
def test_not_solved(text: str, label: str, first_error: int | None) -> None:
    """A word left out, replaced or added is an error at its place."""
    verdict = labelled(KNOWN, INSTANCE, text)
    assert (verdict.label, verdict.first_error) == (label, first_error)
