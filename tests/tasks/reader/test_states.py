"""An answer that draws the board after each step."""

from itertools import pairwise
from typing import cast

import pytest

from tasks import Problem, problem
from tasks.reader import states
from tasks.reader.found import Found
from tasks.reader.states import _drawn, _nowhere, find_states

HANOI = problem("hanoi", {"size": 3})
ROWS = list(HANOI.solution())


def stacks(count: int, *, upside_down: bool = False, names: str = "012") -> list[str]:
    """The pegs before the first step and after each."""
    pegs = [[3, 2, 1], [], []]
    drawn = []
    for disk, source, target in ((0, 0, 0), *ROWS[:count]):
        if disk:
            pegs[target].append(pegs[source].pop())
        shown = [peg[::-1] if upside_down else peg for peg in pegs]
        drawn.append("\n".join(f"Peg {name}: {peg}" for name, peg in zip(names, shown, strict=True)))
    return drawn


def drawn(text: str, asked: Problem = HANOI, span: tuple[int, int] | None = None) -> Found | None:
    return find_states(asked, text, span or (0, len(text)))


def steps(found: Found | None) -> list[tuple[int, ...]] | None:
    return None if found is None else list(found.steps.rows())


@pytest.mark.parametrize("upside_down", [False, True])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("count", [2, 3, 7])
def test_towers(upside_down: bool, first: int, count: int) -> None:
    """With the largest disk first or last, with the start or without it: at least three steps."""
    text = "\n\n".join(stacks(count, upside_down=upside_down)[first:])
    found = drawn(text)
    assert steps(found) == (ROWS[:count] if count >= 3 else None)
    if found is not None:
        places = [text[slice(*found.span(index))] for index in range(count)]
        assert [place.split() for place in places] == [
            state.split() for state in stacks(count, upside_down=upside_down)[1:]
        ]
        assert [(run.first, run.count) for run in found.runs] == [(0, count)]
        assert (found.runs[0].start, found.runs[0].end) == (found.span(0)[0], found.span(count - 1)[1])


def test_what_is_drawn_twice_is_no_step() -> None:
    """Before and after each, say."""
    shown = stacks(4)
    text = "\n\n".join(f"{before}\nthen\n{after}" for before, after in pairwise(shown))
    assert steps(drawn(text)) == ROWS[:4]


def test_up_to_what_no_step_leads_to() -> None:
    """That is an illegal one, and nothing behind it is read."""
    shown = stacks(7)
    found = drawn("\n\n".join([*shown[:5], *shown[6:]]))
    assert found is not None
    read = list(found.steps.rows())
    assert (read[:4], len(read)) == (ROWS[:4], 5)
    assert read[4][1] == read[4][2], "it goes nowhere"
    assert HANOI.advance(HANOI.start, found.steps).taken == 4
    assert drawn("\n\n".join([*shown[:3], *shown[4:]])) is None


def test_only_a_span_is_looked_at() -> None:
    shown = stacks(5)
    text = "\n\n".join(shown)
    assert steps(drawn(text, span=(0, text.index(shown[4]) - 1))) == ROWS[:3]


ROW = problem("checker_jumping", {"size": 2})


def cells(count: int) -> list[str]:
    state, shown = ROW.start, [ROW.describe(ROW.start)]
    for row in list(ROW.solution())[:count]:
        state = ROW.step(state, row)
        shown.append(ROW.describe(state))
    return shown


@pytest.mark.parametrize("empty", ["_", ".", "·", "○", "⬜"])
@pytest.mark.parametrize("joint", ["", " ", ", ", "|"])
def test_rows_of_cells(empty: str, joint: str) -> None:
    """Whatever stands between them, and for the empty one."""
    rows = [joint.join(row.replace(" ", "")).replace("_", empty) for row in cells(8)]
    assert steps(drawn("\n".join(f"[{row}]" for row in rows), ROW)) == list(ROW.solution())


def test_what_has_no_states_to_draw() -> None:
    """Lists of items, and boards of more places than are drawn."""
    assert drawn("1\n2\n3\n4", problem("counting", {"size": 4})) is None
    assert drawn("so it goes") is None
    assert drawn("") is None


def test_at_most_six_places_of_ninety_nine_cells() -> None:
    """Of a larger board no drawing is looked for."""

    def looks(places: int, size: int) -> bool:
        shown = "\n".join(f"Peg {number}: 1" for number in range(places)).ljust(size)
        text = "\n".join(f"Peg {number}: [1]" for number in range(places)) + "\n"
        return next(_drawn(shown, text, (0, len(text)), upside_down=False), None) is not None

    assert (states._MOST_PLACES, states._MOST_CELLS) == (6, 99)
    assert [looks(places, 0) for places in (2, 3, 6, 7)] == [True, True, True, False]
    assert [looks(3, size) for size in (891, 892)] == [True, False]


def test_a_step_to_nowhere() -> None:
    """From where the first thing that can be moved is; it is illegal where nothing can."""
    assert _nowhere(HANOI, HANOI.start) == (1, 0, 0)

    class Stuck:
        def options(self, _: object) -> list[tuple[int, int, int]]:
            return []

    assert _nowhere(cast("Problem", Stuck()), None) == (0, 0, 0)


def test_only_moves_of_things_are_drawn() -> None:
    """Neither traces nor moves that do not say from where to where."""
    text = "\n\n".join(stacks(5))
    for name, size in (("counting", 5), ("chinese_rings", 3), ("running_sum", 5)):
        assert drawn(text, problem(name, {"size": size})) is None
