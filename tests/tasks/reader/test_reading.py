"""Where steps stand in a text, and which of them belong together."""

from itertools import islice

import pytest

from tasks import Problem, StepList, puzzle
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
