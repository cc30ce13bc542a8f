"""Which part of an answer is the answer: without its thinking, and without what it repeats of the prompt."""

import pytest

from evals.labelling.answer import repeats_of, visible


@pytest.mark.parametrize(
    ("content", "seen", "unclosed"),
    [
        ("1 2 3", "1 2 3", False),
        ("<think>hm</think>1 2", "1 2", False),
        ("<think>hm</think>1 2<think>or</think>3", "3", False),
        ("<think>hm</think>1 2<think>or</think>  ", "1 2", False),
        ("1 2<think>or</think>", "1 2", False),
        ("1 2\n<think>or", "1 2\n", True),
        ("<think>or so 1 2", "", True),
        ("<think>hm</think>1 2\n<think>or", "1 2\n", True),
    ],
)
def test_the_answer_without_its_thinking(content: str, seen: str, unclosed: bool) -> None:
    start, end, is_unclosed = visible(content)
    assert (content[start:end], is_unclosed) == (seen, unclosed)


ASKED = ["Write one number after another.\nGo on, please.", "Each   number on a line of its own"]


@pytest.mark.parametrize(
    ("content", "repeated"),
    [
        ("Write one number after another.\n1\n", ["Write one number after another.\n"]),
        ("> Write one  number after another.\n1", ["> Write one  number after another.\n"]),
        ("1\nEach number on a line of its own", ["Each number on a line of its own"]),
        ("Go on, please.\n1", []),
        ("Write one number after another. Or two.\n", []),
        ("1\n2\n", []),
    ],
)
def test_what_repeats_the_prompt(content: str, repeated: list[str]) -> None:
    """Whole lines of four words or more, however spaced."""
    assert [content[start:end] for start, end in repeats_of(ASKED, content)] == repeated
    assert repeats_of(["Go on, please."], content) == ()


@pytest.mark.parametrize(("asked", "found"), [("of that we tell", False), ("of that we all tell it", True)])
def test_short_lines_are_anybodys(asked: str, found: bool) -> None:
    """A line of twenty characters or fewer is not looked at."""
    assert bool(repeats_of([asked], asked)) is found
