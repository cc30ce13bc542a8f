"""What a task takes is estimated before it is asked, so that it is known whether it fits a context."""

from typing import Any

import pytest

from evals.plan.fit import Misfit, Need, misfit
from evals.plan.spec import Spec


def found(context: int, sizes: list[int], **changes: Any) -> Misfit | None:
    plain: dict[str, Any] = {
        "models": ["mine/m"],
        "puzzles": [{"name": "counting", "sizes": sizes}],
        "endpoints": {"mine": {"base_url": "http://127.0.0.1:1/v1"}},
    }
    spec = Spec.load(None, plain | changes, {})
    return misfit(spec, spec.models_at()[0], context)


def test_the_shortest_and_the_longest_that_do_not_fit() -> None:
    """In whatever order they are asked."""
    long = found(4096, [9000, 50, 2000])
    assert long is not None
    assert (long.first.size, long.longest.size) == (2000, 9000)
    assert 2000 < long.first.tokens < 20_000
    assert long.longest.tokens > 4 * long.first.tokens


def test_all_fit() -> None:
    assert found(4096, [50, 500]) is None
    assert found(100_000, [9000]) is None


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({"arms": ["insist"]}, False),
        ({"arms": ["window:m=8"]}, True),
        ({"arms": ["code"]}, True),
        ({"arms": ["chunked:p=10"]}, False),
        ({"arms": ["nudge:k=2"]}, False),
        ({"sampling": {"max_tokens": 1000}}, True),
        ({"sampling": {"max_tokens": 100_000}}, False),
        ({"budgets": [{"max_tokens": 1000}, {"max_tokens": 9000}]}, False),
    ],
)
def test_it_depends_on_the_way_of_asking(changes: dict[str, Any], fits: bool) -> None:
    """A limit of tokens cuts before the context does, and a conversation ends with the whole list in it."""
    assert (found(4096, [5000], **changes) is None) is fits


def test_in_words() -> None:
    first, longest = Need("hanoi", 9, 5600), Need("hanoi", 12, 45_000)
    assert Misfit(first, first).describe() == "hanoi size 9 (about 5,600 tokens) does not fit"
    assert Misfit(first, longest).describe() == (
        "hanoi size 9 (about 5,600 tokens) is the first that does not fit, "
        "hanoi size 12 (about 45,000 tokens) the longest"
    )
