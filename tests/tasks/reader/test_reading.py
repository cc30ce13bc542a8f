"""Where steps stand in a text, and which of them belong together."""

from collections.abc import Iterable
from itertools import islice

import pytest

from tasks import Problem, StepList, Steps, problem, puzzle
from tasks.reader.found import Found, StepRun
from tasks.reader.reading import (
    _alike,
    _blanked,
    _comments,
    _has_one,
    _makes_no_sense,
    _noise,
    _plain,
    _Plan,
    _unread,
    read,
)
from tests.evals.labelling.cases import ALL, WRONG, csv, moves, numbers, sentences, tracked, triples

HANOI = puzzle("hanoi")
FIVE = HANOI.generate({"size": 5})


def found(text: str, last_row_counts: bool = False) -> list[StepList]:
    return Problem(HANOI, FIVE).lists(Problem(HANOI, FIVE).read(text), last_row_counts=last_row_counts)


@pytest.mark.parametrize(
    "text",
    [
        f"moves = [{triples(ALL)}]",
        "moves = [" + triples(ALL, ",\n ") + "]",
        sentences(ALL),
        sentences(ALL, numbered=True),
        csv(ALL),
        tracked(5, 31),
        f"Here it comes:\n\n{csv(ALL)}\n\nDone.",
        "; ".join(f"move disk {d} from peg {s} to peg {t}" for d, s, t in ALL),
    ],
    ids=["triples", "triples on lines", "sentences", "numbered", "rows", "tracked", "chatter", "one line"],
)
def test_each_step_is_found_where_it_stands(text: str) -> None:
    """The place of a step is the text that was read, for every step of a list."""
    (item,) = found(text)
    assert len(item.steps) == 31
    for index, (_, source, target) in enumerate(ALL):
        start, end = item.span(index)
        assert str(source) in text[start:end]
        assert str(target) in text[start:end]
        (alone,) = found(text[start:end])
        assert alone.steps.row(0)[1:] == (source, target)


@pytest.mark.parametrize(("before", "behind"), [("", "Done."), ("Rows:\n", ""), ("Rows:\n", "\n\nDone.\n")])
def test_rows_with_running_numbers_end_where_they_end(before: str, behind: str) -> None:
    """Whatever words stand around them."""
    rows = tracked(5, 3)
    (item,) = found(f"{before}{rows}\n{behind}")
    assert (item.start, item.end) == (len(before), len(before) + len(rows))
    assert [row[1:] for row in item.steps.rows()] == [row[1:] for row in ALL[:3]]


def test_a_part_of_a_text_can_be_read() -> None:
    """Steps outside the two offsets are not seen; offsets stay those of the whole text."""
    text = f"[1, 0, 1] | {triples(ALL[:3])} | [2, 1, 0]"
    start = text.index("|")
    (item,) = Problem(HANOI, FIVE).lists(Problem(HANOI, FIVE).read(text, start, text.rindex("|")))
    assert list(item.steps.rows()) == ALL[:3]
    assert text[slice(*item.span(0))] == "[1, 0, 2]"


def test_a_second_list_is_a_list_of_its_own() -> None:
    """A draft and the answer after it are told apart by where each would be legal."""
    first, second = found(f"First try: [{triples(WRONG)}].\n\nCorrected list: [{triples(ALL)}]")
    assert (first.solves, second.solves) == (False, True)


def test_chunks_are_one_list() -> None:
    """Parts under headings of their own are joined where each goes on from the one before."""
    (item,) = found(f"Moves 1-10:\n```\n{csv(ALL[:10])}\n```\nMoves 11-31:\n```\n{csv(ALL[10:])}\n```")
    assert item.solves


def test_an_elision_is_kept_with_its_place() -> None:
    """Steps after a mark of abridging belong to the list, and it is known where they were left out."""
    text = f"[{triples(ALL[:4])}, ..., {triples(ALL[-2:])}]"
    (item,) = found(text)
    assert item.elided == 4
    assert item.elision is not None
    assert "..." in text[slice(*item.elision)]


def test_pegs_drawn_as_lists_are_no_moves() -> None:
    """A state written as a list of lists is passed over, whatever its numbers look like."""
    text = "\n".join(f"[{d}, {s}, {t}] [[5, 4], [3, 2, 1], []]" for d, s, t in ALL)
    (item,) = found(text)
    assert item.solves


