"""Lists that are written in several parts: what goes on is one list, what begins anew is another."""

import json
from collections.abc import Callable
from itertools import accumulate, pairwise
from random import Random

import pytest

from evals.labelling.answer import Answer
from evals.labelling.rules import LabelResult, label
from tasks import AnyInstance, AnyPuzzle, Problem, Row, puzzle
from tasks.reader.found import StepRun
from tasks.reader.joining import _fewer
from tests.evals.labelling.cases import sentences
from tests.tasks.reader.ruler import KEPT, groups, told

PUZZLES = (
    ("hanoi", 3),
    ("hanoi", 5),
    ("hanoi", 7),
    ("hanoi_linear", 3),
    ("hanoi_linear", 4),
    ("chinese_rings", 6),
)
Parts = list[list[Row]]
Layout = Callable[["Posed", Parts], str]


class Posed:
    """An instance, its solution, and how it is written."""

    def __init__(self, name: str, size: int) -> None:
        self.puzzle: AnyPuzzle = puzzle(name)
        self.instance: AnyInstance = self.puzzle.generate({"size": size})
        self.steps = list(self.puzzle.solution(self.instance))

    def items(self, rows: list[Row]) -> list[list[int | str]]:
        """As in JSON."""
        written = "".join(self.puzzle.format(self.instance, rows))
        items: list[list[int | str]] = json.loads(written.partition("=")[2])
        return items

    def bracketed(self, rows: list[Row]) -> str:
        """`[[1, 0, 2], …]`."""
        return json.dumps(self.items(rows))

    def comma_separated(self, rows: list[Row]) -> str:
        """`1,0,2`, a line each."""
        return "\n".join(",".join(map(str, item)) for item in self.items(rows))

    def read(self, text: str, finish: str = "stop") -> LabelResult:
        """Its label."""
        return label(Problem(self.puzzle, self.instance), Answer(text, finish_reason=finish))

    def cut(self, rows: list[Row], draw: Random) -> Parts:
        """In equal or unequal parts."""
        size = draw.randint(1, len(rows))
        count = min(draw.randint(1, 6), len(rows) - 1)
        places = (
            range(size, len(rows), size)
            if draw.random() < 0.5
            else sorted(draw.sample(range(1, len(rows)), count))
        )
        return [rows[begin:end] for begin, end in pairwise((0, *places, len(rows)))]

    def wrong(self, at: int) -> list[Row] | None:
        """The solution with an illegal step in place of one; `None` where none was found."""
        state = self.puzzle.state_after(self.instance, at)
        for other in dict.fromkeys(self.steps):
            if self.puzzle.step(self.instance, state, other) is None:
                return [*self.steps[:at], other, *self.steps[at + 1 :]]
        return None


def numbered(heading: str, block: Callable[[Posed, list[Row]], str], joint: str = "\n\n") -> Layout:
    """Each part under a heading, which may name the part, its first and its last step."""

    def layout(problem: Posed, parts: Parts) -> str:
        written, first = [], 1
        for number, part in enumerate(parts, 1):
            head = heading.format(k=number, of=len(parts), a=first, b=first + len(part) - 1, n=len(part))
            written.append(head + block(problem, part))
            first += len(part)
        return joint.join(written)

    return layout


def fenced(problem: Posed, rows: list[Row]) -> str:
    return f"```\n{problem.bracketed(rows)}\n```"


def rows_fenced(problem: Posed, rows: list[Row]) -> str:
    return f"```csv\n{problem.comma_separated(rows)}\n```"


def on_lines(problem: Posed, rows: list[Row]) -> str:
    return "\n".join(map(json.dumps, problem.items(rows)))


def added(problem: Posed, parts: Parts) -> str:
    joints = ("moves = ", *["moves += "] * (len(parts) - 1))
    return "\n".join(joint + problem.bracketed(part) for joint, part in zip(joints, parts, strict=True))


HEADED: dict[str, Layout] = {
    "part, brackets": numbered("**Part {k}**\n", Posed.bracketed),
    "part, assigned": numbered("### Part {k} of {of}\n\nmoves_part{k} = ", Posed.bracketed),
    "range, fenced": numbered("Moves {a}-{b}:\n\n", fenced),
    "range, bold": numbered("**Moves {a}\u2013{b}:**\n", Posed.bracketed),
    "part, rows": numbered("Part {k}\n", rows_fenced),
    "range, rows": numbered("#### Steps {a} to {b}\n", rows_fenced),
    "Teil": numbered("**Teil {k}: Züge {a} bis {b}**\n", fenced),
    "partie": numbered("### Partie {k}/{of}\n", Posed.bracketed),
    "batch, lines": numbered("Batch #{k} ({n} moves)\n", on_lines),
    "added": added,
}
BARE: dict[str, Layout] = {
    "brackets": numbered("", Posed.bracketed),
    "fenced": numbered("", fenced),
    "fenced rows": numbered("", rows_fenced),
    "of so many": numbered("Here are {n} moves:\n", fenced),
}


