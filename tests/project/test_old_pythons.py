"""Python 3.11.2 is the `python3` of Debian 12: what goes wrong in its `re` is not used.

Up to 3.11.4 a possessive quantifier behind a group loses the place: `(?:b+p+)*+` at "bpb" takes the last "b",
too (python/cpython#106052). A group is made atomic with `(?>...)`, which is right in all of them; behind one
character the possessive quantifier is right as well.
"""

import re

import pytest

from tests import ROOT

SOURCES = sorted(
    str(file.relative_to(ROOT))
    for part in ("tasks", "evals", "reports")
    for file in (ROOT / part).rglob("*.py")
)
POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{+\d+(?:,\d*)?\}+)\+")


@pytest.mark.parametrize("source", SOURCES)
def test_no_possessive_groups(source: str) -> None:
    """No pattern has a possessive quantifier behind a group."""
    lines = (ROOT / source).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if POSSESSIVE_GROUP.search(line)] == []
