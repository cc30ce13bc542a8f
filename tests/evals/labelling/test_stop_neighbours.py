"""Stops and remarks that look like them; and what else stands where a list should, or around it."""

import pytest

from evals.labelling.answer import Answer
from evals.labelling.rules import LabelResult, label
from tasks import Problem, puzzle
from tests.evals.labelling.blind_lists import moves, said, swapped

STOPS = (
    (10, 60, '{"comment": "963 entries dropped"}'),
    (9, 40, "471 triples withheld"),
    (8, 128, "Remaining half: same as before with the pegs renamed."),
    (8, 128, "**Second part** - mirror the list above."),
    (10, 50, "and lots more"),
    (10, 50, "plus hundreds more like these"),
    (10, 50, "There is a slip up there; I am leaving this half-finished."),
    (10, 900, "I'll stop here."),
    (10, 900, "The rest you can do."),
)
"""Disks, moves written, and what is said behind them."""

REMARKS = (
    (6, 57, "In the old tale the priests keep moving, and there are many more moves to make."),
    (6, 57, "If you want the tower back on peg 0, repeat the list in reverse order."),
    (6, 57, "Fun fact: with 64 disks the monks would continue until the end of the world."),
    (6, 57, "To bring everything back, continue with the same moves mirrored."),
    (6, 60, "Want me to explain how the recursion continues?"),
    (8, 60, "The puzzle was invented by Lucas in 1883, and many more variants exist."),
    (8, 203, "With 9 disks there would be 256 more moves."),
    (8, 250, "Note how the pattern repeats every three moves."),
    (8, 250, "The process repeats until the largest disk has moved."),
    (8, 250, "For more disks, just continue the same way."),
)
"""Of lists that are too short all the same."""


def labelled(
    name: str, parameters: dict[str, int | str], text: str, finish: str | None = "stop"
) -> LabelResult:
    known = puzzle(name)
    return label(Problem(known, known.generate(parameters)), Answer(text, finish_reason=finish))


@pytest.mark.parametrize(("disks", "count", "words"), STOPS)
def test_a_stop_by_choice(disks: int, count: int, words: str) -> None:
    """It is told by what stands for the rest, in whatever words."""
    text = f"{said(moves(disks)[:count])}\n\n{words}"
    assert labelled("hanoi", {"size": disks}, text).label == "give_up"


@pytest.mark.parametrize(("disks", "count", "words"), REMARKS)
def test_an_innocent_remark(disks: int, count: int, words: str) -> None:
    """What is said of other towers, of the way back or of the pattern leaves out nothing."""
    text = f"{said(moves(disks)[:count])}\n\n{words}"
    assert labelled("hanoi", {"size": disks}, text).label == "logic_error"


def test_a_plain_stop_in_an_aside_counts() -> None:
    """Only marks and offers lose their meaning there."""
    text = said(moves(10)[:60]) + "\n\nLike the monks of the legend I will take my time, so I'll stop here."
    assert labelled("hanoi", {"size": 10}, text).label == "give_up"


@pytest.mark.parametrize(
    "words",
    [
        "I'm getting tired, sorry.",
        "Je m'arrête ici.",
        "Ich höre hier auf.",
        "(list cut here)",
        "后面的省略。",
    ],
)
def test_a_stop_beyond_the_half_way_point(words: str) -> None:
    """Sentences that speak of stopping count until nearly all is there."""
    assert labelled("hanoi", {"size": 10}, said(moves(10)[:700]) + f"\n\n{words}").label == "give_up"


@pytest.mark.parametrize("words", ["My cat is called Disk.", "Grey clouds gather."])
def test_beyond_the_half_way_point_unknown_words_leave_doubt(words: str) -> None:
    """They alone do not make it a stop; the number of what is missing does."""
    verdict = labelled("hanoi", {"size": 10}, said(moves(10)[:600]) + f"\n\n{words}")
    assert (verdict.label, verdict.confident) == ("logic_error", False)
    assert labelled("hanoi", {"size": 10}, said(moves(10)[:600]) + "\n\n(+423)").label == "give_up"


def test_words_on_how_steps_go_leave_doubt_where_nearly_all_is_there() -> None:
    """Such a label is not certain; without the words it is."""
    short = said(moves(8)[:250])
    assert labelled("hanoi", {"size": 8}, short).confident
    assert not labelled("hanoi", {"size": 8}, short + "\n\nThe pattern repeats every three moves.").confident


@pytest.mark.parametrize("lead", ["Some two thirds less than asked: a quarter of it", "A slice of the list:"])
def test_a_part_that_is_announced_as_such(lead: str) -> None:
    """A fraction named before the list is a sign that the rest was left out."""
    verdict = labelled("hanoi", {"size": 9}, f"{lead}\n\n{said(moves(9)[:120])}")
    assert (verdict.label, verdict.confident) == ("give_up", False)


