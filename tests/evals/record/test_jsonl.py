"""Files of rows: packed and plain the same, and what is no such file named in one line."""

import gzip
import os
import random
from pathlib import Path

import pytest
from pydantic import Field

from evals.errors import CorruptRecord, NewerSchema, RunError
from evals.record import jsonl
from evals.record.model import SCHEMA, Closed, Text


class Row(Closed):
    n: int = 0


ROWS = [jsonl.encode({"n": number}) for number in range(3)]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz"])
def test_what_is_written_is_read(name: str, tmp_path: Path) -> None:
    """In lines with their places in the unpacked file, and in blocks."""
    path = tmp_path / name
    jsonl.replace(path, ROWS)
    found = list(jsonl.lines(path))
    assert [line.read(Row).n for line in found] == [0, 1, 2]
    assert [(line.number, line.start) for line in found] == [(1, 0), (2, 8), (3, 16)]
    assert b"".join(jsonl.blocks(path)) == b"".join(ROWS)
    assert (gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()) == b"".join(
        ROWS
    )


@pytest.mark.parametrize(
    "pieces", [[], [b""], ROWS, [random.Random(0).randbytes(100_000) for _ in range(20)]]
)
def test_the_same_pieces_give_the_same_bytes(pieces: list[bytes], tmp_path: Path) -> None:
    """Whenever they are written and under whatever name; large ones come whole out of many packed pieces."""
    one, other = tmp_path / "one.gz", tmp_path / "other.gz"
    jsonl.replace(one, pieces)
    jsonl.replace(other, iter(pieces))
    assert one.read_bytes() == other.read_bytes()
    assert one.read_bytes()[4:8] == bytes(4), "no time stands in it"
    assert gzip.decompress(one.read_bytes()) == b"".join(pieces)