def test_the_last_row_of_a_number_counts_where_the_prompt_said_so() -> None:
    """Rows are put in the order of their numbers; a corrected row takes the place of the first."""
    rows = tracked(5, 31).splitlines()
    text = "\n".join([*rows[:6], "7,2,1,,,", *rows[6:]])
    (item,) = found(text, last_row_counts=True)
    assert item.solves
    assert not any(item.solves for item in found(text))


def test_an_unclosed_bracket_is_no_step() -> None:
    """What breaks off before its closing bracket was not written."""
    (item,) = found("moves = [[1, 0, 2], [2, 0, 1], [1, 2, 1")
    assert len(item.steps) == 2


def test_lines_may_end_as_on_windows() -> None:
    """Carriage returns change nothing."""
    (item,) = found(csv(ALL).replace("\n", "\r\n"))
    assert item.solves


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (ALL, None),
        (WRONG, 7),
        ([(1, 0, 1), *ALL], 1),
        ([*ALL[:4], (1, 0, 2)], 5),
    ],
    ids=["right", "illegal", "off course at once", "off course later"],
)
def test_lost_at(rows: list[tuple[int, ...]], expected: int | None) -> None:
    """The first step after which the goal is no nearer, whether it was legal or not."""
    (item,) = found(f"[{triples(rows)}]")
    assert Problem(HANOI, FIVE).lost_at(item.steps, len(item.steps)) == expected


def test_a_million_steps_are_read() -> None:
    """The largest usual answer is read whole."""
    twenty = HANOI.generate({"size": 20})
    text = "".join(HANOI.format(twenty, HANOI.solution(twenty)))
    (item,) = Problem(HANOI, twenty).lists(Problem(HANOI, twenty).read(text))
    assert item.solves
    assert len(item.steps) == 2**20 - 1
    start, end = item.span(2**20 - 2)
    assert text[start:end] == "[{}, {}, {}]".format(*next(HANOI.solution(twenty, 2**20 - 2)))


def test_counting_reads_lines_and_one_line() -> None:
    """The same numbers in either layout are the same steps."""
    counting = puzzle("counting")
    instance = counting.generate({"size": 50})
    for text in (numbers(1, 50), numbers(1, 50, ", "), numbers(1, 50, " ")):
        item = max(
            Problem(counting, instance).lists(Problem(counting, instance).read(text)),
            key=lambda item: len(item.steps),
        )
        assert item.solves


def test_the_solution_starts_anywhere() -> None:
    """Late steps of a large instance are known without the early ones."""
    thirty = HANOI.generate({"size": 30})
    assert len(list(islice(HANOI.solution(thirty, 2**30 - 3), 10))) == 2
    assert moves(3, first=5) == moves(3)[5:]


# --- what looks like steps and is none, and what is left to look at


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("", []),
        ("a", []),
        ("#", ["#"]),
        ("#a\nb", ["#a"]),
        ("a # b\n// c\nd", ["# b", "// c"]),
        ("a // b # c\n# d", ["// b # c", "# d"]),
        ("a # b // c\n// d // e\n#", ["# b // c", "// d // e", "#"]),
        ("a\n\n#\n", ["#"]),
        ("a / b\n//", ["//"]),
    ],
)
def test_comments(text: str, comments: list[str]) -> None:
    """Up to the end of the line, whichever sign begins it."""
    assert [text[start:end] for start, end in _comments(text)] == comments


@pytest.mark.parametrize(
    ("before", "is_noise"),
    [
        ("[1, 0, 2]", True),
        ("[1, 0, 2],", True),
        ("(1, 0, 2) \t", True),
        ("{1}", True),
        ("[1, 0, 2],\n", True),
        ("[1, 0, 2]\n", False),
        ("so", False),
        ("", False),
        ("]" + " " * 19, True),
        ("]" + " " * 20, False),
    ],
)
def test_a_comment_behind_a_step_is_none(before: str, is_noise: bool) -> None:
    """On a line of its own it is a step, unless a comma stands before it."""
    text = f"{before}# [2, 0, 1]\n"
    spans = list(_noise(Problem(HANOI, FIVE), text))
    assert spans == ([(len(before), len(text) - 1)] if is_noise else [])


def test_spans_are_blanked() -> None:
    """In any order; what begins within another is left. Nothing else moves."""
    text = "0123456789"
    assert _blanked(text, iter(())) is text
    assert _blanked(text, iter([(6, 8), (1, 3)])) == "0  345  89"
    assert _blanked(text, iter([(0, 2), (2, 3), (1, 5), (9, 10)])) == "   345678 "


