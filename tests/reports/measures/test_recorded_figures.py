"""The figures of a made study are those recorded."""

import pytest

from tests.golden.figures import columns, differing, kept, names


@pytest.mark.parametrize("name", names())
def test_figures_are_what_they_were(name: str) -> None:
    """By column of each table."""
    assert differing(kept(name), columns(name)) == [], (
        "if that is meant, write them with `python -m tests.golden`"
    )
