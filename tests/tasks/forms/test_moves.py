"""Puzzles of moves: however an answer is written and however it ends, it gets its label."""

from dataclasses import dataclass, field

import pytest

from tasks import AnyInstance, AnyPuzzle, Kind, puzzles
from tests.tasks.forms.item_answers import Ending, labelled, problem
from tests.tasks.forms.move_answers import WRONG, check, endings, gone_wrong, right
from tests.tasks.forms.move_dialects import (
    BLOCKS,
    CHECKERS,
    CROSSINGS,
    RINGS,
    SIDED,
    TOWERS,
    Write,
    taken_from_to,
)


@dataclass(frozen=True, slots=True)
class Posed:
    """A problem, and the layouts in which answers to it are tried."""

    posed: tuple[AnyPuzzle, AnyInstance]
    noun: str = ""
    place: str = ""
    others: dict[str, Write] = field(default_factory=dict)

    @property
    def dialects(self) -> dict[str, Write]:
        """All of them."""
        shared = taken_from_to(*self.posed, self.noun, self.place) if self.noun else {}
        return {**shared, **self.others}


PROBLEMS: dict[str, Posed] = {
    "blocks_world": Posed(problem("blocks_world", size=8), "block", "stack", BLOCKS),
    "blocks_world renamed": Posed(problem("blocks_world", size=8, names="renamed"), "block", "stack"),
    "blocks_world random": Posed(problem("blocks_world", 2, size=7, arrangement="random"), "block", "stack"),
    "checker_jumping": Posed(problem("checker_jumping", size=3), "checker", "position", CHECKERS),
    "checker_jumping renamed": Posed(
        problem("checker_jumping", size=3, names="renamed"), "checker", "position"
    ),
    "chinese_rings": Posed(problem("chinese_rings", size=5), others=RINGS),
    "hanoi": Posed(problem("hanoi", size=4), "disk", "peg", {**TOWERS, **SIDED}),
    "hanoi renamed": Posed(problem("hanoi", 2, size=4, names="renamed"), "disk", "peg"),
    "hanoi on four pegs": Posed(problem("hanoi", size=6, pegs=4), "disk", "peg", TOWERS),
    "hanoi on four pegs renamed": Posed(problem("hanoi", 1, size=6, pegs=4, names="renamed"), "disk", "peg"),
    "hanoi_linear": Posed(problem("hanoi_linear", size=3), "disk", "peg", {**TOWERS, **SIDED}),
    "hanoi_linear renamed": Posed(problem("hanoi_linear", 4, size=3, names="renamed"), "disk", "peg"),
    "hanoi_random": Posed(problem("hanoi_random", 3, size=5), "disk", "peg", TOWERS),
    "hanoi_random renamed": Posed(problem("hanoi_random", 4, size=5, names="renamed"), "disk", "peg"),
    "river_crossing": Posed(problem("river_crossing", size=9), others=CROSSINGS),
}


def test_every_puzzle_of_moves_is_among_them() -> None:
    """A new one must be added to `PROBLEMS`."""
    moves = [name for name, known in puzzles().items() if known.kind is Kind.MOVES]
    assert {name.split()[0] for name in PROBLEMS} == set(moves)


DIALECTS = [
    pytest.param(posed, write, id=f"{name}-{dialect}")
    for name, posed in PROBLEMS.items()
    for dialect, write in posed.dialects.items()
]
ENDINGS = [
    pytest.param(posed, ending, id=f"{name}-{ending.name}")
    for name, posed in PROBLEMS.items()
    for ending in endings(*posed.posed)
]


@pytest.mark.parametrize(("posed", "write"), DIALECTS)
def test_dialects(posed: Posed, write: Write) -> None:
    """However it is written, the moves decide; a wrong one is found where it stands."""
    known, instance = posed.posed
    assert labelled(known, instance, write(right(known, instance))).label == "solved"
    wrong = labelled(known, instance, f"My answer:\n\n{write(gone_wrong(known, instance))}\n\nDone.")
    assert (wrong.label, wrong.first_error) == ("logic_error", WRONG)


@pytest.mark.parametrize(("posed", "ending"), ENDINGS)
def test_endings(posed: Posed, ending: Ending) -> None:
    """However it ends, it gets the label that a careful person would give it."""
    check(*posed.posed, ending)
