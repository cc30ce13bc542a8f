"""What is written alike: in lines, on one line, in tables, or in sentences in any order."""

import json
from random import Random

import pytest

from tasks import problem
from tasks.forms.similar_lines import Alike
from tasks.reader.layouts import Candidate, _longest, candidates
from tests.tasks.reader.alike import KEPT, similar

RECORDED = json.loads(KEPT.read_text(encoding="ascii"))


@pytest.mark.parametrize("part", range(4))
def test_what_is_alike_is_found_as_it_was(part: int) -> None:
    """In its layouts, with its names. Where that is meant to change: `python -m tests.tasks.reader.alike`."""
    for name, size, text, layouts, mark, _ in RECORDED[part::4]:
        assert similar(name, size, text) == (layouts, mark), text


# --- lines, periods and tables, at their bounds

HANOI = problem("hanoi", {"size": 3})
FORM = next(form for form in HANOI.forms if isinstance(form, Alike))


def shaped(text: str, kind: str = "") -> list[Candidate]:
    """The candidates in the layouts of one kind."""
    return [found for (name, _), found in candidates(FORM, text, 0, len(text)) if name == kind or not kind]


@pytest.mark.parametrize("period", [1, 2, 3, 7])
def test_the_longest_stretches_that_go_on_alike(period: int) -> None:
    """Three of them at most, in their order; each has at least three periods of gaps."""
    draw = Random(period)
    for _ in range(60):
        gaps = [
            draw.randint(0, 1) if draw.random() < 0.3 else at % period for at in range(draw.randint(0, 50))
        ]
        expected, at = [], 0
        while at < len(gaps):
            end = at
            while end + period < len(gaps) and gaps[end] == gaps[end + period]:
                end += 1
            if end - at >= 2 * period:
                expected.append((at, end))
            at = end + 1
        expected.sort(key=lambda stretch: stretch[0] - stretch[1])
        assert list(_longest(gaps, period)) == sorted(expected[:3]), gaps


def test_lines_that_are_too_long_tell_more_than_a_step() -> None:
    """More than two hundred and forty characters up to the last name that is looked at."""
    for length, is_found in ((240, True), (241, False)):
        line = "disk 1 from A to".ljust(length - 1) + "B"
        found = shaped("\n".join([line] * 3), "words")
        assert any(len(one.columns) >= 3 for one in found) is is_found, length


def test_at_least_three_steps() -> None:
    """Fewer lines, rows or names are none."""
    for lines in (2, 3):
        assert bool(shaped("\n".join(["1 A B"] * lines), "words")) is (lines == 3)
        assert bool(shaped("disk,from,to\n" + "\n".join(["1,A,B"] * lines), "table")) is (lines == 3)
        assert bool(shaped("; ".join(["1: A-B"] * lines) + "; 1", "periods")) is (lines == 3)
    assert shaped("1 A") == []


def test_at_most_seven_names_are_a_step() -> None:
    """Of longer lines the first seven are looked at."""
    text = "\n".join(["1 2 3 1 2 3 1 2 3"] * 3)
    assert max(len(one.columns) for one in shaped(text, "words")) == 7
    assert max(len(one.columns) for one in shaped("\n".join(["1 2 3"] * 3), "words")) == 3
    cut = {len(one.columns): (one.cut, one.loose) for one in shaped("\n".join(["1 A B"] * 3), "words")}
    assert cut == {3: (False, False), 2: (True, True), 1: (True, True)}
    names = {len(one.columns): (one.cut, one.loose) for one in shaped("\n".join(["1 A B"] * 3), "names")}
    assert names == {3: (False, True), 2: (True, True), 1: (True, True)}
    mixed = "\n".join(["1 A B", "1 A B", "1 A B", "1 A B C"])
    assert {one.loose for one in shaped(mixed, "words") if len(one.columns) == 3} == {False}
    assert {one.cut for one in shaped(mixed, "words") if len(one.columns) == 3} == {False}


