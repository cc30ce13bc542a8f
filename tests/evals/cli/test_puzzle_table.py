"""The table of puzzles, and one instance in full."""

from io import StringIO

import pytest
from rich.console import Console

from evals.cli.telling.puzzle_table import catalogue, example
from tasks import puzzles


def test_every_puzzle_is_listed() -> None:
    """With the sizes it has."""
    console = Console(width=200, file=StringIO())
    with console.capture() as captured:
        console.print(catalogue())
    lines = captured.get().splitlines()
    for name in puzzles():
        assert any(line.startswith(f"{name} ") for line in lines)


@pytest.mark.parametrize(
    ("name", "size", "given", "told"),
    [
        ("river_crossing", 6, (), "\n\n--- a solution in 9 steps\n"),
        ("blocks_world", 6, ("arrangement=random",), "steps\nmoves = ["),
        ("blocks_world", 12, ("arrangement=random",), "--- a solution in 21 steps; at least 16 are needed\n"),
        ("river_crossing", 6, ("unsolvable=true",), "\n\n--- it has no solution\n"),
    ],
)
def test_what_is_known_of_a_solution_is_told(name: str, size: int, given: tuple[str, ...], told: str) -> None:
    """Its steps, whether fewer might do, or that there is none."""
    assert told in "".join(example(name, size, given, 0, "list"))