def test_dots_one_below_the_other() -> None:
    """They stand for steps, and those behind them are not judged."""
    rows = [f"{n}) {row}" for n, row in enumerate(moves(9), 1)]
    text = "\n".join([*rows[:5], "  ·", "  ·", *rows[-2:]])
    verdict = labelled("hanoi", {"size": 9}, text)
    assert (verdict.label, verdict.written, verdict.first_error) == ("give_up", 5, None)


def test_an_elision_told_in_words_between_steps() -> None:
    """What leads up to a later step stands for those before it."""
    text = "1\n2\n3\n4\nand onwards, number after number, till you get to\n699\n700"
    verdict = labelled("counting", {"size": 700}, text)
    assert (verdict.label, verdict.written) == ("give_up", 4)


@pytest.mark.parametrize(
    ("name", "size", "words", "expected"),
    [
        ("hanoi_linear", 3, "Impossible to say nicely: the end position is unreachable here.", "solved"),
        ("blocks_world", 7, "The wanted order can never be achieved with three stacks.", "logic_error"),
        ("hanoi", 11, "That goal can't be achieved in a single message, I'm afraid.", "refusal"),
    ],
)
def test_a_goal_that_is_said_to_be_out_of_reach(name: str, size: int, words: str, expected: str) -> None:
    """It is a claim that there is no solution, unless it is the answer that is too small for it."""
    unsolvable: dict[str, int | str] = {"unsolvable": True} if expected == "solved" else {}
    assert labelled(name, {"size": size, **unsolvable}, words).label == expected


@pytest.mark.parametrize(
    "text",
    [
        "Swap between two kinds of move until solved: the small disk goes round, then the only other move.",
        "这个题目要写 1023 步,太长了,请原谅我不写。",
        "Ich nenne nur die Methode: immer abwechselnd die kleinste Scheibe und den einzigen anderen Zug.",
        "Je vous donne la méthode : le petit disque tourne, puis le seul autre coup.",
    ],
)
def test_a_method_in_place_of_the_list(text: str) -> None:
    """In any of the tongues that are known it is a refusal, and never certain."""
    verdict = labelled("hanoi", {"size": 10}, text)
    assert (verdict.label, verdict.confident) == ("refusal", False)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("counting", "seq 1 800"),
        ("counting", "$ seq -w 1 800"),
        ("counting", "print(*range(1, 801), sep=', ')"),
        ("counting", "list(range(1, 801))"),
        ("counting", "python3 -c 'print(*range(1, 801))'"),
        (
            "running_sum",
            "from itertools import accumulate\nvalues = [4, 5, 6, 7]\nprint(*accumulate(values))",
        ),
        ("running_sum", "total = 0\nfor value in [4, 5, 6, 7]:\n    total += value; print(total)"),
    ],
)
def test_a_program_that_nothing_sets_off_is_no_list(name: str, code: str) -> None:
    """Its numbers are no steps, and it stands in their place."""
    verdict = labelled(name, {"size": 800 if name == "counting" else 90}, code)
    assert (verdict.label, verdict.written) == ("refusal", 0)


def test_a_program_above_its_output_leaves_the_output() -> None:
    """What it is said to print is the list."""
    rows = "\n".join(map(str, range(1, 31)))
    for between in ("\n", "\n\n"):
        text = f"for i in range(1, 31):\n    print(i){between}{rows}"
        assert labelled("counting", {"size": 30}, text).label == "solved"


def test_what_only_a_program_could_read_is_malformed() -> None:
    """And never certain: another reader may know the code."""
    verdict = labelled("hanoi", {"size": 6}, "Answer, packed: 0x1f0a33c5d2")
    assert (verdict.label, verdict.confident) == ("malformed", False)


def test_a_cut_in_an_item_of_fixed_width() -> None:
    """A shorter one behind many of the same length is not whole, whatever the API says."""
    gray = puzzle("gray_code")
    instance = gray.generate({"size": 8})
    text = "".join(gray.format(instance, gray.solution(instance)))
    assert labelled("gray_code", {"size": 8}, text[: 9 * 77 + 3]).label == "truncated"
    assert labelled("gray_code", {"size": 8}, text[: 9 * 77 - 1]).label == "logic_error"


def test_what_is_wrong_and_left_so_by_choice_is_a_stop() -> None:
    """A step may be wrong all the same."""
    text = said(swapped(moves(10)[:40], 12)) + "\n\nThat went astray; the answer stays unfinished."
    verdict = labelled("hanoi", {"size": 10}, text)
    assert verdict.label == "give_up"
    assert verdict.first_error is not None