@pytest.fixture(params=PUZZLES, ids=[f"{name}-{size}" for name, size in PUZZLES], scope="module")
def problem(request: pytest.FixtureRequest) -> Posed:
    return Posed(*request.param)


@pytest.mark.parametrize("layout", {**HEADED, **BARE}.items(), ids=[*HEADED, *BARE])
def test_parts_are_one_list(problem: Posed, layout: tuple[str, Layout]) -> None:
    """Cut anywhere, under any headings or none, a right list is solved, with all its steps."""
    draw = Random(layout[0])
    for _ in range(12):
        parts = problem.cut(problem.steps, draw)
        verdict = problem.read(layout[1](problem, parts))
        assert (verdict.label, verdict.written) == ("solved", len(problem.steps)), [
            len(part) for part in parts
        ]


@pytest.mark.parametrize("layout", HEADED.items(), ids=HEADED)
def test_a_wrong_step_is_found_in_its_part(problem: Posed, layout: tuple[str, Layout]) -> None:
    """One illegal step in any part is the first error, by its number in the whole list."""
    draw = Random(layout[0])
    for _ in range(12):
        at = draw.randrange(len(problem.steps))
        rows = problem.wrong(at)
        if rows is None:
            continue
        parts = problem.cut(rows, draw)
        verdict = problem.read(layout[1](problem, parts))
        assert (verdict.label, verdict.first_error) == ("logic_error", at + 1), [len(part) for part in parts]


@pytest.mark.parametrize("layout", {**HEADED, **BARE}.items(), ids=[*HEADED, *BARE])
def test_without_a_part_it_is_not_solved(problem: Posed, layout: tuple[str, Layout]) -> None:
    """A part left out anywhere leaves a list that does not solve it."""
    draw = Random(layout[0])
    for _ in range(12):
        parts = problem.cut(problem.steps, draw)
        if len(parts) > 1:
            del parts[draw.randrange(len(parts))]
            assert problem.read(layout[1](problem, parts)).label != "solved", [len(part) for part in parts]


FIVE = Posed("hanoi", 5)
WRONG = [*FIVE.steps[:6], (1, 2, 1), *FIVE.steps[7:]]


@pytest.mark.parametrize(
    ("before", "announced"),
    [
        (FIVE.steps[:24], "\n\nLet me write the complete list:\n\n"),
        (FIVE.steps[:16], "\n\nWait, I should begin again.\n\nmoves =\n"),
        (FIVE.steps[:7], "\n\nThat was the example. Part 1, moves 1-31:\n"),
        (FIVE.steps, "\n\nOnce more, the final answer:\n\n"),
        (FIVE.steps, "\n\nPart 2: the list without spaces\n"),
        (WRONG, "\n\nThere is a mistake in it. The corrected list:\n\n"),
        (WRONG, "\n\n## Attempt 2\n\nmoves =\n"),
        (WRONG[:8], "\n\nOnce more:\n\n"),
    ],
    ids=range(8),
)
def test_a_list_written_anew_is_a_list_of_its_own(before: list[Row], announced: str) -> None:
    """A draft given up, an example, a list repeated: the right whole list behind it solves."""
    for write in (
        FIVE.bracketed,
        FIVE.comma_separated,
        lambda rows: "\n".join(f"- {row}, say" for row in rows),
    ):
        verdict = FIVE.read(f"{write(before)}{announced}{write(FIVE.steps)}")
        assert (verdict.label, verdict.written) == ("solved", 31)
        assert "restarts" in verdict.flags


def test_parts_that_each_count_from_one() -> None:
    """Numbers that begin at 1 in every part do not make each part a list."""
    parts = [FIVE.steps[:16], FIVE.steps[16:24], FIVE.steps[24:]]
    text = "\n\n".join(f"Part {k}:\n{sentences(part, numbered=True)}" for k, part in enumerate(parts, 1))
    verdict = FIVE.read(text)
    assert (verdict.label, verdict.written) == ("solved", 31)


