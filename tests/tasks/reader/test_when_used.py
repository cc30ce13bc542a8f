"""Long patterns are compiled when they are first used, and are then like any others."""

import re

import pytest

from tasks.reader.when_used import when_used


def test_it_is_used_like_any_pattern() -> None:
    pattern = when_used(r"^(b+)$", re.MULTILINE)
    for _ in range(2):
        assert [found[1] for found in pattern.finditer("a\nbb\nb")] == ["bb", "b"]
        assert pattern.search("abb") is None
    assert (pattern.groups, pattern.flags & re.MULTILINE) == (1, re.MULTILINE)


def test_nothing_is_compiled_before() -> None:
    """So that even what is wrong with it is told only then."""
    pattern = when_used("(")
    with pytest.raises(re.error, match="unterminated subpattern"):
        pattern.search("a")
