"""A text comes once, in whatever pieces it arrives and however it is repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.client.protocols.growing import Growing, settled


@pytest.mark.parametrize(
    ("pieces", "whole", "text"),
    [
        ("1\n2\n3", "1\n2\n3", "1\n2\n3"),
        ("1\n2\n3", "", "1\n2\n3"),
        ("", "1\n2\n3", "1\n2\n3"),
        ("1\n2\n3", "3", "1\n2\n3"),  # the last piece alone
        ("1\n3", "1\n2\n3", "1\n2\n3"),  # a piece was lost
        ("11\n\n22", "1\n2", "1\n2"),  # each piece came twice
        ("1\n2\n31\n2\n3", "1\n2\n3", "1\n2\n3"),
        ("1\n2\n\n1\n2", "1\n2", "1\n2"),
        ("", "", ""),
    ],
)
def test_a_repeated_text_comes_once_and_the_fuller_one_counts(pieces: str, whole: str, text: str) -> None:
    assert settled(pieces, whole) == text


@given(st.lists(st.text(st.characters(), max_size=4)), st.text(max_size=4))
def test_pieces_are_joined_and_more_may_come_after_a_repetition(pieces: list[str], more: str) -> None:
    text = Growing()
    for piece in pieces:
        text.add(piece)
    whole = "".join(pieces)
    text.settle(whole)
    text.add(more)
    assert str(text) == (whole + more).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert bool(text) == bool(whole + more)
