"""No regular expression is slow on a text that was made to be slow for it: at most 2 seconds a megabyte."""

import re

import pytest

from evals.client import provider_errors
from evals.client.secrets import Secrets
from evals.endpoints import Endpoint
from tests.project.patterns import patterns, seconds, slow

_OTHERS = ("evals.labelling", "evals.sandbox")
"""What reads answers: its time is held as a whole, text by text, by tests of its own."""


@pytest.mark.parametrize("package", ["evals", "reports"])
def test_no_expression_is_slow(package: str) -> None:
    found = {where: pattern for where, pattern in patterns(package).items() if not where.startswith(_OTHERS)}
    assert len(found) > 3
    told = {where: slow(pattern) for where, pattern in found.items()}
    # Once more for those that another process may have slowed down.
    assert {where: seen for where, seen in told.items() if seen and slow(found[where])} == {}


@pytest.mark.parametrize("name", ["_OVERFLOW", "_FILTERED", "_REFUSED"])
def test_what_servers_say_is_read_quickly(name: str) -> None:
    """These are compiled only when they are needed."""
    pattern = re.compile(getattr(provider_errors, name))
    assert slow(pattern) is None
    for words in ("exceed", "input (", "messages[1", "exceed a's ", "more than a ", "than"):
        assert seconds(pattern, words, 64_000) < 0.5


@pytest.mark.parametrize(
    "known", [r"://\S*@", r"\\+u", r"(a+)+$", r"[ab]*c", r"x.*?y", r"\d+ \d+ x", r"(\w+\.)+!"]
)
def test_slow_ones_are_found(known: str) -> None:
    assert slow(re.compile(known)) is not None


@pytest.mark.parametrize("known", [r"\S+", r"(?<!\\)\\+u", r"[ab]c", r"\d{1,9}", "a|b"])
def test_others_are_not(known: str) -> None:
    assert slow(re.compile(known)) is None


def test_a_server_without_secrets_costs_nothing() -> None:
    assert Secrets(Endpoint("mine", "http://h/v1")).scrub("x") == "x"
