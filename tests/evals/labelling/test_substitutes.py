"""Programs and links that stand where the steps should."""

import pytest

from evals.labelling.substitutes import has_program, program_for_rest, program_or_link


@pytest.mark.parametrize(
    ("text", "found", "is_program"),
    [
        ("So:\ndef moves(n):\n    return n", "def moves(", True),
        ("So:\n```Python\nx = 1\n```", "```Python\nx = 1", False),
        ("So:\n```\nIF x THEN y\n```", "```\nIF", False),
        ("See https://example.org/list", "https://example.org/list", False),
        ("See https://example.org/list\nprint(1)", "print(", True),
        ("So it goes, for all of it.", None, False),
        ("we print(1)", None, False),
    ],
)
def test_the_first_program_or_else_a_link(text: str, found: str | None, is_program: bool) -> None:
    mark = program_or_link(text)
    assert (None if mark is None else text[mark.start : mark.end]) == found
    assert mark is None or mark.shows == "substitutes"
    assert has_program(text) is is_program


def test_a_program_behind_a_list() -> None:
    """Only behind it, and only a program."""
    text = "print(1)\n1, 2, 3\nprint(2)\nhttps://example.org/list"
    mark = program_for_rest(text, 9)
    assert mark is not None
    assert (mark.start, mark.shows) == (17, "substitutes")
    assert program_for_rest(text, 20) is None
