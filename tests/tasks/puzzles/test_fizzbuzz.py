"""Fizzbuzz."""

import re

import pytest

from tests.tasks.forms.item_answers import gone_wrong, labelled, lines, numbered, problem, solved, written

KNOWN, INSTANCE = problem("fizzbuzz", 0, size=30, words=3)
RIGHT = written(KNOWN, INSTANCE, solved(KNOWN, INSTANCE))
WRONG_LINES = written(KNOWN, INSTANCE, gone_wrong(KNOWN, INSTANCE))


def test_instance_never_changes() -> None:
    """This seed gives these lines, on every machine and for ever."""
    known, instance = problem("fizzbuzz", 0, size=15)
    assert instance.canonical == "fizzbuzz/size=15/seed=0"
    expected = ["1", "2", "3", "4", "Plop", "6", "Rixt", "8", "9", "Plop", "11", "12", "13", "Rixt", "Plop"]
    assert written(known, instance, solved(known, instance)) == expected


@pytest.mark.parametrize("words", [1, 2, 3, 4])
def test_lines_follow_from_the_prompt(words: int) -> None:
    """Doing what the prompt says gives the expected lines."""
    for seed in range(5):
        known, instance = problem("fizzbuzz", seed, size=130, words=words)
        rules = known.prompt(instance).rules
        pairs = re.findall(r"- (\w+) if the number can be divided by (\d+)", rules)
        assert len(pairs) == words
        expected = [
            "".join(word for word, divisor in pairs if number % int(divisor) == 0) or str(number)
            for number in range(1, 131)
        ]
        assert written(known, instance, solved(known, instance)) == expected


@pytest.mark.parametrize(
    "text",
    [
        lines([line.lower() for line in RIGHT]),
        "\n".join(f"{at}: {line}" for at, line in enumerate(RIGHT, start=1)),
        "\n".join(line if line.isdecimal() else f"{at}: {line}" for at, line in enumerate(RIGHT, start=1)),
        "\n".join(f"{at} - {line}" for at, line in enumerate(RIGHT, start=1)),
        "\n".join(f"{at} -> {line}" for at, line in enumerate(RIGHT, start=1)),
        lines(RIGHT).replace("VropBlip", "Vrop Blip"),
        lines(RIGHT).replace("VropBlip", "Vrop-Blip"),
        f"Vrop is for multiples of 2, Blip for 5:\n\n{lines(RIGHT)}",
        f"The example is:\n1\nBim\nWug\nBim\n5\nBimWug\n\nAnd yours:\n{lines(RIGHT)}",
        f"{numbered(RIGHT)}\n\nThat covers 1 to 30.",
    ],
)
def test_solved(text: str) -> None:
    """Numbers before the lines, and words with a gap between, do not matter."""
    assert labelled(KNOWN, INSTANCE, text).label == "solved"


@pytest.mark.parametrize(
    ("text", "label", "first_error"),
    [
        (lines(WRONG_LINES), "logic_error", 7),
        (numbered(WRONG_LINES), "logic_error", 7),
        (lines(RIGHT).replace("VropBlip", "BlipVrop"), "logic_error", 10),
        (lines([str(number) for number in range(1, 31)]), "logic_error", 2),
        (lines([*RIGHT, "31"]), "logic_error", 31),
        (lines(RIGHT[:-1]), "logic_error", None),
        (f"{lines(RIGHT[:12])}\n...\n{RIGHT[-1]}", "give_up", None),
        (f"{', '.join(RIGHT[:12])}, and so on up to 30.", "give_up", None),
        ("The output for 1 to 30 follows the usual pattern; it is too long to print.", "refusal", None),
        ("For 1,000,000 numbers I can't print every line.", "refusal", None),
    ],
)
def test_not_solved(text: str, label: str, first_error: int | None) -> None:
    """Words in the wrong order, or missing, are errors at their place."""
    verdict = labelled(KNOWN, INSTANCE, text)
    assert (verdict.label, verdict.first_error) == (label, first_error)
