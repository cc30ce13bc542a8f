"""The verdicts on a made study are those recorded."""

from tests.golden.figures import differing, judged, kept


def test_verdicts_are_what_they_were() -> None:
    """With the numbers that they rest on."""
    assert differing(kept("verdicts"), judged()) == [], (
        "if that is meant, write them with `python -m tests.golden`"
    )