def test_parts_with_all_steps_so_far() -> None:
    """A part that repeats all that stood before it is the list anew, longer."""
    text = "\n\n".join(
        f"Part {k}\n{FIVE.bracketed(FIVE.steps[:last])}" for k, last in ((1, 10), (2, 20), (3, 31))
    )
    verdict = FIVE.read(text)
    assert (verdict.label, verdict.written) == ("solved", 31)


def test_words_between_parts_that_go_on_leave_nothing_out() -> None:
    """`(continuing …)` between parts stands for no steps where the next part goes on."""
    rows = [*FIVE.steps[:20], (5, 0, 2), *FIVE.steps[21:]]
    parts = [rows[:8], rows[8:16], rows[16:24], rows[24:]]
    text = "\n(continuing with the next batch\u2026)\n\n".join(
        f"**Batch {k} of 4**\n{FIVE.bracketed(part)}" for k, part in enumerate(parts, 1)
    )
    verdict = FIVE.read(text)
    assert (verdict.label, verdict.first_error) == ("logic_error", 21)


@pytest.mark.parametrize(
    "block",
    [
        "\n\n[[1, 0, 2], [1, 2, 0]]",
        "\n\n**Part 2**\n[[1, 0, 2], [2, 0, 1]]",
        "\n\nfinal list: [[1, 0, 2]], say",
    ],
)
def test_many_small_parts(block: str) -> None:
    """Five thousand blocks that each look like the beginning are read, one after the other."""
    assert FIVE.read(block * 5_000).label != "solved"


@pytest.mark.parametrize(
    ("opens", "comma", "closes"),
    [
        ("[", r",\,", "]"),
        ("[", r",\; ", "]"),
        ("[", r",\ ", "]"),
        ("[", ",~", "]"),
        ("[", r", \quad ", "]"),
        (r"\left[", r",\, ", r"\right]"),
        (r"\{", ", ", r"\}"),
    ],
    ids=["thin", "thick", "blank", "tie", "quad", "sized", "braces"],
)
def test_spaces_and_brackets_of_formulas(opens: str, comma: str, closes: str) -> None:
    """What typesets a list in a formula is no part of its steps."""
    steps = ", ".join(f"{opens}{comma.join(map(str, row))}{closes}" for row in FIVE.steps)
    verdict = FIVE.read(rf"$$\text{{moves}} = [{steps}]$$ These are 31 moves.")
    assert (verdict.label, verdict.written) == ("solved", 31)


# --- on a puzzle that is as small as can be


RECORDED = json.loads(KEPT.read_text(encoding="ascii"))


@pytest.mark.parametrize("part", range(4))
def test_runs_are_joined_as_they_were(part: int) -> None:
    """What goes on, what begins anew, and where something is left out, whatever stands between the runs.

    Each text differs from all others in what is asked of it. Where that is meant to change: `python -m
    tests.tasks.reader.ruler` writes what is made of them now.
    """
    for length, text, expected in RECORDED[part::4]:
        assert [told(group) for group in groups(text, length)] == expected, text


def counted(text: str, length: int = 15) -> list[list[int]]:
    """How many steps each run of each list has."""
    return [[run.count for run in group.runs] for group in groups(text, length)]


def test_a_list_written_several_times_without_a_word_between() -> None:
    """Each for itself, where it stands; not one with a step more, with another step, or in several runs."""
    three = "1 2 1 3 1 2 1"
    parts = groups(f"so {{{three} {three} {three}}}", 7)
    assert [told(part) for part in parts] == [[[[first, 7]], 7, 7, 7, None] for first in (0, 7, 14)]
    assert [(part.start, part.end) for group in parts for part in group.runs] == [(4, 17), (18, 31), (32, 45)]
    assert counted(f"{{{three}}}", 7) == [[7]]
    assert counted(f"{{{three} {three} 1}}", 7) == [[15]]
    assert counted(f"{{{three} 1 2 1 3 1 2 9}}", 7) == [[14]]
    assert counted(f"{{{three} {three}}}, {{{three}}}", 7) == [[7], [7], [7]]
    assert counted(f"{{1 2 1 3}} {{1 2 1}} {{{three}}}", 7) == [[4, 3], [7]]


def test_where_what_is_left_out_stands() -> None:
    """The first gap that stands for steps, and how many steps are before it."""
    text = "{1 2 1}, {3 1} ... {2 1} ... {1 3}"
    (group,) = groups(text, 63)
    assert group.elided == 5
    assert group.elision is not None
    assert text[slice(*group.elision)] == "} ... {"


