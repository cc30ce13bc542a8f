"""The first or last item of a list may share its line with words."""

import re
from array import array

import pytest

from tasks import Steps, problem
from tasks.reader import edges
from tasks.reader.edges import with_edges
from tasks.reader.found import Found, StepRun

COUNTING = problem("counting", {"size": 2000})
INLINE = next(form for form in COUNTING.forms if form.name == "inline")


def found(text: str, *runs: str) -> Found:
    """What was found: runs such as `2, 3`, each standing in the text in this order."""
    made, values, at = [], array("q"), 0
    begins, stops = array("q"), array("q")
    for run in runs:
        at = text.index(run, at)
        made.append(StepRun(at, at + len(run), len(values), len(re.findall(r"\d+", run))))
        for item in re.finditer(r"\d+", run):
            values.append(int(item[0]))
            begins.append(at + item.start())
            stops.append(at + item.end())
        at += len(run)
    return Found(INLINE, None, text, Steps(values, 1), tuple(made), places=(begins, stops))


def edged(text: str, *runs: str) -> tuple[list[int], list[str], list[tuple[int, int]]]:
    """The items, the text of each run, and the first item of each with their number."""
    result = with_edges(COUNTING, found(text, *runs), text)
    for index, begin, end in result.edges:
        assert int(text[begin:end].strip("*'\"")) == result.steps.values[index]
    told = [text[run.start : run.end] for run in result.runs]
    return result.steps.values.tolist(), told, [(run.first, run.count) for run in result.runs]


@pytest.mark.parametrize(
    ("text", "runs", "items", "told"),
    [
        ("1, 2, and 3", ["1, 2"], [1, 2, 3], ["1, 2, and 3"]),
        ("1, 2, and then finally 3", ["1, 2"], [1, 2, 3], ["1, 2, and then finally 3"]),
        ("1, 2 und 3 so", ["1, 2"], [1, 2, 3], ["1, 2 und 3"]),
        ("1, 2和3", ["1, 2"], [1, 2, 3], ["1, 2和3"]),
        ("[1, 2, 3]", ["1, 2"], [1, 2, 3], ["1, 2, 3"]),
        ("1, 2, 3 so", ["1, 2"], [1, 2], ["1, 2"]),
        ("1, 2, maybe 3", ["1, 2"], [1, 2], ["1, 2"]),
        ("1\n2\n3 - and that is all", ["1\n2"], [1, 2, 3], ["1\n2\n3"]),
        ("1\n2\n3. Done", ["1\n2"], [1, 2, 3], ["1\n2\n3"]),
        ("1\n2\n4 - and that is all", ["1\n2"], [1, 2], ["1\n2"]),
        ("1\n2\n3x", ["1\n2"], [1, 2], ["1\n2"]),
        ("The list: 1\n2\n3", ["2\n3"], [1, 2, 3], ["1\n2\n3"]),
        ("The list is 1,\n2\n3", ["2\n3"], [1, 2, 3], ["1,\n2\n3"]),
        ("The list: 5\n2\n3", ["2\n3"], [2, 3], ["2\n3"]),
        ("The list: 1\n2\n9", ["2\n9"], [2, 9], ["2\n9"]),
        ("7, 8 so. The list: 1\n2\n3", ["7, 8", "2\n3"], [7, 8, 1, 2, 3], ["7, 8", "1\n2\n3"]),
        ("Size: 7\n1\n2\n3", ["1\n2\n3"], [1, 2, 3], ["1\n2\n3"]),
        ("The list: 1\n2\n3, and 4", ["2\n3"], [1, 2, 3, 4], ["1\n2\n3, and 4"]),
        ("The list: 1\n2\n3\n4 is all", ["2\n3"], [1, 2, 3, 4], ["1\n2\n3\n4"]),
    ],
)
def test_an_item_that_shares_its_line(text: str, runs: list[str], items: list[int], told: list[str]) -> None:
    """It is the next one of its list, or the one before; what the list does not go on with is a remark."""
    assert edged(text, *runs)[:2] == (items, told)


def test_each_run_has_its_own() -> None:
    """A single item is no list, and those behind it are looked at nevertheless."""
    text = "5 so 1, 2, and 3. Then 4, 5, and 6! And 7, and 8; or 9, 10, and 11"
    runs = ["5", "1, 2", "4, 5", "7", "9, 10"]
    assert edged(text, *runs) == (
        [5, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11],
        ["5", "1, 2, and 3", "4, 5, and 6", "7", "9, 10, and 11"],
        [(0, 1), (1, 3), (4, 3), (7, 1), (8, 3)],
    )


def test_nothing_is_taken_from_the_run_beside() -> None:
    """Neither of the one before nor of the one behind."""
    assert edged("1, 2, and 3, 4", "1, 2", "3, 4")[0] == [1, 2, 3, 4]
    assert edged("0: 1\n2\n3", "0: 1"[3:], "2\n3")[0] == [1, 2, 3]


def test_where_each_item_stands() -> None:
    """Also of those that stand before and behind."""
    text = "The list: 1\n2\n3, and 4, or 5, 6, and 7"
    result = with_edges(COUNTING, found(text, "2\n3", "5, 6"), text)
    places = [result.span(index) for index in range(len(result.steps))]
    assert [text[start:end] for start, end in places] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [edge[0] for edge in result.edges] == [0, 3, 6]


@pytest.mark.parametrize(("many", "looks"), [(1000, True), (1001, False)])
def test_many_runs_have_no_edges(many: int, looks: bool) -> None:
    """More than a thousand runs are no list, but remarks."""
    assert edges._FEW == 1000
    text = " so ".join(["1, 2, and 3"] * many)
    given = found(text, *["1, 2"] * many)
    result = with_edges(COUNTING, given, text)
    assert len(result.edges) == (many if looks else 0)
    assert (result is given) != looks


def test_only_lists_of_single_items_have_edges() -> None:
    """Not steps of several numbers, and no form that does not say what an item is."""
    hanoi = problem("hanoi", {"size": 3})
    given = found("1, 2, and 3", "1, 2")
    assert with_edges(hanoi, given, given.text) is given
    plain = Found(
        next(form for form in COUNTING.forms if not form.item), None, "1, 2, and 3", given.steps, given.runs
    )
    assert with_edges(COUNTING, plain, plain.text) is plain
    nothing = found("1, 2", "1, 2")
    assert with_edges(COUNTING, nothing, nothing.text) is nothing