def test_a_file_that_is_mostly_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to 500 times its size is read, and up to a gigabyte in any case."""
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n" * 1_000_000))
    assert sum(map(len, jsonl.blocks(path))) == 1_000_000
    monkeypatch.setattr(jsonl, "_PACKED_FREE", 0)
    with pytest.raises(CorruptRecord, match="it has more than 500 times its size unpacked"):
        list(jsonl.blocks(path))
    path.write_bytes(gzip.compress(random.Random(0).randbytes(10_000)))
    assert sum(map(len, jsonl.blocks(path))) == 10_000


def test_a_pipe_has_no_size_to_be_held_against(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.write(writing, gzip.compress(b"\n" * 100_000))
    os.close(writing)
    monkeypatch.setattr(jsonl, "_PACKED_FREE", 0)
    with os.fdopen(reading, "rb") as pipe:
        assert len(jsonl.unzipped(pipe).read()) == 100_000


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"[1]\n", "is not an object"),
        (b'{"n": "x"}\n', "field 'n': must be a whole number"),
        (b'{"m": 1}\n', "field 'm': Extra inputs are not permitted"),
        (b'{"n": 1\n', r"is not JSON \("),
        (b'{"n": ' + b"[" * 150 + b"]" * 150 + b"}\n", "has more than 150 levels of nesting"),
    ],
)
def test_what_is_no_row_is_named(line: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"{}\n" + line)
    first, second = jsonl.lines(path)
    assert first.read(Row) == Row()
    with pytest.raises(CorruptRecord, match=rf"rows.jsonl', line 2, {says}"):
        second.read(Row)


@pytest.mark.parametrize(("schema", "is_newer"), [(SCHEMA, False), (SCHEMA + 1, True)])
def test_rows_of_later_versions(schema: int, is_newer: bool) -> None:
    with pytest.raises(NewerSchema if is_newer else CorruptRecord):
        jsonl.validated(Row, {"schema": schema, "x": 1}, "it")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"cannot read '.*none.jsonl': No such file"):
        list(jsonl.lines(tmp_path / "none.jsonl"))


def test_a_row_without_its_defaults() -> None:
    """And by the names of the file."""
    assert jsonl.record(Row()) == {}
    assert jsonl.record(Row(n=1)) == {"n": 1}

    class Named(Closed):
        n: int = Field(default=0, alias="number")

    one = Named.model_validate({"number": 1})
    assert jsonl.record(one) == {"number": 1}


def test_the_bounds_that_are_promised() -> None:
    """Lists and objects of a line, how far a file may be unpacked for its size, and how far in any case."""
    assert (jsonl._MOST_NESTED, jsonl._PACKED, jsonl._PACKED_FREE) == (10_000_000, 500, 1 << 27)


def test_a_long_line_of_few_brackets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read, as is one with as many as are allowed; the first with one more is named."""
    monkeypatch.setattr(jsonl, "_MOST_NESTED", 10)
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"text": "0123456789"}\n[[[[[{{{{{          \n[[[[[[{{{{{\n')
    found = jsonl.lines(path)
    assert next(found).is_whole()
    assert next(found).data.count(b"[") == 5
    with pytest.raises(CorruptRecord, match="line 3, holds more than 10 lists and objects"):
        next(found)


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_how_far_a_file_is_unpacked(
    more: int, fits: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to the bound, whatever its size, or so many times its size; a byte more is refused."""
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n" * (20_000 + more)))
    for free, packed in ((20_000, 0), (0, 20_000 / path.stat().st_size)):
        monkeypatch.setattr(jsonl, "_PACKED_FREE", free)
        monkeypatch.setattr(jsonl, "_PACKED", packed)
        if fits:
            assert sum(map(len, jsonl.blocks(path))) == 20_000
        else:
            with pytest.raises(CorruptRecord, match="times its size unpacked"):
                list(jsonl.blocks(path))


def test_lines_that_no_other_parser_takes(tmp_path: Path) -> None:
    """A lone surrogate is text; a byte order mark at the beginning is none, and its bytes count."""

    class Said(Closed):
        text: Text

    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + jsonl.encode({"text": "\ud800"}) + b'{"text":"b"}')
    first, second = jsonl.lines(path)
    assert (first.read(Said).text, second.read(Said).text) == ("\ud800", "b")
    assert (first.ended, second.ended, second.start) == (True, False, 21)
    assert jsonl.encode({"text": "ü\u2028"}) == b'{"text":"\\u00fc\\u2028"}\n'


def test_what_is_whole(tmp_path: Path) -> None:
    """What parses, whatever it is; not half of an object, what is no text, or what is nested without end."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{}\n7\n{"n":\n\xff\n' + b"[" * 100_000)
    assert [line.is_whole() for line in jsonl.lines(path)] == [True, True, False, False, False]


@pytest.mark.parametrize("levels", [149, 150])
def test_as_many_levels_as_are_allowed(levels: int) -> None:
    """Counted with the row itself, and with what the innermost holds."""
    value: object = 1
    for _ in range(levels - 1):
        value = [value]
    told = "has more than 150 levels of nesting" if levels == 150 else "field 'm'"
    with pytest.raises(CorruptRecord, match=f"^it, {told}"):
        jsonl.validated(Row, {"m": value}, "it")


def test_the_versions_that_are_known() -> None:
    """Three of them; who reads a later one is told to upgrade, and that of a text is no number."""
    with pytest.raises(NewerSchema, match=r"it, was written by a later cantwont \(schema 4; .* up to 3\)"):
        jsonl.validated(Row, {"schema": 4}, "it")
    for schema in (3, "4", None):
        with pytest.raises(CorruptRecord, match="field 'schema'"):
            jsonl.validated(Row, {"schema": schema}, "it")


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"cannot write '.*no/rows.jsonl': No such file or directory$"):
        jsonl.replace(tmp_path / "no" / "rows.jsonl", ROWS)


@pytest.mark.parametrize(("lines", "fits"), [(1000, True), (1001, False)])
def test_how_many_lines_a_packed_file_may_have(
    lines: int, fits: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few megabytes can hold billions of empty ones, each of which would be looked at."""
    assert (jsonl._LINES_FREE, jsonl._LINE_PACKED) == (2_000_000, 4)
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b"{}\n" * lines))
    for free, packed in ((1000, 1 << 40), (0, path.stat().st_size / 1000.5)):
        monkeypatch.setattr(jsonl, "_LINES_FREE", free)
        monkeypatch.setattr(jsonl, "_LINE_PACKED", packed)
        if fits:
            assert sum(1 for _ in jsonl.lines(path)) == lines
        else:
            with pytest.raises(CorruptRecord, match="more lines than a file of its size can hold"):
                list(jsonl.lines(path))
