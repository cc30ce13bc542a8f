"""Tower of Hanoi."""

from itertools import islice

import pytest

from tasks import Row
from tasks.puzzles._pegs import four_pegs, towers
from tests.contract.samples import explored
from tests.tasks.forms.item_answers import labelled, problem
from tests.tasks.forms.move_answers import asked, right

KNOWN, INSTANCE = problem("hanoi", 0, size=5)
RENAMED = problem("hanoi", 2, size=4, names="renamed")[1]


def test_instance_never_changes() -> None:
    """Three disks, as everybody moves them; and with drawn names."""
    known, instance = problem("hanoi", 0, size=3)
    assert asked(known, instance, right(known, instance)) == (
        "moves = [[1, 0, 2], [2, 0, 1], [1, 2, 1], [3, 0, 2], [1, 1, 0], [2, 1, 2], [1, 0, 2]]"
    )
    assert RENAMED.canonical == "hanoi/size=4,names=renamed/seed=2"
    assert asked(KNOWN, RENAMED, islice(KNOWN.solution(RENAMED), 3)) == (
        'moves = [[18, "M", "D"], [20, "M", "G"], [18, "D", "G"]]'
    )


def test_drawn_names_stand_in_every_part_of_the_prompt() -> None:
    """Nothing of the memorised pegs 0 to 2 and disks 1 to N is left; other seeds draw others."""
    prompt = KNOWN.prompt(RENAMED)
    assert prompt.start == "Peg M: 26, 24, 20, 18 (bottom to top)\nPeg D: empty\nPeg G: empty"
    assert prompt.goal == "All disks stand on peg G."
    assert "pegs, called M, D, G, and" in prompt.rules
    assert prompt.example.startswith("With no disks but 18, 20 on peg G that must go to peg M, an answer is:")
    assert prompt.method.endswith("X = M, Y = G.")
    told = "\n".join((prompt.rules, prompt.start, prompt.goal, prompt.example))
    assert not {"peg 0", "peg 1", "peg 2", "disk 1"} & set(told.split("\n"))
    other = problem("hanoi", 3, size=4, names="renamed")[1]
    assert KNOWN.start(other) != KNOWN.start(RENAMED)


def test_the_memorised_answer_is_wrong_under_drawn_names() -> None:
    """Disks that are not there are an error at the first step."""
    plain = problem("hanoi", 0, size=4)[1]
    verdict = labelled(KNOWN, RENAMED, asked(KNOWN, plain, right(KNOWN, plain)))
    assert (verdict.label, verdict.first_error) == ("logic_error", 1)


def test_drawn_names_are_read_however_pegs_are_told() -> None:
    """In their own letters, in lower case, counted in their order, or by role."""
    rows = right(KNOWN, RENAMED)
    text = asked(KNOWN, RENAMED, rows)
    roles = {0: "source", 1: "auxiliary", 2: "target"}
    dialects = (
        text,
        text.replace('"', ""),
        text.lower(),
        f"moves = {[list(row) for row in rows]}",
        f"moves = {[[disk, source + 1, target + 1] for disk, source, target in rows]}",
        "\n".join(
            f"Move disk {disk} from {roles[source]} to {roles[target]}." for disk, source, target in rows
        ),
    )
    for dialect in dialects:
        assert labelled(KNOWN, RENAMED, dialect).label == "solved", dialect


def test_frame_stewart_numbers() -> None:
    """On four pegs: the first of the sequence, and that of the largest."""
    counts = [problem("hanoi", 0, size=size, pegs=4)[1] for size in (*range(1, 11), 30)]
    assert [KNOWN.fewest_steps(instance) for instance in counts] == [
        *(1, 3, 5, 9, 13, 17, 25, 33, 41, 49),
        1_025,
    ]


@pytest.mark.parametrize(("size", "start", "target"), [(3, 0, 2), (5, 3, 1), (7, 1, 2)])
def test_distances_on_four_pegs(size: int, start: int, target: int) -> None:
    """Found by search for few disks, and as the solution has them; not known for more."""
    known, instance = problem("hanoi", 0, size=size, pegs=4, start=start, target=target)
    fewest = known.fewest_steps(instance)
    assert known.distance(instance, known.start(instance)) == fewest
    found = explored(known, instance)
    if found is not None:
        goal = [state for state in found.after if known.is_goal(instance, state)]
        exact = found.distances(goal)
        assert all(known.distance(instance, state) == exact[state] for state in found.after)
    many = problem("hanoi", 0, size=four_pegs.MOST_SEARCHED + 1, pegs=4)[1]
    assert known.distance(many, known.start(many)) is None


def _as_the_method_says(size: int, source: int, target: int) -> list[Row]:
    """The words of the method for four pegs, carried out."""

    def freely(disks: list[int], source: int, target: int) -> None:
        if disks:
            count = four_pegs.set_aside(len(disks))
            aside = min({0, 1, 2, 3} - {source, target})
            freely(disks[:count], source, aside)
            without(disks[count:], source, target, aside)
            freely(disks[:count], aside, target)

    def without(disks: list[int], source: int, target: int, aside: int) -> None:
        if disks:
            (other,) = {0, 1, 2, 3} - {source, target, aside}
            without(disks[:-1], source, other, aside)
            rows.append((disks[-1], source, target))
            without(disks[:-1], other, target, aside)

    rows: list[Row] = []
    freely(list(range(1, size + 1)), source, target)
    return rows


@pytest.mark.parametrize("size", [1, 2, 3, 6, 10, 30])
def test_the_method_on_four_pegs(size: int) -> None:
    """It names how many disks go aside for every height, and following it takes the fewest moves."""
    known, instance = problem("hanoi", 0, size=size, pegs=4)
    told = known.prompt(instance).method
    assert all(f"{four_pegs.set_aside(k)} for k = {k}" in told for k in range(1, size + 1))
    rows = _as_the_method_says(size, 0, 2)
    assert len(rows) == known.fewest_steps(instance)
    assert labelled(known, instance, asked(known, instance, rows)).label == "solved"


def test_leaving_the_shortest_way_is_lost_there() -> None:
    """The classic first move to the wrong peg is legal, and lost."""
    verdict = labelled(KNOWN, INSTANCE, "moves = [[1, 0, 1], [2, 0, 2], [1, 1, 2]]")
    assert (verdict.label, verdict.first_error, verdict.lost_at) == ("logic_error", None, 1)


def test_towers_may_be_taken_up_anywhere() -> None:
    """A billion moves on, in no time."""
    largest = problem("hanoi", 1, size=30, names="renamed")[1]
    middle = 2**29
    state = KNOWN.state_after(largest, middle)
    board = sorted(disk for disks in state for disk in disks)
    assert len(board) == 30
    assert towers.pegs_of(state)[29] == 2
    (row,) = islice(KNOWN.solution(largest, middle), 1)
    assert KNOWN.step(largest, state, row) == KNOWN.state_after(largest, middle + 1)
