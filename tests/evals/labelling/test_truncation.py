"""Whether an answer breaks off, by its end alone."""

import pytest

from evals.labelling.truncation import breaks_off
from tasks import Problem, problem

COUNTING, HANOI = problem("counting", {"size": 16}), problem("hanoi", {"size": 4})
NINE = "\n".join(str(number) for number in range(1, 10))
FIVE = "[1, 0, 1]\n[2, 0, 2]\n[1, 1, 2]\n[3, 0, 1]\n[1, 2, 0]"


def broken(of: Problem, text: str, *, due: str = "", short: bool = True, stopped: bool = False) -> bool:
    found = of.lists(of.read(text))
    last = max(found, key=lambda one: one.end, default=None)
    return breaks_off(text, last, lambda: due, short=short, stopped=stopped)


@pytest.mark.parametrize(
    ("text", "open_", "open_if_stopped"),
    [
        ("The numbers are as", True, False),
        ("The numbers are these.", False, False),
        ("The numbers are these:", False, False),
        ("The numbers are these...", False, False),
        ("?! 7", False, False),
        ("", False, False),
        ("I won't list all the numbers here and so", True, False),
        ("It begins and ends.\n" * 20 + "The numbers are as", True, False),
    ],
)
def test_words_alone(text: str, open_: bool, open_if_stopped: bool) -> None:
    """Without a list: the end of a sentence is missing, and nobody says that the model ended it."""
    assert breaks_off(text, None, str, short=True, stopped=False) is open_
    assert breaks_off(text, None, str, short=True, stopped=True) is open_if_stopped


@pytest.mark.parametrize(
    ("of", "text", "known", "expected"),
    [
        (COUNTING, NINE, {}, False),
        (COUNTING, f"```\n{NINE}", {}, True),
        (COUNTING, f"```\n{NINE}\n```", {}, False),
        (COUNTING, f"```\n{NINE}", {"short": False}, False),
        (COUNTING, f"<answer>\n{NINE}", {}, True),
        (COUNTING, f"<answer>\n{NINE}\n</answer>", {}, False),
        (COUNTING, f"<answer>x</answer>\n{NINE}", {}, False),
        (HANOI, f"moves = [{FIVE}", {}, True),
        (HANOI, f"moves = [{FIVE}]", {}, False),
        (HANOI, FIVE, {}, False),
        (HANOI, f"{FIVE}\n[2", {}, True),
        (HANOI, f"{FIVE}\n[2,", {"stopped": True}, True),
        (HANOI, f"{FIVE}\n[2", {"short": False}, True),
        (HANOI, f"{FIVE}\n", {}, False),
        (HANOI, f"{FIVE}\nThat is it.", {}, False),
        (HANOI, f"{FIVE}\n" + "That is it. " * 20, {}, False),
        (HANOI, f"{FIVE}\n" + "That is it. " * 20 + "And now for", {}, True),
        (HANOI, f"{FIVE}\n" + "That is it. " * 20 + "And now for", {"stopped": True}, False),
        (HANOI, f"{FIVE}\n" + "That is it. " * 20 + "And now for", {"short": False}, False),
        (HANOI, f"{FIVE}\n" + "That is it. " * 20 + "\n- And now for", {}, False),
        (HANOI, f"{FIVE}\nNext: 4 + ", {}, True),
        (HANOI, f"{FIVE}\nNext: 4 + ", {"stopped": True}, False),
        (HANOI, f"{FIVE}\nMove di", {"due": "Move disk 2"}, True),
        (HANOI, f"{FIVE}\nMove di", {"due": "Move disk 2", "short": False}, False),
        (HANOI, f"{FIVE}\nMove disk 2", {"due": "Move disk 2"}, False),
        (HANOI, f"{FIVE}\nMove on", {"due": "Move disk 2"}, False),
    ],
)
def test_behind_a_list(of: Problem, text: str, known: dict[str, bool], expected: bool) -> None:
    """What was opened and is not closed, a torn step, or words without an end."""
    assert broken(of, text, **known) is expected  # type: ignore[arg-type]
