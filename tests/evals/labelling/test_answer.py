"""What of an answer is its own: neither its thinking nor lines of its prompt."""

import pytest

from evals.labelling.answer import repeats_of, visible


@pytest.mark.parametrize(
    ("line", "is_taken"),
    [
        ("move the disks, as told", True),
        ("move disks now  1 2 3 4 5", False),
        ("move the disks a b c d e", False),
        ("mo ve th is of 1 2 3 4", True),
        ("ab cd ef gh 1234567890", True),
        ("ab cd ef gh 1234567", False),
        ("ab cd ef gh 12345678", True),
    ],
)
def test_a_line_of_the_prompt(line: str, is_taken: bool) -> None:
    """Four words of two letters are enough, in more than twenty characters, its end included."""
    content = f"so\n{line}\nso"
    found = repeats_of([f"first\n{line}\nlast"], content)
    assert [content[start:end] for start, end in found] == ([f"{line}\n"] if is_taken else [])
    assert repeats_of([], content) == repeats_of(["short"], content) == ()


def test_lines_are_the_same_however_they_are_spaced() -> None:
    """Or quoted; each where it stands."""
    asked = "Write  one move a line, and nothing else."
    content = f"> {asked}\n1. a\n  Write one move a line,  and nothing else.\nWrite one move a line"
    found = repeats_of([asked, "so"], content)
    assert [content[start:end].strip() for start, end in found] == [
        f"> {asked}",
        "Write one move a line,  and nothing else.",
    ]


@pytest.mark.parametrize(
    ("content", "shown", "unclosed"),
    [
        ("so", "so", False),
        ("<think>a</think>b", "b", False),
        ("<think>a</think>b<think>c</think>", "b", False),
        ("<think>a</think>b<think>c</think>d", "d", False),
        ("<think>a</think>b\n<think>c", "b\n", True),
        ("<think>a</think>b<think>c</think>d\n<think>e", "d\n", True),
        ("b\n<think>c", "b\n", True),
        ("<think>a", "", True),
    ],
)
def test_the_answer_without_its_thinking(content: str, shown: str, unclosed: bool) -> None:
    """Behind the last of it that has anything behind it; or before it, where it has no end."""
    start, end, is_open = visible(content)
    assert (content[start:end], is_open) == (shown, unclosed)
