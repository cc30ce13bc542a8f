"""Counting."""

from time import perf_counter

import pytest

from tasks import Problem
from tests.tasks.forms.item_answers import labelled, problem

KNOWN, INSTANCE = problem("counting", size=30)
NUMBERS = [str(number) for number in range(1, 31)]


def test_instances() -> None:
    """The numbers begin where they should, and no seed changes them."""
    known, instance = problem("counting", size=4, first=98)
    assert "".join(known.format(instance, known.solution(instance))) == "98\n99\n100\n101"
    assert instance.canonical == "counting/size=4,first=98/seed=1"
    assert not known.varies(instance)
    assert known.state_after(instance, 3) == 101


@pytest.mark.parametrize("first", [96, 98, 100])
def test_no_example_leads_into_the_answer(first: int) -> None:
    """Where the usual one would, other numbers are counted."""
    known, instance = problem("counting", size=5, first=first)
    assert "From 896 to 900, an answer is:\n896\n897" in known.prompt(instance).example
    assert "From 96 to 100," in KNOWN.prompt(INSTANCE).example


@pytest.mark.parametrize(
    "text",
    [
        ",".join(NUMBERS),
        f"[{','.join(NUMBERS)}]",
        f"Here are the numbers from 1 to 30:\n\n{' '.join(NUMBERS)}",
        "\n".join(" ".join(NUMBERS[at : at + 10]) for at in range(0, 30, 10)),
        "\n".join("\t".join(NUMBERS[at : at + 10]) for at in range(0, 30, 10)),
        f"Counting 1 to 30 takes 30 lines, so 2 blocks of 15:\n\n{chr(10).join(NUMBERS)}\n\nThat makes 30.",
        f"Like the example:\n\n96\n97\n98\n99\n100\n\nNow yours:\n\n{chr(10).join(NUMBERS)}",
        " → ".join(NUMBERS),
        f"```python\nnumbers = [{', '.join(NUMBERS)}]\nfor number in numbers:\n    print(number)\n```",
        f"{', '.join(NUMBERS[:-1])}, and {NUMBERS[-1]}.".replace(", and", ","),
    ],
)
def test_solved(text: str) -> None:
    """All numbers, in one line or many, with others in the prose around them."""
    assert labelled(KNOWN, INSTANCE, text).label == "solved"


@pytest.mark.parametrize("joint", ["\n", ", ", ",", " "])
def test_separators_of_thousands(joint: str) -> None:
    """Above a thousand numbers may be grouped or not; a list without blanks is not taken for a group."""
    known, instance = problem("counting", size=40, first=980)
    plain = joint.join(str(number) for number in range(980, 1_020))
    assert labelled(known, instance, plain).label == "solved"
    if joint != ",":
        grouped = joint.join(f"{number:,}" for number in range(980, 1_020))
        assert labelled(known, instance, grouped).label == "solved"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Counting to 1,000,000 is too long to write out.", "refusal"),
        ("I would need 1,048,576 lines. That is not practical to list here.", "refusal"),
        ("1\n2\n3\n...\n30", "give_up"),
        ("1, 2, 3, 4, 5, …, 29, 30", "give_up"),
        ("1 2 3 4 5 6 7 8 9 10 and so on up to 30", "give_up"),
        ("The numbers are 1, 2, 3, 4, and so on until 30.", "give_up"),
        ("1,2,3,4,5,6,7,8,9,10,...,30", "give_up"),
        ("\n".join(NUMBERS[:20]) + "\n\n(10 more numbers, not shown for brevity)", "give_up"),
    ],
)
def test_not_whole(text: str, label: str) -> None:
    """Numbers in the prose of a refusal are no items; an ellipsis stands for those left out."""
    assert labelled(KNOWN, INSTANCE, text).label == label


@pytest.mark.parametrize(
    ("items", "first_error"),
    [
        (["1", "2", "3", "5", *NUMBERS[5:]], 4),
        ([*NUMBERS, "31"], 31),
        (["0", *NUMBERS], 1),
        ([*NUMBERS[:9], *NUMBERS[8:]], 10),
    ],
)
def test_wrong(items: list[str], first_error: int) -> None:
    """A number left out, doubled or added is an error at its place."""
    for joint in ("\n", ", "):
        verdict = labelled(KNOWN, INSTANCE, joint.join(items))
        assert (verdict.label, verdict.first_error) == ("logic_error", first_error)


@pytest.mark.parametrize("joint", ["\n", ", "])
def test_reading_is_linear(joint: str) -> None:
    """Ten times the numbers take about ten times as long."""
    taken = []
    for size in (8_000, 80_000):
        known, instance = problem("counting", size=size)
        text = joint.join(map(str, range(1, size + 1)))
        begun = perf_counter()
        (found,) = Problem(known, instance).lists(Problem(known, instance).read(text))
        taken.append(perf_counter() - begun)
        assert found.solves
    assert taken[1] < 40 * taken[0]
