"""What is an attempt at a list that nobody can read: how many of each kind it takes."""

from dataclasses import dataclass
from itertools import islice
from types import SimpleNamespace
from typing import cast

import pytest

from evals.labelling.unreadable import _counts_to, _is_of_signs, is_attempt, is_plan, moves_towers
from tasks import StepList


def lines(count: int, line: str = "go north {0}!") -> str:
    return "\n".join(line.format(number) for number in range(1, count + 1))


PROSE = "It is done by and by, as anyone who has a little time can see without help. "
OTHER = (
    "Nobody knows whether these instructions describe something that people would recognise, because words "
    "alone seldom settle such questions; careful readers therefore compare several passages before deciding. "
)


def unlike(count: int) -> str:
    """So many lines, each of another number of words."""
    words = iter((OTHER * 2).split())
    return "\n".join(" ".join(islice(words, 2 + number)) for number in range(count))


def named(*words: str) -> str:
    """Numbered lines that have nothing in common but their numbers."""
    return "\n".join(f"{number}. {word} it" for number, word in enumerate(words, 1))


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        (PROSE, 7),
        ("[a b] " * 3, 7),
        ("(see a) " * 9, 7),
        (lines(3, "{0}. Then go on"), 7),
        (named("take", "turn", "lay"), 5),
        (PROSE + lines(5), 99),
        (lines(6) + "\n" + unlike(7), 99),
        ("one two three four five six, they say", 7),
        ('["a", "b", "c", "d"]', 7),
        ("x 1\ny 2 ! ?", 7),
        ("12 34", 7),
        ("```python\nmoves = [[1], [2], [3], [4], [5]]\n```", 7),
        ("swap(A, B)\nswap(B, C)", 7),
    ],
)
def test_too_little_for_an_attempt(text: str, needed: int) -> None:
    assert not is_attempt(text, needed, r"swap")


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("[a b] " * 4, 7),
        ("(a, b) " * 4, 7),
        ("0b10110100", 7),
        ("0101101001011010", 7),
        (named("take", "turn", "lay", "drop"), 8),
        (lines(6), 99),
        (lines(6) + "\n" + unlike(6), 99),
        ("one two three four five six seven", 7),
        ('["a", "b", "c", "d", "e"]', 7),
        ("a b c d 1\nb c d e 2\nx y z w 3", 7),
        ("1 -> 2, 3", 7),
        ("a1, b2, c3, d4, e5, f6, g7, h8, ", 7),
        ("U, D, U, D, U, D, U, D, ", 7),
        ("swap(A, B)\nswap(B, C)\nswap(A, C)", 7),
    ],
)
def test_enough_for_an_attempt(text: str, needed: int) -> None:
    """One more of each."""
    assert is_attempt(text, needed, r"swap")


def test_lines_numbered_as_the_steps_would_be() -> None:
    """From one on, to half of the steps, at least to four; of a task of unknown length nothing is said."""
    words = ["take", "turn", "lay", "drop", "lift", "push", "pull"]

    def numbered(count: int, start: int = 1) -> str:
        return "\n".join(f"{start + at}. {PROSE[: 20 + at]} {words[at]}" for at in range(count))

    assert [is_attempt(numbered(count), 13) for count in (6, 7)] == [False, True]
    assert [is_attempt(numbered(count), 14) for count in (6, 7)] == [False, True]
    assert not is_attempt(numbered(7), 15)
    assert [is_attempt(numbered(count), 2) for count in (3, 4)] == [False, True]
    assert not is_attempt(numbered(7), None)
    assert not is_attempt(numbered(7, start=2), 7)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("Move the tower to B.", False),
        ("Move the tower to B. Then move the stack to C.", True),
        ("Transfer disks 1-3 to B, and move_tower(3, A, B).", True),
        ("Move n - 1 disks to B. Then move the stack to C.", False),
        ("Move the stack recursively to C. Move the tower to B.", False),
    ],
)
def test_towers_moved_at_once(text: str, moved: bool) -> None:
    """Two of them, and not in a method for any number."""
    assert moves_towers(text) is moved


@dataclass
class Listed:
    """As much of a list as is looked at."""

    steps: list[int]
    taken: int = 0

    @property
    def advance(self) -> SimpleNamespace:
        return SimpleNamespace(taken=self.taken)


@pytest.mark.parametrize(
    ("counts", "taken", "towers", "plan"),
    [
        ([2], 0, 3, True),
        ([2], 0, 2, False),
        ([1, 1], 0, 3, True),
        ([2], 1, 9, False),
        ([8], 0, 9, True),
        ([5, 4], 0, 20, False),
        ([], 0, 9, False),
    ],
)
def test_steps_in_a_plan(counts: list[int], taken: int, towers: int, plan: bool) -> None:
    """A few, none of them legal, and fewer than the towers that are moved."""
    found = cast("list[StepList]", [Listed([0] * count, taken) for count in counts])
    assert is_plan("Move the tower. " * towers, found) is plan


@pytest.mark.parametrize(
    ("numbers", "needed", "counts"),
    [
        ((1, 2, 3, 4), 8, True),
        ((1, 2, 3), 8, False),
        ((1, 2, 3, 4), 9, False),
        ((1, 2, 3, 4, 5), 9, True),
        ((1, 2, 3), 4, False),
        ((1, 2, 3, 4), 4, True),
        ((1, 2, 3, 4), None, False),
        ((0, 1, 2, 3, 4), 8, True),
        ((0, 2, 3, 4), 8, False),
        ((2, 3, 4, 5), 8, False),
        ((1, 2, 7, 3, 4), 8, True),
        ((1, 2, 3, 1, 2), 8, False),
        ((1, 2, 1, 2, 3, 4), 8, True),
    ],
)
def test_lines_that_count_to_half_of_the_steps(
    numbers: tuple[int, ...], needed: int | None, counts: bool
) -> None:
    """From one on, four at least; another number between them is passed over, and one begins anew."""
    text = "\n".join(f"{number}. so" for number in numbers)
    assert _counts_to(text, needed) is counts


@pytest.mark.parametrize(
    ("text", "is_of_signs"),
    [
        ("1 2 3 4 5 6 7 8 9 a", True),
        ("1 2 3 4 5 6 7 8 9", False),
        ("1 2 3 4 5 6 7 word", False),
        ("1 2 3 4 5 6 7 8 9 a b c d e word", True),
        ("1 2 3 4 5 6 7 8 9 a b c d word", True),
        ("1 2 3 4 5 6 7 8 9 word word", False),
        ("a b c d e\n" * 3 + "word " * 20, True),
        ("a b c d e\n" * 2 + "word " * 20, False),
        ("a b c d\n" * 3 + "word " * 20, False),
        ("1 2 3 4 5 6 7 8 9 a \u4e00", False),
    ],
)
def test_signs_in_the_place_of_words(text: str, is_of_signs: bool) -> None:
    """One word in eight at most of ten; or three lines of five without one."""
    assert _is_of_signs(text) is is_of_signs
