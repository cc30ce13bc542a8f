"""A text that is cut into pieces, a stretch of it at a time, holds what a search of the whole text finds."""

from array import array
from collections.abc import Iterator
from random import Random

import pytest

from tasks.reader import columns
from tasks.reader.columns import _are_digits, _Coded, _longer, _pieces, find_in_pieces
from tasks.reader.pieces import NOTHING, Memory
from tests.tasks.reader.test_pieces import FORMS, pieced, searched

PARTS = {
    "triple": ["[1, 0, 2]", "[2,0,1]", "[1,2,1], [3,0,2]", ", ", "\n", " so ", "[", "]", "x" * 260],
    "row": ["1,0,2\n", "2,0,1\n", "1,2,1", "\n", " \n", "so it goes\n", "y" * 255 + "\n", "y" * 256 + "\n"],
    "line": ["1\n", "22\n", "3\n4\n5\n", "4", "\n", "- 5\n", "so it goes\n", "6\n7\n", "z" * 256 + "\n"],
}


@pytest.mark.parametrize("chunk", [1, 7, 40, 500_000])
@pytest.mark.parametrize("name", PARTS)
def test_wherever_it_is_cut(name: str, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values, runs and places, also of what is too long to be remembered, and of numbers taken at once."""
    monkeypatch.setattr(columns, "_CHUNK", chunk)
    monkeypatch.setattr(columns, "_MANY", 1)
    form, draw = FORMS[name], Random(f"{name}{chunk}")
    for _ in range(25):
        text = "".join(draw.choices(PARTS[name], k=draw.randint(0, 14)))
        found = pieced(form, text)
        values, runs, places = searched(form, text)
        if found is None:
            assert values == []
            continue
        assert found.steps.values.tolist() == values, text
        assert [(run.start, run.end, run.count) for run in found.runs] == runs, text
        assert [found.span(index) for index in range(len(places))] == places, text


@pytest.mark.parametrize("kinds", [256, 257, 300])
def test_however_many_pieces_differ(kinds: int) -> None:
    """A byte has room for two hundred and fifty-six of them."""
    text = "\n".join(f"{number},0,2" for number in (*range(kinds), 0, kinds - 1))
    found = pieced(FORMS["row"], text)
    assert found is not None
    assert found.steps.values.tolist() == searched(FORMS["row"], text)[0]
    assert [(run.start, run.end, run.count) for run in found.runs] == [(0, len(text), kinds + 2)]


@pytest.mark.parametrize("size", [254, 255, 256, 257])
def test_however_long_a_piece_is(size: int) -> None:
    """Its size is a byte or a word."""
    text = f"{'x' * size}\n1,0,2\n{'y' * size}\n2,0,1\n"
    found = pieced(FORMS["row"], text)
    assert found is not None
    begin = size + 1
    assert [(run.start, run.end) for run in found.runs] == [
        (begin, begin + 5),
        (2 * begin + 6, 2 * begin + 11),
    ]


def test_many_steps_in_a_piece() -> None:
    """More than a byte counts, with a line of its own for none of them."""
    text = ", ".join(map(str, range(1, 301)))
    found = pieced(FORMS["inline"], text + "\n" + text)
    assert found is not None
    assert sum(run.count for run in found.runs) == len(found.steps) == 600


@pytest.mark.parametrize(
    ("pieces", "are"),
    [
        (["1", "22", "3"], True),
        (["1", "22", "3" + NOTHING], True),
        (["1", "22", NOTHING], False),
        (["1", "", "3"], False),
        (["1" * 18, "2", "3"], True),
        (["1" * 19, "2", "3"], False),
        (["1", "2", "3" * 18 + NOTHING], True),
        (["1", "2", "3" * 19], False),
        (["1", "x", "3"], False),
        (["1", "\uff12", "3"], False),
        (["1", "\u00b2", "3"], False),
        (["1", "2 ", "3"], False),
        (["1", "-2", "3"], False),
    ],
)
def test_what_is_nothing_but_numbers(pieces: list[str], are: bool) -> None:
    """Of one to eighteen plain digits each; the last may end in the sign for the end of a text."""
    assert _are_digits(pieces) is are


def test_numbers_taken_at_once_stand_among_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a form that has them, in several stretches and spans, before, behind and between words."""
    monkeypatch.setattr(columns, "_CHUNK", 12)
    monkeypatch.setattr(columns, "_MANY", 3)
    form, ten = FORMS["line"], "\n".join(map(str, range(10)))
    for text in (f"so\n{ten}\nso\n{ten}\n{ten}", f"{ten}\nso it goes\n\n{ten}", f"{ten}\n{ten}\n- 7\nso"):
        for spans in ([(0, len(text))], [(0, 9), (14, len(text))]):
            found = next(find_in_pieces(Memory((FORMS["row"], form)), text, spans))
            assert found.form is form
            parts = [searched(form, text[start:end]) for start, end in spans]
            assert found.steps.values.tolist() == [value for values, *_ in parts for value in values]
            assert [(run.start, run.end, run.count) for run in found.runs] == [
                (start + begin, start + end, count)
                for (start, _), (_, runs, _) in zip(spans, parts, strict=True)
                for begin, end, count in runs
            ]


def test_more_numbers_than_these_are_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a thousand, without a look at each; of fewer, each is looked at."""

    def looked_at(count: int) -> int:
        memory = Memory((FORMS["line"],))
        text = "\n".join(map(str, range(count)))
        (found,) = find_in_pieces(memory, text, [(0, len(text))])
        assert found.steps.values.tolist() == list(range(count))
        return len(memory)

    assert (looked_at(1000), looked_at(1001)) == (1000, 0)


def test_stretches_are_cut_behind_a_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the first end of one that is so far on; the last piece has the sign for the end."""
    monkeypatch.setattr(columns, "_CHUNK", 4)

    def cut(text: str, start: int, end: int) -> Iterator[list[str]]:
        return _pieces(text, start, end, "\n")

    assert list(cut("a\nb\ncd\nefghij\nk", 0, 16)) == [["a", "b", "cd"], ["efghij"], ["k" + NOTHING]]
    assert list(cut("a\nb\ncd\nefghij\nk", 2, 9)) == [["b", "cd"], ["ef" + NOTHING]]
    assert list(cut("ab\n", 0, 3)) == [["ab", NOTHING]]
    assert list(cut("", 0, 0)) == [[NOTHING]]


def test_numbers_grow_from_bytes_to_words() -> None:
    """Once one does not fit; and stay it."""
    grown = _longer(_longer(bytearray(b"\1"), b"\2\3"), array("I", [256]))
    assert grown == array("I", [1, 2, 3, 256])
    assert list(_longer(grown, b"\4")) == [1, 2, 3, 256, 4]
    assert _longer(bytearray(b"\1"), b"\2") == bytearray(b"\1\2")


def test_what_a_table_has_for_each_piece() -> None:
    """Bytes where all fit, whatever there is of it."""
    memory = Memory((FORMS["line"],))
    codes = memory.codes(["1", "x" * 300, "1", "2"])
    coded = _Coded(codes, list(dict.fromkeys(codes)), memory)
    assert list(coded.numbers(coded.sizes)) == [1, 300, 1, 1]
    assert coded.numbers([255, 0, 7]) == bytes([255, 0, 255, 7])
    assert coded.numbers([256, 0, 7]) == array("I", [256, 0, 256, 7])
    assert list(coded.each("abc")) == ["a", "b", "a", "c"]