def test_so_many_lists_that_only_an_answer_begins_another() -> None:
    """Behind more than a thousand, of runs that are not long."""
    seven, again = "{1 2 1 3 1 2 1}", " once more: "
    long = "{1 2 1 3 1 2 1 " + "1 " * 9
    for lists, behind in ((1001, [7]), (1002, [7, 7])):
        text = again.join([seven] * (lists + 1))
        assert counted(text, 7)[-1] == behind, lists
    text = again.join([seven] * 1100)
    assert len(counted(text, 7)) == 1002
    assert counted(f"{text} final answer: {seven}", 7)[-1] == [7]
    assert counted(f"{text}{again}{long[:-1]}}}", 7)[-1] == [16]
    assert len(counted(f"{text}{again}{long[:-3]}}}", 7)[-1]) == 100


def test_so_many_short_runs_that_neighbours_are_one() -> None:
    """Behind four thousand of fewer than sixteen steps; those that are longer stay what they are."""

    def made(*counts: int) -> list[StepRun]:
        firsts = accumulate(counts, initial=0)
        return [
            StepRun(10 * at, 10 * at + 5, first, count)
            for at, (first, count) in enumerate(zip(firsts, counts, strict=False))
        ]

    few = made(*[1] * 4000)
    assert list(_fewer(few)) == few
    more = made(*[1] * 4000, 15, 2, 16, 1, 17, 3, 4)
    kept = list(_fewer(more))
    assert kept[:4000] == few
    assert [(run.start, run.end, run.first, run.count) for run in kept[4000:]] == [
        (40000, 40015, 4000, 17),
        (40020, 40025, 4017, 16),
        (40030, 40035, 4033, 1),
        (40040, 40045, 4034, 17),
        (40050, 40065, 4051, 7),
    ]
    assert list(_fewer([])) == []
    long_between = made(*[1] * 3999, 16, 1, 1)
    assert list(_fewer(long_between)) == long_between, "which is no short one"


def test_how_far_a_list_is_announced() -> None:
    """Four thousand characters before it for what says so, and as many behind the last for what opens one."""
    eight, four = "{1 2 1 3 1 2 1 4}", "{1 2 1 3}"
    for far, anew in ((3997, True), (3998, False)):
        text = f"{eight}{'-' * (far - 1)}```{'-' * 5000}the full list{four}"
        assert counted(text) == ([[8], [4]] if anew else [[8, 4]]), far
    for far, anew in ((3990, True), (3991, False)):
        text = f"{eight}```{'-' * 5000} full list{'-' * far}{four}"
        assert counted(text) == ([[8], [4]] if anew else [[8, 4]]), far


def test_a_remark_is_no_part_of_a_list() -> None:
    """One or two steps behind at least eight words of two letters; fewer words, or more steps, may be."""
    eight = "we is it at to of by my"
    for words, run, joined_ in (
        (eight, "9", False),
        (eight, "9 9", False),
        (eight, "9 9 9", True),
        (eight.removesuffix(" my"), "9", True),
        (f"{eight} us", "9", False),
        (f"{eight} ...", "9", True),
        (eight, "3", True),
    ):
        text = f"{{1 2 1}} {words} {{{run}}}"
        assert (len(groups(text, 7)) == 1) is joined_, (words, run)
    assert len(groups(f"{{1 2}} {eight} {{9}}", 7)) == 1, "two steps are none yet"


def test_the_number_right_before_a_run() -> None:
    """One more than so many goes on, whatever the step; and one begins anew what does not go on."""
    for before, counts in (
        ("\n4. ", [[3, 1]]),
        ("\n#4) ", [[3, 1]]),
        ("\nstep 4: ", [[3, 1]]),
        ("\n** 4. **", [[3, 1]]),
        ("\n1. ", [[3], [1]]),
    ):
        assert counted(f"{{1 2 1}}{before}{{1}}", 7) == counts, before


def test_nothing_is_left_out_before_what_is_said_to_go_on() -> None:
    """If it does, or nobody can tell, since the list was wrong before."""
    for before, behind, elided in (
        ("1 9", "1 3", None),
        ("1 2", "1 3", None),
        ("1 2", "1 9 9", 2),
        ("1 2", "1 3 9 9", None),
        ("1 2", "1 9 9 9", 2),
    ):
        (group,) = groups(f"{{{before}}} ...\n\npart 2:\n{{{behind}}}", 15)
        assert group.elided == elided, behind
