"""Gray code."""

from itertools import pairwise

import pytest

from tests.tasks.forms.item_answers import gone_wrong, labelled, lines, numbered, problem, solved, written

KNOWN, INSTANCE = problem("gray_code", seed=0, size=4)
WORDS = written(KNOWN, INSTANCE, solved(KNOWN, INSTANCE))
WRONG_WORDS = written(KNOWN, INSTANCE, gone_wrong(KNOWN, INSTANCE))


def test_instance_never_changes() -> None:
    """This seed gives this sequence, on every machine and for ever."""
    assert INSTANCE.canonical == "gray_code/size=4/seed=0"
    first = ["1000", "1001", "1011", "1010", "1110", "1111", "1101", "1100"]
    last = ["0100", "0101", "0111", "0110", "0010", "0011", "0001", "0000"]
    assert [*first, *last] == WORDS


@pytest.mark.parametrize("size", range(1, 11))
def test_is_a_gray_code(size: int) -> None:
    """All words come up once, each one bit away from the word before."""
    for seed in range(5):
        known, instance = problem("gray_code", seed, size=size)
        codes = [code for (code,) in known.solution(instance)]
        assert len(set(codes)) == len(codes) == 2**size
        assert all((a ^ b).bit_count() == 1 for a, b in pairwise(codes))


def test_follows_the_rule_of_its_prompt() -> None:
    """What the prompt says, done word for word, gives the expected lines."""
    known, instance = problem("gray_code", 3, size=6)
    rules, start = known.prompt(instance).rules, known.prompt(instance).start
    order = [int(place) for place in rules.split("this order of positions: ")[1].split(".")[0].split(", ")]
    word = start.rsplit(" ", 1)[1].removesuffix(".")
    assert sorted(order) == [1, 2, 3, 4, 5, 6]
    made = [word]
    for m in range(1, 64):
        times, halved = 0, m
        while halved % 2 == 0:
            times, halved = times + 1, halved // 2
        place = order[times] - 1
        word = word[:place] + ("1" if word[place] == "0" else "0") + word[place + 1 :]
        made.append(word)
    assert made == written(known, instance, solved(known, instance))


def test_closed_forms_reach_far() -> None:
    """A state and the lines after it are known without those before, at the largest size too."""
    known, instance = problem("gray_code", size=20)
    state = known.state_after(instance, 1_000_000)
    row = next(known.solution(instance, 1_000_000))
    assert known.step(instance, state, row) == known.state_after(instance, 1_000_001)
    assert known.is_goal(instance, known.state_after(instance, 1 << 20))


def test_seeds_differ_in_start_and_order() -> None:
    """Other seeds begin elsewhere and go another way."""
    known, _ = problem("gray_code", size=8)
    prompts = {known.prompt(known.generate({"size": 8}, seed)).rules for seed in range(10)}
    assert len(prompts) == 10


APART = [" ".join(word) for word in WORDS]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(WORDS),
        ",".join(WORDS),
        lines(APART),
        numbered(APART),
        "[" + ", ".join(f"[{', '.join(word)}]" for word in WORDS) + "]",
        "\n".join(f"Line {at}: {word}" for at, word in enumerate(WORDS, start=1)),
        "\n".join(f"{word} (flip position {at % 4 + 1})" for at, word in enumerate(WORDS)),
        "\n".join(f"flip {at % 4 + 1}: {word}" for at, word in enumerate(WORDS)),
        "\n".join(f"{word}  # m = {at}" for at, word in enumerate(WORDS)),
        f"With 4 digits there are 16 words (10 of them with a 1 somewhere).\n\n{lines(WORDS)}",
        f"The start word is 1000. The order is 4, 3, 2, 1.\n\n{lines(WORDS)}\n\nAll 16 are distinct.",
        "| line | word |\n|---|---|\n"
        + "\n".join(f"| {at} | `{w}` |" for at, w in enumerate(WORDS, start=1)),
    ],
)
def test_solved(text: str) -> None:
    """Words whole or with their digits apart, and other numbers around them."""
    assert labelled(KNOWN, INSTANCE, text).label == "solved"


@pytest.mark.parametrize(
    ("text", "label", "first_error"),
    [
        (numbered([" ".join(word) for word in WRONG_WORDS]), "logic_error", 7),
        (lines(sorted(WORDS)), "logic_error", 1),
        (lines([*WORDS[:5], "11101", *WORDS[6:]]), "logic_error", 6),
        (f"{lines(WORDS[:6])}\n\n... (10 more lines)", "give_up", None),
        (f"{lines(WORDS[:6])}\n...\n{WORDS[-1]}", "give_up", None),
        (f"{lines(WORDS)}\n{WORDS[0]}", "logic_error", 17),
        ("Listing all 16 code words is too long for this answer.", "refusal", None),
        ("2^4 = 16 words of 4 digits each; I won't list them all here.", "refusal", None),
    ],
)
def test_not_solved(text: str, label: str, first_error: int | None) -> None:
    """The plain order of numbers, a word of the wrong length, and answers that stop."""
    verdict = labelled(KNOWN, INSTANCE, text)
    assert (verdict.label, verdict.first_error) == (label, first_error)