@pytest.mark.parametrize(
    ("head", "rows", "columns", "roles"),
    [
        ("disk,from,to", ["1,A,B", "2,A,C", "1,B,C"], ["121", "AAB", "BCC"], ("thing", "from", "to")),
        ("to;disk;from", ["B;1;A", "C;2;A", "C;1;B"], ["BCC", "121", "AAB"], ("to", "thing", "from")),
        ("n|from|to", ["1|A|B", "2|A|C", "3|B|C"], ["123", "AAB", "BCC"], (None, "from", "to")),
        ("x|from|to|to", ["so|A|B|C"] * 3, ["AAA", "BBB", "CCC"], ("from", "to", None)),
        ("disk,from,to", ["so", "1,A,B", "2,A,C", "1,B,C", "so 1", "3,A,C"], ["121", "AAB", "BCC"], None),
    ],
)
def test_tables(head: str, rows: list[str], columns: list[str], roles: tuple[str | None, ...] | None) -> None:
    """Up to the first row that is none; of each cell the only name in it."""
    text = "\n".join([head, *rows, "", "done"])
    (found,) = shaped(text, "table")
    assert ["".join(str(cell) for cell in column) for column in found.columns] == columns
    assert roles is None or found.roles == roles
    first = len(head) + 1 + (len(rows[0]) + 1 if rows[0] == "so" else 0)
    assert found.starts[0] == first
    assert [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)] == [
        *rows[(rows[0] == "so") :][: len(columns[0])]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "disk,from\n1,A\n2,B\n1,C",
        "disk,from,where\n1,A,B\n2,A,C\n1,B,C",
        "to,to,to\n1,A,B\n2,A,C\n1,B,C",
        f"disk,from,to{'x' * 40}\n1,A,B\n2,A,C\n1,B,C",
        "disk,from,to 2\n1,A,B\n2,A,C\n1,B,C",
        "disk,from,to\n1,A B,B\n2,A C,C\n1,B A,C",
    ],
)
def test_what_is_no_table(text: str) -> None:
    """Two columns, no goal, nothing but goals, a cell that is a sentence or a number, two names in a cell."""
    assert shaped(text, "table") == []


def test_tables_on_their_side() -> None:
    """Two to seven lines of at least three names, one of them a goal."""
    lines = ["disk: 1 2 1", "from: A A B", "to: B C C"]
    (found,) = shaped("\n".join(lines), "across")
    assert ["".join(map(str, column)) for column in found.columns] == ["121", "AAB", "BCC"]
    assert (found.roles, found.lined) == (("thing", "from", "to"), False)
    text = "\n".join(lines)
    assert [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)] == ["B", "C", "C"]
    assert list(found.tails) == list(found.ends)
    assert shaped("\n".join(lines[:2]), "across") == []
    assert len(shaped("\n".join(lines[1:]), "across")) == 1
    assert shaped(lines[2], "across") == []
    for more, is_one in ((4, True), (5, False)):
        assert bool(shaped("\n".join([*lines, *["with: 1 2 3"] * more]), "across")) is is_one
    assert shaped("disk: 1 2\nfrom: A A\nto: B C", "across") == []
    (odd,) = shaped("\n".join(["so: 1 2 3", *lines[1:]]), "across")
    assert odd.roles == ("other", "from", "to")


@pytest.mark.parametrize(("far", "together"), [(160, True), (161, False)])
def test_how_far_the_next_name_may_be(far: int, together: bool) -> None:
    """A hundred and sixty characters."""
    text = "; ".join(["1: A" + "-" * far + "B"] * 4) + ";"
    assert any(len(one.columns) == 3 for one in shaped(text, "periods")) is together


def test_sentences_in_any_order() -> None:
    """Whatever stands where; what has no goal is no step."""
    told = "Onto B goes disk 1, from A.\nFrom A take disk 2 to C.\nDisk 1, from B, to C!\n"
    for found in shaped(told, "told"):
        assert ["".join(map(str, column)) for column in found.columns] == ["121", "AAB", "BCC"]
        assert (found.roles, found.loose, found.lined) == (("thing", "from", "to"), True, False)
    assert len(shaped(told, "told")) == 2
    assert shaped("to B from A. to C from A.\n", "told") == []


def test_only_what_is_asked_for_is_looked_at() -> None:
    text = "\n".join(["1 A B"] * 3)
    only = {("words", 3), ("names", 2)}
    assert [layout for layout, _ in candidates(FORM, text, 0, len(text), only=only)] == [
        ("words", 3),
        ("names", 2),
    ]
    every = [layout for layout, _ in candidates(FORM, text, 0, len(text))]
    assert every[:3] == [("words", 3), ("words", 2), ("words", 1)]
    assert every[-3:] == [("names", 3), ("names", 2), ("names", 1)]
    assert {count for name, count in every if name not in ("words", "names")} == {0}


def test_seven_names_over_and_over() -> None:
    """On one line, with other signs between each of them; eight are too many."""
    seven = "1-2:3/1=2+3*1"
    for period, step in ((7, seven), (8, f"{seven}&2")):
        found = shaped("; ".join([step] * 4) + ";", "periods")
        assert any(len(one.columns) == period for one in found) is (period == 7)


def test_a_table_may_stand_behind_other_lines_with_commas() -> None:
    """Such as prose, a short head, or one without a goal."""
    table = "disk,from,to\n1,A,B\n2,A,C\n1,B,C"
    for before in ("so, it goes", "so, it, goes", "disk,from"):
        assert len(shaped(f"{before}\n{table}", "table")) == 1
