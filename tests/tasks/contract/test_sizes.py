"""Sizes chosen by the number of steps."""

import pytest

from tasks import BadParameter, puzzle, puzzles
from tasks.contract.sizes import size_nearest


def steps(name: str, size: int, **parameters: int | str) -> int | None:
    known = puzzle(name)
    return known.fewest_steps(known.generate({**parameters, "size": size}))


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("hanoi", [4, 6, 8, 10]),
        ("hanoi_linear", [3, 4, 5, 6]),
        ("checker_jumping", [3, 7, 15, 31]),
        ("blocks_world", [9, 33, 129, 513]),
        ("chinese_rings", [5, 7, 9, 11]),
        ("river_crossing", [10, 34, 130, 511]),
        ("counting", [16, 64, 256, 1_024]),
        ("gray_code", [4, 6, 8, 10]),
    ],
)
def test_nearest_sizes(name: str, sizes: list[int]) -> None:
    """For 16, 64, 256 and 1,024 steps."""
    assert [size_nearest(puzzle(name), wanted, {}) for wanted in (16, 64, 256, 1_024)] == sizes


@pytest.mark.parametrize("name", puzzles())
def test_no_size_is_nearer(name: str) -> None:
    """Compared with every size up to forty, as a ratio."""
    known = puzzle(name)
    first = size_nearest(known, 1, {})
    for wanted in (5, 23, 100):
        chosen = steps(name, size_nearest(known, wanted, {})) or 0
        best = max(chosen / wanted, wanted / chosen)
        for size in range(first, min(first + 40, 18)):
            other = steps(name, size) or 1
            assert max(other / wanted, wanted / other) >= best


def test_of_two_as_near_the_smaller() -> None:
    """Three pairs and two seats take eleven crossings, and so do seven pairs and four."""
    assert size_nearest(puzzle("river_crossing"), 11, {}) == 3


def test_other_parameters_count() -> None:
    """And those that limit the size are kept to."""
    assert size_nearest(puzzle("hanoi"), 1_024, {"pegs": 4}) > 10
    assert size_nearest(puzzle("river_crossing"), 1_000, {"boat": 4}) == 502
    assert size_nearest(puzzle("river_crossing"), 1_000, {"boat": 3}) == 5
    assert size_nearest(puzzle("blocks_world"), 10**9, {"arrangement": "random"}) == 200


def test_beyond_the_largest() -> None:
    """The nearest there is."""
    assert size_nearest(puzzle("hanoi"), 10**12, {}) == 30
    assert size_nearest(puzzle("hanoi"), 1, {}) == 1


@pytest.mark.parametrize(
    ("wanted", "parameters", "why"),
    [
        (0, {}, "0 steps"),
        (5, {"boat": 9}, "'boat' must be from 0 to 6"),
        (5, {"ship": 2}, "'ship'"),
        (5, {"unsolvable": True}, "no size"),
    ],
)
def test_nonsense_is_refused(wanted: int, parameters: dict[str, int | bool], why: str) -> None:
    """In words that name it."""
    with pytest.raises(BadParameter, match=why):
        size_nearest(puzzle("river_crossing"), wanted, parameters)