def test_letters_that_only_look_like_others() -> None:
    """They are no plain ones where case does not matter."""
    assert _plain("K\u212aI\u0130i\u0131s\u017fé") == "K\u00feI\u00fei\u00fes\u00feé"
    for text in ("plain", "é"):
        assert _plain(text) is text


def test_what_is_left_beside_long_runs() -> None:
    """More than five hundred characters in a row hold no step of another form."""
    runs = [
        StepRun(10, 510, 0, 1),
        StepRun(600, 1101, 1, 1),
        StepRun(1101, 1700, 2, 1),
        StepRun(2000, 3000, 3, 1),
    ]
    taken = Found(HANOI.forms(FIVE)[0], None, "", Steps.of([], 3), tuple(runs))
    assert _unread([taken], 0, 4000) == [(0, 600), (1700, 2000), (3000, 4000)]
    assert _unread([taken], 600, 3000) == [(1700, 2000)]
    assert _unread([], 5, 9) == [(5, 9)]
    assert _unread([], 5, 5) == []


def sense(rows: Iterable[tuple[int, ...]], name: str, puzzle_name: str = "hanoi", size: int = 3) -> bool:
    """Whether so many steps in one form make sense."""
    asked = problem(puzzle_name, {"size": size})
    form = next(form for form in asked.forms if form.name == name)
    return not _makes_no_sense(asked, [Found(form, None, "", Steps.of(rows, asked.width), ())])


def test_which_steps_make_sense() -> None:
    """As few as four that solve nothing do not; those of the form asked for do, and most of the others."""
    right, three = (
        list(problem("hanoi", {"size": 3}).solution()),
        list(problem("hanoi", {"size": 2}).solution()),
    )
    wrong = [(3, 2, 0)]
    assert [sense(right[:count], "triple") for count in (0, 3, 4, 5, 7)] == [False, False, False, True, True]
    assert sense(three, "triple", size=2)
    assert sense([*wrong, *right], "triple")
    for form, makes in (("row", False), ("arrow", False), ("sentence", False), ("keyed", False)):
        assert sense([*right[:2], *wrong * 4], form) is makes, form
    for form, makes in (("row", True), ("sentence", True)):
        assert sense([*right[:3], *wrong * 4], form) is makes, form
    assert [sense(right[:count], "sentence") for count in (5, 6, 7)] == [False, False, True]
    assert [sense(wrong * count, "sentence", size=8) for count in (127, 128, 200, 201)] == [
        True,
        False,
        False,
        True,
    ]
    assert sense([(1,)] * 5, "line", "counting", 9)


def test_the_simplest_way_to_read_a_text_is_remembered() -> None:
    """By which forms can occur in it; one that needs a sign is not looked for where there is none."""
    forms = problem("hanoi", {"size": 3}).forms
    plan = _Plan(forms)
    both, none = plan.possible("1,0,2 ]} from to -> |"), plan.possible("")
    assert plan.possible("1,0,2 ]} from to -> |") is both
    assert len(none) < len(both)
    assert [_has_one("a to b", parts) for parts in (("to",), ("ot",), ("x", "to"), ("too",), ())] == [
        True,
        False,
        True,
        False,
        False,
    ]


def test_all_of_a_text_is_read_where_no_part_is_named() -> None:
    asked, text = problem("hanoi", {"size": 3}), "[1, 0, 2], [2, 0, 1]"
    reading = read(asked, text)
    assert (reading.start, reading.end, reading.text) == (0, len(text), text)
    assert reading == asked.read(text)


def test_what_is_alike_beside_what_is_known() -> None:
    """More steps than four are known by chance; as many and more must be legal for longer than by chance."""
    asked = problem("hanoi", {"size": 3})
    lines = [f"{disk} siirtyy paikasta {'ABC'[s]} paikkaan {'ABC'[t]}" for disk, s, t in asked.solution()]

    def alike(count: int, known: int) -> list[int]:
        text = "\n".join(lines[:count])
        return [len(item.steps) for item in _alike(asked, (text, text), (0, len(text)), known)]

    assert [alike(5, known) for known in (0, 3, 4, 5)] == [[5], [5], [5], []]
    assert [alike(7, known) for known in (4, 5, 6, 7, 8)] == [[7], [7], [7], [7], []]
    assert alike(6, 5) == []
