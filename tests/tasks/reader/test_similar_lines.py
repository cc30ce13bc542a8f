"""Moves in words and layouts that no form knows: lines that are alike."""

import time

import pytest

from tasks import Problem, puzzle
from tests.evals.labelling.cases import ALL

HANOI = puzzle("hanoi")
FIVE = HANOI.generate({"size": 5})

LAYOUTS = (
    "{d},{s},{t}  // as said above",
    "{n},{d},{s},{t}",
    "{n};{d};{s};{t}",
    "{n}: {d} {s} {t}",
    "{d} {s} {t}",
    "{d}/{s}/{t}",
    "({d}) {s} -> {t}",
    "{n}. d{d}: {S}>{T}",
    "{d} {S}->{T}",
    "{n}: {d} ({s}->{t})",
    "{d}@{s}=>{t}",
    "mv {d} {s} {t}",
    "{S} to {T}",
    "{n}. {S}-{T}",
    "From {S} to {T} goes number {d}",
    "Peg {s} hands disk {d} over to peg {t}",
    "Lift disk {d} off peg {s} and drop it on peg {t}.",
    "Disk {d} quits rod {S} for rod {T};",
    "Scheibe {d} kommt runter von {s} und rauf auf {t}",
    "把 {d} 号盘从 {S} 柱移到 {T} 柱",
    "円盤{d}を{S}から{T}へ",
    "Kiekko {d} siirtyy tapista {s} tappiin {t}",
    "Skiva {d} går från {S} till {T}",
)


def told(layout: str) -> list[str]:
    names = "ABC"
    return [layout.format(n=n, d=d, s=s, t=t, S=names[s], T=names[t]) for n, (d, s, t) in enumerate(ALL, 1)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_lines_that_are_alike_are_moves(layout: str) -> None:
    """Whatever stands around the numbers, each step is found where it stands."""
    lines = told(layout)
    text = "Off we go:\n\n" + "\n".join(lines) + "\n\nThat is all."
    (item,) = [item for item in Problem(HANOI, FIVE).lists(Problem(HANOI, FIVE).read(text)) if item.solves]
    assert [text[slice(*item.span(at))].startswith(lines[at][:4]) for at in range(31)] == [True] * 31


@pytest.mark.parametrize("layout", ["{n},{d},{s},{t}", "{d} // {s} // {t}"])
def test_a_wrong_step_stays_wrong(layout: str) -> None:
    """The simulator chooses the reading, and mends nothing."""
    lines = told(layout)
    lines[11] = layout.format(n=12, d=5, s=0, t=1)
    (item,) = Problem(HANOI, FIVE).lists(Problem(HANOI, FIVE).read("\n".join(lines)))
    assert (len(item.steps), item.advance.taken) == (31, 11)


def test_of_rows_with_the_same_number_the_last_may_count() -> None:
    """Running numbers are known as such."""
    rows = told("{n},{d},{s},{t}")
    text = "\n".join([*rows[:4], "4,1,0,0", "5,1,0,0", *rows[3:]])
    reading = Problem(HANOI, FIVE).read(text)
    assert not any(item.solves for item in Problem(HANOI, FIVE).lists(reading))
    text = "\n".join(rows)
    (item,) = Problem(HANOI, FIVE).lists(Problem(HANOI, FIVE).read(text), last_row_counts=True)
    assert item.solves
    assert item.order is not None


def test_what_a_line_says_of_others_left_out_is_heard() -> None:
    """Words behind a move stay prose."""
    lines = told("{d}/{s}/{t}")
    text = "\n".join([*lines[:4], lines[4] + " ... 20 more lines", *lines[25:]])
    (item,) = Problem(HANOI, FIVE).lists(Problem(HANOI, FIVE).read(text))
    assert item.elided == 5


@pytest.mark.parametrize(
    "text",
    [
        "Peg A: 3, 2, 1\nPeg B: 5, 4, 0\nPeg C: 1, 1, 1",
        "the legal move between A and B\nthe legal move between A and C\nthe legal move between B and C",
        "1. Move 4 disks from A to B\n2. Move 1 disks from A to C\n3. Move 4 disks from B to C",
        "For 1 disk it takes 1 move.\nFor 2 disk it takes 3 move.\nFor 3 disk it takes 7 move.",
    ],
)
def test_what_is_no_list_of_moves_is_not_read(text: str) -> None:
    """Lines alike that the rules make no sense of are prose."""
    assert not any(item.advance.taken for item in Problem(HANOI, FIVE).lists(Problem(HANOI, FIVE).read(text)))


def test_blocks_and_checkers_are_read_so_too() -> None:
    """Other things that go from place to place are told alike."""
    for name, layout in (
        ("blocks_world", "{n}# {thing} ~ {s} ~ {t}"),
        ("checker_jumping", "{n}) {s} ~ {t} ~ {thing}"),
    ):
        known = puzzle(name)
        instance = known.generate({"size": 4})
        steps = list(known.solution(instance))
        things = "RB" if name == "checker_jumping" else "ABCDEFGH"
        text = "\n".join(
            layout.format(n=n, thing=things[thing], s=s, t=t) for n, (thing, s, t) in enumerate(steps, 1)
        )
        assert any(
            item.solves for item in Problem(known, instance).lists(Problem(known, instance).read(text))
        ), text


@pytest.mark.parametrize(
    "unit", ["1 0 2 \n", "1\n2\n", "A A A A ", "1 2 3 4 x\n1 2 3 y\n", "\n \n1", "1 0 2 ...\n"]
)
def test_hostile_lines_are_read_in_time(unit: str) -> None:
    """It takes time linear in the text."""
    began = time.process_time()
    Problem(HANOI, FIVE).read(unit * (75_000 // len(unit)))
    assert time.process_time() - began < 4
